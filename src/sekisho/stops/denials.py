"""The National Police Agency's notices: who is refused new fixed and 050 numbers, how long, and the stop of a stock.

::

    noticed ──(two people)──▶ in_force ──ends──▶ ended
                                 └──lift (two people)──▶ lifted

Nobody is denied by a count: the threshold isn't public, the agency names the contractor, and two people act on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.events import SchemeDenial
from sekisho.stops.desk import DOCUMENT, NUMBER, Desk, digest, new_id
from sekisho.stops.errors import RequestRepeated, WrongStep
from sekisho.stops.kinds import COVERED, Answer, Holding, NumberKind, NumberState, StopEvent
from sekisho.stops.proposals import Proposal, ProposalKind, Proposals
from sekisho.stops.reading import Notice, as_text, read_notice
from sekisho.stops.register import Register
from sekisho.stops.requests import Requests
from sekisho.stops.tables import stop_denial, stop_number

DENIAL_LEAF: Final = "stops.denial"
_COVERED: Final = frozenset(one.value for one in COVERED)


@dataclass(frozen=True, slots=True)
class Denial:
    """A notice, and the refusal that rests on it. ``ends`` is the first day without it."""

    id: str
    contractor: str
    state: str
    begins: date | None
    ends: date | None
    notice: Notice
    history: tuple[Mapping[str, Any], ...]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "contractor": self.contractor, "state": self.state,
            "from": None if self.begins is None else self.begins.isoformat(),
            "until": None if self.ends is None else self.ends.isoformat(), "notice": self.notice.document(),
            "history": list(self.history),
        }  # fmt: skip


class Denials:
    """The denials of one workspace. Thread-safe."""

    def __init__(self, desk: Desk, register: Register, requests: Requests, proposals: Proposals) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._register, self._requests, self._proposals = desk, register, requests, proposals

    def receive(self, written: Mapping[str, Any], *, by: Principal) -> Denial:
        """Enter a notice. The same paper again is the one that is there. Raises ``RequestRefused``, ``UnknownStop``,
        ``RequestRepeated``, ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()
        notice = read_notice(written, now=now, kinds=_COVERED)
        said = notice.document()
        paper = denial_paper(said)
        contents = digest({name: value for name, value in said.items() if name != "received_at"})
        made, key = new_id("sd_"), desk.key()

        def write(connection: Connection) -> tuple[str, bool]:
            self._register.read_contractor(connection, notice.contractor)
            same = connection.execute(
                select(stop_denial.c.id, stop_denial.c.digest).where(
                    stop_denial.c.document_index.in_(desk.document_indexes(connection, paper))
                )
            ).first()
            if same is not None:
                if same.digest != contents:
                    raise RequestRepeated(request=same.id)
                return same.id, False
            connection.execute(
                insert(stop_denial).values(
                    id=made, contractor=notice.contractor, state="noticed", made_at=now, made_by=by.staff_id,
                    digest=contents, key=key, document_index=DOCUMENT.index(desk.workspace.keyring, paper, key=key),
                    body=desk.seal(stop_denial, {"notice": said, "history": []}, row_id=made, key=key),
                )
            )  # fmt: skip
            return made, True

        told = {"denial": made, "state": "noticed", "digest": contents.hex()}
        done = desk.commit(write, lambda one: [desk.leaf(DENIAL_LEAF, told, by, now)] if one[1] else [])
        return self.find(done.value[0])

    def propose(self, denial_id: str, *, by: Principal) -> Proposal:
        """Ask for approval to refuse new numbers to whom a notice names. Raises ``UnknownStop``, ``WrongStep``."""

        def make(connection: Connection, _: str) -> Mapping[str, Any]:
            denial = self.read(connection, denial_id)
            if denial.state != "noticed":
                raise WrongStep(id=denial.id, state=denial.state, next="a new notice")
            return {"denial": denial.id, "contractor": denial.contractor, "days": self._days(connection, denial)}

        return self._proposals.propose(ProposalKind.DENY, denial_id, make, by=by)

    def deny(self, proposal_id: str, *, by: Principal) -> Denial:
        """Use the approval: from today, for the period of the notice or, where it has none, of the settings. The
        contract desk is told. Raises as :meth:`Proposals.order`; ``NotUnderScheme``."""
        desk = self._desk

        def do(connection: Connection, found: Proposal) -> None:
            denial, today = self.read(connection, str(found.body["denial"])), desk.today()
            days = found.body["days"]
            facts = {**self._facts(), "contractor.known": True, "denial.period_set": days is not None}
            for kind in denial.notice.kinds:
                desk.judge(connection, StopEvent.DENY_CONTRACTOR, facts, kind=NumberKind(kind), on=today).require()
            ends = today + timedelta(days=int(days))
            self._move(connection, denial.id, "noticed", "in_force", by, {"act": found.id}, begins=today, ends=ends)
            self._tell(connection, denial, begins=today, ends=ends)

        return self.find(self._proposals.order(proposal_id, ProposalKind.DENY, do, state="done", by=by).about)

    def propose_lift(self, denial_id: str, why: str, *, by: Principal) -> Proposal:
        """Ask for approval to end a denial before its time. Raises ``UnknownStop``, ``WrongStep``."""
        reason = as_text(why, "why")

        def make(connection: Connection, _: str) -> Mapping[str, Any]:
            denial = self.read(connection, denial_id)
            if denial.state != "in_force":
                raise WrongStep(id=denial.id, state=denial.state, next="only one in force is lifted")
            return {"denial": denial.id, "why": reason}

        return self._proposals.propose(ProposalKind.LIFT_DENIAL, denial_id, make, by=by)

    def lift(self, proposal_id: str, *, by: Principal) -> Denial:
        """Use the approval: it ends today, and the contract desk is told. Its numbers stay stopped until they are let
        connect again by themselves. Raises as :meth:`Proposals.order`."""

        def do(connection: Connection, found: Proposal) -> None:
            denial, today = self.read(connection, str(found.body["denial"])), self._desk.today()
            assert denial.begins is not None  # noqa: S101  in force, so it has begun
            said = {"act": found.id, "why": found.body["why"]}
            self._move(connection, denial.id, "in_force", "lifted", by, said, begins=denial.begins, ends=today)
            self._tell(connection, denial, begins=denial.begins, ends=max(denial.begins, today))

        return self.find(self._proposals.order(proposal_id, ProposalKind.LIFT_DENIAL, do, state="done", by=by).about)

    def propose_stock(self, denial_id: str, *, by: Principal) -> Proposal:
        """Ask for approval to stop every number that the denied contractor holds, stock included. The approver
        approves just these numbers. Raises ``UnknownStop``, ``WrongStep``."""

        def make(connection: Connection, _: str) -> Mapping[str, Any]:
            denial = self.read(connection, denial_id)
            if denial.state != "in_force" or not denial.notice.stock:
                raise WrongStep(id=denial.id, state=denial.state, next="a denial in force whose notice asks for it")
            held = self._held(connection, denial)
            if not held:
                raise WrongStep(id=denial.id, state="none_held", next="the contractor holds nothing that isn't stopped")
            return {"denial": denial.id, "count": len(held), "contents": digest(held).hex()}

        return self._proposals.propose(ProposalKind.STOP_STOCK, denial_id, make, by=by)

    def order_stock(self, proposal_id: str, *, by: Principal) -> Proposal:
        """Use the approval: all of the numbers are ``stopping``, in one transaction. Raises as
        :meth:`Proposals.order`; ``NotUnderScheme``; ``WrongStep`` where the contractor holds other numbers now."""
        desk, key = self._desk, self._desk.key()

        def do(connection: Connection, found: Proposal) -> None:
            denial = self.read(connection, str(found.body["denial"]))
            party = self._register.read_contractor(connection, denial.contractor)
            running = denial.state == "in_force" and denial.ends is not None and desk.today() < denial.ends
            facts = {**self._facts(), "contractor.denied": running, "contractor.call_forwarding": party.call_forwarding}
            for kind in denial.notice.kinds:
                desk.judge(connection, StopEvent.STOP_STOCK, facts, kind=NumberKind(kind), on=desk.today()).require()
            held = self._held(connection, denial)
            if digest(held).hex() != found.body["contents"]:
                raise WrongStep(id=found.id, state="changed", next="withdraw it and propose again")
            for place, (number, kind) in enumerate(held, start=1):
                made = new_id("sn_")
                body: dict[str, Any] = {
                    "number": number, "crime_on": None, "pass_to": [], "judged": {}, "passed": None
                }  # fmt: skip
                connection.execute(
                    insert(stop_number).values(
                        id=made, request=denial.id, place=place, state=NumberState.STOPPING.value,
                        answer=Answer.TO_STOP.value, kind=kind, contractor=denial.contractor, act=found.id, attempts=0,
                        key=key, number_index=NUMBER.index(desk.workspace.keyring, number, key=key),
                        body=desk.seal(stop_number, body, row_id=made, key=key),
                    )
                )  # fmt: skip

        return self._proposals.order(proposal_id, ProposalKind.STOP_STOCK, do, state="ordered", by=by)

    def expire(self, denial_id: str, *, by: Principal) -> None:
        """Mark one whose last day is over. Nothing depends on it: every desk that was told has the day."""
        desk, now = self._desk, self._desk.now()

        def write(connection: Connection) -> None:
            denial = self.read(connection, denial_id)
            if denial.state != "in_force" or denial.ends is None or desk.today() < denial.ends:
                raise WrongStep(id=denial.id, state=denial.state, next="its last day isn't over")
            self._move(connection, denial.id, "in_force", "ended", by, {}, begins=denial.begins, ends=denial.ends)

        desk.commit(write, [desk.leaf(DENIAL_LEAF, {"denial": denial_id[:64], "state": "ended"}, by, now)])

    def find(self, denial_id: str) -> Denial:
        """One denial. Raises ``UnknownStop``."""
        with self._desk.workspace.database.read() as connection:
            return self.read(connection, denial_id)

    def every(self) -> list[Denial]:
        """All, newest first."""
        query = select(stop_denial).order_by(stop_denial.c.made_at.desc(), stop_denial.c.id)
        with self._desk.workspace.database.read() as connection:
            return [self._denial(row) for row in connection.execute(query)]

    def stock_left(self, denial: Denial) -> int:
        """How many numbers a stop of the stock would still stop; 0 where the notice doesn't ask for it."""
        if denial.state != "in_force" or not denial.notice.stock:
            return 0
        with self._desk.workspace.database.read() as connection:
            return len(self._held(connection, denial))

    def read(self, connection: Connection, denial_id: str) -> Denial:
        """:meth:`find`, within a transaction."""
        return self._denial(self._desk.one(connection, stop_denial, denial_id, "denial"))

    def count(self, contractor: str) -> dict[str, Any]:
        """In how many distinct requests numbers of a contractor were stopped, beside the threshold that was set.

        ``reached`` is None where none is set. Nothing follows from it: the agency counts, and names."""
        with self._desk.workspace.database.read() as connection:
            table = stop_number
            found = connection.execute(
                select(func.count(func.distinct(table.c.request))).where(
                    table.c.contractor == contractor,
                    table.c.stopped_at.is_not(None),
                    table.c.request.like("sr\\_%", escape="\\"),
                )
            ).scalar_one()
            threshold = self._desk.setting(connection, "threshold")
        reached = None if threshold is None else found >= int(threshold)
        said = {
            "ja": "件数の基準は公表されていません。基準に達しても、警察庁の通知があるまで何も拒否しません。",
            "en": "The threshold isn't public. Whatever the count, nothing is refused before the agency's notice.",
        }
        return {
            "contractor": contractor, "requests": found, "threshold": None if threshold is None else int(threshold),
            "reached": reached, "denies": False, "note": said,
        }  # fmt: skip

    def _facts(self) -> dict[str, Any]:
        # A notice isn't entered without number, day and call-back; two people are why this runs at all.
        return {
            "notice.from_npa": True, "notice.number_present": True, "notice.called_back": True, "people.approved": True,
        }  # fmt: skip

    def _days(self, connection: Connection, denial: Denial) -> int | None:
        if denial.notice.period_days is not None:
            return denial.notice.period_days
        value = self._desk.setting(connection, "denial_days")
        return None if value is None else int(value)

    def _held(self, connection: Connection, denial: Denial) -> list[tuple[str, str]]:
        """What the contractor holds and this operator may stop: nothing that another operator has now, and no public
        office's number, as for a request of a police force."""
        today = self._desk.today()
        held = [
            (number, kind)
            for number, kind in self._register.held_by(connection, denial.contractor, today)
            if kind in denial.notice.kinds and not self._requests.stopped(connection, number)
            and self._register.find(connection, number, today).holding is Holding.OURS
        ]  # fmt: skip
        offices = self._desk.plan.public_offices([number for number, _ in held])
        return sorted(one for one in held if one[0] not in offices)

    def _tell(self, connection: Connection, denial: Denial, *, begins: date, ends: date) -> None:
        party = self._register.read_contractor(connection, denial.contractor)
        for kind in denial.notice.kinds:
            self._desk.raise_event(
                connection,
                SchemeDenial(
                    self._desk.now(), denial=denial.id, case=denial.id, number_kind=kind, party_name=party.name,
                    party_address=party.address, begins=begins, ends=ends,
                ),
            )  # fmt: skip

    def _move(
        self, connection: Connection, denial_id: str, before: str, after: str, by: Principal, said: Mapping[str, Any],
        **columns: Any,
    ) -> None:  # fmt: skip
        row = self._desk.one(connection, stop_denial, denial_id, "denial")
        if row.state != before:
            raise WrongStep(id=row.id, state=row.state, next="look at it again")
        body = self._desk.open(stop_denial, row)
        entry = {"state": after, "at": self._desk.now().isoformat(), "by": by.staff_id, **said}
        body["history"] = [*body["history"], entry]
        sealed = self._desk.seal(stop_denial, body, row_id=row.id, key=row.key)
        connection.execute(
            update(stop_denial).where(stop_denial.c.id == row.id).values(state=after, body=sealed, **columns)
        )

    def _denial(self, row: Any) -> Denial:
        body = self._desk.open(stop_denial, row)
        said = body["notice"]
        notice = read_notice(said, now=self._desk.now(), kinds=_COVERED)
        return Denial(row.id, row.contractor, row.state, row.begins, row.ends, notice, tuple(body["history"]))


def denial_paper(said: Mapping[str, Any]) -> str:
    """What a notice's paper is found by: its document number, and whom it names."""
    return f"警察庁\n{said['document_number']}\n{said['contractor']}"
