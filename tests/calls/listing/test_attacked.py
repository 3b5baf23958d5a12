"""What somebody tries who wants a number labelled that mustn't be, a change unseen, a list read, or to act alone."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from sekisho.access.errors import ApprovalNotGiven, OwnRequest, ScopeMissing, TooFewApprovers
from sekisho.calls.errors import EntryProtected, EntryRefused, ListNotSigned, ListRefused, ListReplayed, UnknownBundle
from sekisho.calls.listing.covers import ProtectedKind
from sekisho.calls.screening import bundle as bundles
from sekisho.calls.tables import call_entry
from sekisho.keys.errors import CouldNotDecrypt
from tests.calls.desk import LATER, NOW, NUMBER, CallDesk, call, manifest
from tests.calls.listing.test_publishing import AGREEMENT, agreed, made

POLICE = "0312340110"
OWN = {"prefix": "050111", "holder": "関所通信", "source": "指定"}


def protect(desk: CallDesk, kind: ProtectedKind, **fields: Any) -> None:
    """Somebody registers what no list may hit."""
    desk.service.entries.protect(kind, {"holder": "署", "source": "公表", **fields}, by=desk["tanto"])


@pytest.mark.parametrize(
    "written",
    ["110", "１１０", "184110", "186-119", "1 1 8", "+81110", "010 81 110", "tel:110", "110;phone-context=+81"],
)
def test_an_emergency_number_in_disguise(desk: CallDesk, written: str) -> None:
    """No form of an emergency number gets onto a list, the operator's or a subscriber's."""
    for line in (None, "L1"):
        with pytest.raises(EntryRefused):
            desk.enter(number=written, action="reject", line=line)


@pytest.mark.parametrize(
    "covered",
    [
        {"prefix": "1"}, {"prefix": "11"}, {"prefix": "１１０"}, {"from": "109", "to": "111"}, {"prefix": "+81"},
        {"prefix": ""},
    ],
)  # fmt: skip
def test_around_an_emergency_number(desk: CallDesk, covered: dict[str, str]) -> None:
    """Nor does a beginning or a range around one; and if one did, 110 and its call-back would connect."""
    for line in (None, "L1"):
        with pytest.raises(EntryRefused):
            desk.enter(number=None, action="reject", line=line, **covered)
    desk.service.publishing.publish(by=desk["tanto"])
    shown = call(asserted="110", emergency_callback=True)
    assert desk.service.decide(shown, by=desk["madoguchi"])[0].outcome.value == "pass"


def test_listed_before_it_was_protected(desk: CallDesk) -> None:
    """A public office's number that stood on a list before it was registered, by the operator or an importer, is let
    through from the next bundle on; a subscriber's own wish stays theirs."""
    desk.register()
    desk.enter(number=POLICE, action="reject")
    desk.enter(number=None, prefix="031234", action="label")
    desk.take_in(f"number,action,reason\n{POLICE},reject,fraud\n".encode())
    own = {"number": POLICE, "action": "reject", "reason": "own", "line": "L1"}
    desk.service.entries.add(own, by=desk["madoguchi"])
    desk.service.publishing.publish(by=desk["tanto"])
    assert desk.hit(POLICE) == "reject"
    protect(desk, ProtectedKind.PUBLIC_OFFICE, number=POLICE)
    desk.service.publishing.publish(by=desk["tanto"])
    assert desk.hit(POLICE) == "pass"
    assert desk.hit("0312340111") == "label"
    assert desk.hit(POLICE, "L1") == "reject"


def test_an_own_range_piece_by_piece(desk: CallDesk) -> None:
    """Ten parts are the whole: the last is refused, entry by entry and in one imported list."""
    protect(desk, ProtectedKind.OWN_RANGE, **OWN)
    for digit in range(9):
        desk.enter(number=None, prefix=f"050111{digit}")
    with pytest.raises(EntryProtected):
        desk.enter(number=None, prefix="0501119")
    desk.enter(number=None, prefix="0501119", action="pass")
    desk.register()
    lines = "".join(f"050111{digit},label,fraud\n" for digit in range(10))
    with pytest.raises(ListRefused):
        desk.take_in(f"prefix,action,reason\n{lines}".encode())
    assert desk.take_in(b"prefix,action,reason\n0501111,label,fraud\n").entries > 0


def test_an_old_list_again(desk: CallDesk) -> None:
    """A version that was held, or ended, isn't taken in again: not by its number, its bytes, another key, or under
    another importer's name."""
    desk.register()
    first = f"number,action,reason\n{NUMBER},reject,fraud\n".encode()
    second = b"number,action,reason\n0311112222,reject,fraud\n"
    desk.take_in(first, version=1)
    desk.take_in(second, version=2)
    with pytest.raises(ListReplayed):
        desk.take_in(first, version=1)
    desk.service.imports.end("npa", "fraud", "終了", by=desk["tanto"])
    for content, version in ((first, 1), (second, 2)):
        with pytest.raises(ListReplayed):
            desk.take_in(content, version=version)
    desk.service.imports.end_importer("npa", by=desk["tanto"])
    desk.register()
    with pytest.raises(ListReplayed):
        desk.take_in(second, version=2)
    relabelled = orjson.dumps({**orjson.loads(manifest(second, version=2)), "version": 3})
    for changed in (relabelled, orjson.dumps({**orjson.loads(relabelled), "list": "other"})):
        with pytest.raises(ListNotSigned):
            desk.service.imports.take_in(changed, io.BytesIO(second), by=desk["tanto"])


def test_no_change_is_unseen(desk: CallDesk) -> None:
    """Every act on lists, lines, agreements and rules leaves a leaf with who did it; a row that is changed beside the
    program doesn't open, and nothing is published from it."""
    before = len(desk.leaves("calls.list_entry"))
    made = desk.enter()
    desk.service.entries.remove(made.id, "誤り", by=desk["tanto"])
    assert len(desk.leaves("calls.list_entry")) == before + 2
    assert all(leaf["by"] == "tanto" for leaf in desk.leaves("calls.list_entry"))
    one, other = desk.enter(number="0311112222"), desk.enter(number="0311113333")
    with desk.workspace.database.read() as connection:
        rows = {row.id: row for row in connection.execute(select(call_entry))}
    swapped = update(call_entry).where(call_entry.c.id == one.id).values(body=rows[other.id].body)
    desk.workspace.commit(lambda connection: connection.execute(swapped) and None, [])
    with pytest.raises(CouldNotDecrypt):
        desk.service.publishing.publish(by=desk["tanto"])


def test_a_lines_own_list_is_read_by_nobody_else(desk: CallDesk) -> None:
    """Not in pages, searches, appeals, leaves or errors; only who serves subscribers reads it, and nobody takes an
    entry out of it that doesn't."""
    own = {"number": NUMBER, "action": "reject", "reason": "own", "line": "0399998888"}
    entry = desk.service.entries.add(own, by=desk["madoguchi"])
    found = desk.service.appeals.find_number(NUMBER, by=desk["hogo"]).document()
    assert found == {"operator": [], "imported": [], "freed": [], "subscribers_own": 1}
    assert desk.service.entries.page() == []
    with pytest.raises(ScopeMissing):
        desk.service.entries.of_line("0399998888", by=desk["hogo"])
    with pytest.raises(ScopeMissing):
        desk.service.entries.remove(entry.id, "x", by=desk["hogo"])
    with pytest.raises(ScopeMissing):
        desk.service.appeals.every_open(by=desk["hogo"])
    leaves = json.dumps(desk.leaves("calls.list_entry"))
    assert NUMBER not in leaves
    assert "0399998888" not in leaves


def test_no_agreement_alone(desk: CallDesk) -> None:
    """Not by approving one's own, making it unapproved, making it with the approval of another proposal, changing it
    after the approval, or going back to a bundle that still had it."""
    accords, publishing = desk.service.accords, desk.service.publishing
    agreed(desk)
    publishing.publish(by=desk["tanto"])
    made(desk, accords.propose_end("ag-1", NOW.date() + timedelta(days=1), by=desk["tanto"]))
    publishing.publish(by=desk["tanto"])
    desk.clock.advance(timedelta(days=2))
    publishing.roll_back(1, by=desk["tanto"])
    held = bundles.load(publishing.root / "00000003").agreements.all
    assert [one.ends for one in held] == [date(2026, 11, 25)]
    wanted = {**AGREEMENT, "id": "ag-2", "from": "2026-11-27"}
    alone = accords.propose_agreements([wanted], by=desk["tanto2"])
    with pytest.raises((OwnRequest, ScopeMissing)):
        accords.approve(alone.id, by=desk["tanto2"])
    with pytest.raises((OwnRequest, ScopeMissing)):
        accords.approve(alone.id, by=desk["tanto"])
    with pytest.raises((ApprovalNotGiven, TooFewApprovers)):
        accords.make(alone.id, by=desk["tanto"])
    assert [one.id for one in accords.agreements()] == ["ag-1"]


def test_a_former_bundle_that_was_changed(desk: CallDesk) -> None:
    """A folder whose rules were changed, manifest and all, isn't what was recorded: nothing goes back to it."""
    publishing = desk.service.publishing
    publishing.publish(by=desk["tanto"])
    publishing.publish(by=desk["tanto"])
    folder = publishing.root / "00000001"
    rules = json.loads((folder / "rules.json").read_bytes())
    for each in rules["rules"]:
        each["outcome"] = "pass"
    parts = {
        one: (folder / one).read_bytes() for one in ("agreements.json", "lists.bin", "lines.bin")
    } | {"rules.json": json.dumps(rules).encode()}
    forged = bundles.write(folder.parent / "elsewhere", parts, made_at=NOW)
    for one in (folder.parent / "elsewhere" / forged).iterdir():
        (folder / one.name).write_bytes(one.read_bytes())
    bundles.load(folder)
    with pytest.raises(UnknownBundle):
        publishing.roll_back(1, by=desk["tanto"])
    assert publishing.current().number == 2


def test_until_is_not_longer_than_allowed(desk: CallDesk) -> None:
    """An operator's entry doesn't live on by being entered for ever, nor without saying where it is from."""
    ever = {"expires": "9999-12-31T00:00:00+09:00"}
    for wrong in (ever, {"expires": None}, {"source": " "}, {"reason": NUMBER + "!"}):
        with pytest.raises(EntryRefused):
            desk.enter(**wrong)
    assert desk.enter(expires=LATER).expires is not None
