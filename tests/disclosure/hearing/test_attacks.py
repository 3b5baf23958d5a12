"""A hearing attacked by whoever decides on the release: consent and silence are nobody's to make up alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.errors import CaseRefused, NotApart
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.hearing.record import Answer, Channel, Entry, What, read
from tests.disclosure.claims_made import CLAIM, SENDER, claimed, decided
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store

TODAY = date(2026, 11, 23)


def test_whoever_releases_does_not_record_the_senders_consent(desk: Desk, store: Store) -> None:
    """The releaser who sent the letter can't answer it with yes; whoever recorded a yes can't release."""
    found, hearings, kaiji = claimed(desk), desk.service.hearings, desk["kaiji"]
    hearings.draft(found.id, (1,), SENDER, CLAIM, by=kaiji)
    hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=kaiji)
    with pytest.raises(NotApart):
        hearings.answer(found.id, 1, Answer.AGREES, on=TODAY, how="書面", by=kaiji)
    turned = replace(kaiji, scopes=desk["kakunin"].scopes)
    with pytest.raises(NotApart):
        hearings.answer(found.id, 1, Answer.AGREES, on=TODAY, how="書面", by=turned)
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id)
    hearings.answer(found.id, 1, Answer.AGREES, on=TODAY, how="書面", by=desk["kakunin2"])
    with pytest.raises(NotApart):
        desk.service.deciding.decide(found.id, {1: (Choice.DISCLOSE, "可")}, by=desk["kakunin2"])
    # An opposition shuts the gate, so anybody who isn't the searcher records it.
    hearings.answer(found.id, 1, Answer.OPPOSES, on=TODAY, how="書面", reasons="撤回", by=kaiji)
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id)


def test_a_letter_is_not_sent_before_it_was_written(desk: Desk, store: Store) -> None:
    """A day before the draft would let the two weeks be over at once."""
    found, hearings, kaiji = claimed(desk), desk.service.hearings, desk["kaiji"]
    desk.clock.advance(timedelta(days=20))
    hearings.draft(found.id, (1,), SENDER, CLAIM, by=kaiji)
    with pytest.raises(CaseRefused):
        hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=kaiji)
    with pytest.raises(NotPermittedByLaw):
        decided(desk, found.id)


def test_letters_to_senders_are_read_at_their_desk_alone(desk: Desk, store: Store) -> None:
    """A letter names somebody who was found: seeing the case isn't enough to read it as one of its papers."""
    found, hearings = claimed(desk), desk.service.hearings
    inquiry, letter = hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    for name in ("uketsuke", "kakunin", "kensaku", "kansa", "kaiji"):
        with pytest.raises(CaseRefused):
            desk.service.papers.find(found.id, inquiry.letter, by=desk[name])
    assert hearings.letter(found.id, 1, by=desk["kaiji"]) == letter
    with pytest.raises(CaseRefused):
        desk.service.papers.attach(found.id, "hearing_letter", b"{}", keep=Keep.WORK, by=desk["kaiji"])


def test_a_thousand_senders_are_read_once() -> None:
    """Facts about one item look at its own inquiries, however many others there are."""

    class Counted(tuple[int, ...]):
        """Items of an inquiry that count how often they are looked through."""

        looks = 0

        def __iter__(self):  # type: ignore[no-untyped-def]  # tuple's own type, which has no name
            Counted.looks += 1
            return super().__iter__()

        def __contains__(self, key: object) -> bool:
            Counted.looks += 1
            return super().__contains__(key)

    at, due = "2026-11-23T12:00:00+09:00", date(2026, 12, 7).isoformat()
    entries, place = [], 0
    for number in range(1, 1_001):
        for what, said in (
            (What.DRAFTED, {"stage": "voluntary", "items": [number], "letter": "p"}),
            (What.SENT, {"on": TODAY.isoformat(), "due": due, "channel": "post"}),
            (What.ANSWERED, {"on": TODAY.isoformat(), "answer": "agrees", "how": "x", "reasons": ""}),
        ):
            place += 1
            entries.append(Entry(place, what, "kaiji", at, {"inquiry": number, **said}))
    hearing = read(entries)
    hearing = replace(hearing, inquiries=tuple(replace(one, items=Counted(one.items)) for one in hearing.inquiries))
    for number in range(1, 1_001):
        assert hearing.facts((number,), TODAY)["hearing.answer"] == "agrees"
    assert Counted.looks == 1_000
