"""What goes back to whoever sent a request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sekisho.clock import JAPAN
from sekisho.disclosure.intake.finding_words import WORDINGS, Code, Kind
from sekisho.disclosure.intake.findings import AUDIENCE, Finding
from sekisho.disclosure.intake.surroundings import Surroundings
from sekisho.disclosure.intake.validation import Verdict, check
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.record import MAX_ITEMS, Origin, Precision
from tests.disclosure.intake.made_requests import AROUND, RECEIVED, checked, codes, draft, item


def test_a_request_in_order() -> None:
    """Nothing is found, and the case is what was asked, in the form in which it is compared."""
    found = checked()
    assert found.findings == ()
    assert found.verdict is Verdict.ACCEPT
    assert found.case is not None
    (one,) = found.case.items
    assert (one.value, one.port, one.begin) == ("203.0.113.5", 2000, datetime(2026, 11, 20, 12, tzinfo=JAPAN))
    assert found.case.document.dated is not None
    assert found.case.document.dated.isoformat() == "2026-11-21"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"port": None}, Code.PORT_MISSING),
        ({"port": 65_536}, Code.PORT_OUT_OF_RANGE),
        ({"port": -1}, Code.PORT_OUT_OF_RANGE),
        ({"port": "80a"}, Code.PORT_UNREADABLE),
        ({"protocol": "gopher"}, Code.PROTOCOL_UNREADABLE),
        ({"destination": "example.com"}, Code.DESTINATION_UNREADABLE),
        ({"destination": "198.51.100.1:99999"}, Code.PORT_OUT_OF_RANGE),
        ({"destination": "198.51.100.1:80", "destination_port": 443}, Code.DESTINATION_UNREADABLE),
        ({"time": "2026-11-20T12:00:00"}, Code.ZONE_MISSING),
        ({"time": "令和8年11月20日12時"}, Code.ZONE_MISSING),
        ({"time": "2026-11-20 12:00 PST"}, Code.ZONE_UNKNOWN),
        ({"time": None}, Code.TIME_MISSING),
        ({"time": "2026-11-20 JST～"}, Code.NO_END),
        ({"time": None, "begin": "2026-11-20 JST"}, Code.NO_END),
        ({"time": None, "begin": "2026-11-21 JST", "end": "2026-11-20 JST"}, Code.REVERSED_TIME),
        ({"time": "2026-11-24 12:00 JST"}, Code.FUTURE_TIME),
        ({"time": "2200-01-01 12:00 JST"}, Code.NO_SUCH_TIME),
        ({"value": "fe80::1%eth0"}, Code.ZONE_ID),
        ({"value": "2001:db8:1::5%25en0"}, Code.ZONE_ID),
        ({"value": "203.0.113.0/28"}, Code.NOT_ONE_ADDRESS),
        ({"value": "203.0.113.1-203.0.113.9"}, Code.NOT_ONE_ADDRESS),
        ({"value": "192.168.0.5"}, Code.PRIVATE_ADDRESS),
        ({"value": "100.64.1.1"}, Code.PRIVATE_ADDRESS),
        ({"value": "::ffff:10.0.0.1"}, Code.PRIVATE_ADDRESS),
        ({"value": "fd00::1"}, Code.PRIVATE_ADDRESS),
        ({"value": "240.0.0.1"}, Code.RESERVED_ADDRESS),
        ({"value": "ff02::1"}, Code.RESERVED_ADDRESS),
        ({"value": "192.0.2.300"}, Code.VALUE_UNREADABLE),
        ({"value": ""}, Code.VALUE_UNREADABLE),
        ({"kind": "phone", "value": "070-0000"}, Code.ONLY_OF_ADDRESS),
        ({"kind": "phone", "value": "12", "port": None}, Code.VALUE_UNREADABLE),
        ({"kind": "imei", "value": "49-015420-323751-9", "port": None}, Code.CHECK_DIGIT),
        ({"kind": "iccid", "value": "8981100000000000001", "port": None}, Code.CHECK_DIGIT),
        ({"kind": "post_url", "value": "ftp://x", "port": None}, Code.VALUE_UNREADABLE),
        ({"data_class": "subscriber"}, Code.FIELD_REFUSED),
    ],
)
def test_one_thing_wrong_with_an_item(changed: dict[str, Any], code: Code) -> None:
    """Each fault has its finding, with the number of its item, and the request goes back."""
    found = checked(item(), item(**changed))
    assert code in codes(found)
    assert {one.item for one in found.findings} == {2}
    assert found.verdict is Verdict.QUESTION
    assert found.reasons


def test_part_of_a_request_is_never_entered() -> None:
    """Where one item can't be read the case has none: the rest isn't answered meanwhile."""
    found = checked(item(), item(time="2026-11-20T12:00:00"))
    assert found.case is not None
    assert found.case.items == ()


def test_both_ways_are_on_the_question() -> None:
    """A time without a zone comes back as Japan time and as UTC, each in both."""
    (one,) = checked(item(time="令和8年11月20日12時34分")).findings
    ways = one.document()["ways"]
    assert ways["if_japan_time"]["ja"] == "令和8年11月20日12時34分（日本時間）"
    assert ways["if_utc"]["ja"] == "令和8年11月20日21時34分（日本時間）"
    assert ways["if_utc"]["both"] == "2026-11-20T21:34:00+09:00 (2026-11-20T12:34:00Z)"


def test_the_form_names_the_zone_for_its_items() -> None:
    """A zone stated once for all times is no assumption; an item's own goes before it."""
    found = checked(item(time="2026-11-20 12:00:00"), item(time="2026-11-20 12:00:00", zone="UTC"), zone="日本時間")
    assert found.case is not None
    first, second = found.case.items
    assert second.begin - first.begin == timedelta(hours=9)


@pytest.mark.parametrize(
    ("value", "name"), [("198.51.100.1", "隣県ケーブル"), ("198.51.100.65", "港通信"), ("8.8.8.8", None)]
)
def test_another_providers_address(value: str, name: str | None) -> None:
    """It is told, by the narrowest prefix, and the request goes on: the answer is the next provider."""
    found = checked(item(value=value, port=None))
    assert codes(found) == [Code.OTHER_PROVIDER if name else Code.NOT_OUR_ADDRESS]
    assert found.verdict is Verdict.ACCEPT
    assert name is None or name in found.findings[0].text.ja


def test_where_nobody_said_which_addresses_are_ours() -> None:
    """Then none is called another's, and the rest is looked at all the same."""
    assert codes(checked(item(value="8.8.8.8"), around=Surroundings())) == []
    assert codes(checked(item(value="10.0.0.1"), around=Surroundings())) == [Code.PRIVATE_ADDRESS]


def test_a_port_that_nobody_knows() -> None:
    """Whoever asked may answer that they don't know the port: then it is a note. A zone can't be waived."""
    made = draft(items=[item(port=None), item(time="2026-11-20T12:00:00")])
    waived = frozenset({Code.PORT_MISSING, Code.ZONE_MISSING})
    found = check(made, received_at=RECEIVED, by="uketsuke", around=AROUND, not_known=waived)
    assert codes(found) == [Code.PORT_UNKNOWN, Code.ZONE_MISSING]
    assert codes(checked(item(value="203.0.113.200", port=None))) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"document": {"number": " "}}, Code.NO_DOCUMENT_NUMBER),
        ({"document": {"dated": ""}}, Code.NO_DOCUMENT_DATE),
        ({"document": {"dated": "昨日"}}, Code.DATE_UNREADABLE),
        ({"document": {"dated": "令和8年11月24日"}}, Code.DOCUMENT_IN_FUTURE),
        ({"document": {"valid_until": ""}}, Code.NO_VALIDITY),
        ({"document": {"valid_until": "R8.11.22"}}, Code.DOCUMENT_EXPIRED),
        ({"document": {"valid_until": "R8.11.20"}}, Code.VALIDITY_REVERSED),
        ({"items": []}, Code.NOTHING_ASKED),
        ({"requester": {"name": " "}}, Code.FIELD_REFUSED),
        ({"secrecy": {"until": "2026-12-01"}}, Code.FIELD_REFUSED),
        ({"received_at": "2026-11-23T10:00:00"}, Code.FIELD_REFUSED),
    ],
)
def test_one_thing_wrong_with_the_paper(changed: dict[str, Any], code: Code) -> None:
    """Each fault of the paper has its finding."""
    found = checked(**changed)
    assert codes(found) == [code]
    assert found.verdict is Verdict.QUESTION


def test_the_last_day_of_validity_counts() -> None:
    """A warrant is in force to the end of its last day, in Japan."""
    assert codes(checked(document={"valid_until": "R8.11.23"})) == []


def test_an_expired_warrant_says_why_it_may_be_refused() -> None:
    """The reviewer is told which refusal follows where nobody mends it."""
    assert checked(document={"valid_until": "R8.11.22"}).reasons == (RefusalReason.DOCUMENT_EXPIRED,)


def test_too_many_items() -> None:
    """A million identifiers are refused without one of them being read, and the letter says how many there were."""
    found = checked(*[{"value": "x"}] * (MAX_ITEMS + 1))
    assert codes(found) == [Code.TOO_MANY_ITEMS]
    assert found.verdict is Verdict.REFUSE
    assert found.findings[0].said == {"count": MAX_ITEMS + 1, "limit": MAX_ITEMS}
    assert found.case is not None
    assert found.case.items == ()


def test_the_same_question_twice() -> None:
    """A time in UTC and in Japan time is one; another port is another question."""
    found = checked(item(), item(time="2026-11-20T03:00:00Z"), item(port=2001), item(value="::ffff:203.0.113.5"))
    assert [(one.code, one.item, one.said) for one in found.findings] == [
        (Code.DUPLICATE, 2, {"first": 1}),
        (Code.DUPLICATE, 4, {"first": 1}),
    ]
    assert found.verdict is Verdict.ACCEPT


def test_a_checksum_that_differs_stops_everything() -> None:
    """What arrived isn't what was sent: nothing of it is entered."""
    found = checked(checksum={"sha256": "0" * 64})
    assert codes(found) == [Code.CHECKSUM_DIFFERS]
    assert found.verdict is Verdict.REFUSE
    assert found.reasons == (RefusalReason.NOT_AUTHENTIC,)
    assert found.case is not None
    assert found.case.items == ()


def test_a_date_of_contracts_is_a_day_in_japan() -> None:
    """Registers are kept by days of Japan; with a time of day, or for a communication, the zone is asked."""
    phone = item(kind="phone", value="070-0000-0001", port=None, time="令和8年11月20日")
    found = checked(phone)
    assert codes(found) == [Code.READ_AS_JAPAN_DATE]
    assert found.case is not None
    (one,) = found.case.items
    assert (one.begin, one.precision) == (datetime(2026, 11, 20, tzinfo=JAPAN), Precision.DAY)
    assert codes(checked(phone | {"time": "令和8年11月20日12時"})) == [Code.ZONE_MISSING]
    assert codes(checked(phone | {"data_class": "secrecy"})) == [Code.ZONE_MISSING]


@pytest.mark.parametrize(
    ("time", "stated", "precision"),
    [
        ("2026-11-20 JST", "second", Precision.DAY),
        ("2026-11-20 12:00 JST", "second", Precision.MINUTE),
        ("2026-11-20T12:00:00+09:00", "hour", Precision.HOUR),
    ],
)
def test_a_time_is_never_more_exact_than_it_is_written(time: str, stated: str, precision: Precision) -> None:
    """A day that is called exact to the second isn't its midnight; a time may be stated to be a rough one."""
    found = checked(item(time=time, precision=stated))
    assert found.case is not None
    assert found.case.items[0].precision is precision


def test_a_rescue_looks_ahead_and_waits_for_no_number() -> None:
    """Somebody missing is looked for until found; the number comes afterwards."""
    found = checked(
        item(kind="phone", value="070-0000-0001", port=None, time="2026-11-23 09:00～2026-11-24 09:00 JST",
             wanted=["location"], data_class="location"),
        type="location_rescue", requester={"kind": "rescue_body"},
        document={"number": "", "dated": "", "valid_until": ""},
    )  # fmt: skip
    assert codes(found) == [Code.NUMBER_TO_FOLLOW]


def test_declared_facts_are_only_declared() -> None:
    """What a paper says of itself is put down as such, to whoever typed it in."""
    found = checked(facts={"document.in_writing": True})
    assert found.case is not None
    fact = found.case.facts["document.in_writing"]
    assert (fact.value, fact.origin, fact.by) == (True, Origin.DECLARED, "uketsuke")


@pytest.mark.parametrize("code", list(Code))
def test_every_finding_has_its_words(code: Code) -> None:
    """In both languages, addressed to the requester; what goes back says why it may be refused."""
    said: dict[str, str | int] = dict.fromkeys(
        ("written", "problem", "provider", "of", "first", "count", "limit"), "x"
    )
    one = Finding(code, 1, "time", 3, None, said)
    assert one.text.ja
    assert one.text.en
    assert one.document()["audience"] == AUDIENCE
    assert (WORDINGS[code].unanswered is None) is (one.kind is Kind.NOTE)
    assert not WORDINGS[code].waivable or code is Code.PORT_MISSING
