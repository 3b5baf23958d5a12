"""What is said of a My Number card whose files hold: read, compared, and never authenticated."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sekisho.contracts.evidence.mynumber_card.kind import MYNUMBER_CARD
from sekisho.contracts.evidence.mynumber_card.model import ReadersWord
from sekisho.contracts.evidence.mynumber_card.profile import CardFile
from sekisho.contracts.evidence.steps import StepState
from sekisho.contracts.evidence.verifier import Asked, Person
from tests.contracts.evidence.fixtures import mynumber_card as build
from tests.contracts.evidence.fixtures.tlv_writing import item
from tests.contracts.evidence.mynumber_card.checking import MOMENT, by_kind, person, verify


def test_both_applications() -> None:
    """Every item is read and agrees; the signature isn't verified, and step 4 says why."""
    result = verify(build.card("hanako"))
    assert dict(result.report.require_facts()) == {
        "document": "mynumber_card",
        "authenticity": "read_not_authenticated",
        "shows": frozenset({"name", "address", "birth_date", "photo"}),
        "valid_until": date(2031, 4, 1),
        "no_expiry": False,
        "name_agrees": True,
        "address_agrees": True,
        "birth_date_agrees": True,
    }
    states = [one.state for one in result.report.steps]
    assert states == [StepState.DONE] * 4 + [StepState.NOT_DONE] + [StepState.DONE] * 3
    assert "個人番号" in result.report.steps[4].reason.ja


def test_the_four_items_alone() -> None:
    """No photo, no last day: what wasn't read is absent."""
    result = verify(build.card("hanako", without=(CardFile.FACE, CardFile.CERTIFICATE)))
    facts = result.report.require_facts()
    assert facts["shows"] == frozenset({"name", "address", "birth_date"})
    assert "valid_until" not in facts
    assert facts["address_agrees"] is True
    assert [result.report.state(step) for step in (3, 6)] == [StepState.NOT_DONE] * 2


def test_the_face_alone() -> None:
    """Name and address are images: shown, never compared, and left to people."""
    result = verify(build.card("hanako", without=(CardFile.ITEMS,)))
    facts = result.report.require_facts()
    assert facts["shows"] == frozenset({"name", "address", "birth_date", "photo"})
    assert [name for name in facts if name.endswith("_agrees")] == ["birth_date_agrees"]
    assert any("images" in text.en for text in result.report.left_to_caller)
    bare = build.face("hanako", {"name_image": None, "address_image": None})
    facts = verify(build.card("hanako", {CardFile.FACE: bare}, without=(CardFile.ITEMS,))).report.require_facts()
    assert facts["shows"] == frozenset({"birth_date", "photo"})


def test_an_unknown_date_of_birth() -> None:
    """Zeros are no date: unknown as a whole, and no contradiction to the other application's."""
    result = verify(build.card("unknown-birth"), stated=person("unknown-birth"))
    facts = result.report.require_facts()
    assert "birth_date_agrees" not in facts
    assert facts["name_agrees"] is True
    known = build.card("unknown-birth", {CardFile.FACE: build.face("unknown-birth", {"birth_date": b"19640107"})})
    assert verify(known, stated=person("unknown-birth")).report.require_facts()["birth_date_agrees"] is True


def test_others_differ() -> None:
    """Another name, address and date of birth are said to differ; nothing stated is nothing compared."""
    stated = Person("関所　一子", "東京都千代田区架空町9-9-9", date(1990, 4, 2))
    facts = verify(build.card("hanako"), stated=stated).report.require_facts()
    assert {facts[f"{one}_agrees"] for one in ("name", "address", "birth_date")} == {False}
    facts = verify(build.card("hanako"), stated=Person()).report.require_facts()
    assert not [name for name in facts if name.endswith("_agrees")]


def test_a_substitute_can_t_be_compared() -> None:
    """A geta mark stands for a character the card can't write: unknown, not different."""
    card = build.card("hanako", {CardFile.ITEMS: build.items("hanako", {"name": "関〓　花子".encode()})})
    assert "name_agrees" not in verify(card).report.require_facts()


def test_a_last_day_in_another_form_is_unknown() -> None:
    """How the last day is written isn't published: another form is no day, and no refusal."""
    result = verify(build.card("hanako", {CardFile.FACE: build.face("hanako", {"expiry": b"2031"})}))
    assert "valid_until" not in result.report.require_facts()
    assert result.report.state(6) is StepState.NOT_DONE


def test_the_last_day_is_a_valid_one() -> None:
    """Valid until the day ends in Japan, and not a moment longer."""
    card = build.card("expired")
    assert verify(card, moment=datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)).report.facts is not None
    ended = verify(card, moment=datetime(2026, 11, 22, 15, 0, tzinfo=UTC)).report
    assert ended.facts is None
    assert ended.findings["valid_until"] == date(2026, 11, 22)


def test_what_the_reader_doesn_t_say() -> None:
    """Nothing said of PINs: step 7 isn't done."""
    silent = replace(build.card("hanako"), reader=ReadersWord())
    assert verify(silent).report.state(7) is StepState.NOT_DONE


def test_unknown_items_are_named() -> None:
    """An item nobody knows is named and not read."""
    more = build.items("hanako", more=item(0xDF7E, b"new"))
    assert "0408/0002 DF7E" in verify(build.card("hanako", {CardFile.ITEMS: more})).report.steps[1].reason.en


def test_a_document_is_verified() -> None:
    """The shape of every verifier: no trust, no identifier, and what was read for the record."""
    found = by_kind(build.document("hanako"))
    assert found.report.require_facts()["authenticity"] == "read_not_authenticated"
    assert (found.identifier, found.shown) == (None, person("hanako"))
    face = {"0402/0002": base64.b64encode(build.face("hanako")).decode()}
    assert by_kind(build.document("hanako", files=face)).shown == Person(birth_date=date(1990, 4, 1))
    assert MYNUMBER_CARD.uses == ()
    assert MYNUMBER_CARD.covers[0].holds("chip_read", {"document": "mynumber_card"})


def test_the_application_decides_whom_it_is_compared_with() -> None:
    """For an application, what the document states about a person counts for nothing."""
    asked = Asked(application="A-1", moment=MOMENT, stated=person("expired"))
    facts = by_kind(build.document("hanako"), asked).report.require_facts()
    assert {facts["name_agrees"], facts["address_agrees"], facts["birth_date_agrees"]} == {False}


@pytest.mark.parametrize("slug", list(build.DECLARED["cards"]))
def test_a_report_holds_nothing_personal(slug: str) -> None:
    """No name, address or date of birth, refused or not."""
    document: dict[str, Any] = build.document(slug)
    told = json.dumps(by_kind(document).report.as_document(), ensure_ascii=False)
    for secret in ("関所", "架空", "1990-04-01", "1964-01-07"):
        assert secret not in told
