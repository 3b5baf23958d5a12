"""What follows by itself once a term is over, what is named for a person, and what nobody but members is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, StaffKind, scopes_of
from sekisho.disclosure import due as due_tasks
from sekisho.disclosure import due_acts, rows
from sekisho.disclosure.due import disclosure_tasks
from sekisho.disclosure.hearing.record import Answer, Channel
from sekisho.disclosure.leak_report import Category, Stage
from sekisho.disclosure.leaks import Leaks
from sekisho.disclosure.progress import State
from sekisho.disclosure.record import Origin
from sekisho.due import Entry, plan_all, run_all
from sekisho.due import State as Told
from sekisho.errors import SekishoError
from sekisho.keys.errors import KeyDestroyed
from sekisho.logs.holds.service import Holds
from tests.disclosure.claims_made import CLAIM, SENDER, claimed, decided, ordered, with_register
from tests.disclosure.delivery.made_deliveries import handed
from tests.disclosure.logs_made import searched, store_for
from tests.disclosure.made_cases import item
from tests.disclosure.test_holding import KNOWS, PAPER, SECRET, preservation
from tests.disclosure.world import Desk
from tests.logs.keeping import Unasked
from tests.logs.lookup.made import Store

TODAY = date(2026, 11, 23)
KEEPER = Principal("keeper", StaffKind.PERSON, scopes_of([Role.KEY_CUSTODIAN]), Proof.STATED, None, None)


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs and a register behind the desk."""
    made = store_for(desk, monkeypatch)
    with_register(desk)
    yield made
    made.lookups.close()


def run(desk: Desk, by: Principal = KEEPER) -> list[Entry]:
    """Everything that is due at the desk."""
    return list(run_all(disclosure_tasks(desk.workspace, Unasked(desk.workspace.keyring), by=by)))


def plan(desk: Desk, by: Principal | None = None) -> list[Entry]:
    """What would be done."""
    return list(plan_all(disclosure_tasks(desk.workspace, None, by=by)))


def told(entries: list[Entry], case_id: str) -> list[tuple[str, str]]:
    """What entries say of a case."""
    return [(one.what, one.state.value) for one in entries if case_id in str(one.fields)]


def waiting(desk: Desk) -> str:
    """An order that was answered; the time for objections runs."""
    found = ordered(desk)
    desk.service.hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    desk.service.hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=desk["kaiji"])
    desk.service.hearings.answer(found.id, 1, Answer.AGREES, on=TODAY, how="署名のある回答書", by=desk["uketsuke"])
    decided(desk, found.id)
    handed(desk, found.id)
    desk.service.wait(found.id, "告知", by=desk["kaiji"])
    return found.id


def term(desk: Desk, case_id: str, kind: str, due_on: date) -> None:
    """A term of any kind that began today."""

    def write(connection: Connection) -> None:
        rows.set_deadline(connection, case_id, kind, started_on=TODAY, due_on=due_on, at=desk.clock.now())

    desk.workspace.commit(write)


def events(desk: Desk, case_id: str) -> list[str]:
    """What happened in a case."""
    return [one.event for one in desk.service.timeline(case_id, by=desk["kansa"])]


def test_silence_is_recorded_and_nothing_decided(desk: Desk, store: Store) -> None:
    """After the two weeks a run records that the sender said nothing, once; the case stays for a person to decide."""
    found = claimed(desk)
    desk.service.hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    desk.service.hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=desk["kaiji"])
    desk.clock.advance(timedelta(days=10))
    assert told(plan(desk), found.id) == [("hearing_answer", "waiting")]
    assert told(run(desk), found.id) == [("hearing_answer", "waiting")]
    desk.clock.advance(timedelta(days=5))
    assert told(plan(desk), found.id) == [("hearing_answer", "planned")]
    assert desk.service.hearings.find(found.id, by=desk["kaiji"]).inquiries[0].answer is None
    assert told(run(desk), found.id) == [("hearing_answer", "done")]
    (inquiry,) = desk.service.hearings.find(found.id, by=desk["kaiji"]).inquiries
    assert inquiry.answer is Answer.NO_ANSWER
    assert desk.service.find(found.id, by=desk["kaiji"]).state is State.HEARING
    assert told(run(desk), found.id) == []
    assert events(desk, found.id).count("hearing.answered") == 1
    assert desk.service.timeline(found.id, by=desk["kansa"])[-1].by == "keeper"


def test_an_order_is_closed_after_its_objections(desk: Desk, store: Store) -> None:
    """Not on the last day, but after it: closed, and its working copies destroyed in the same run; once."""
    case_id = waiting(desk)
    desk.clock.advance(timedelta(days=30))  # 23 December: its last day
    assert told(run(desk), case_id) == [("objection", "waiting")]
    desk.clock.advance(timedelta(days=1))
    assert told(plan(desk), case_id) == [("objection", "planned")]
    done = run(desk)
    assert told(done, case_id) == [("objection", "done"), ("destroyed", "done")]
    assert desk.service.find(case_id, by=desk["kaiji"]).state is State.CLOSED
    with pytest.raises(KeyDestroyed):
        desk.service.deciding.results(case_id, by=desk["kaiji"])
    assert [one for one in run(desk) if one.state is not Told.WAITING] == []
    closing = desk.service.timeline(case_id, by=desk["kansa"])[-1]
    assert (closing.event, closing.by) == ("close", "keeper")
    assert closing.said is not None
    assert closing.said["proof"] == "stated"


def test_an_objection_keeps_a_case_open(desk: Desk, store: Store) -> None:
    """While an action of objection is pending nothing is closed: somebody must look."""
    case_id = waiting(desk)
    desk.service.set_fact(
        case_id, "order.objection_pending", True, origin=Origin.CHECKED, note="訴状の写し", by=desk["kakunin"]
    )
    desk.clock.advance(timedelta(days=40))
    assert told(run(desk), case_id) == [("objection", "overdue")]
    assert desk.service.find(case_id, by=desk["kaiji"]).state is State.WAITING
    assert desk.service.deciding.results(case_id, by=desk["kaiji"])


def test_a_preservation_ends_with_a_letter(desk: Desk) -> None:
    """The logs let the hold go; the case says so, a letter lies with it, and it waits to be closed by a person."""
    made = preservation(desk)
    desk.service.holding.hold(made.id, by=desk["kensaku"])
    desk.clock.advance(timedelta(days=31))
    assert told(run(desk), made.id) == [("preservation", "overdue")]  # the hold isn't released yet
    list(Holds(desk.workspace).expired(by="keeper"))
    assert told(run(desk), made.id) == [("preservation", "done"), ("close", "waiting")]
    (paper,) = desk.service.papers.every(made.id, by=desk["kakunin"], kind="hold_ended_letter")
    letter = desk.service.papers.find(made.id, paper.id, by=desk["kakunin"])[1].decode()
    assert str(PAPER["number"]) in letter
    assert "2026-12-23" in letter
    assert events(desk, made.id)[-1] == "hold_ended"
    assert told(run(desk), made.id) == [("close", "waiting")]


def test_an_extended_hold_moves_its_term(desk: Desk) -> None:
    """The first request's term follows the hold that another paper extended."""
    first = preservation(desk)
    desk.service.holding.hold(first.id, by=desk["kensaku"])
    asked = preservation(desk, type="preservation_extension")
    desk.service.holding.extend(asked.id, first.id, until=date(2027, 1, 22), why="解析中", by=desk["kensaku"])
    desk.clock.advance(timedelta(days=31))
    assert told(run(desk), first.id) == [("preservation", "done")]
    assert desk.service.find(first.id, by=desk["kakunin"]).due_on == date(2027, 1, 22)


def test_an_order_to_name_the_next_lapses(desk: Desk) -> None:
    """Two months after the name was given, its lapse is recorded."""
    made = desk.received(type="identification_order")
    desk.term(made.id, "identification_lapse", TODAY, date(2027, 1, 25))
    desk.clock.advance(timedelta(days=63))
    assert told(run(desk), made.id) == [("identification_lapse", "waiting")]
    desk.clock.advance(timedelta(days=1))
    assert told(run(desk), made.id) == [("identification_lapse", "done")]
    assert events(desk, made.id)[-1] == "order_lapsed"
    assert told(run(desk), made.id) == []


@pytest.mark.parametrize("kind", ["emergency_review", "fee_payment", "objector_notice", "hold_review"])
def test_what_needs_a_person_is_named_and_late_after_its_day(desk: Desk, kind: str) -> None:
    """In its last week it waits, after its day it is late; a run changes nothing of it."""
    made = desk.received()
    term(desk, made.id, kind, date(2026, 12, 3))
    assert told(run(desk), made.id) == []
    desk.clock.advance(timedelta(days=8))
    assert told(run(desk), made.id) == told(plan(desk), made.id) == [(kind, "waiting")]
    desk.clock.advance(timedelta(days=3))
    before = events(desk, made.id)
    assert told(run(desk), made.id) == [(kind, "overdue")]
    assert events(desk, made.id) == before


def test_secrecy_is_lifted_by_nobody_here(desk: Desk) -> None:
    """An order of secrecy that is over waits for a person, and the case stays secret and untold."""
    made = desk.received(type="data_provision_order", secrecy={"state": "ordered", "until": "2026-12-01"}, knows=KNOWS)
    desk.clock.advance(timedelta(days=20))
    assert told(run(desk), made.id) == []
    assert told(run(desk, desk["kakunin"]), made.id) == [("secrecy_order", "waiting")]
    assert told(run(desk, desk["kansa"]), made.id) == [("secrecy_order", "waiting")]
    assert desk.service.find(made.id, by=desk["kakunin"]).secret


def test_a_secret_case_changes_nothing_for_who_may_not_know(desk: Desk) -> None:
    """Its term is over, its hold ends, its keys go: what others are told is the same as if it weren't there."""
    open_case = preservation(desk)
    desk.service.holding.hold(open_case.id, by=desk["kensaku"])
    alone = [one.document() for one in plan(desk)]
    secret = preservation(desk, secrecy=SECRET, knows=KNOWS)
    desk.service.holding.hold(secret.id, by=desk["kensaku"])
    assert [one.document() for one in plan(desk)] == alone
    desk.clock.advance(timedelta(days=31))
    list(Holds(desk.workspace).expired(by="keeper"))
    entries = run(desk)
    assert told(entries, secret.id) == []
    assert secret.id not in str([one.document() for one in entries])
    assert told(entries, open_case.id) == [("preservation", "done"), ("close", "waiting")]
    assert events(desk, secret.id)[-1] == "hold_ended"  # worked on like any other
    assert told(run(desk, desk["kakunin"]), secret.id) == [("close", "waiting")]
    for case_id in (secret.id, open_case.id):
        desk.service.close(case_id, "終了", by=desk["kakunin"])
    desk.clock.advance(timedelta(days=6 * 366))
    assert told(plan(desk, KEEPER), secret.id) == told(plan(desk, KEEPER), open_case.id) == [("destroy", "planned")]
    entries = run(desk, desk["kakunin2"])
    assert f"disclosure/{open_case.id}" in str([one.document() for one in entries])
    assert secret.id not in str([one.document() for one in entries])
    assert desk.service.find(secret.id, by=desk["kakunin"]).case is None  # destroyed like any other


def test_a_failure_is_told_but_of_which_case_only_to_the_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps no other task from running, and to the key custodian no failure names a case, secret or not."""
    made = [
        desk.received(),
        desk.received(secrecy=SECRET, document={"number": "令和8年（る）第2号"}),
    ]
    for one in made:
        desk.term(one.id, "identification_lapse", TODAY, TODAY)
    desk.clock.advance(timedelta(days=2))

    def broken(*_: object) -> due_acts.Done:
        raise SekishoError

    act = due_tasks._ACTS["identification_lapse"]
    monkeypatch.setitem(due_tasks._ACTS, "identification_lapse", type(act)(act.planned, broken))
    failures = [one for one in run(desk) if one.state is Told.FAILED]
    assert [one.fields for one in failures] == [{}, {}]
    assert len({one.ja for one in failures}) == 1
    named = [one.fields.get("case") for one in run(desk, desk["kakunin"]) if one.state is Told.FAILED]
    assert named == [made[0].id, None]


def test_leak_reports_wait_for_a_person(desk: Desk) -> None:
    """Each report's terms are named until it was submitted, late after their day; what leaked isn't told."""
    leaks = Leaks(desk.workspace)
    fields = {"company": "関所通信", "registration": "第999号", "summary": "誤送信"}
    (one,) = leaks.open(desk.clock.now(), frozenset({Category.PERSONAL}), fields, by=desk["hogo"])
    assert told(run(desk), one.id) == [("personal_leak_first", "waiting"), ("personal_leak_final", "waiting")]
    assert all("本人への通知" in each.ja for each in plan(desk) if each.task == "disclosure-leaks")
    assert "誤送信" not in str([each.document() for each in plan(desk)])
    desk.clock.advance(timedelta(days=5))
    assert told(run(desk), one.id) == [("personal_leak_first", "overdue"), ("personal_leak_final", "waiting")]
    day = date(2026, 11, 28)
    leaks.submitted(one.id, Stage.FIRST, on=day, office="個人情報保護委員会", by=desk["hogo"])
    assert told(run(desk), one.id) == [("personal_leak_final", "waiting")]


def test_a_record_ends_after_its_years(desk: Desk, store: Store) -> None:
    """Five years after closing the record's key goes, with its certificate; until then only the working copies'."""
    made = searched(desk, items=[item(wanted=["log"])])
    desk.service.withdraw(made.id, "取下書", by=desk["uketsuke"])
    assert told(run(desk), made.id) == [("close", "waiting")]
    desk.service.close(made.id, "取下げ", by=desk["kakunin"])
    assert told(run(desk), made.id) == [("destroyed", "done")]
    kept = desk.service.find(made.id, by=desk["kakunin"]).kept_until
    assert kept == date(2031, 11, 23)
    desk.clock.advance(timedelta(days=(kept - TODAY).days))
    assert told(run(desk), made.id) == []
    desk.clock.advance(timedelta(days=1))
    assert ("destroy", "planned") in told(plan(desk), made.id)
    assert told(run(desk), made.id) == [("destroyed", "done")]
    assert desk.service.find(made.id, by=desk["kakunin"]).case is None
