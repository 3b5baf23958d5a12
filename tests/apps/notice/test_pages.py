"""The files of a notice: the same for the same input, and what changed is said."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from sekisho.apps.flows import Flow
from sekisho.apps.notice.draft import draft
from sekisho.apps.notice.drift import differences, published
from sekisho.apps.notice.errors import ScanDocumentRefused
from sekisho.apps.notice.pages import COPY, PAGE_EN, PAGE_JA, drift, pages, with_history
from sekisho.apps.notice.scanned import flows_in
from sekisho.apps.notice.sketch import sketch
from sekisho.apps.recipients import shipped
from sekisho.rulebook.document import read
from tests.apps.notice.town import ENTRIES, TODAY, entries, flows, new_one


def _as_json(found: tuple[Flow, ...]) -> bytes:
    return orjson.dumps({"format": "x", "flows": [each.as_document() for each in found]})


def test_same_input_same_bytes() -> None:
    """Three files, byte for byte the same; no day in them but those of the entries."""
    one = pages(draft(flows(), entries(), on=TODAY))
    other = pages(draft(flows(), entries(), on=TODAY.replace(year=2027)))
    assert one == other
    assert set(one) == {PAGE_JA, PAGE_EN, COPY}
    assert not drift(one, other, draft(flows(), entries(), on=TODAY)).drifted


def test_a_new_recipient_is_drift_and_is_named() -> None:
    """What was published and what is given now differ by one recipient: it is named, and the history must say so."""
    before = pages(draft(flows(), entries(), on=TODAY))
    document = draft(flows(*new_one()), entries(), on=TODAY)
    found = drift(pages(document), before, document)
    assert set(found.files) == set(before)
    said = [each.sentence("ja") for each in found.differences]
    assert "送信先の一覧：vendor-unknown.exampleが加わった" in said
    assert any("vendor-unknown.example added" in each.sentence("en") for each in found.differences)
    assert "history" in {each.what for each in with_history(document, before).missing}


def test_a_changed_word_names_its_place() -> None:
    """A change of one purpose is told with its recipient and which part; a new line in the history says enough."""
    before = pages(draft(flows(), entries(), on=TODAY))
    text = ENTRIES.replace("purpose: [measurement]", "purpose: [own_advertising]")
    document = draft(flows(), entries(text), on=TODAY)
    (one,) = drift(pages(document), before, document).differences
    assert (one.kind, one.who, one.fields) == ("changed", "meta", ("purpose", "purposes"))
    told = text + "  - {day: 2026-11-24, ja: 目的を改めました。}\n"
    assert with_history(draft(flows(), entries(told), on=TODAY), before).complete


def test_a_history_that_is_behind_stays_so_until_there_is_a_line() -> None:
    """Making the pages again doesn't make a change told; a draft that was never complete needs no line."""
    before = pages(draft(flows(), entries(), on=TODAY))
    text = ENTRIES.replace("purpose: [measurement]", "purpose: [own_advertising]")
    behind = with_history(draft(flows(), entries(text), on=TODAY), before)
    again = with_history(draft(flows(), entries(text), on=TODAY), pages(behind))
    assert not behind.complete
    assert again == behind
    told = text + "  - {day: 2026-11-24, ja: 目的を改めました。}\n"
    assert with_history(draft(flows(), entries(told), on=TODAY), pages(again)).complete
    first = pages(draft(flows(*new_one()), entries(), on=TODAY))
    assert with_history(draft(flows(), entries(), on=TODAY), first).complete


def test_removed_recipients_are_told() -> None:
    """Who is no longer in the notice is told too."""
    old, new = (draft(flows(*more), entries(), on=TODAY).as_document() for more in (new_one(), ()))
    first = differences(old, new)[0]
    assert first.sentence("en") == "recipients: vendor-unknown.example removed"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"format": "other"}', b"[" * 5000])
def test_an_unreadable_copy_is_said(data: bytes) -> None:
    """Where the copy that is there isn't one, what changed can't be told; that files differ can."""
    document = draft(flows(), entries(), on=TODAY)
    found = drift(pages(document), {COPY: data}, document)
    assert published(data) is None
    assert found.unreadable
    assert found.drifted


def test_anybodys_copy_is_read_without_harm() -> None:
    """A copy of odd shapes only counts as different."""
    now = draft(flows(), entries(), on=TODAY).as_document()
    odd: tuple[dict[str, Any], ...] = (
        {"recipients": 3},
        {"recipients": [1, {}]},
        {"changes": {}},
        {"opt_outs": [{"recipient": ["x"]}]},
    )
    for old in odd:
        assert differences(old, now)


def test_flows_come_back_as_they_were() -> None:
    """The flows of a scan's document are the flows that were written."""
    found = flows(*new_one())
    assert flows_in(_as_json(found), "scan.json") == found
    assert flows_in(orjson.dumps([each.as_document() for each in found]), "flows.json") == found


@pytest.mark.parametrize("data", [
    b"", b"3", b'{"flows": 3}', b'[{"recipient": 3}]', b"[[]]", b'[{"recipient": null}]',
    _as_json(flows()).replace(b'"offset":null', b'"offset":true', 1),
    _as_json(flows()).replace(b'"kind":"har"', b'"kind":"nothing"', 1),
    _as_json(flows()).replace(b'"own":false', b'"own":0', 1),
])  # fmt: skip
def test_what_no_scan_wrote_is_refused(data: bytes) -> None:
    """A document of another shape is refused: no flow is lost in silence."""
    with pytest.raises(ScanDocumentRefused):
        flows_in(data, "scan.json")


def test_sketch_is_no_entry_by_itself() -> None:
    """What is printed to be filled in parses, has what was observed, and confirms nothing; vendors' words are
    remarks."""
    found = flows(*new_one())
    head = ENTRIES.split("recipients:")[0] + "recipients:\n"
    document = draft(found, entries(head), on=TODAY)
    text = sketch(document, found, shipped())
    assert "information: [ip_address, precise_location]" in text
    assert "# Google アナリティクス" in text
    plain = read(head + text, "sketch.yaml").plain()
    assert set(plain["recipients"]) == {"google-analytics", "meta", "user-local", "town.example",
                                        "vendor-unknown.example"}  # fmt: skip
    assert all(not entry["handler"] and not entry["confirmed"]["by"] for entry in plain["recipients"].values())
    unfilled = draft(found, entries(head + text), on=TODAY)
    assert {each.what for each in unfilled.missing if each.key} == {"confirmed"}
    assert sketch(draft(flows(), entries(), on=TODAY), flows(), shipped()) == ""
