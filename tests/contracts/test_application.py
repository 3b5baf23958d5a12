"""What a good application becomes: typed facts, evidence by day, and names that agree however they are spelt."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sekisho.contracts.application import MAX_BYTES, MAX_EVIDENCE, parse_json
from sekisho.contracts.evidence_items import Origin
from tests.contracts.applications import ADDRESS, BIRTH, NAME, NOW, PLAIN, SIGNATURE, item, read, written


def _agrees(**shown: Any) -> dict[str, Any]:
    [read_item] = read(written(evidence=[item(**shown)])).evidence
    return {name: value for name, value in read_item.attributes.items() if name.endswith("_agrees")}


def test_every_field_reaches_its_place() -> None:
    """Facts go to the engine, identity items stay with the people, and moments are Japan time."""
    found = read(written())
    assert found.reference == "T-1"
    assert found.facts == {
        "event": "new_contract",
        "channel": "remote",
        "service": "voice",
        "subject.kind": "natural",
        "representative.acting": False,
    }
    assert (found.subject.name, found.subject.address, found.subject.birth_date) == (NAME, ADDRESS, date(1990, 5, 1))
    assert found.representative.name is None
    assert (found.verified_by, found.recorded_by) == ("shop-012/tanaka", "shop-012/suzuki")
    assert found.decided_at == NOW
    assert found.applied_at == datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
    assert found.origin is Origin.ATTESTED


def test_evidence_shows_agreement_and_no_name_reaches_the_engine() -> None:
    """Names, addresses and dates of birth are compared; the case holds only whether they agree, and the age."""
    found = read(written())
    case = found.case(until=date(2026, 4, 2))
    [shown] = case.evidence["electronic_signature"]
    assert {name: shown[name] for name in ("name_agrees", "address_agrees", "birth_date_agrees")} == {
        "name_agrees": True,
        "address_agrees": True,
        "birth_date_agrees": True,
    }
    held = json.dumps([list(case.facts.items()), list(shown.items())], default=str, ensure_ascii=False)
    assert NAME not in held
    assert ADDRESS not in held
    assert BIRTH not in held


@pytest.mark.parametrize(
    ("day", "age"),
    [("2026-04-30", 35), ("2026-05-01", 36), ("2026-05-02", 36)],
)
def test_age_is_that_of_the_day_of_the_act(day: str, age: int) -> None:
    """A birthday between two acts counts from that day on."""
    found = read(written(decided_at="2026-06-01T00:00:00+09:00"))
    assert found.case(until=date.fromisoformat(day)).facts["subject.age"] == age


@pytest.mark.parametrize(("day", "age"), [(date(2022, 2, 28), 17), (date(2022, 3, 1), 18), (date(2024, 2, 29), 20)])
def test_somebody_born_on_a_leap_day_turns_older_on_the_first_of_march(day: date, age: int) -> None:
    """年齢計算ニ関スル法律: a year is full at the end of 28 February, so the next day counts."""
    subject = {**PLAIN["subject"], "birth_date": "2004-02-29"}
    assert read(written(subject=subject, evidence=[])).case(until=day).facts["subject.age"] == age


def test_no_birth_date_leaves_the_age_unknown() -> None:
    """What isn't stated is unknown, not nought."""
    subject = {"kind": "corporation", "name": "架空商事株式会社"}
    assert "subject.age" not in read(written(subject=subject, evidence=[])).case(until=date(2026, 4, 2)).facts


def test_no_evidence_is_an_application_too() -> None:
    """An empty list is no error: it is decided, and evidence is asked for."""
    assert read(written(evidence=[])).evidence == ()


def test_evidence_counts_from_its_day_on() -> None:
    """The case at the end of a day holds the acts up to then and none after."""
    earlier = item(at="2026-03-31")
    found = read(written(evidence=[SIGNATURE, earlier]))
    assert found.act_days() == [date(2026, 3, 31), date(2026, 4, 2)]
    assert len(found.case(until=date(2026, 4, 1)).evidence["electronic_signature"]) == 1
    assert found.case(until=date(2026, 3, 30)).evidence == {}


def test_what_was_only_declared_counts_nothing() -> None:
    """Evidence nobody vouches for doesn't reach the engine; the facts do."""
    found = read(written(), origin=Origin.DECLARED)
    case = found.case(until=date(2026, 4, 2))
    assert case.evidence == {}
    assert case.facts["subject.kind"] == "natural"


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-04-02", date(2026, 4, 2)),
        ("2026-04-01T23:59:59+09:00", date(2026, 4, 1)),
        ("2026-04-01T15:00:00Z", date(2026, 4, 2)),
        ("2026-04-01T14:59:59Z", date(2026, 4, 1)),
        ("2026-04-01T15:00:00z", date(2026, 4, 2)),
        ("2026-04-02T00:30:00+10:00", date(2026, 4, 1)),
        ("2026-03-31T23:00:00-10:00", date(2026, 4, 1)),
        ("2026-04-01T15:00:00.123456789Z", date(2026, 4, 2)),
    ],
)
def test_the_day_of_an_act_is_japans(at: str, day: date) -> None:
    """Law in Japan changes at midnight in Japan, wherever the clock that wrote the time stands."""
    [found] = read(written(evidence=[item(at=at)])).evidence
    assert found.at == day
    assert found.attributes["at"] == day


def test_the_moment_of_reading_decides_where_none_is_given() -> None:
    """Without ``decided_at`` the decision is made now."""
    assert read(written(decided_at=None)).decided_at == NOW


@pytest.mark.parametrize(
    "name",
    [
        unicodedata.normalize("NFD", NAME),
        "関所玲",
        "関所\u3000玲",
        "関所 \u3000玲 ",
    ],
)
def test_a_name_spelt_otherwise_agrees(name: str) -> None:
    """Composition and white space, the ideographic space among it, make no other name."""
    assert _agrees(name=name)["name_agrees"] is True


@pytest.mark.parametrize(
    ("stated", "shown", "agrees"),
    [
        ("ガバナ が", unicodedata.normalize("NFD", "ガバナ が"), True),
        ("セキショ レイ", "ｾｷｼｮ ﾚｲ", True),
        ("𠮷野 玲", "𠮷野玲", True),
        ("𠮷野 玲", "吉野 玲", False),
        ("髙橋 玲", "高橋 玲", False),
        ("葛\U000e0101城 玲", "葛城 玲", True),
    ],
)
def test_names_agree_by_character(stated: str, shown: str, agrees: bool) -> None:
    """NFD, half-width kana and a kanji beyond the basic plane work; variants of a kanji differ."""
    subject = {**PLAIN["subject"], "name": stated}
    [found] = read(written(subject=subject, evidence=[item(name=shown)])).evidence
    assert found.attributes["name_agrees"] is agrees


def test_a_name_with_a_substitute_leaves_agreement_unknown() -> None:
    """Where a character couldn't be shown, nobody can tell, so the attribute is absent."""
    subject = {**PLAIN["subject"], "name": "𠮷野 玲"}
    [found] = read(written(subject=subject, evidence=[item(name="〓野 玲")])).evidence
    assert "name_agrees" not in found.attributes


def test_nothing_stated_leaves_agreement_unknown() -> None:
    """A name shown for somebody who stated none agrees with nothing and differs from nothing."""
    subject = {"kind": "natural"}
    [found] = read(written(subject=subject)).evidence
    assert [name for name in found.attributes if name.endswith("_agrees")] == []


def test_evidence_is_compared_with_the_person_it_is_about() -> None:
    """The representative's paper is compared with the representative, never with the counterparty."""
    representative = {"acting": True, "name": "関所 薫", "address": ADDRESS, "birth_date": "1970-01-01"}
    shown = item(person="representative", name="関所 薫", birth_date="1970-01-01")
    [found] = read(written(representative=representative, evidence=[shown])).evidence
    assert found.attributes["name_agrees"] is True
    assert found.attributes["birth_date_agrees"] is True
    [other] = read(written(representative=representative, evidence=[item(shown, person="subject")])).evidence
    assert other.attributes["name_agrees"] is False


def test_dates_of_birth_are_compared() -> None:
    """Another date of birth differs, and is no error."""
    assert _agrees(birth_date="1990-05-02")["birth_date_agrees"] is False


def test_agreement_may_be_attested_instead() -> None:
    """Somebody who compared may say so, without sending the name."""
    bare = item(name=None, address=None, birth_date=None, name_agrees=True, address_agrees=False)
    [found] = read(written(evidence=[bare])).evidence
    assert found.attributes["name_agrees"] is True
    assert found.attributes["address_agrees"] is False
    assert "birth_date_agrees" not in found.attributes


def test_a_licence_number_of_twelve_digits_passes() -> None:
    """A typed identifier with twelve digits and the right check digit is a licence number, and stays as written."""
    licence = {"kind": "document_shown", "person": "subject", "at": "2026-04-02", "document": "driving_licence"}
    [found] = read(written(evidence=[{**licence, "identifier": "123456789018"}])).evidence
    assert found.identifier == "123456789018"


def test_an_expiry_date_says_that_there_is_one() -> None:
    """What follows from another field isn't asked twice: a day of expiry, and a delivery, answer their neighbours."""
    shown = {"kind": "document_shown", "person": "subject", "at": "2026-04-02", "valid_until": "2030-01-01"}
    post = {"kind": "postal_item", "person": "subject", "at": "2026-04-02", "delivered": True}
    first, second = read(written(evidence=[shown, post])).evidence
    assert first.attributes["no_expiry"] is False
    assert second.attributes["delivery_failed"] is False


def test_service_details_are_facts_of_the_service() -> None:
    """``service`` is the kind; what more there is to say about it stands in ``service_details``."""
    found = read(written(service="iot", service_details={"iot_divertible": True}))
    assert found.facts["service.iot_divertible"] is True
    assert found.facts["service"] == "iot"


def test_an_application_of_the_largest_size_is_read() -> None:
    """A hundred items with long texts fit the limits."""
    many = [item(name="玲" * 300, address="架" * 300) for _ in range(MAX_EVIDENCE)]
    raw = json.dumps(written(evidence=many), ensure_ascii=False).encode()
    assert len(raw) <= MAX_BYTES
    assert len(read(parse_json(raw)).evidence) == MAX_EVIDENCE


def test_order_of_fields_does_not_matter() -> None:
    """JSON objects have no order."""
    turned = {name: PLAIN[name] for name in reversed(PLAIN)}
    assert read(turned).facts == read(written()).facts
