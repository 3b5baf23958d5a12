"""Certificates of purged days: a good one holds, and every way to bend it is refused at its step."""

from __future__ import annotations

import base64
import copy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from sekisho.clock import FixedClock
from sekisho.destruction.certificate import CONTRACT, PURGE, check
from sekisho.destruction.certificate import issue as issued
from sekisho.destruction.errors import CertificateRefused
from sekisho.destruction.standalone import verify_certificate
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.schedule import log_key
from sekisho.ledger import fingerprint
from sekisho.logs.formats import registry
from sekisho.logs.service import LogService
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY
from tests.logs.conftest import NOON, SIMPLE, spec
from tests.logs.declared import declare_all
from tests.logs.holds.test_survival import lines
from tests.logs.keeping import GONE_ON, YESTERDAY, Keeper

Document = dict[str, Any]
KEY = log_key("ap.nat", YESTERDAY)


@pytest.fixture(scope="module")
def issue(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, str]:
    """A good certificate of a day with a hold, and the fingerprint that goes with it."""
    root = tmp_path_factory.mktemp("certificate")
    key = make_key_file(root / "key", RealDisk())
    clock = FixedClock(NOON)
    with pytest.MonkeyPatch.context() as patch, Workspace.create(
        root / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=clock
    ) as workspace:
        patch.setitem(registry._FORMATS, "simple", SIMPLE)
        declare_all(workspace)
        logs = LogService(workspace)
        logs.add_source(spec(), by="admin")
        keeper = Keeper(workspace, clock, key, logs)
        keeper.take(*lines())
        keeper.hold(type="court_order", until=None)
        keeper.go_to(GONE_ON)
        keeper.due()
        return orjson.loads(keeper.certificate(KEY)), fingerprint(workspace.ledger_public_key)


def bent(document: Document, change: Callable[[Document], object]) -> bytes:
    """A copy with one thing changed."""
    made = copy.deepcopy(document)
    change(made)
    return orjson.dumps(made)


def body(document: Document, place: int, **changed: Any) -> None:
    """Change what a leaf says, as somebody would who can't change the ledger."""
    leaf = document["leaves"][place]
    said = orjson.loads(base64.b64decode(leaf["body"])) | changed
    leaf["body"] = base64.b64encode(orjson.dumps(said)).decode()


def test_a_good_one_holds(issue: tuple[Document, str]) -> None:
    """With what each step said; of another kind it isn't one."""
    document, key = issue
    found = check(orjson.dumps(document), key=key, formats=(PURGE,))
    assert (found.key, found.state, found.key_compared) == (KEY, "final", True)
    assert found.said["probed"]["tried"] == 1 + len(found.said["planned"]["segments"])
    assert found.said["unlinked"]["left"] == 0
    with pytest.raises(CertificateRefused):
        check(orjson.dumps(document), key=key, formats=(CONTRACT,))


@pytest.mark.parametrize(
    ("step", "change"),
    [
        (1, lambda made: made.update(format=CONTRACT)),
        (1, lambda made: made.update(format=["x"])),
        (1, lambda made: made.update(leaves=made["leaves"][:5])),
        (1, lambda made: made.update(note="one more")),
        (1, lambda made: made["leaves"][1].update(proof="x")),
        (3, lambda made: made.update(public_key="00" * 32)),
        (3, lambda made: made.update(origin="another/ledger")),
        (3, lambda made: made.update(checkpoint=made["checkpoint"] + "x")),
        (4, lambda made: body(made, 0, rows=0)),
        (4, lambda made: body(made, 1, holds=[])),
        (4, lambda made: made["leaves"][3].update(salt="00" * 32)),
        (5, lambda made: made["leaves"][2].update(proof=[])),
        (5, lambda made: made["leaves"][2].update(index=10**6)),
        (6, lambda made: made["leaves"].insert(0, made["leaves"].pop(1))),
        (6, lambda made: made["leaves"][1].update(step="destroyed")),
        (7, lambda made: made.update(key="log/ap.nat/2026-11-21")),
        (7, lambda made: made.update(state="live")),
        (7, lambda made: made["leaves"].pop()),
    ],
)
def test_a_bent_one_is_refused(issue: tuple[Document, str], step: int, change: Callable[[Document], object]) -> None:
    """At the step whose check it fails, and by no other error; with CONTRACT's format by its number of leaves."""
    document, key = issue
    with pytest.raises(CertificateRefused) as caught:
        check(bent(document, change), key=None if step == 3 else key)
    assert caught.value.fields["step"] == step


def test_another_key_is_refused(issue: tuple[Document, str]) -> None:
    """Step 2: the fingerprint that one got another way."""
    with pytest.raises(CertificateRefused) as caught:
        check(orjson.dumps(issue[0]), key="00" * 32)
    assert caught.value.fields["step"] == 2


def written(tmp_path: Path, said: list[tuple[str, str, dict[str, Any]]]) -> bytes:
    """A certificate over a ledger whose operator wrote these leaves: (step, kind, words)."""
    key = make_key_file(tmp_path / "key", RealDisk())
    with Workspace.create(
        tmp_path / "ws", name="関所通信", legal_confirmation="shown", keyring=key, clock=FixedClock(NOON)
    ) as workspace:
        leaves: list[SealedLeaf] = [
            workspace.seal(kind=kind, owner=HOUSE_KEY, body=orjson.dumps(words)) for _, kind, words in said
        ]
        workspace.commit(lambda _: None, leaves)
        workspace.settle()
        workspace.checkpoint()
        steps = {step: leaf.id for (step, _, _), leaf in zip(said, leaves, strict=True)}
        return orjson.dumps(issued(workspace, PURGE, key=KEY, leaves=steps))


def honest() -> dict[str, dict[str, Any]]:
    """What the leaves of a good purge say."""
    segment = {"id": "a", "rows": 3, "root": "00" * 32}
    return {
        "planned": {
            "key": KEY, "kind": "ap.nat", "day": "2026-11-22", "due": "2027-03-23", "segments": [segment],
            "holds": ["h1"],
        },
        "carved": {"key": KEY, "holds": [{"hold": "h1", "rows": 1, "segments": 1}]},
        "destroyed": {"name": KEY, "at": "2027-03-22T15:00:00+00:00", "reason": "x"},
        "probed": {"key": KEY, "tried": 2, "refused": 2, "opened": 0},
        "unlinked": {"key": KEY, "files": 2, "left": 0},
        "certified": {"key": KEY, "backups": []},
    }  # fmt: skip


# A dishonest operator can write what they like into their own ledger: what contradicts itself is refused all the same.
@pytest.mark.parametrize(
    ("step", "leaf", "changed"),
    [
        (7, "probed", {"opened": 1}),
        (7, "probed", {"refused": 1}),
        (7, "probed", {"tried": 0, "refused": 0}),
        (7, "certified", {"backups": None}),
        (7, "carved", {"key": "log/ap.nat/2026-11-21"}),
        (8, "destroyed", {"at": "2027-03-22T14:59:59+00:00"}),
        (8, "destroyed", {"at": "2027-03-22T15:00:00"}),
        (8, "destroyed", {"at": "yesterday"}),
        (8, "probed", {"tried": 1, "refused": 1}),
        (8, "carved", {"holds": []}),
        (8, "carved", {"holds": [{"hold": "h1", "rows": -1, "segments": 0}]}),
        (8, "unlinked", {"left": 1}),
        (8, "planned", {"segments": [{"id": "a", "rows": 3, "root": "00"}]}),
        (8, "planned", {"day": "2026-11-21"}),
        (8, "planned", {"due": None}),
    ],
)
def test_what_contradicts_itself_is_refused(tmp_path: Path, step: int, leaf: str, changed: dict[str, Any]) -> None:
    """Destroyed before its day, a hold that was evaluated and not served, a segment that nobody tried, files left."""
    words = honest()
    words[leaf] |= changed
    kinds = dict(verify_certificate.STEPS[PURGE])
    raw = written(tmp_path, [(name, kinds[name], said) for name, said in words.items()])
    with pytest.raises(CertificateRefused) as caught:
        check(raw, key=None)
    assert caught.value.fields["step"] == step


def test_the_honest_words_hold(tmp_path: Path) -> None:
    """So that the cases above fail for what they change."""
    kinds = dict(verify_certificate.STEPS[PURGE])
    raw = written(tmp_path, [(name, kinds[name], said) for name, said in honest().items()])
    assert check(raw, key=None).state == "live"


def test_it_runs_without_sekisho(issue: tuple[Document, str], tmp_path: Path) -> None:
    """The file alone, in an interpreter that can't import Sekisho."""
    certificate = tmp_path / "certificate.json"
    certificate.write_bytes(orjson.dumps(issue[0]))
    alone = tmp_path / "verify_certificate.py"
    alone.write_bytes(Path(verify_certificate.__file__).read_bytes())
    blocked = (
        "import sys, runpy; sys.modules['sekisho'] = None; sys.argv = sys.argv[1:]; "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", blocked, str(alone), "--key", issue[1], str(certificate)],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"✓ 鍵 {KEY}" in done.stdout
    assert "holds evaluated: 1 (3 rows carved)" in done.stdout
