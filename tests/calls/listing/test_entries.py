"""Entries of subscribers' and the operator's lists; numbers that no list may hit; a number freed everywhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.calls.errors import (
    AppealDecided,
    AppealRefused,
    EntryFreed,
    EntryProtected,
    EntryRefused,
    UnknownAppeal,
    UnknownEntry,
)
from sekisho.calls.listing.covers import ProtectedKind
from tests.calls.desk import LATER, NOW, NUMBER, CallDesk


def test_forms_of_one_number(desk: CallDesk) -> None:
    """National, international and full-width forms are one entry; entered again, it is the one that is there."""
    first = desk.enter()
    for form in ("+81 3 1234 5678", "０３ー１２３４ー５６７８", "010 81 3 1234 5678"):
        assert desk.enter(number=form).id == first.id
    assert desk.enter(action="reject", sip_status=608).id != first.id
    assert [one.action.value for one in desk.service.entries.page()] == ["reject"]
    assert desk.enter(number="010 1 202 555 0123").covers.first == "+12025550123"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": "abc"}, "number"),
        ({"number": None}, "number"),
        ({"prefix": "0570"}, "number"),
        ({"number": "188"}, "number"),
        ({"number": None, "prefix": "03"}, "prefix"),
        ({"number": None, "prefix": "+1"}, "prefix"),
        ({"number": None, "from": "0312340000", "to": "03123499999"}, "from"),
        ({"number": None, "from": "0312340009", "to": "0312340000"}, "from"),
        ({"number": None, "from": "09000000000", "to": "09099999999"}, "to"),
        ({"action": "explode"}, "action"),
        ({"sip_status": 608}, "sip_status"),
        ({"reason": "Bad Reason"}, "reason"),
        ({"source": None}, "source"),
        ({"expires": None}, "expires"),
        ({"expires": "2020-01-01T00:00:00+09:00"}, "expires"),
        ({"expires": "2026-12-31"}, "expires"),
        ({"expires": "2040-01-01T00:00:00+09:00"}, "expires"),
        ({"line": ""}, "line"),
    ],
)
def test_what_is_refused(desk: CallDesk, changed: dict[str, Any], field: str) -> None:
    """A field that no entry has is refused by name, and no error holds the number."""
    by = desk["madoguchi"] if "line" in changed else desk["tanto"]
    fields = {"number": NUMBER, "action": "label", "reason": "fraud", "source": "苦情", "expires": LATER, **changed}
    with pytest.raises(EntryRefused) as refused:
        desk.service.entries.add({k: v for k, v in fields.items() if v is not None}, by=by)
    assert refused.value.fields["field"] == field
    assert NUMBER not in str(refused.value)
    assert desk.service.entries.page() == []


def test_protected_numbers(desk: CallDesk) -> None:
    """Emergency numbers, published numbers of public offices, and a whole range of the operator's own."""
    entries = desk.service.entries
    for kind, fields in (
        (ProtectedKind.PUBLIC_OFFICE, {"number": "0312340110"}),
        (ProtectedKind.OWN_RANGE, {"prefix": "050111"}),
    ):
        entries.protect(kind, {**fields, "holder": "関所通信", "source": "公表資料"}, by=desk["tanto"])
    assert len(entries.every_protected()) == 2
    for covered, what in (
        ({"number": "110"}, "emergency"),
        ({"number": "0312340110"}, "public_office"),
        ({"number": None, "prefix": "031234"}, "public_office"),
        ({"number": None, "from": "0312340000", "to": "0312340999"}, "public_office"),
        ({"number": None, "prefix": "05011"}, "own_range"),
        ({"number": None, "prefix": "050111"}, "own_range"),
    ):
        with pytest.raises(EntryProtected) as refused:
            desk.enter(**covered)
        assert refused.value.fields["what"] == what
    desk.enter(number=None, prefix="0501112")  # a part of it may be listed
    desk.enter(number="0312340110", action="pass")  # what frees a public office harms nobody
    # Whom a subscriber doesn't answer is theirs to say; an emergency authority they can't shut out.
    own = {"action": "reject", "reason": "own", "line": "L1"}
    entries.add({**own, "number": "0312340110"}, by=desk["madoguchi"])
    with pytest.raises(EntryRefused):
        entries.add({**own, "prefix": "11"}, by=desk["madoguchi"])
    with pytest.raises(EntryProtected):
        entries.add({**own, "prefix": "110"}, by=desk["madoguchi"])


def test_whose_list(desk: CallDesk) -> None:
    """A subscriber's own list is told to whoever serves them and to nobody else; the operator's is apart."""
    entries = desk.service.entries
    own = entries.add({"number": NUMBER, "action": "pass", "reason": "own", "line": "L1"}, by=desk["madoguchi"])
    desk.enter(action="reject")
    assert [one.list.value for one in entries.page()] == ["operator"]
    assert [one.id for one in entries.of_line("L1", by=desk["madoguchi"])] == [own.id]
    assert entries.of_line("L2", by=desk["madoguchi"]) == []
    assert "L1" not in str(own.document())
    for act in (
        lambda: entries.of_line("L1", by=desk["hogo"]),
        lambda: entries.remove(own.id, "x", by=desk["hogo"]),
        lambda: entries.add({"number": NUMBER}, by=desk["madoguchi"]),
    ):
        with pytest.raises(ScopeMissing):
            act()
    desk.service.publishing.publish(by=desk["tanto"])
    assert (desk.hit(NUMBER, "L1"), desk.hit(NUMBER, "L2"), desk.hit(NUMBER)) == ("pass", "reject", "reject")


def test_removed(desk: CallDesk) -> None:
    """One person takes an entry out, with a reason that is on record; the next bundle is without it."""
    entry = desk.enter()
    with pytest.raises(EntryRefused):
        desk.service.entries.remove(entry.name, " ", by=desk["tanto"])
    desk.service.entries.remove(entry.name, "番号の返却", by=desk["tanto"])
    assert desk.service.entries.find(entry.name).state == "removed"
    assert desk.leaves("calls.list_entry")[-1]["removed"] == "番号の返却"
    desk.service.publishing.publish(by=desk["tanto"])
    assert desk.hit(NUMBER) is None
    for name in ("operator:0:1", "x", "operator:0:" + "9" * 30):
        with pytest.raises(UnknownEntry):
            desk.service.entries.find(name)


def test_freed_everywhere(desk: CallDesk) -> None:
    """One act frees a number on every list but a subscriber's own, publishes, outlives a re-import until its end, and
    tells which connectors are behind; nothing it records or tells names a subscriber."""
    desk.register()
    desk.take_in(f"number,action,reason\n{NUMBER},reject,fraud\n".encode())
    desk.enter(action="reject")
    desk.enter(number=None, prefix="031234", action="announce")
    own = {"number": NUMBER, "action": "reject", "reason": "own", "line": "L1"}
    desk.service.entries.add(own, by=desk["madoguchi"])
    before = desk.service.publishing.publish(by=desk["tanto"])
    desk.service.publishing.report("sbc-1", folder=before.folder, problem=None)
    assert desk.hit(NUMBER) == "reject"

    said = desk.service.free(NUMBER, "誤登録", by=desk["tanto"])
    stood = said["stood_on"]
    assert [len(stood[name]) for name in ("operator", "imported", "freed")] == [2, 1, 0]
    assert stood["imported"][0]["entry"] == "npa.fraud:1:2"
    assert stood["subscribers_own"] == 1
    assert "L1" not in str(said)
    assert said["behind"] == ["sbc-1"]
    desk.service.publishing.report("sbc-1", folder=said["bundle"]["folder"], problem=None)
    assert desk.service.publishing.state()["behind"] == []
    assert (desk.hit(NUMBER), desk.hit(NUMBER, "L1"), desk.hit("0312345679")) == ("pass", "reject", "announce")

    desk.take_in(f"number,action,reason\n+81{NUMBER[1:]},reject,fraud\n".encode(), version=2)
    desk.service.publishing.publish(by=desk["tanto"])
    assert desk.hit(NUMBER) == "pass"
    (leaf,) = desk.leaves("calls.number_freed")
    assert (leaf["subscribers_own"], leaf["imported"], len(leaf["ended"])) == (1, ["npa.fraud"], 1)
    assert NUMBER[1:] not in str(leaf)
    desk.clock.advance(timedelta(days=366))
    assert desk.hit(NUMBER) == "reject"


def test_listed_again(desk: CallDesk) -> None:
    """A freed number is listed again only with a reason, and then the exception ends."""
    desk.enter()
    desk.service.free(NUMBER, "誤登録", by=desk["tanto"])
    with pytest.raises(EntryFreed):
        desk.enter()
    desk.enter(relist_reason="新たな被害届")
    assert [one.list.value for one in desk.service.entries.page()] == ["operator"]
    assert desk.leaves("calls.list_entry")[-1]["relisted"] is True
    for until, reason in ((NOW, "x"), (NOW + timedelta(days=800), "x"), (None, "")):
        with pytest.raises(AppealRefused):
            desk.service.appeals.free(NUMBER, reason, until=until, by=desk["tanto"])


def test_appeals(desk: CallDesk) -> None:
    """An appeal has a day to be answered by; granted, the number is free; refused, with words; decided once."""
    entry, appeals = desk.enter(action="reject", sip_status=608), desk.service.appeals
    fields = {"number": NUMBER, "contact": "関所 太郎", "grounds": "発信した覚えがない", "reference": entry.name}
    first = appeals.receive(fields, by=desk["madoguchi"])
    other = appeals.receive({**fields, "number": "0311112222"}, by=desk["madoguchi"])
    assert [one.id for one in appeals.every_open(by=desk["tanto"])] in ([first.id, other.id], [other.id, first.id])
    assert first.due_on.isoformat() == "2026-12-08"
    said = desk.service.uphold(first.id, "確認した", by=desk["tanto"])
    assert len(said["stood_on"]["operator"]) == 1
    appeals.reject(other.id, "登録されていない", by=desk["tanto"])
    assert [appeals.find(one.id).state for one in (first, other)] == ["upheld", "rejected"]
    assert appeals.every_open(by=desk["tanto"]) == []
    assert "太郎" not in str(desk.leaves("calls.appeal"))
    with pytest.raises(AppealDecided):
        appeals.reject(first.id, "x", by=desk["tanto"])
    with pytest.raises(UnknownAppeal):
        appeals.find("ca_none")
    for wrong in ({"contact": ""}, {"grounds": None}, {"reference": "../x"}):
        with pytest.raises(AppealRefused):
            appeals.receive({**fields, **wrong}, by=desk["madoguchi"])


def test_nothing_personal_in_the_clear(desk: CallDesk, tmp_path: Path) -> None:
    """Numbers, lines and people of lists and appeals aren't in the database as text."""
    desk.enter()
    desk.service.entries.add(
        {"number": "0311112222", "action": "reject", "reason": "own", "line": "line-0399998888"}, by=desk["madoguchi"]
    )
    desk.service.appeals.receive(
        {"number": NUMBER, "contact": "sekisho-taro", "grounds": "mistake"}, by=desk["madoguchi"]
    )
    desk.register()
    desk.take_in(b"number,action,reason\n0333334444,reject,fraud\n")
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("ws/database*"))
    for word in (NUMBER, "0311112222", "0399998888", "sekisho-taro", "0333334444"):
        assert word.encode() not in raw
