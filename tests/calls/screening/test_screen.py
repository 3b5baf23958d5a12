"""The decision core when something goes wrong, on trial sets, and alone in a bare interpreter."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import sekisho
from sekisho.calls.screening import agreements as trunk_agreements
from sekisho.calls.screening import bundle as bundles
from sekisho.calls.screening import compile as compiler
from sekisho.calls.screening import table
from sekisho.calls.screening.agreements import Agreements, NumberSet
from sekisho.calls.screening.errors import AgreementsRefused, BundleRefused
from sekisho.calls.screening.list_writer import ListWriter
from sekisho.calls.screening.lookups import Hit, LineSettings, Owner, Wish
from sekisho.calls.screening.number_keys import span_between
from sekisho.calls.screening.screen import Screen
from sekisho.calls.screening.settings import write_lines
from tests.calls.screening.test_table import dumped, rule
from tests.calls.screening.world import (
    AGREEMENTS,
    AT,
    DEFAULT,
    EGRESS,
    LINES,
    REFUSE,
    SNAPSHOT,
    bundle,
    call,
    shipped_json,
)

FORGED = {"trunk": "own-reject", "asserted": "0666661234"}


class _Broken:
    """Lists and settings that can't be asked."""

    def find(self, digits: str, line: str | None, at: datetime) -> Hit | None:
        del digits, line, at
        raise OSError("gone")

    def settings(self, line: str | None) -> LineSettings:
        del line
        raise OSError("gone")


@pytest.mark.parametrize("called", ["110", "118", "119", "184110", "186119"])
def test_emergency_calls_connect_without_anything(called: str) -> None:
    """Without a bundle, on a broken one and with a senseless call, 110, 118 and 119 pass unchanged."""
    for used in (None, bundle(agreements=None), bundle(rules=None)):
        screen = Screen(used)
        for at in (AT, None):
            decision = screen.decide(call(called=called, at=at, **FORGED))
            assert (decision.outcome.value, decision.reason) == ("pass", "emergency_call")


def test_without_a_bundle_calls_pass_and_are_counted() -> None:
    """A core that has nothing to judge by lets every call through, and counts it."""
    screen = Screen()
    decision = screen.decide(call(**FORGED))
    assert (decision.outcome.value, decision.failed_open) == ("pass", "no_bundle")
    screen.use(bundle())
    assert screen.decide(call(**FORGED)).outcome.value == "reject"
    assert screen.counts.failed_open == {"no_bundle": 1}
    assert screen.counts.decisions == 2


@pytest.mark.parametrize(
    "given",
    [{"at": None}, {"at": datetime(2026, 1, 1)}, {"called": None}, {"asserted": 3}, {"privacy": None, "isup": None}],  # noqa: DTZ001  a call without a zone is one of the faults
)
def test_a_fault_lets_the_call_through(given: dict[str, Any]) -> None:
    """A call that no proxy should have made passes with the class of the fault as the reason."""
    made = call(**(FORGED | {"trunk": "own"}))
    for name, value in given.items():
        object.__setattr__(made, name, value)
    screen = Screen(bundle())
    decision = screen.decide(made)
    assert decision.outcome.value == "pass"
    assert decision.failed_open in ("TypeError", "AttributeError")
    assert sum(screen.counts.failed_open.values()) == 1


def test_broken_lists_dont_free_forged_numbers() -> None:
    """Where lists and settings can't be asked, agreements still hold; what would have passed says why it did."""
    screen = Screen(bundle(lists=_Broken(), lines=_Broken()))
    assert screen.decide(call(**FORGED)).outcome.value == "reject"
    forged = screen.decide(call(direction="abroad", trunk="intl", asserted="+81355550100"))
    assert (forged.outcome.value, forged.failed_open) == ("anonymise", None)
    passed = screen.decide(call(direction="domestic", trunk="dom", asserted="0355559999"))
    assert (passed.outcome.value, passed.failed_open) == ("pass", "lists_not_found")


def test_no_rule_set_can_harm_a_call_back() -> None:
    """Rules that were tampered with after the compiler still can't refuse an emergency authority's call-back."""
    raw = shipped_json().replace(b'"outcome": "pass"', b'"outcome": "anonymise"')
    screen = Screen(bundle(rules=table.load(raw)))
    marked = screen.decide(call(direction="domestic", trunk="dom", asserted="alice", emergency_callback=True))
    shaped = screen.decide(call(direction="domestic", trunk="dom", asserted="119"))
    assert (marked.outcome.value, shaped.outcome.value) == ("pass", "pass")


def test_a_set_on_trial_has_no_effect() -> None:
    """The shadow set's word is told and counted where it differs; the live set decides."""
    trial = compiler.read_rules({"set.yaml": dumped([rule(3, {"direction": {"eq": "domestic"}}, outcome="anonymise")])})
    screen = Screen(bundle(shadow=table.load(compiler.compiled_json(trial, name="trial"))))
    same, other = call(**FORGED | {"trunk": "own", "asserted": "0355550100"}), call(direction="domestic", trunk="dom")
    live, shadow = screen.decide_with_shadow(other)
    assert (live.outcome.value, shadow and shadow.outcome.value) == ("pass", "anonymise")
    assert screen.decide(other).outcome.value == "pass"
    screen.decide(same)
    assert screen.counts.shadow_compared == 3
    assert screen.counts.shadow_different == {("", "pass", "test.3", "anonymise"): 2}


def test_the_core_says_why() -> None:
    """For people the core tells the features of a call and the rule that decides it."""
    screen = Screen(bundle())
    vector, found = screen.explain(call(**FORGED))
    assert found is not None
    assert found.id == "calls.egress.not-agreed"
    assert len(vector) == 17
    with pytest.raises(LookupError):
        Screen().explain(call())
    assert screen.counts.decisions == 0


def test_number_sets() -> None:
    """Ranges are closed, of one length, and merge where they overlap; faults never hold the number."""
    held = NumberSet(["0120555010"], [("0355550100", "0355550199"), ("0355550150", "0355550299")])
    for number, wanted in (
        ("0355550100", True), ("0355550299", True), ("0355550300", False), ("035555010", False),
        ("0120555010", True), ("+81355550100", False), ("", False),
    ):  # fmt: skip
        assert (number in held) is wanted
    for singles, ranges in ((["03-5555"], []), ([], [("0355550199", "0355550100")]), ([], [("03", "033")]), ([""], [])):
        with pytest.raises(ValueError, match=r"a (number|range)") as refused:
            NumberSet(singles, ranges)
        assert "5555" not in str(refused.value)


def test_agreements_are_found_by_day() -> None:
    """Two agreements on a trunk and direction may follow each other, and may not share a day."""
    first = next(each for each in AGREEMENTS if each.trunk == "ended")
    assert first.ends is not None
    then = dataclasses.replace(first, id="then", begins=first.ends, ends=None)
    both = Agreements([then, first])
    assert both.of("ended", EGRESS, AT) is then
    with pytest.raises(AgreementsRefused, match="shares days"):
        Agreements([first, dataclasses.replace(first, id="again")])
    with pytest.raises(AgreementsRefused, match="anonymise or reject"):
        dataclasses.replace(first, otherwise=type(REFUSE).PASS)
    again = trunk_agreements.from_json(trunk_agreements.to_json(AGREEMENTS))
    assert trunk_agreements.to_json(again.all) == trunk_agreements.to_json(AGREEMENTS)
    with pytest.raises(AgreementsRefused):
        trunk_agreements.from_json(b'{"format": 1, "agreements": [{}]}')


def _parts() -> dict[str, bytes]:
    writer = ListWriter()
    writer.add(
        [span_between("0355559999", "0355559999")], list_id="fraud", version=1, owner=Owner.IMPORTED, entry=1,
        action=Wish.REJECT, reason="fraud", expires=None,
    )  # fmt: skip
    return {
        "rules.json": shipped_json(), "agreements.json": trunk_agreements.to_json(AGREEMENTS),
        "lists.bin": writer.content(), "lines.bin": write_lines(LINES, default=DEFAULT),
        "designations.json": bundles.designations_json(SNAPSHOT),
    }  # fmt: skip


def test_a_bundle_is_switched_as_a_whole(tmp_path: Path) -> None:
    """What was written is loaded and judged by; a broken one leaves the old in place, counted once; a sound one
    replaces it."""
    folder = bundles.Folder(tmp_path)
    assert not folder.reload_if_changed()
    assert not folder.reload_if_changed()
    assert folder.failures == {"FileNotFoundError": 1}
    assert bundles.write(tmp_path, _parts(), made_at=AT) == "00000001"
    assert folder.reload_if_changed()
    assert not folder.reload_if_changed()
    used = folder.bundle
    assert used is not None
    screen = Screen(used)
    listed = call(direction="domestic", trunk="dom", asserted="0355559999", line="hard")
    assert screen.decide(listed).sip_status == 608
    unknown = call(direction="domestic", trunk="dom", asserted="0312345678")
    assert screen.decide(unknown).reason == "number_not_designated"

    assert bundles.write(tmp_path, _parts(), made_at=AT) == "00000002"
    (tmp_path / "00000002" / "rules.json").write_bytes(b"{}")
    assert not folder.reload_if_changed()
    assert not folder.reload_if_changed()
    assert folder.bundle is used
    assert folder.failures["screening_bundle_refused"] == 1
    assert "rules.json" in (folder.last_failure or "")

    assert bundles.write(tmp_path, _parts(), made_at=AT) == "00000003"
    assert folder.reload_if_changed()
    assert folder.bundle is not None
    assert (folder.bundle.name, folder.last_failure) == ("00000003", None)


@pytest.mark.parametrize(
    ("part", "content"),
    [("rules.json", b"{}"), ("agreements.json", b"[]"), ("lists.bin", b"x"), ("lines.bin", b""),
     ("designations.json", b"{}"), ("shadow_rules.json", b"null"), ("other.bin", b"")],
)  # fmt: skip
def test_a_bundle_that_isnt_sound_never_becomes_current(tmp_path: Path, part: str, content: bytes) -> None:
    """A part that can't be read is refused when the bundle is written, and ``current`` stays as it was."""
    bundles.write(tmp_path, _parts(), made_at=AT)
    with pytest.raises(Exception, match=r"can't be (used|loaded)"):
        bundles.write(tmp_path, _parts() | {part: content}, made_at=AT)
    assert (tmp_path / "current").read_text() == "00000001\n"


def test_a_bundle_needs_its_parts(tmp_path: Path) -> None:
    """Without rules or agreements there is no bundle; a manifest that names neither, or nonsense, is refused."""
    with pytest.raises(BundleRefused):
        bundles.write(tmp_path, {"rules.json": shipped_json()}, made_at=AT)
    name = bundles.write(tmp_path, _parts(), made_at=AT)
    for text in ("", "{}", '{"format": 1, "made_at": "2026-11-23T00:00:00+00:00", "files": {}}', "[]"):
        (tmp_path / name / "manifest.json").write_text(text)
        with pytest.raises(BundleRefused):
            bundles.load(tmp_path / name)


def test_the_core_needs_the_standard_library_only(tmp_path: Path) -> None:
    """A bundle is loaded and a call decided by an interpreter that sees no installed package, as in a proxy."""
    bundles.write(tmp_path, _parts(), made_at=AT)
    source = str(Path(sekisho.__file__).parents[1])
    program = (
        f"import sys; sys.path.insert(0, {source!r})\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from sekisho.calls.screening.bundle import Folder\n"
        "from sekisho.calls.screening.call import Call, Direction\n"
        "from sekisho.calls.screening.screen import Screen\n"
        f"folder = Folder(Path({str(tmp_path)!r})); assert folder.reload_if_changed(), folder.last_failure\n"
        "screen = Screen(folder.bundle)\n"
        "at = datetime(2026, 11, 23, 3, tzinfo=UTC)\n"
        "print(screen.decide(Call(at=at, trunk='own-reject', direction=Direction.EGRESS, called='0666669876',"
        " asserted='0666661234')).rule)\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] in ('yaml', 'sqlalchemy', 'click')]\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "calls.egress.not-agreed", done.stderr
