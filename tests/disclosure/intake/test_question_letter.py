"""The letter with questions."""

from __future__ import annotations

import orjson

from sekisho.disclosure.intake.question_letter import MAX_EXAMPLES, MAX_SUMMARY, QuestionLetter, question_letter, ranges
from sekisho.disclosure.intake.validation import Checked
from tests.disclosure.intake.made_requests import checked, item


def _letter(found: Checked) -> QuestionLetter:
    made = question_letter(found)
    assert made is not None
    return made


def test_nothing_goes_back_where_nothing_is_asked() -> None:
    """A request in order, and one with notes alone, needs no letter."""
    assert question_letter(checked()) is None
    assert question_letter(checked(item(value="198.51.100.1"))) is None


def test_the_same_question_of_many_items_is_one() -> None:
    """Its numbers are all there, as ranges; only so many are shown one by one, a time both ways."""
    items = [item(time="2026-11-20 12:00:00", reference=f"甲{n}", port=n) for n in range(200)]
    letter = _letter(checked(*items, item(), item(port=None)))
    zone, port = letter.questions
    assert (zone.code, zone.items, zone.count) == ("zone_missing", "1–200", 200)
    assert len(zone.examples) == MAX_EXAMPLES
    assert all(one.ways is not None for one in zone.examples)
    assert (port.code, port.items) == ("port_missing", "202")
    assert letter.fields == ("zone_missing", "port_missing")


def test_the_letter_as_json() -> None:
    """It says to whom it answers what, in Japanese and English, for the requester."""
    made = orjson.loads(orjson.dumps(_letter(checked(item(port=None), document={"number": ""})).json()))
    assert made["audience"] == "requester"
    assert made["received"] == {"date": "2026-11-23", "ja": "令和8年11月23日"}
    assert made["requester"] == "関所県警察本部"
    assert [one["code"] for one in made["questions"]] == ["no_document_number", "port_missing"]
    assert all(one["message"]["ja"] and one["message"]["en"] for one in made["questions"])


def test_the_summary_is_bounded() -> None:
    """It fits in a case's note whatever was written, and says that more is in the letter."""
    items = [item(value=one) for one in ("10.0.0.1", "x", "fe80::1%a", "203.0.113.0/24", "240.0.0.1")]
    items += [item(time=one) for one in ("", "x" * 100, "2026-02-30 JST", "2026-11-20", "2026-11-20 XST")]
    items += [item(port=70_000), item(protocol="x" * 900), item(destination="y"), item(time="2026-11-20 JST～")]
    letter = _letter(checked(*items * 50, document={"number": "", "dated": "x" * 900, "valid_until": "x" * 900}))
    for text in (letter.summary("ja"), letter.summary("en")):
        assert 0 < len(text) <= MAX_SUMMARY + 100
        assert "\x00" not in text


def test_ranges() -> None:
    """Numbers as people write many of them."""
    assert ranges([3, 1, 2, 7, 7, 9, 10]) == "1–3, 7, 9–10"
    assert ranges([]) == ""
