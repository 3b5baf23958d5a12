"""Cards of every type verify, and a report says what was done, what wasn't, and why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sekisho.contracts.evidence.residence_card.model import ReadersReport, VerifiedCard
from sekisho.contracts.evidence.residence_card.trust import TrustStore
from sekisho.contracts.evidence.steps import StepState
from tests.contracts.evidence.fixtures import residence_card as build
from tests.contracts.evidence.residence_card.checking import CARDS, FIRST, SECOND, store, verify

BEFORE_LAST_STEPS = [StepState.DONE] * 8


@pytest.mark.parametrize("slug", CARDS)
def test_every_type_of_card_verifies(slug: str) -> None:
    """Each published type, in both generations, yields a signature of the agency and its own document."""
    found = verify(build.card(slug), birth=build.stated(slug))
    facts = found.report.require_facts()
    assert facts["document"] == build.layout_of(slug).document
    assert facts["authenticity"] == "signature_verified"
    assert found.verified is not None
    assert found.number == build.DECLARED["cards"][slug]["number"]
    assert [found.report.state(number) for number in range(8)] == BEFORE_LAST_STEPS
    assert [found.report.state(number) for number in (9, 10, 11)] == [StepState.NOT_DONE] * 3


@pytest.mark.parametrize("slug", FIRST)
def test_the_first_generation_agrees_with_nothing(slug: str) -> None:
    """Its signed data are pictures: no name, date of birth, address or end of validity comes of it."""
    facts = verify(build.card(slug), birth=build.stated(slug)).report.require_facts()
    assert not {one for one in facts if one.endswith("_agrees")} | facts.keys() & {"valid_until"}
    shown = facts["shows"]
    assert isinstance(shown, frozenset)
    assert shown >= {"name", "birth_date", "address"}


def test_the_first_generations_end_of_validity_is_left_with_its_reason() -> None:
    """Step 8 isn't done there, and says that it is in the picture."""
    report = verify(build.card("first-card")).report
    assert report.state(8) is StepState.NOT_DONE
    assert "画像" in report.steps[8].reason.ja


@pytest.mark.parametrize("slug", SECOND)
def test_the_second_generation_has_signed_dates(slug: str) -> None:
    """The end of validity is a fact and the date of birth is compared; name and address are pictures."""
    facts = verify(build.card(slug), birth=build.stated(slug)).report.require_facts()
    expiry = build.DECLARED["cards"][slug]["expiry"]
    assert facts["valid_until"] == date(int(expiry[:4]), int(expiry[4:6]), int(expiry[6:]))
    assert not facts.keys() & {"name_agrees", "address_agrees"}
    if slug != "second-card-day-unknown":
        assert facts["birth_date_agrees"] is True


def test_another_date_of_birth_differs() -> None:
    """A date of birth other than the application's is a fact, not a fault of the card."""
    facts = verify(build.card("second-card"), birth=date(1990, 4, 2)).report.require_facts()
    assert facts["birth_date_agrees"] is False


@pytest.mark.parametrize(("stated", "agrees"), [(date(1972, 6, 30), None), (date(1973, 6, 30), False)])
def test_a_date_of_birth_with_an_unknown_part(stated: date, agrees: bool | None) -> None:
    """The same year is unknown, another year differs."""
    found = verify(build.card("second-card-day-unknown"), birth=stated)
    assert found.report.require_facts().get("birth_date_agrees") is agrees
    assert "不明" in found.report.steps[7].reason.ja


def test_nothing_stated_is_nothing_compared() -> None:
    """Without a stated date of birth there is no agreement, and no disagreement."""
    assert "birth_date_agrees" not in verify(build.card("second-card")).report.require_facts()


@pytest.mark.parametrize("slug", ["first-card-child", "second-card-child"])
def test_a_childs_card_has_no_photo(slug: str) -> None:
    """It verifies, doesn't show a photo, and says so."""
    found = verify(build.card(slug), birth=build.stated(slug))
    shown = found.report.require_facts()["shows"]
    assert isinstance(shown, frozenset)
    assert "photo" not in shown
    assert found.verified is not None
    assert not found.verified.photo
    assert "写真がありません" in found.report.steps[7].reason.ja


@pytest.mark.parametrize("slug", ["first-card", "second-card"])
def test_a_photo_left_out_or_of_zero_bytes_is_none(slug: str) -> None:
    """An empty object, zero bytes and, where a table has it optional, no object are signed alike and mean no photo."""
    for photo in (b"", bytes(3_000)):
        child = verify(build.make(slug, before={"D1": photo, "C6": b"20200101"}), birth=date(2020, 1, 1))
        shown = child.report.require_facts()["shows"]
        assert isinstance(shown, frozenset)
        assert "photo" not in shown


def test_the_first_generation_without_photo_and_without_birth_date_is_only_reported() -> None:
    """Nobody says how old the holder is, so nothing is refused for it."""
    assert verify(build.card("first-card-child")).report.failure is None


@pytest.mark.parametrize(("day", "refused"), [(date(2010, 11, 23), True), (date(2010, 11, 24), False)])
def test_the_sixteenth_birthday_is_a_day_with_a_photo(day: date, refused: bool) -> None:
    """On 2026-11-23 somebody born on 2010-11-23 is sixteen."""
    report = verify(build.card("first-card-child"), birth=day).report
    assert (report.failure is not None) is refused


def test_the_day_of_expiry_is_valid_and_the_next_is_not() -> None:
    """In Japan's calendar, whatever the hour elsewhere."""
    by_day = build.make("second-card", before={"C5": b"20261123"})
    last = datetime(2026, 11, 23, 14, 59, 59, tzinfo=UTC)
    assert verify(by_day, moment=last).report.failure is None
    report = verify(by_day, moment=last + timedelta(seconds=1)).report
    assert report.failure is not None
    assert (report.failure.reason, report.failure.step) == ("residence_card_expired", 8)
    assert report.findings == {"document": "residence_card", "valid_until": date(2026, 11, 23), "no_expiry": False}


@pytest.mark.parametrize("slug", CARDS)
def test_without_an_authority_it_is_read_and_not_authenticated(slug: str) -> None:
    """Steps 5 and 6 are left, the rest is done, and nothing is verified."""
    found = verify(build.card(slug), trust=TrustStore.of(()))
    assert found.verified is None
    assert found.report.require_facts()["authenticity"] == "read_not_authenticated"
    assert [found.report.state(number) for number in (4, 5, 6)] == [
        StepState.DONE,
        StepState.NOT_DONE,
        StepState.NOT_DONE,
    ]


def test_an_authority_nobody_configured_is_no_sign_of_forgery() -> None:
    """The card's authority is missing among the configured ones: step 5 has no answer, and nothing is verified."""
    found = verify(build.card("second-card"), trust=store("first-2018", "first-2024"))
    assert found.verified is None
    assert found.report.state(5) is StepState.COULD_NOT_CHECK
    assert found.report.steps[5].error == "residence_card_authority_unknown"
    assert found.report.require_facts()["authenticity"] == "read_not_authenticated"


def test_generations_of_one_name_are_told_apart_without_key_identifiers() -> None:
    """Two authorities have one name; a certificate that doesn't say whose key it is, is tried against both."""
    card = build.card("first-card-older-authority")
    assert verify(card).verified is not None
    result = verify(card, trust=store("first-2024"))
    assert (result.verified, result.report.state(5)) == (None, StepState.COULD_NOT_CHECK)


@pytest.mark.parametrize(
    ("slug", "files"),
    [
        ("first-card", ["DF2/EF01", "DF2/EF02", "DF2/EF03", "DF2/EF04"]),
        ("first-certificate", ["DF2/EF01"]),
        ("second-card", ["DF1/EF04", "DF2/EF01", "DF2/EF02", "DF2/EF03"]),
        ("specified-certificate", ["DF1/EF04", "DF2/EF01"]),
    ],
)
def test_what_is_outside_the_signature_is_named(slug: str, files: list[str]) -> None:
    """Step 9 is never done; it lists the files that were given and aren't signed."""
    step = verify(build.card(slug)).report.steps[9]
    assert step.state is StepState.NOT_DONE
    assert step.reason.en.endswith(": " + ", ".join(files))
    bare = verify(build.make(slug, without=files)).report
    assert "aren't signed, and weren't given" in bare.steps[9].reason.en


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("first-card", {"D4": b"elsewhere", "D2": b"20261101", "D5": b"\x01" * 120}),
        ("second-card", {"DFD1": b"II*\x00elsewhere", "D8": b"1", "D5": b"2"}),
    ],
)
def test_changes_outside_the_signature_pass_and_so_prove_nothing(slug: str, changes: dict[str, bytes]) -> None:
    """Another address passes every check, which is why a report never says that it is verified."""
    assert verify(build.make(slug, after=changes)).verified is not None


def test_an_address_that_wasnt_read_isnt_shown() -> None:
    """The second generation's address is a file of its own."""
    shown = verify(build.make("second-card", without=["DF1/EF04"])).report.require_facts()["shows"]
    assert shown == {"name", "birth_date", "photo"}


@pytest.mark.parametrize(
    ("said", "words"),
    [(True, "secure messaging; that can't be verified"), (False, "didn't read"), (None, "doesn't say")],
)
def test_the_readers_word_is_only_repeated(said: bool | None, words: str) -> None:
    """Step 10 isn't done whatever the reading application says, and no fact changes."""
    card = build.card("second-card")
    report = verify(replace(card, reader=ReadersReport("reader 1.2", said))).report
    assert report.state(10) is StepState.NOT_DONE
    assert words in report.steps[10].reason.en
    assert report.facts == verify(card).report.facts


@pytest.mark.parametrize("slug", CARDS)
def test_revocation_is_left_to_the_caller(slug: str) -> None:
    """Step 11 and the list at the end send to the agency's own service."""
    report = verify(build.card(slug)).report
    assert "失効情報照会" in report.steps[11].reason.ja
    assert any("失効情報照会" in text.ja for text in report.left_to_caller)


@pytest.mark.parametrize("slug", CARDS)
def test_a_report_holds_nothing_personal(slug: str) -> None:
    """No number, date of birth, picture or certificate, neither in the report nor in what is printed."""
    found = verify(build.card(slug), birth=build.stated(slug))
    told = json.dumps(found.report.as_document()) + repr(found) + repr(build.card(slug))
    spec = build.DECLARED["cards"][slug]
    for secret in (spec["number"], spec.get("birth", spec["number"]), spec["stated"].isoformat()):
        assert secret not in told
    assert "made-up card signer" not in told


def test_nobody_makes_a_verified_card_by_hand() -> None:
    """A proof of fewer steps isn't enough: an expired card can't become a verified one."""
    found = verify(build.card("first-card")).verified
    entries = verify(build.card("second-card")).entries
    assert found is not None
    with pytest.raises(TypeError):
        VerifiedCard(
            found.layout, found.number, entries, found.photo, found.certificate, found.authority, proof=found.proof
        )
