"""An answer to a question corrects a request; it neither lifts its secrecy nor borrows checks of another paper."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.disclosure.errors import HearingForbidden
from sekisho.disclosure.record import Origin, SecrecyState
from tests.disclosure.claims_made import CLAIM, SENDER, claim
from tests.disclosure.made_cases import case, item
from tests.disclosure.world import Desk

CHECKS = ("authenticity.number_confirmed", "authenticity.called_back")


def asked_back(desk: Desk, **changed: object) -> str:
    """A request whose paper was checked, and about which a question was asked; its id."""
    made = desk.received(**changed)
    for name in (*CHECKS, "scope.existing_only"):
        desk.service.set_fact(made.id, name, True, origin=Origin.CHECKED, note="03-0000-0110", by=desk["uketsuke"])
    desk.service.question_back(made.id, "文書番号は？", by=desk["uketsuke"])
    return made.id


@pytest.mark.parametrize(
    "changed",
    [
        {"document": {"number": "令和8年（る）第999号"}},
        {"document": {"valid_until": "2027-12-31"}},
        {"requester": {"name": "別の県の警察本部"}},
    ],
)
def test_another_paper_is_checked_anew(desk: Desk, changed: dict[str, object]) -> None:
    """What was found genuine is one paper of one authority: an answer that changes either starts unchecked."""
    case_id = asked_back(desk)
    after = desk.service.answer_question(case_id, case(**changed), by=desk["uketsuke2"])
    assert after.case is not None
    assert not after.case.facts


def test_other_items_are_looked_at_anew(desk: Desk) -> None:
    """Checks of the same paper stay; what was said of its items doesn't, where they change."""
    case_id = asked_back(desk)
    after = desk.service.answer_question(case_id, case(items=[item(), item(2)]), by=desk["uketsuke"])
    assert after.case is not None
    assert set(after.case.facts) == set(CHECKS)


def test_an_answer_lifts_no_secrecy(desk: Desk) -> None:
    """An answer that forgets the secrecy, weakens or shortens it, changes none of it: nobody is asked or told."""
    case_id = asked_back(desk, **claim(secrecy={"state": "ordered", "until": "2027-05-01"}), knows=["kaiji"])
    for said in (
        {"state": "none", "until": None},
        {"state": "asked", "until": None},
        {"state": "ordered", "until": "2026-12-01"},
    ):
        after = desk.service.answer_question(case_id, case(**claim(secrecy=said)), by=desk["uketsuke"])
        assert after.case is not None
        assert (after.secret, after.case.secrecy.state) == (True, SecrecyState.ORDERED)
        assert after.case.secrecy.until == date(2027, 5, 1)
        with pytest.raises(HearingForbidden):
            desk.service.hearings.draft(case_id, (1,), SENDER, CLAIM, by=desk["kaiji"])
        desk.service.question_back(case_id, "確認", by=desk["uketsuke"])
    longer = case(**claim(secrecy={"state": "ordered", "until": "2027-09-01"}))
    after = desk.service.answer_question(case_id, longer, by=desk["uketsuke"])
    assert after.case is not None
    assert after.case.secrecy.until == date(2027, 9, 1)


def test_a_day_that_is_no_longer_named_is_no_term(desk: Desk) -> None:
    """Secrecy was asked for until a day; by the answer only a document ends it: no day is watched any more."""
    case_id = asked_back(desk, secrecy={"state": "asked", "until": "2026-12-01"}, knows=["uketsuke2"])
    after = desk.service.answer_question(case_id, case(secrecy={"state": "asked"}), by=desk["uketsuke2"])
    assert after.due_on is None
    assert [one.state for one in desk.service.deadlines(case_id, by=desk["uketsuke"])] == ["cancelled"]
