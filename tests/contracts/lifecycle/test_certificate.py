"""Destruction certificates: a good one holds, and every way to bend it is refused at its step."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from sekisho.contracts.lifecycle.certificate import check
from sekisho.contracts.lifecycle.certificates import issued
from sekisho.destruction.certificate import MAX_BYTES
from sekisho.destruction.errors import CertificateRefused, ProbeFailed
from sekisho.destruction.probing import Probed
from sekisho.keys import backup, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.mortal import MortalRing
from sekisho.ledger import fingerprint
from tests.contracts.lifecycle.lives import BY, KEEPER, Shop, Unasked, open_shop, said

Document = dict[str, Any]
KEY = "contract/last/2029-11-23"


@pytest.fixture(scope="module")
def issue(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, str]:
    """A good certificate and the fingerprint that goes with it."""
    shop = open_shop(tmp_path_factory.mktemp("certificate"))
    shop.life.begin([shop.accepted("K-1")], by=BY)
    shop.life.end("K-1", on=None, by=BY)
    shop.go_to(date(2029, 11, 24))
    shop.due(ask=False)
    shop.workspace.checkpoint()
    made = issued(shop.workspace, KEY), fingerprint(shop.workspace.ledger_public_key)
    shop.workspace.close()
    return made


def bent(document: Document, change: Callable[[Document], object]) -> bytes:
    """A copy with one thing changed."""
    made = copy.deepcopy(document)
    change(made)
    return orjson.dumps(made)


def test_a_good_one_holds(issue: tuple[Document, str]) -> None:
    """With the right fingerprint, in whatever case and grouping; without one it says that nothing was compared."""
    document, key = issue
    assert check(orjson.dumps(document), key=key.upper()).key == KEY
    assert check(orjson.dumps(document), key=None).key_compared is False


def other_body(document: Document, place: int, **changed: Any) -> None:
    """Change what a leaf says, as somebody would who can't change the ledger."""
    leaf = document["leaves"][place]
    body = orjson.loads(base64.b64decode(leaf["body"])) | changed
    leaf["body"] = base64.b64encode(orjson.dumps(body)).decode()


@pytest.mark.parametrize(
    ("step", "change"),
    [
        (1, lambda made: made.update(format="something else")),
        (1, lambda made: made.update(note="one more")),
        (1, lambda made: made.pop("origin")),
        (1, lambda made: made.update(leaves=made["leaves"][:3])),
        (1, lambda made: made["leaves"][0].pop("salt")),
        (1, lambda made: made["leaves"][0].update(salt="zz")),
        (1, lambda made: made["leaves"][0].update(body="***")),
        (1, lambda made: made["leaves"][0].update(index=-1)),
        (1, lambda made: made.update(public_key=7)),
        (3, lambda made: made.update(origin="another/ledger")),
        (3, lambda made: made.update(checkpoint=made["checkpoint"].replace("\n", " ", 1))),
        (3, lambda made: made.update(checkpoint=7)),
        (4, lambda made: other_body(made, 0, leaves=0)),
        (4, lambda made: made["leaves"][1].update(salt="00" * 32)),
        (4, lambda made: made["leaves"][1].update(leaf=base64.b64encode(b"{}").decode())),
        (5, lambda made: made["leaves"][2].update(proof=made["leaves"][2]["proof"][:-1])),
        (5, lambda made: made["leaves"][2].update(index=made["leaves"][2]["index"] + 1)),
        (5, lambda made: made["leaves"][2].update(index=10**6)),
        (6, lambda made: made["leaves"].insert(0, made["leaves"].pop(1))),
        (6, lambda made: made["leaves"][0].update(step="destroyed")),
        (7, lambda made: made.update(key="contract/last/2030-01-01")),
        (7, lambda made: made.update(state="live")),
        (7, lambda made: made["leaves"].pop()),
    ],
)
def test_a_bent_one_is_refused(issue: tuple[Document, str], step: int, change: Callable[[Document], object]) -> None:
    """At the step whose check it fails, and by no other error."""
    document, key = issue
    with pytest.raises(CertificateRefused) as caught:
        check(bent(document, change), key=key)
    assert caught.value.fields["step"] == step


def test_what_is_no_certificate_is_refused(issue: tuple[Document, str]) -> None:
    """Anything else, at whatever length; and the right one under another key."""
    document, key = issue
    for raw in (b"", b"\xff", b"[]", b"null", b'{"format": 1}', b" " * (MAX_BYTES + 1), orjson.dumps(document)[:-9]):
        with pytest.raises(CertificateRefused) as caught:
            check(raw, key=key)
        assert caught.value.fields["step"] == 1
    with pytest.raises(CertificateRefused) as caught:
        check(orjson.dumps(document), key="00" * 32)
    assert caught.value.fields["step"] == 2


def test_live_until_the_last_backup_is_gone(small: Shop, tmp_path: Path) -> None:
    """While a numbered backup holds the key the certificate says live; once it is recorded as gone, final."""
    small.life.begin([small.accepted("K-1")], by=BY)
    small.life.end("K-1", on=None, by=BY)
    small.go_to(date(2029, 11, 20))
    small.due(ask=False)
    ring = small.workspace.keyring
    assert isinstance(ring, MortalRing)
    (tmp_path / "apart").mkdir()
    unlock = make_key_file(tmp_path / "apart" / "backup.key", RealDisk())
    now = small.clock.now()
    backup.backup(
        ring, tmp_path / "apart" / "keys-1", number=1, made_at=now, expires_at=now + timedelta(days=30),
        unlock=unlock, apart_from=[small.workspace.path],
    )  # fmt: skip
    small.go_to(date(2029, 11, 24))
    small.due(ask=False)
    small.workspace.checkpoint()
    found = check(orjson.dumps(issued(small.workspace, KEY)), key=None)
    assert (found.state, [each["number"] for each in found.backups]) == ("live", [1])
    assert ("backups_hold_it", "waiting") in said(small.due(ask=False), "contract-keys")
    backup.dispose(tmp_path / "apart" / "keys-1", ring, at=small.clock.now(), by=KEEPER)
    small.due(ask=False)
    small.workspace.checkpoint()
    assert check(orjson.dumps(issued(small.workspace, KEY)), key=None).state == "final"


class _Lying(Unasked):
    """A process in which the key still opens what it shouldn't, or nothing opens what it should."""

    def __init__(self, ring: Any, *, opens: int) -> None:
        super().__init__(ring)
        self._opens = opens

    def probe(self, key: str, samples: Any) -> Probed:
        """Not what is so."""
        found = super().probe(key, samples)
        return Probed(self._opens, len(samples) - self._opens, 0, found.epoch, 0)


@pytest.mark.parametrize(("opens", "destroyed"), [(0, False), (1, True)])
def test_no_certificate_without_a_probe_that_was_refused(small: Shop, opens: int, destroyed: bool) -> None:
    """A probe that can't open the canary before shows nothing, so nothing is destroyed; one that opens it afterwards
    stops the destruction before it is certified, and says so."""
    from sekisho.contracts.lifecycle.destroying import Destroyer

    small.life.begin([small.accepted("K-1")], by=BY)
    small.life.end("K-1", on=None, by=BY)
    small.go_to(date(2029, 11, 24))
    with pytest.raises(ProbeFailed):
        Destroyer(small.workspace, _Lying(small.workspace.keyring, opens=opens), by=KEEPER).run(KEY)
    assert small.workspace.keyring.exists(KEY) is not destroyed
    small.due(ask=False)
    small.workspace.checkpoint()
    assert check(orjson.dumps(issued(small.workspace, KEY)), key=None).state == "final"
