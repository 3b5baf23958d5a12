"""A person's answer tells what was given with their consent, and never a fact of any other request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from sekisho.access.errors import ScopeMissing
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.progress import State
from sekisho.disclosure.record import DisclosureCase, Origin, Secrecy, SecrecyState
from sekisho.disclosure.reports.data_subject import (
    BY_CONSENT,
    LEFT_OUT,
    DataSubjectAnswer,
    NotTellable,
    Tellable,
    answer,
    tellable,
)
from sekisho.disclosure.reports.errors import NotForThem
from sekisho.disclosure.reports.personal_answer import PersonalAnswers
from sekisho.disclosure.tables import disclosure_case, disclosure_event
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import Desk

PHONE = "09000000001"
SUBJECT: Mapping[str, Any] = {
    "kind": "subscriber", "name": "関口 花子", "office": "", "contact": "", "officer": "", "rank": "",
}  # fmt: skip


def about(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A question about the person's telephone number."""
    return item(number, kind="phone", value=PHONE, port=None, data_class="subscriber") | changed


def own(name: str = "関口 花子", **changed: Any) -> DisclosureCase:
    """A request that rests on consent."""
    return case(type="own_account", requester={**SUBJECT, "name": name}, items=[about()], **changed)


SECRECIES = st.sampled_from([*(Secrecy(one) for one in SecrecyState)])
OTHERS = st.lists(
    st.builds(
        lambda kind, secrecy, secret: (replace(own("県警本部"), type=kind, secrecy=secrecy), secret),
        st.sampled_from(sorted(CaseType)),
        SECRECIES,
        st.booleans(),
    ).filter(lambda one: one[0].type not in BY_CONSENT or one[0].secret or one[1]),
    max_size=6,
)


@given(OTHERS)
def test_what_may_not_be_told_changes_no_byte(others: list[tuple[DisclosureCase, bool]]) -> None:
    """With any requests by police, courts or claimants, and any secret ones, about the very same number, the answer is
    the same byte for byte as without them."""
    question, mine = own(), tellable(own("代理人 山田"), secret=False, given_on=date(2026, 5, 1))
    assert mine is not None
    alone = answer("関所通信", question, [mine]).document()
    found = [one for each, secret in others if (one := tellable(each, secret=secret, given_on=date(2026, 6, 1)))]
    assert orjson.dumps(answer("関所通信", question, [mine, *found]).document()) == orjson.dumps(alone)
    assert alone["left_out"]["ja"] == LEFT_OUT.ja


@pytest.mark.parametrize("kind", sorted(CaseType))
def test_only_consent_is_told(kind: CaseType) -> None:
    """Of every type of request, just those that rest on consent become tellable; none that is secret does."""
    one = replace(own(), type=kind)
    assert (tellable(one, secret=False, given_on=date(2026, 5, 1)) is not None) == (kind in BY_CONSENT)
    for secrecy in (SecrecyState.ASKED, SecrecyState.ORDERED):
        assert tellable(replace(one, secrecy=Secrecy(secrecy)), secret=False, given_on=date(2026, 5, 1)) is None
    assert tellable(one, secret=True, given_on=date(2026, 5, 1)) is None
    assert tellable(one, secret=False, given_on=None) is None


def test_nothing_else_makes_something_tellable() -> None:
    """An answer takes tellable things alone, and none comes into being but by the function that checks."""
    with pytest.raises(NotTellable):
        Tellable(object(), title=LEFT_OUT, given_on=date(2026, 5, 1), to="", identifiers=frozenset())


def test_another_persons_requests_are_not_told() -> None:
    """What was given about another number isn't this person's to know; an address names nobody by itself."""
    other = case(type="own_account", requester=SUBJECT, items=[about(value="09000000002"), item(2)])
    one = tellable(other, secret=False, given_on=date(2026, 5, 1))
    assert one is not None
    assert answer("関所通信", own(), [one]).given == ()


def proved(desk: Desk, **changed: Any) -> str:
    """A person's question, their identity proved."""
    made = desk.service.receive(own(**changed), by=desk["uketsuke"])
    desk.service.set_fact(
        made.id, "authenticity.identity_proved", True, origin=Origin.CHECKED, note="窓口で確認", by=desk["uketsuke"]
    )
    return made.id


def given_away(desk: Desk, made: DisclosureCase) -> None:
    """Enter a request and mark it as delivered: how it came to that is told by other tests."""
    entry = desk.service.receive(made, by=desk["uketsuke"])

    def write(connection: Any) -> None:
        connection.execute(
            update(disclosure_event).where(disclosure_event.c.case_id == entry.id).values(event="deliver")
        )
        connection.execute(
            update(disclosure_case).where(disclosure_case.c.id == entry.id).values(state=State.DELIVERED.value)
        )

    desk.workspace.commit(write)


def test_the_workspace_answers_and_records_it(desk: Desk) -> None:
    """Somebody whose identity was proved is told of what was given with consent; that they were told is a leaf."""
    given_away(desk, own("代理人 山田"))
    case_id = proved(desk)
    told = PersonalAnswers(desk.service.steps).answer(case_id, by=desk["kaiji"])
    assert [one.to for one in told.given] == ["代理人 山田"]
    assert told.document()["given"][0]["on"] == "2026-11-23"
    assert desk.service.timeline(case_id, by=desk["kansa"])[-1].event == "told_data_subject"


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(["search_seizure", "investigation_inquiry", "data_provision_order", "disclosure_order"]))
def test_no_request_of_law_shows(kind: str) -> None:
    """None of the types that law gives others becomes tellable, with secrecy or without."""
    for secrecy in SecrecyState:
        made = replace(own("県警本部"), type=CaseType(kind), secrecy=Secrecy(secrecy))
        assert tellable(made, secret=made.secret, given_on=date(2026, 5, 1)) is None


def test_the_answer_is_the_same_with_secret_requests_there(desk: Desk) -> None:
    """Warrants and secret requests about the same number, delivered: the answer stays what it was."""
    service, first = PersonalAnswers(desk.service.steps), proved(desk)
    before = service.answer(first, by=desk["kaiji"])
    given_away(desk, case(items=[about()]))
    given_away(desk, case(items=[about()], secrecy={"state": "ordered", "until": "2027-01-01"}))
    given_away(desk, own("代理人 鈴木", secrecy={"state": "asked", "until": None}))
    after = service.answer(first, by=desk["kaiji"])
    assert before == after == DataSubjectAnswer("関所通信", date(2026, 11, 23), ())


def test_only_who_proved_who_they_are_is_answered(desk: Desk) -> None:
    """A warrant is no question of a person; an identity only stated doesn't count; who can't release can't answer."""
    service = PersonalAnswers(desk.service.steps)
    stated = desk.service.receive(own(), by=desk["uketsuke"])
    for case_id in (desk.received().id, stated.id):
        with pytest.raises(NotForThem):
            service.answer(case_id, by=desk["kaiji"])
    with pytest.raises(ScopeMissing):
        service.answer(proved(desk), by=desk["uketsuke"])
