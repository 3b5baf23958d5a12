"""Nobody opens the gate alone by what they say: facts are stated by one person and looked at by another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import Connection

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.access.principal import Principal
from sekisho.disclosure import rows
from sekisho.disclosure.errors import CaseRefused, FactRefused, NotApart, TermOpen, WrongState
from sekisho.disclosure.progress import Event, Part, RefusalReason, State
from sekisho.disclosure.record import Origin
from sekisho.disclosure.terms import OBJECTION
from tests.disclosure.made_cases import case
from tests.disclosure.world import Desk

FACT = {"value": True, "origin": "declared", "by": "somebody", "at": "2026-11-23T10:05:00+09:00", "note": ""}


def say(desk: Desk, case_id: str, name: str, *, by: Principal) -> None:
    """State something."""
    desk.service.set_fact(case_id, name, True, origin=Origin.DECLARED, note="", by=by)


def test_a_request_does_not_say_that_it_was_checked(desk: Desk) -> None:
    """A fact that comes with the request and calls itself checked is refused; a declared one is the clerk's."""
    with pytest.raises(FactRefused):
        desk.received(facts={"authenticity.called_back": FACT | {"origin": "checked"}})
    made = desk.received(facts={"order.served": FACT})
    assert made.case is not None
    assert made.case.facts["order.served"].by == "uketsuke"
    desk.service.question_back(made.id, "？", by=desk["uketsuke"])
    with pytest.raises(FactRefused):
        desk.service.answer_question(
            made.id, case(facts={"authenticity.called_back": FACT | {"origin": "checked"}}), by=desk["uketsuke"]
        )


def test_whoever_states_a_fact_does_not_review_it(desk: Desk) -> None:
    """Before the review it is intake's to state, and whoever did takes part in the intake."""
    made = desk.received()
    with pytest.raises(ScopeMissing):
        say(desk, made.id, "document.issued_by_judge", by=desk["kakunin"])
    with pytest.raises(ScopeMissing):
        say(desk, made.id, "document.issued_by_judge", by=desk["kensaku"])
    say(desk, made.id, "document.issued_by_judge", by=desk["uketsuke2"])
    assert desk.service.parts(made.id, by=desk["kansa"])["uketsuke2"] == {Part.INTAKE}
    turned = replace(desk["uketsuke2"], scopes=desk["kakunin"].scopes)
    with pytest.raises(NotApart):
        desk.service.review(made.id, "x", by=turned)


def test_after_the_review_only_a_reviewer_states_facts(desk: Desk) -> None:
    """Neither clerk, searcher nor releaser can add what opens the gate; a reviewer who does can't hand over."""
    made = desk.reviewed()
    for name in ("uketsuke", "kensaku", "kaiji"):
        with pytest.raises(ScopeMissing):
            say(desk, made.id, "document.issued_by_judge", by=desk[name])
    turned = replace(desk["uketsuke"], scopes=desk["kakunin"].scopes)
    with pytest.raises(NotApart):
        say(desk, made.id, "document.issued_by_judge", by=turned)
    with pytest.raises(ProofTooWeak):
        say(desk, made.id, "document.issued_by_judge", by=desk.stated("kakunin"))
    say(desk, made.id, "document.issued_by_judge", by=desk["kakunin2"])
    assert desk.service.parts(made.id, by=desk["kansa"])["kakunin2"] == {Part.REVIEW}
    known = desk.service.steps.known(made.id, desk["kakunin2"])
    with pytest.raises(WrongState):
        desk.service.wait(made.id, "x", by=desk["kakunin2"])
    with pytest.raises(NotApart):
        desk.service.steps.require_may(
            replace(known, entry=replace(known.entry, state=State.FOUND)), Event.DECIDE, by=desk["kakunin2"]
        )
    desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "x", by=desk["kakunin"])
    with pytest.raises(WrongState):
        say(desk, made.id, "order.served", by=desk["kakunin"])


def test_a_declaration_replaces_no_check(desk: Desk) -> None:
    """What was looked at stays until somebody looks again, whoever says otherwise; what only closes is believed."""
    made, by = desk.received(), desk["uketsuke"]

    def said(name: str, *, value: bool, origin: Origin) -> None:
        desk.service.set_fact(made.id, name, value, origin=origin, note="窓口で見た", by=by)

    for value in (False, True):
        said("order.served", value=value, origin=Origin.CHECKED)
        with pytest.raises(FactRefused):
            said("order.served", value=not value, origin=Origin.DECLARED)
    said("order.case_ended", value=False, origin=Origin.CHECKED)
    said("order.case_ended", value=True, origin=Origin.DECLARED)
    said("order.case_ended", value=True, origin=Origin.CHECKED)
    with pytest.raises(FactRefused):
        said("order.case_ended", value=False, origin=Origin.DECLARED)


def test_terms_that_protect_others_are_nobodys_to_move(desk: Desk) -> None:
    """The time for objections and for the review afterwards can't be set, moved or ended by hand."""
    made = desk.received()
    for kind in ("objection", "emergency_review"):
        with pytest.raises(CaseRefused):
            desk.service.set_deadline(
                made.id, kind, started_on=date(2026, 1, 1), due_on=date(2026, 1, 2), by=desk["uketsuke"]
            )
        with pytest.raises(CaseRefused):
            desk.service.end_deadline(made.id, kind, by=desk["uketsuke"])


def test_a_case_is_not_closed_while_objections_are_possible(desk: Desk) -> None:
    """Until the end of that term's last day closing is refused, with the day."""
    made = desk.received()
    desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "x", by=desk["kakunin"])
    known = desk.service.steps.known(made.id, desk["kakunin"])

    def begin(connection: Connection, now: datetime) -> None:
        began, ends = date(2026, 11, 23), date(2026, 12, 23)
        rows.set_deadline(connection, made.id, OBJECTION, started_on=began, due_on=ends, at=now)

    desk.service.steps.note(known, "term", {}, by=desk["kakunin"], write=begin)
    with pytest.raises(TermOpen) as caught:
        desk.service.close(made.id, "x", by=desk["kakunin"])
    assert caught.value.fields["due"] == "2026-12-23"
