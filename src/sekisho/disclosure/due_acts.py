"""What follows by itself once a term of a case is over, each in one commit with its leaf. Nothing is decided here.

Whoever runs ``sekisho due`` is on record, as somebody who said who they are: no step that needs a token shown is taken
this way but closing, of which nothing is left to judge once the time for objections is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure import rows
from sekisho.disclosure.attaching import Keep, links_of
from sekisho.disclosure.closing import KEPT
from sekisho.disclosure.holds_end import HOLD, STANDING
from sekisho.disclosure.progress import Event, State
from sekisho.disclosure.rows import Deadline
from sekisho.disclosure.service import DisclosureService
from sekisho.disclosure.stepping import Known, Stepping
from sekisho.disclosure.terms import OUTLIVE
from sekisho.engine.facts import Text
from sekisho.keys.schedule import last_day
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.rows import HoldEntry

LETTER: Final = "hold_ended_letter"
"""The kind of the paper that tells whoever asked that a hold has ended."""
OBJECTION_PENDING: Final = "order.objection_pending"
_WAITING_HEARING: Final = "waiting"


@dataclass(frozen=True, slots=True)
class Done:
    """What was done. ``waits``: it wasn't; somebody must look."""

    said: Text
    waits: bool = False


def clerk(by: Principal) -> Principal:
    """``by`` with what recording silence takes; never more proof than they showed."""
    return replace(by, scopes=by.scopes | {Scope.DISCLOSURE_INTAKE})


def known_of(steps: Stepping, case_id: str) -> Known:
    """A case as it is, whoever may know of it: what is done in it is told by the caller. Raises ``CaseDestroyed``."""
    workspace = steps.workspace
    with workspace.database.read() as connection:
        found = Known(rows.find(connection, workspace.keyring, case_id), rows.parts_of(connection, case_id))
    found.case  # noqa: B018  a destroyed case is told before anything else
    return found


def hold_over(service: DisclosureService, term: Deadline, by: Principal) -> Done:
    """A preservation request's time is over: its hold was let go (the logs' own task); that is recorded, with a letter
    to whoever asked. An extended hold's term follows the hold."""
    steps = service.steps
    known = known_of(steps, term.case_id)
    holds = _holds_of(steps, term.case_id)
    today = japan_date(steps.workspace.clock.now())
    if not holds:
        return Done(Text("保全がまだ行われていません。", "Nothing is held yet."), waits=True)
    # A case has a hold for each of its times: as long as one of them is there, the term runs for it.
    hold = next((one for one in holds if one.state in STANDING), None)
    if hold is not None:
        if hold.until is None or today > hold.until:
            said = Text(f"保全 {hold.id} がまだ解除されていません。", f"The hold {hold.id} isn't released yet.")
            return Done(said, waits=True)
        until = hold.until

        def follow(connection: Connection, now: datetime) -> None:
            rows.set_deadline(
                connection, term.case_id, term.kind, started_on=term.started_on, due_on=until, at=now
            )

        followed = {"term": term.kind, "hold": hold.id, "due_on": until.isoformat()}
        steps.note(known, "term", followed, by=by, write=follow)
        return Done(Text(f"延長された保全に合わせて {until} までとしました。", f"Its hold was extended to {until}."))
    letter = service.papers.prepare(
        term.case_id, LETTER, _letter(steps.workspace.name, known, holds, today).encode(), keep=Keep.RECORD, by=by
    )

    def over(connection: Connection, now: datetime) -> None:
        rows.end_deadline(connection, term.case_id, term.kind, state="lapsed", at=now, by=by.staff_id)
        letter.write(connection)

    told = {"holds": [one.id for one in holds], "due_on": term.due_on.isoformat(), "papers": [letter.said]}
    steps.note(known, "hold_ended", told, by=by, write=over)
    return Done(
        Text(
            "保全は解除されました。請求者への通知文を案件に付けたので、送って案件を閉じてください。",
            "The hold is released. A letter to whoever asked is with the case: send it, then close the case.",
        )
    )


def silence(service: DisclosureService, term: Deadline, by: Principal) -> Done:
    """Record for each sender who said nothing in their time that they said nothing; the case can then be decided."""
    today, count = japan_date(service.steps.workspace.clock.now()), 0
    actor = clerk(by)
    for one in service.hearings.find(term.case_id, by=actor).inquiries:
        if one.stands == _WAITING_HEARING and one.due is not None and today > one.due:
            service.hearings.no_answer(term.case_id, one.number, by=actor)
            count += 1
    known = known_of(service.steps, term.case_id)
    if _runs(service.steps, term):
        # Nothing was registered as sent under it: the term alone is over.
        _end(service.steps, known, term, "hearing_over", by)
    return Done(
        Text(f"{count}件を「回答なし」と記録しました。決定は担当者が行います。",
             f"Silence was recorded for {count} of them. Deciding is a person's.")
    )  # fmt: skip


def lapse(service: DisclosureService, term: Deadline, by: Principal) -> Done:
    """An order to name the next provider has lapsed (情報流通プラットフォーム対処法15条3項) for the provider whose term
    it is: nothing is passed on to them. Towards another, of whom the applicant told in time, it stands."""
    _end(service.steps, known_of(service.steps, term.case_id), term, "order_lapsed", by)
    return Done(
        Text(f"提供者 {term.party} について、提供命令の失効を記録しました。もう提供しないでください。",
             f"Its lapse is recorded for the provider {term.party}: nothing is passed on to them any more.")
    )  # fmt: skip


def objections_over(service: DisclosureService, term: Deadline, by: Principal) -> Done:
    """Close a case after the time for objections, unless one is pending. Its working copies are destroyed by the task
    after this one."""
    steps = service.steps
    known = known_of(steps, term.case_id)
    pending = known.case.facts.get(OBJECTION_PENDING)
    if pending is not None and pending.value is True:
        return Done(
            Text("異議の訴えが係属しています。終わってから担当者が閉じてください。",
                 "An action of objection is pending: somebody closes the case after it."),
            waits=True,
        )  # fmt: skip
    if known.entry.state is not State.WAITING:
        return Done(
            Text(f"案件は「{known.entry.state.value}」です。担当者が確かめてください。",
                 f"The case is {known.entry.state.value}: somebody must look."),
            waits=True,
        )  # fmt: skip
    now = steps.workspace.clock.now()
    today = japan_date(now)

    def write(connection: Connection, at: datetime) -> None:
        service.require_closable(connection, known, today)
        rows.end_deadline(
            connection, term.case_id, None, state="done", at=at, by=by.staff_id, keep=OUTLIVE
        )

    said = {"note": "異議の期間が過ぎた / the time for objections is over", "term": _told(term)}
    values = {"closed_at": now, "kept_until": last_day(today, KEPT)}
    steps.commit(
        known, Event.CLOSE.value, said, by=by, write=write, values=values, target=State.CLOSED, part=None
    )
    return Done(Text("案件を閉じました。", "The case is closed."))


# --- how


def _end(steps: Stepping, known: Known, term: Deadline, name: str, by: Principal) -> None:
    def write(connection: Connection, now: datetime) -> None:
        rows.end_deadline(connection, term.case_id, term.kind, state="lapsed", at=now, by=by.staff_id, party=term.party)

    steps.note(known, name, {"term": _told(term)}, by=by, write=write)


def _runs(steps: Stepping, term: Deadline) -> bool:
    with steps.workspace.database.read() as connection:
        return any(
            one.kind == term.kind and one.state == rows.OPEN and one.due_on == term.due_on
            for one in rows.deadlines_of(connection, term.case_id)
        )


def _told(term: Deadline) -> dict[str, Any]:
    return {
        "kind": term.kind,
        "started_on": term.started_on.isoformat(),
        "due_on": term.due_on.isoformat(),
        **({} if term.party is None else {"party": term.party}),
    }


def _holds_of(steps: Stepping, case_id: str) -> list[HoldEntry]:
    with steps.workspace.database.read() as connection:
        found = dict.fromkeys(links_of(connection, case_id, HOLD))
        return [hold_rows.find(connection, steps.workspace.keyring, one) for one in found]


def _letter(operator: str, known: Known, holds: Sequence[HoldEntry], on: date) -> str:
    case = known.case
    number = f"（{case.document.number}）" if case.document.number else ""
    until = max((one.until for one in holds if one.until is not None), default=None)
    last = f"{until} をもって" if until is not None else ""
    return "\n".join(
        (
            f"{on}",
            f"{case.requester.name} 御中",
            operator,
            "",
            "通信履歴の保全の終了について（通知）",
            "",
            f"{japan_date(case.received_at)} に受け付けた貴文書{number}による保全は、",
            f"{last}期間が満了し、解除しました。",
            *(f"  保全番号: {one.id}" for one in holds),
            "保全していた写しは消去します。元の記録は、保存期間が過ぎていれば既に消去されています。",
            "",
        )
    )


