"""The day of the legal act decides: the first day that suffices, the law of that day, and what it is called."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.application import parse_json
from sekisho.contracts.decide import EARLIEST, ContractDesk
from sekisho.contracts.document import decision_document
from sekisho.contracts.errors import BeforeRulebook
from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.law import contract_engine
from sekisho.engine.conclude import Confirmation, judge
from sekisho.engine.counterfactual import ACCEPTED, apply
from sekisho.engine.errors import SilentLaw
from sekisho.engine.nodes import AllOf, Atom, Op
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Retention, Role, Selection, Strength
from sekisho.engine.verdicts import DutyState, Verdict
from sekisho.errors import SekishoError
from tests.contracts.applications import SIGNATURE as SIGNED
from tests.contracts.applications import item, read, written
from tests.contracts.desk import (
    BASE,
    CHANGE,
    DUTY,
    KNOWN,
    SIGNATURE,
    copy_and_post,
    decide,
    engine,
    law,
    method,
    of_person,
    until,
)
from tests.engine.builders import rule

LAST, FIRST = CHANGE - timedelta(days=1), CHANGE
OVER = engine(*BASE, SIGNATURE, copy_and_post())


def _copy(at: date, person: str = "subject") -> dict[str, Any]:
    return {"kind": "document_copy", "person": person, "at": at.isoformat(), "document": "driving_licence"}


def _post(at: date, person: str = "subject", *, delivered: bool = True) -> dict[str, Any]:
    return {"kind": "postal_item", "person": person, "at": at.isoformat(), "delivered": delivered}


def _application(*evidence: dict[str, Any], decided: date, **changed: Any) -> dict[str, Any]:
    at = f"{decided.isoformat()}T10:00:00+09:00"
    return written(**({"decided_at": at, "applied_at": None, "evidence": list(evidence)} | changed))


def test_a_signature_verifies_on_its_day() -> None:
    """The plain case: accepted, verified on the day of the act, nothing hypothetical, nothing to press for."""
    found = decide(OVER, written())
    assert (found.verdict, found.as_of, found.verified_on) == (Verdict.ACCEPT, date(2026, 4, 2), date(2026, 4, 2))
    assert not found.hypothetical
    assert found.complete_before is None
    assert found.ways == ()
    assert found.questions == ()


def test_a_letter_delivered_on_the_last_day_counts_whenever_one_decides() -> None:
    """The law of the delivery's day, not of the click's."""
    found = decide(OVER, _application(_copy(LAST), _post(LAST), decided=date(2026, 4, 20)))
    assert (found.verdict, found.as_of, found.verified_on) == (Verdict.ACCEPT, LAST, LAST)
    assert not found.hypothetical


def test_a_letter_delivered_after_the_change_is_judged_under_the_new_law() -> None:
    """The copy came in time, the delivery did not: the transition isn't known, and the stricter reading stands."""
    found = decide(OVER, _application(_copy(LAST), _post(FIRST), decided=date(2026, 4, 20)))
    assert (found.verdict, found.as_of, found.verified_on) == (Verdict.NEED_EVIDENCE, date(2026, 4, 20), None)
    assert [[change.new.kind for change in way.changes if change.new] for way in found.ways] == [
        ["electronic_signature"]
    ]


def test_the_day_of_an_act_is_japans() -> None:
    """Delivered at 23:30 in Japan on the last day, written in another zone's time."""
    post = {**_post(LAST), "at": "2026-03-31T14:30:00Z"}
    assert decide(OVER, _application(_copy(LAST), post, decided=FIRST)).verified_on == LAST
    late = {**_post(LAST), "at": "2026-03-31T15:00:00Z"}
    assert decide(OVER, _application(_copy(LAST), late, decided=FIRST)).verdict is Verdict.NEED_EVIDENCE


def test_the_first_day_that_suffices_wins() -> None:
    """Verified twice is verified on the first day; the second act changes nothing."""
    early, later = item(at="2026-04-02"), item(at="2026-04-10")
    for evidence in ([early, later], [later, early]):
        found = decide(OVER, _application(*evidence, decided=date(2026, 4, 20)))
        assert (found.verdict, found.verified_on) == (Verdict.ACCEPT, date(2026, 4, 2))


def test_later_evidence_does_not_undo_a_verification() -> None:
    """A letter that came back a week later is another matter; the case is judged as it stood on the day."""
    must = rule("must", Role.REQUIREMENT, requires=Atom("subject.age", False, Op.GTE, 18))
    over = engine(*BASE, SIGNATURE, must)
    bad = item(at="2026-04-10", signature_valid=False)
    found = decide(over, _application(item(at="2026-04-02"), bad, decided=date(2026, 4, 20)))
    assert (found.verdict, found.verified_on) == (Verdict.ACCEPT, date(2026, 4, 2))
    assert len(found.outcome.case.evidence["electronic_signature"]) == 1


def test_an_open_leg_is_open_on_the_day_of_the_decision() -> None:
    """Sent and not yet delivered: accepted on completion, verified on no day, due before the method ends."""
    found = decide(OVER, _application(_copy(LAST), _post(LAST, delivered=False), decided=LAST))
    assert (found.verdict, found.as_of, found.verified_on) == (Verdict.ACCEPT_ON_COMPLETION, LAST, None)
    assert found.complete_before == CHANGE


def test_a_leg_opened_under_old_law_is_not_open_under_new() -> None:
    """Sent on the last day and undelivered on the first: the method is over."""
    found = decide(OVER, _application(_copy(LAST), _post(LAST, delivered=False), decided=FIRST))
    assert found.verdict is Verdict.NEED_EVIDENCE


def test_an_act_gains_nothing_from_a_law_that_came_later() -> None:
    """Done before the method existed, and nothing since: on the day of the decision nobody has verified anybody."""
    new = method("new", of_person("card_substitute_record", "subject"), start=until(CHANGE))
    record = {"kind": "card_substitute_record", "person": "subject"}
    over = engine(*BASE, new)
    early = {**record, "at": LAST.isoformat()}
    found = decide(over, _application(early, decided=date(2026, 4, 20)))
    assert (found.verdict, found.as_of, found.verified_on) == (Verdict.NEED_EVIDENCE, date(2026, 4, 20), None)
    assert [[change.new.kind for change in way.changes if change.new] for way in found.ways] == [[record["kind"]]]
    in_time = {**record, "at": FIRST.isoformat()}
    assert decide(over, _application(in_time, decided=date(2026, 4, 20))).verified_on == FIRST
    # An act under the new law may complete what was begun before.
    both = method(
        "both", AllOf((of_person("document_copy", "subject"), of_person("face_image", "subject"))), start=until(CHANGE)
    )
    face = {"kind": "face_image", "person": "subject", "at": FIRST.isoformat()}
    assert decide(engine(*BASE, both), _application(_copy(LAST), face, decided=date(2026, 4, 20))).verified_on == FIRST


# --- by when ----------------------------------------------------------------------------------------------------------


def _open_leg(*rules: Any, **law_changed: Any) -> date | None:
    both = {"acting": True, "name": "関所 薫"}
    evidence = [
        _copy(LAST),
        _post(LAST, delivered=False),
        _copy(LAST, "representative"),
        _post(LAST, "representative", delivered=False),
    ]
    acted = {"representative": both} if any("representative_identity" in made.duties for made in rules) else {}
    found = decide(engine(*BASE, *rules), _application(*evidence, decided=LAST, **acted), law(**law_changed))
    assert found.verdict is Verdict.ACCEPT_ON_COMPLETION
    return found.complete_before


def test_what_presses_is_the_duty_whose_time_runs_out_first() -> None:
    """Two people, two letters: the earlier end is the limit, also where the other method has none."""
    late = copy_and_post("representative", "representative_identity", end=until(date(2027, 4, 1)))
    assert _open_leg(copy_and_post(), late) == CHANGE
    endless = copy_and_post("representative", "representative_identity", end=None)
    assert _open_leg(copy_and_post(), endless) == CHANGE
    assert _open_leg(copy_and_post(end=None)) is None


def test_of_one_duty_the_method_that_stays_longest_counts() -> None:
    """The same letter may complete another method that goes on."""
    assert _open_leg(copy_and_post(), copy_and_post(id="other", method="other", end=until(date(2026, 6, 1)))) == date(
        2026, 6, 1
    )
    assert _open_leg(copy_and_post(), copy_and_post(id="other", method="other", end=None)) is None


def test_an_end_that_is_not_known_presses_nobody() -> None:
    """By what was known then the method goes on."""
    assert _open_leg(copy_and_post(end=until(CHANGE, date(2026, 3, 31))), as_known_at=date(2026, 3, 30)) is None


def test_a_method_that_goes_on_under_a_later_version_is_not_over() -> None:
    """The next version counts where it is about this kind of case, known, and takes part."""
    start = until(CHANGE)
    assert _open_leg(copy_and_post(), copy_and_post(id="next", start=start, end=None)) is None
    limited = until(date(2027, 4, 1))
    assert _open_leg(copy_and_post(), copy_and_post(id="next", start=start, end=limited)) == date(2027, 4, 1)
    other = copy_and_post(id="next", start=start, end=None, applies={"subject.kind": frozenset({"corporation"})})
    assert _open_leg(copy_and_post(), other) == CHANGE
    proposed = copy_and_post(id="next", start=start, end=None, strength=Strength.PROPOSAL)
    assert _open_leg(copy_and_post(), proposed) == CHANGE


# --- what the law did not ask for -------------------------------------------------------------------------------------


def _from_change() -> LawEngine:
    """A service outside the law up to the change, and within from then on."""
    from_change = until(CHANGE)
    outside = rule("scope.before", Role.SCOPE, duties=("identity",), end=until(CHANGE))
    return engine(
        *BASE[1:], rule("duty.identity", Role.DUTY, duties=("identity",), start=from_change), outside, SIGNATURE
    )


@pytest.mark.parametrize("kind", ["statement", "consultation"])
def test_old_evidence_does_not_bring_back_the_time_without_a_duty(kind: str) -> None:
    """An explanation given before the law asked for anything verifies nobody on the day of the contract."""
    about: dict[str, Any] = {"kind": kind, "at": LAST.isoformat()}
    if kind == "statement":
        about["person"] = "subject"
    found = decide(_from_change(), _application(about, decided=FIRST))
    assert (found.verdict, found.as_of, found.verified_on) == (Verdict.NEED_EVIDENCE, FIRST, None)


def test_what_lies_outside_the_law_is_judged_on_the_day_of_the_decision() -> None:
    """Nothing was verified, so there is no earlier day: outside the law then, accepted, and no record."""
    found = decide(_from_change(), _application(_copy(LAST - timedelta(days=9)), decided=LAST))
    assert (found.verdict, found.as_of, found.verified_on) == (Verdict.ACCEPT, LAST, None)
    assert found.record is None


def test_a_duty_that_came_later_binds_though_another_was_fulfilled_before() -> None:
    """The counterparty was verified in time; that the representative must be too is asked of the contract's day."""
    acting = {"acting": True, "name": "関所 薫"}
    later = rule("duty.rep", Role.DUTY, duties=("representative_identity",), start=until(CHANGE))
    before = rule("scope.rep", Role.SCOPE, duties=("representative_identity",), end=until(CHANGE))
    over = engine(DUTY, SIGNATURE, later, before)
    signed = item(at=LAST.isoformat())
    assert decide(over, _application(signed, decided=LAST, representative=acting)).verdict is Verdict.ACCEPT
    found = decide(over, _application(signed, decided=FIRST, representative=acting))
    assert found.verdict is Verdict.NEED_EVIDENCE
    states = {duty.duty: duty.state for duty in found.outcome.duties}
    assert states == {"identity": DutyState.FULFILLED, "representative_identity": DutyState.OPEN}


# --- whose evidence, which law ----------------------------------------------------------------------------------------


def test_declared_evidence_is_not_counted() -> None:
    """Nobody vouches for it: the same application needs evidence."""
    assert decide(OVER, written(), origin=Origin.DECLARED).verdict is Verdict.NEED_EVIDENCE
    assert decide(OVER, written(), origin=Origin.VERIFIED).verdict is Verdict.ACCEPT


def test_another_days_law_is_hypothetical() -> None:
    """Under the law of another day the answer claims nothing about this contract, even where it is the same."""
    application = _application(_copy(FIRST), _post(FIRST), decided=FIRST)
    assert decide(OVER, application).verdict is Verdict.NEED_EVIDENCE
    before = decide(OVER, application, law(as_of=LAST))
    assert (before.verdict, before.as_of, before.hypothetical) == (Verdict.ACCEPT, LAST, True)
    same = decide(OVER, application, law(as_of=FIRST))
    assert (same.as_of, same.hypothetical) == (FIRST, False)
    signed = decide(OVER, written(), law(as_of=date(2026, 4, 3)))
    assert (signed.verdict, signed.hypothetical) == (Verdict.ACCEPT, True)


def test_a_day_beyond_what_is_known_is_hypothetical() -> None:
    """Nobody knows in November what will be law in December."""
    later = KNOWN + timedelta(days=1)
    assert decide(OVER, _application(item(at=later.isoformat()), decided=later)).hypothetical
    assert not decide(OVER, _application(item(at=KNOWN.isoformat()), decided=KNOWN)).hypothetical


def test_what_was_not_known_yet_does_not_count() -> None:
    """By the knowledge of the year before, the copies go on."""
    application = _application(_copy(FIRST), _post(FIRST), decided=FIRST)
    known = law(as_known_at=date(2025, 3, 31))
    found = decide(OVER, application, known)
    assert (found.verdict, found.hypothetical) == (Verdict.ACCEPT, True)


def test_unconfirmed_law_holds_the_verdict_up_and_shows_what_it_would_be() -> None:
    """The record is made for what would be accepted; the verdict is about us."""
    found = decide(OVER, written(), law(confirmation=Confirmation(required=True, confirmed={})))
    assert (found.verdict, found.outcome.would_be) == (Verdict.NEEDS_LEGAL_CONFIRMATION, Verdict.ACCEPT)
    assert found.record is not None


@pytest.mark.parametrize("day", [EARLIEST - timedelta(days=1), date(2006, 3, 31), date(1, 1, 2)])
def test_a_day_whose_law_nobody_wrote_down_is_refused(day: date) -> None:
    """As the day of an act, of the decision, or asked for: an error about the date, not about the rulebook."""
    with pytest.raises(BeforeRulebook):
        decide(OVER, _application(item(at=day.isoformat()), decided=FIRST))
    with pytest.raises(BeforeRulebook):
        decide(OVER, written(), law(as_of=day))
    with pytest.raises(BeforeRulebook):
        decide(OVER, _application(decided=day, subject={"kind": "natural"}))


def test_a_silent_law_is_an_error() -> None:
    """No duty rule and no scope rule: nothing is decided."""
    with pytest.raises(SilentLaw):
        decide(engine(DUTY, SIGNATURE), written())


# --- ways and questions -----------------------------------------------------------------------------------------------


def test_ways_and_questions_are_of_the_day_that_was_judged() -> None:
    """What is offered leads to acceptance when brought on that day; what is unknown is asked."""
    asked = method("asked", of_person("electronic_signature", "subject", Atom("pin_entered", True, Op.EQ, True)))
    found = decide(engine(*BASE, asked), _application(item(pin_entered=None), decided=date(2026, 4, 2)))
    assert found.verdict is Verdict.NEED_EVIDENCE
    assert [question.name for question in found.questions] == ["pin_entered"]
    assert found.ways
    changed = apply(found.outcome.case, found.ways[0].changes, found.as_of)
    assert changed.evidence["electronic_signature"][0]["pin_entered"] is True


def test_a_refusal_is_not_asked_about() -> None:
    """Who is refused isn't asked for more."""
    ground = rule("no", Role.REFUSAL, requires=Atom("refusal.verification_not_complied", False, Op.EQ, True))
    over = engine(*BASE, SIGNATURE, ground)
    found = decide(over, written(refusal={"verification_not_complied": True}, evidence=[]))
    assert found.verdict is Verdict.REFUSE
    assert found.questions == ()
    assert found.record is None
    assert len(found.ways) == 1


def test_retention_is_told_for_the_rules_that_are_about_the_case() -> None:
    """Each record rule that applies, with its period; one about other cases is left out."""
    kept = Retention(3, "contract_end", ("name",))
    about = rule("record.a", Role.RECORD, retention=kept)
    other = rule("record.b", Role.RECORD, retention=kept, when=Atom("representative.acting", False, Op.EQ, True))
    found = decide(engine(*BASE, SIGNATURE, about, other), written())
    assert [(made.id, retention) for made, retention in found.retentions] == [("record.a", kept)]


def test_adopted_rules_bind_here() -> None:
    """The selection of the workspace reaches the engine."""
    own = rule(
        "own",
        Role.REQUIREMENT,
        requires=Atom("notice.resale_warning_given", False, Op.EQ, True),
        strength=Strength.VOLUNTARY,
        instrument="guild",
    )
    over = engine(*BASE, SIGNATURE, own)
    assert decide(over, written()).verdict is Verdict.ACCEPT
    assert decide(over, written(), law(selection=Selection(frozenset({"guild"})))).verdict is Verdict.NEED_EVIDENCE


# --- the shipped law --------------------------------------------------------------------------------------------------

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "contracts").glob("*.json"))
DESK = ContractDesk(contract_engine())
_DAYS = st.sampled_from(
    ["2016-09-22", "2016-09-23", "2020-03-31", "2024-04-01", "2026-03-31", "2026-04-01", "9999-12-31"]
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_read_is_decided_or_refused(data: st.DataObject) -> None:
    """Examples with values of other examples, other days and missing fields: a decision, or one of our errors."""
    made = json.loads(data.draw(st.sampled_from(EXAMPLES)).read_bytes())
    other = json.loads(data.draw(st.sampled_from(EXAMPLES)).read_bytes())
    for name in data.draw(st.lists(st.sampled_from(sorted({*made, *other})), max_size=3)):
        if name in other:
            made[name] = other[name]
        else:
            made.pop(name, None)
    for shown in made.get("evidence", []):
        if data.draw(st.booleans()):
            shown[data.draw(st.sampled_from(["at", "valid_until", "issued_on"]))] = data.draw(_DAYS)
    if data.draw(st.booleans()):
        made["decided_at"] = data.draw(_DAYS) + "T00:00:00+09:00"
    as_of = data.draw(st.none() | st.dates())
    try:
        found = DESK.decide(read(parse_json(json.dumps(made).encode())), law(as_of=as_of))
        document = decision_document(contract_engine(), found, explain=True)
    except SekishoError as error:
        document = error.as_document()
    json.dumps(document)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_way_of_every_example_leads_to_acceptance(example: Path) -> None:
    """Judged from the start with the changes made, each way is accepted; what is accepted already has none."""
    known = date(2027, 12, 31)
    found = DESK.decide(read(json.loads(example.read_bytes())), law(as_known_at=known))
    for way in found.ways:
        again = judge(
            contract_engine(),
            apply(found.outcome.case, way.changes, found.as_of),
            as_of=found.as_of,
            as_known_at=known,
            selection=Selection(),
            confirmation=Confirmation(required=False, confirmed={}),
        )
        assert again.verdict is way.verdict
    if found.verdict in ACCEPTED:
        assert found.ways == ()


def test_the_examples_signature_is_the_plain_application() -> None:
    """The application these tests change is the first example's, and the shipped law accepts it."""
    assert SIGNED["kind"] == "electronic_signature"
    found = DESK.decide(read(written()), law())
    assert (found.verdict, found.verified_on) == (Verdict.ACCEPT, date(2026, 4, 2))


@pytest.mark.parametrize(("at", "verdict"), [("2025-09-30", Verdict.NEED_EVIDENCE), ("2025-10-01", Verdict.ACCEPT)])
def test_an_act_of_long_ago_verifies_nothing_now(at: str, verdict: Verdict) -> None:
    """A signature of 184 days before isn't a check at the conclusion of this contract (Act art. 3(1)); of 183 it is."""
    found = decide(OVER, written(evidence=[item(at=at)]))
    assert (found.verdict, found.window[0]) == (verdict, date(2025, 10, 1))
