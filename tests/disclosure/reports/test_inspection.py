"""The inspection file: everything of one case, made by auditors alone, on record, checked without Sekisho."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.destruction.probing import SubprocessProber
from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.closing import Endings
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.errors import CaseRefused, UnknownCase
from sekisho.disclosure.reports.inspection import InspectionFile, Inspections
from sekisho.keys import KeyFile
from sekisho.ledger.checkpoint import fingerprint
from tests.disclosure.delivery.made_deliveries import handed
from tests.disclosure.logs_made import searched, store_for
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store

SECRET = {"state": "asked", "until": None}
KNOWS = ["kakunin", "kensaku", "kaiji", "hogo"]
WHY = "総務省の検査（電気通信事業法166条）"


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def delivered(desk: Desk) -> str:
    """A secret case that was delivered; its id."""
    found = searched(desk, items=[item(wanted=["log"])], secrecy=SECRET, knows=KNOWS)
    desk.service.papers.attach(found.id, "image", b"the warrant", keep=Keep.RECORD, by=desk["kaiji"])
    desk.service.deciding.decide(found.id, {1: (Choice.DISCLOSE, "令状どおり")}, by=desk["kaiji"])
    handed(desk, found.id)
    return found.id


def unpack(made: InspectionFile, into: Path) -> Path:
    """The file's content as a folder."""
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.testzip() is None
        archive.extractall(into)
    return into


def run(directory: Path, *arguments: str, program: str = "verify.py") -> subprocess.CompletedProcess[str]:
    """A program of the file, in a process that can't import Sekisho."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    blocked = "import sys, runpy; sys.modules['sekisho'] = None; sys.argv = sys.argv[1:]; sys.path.pop(0); "
    return subprocess.run(
        [sys.executable, "-B", "-c", blocked + "runpy.run_path(sys.argv[0], run_name='__main__')",
         str(directory / program), *arguments],
        capture_output=True, text=True, check=False, env=environment, cwd=directory,
    )  # fmt: skip


def test_it_holds_without_sekisho(desk: Desk, store: Store, key_file: KeyFile, tmp_path: Path) -> None:
    """Record, decisions with citations, questions with their scope, people, papers' hashes: all is as the ledger names
    it, and every leaf, those of the lookups too, opens and is in the signed ledger."""
    case_id = delivered(desk)
    desk.service.close(case_id, "交付済み", by=desk["kaiji"])
    with SubprocessProber(desk.workspace.path, key_file) as prober:
        for _ in Endings(desk.workspace, prober, by="kaiji").run_all():
            pass
    made = Inspections(desk.service).make(case_id, WHY, by=desk["kansa"])
    assert made.secret
    where = unpack(made, tmp_path / "file")
    key = fingerprint(desk.workspace.ledger_public_key)
    checked = run(where, "--key", key)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "Everything holds." in checked.stdout
    names = ("case", "decisions", "queries", "papers")
    told = {name: json.loads((where / f"{name}.json").read_text()) for name in names}
    assert told["case"]["case"]["document"]["number"] == "令和8年（る）第1号"
    (decision,) = told["decisions"]
    assert decision["cited"]
    assert all(one["provisions"] for one in decision["cited"])
    assert told["queries"]["items"][0]["asked"][0]["address"] == "203.0.113.5"
    (grant,) = told["queries"]["grants"]
    assert {one["decided_by"] for one in grant["approvals"]} == {"kakunin", "hogo"}
    papers = {one["kind"]: one for one in told["papers"]}
    assert len(papers["image"]["sha256"]) == 64
    assert papers["search_evidence"]["says"]["checkpoint"]
    assert b"line-7" not in made.data
    proofs = json.loads((where / "proofs.json").read_text())
    steps = json.loads((where / "timeline.json").read_text())
    assert len(proofs["leaves"]) == len(steps) + 2  # a lookup, and this file's own
    assert "★" in (where / "README.txt").read_text()
    (certificate,) = json.loads((where / "certificates.json").read_text())
    (where / "one.json").write_text(json.dumps(certificate))
    destroyed = run(where, "--key", key, "one.json", program="verify-certificate.py")
    assert destroyed.returncode == 0, destroyed.stdout
    timeline = desk.service.timeline(case_id, by=desk["kansa"])
    assert timeline[-1].event == "inspected"
    assert timeline[-1].said is not None
    assert timeline[-1].said["said"]["why"] == WHY


@pytest.mark.parametrize(
    "name", ["case.json", "decisions.json", "queries.json", "README.txt", "timeline.json", "people.json"]
)
def test_a_changed_record_is_found(desk: Desk, store: Store, tmp_path: Path, name: str) -> None:
    """One byte of a record changed, with the list of sums made to fit: the leaf that names the file tells."""
    made = Inspections(desk.service).make(delivered(desk), WHY, by=desk["kansa"])
    where = unpack(made, tmp_path / "file")
    (where / name).write_bytes((where / name).read_bytes() + b" ")
    refit(where)
    checked = run(where)
    assert checked.returncode == 1
    assert f"WRONG {name}" in checked.stdout


def refit(where: Path) -> None:
    """Make the sums fit what is there, as whoever changes a file would."""
    names = [line.split("  ")[1] for line in (where / "SHA256SUMS").read_text().splitlines()]
    sums = "".join(f"{hashlib.sha256((where / one).read_bytes()).hexdigest()}  {one}\n" for one in names)
    (where / "SHA256SUMS").write_text(sums)


@pytest.mark.parametrize("part", ["body", "salt", "leaf", "proof", "index", "leaves", "shape"])
def test_a_changed_proof_is_found(desk: Desk, store: Store, tmp_path: Path, part: str) -> None:
    """A leaf's body, salt, place, proof; the last leaf taken away; something else altogether: none passes."""
    made = Inspections(desk.service).make(delivered(desk), WHY, by=desk["kansa"])
    where = unpack(made, tmp_path / "file")
    document = json.loads((where / "proofs.json").read_text())
    one = document["leaves"][0]
    match part:
        case "body" | "leaf":
            one[part] = document["leaves"][1][part]
        case "salt":
            one["salt"] = "00" * 32
        case "proof":
            one["proof"] = one["proof"][:-1]
        case "index":
            one["index"] += 1
        case "leaves":
            document["leaves"].pop()
        case _:
            document = {"leaves": 3}
    (where / "proofs.json").write_text(json.dumps(document))
    refit(where)
    checked = run(where)
    assert checked.returncode == 1
    assert "WRONG proofs.json" in checked.stdout


def test_the_operators_key_is_compared(desk: Desk, store: Store, tmp_path: Path) -> None:
    """Another key's fingerprint, another checkpoint, or a question for a whole ledger is told."""
    made = Inspections(desk.service).make(delivered(desk), WHY, by=desk["kansa"])
    where = unpack(made, tmp_path / "file")
    assert run(where, "--key", "00" * 32).returncode == 1
    assert run(where, "--earlier", "checkpoint").returncode == 2
    (where / "checkpoint").write_bytes((where / "checkpoint").read_bytes().replace(b"sekisho/", b"sekishu/"))
    refit(where)
    assert "WRONG checkpoint" in run(where).stdout


def test_only_auditors_make_one_and_it_is_on_record(desk: Desk, store: Store) -> None:
    """Nobody who works on cases makes one; an auditor shows a token and says why; a case that isn't there isn't."""
    case_id = delivered(desk)
    desks = Inspections(desk.service)
    for name in ("uketsuke", "kakunin", "kensaku", "kaiji", "hogo", "madoguchi", "bengoshi"):
        with pytest.raises(ScopeMissing):
            desks.make(case_id, WHY, by=desk[name])
    with pytest.raises(ProofTooWeak):
        desks.make(case_id, WHY, by=desk.stated("kansa"))
    with pytest.raises(CaseRefused):
        desks.make(case_id, "  ", by=desk["kansa"])
    with pytest.raises(UnknownCase):
        desks.make("d" + "0" * 16, WHY, by=desk["kansa"])
    events = [one.event for one in desk.service.timeline(case_id, by=desk["kansa"])]
    assert "inspected" not in events


def test_two_files_of_one_case(desk: Desk, store: Store, tmp_path: Path) -> None:
    """A second file says that there was a first; both hold."""
    case_id = delivered(desk)
    desks = Inspections(desk.service)
    first, second = (desks.make(case_id, why, by=desk["kansa"]) for why in (WHY, "社内監査"))
    assert first.sha256 != second.sha256
    for number, one in enumerate((first, second)):
        assert run(unpack(one, tmp_path / str(number))).returncode == 0
    steps = json.loads((tmp_path / "1" / "timeline.json").read_text())
    assert steps[-1]["event"] == "inspected"
