"""A file of the operator's own list: whole or not at all, duplicates once, what was freed stays free."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.calls.errors import EntryRefused, ListRefused
from sekisho.calls.listing.covers import ProtectedKind
from sekisho.calls.loading import PIECE, Loaded
from tests.calls.desk import NOW, NUMBER, CallDesk

HEAD = "number,prefix,action,reason,expires\n"
UNTIL = NOW + timedelta(days=100)


def load(desk: CallDesk, text: str, by: str = "tanto") -> Loaded:
    """A file, as somebody loads it."""
    return desk.service.loading.load(io.BytesIO(text.encode()), source="苦情", expires=UNTIL, by=desk[by])


def test_loaded(desk: CallDesk) -> None:
    """CSV and JSON Lines; the same number in any form is one; loaded again nothing changes; a changed line replaces its
    entry; freed numbers are left out, and told."""
    desk.service.appeals.free("0311119999", "誤登録", by=desk["tanto"])
    twice = f"{NUMBER},,reject,fraud,\n+81 3-1234-5678,,reject,fraud,\n"
    text = f"{HEAD}{twice},0570,label,sales,\n0311119999,,label,fraud,\n"
    done = load(desk, text)
    assert (done.lines, done.entered, done.duplicates, done.already, done.freed) == (4, 2, 1, 0, 1)
    again = load(desk, text)
    assert (again.entered, again.already, again.freed) == (0, 2, 1)
    line = json.dumps({"number": NUMBER, "action": "reject", "reason": "fraud", "sip_status": 608})
    assert load(desk, line).entered == 1
    desk.service.publishing.publish(by=desk["tanto"])
    assert [desk.hit(one) for one in (NUMBER, "0570000000", "0311119999")] == ["reject", "label", "pass"]
    leaf = desk.leaves("calls.list_entry")[0]
    assert (leaf["file"], leaf["entered"], leaf["left_freed"]) == (done.sha256, 2, 1)
    assert NUMBER not in str(desk.leaves("calls.list_entry"))


@pytest.mark.parametrize(
    "wrong",
    ["", HEAD, "number\n1\n", HEAD + "110,,reject,fraud,\n", HEAD + "x,,reject,fraud,\n",
     HEAD + f"{NUMBER},,refuse,fraud,\n", HEAD + f"{NUMBER},,reject,fraud,2040-01-01T00:00:00+09:00\n",
     HEAD + "0312340110,,reject,fraud,\n", HEAD + ",031234,label,fraud,\n", HEAD + f"{NUMBER},,reject\n",
     '{"number": 1}', HEAD + "".join(f",050111{digit},label,fraud,\n" for digit in range(10))],
)  # fmt: skip
def test_one_wrong_line(desk: CallDesk, wrong: str) -> None:
    """One wrong line and nothing of the file is entered; the errors hold no number."""
    for kind, fields in ((ProtectedKind.PUBLIC_OFFICE, {"number": "0312340110"}),
                         (ProtectedKind.OWN_RANGE, {"prefix": "050111"})):  # fmt: skip
        desk.service.entries.protect(kind, {**fields, "holder": "署", "source": "公表"}, by=desk["tanto"])
    good = "0311112222,,reject,fraud,\n" if wrong.startswith(HEAD) and wrong != HEAD else ""
    with pytest.raises(ListRefused) as refused:
        load(desk, wrong + good)
    assert desk.service.entries.page() == []
    assert NUMBER not in str(refused.value)


def test_who_may(desk: CallDesk) -> None:
    """Not who only serves subscribers, and not without saying where it is known from."""
    with pytest.raises(ScopeMissing):
        load(desk, HEAD, by="madoguchi")
    with pytest.raises(EntryRefused):
        desk.service.loading.load(io.BytesIO(b""), source=" ", by=desk["tanto"])


def test_more_than_one_piece(desk: CallDesk) -> None:
    """More entries than one transaction holds, each line three times: entered once."""
    lines = [f"03{50_000_000 + at},,label,fraud,\n" for at in range(PIECE + 5)]
    done = load(desk, HEAD + "".join(lines) * 3)
    assert (done.entered, done.duplicates) == (PIECE + 5, 2 * (PIECE + 5))
    assert len(desk.leaves("calls.list_entry")) == 2
