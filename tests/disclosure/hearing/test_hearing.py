"""The sender is asked, waited for and recorded; nothing opens the gate but these records."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.disclosure.attaching import Keep, add_link
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.errors import CaseRefused, FactRefused, HearingForbidden, NotApart, WrongState
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.hearing.errors import (
    InquiryMoved,
    NobodyToTell,
    NoHearingHere,
    ObjectorNotTold,
    SenderUncertain,
    TimeStillRuns,
    UnknownInquiry,
)
from sekisho.disclosure.hearing.letter import Claim, Sender
from sekisho.disclosure.hearing.record import Answer, Channel, Stage, Why
from sekisho.disclosure.hearing.service import OBJECTOR_NOTICE
from sekisho.disclosure.progress import RefusalReason, State
from sekisho.disclosure.record import Origin
from tests.disclosure.claims_made import CLAIM, SENDER, WANTED, claimed, decided, ordered
from tests.disclosure.delivery.made_deliveries import handed, packed
from tests.disclosure.logs_made import searched
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store

TODAY = date(2026, 11, 23)


def asked(desk: Desk, case_id: str, *items: int) -> int:
    """Drafted and sent today."""
    hearings = desk.service.hearings
    inquiry, _ = hearings.draft(case_id, items or (1,), SENDER, CLAIM, by=desk["kaiji"])
    hearings.sent(case_id, inquiry.number, channel=Channel.REGISTERED_POST, on=TODAY, by=desk["kaiji"])
    return inquiry.number


def test_asked_and_agreed(desk: Desk, store: Store) -> None:
    """Before the hearing nothing is permitted; with the sender's consent it is, and the letter says what was asked."""
    found, hearings = claimed(desk), desk.service.hearings
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id)
    inquiry, letter = hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    assert letter.stage is Stage.VOLUNTARY
    assert letter.wanted[0].ja.startswith("氏名")
    assert hearings.letter(found.id, inquiry.number, by=desk["kaiji"]) == letter
    assert hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"]) == (inquiry, letter)
    assert desk.service.find(found.id, by=desk["kaiji"]).state is State.FOUND
    sent = hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=desk["kaiji"])
    assert sent.due == date(2026, 12, 7)
    assert hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=desk["kaiji"]) == sent
    (term,) = [one for one in desk.service.deadlines(found.id, by=desk["kaiji"]) if one.state == "open"]
    assert (term.kind, term.due_on) == ("hearing_answer", sent.due)
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id)
    hearings.answer(found.id, 1, Answer.AGREES, on=TODAY, how="署名のある回答書", by=desk["uketsuke"])
    assert decided(desk, found.id).state is State.DECIDED
    assert not [one for one in desk.service.deadlines(found.id, by=desk["kaiji"]) if one.state == "open"]
    events = [one.event for one in desk.service.timeline(found.id, by=desk["kansa"])]
    assert events[-4:] == ["hearing.drafted", "hear", "hearing.answered", "decide"]


def test_facts_about_the_hearing_are_nobodys_to_state(desk: Desk, store: Store) -> None:
    """No one states an answer, that the sender can't be reached, or days waited; a term that is over counts nothing
    without a letter."""
    found = claimed(desk)
    for name, value in (("hearing.answer", "agrees"), ("hearing.unreachable", True), ("hearing.asked", True)):
        with pytest.raises(FactRefused):
            desk.service.set_fact(found.id, name, value, origin=Origin.CHECKED, note="電話", by=desk["uketsuke"])
    long_ago = TODAY - timedelta(days=40)
    desk.term(found.id, "hearing_answer", long_ago, TODAY - timedelta(days=20))
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id)


def test_a_paper_named_like_a_record_is_none(desk: Desk, store: Store) -> None:
    """Nobody adds a record of a hearing by attaching a paper of that kind."""
    found = claimed(desk)
    for kind in ("hearing", "hearing_letter", "manifest", "package"):
        with pytest.raises(CaseRefused):
            desk.service.papers.attach(found.id, kind, b"{}", keep=Keep.RECORD, by=desk["uketsuke"])


def test_silence_counts_once_the_time_is_over(desk: Desk, store: Store) -> None:
    """Neither on the last day nor within time that was granted: only after it."""
    found, hearings = claimed(desk), desk.service.hearings
    number = asked(desk, found.id)
    desk.clock.advance(timedelta(days=14))
    with pytest.raises(TimeStillRuns):
        hearings.no_answer(found.id, number, by=desk["kaiji"])
    hearings.extend(found.id, number, until=date(2026, 12, 17), reason="弁護士に相談中", by=desk["kaiji"])
    desk.clock.advance(timedelta(days=10))
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id)
    desk.clock.advance(timedelta(days=1))
    made = hearings.no_answer(found.id, number, by=desk["kaiji"])
    assert made.answer is Answer.NO_ANSWER
    assert hearings.no_answer(found.id, number, by=desk["kaiji"]) == made
    assert decided(desk, found.id).state is State.DECIDED
    late = hearings.answer(
        found.id, number, Answer.OPPOSES, on=date(2026, 12, 18), how="書面", reasons="真実", by=desk["kaiji"]
    )
    assert late.answer is Answer.OPPOSES
    with pytest.raises(NotPermittedByLaw):
        packed(desk, found.id)


def test_one_senders_objection_decides_nothing_for_another(desk: Desk, store: Store) -> None:
    """Of two senders one objects: theirs is left to a court, the other's is permitted; who wasn't asked isn't heard."""
    at = [item(wanted=WANTED), item(2, value="203.0.113.5", port=2001, wanted=WANTED)]
    found, hearings = claimed(desk, items=at), desk.service.hearings
    first = asked(desk, found.id, 1)
    hearings.answer(found.id, first, Answer.AGREES, on=TODAY, how="回答書", by=desk["uketsuke"])
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id, 1, 2)
    second = asked(desk, found.id, 2)
    hearings.answer(found.id, second, Answer.OPPOSES, on=TODAY, how="回答書", reasons="事実である", by=desk["kaiji"])
    with pytest.raises(NotPermittedByLaw) as caught:
        decided(desk, found.id, 1, 2)
    assert "house.disclosure.left-to-the-court" in caught.value.fields["rules"]
    choices = {1: (Choice.DISCLOSE, "同意"), 2: (Choice.REFUSE, "反対")}
    assert desk.service.deciding.decide(found.id, choices, by=desk["kaiji"]).state is State.DECIDED


def test_an_objection_stands_through_a_second_letter_in_silence(desk: Desk, store: Store) -> None:
    """Whoever objected and doesn't answer a second letter still objects; consent given later counts."""
    found, hearings = claimed(desk), desk.service.hearings
    hearings.answer(
        found.id, asked(desk, found.id), Answer.OPPOSES, on=TODAY, how="書面", reasons="真実", by=desk["kaiji"]
    )
    again = asked(desk, found.id)
    desk.clock.advance(timedelta(days=20))
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id)
    hearings.answer(found.id, again, Answer.AGREES, on=TODAY, how="書面", by=desk["uketsuke"])
    assert decided(desk, found.id).state is State.DECIDED


def test_nobody_is_told_in_secret_or_where_nobody_is_heard(desk: Desk, store: Store) -> None:
    """No letter can be drafted in a secret case, in a warrant's, or where two people match."""
    hearings, kaiji = desk.service.hearings, desk["kaiji"]
    warrant = searched(desk, items=[item(wanted=["log"])])
    with pytest.raises(NoHearingHere):
        hearings.draft(warrant.id, (1,), SENDER, CLAIM, by=kaiji)
    with pytest.raises(NoHearingHere):
        hearings.unheard(warrant.id, (1,), Why.UNREACHABLE, "不明", by=kaiji)
    secret = claimed(desk, secrecy={"state": "asked", "until": None}, knows=["kakunin", "hogo", "kensaku", "kaiji"])
    with pytest.raises(HearingForbidden):
        hearings.draft(secret.id, (1,), SENDER, CLAIM, by=kaiji)
    both = claimed(desk, items=[item(port=3000, wanted=WANTED)])
    with pytest.raises(SenderUncertain):
        hearings.draft(both.id, (1,), SENDER, CLAIM, by=kaiji)
    with pytest.raises(SenderUncertain):
        hearings.unheard(both.id, (1,), Why.UNREACHABLE, "不明", by=kaiji)


def test_who_cannot_be_heard_takes_two_people(desk: Desk, store: Store) -> None:
    """Proposed by one it opens nothing; neither they nor the clerk or searcher confirm it; a second person does."""
    found, hearings = claimed(desk), desk.service.hearings
    made = hearings.unheard(found.id, (1,), Why.UNREACHABLE, "宛所不明で返送", by=desk["kaiji"])
    assert hearings.unheard(found.id, (1,), Why.UNREACHABLE, "宛所不明で返送", by=desk["kaiji"]) == made
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id)
    with pytest.raises(NotApart):
        hearings.confirm(found.id, 1, by=desk["kaiji"])
    for name in ("uketsuke", "kensaku", "kansa"):
        with pytest.raises(ScopeMissing):
            hearings.confirm(found.id, 1, by=desk[name])
    with pytest.raises(ProofTooWeak):
        hearings.confirm(found.id, 1, by=desk.stated("kakunin"))
    assert hearings.confirm(found.id, 1, by=desk["kakunin"]).confirmed_by == "kakunin"
    assert hearings.confirm(found.id, 1, by=desk["kakunin"]).confirmed_by == "kakunin"
    assert decided(desk, found.id).state is State.DECIDED


def test_people_who_have_no_part_in_a_hearing(desk: Desk, store: Store) -> None:
    """Neither the clerk nor the searcher sends; whoever reviewed the request doesn't either."""
    found, hearings = claimed(desk), desk.service.hearings
    for name in ("uketsuke", "kensaku", "kansa", "kakunin"):
        with pytest.raises(ScopeMissing):
            hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk[name])
    hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    reviewed = desk.received()
    desk.service.review(reviewed.id, "確認", by=desk["kakunin2"])
    with pytest.raises(NotApart):
        hearings.draft(reviewed.id, (1,), SENDER, CLAIM, by=desk["kakunin2"])
    with pytest.raises(ProofTooWeak):
        hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=desk.stated("kaiji"))
    with pytest.raises(ScopeMissing):
        hearings.answer(found.id, 1, Answer.AGREES, on=TODAY, how="電話", by=desk["kensaku"])


def test_what_is_refused(desk: Desk, store: Store) -> None:
    """Days to come, answers before a letter, silence as an answer, an empty letter, too long an extension."""
    found, hearings, kaiji = claimed(desk), desk.service.hearings, desk["kaiji"]
    for sender, told in ((Sender("", "住所"), CLAIM), (SENDER, Claim("", "", "", "", ""))):
        with pytest.raises(CaseRefused):
            hearings.draft(found.id, (1,), sender, told, by=kaiji)
    with pytest.raises(UnknownInquiry):
        hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=kaiji)
    hearings.draft(found.id, (1,), SENDER, CLAIM, by=kaiji)
    with pytest.raises(InquiryMoved):
        hearings.answer(found.id, 1, Answer.AGREES, on=TODAY, how="書面", by=desk["uketsuke"])
    for day in (TODAY + timedelta(days=1), date(2026, 11, 22)):
        with pytest.raises(CaseRefused):
            hearings.sent(found.id, 1, channel=Channel.POST, on=day, by=kaiji)
    hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=kaiji)
    with pytest.raises(InquiryMoved):
        hearings.sent(found.id, 1, channel=Channel.MAIL, on=TODAY, by=kaiji)
    with pytest.raises(CaseRefused):
        hearings.answer(found.id, 1, Answer.NO_ANSWER, on=TODAY, how="x", by=kaiji)
    with pytest.raises(CaseRefused):
        hearings.answer(found.id, 1, Answer.OPPOSES, on=TODAY, how="書面", by=kaiji)
    for until in (TODAY, date(2027, 12, 1)):
        with pytest.raises(CaseRefused):
            hearings.extend(found.id, 1, until=until, reason="相談中", by=kaiji)
    desk.clock.advance(timedelta(days=3))
    reached = hearings.reached(found.id, 1, on=date(2026, 11, 26), by=kaiji)
    assert reached.due == date(2026, 12, 10)


def test_an_objector_is_told_of_the_order_before_the_case_ends(desk: Desk, store: Store) -> None:
    """After a final order the sender who objected must be told: the case doesn't close over it."""
    found, hearings, kaiji = ordered(desk), desk.service.hearings, desk["kaiji"]
    inquiry, letter = hearings.draft(found.id, (1,), SENDER, CLAIM, by=kaiji)
    assert letter.stage is Stage.COURT
    hearings.sent(found.id, inquiry.number, channel=Channel.POST, on=TODAY, by=kaiji)
    with pytest.raises(NobodyToTell):
        hearings.tell(found.id, "1", channel=Channel.POST, on=TODAY, note="書留", by=kaiji)
    hearings.answer(found.id, 1, Answer.OPPOSES, on=TODAY, how="書面", reasons="真実", by=kaiji)
    assert hearings.watch(found.id, by=kaiji) == ["1"] == hearings.watch(found.id, by=kaiji)
    (term,) = [one for one in desk.service.deadlines(found.id, by=kaiji) if one.state == "open"]
    assert (term.kind, term.due_on) == (OBJECTOR_NOTICE, date(2026, 11, 26))
    with pytest.raises(CaseRefused):
        desk.service.end_deadline(found.id, OBJECTOR_NOTICE, by=kaiji)
    decided(desk, found.id)
    handed(desk, found.id)
    desk.service.wait(found.id, "告知", by=kaiji)
    desk.clock.advance(timedelta(days=40))
    with pytest.raises(ObjectorNotTold):
        desk.service.close(found.id, "終了", by=kaiji)
    told = hearings.tell(found.id, "1", channel=Channel.POST, on=TODAY, note="書留 000-0000", by=kaiji)
    assert told.told == {"1": TODAY}
    assert hearings.untold(found.id, by=kaiji) == []
    assert desk.service.close(found.id, "終了", by=kaiji).state is State.CLOSED


def test_a_case_with_a_hearing_waits_for_objections(desk: Desk, store: Store) -> None:
    """What was handed over after a hearing isn't closed before the time for objections was begun."""
    found = claimed(desk)
    number = asked(desk, found.id)
    desk.service.hearings.answer(found.id, number, Answer.AGREES, on=TODAY, how="書面", by=desk["uketsuke"])
    decided(desk, found.id)
    handed(desk, found.id)
    with pytest.raises(WrongState):
        desk.service.close(found.id, "終了", by=desk["kaiji"])


def test_who_objected_before_the_order_is_told_in_its_case(desk: Desk, store: Store) -> None:
    """A claim was refused over an objection; the order after it asks anew, and its case owes that sender the notice."""
    claim, hearings, kaiji = claimed(desk), desk.service.hearings, desk["kaiji"]
    number = asked(desk, claim.id)
    hearings.answer(claim.id, number, Answer.OPPOSES, on=TODAY, how="書面", reasons="真実", by=kaiji)
    desk.service.refuse(claim.id, RefusalReason.SENDER_OPPOSES, "裁判所に委ねる", by=kaiji)
    desk.service.close(claim.id, "終了", by=kaiji)
    order = ordered(desk)
    desk.workspace.commit(
        lambda connection: add_link(connection, order.id, "parent", claim.id, at=desk.clock.now(), by="kaiji")
    )
    with pytest.raises(NotPermittedByLaw):
        decided(desk, order.id)
    _, letter = hearings.draft(order.id, (1,), SENDER, CLAIM, by=kaiji)
    assert (letter.stage, letter.earlier) == (Stage.COURT, ("2026-11-23 opposes",))
    before = f"{claim.id}/1"
    assert hearings.untold(order.id, by=kaiji) == [before]
    hearings.tell(order.id, before, channel=Channel.REGISTERED_POST, on=TODAY, note="書留", by=kaiji)
    assert hearings.untold(order.id, by=kaiji) == []
    with pytest.raises(NobodyToTell):
        hearings.tell(order.id, f"{claim.id}/2", channel=Channel.POST, on=TODAY, note="書留", by=kaiji)
