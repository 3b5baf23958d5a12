"""Stopping numbers and letting them connect again: proposed, approved by somebody else, ordered, confirmed.

A number is recorded as stopped only once the call core confirmed it. Between order and confirmation it is ``stopping``:
whatever ends the program there, the same act is handed in again, and the core answers it as the first time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.events import NumberStop
from sekisho.stops.desk import Desk, digest
from sekisho.stops.errors import CallCoreUnavailable, WrongStep
from sekisho.stops.kinds import Answer, NumberState
from sekisho.stops.ports import CallCore, Placed
from sekisho.stops.proposals import Proposal, ProposalKind, Proposals, in_the_way
from sekisho.stops.reading import as_text
from sekisho.stops.requests import NumberCase, Requests
from sekisho.stops.tables import stop_number

ACT_LEAF: Final = "stops.act"
_ACTS: Final = (ProposalKind.STOP, ProposalKind.STOP_STOCK, ProposalKind.RESUME)


class Stopping:
    """The acts on numbers of one workspace. Thread-safe."""

    def __init__(self, desk: Desk, requests: Requests, proposals: Proposals) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._requests, self._proposals = desk, requests, proposals

    def propose(self, request_id: str, *, by: Principal) -> Proposal:
        """Ask for approval to stop what a verified request's numbers are open for. Each is judged anew: one that may
        not be stopped any more is answered instead.

        Raises ``UnknownStop``, ``WrongStep`` (not called back, or nothing open), ``ScopeMissing``.
        """
        by.require(Scope.REQUEST)
        self._judge_again(request_id, by)

        def make(connection: Connection, made: str) -> Mapping[str, Any]:
            case = self._requests.read(connection, request_id)
            if case.state != "verified":
                raise WrongStep(id=case.id, state=case.state, next="call a published number of the force back")
            opened = [one for one in case.numbers if one.state is NumberState.OPEN]
            if not opened:
                raise WrongStep(id=case.id, state="answered", next="no number of it is to be stopped")
            for one in opened:
                self._move(connection, one.id, NumberState.OPEN, NumberState.ASKED, act=made)
            return {"request": case.id, **_of(opened)}

        return self._proposals.propose(ProposalKind.STOP, request_id, make, by=by)

    def order(self, proposal_id: str, *, by: Principal) -> Proposal:
        """Use the approval: the numbers are ``stopping``. Raises as :meth:`Proposals.order`; ``NotUnderScheme`` where
        the rules no longer let one of them be stopped: then nothing is ordered."""

        def do(connection: Connection, found: Proposal) -> None:
            case = self._requests.read(connection, str(found.body["request"]))
            mine = [one for one in case.numbers if one.act == found.id]
            if _of(mine) != {name: found.body[name] for name in ("numbers", "contents")}:
                raise WrongStep(id=found.id, state="changed", next="withdraw it and propose again")
            for one in mine:
                judged, _, _ = self._requests.judge(
                    connection, Placed(one.number, one.kind), _crime(one), case.request, called_back=True, approved=True
                )
                judged.require()
                self._move(connection, one.id, NumberState.ASKED, NumberState.STOPPING, act=found.id)

        return self._proposals.order(proposal_id, ProposalKind.STOP, do, state="ordered", by=by)

    def withdraw(self, proposal_id: str, *, by: Principal) -> Proposal:
        """Withdraw a proposal that wasn't ordered; its numbers are open again. Raises ``WrongStep``."""

        def undo(connection: Connection, found: Proposal) -> None:
            connection.execute(
                update(stop_number)
                .where(stop_number.c.act == found.id, stop_number.c.state == NumberState.ASKED.value)
                .values(state=NumberState.OPEN.value, act=None)
            )

        return self._proposals.withdraw(proposal_id, undo, by=by)

    def propose_resume(self, number_ids: Sequence[str], why: str, *, by: Principal) -> Proposal:
        """Ask for approval to let stopped numbers connect again. Raises ``UnknownStop``, ``WrongStep`` (also where
        another release of one of them waits)."""
        reason = as_text(why, "why")
        about = number_ids[0] if len(number_ids) == 1 else digest(sorted(number_ids)).hex()

        def make(connection: Connection, _: str) -> Mapping[str, Any]:
            cases = [
                self._requests.number_of(self._desk.one(connection, stop_number, one, "number"))
                for one in sorted(set(number_ids))
            ]
            for one in cases:
                if one.state is not NumberState.STOPPED:
                    raise WrongStep(id=one.id, state=one.state.value, next="only a stopped number is let connect again")
            if not cases:
                raise WrongStep(id="", state="none", next="name at least one number")
            for other in self._proposals.waiting(connection, ProposalKind.RESUME):
                if not set(number_ids).isdisjoint(other.body["numbers"]):
                    raise in_the_way(other.id, other.state)
            return {"why": reason, **_of(cases)}

        return self._proposals.propose(ProposalKind.RESUME, about, make, by=by)

    def order_resume(self, proposal_id: str, *, by: Principal) -> Proposal:
        """Use the approval to let numbers connect again. Raises as :meth:`Proposals.order`."""

        def do(connection: Connection, found: Proposal) -> None:
            rows = (self._desk.one(connection, stop_number, one, "number") for one in found.body["numbers"])
            cases = [self._requests.number_of(row) for row in rows]
            same = _of(cases) == {name: found.body[name] for name in ("numbers", "contents")}
            if not same or any(one.state is not NumberState.STOPPED for one in cases):
                raise WrongStep(id=found.id, state="changed", next="withdraw it and propose again")

        return self._proposals.order(proposal_id, ProposalKind.RESUME, do, state="ordered", by=by)

    def carry_out(self, proposal_id: str, core: CallCore, *, by: Principal) -> Proposal:
        """Hand an ordered act to the call core, and record its confirmation: all numbers of it in one transaction.

        An act that is done is answered as it stands. Raises ``WrongStep``, ``CallCoreUnavailable`` (counted as an
        attempt; nothing is stopped or resumed on record), ``ScopeMissing``.
        """
        by.require(Scope.REQUEST)
        found = self._proposals.find(proposal_id)
        if found.kind not in _ACTS or found.state not in ("ordered", "done"):
            raise WrongStep(id=found.id, state=found.state, next="have it approved, and order it")
        if found.state == "done":
            return found
        numbers, stops = self.numbers(found), found.kind is not ProposalKind.RESUME
        desk = self._desk
        try:
            act = core.stop if stops else core.resume
            reference = act(found.id, [one.number for one in numbers])
        except CallCoreUnavailable:
            self._failed(found, numbers, by)
            raise
        now = desk.now()
        said = {"act": found.id, "kind": found.kind.value, "numbers": len(numbers), "state": "confirmed"}

        def write(connection: Connection) -> None:
            self._proposals.move(connection, found.id, "ordered", "done", now)
            for one in numbers:
                row = desk.one(connection, stop_number, one.id, "number")
                changed: dict[str, Any] = (
                    {"state": NumberState.STOPPED.value, "stopped_at": now}
                    if stops else {"state": NumberState.RESUMED.value, "resumed_at": now}
                )  # fmt: skip
                name = "confirmation" if stops else "resume_confirmation"
                self._requests.rewrite(connection, row, columns=changed, **{name: reference})
                told = NumberStop(now, number=one.number, stopped=stops, case=one.request)
                if stops or not self._requests.stopped(connection, one.number):
                    desk.raise_event(connection, told)

        leaf = desk.leaf(ACT_LEAF, {**said, "confirmation": digest(reference).hex()}, by, now)
        try:
            desk.commit(write, [leaf])
        except WrongStep:
            # Somebody recorded the same confirmation at the same moment.
            if self._proposals.find(proposal_id).state != "done":
                raise
        return self._proposals.find(proposal_id)

    def unfinished(self) -> list[Proposal]:
        """Acts that were ordered and have no confirmation."""
        return [one for one in self._proposals.every("ordered") if one.kind in _ACTS]

    def numbers(self, found: Proposal) -> list[NumberCase]:
        """The numbers of an act, as they stand."""
        with self._desk.workspace.database.read() as connection:
            if found.kind is ProposalKind.RESUME:
                rows = [self._desk.one(connection, stop_number, one, "number") for one in found.body["numbers"]]
            else:
                query = select(stop_number).where(stop_number.c.act == found.id).order_by(stop_number.c.id)
                rows = list(connection.execute(query))
            return [self._requests.number_of(row) for row in rows]

    def _failed(self, found: Proposal, numbers: list[NumberCase], by: Principal) -> None:
        desk, now, ids = self._desk, self._desk.now(), [one.id for one in numbers]

        def write(connection: Connection) -> None:
            for at in range(0, len(ids), 500):
                connection.execute(
                    update(stop_number)
                    .where(stop_number.c.id.in_(ids[at : at + 500]))
                    .values(attempts=stop_number.c.attempts + 1)
                )

        said = {"act": found.id, "kind": found.kind.value, "numbers": len(ids), "state": "not_confirmed"}
        desk.commit(write, [desk.leaf(ACT_LEAF, said, by, now)])

    def _judge_again(self, request_id: str, by: Principal) -> None:
        """Open numbers that may not be stopped any more are answered, on record."""
        desk, now = self._desk, self._desk.now()

        def write(connection: Connection) -> int:
            case, changed = self._requests.read(connection, request_id), 0
            for one in case.numbers:
                if one.state is not NumberState.OPEN:
                    continue
                judged, held, answer = self._requests.judge(
                    connection, Placed(one.number, one.kind), _crime(one), case.request,
                    called_back=case.state == "verified", approved=False,
                )  # fmt: skip
                if answer is Answer.TO_STOP and self._requests.stopped(connection, one.number):
                    answer = Answer.ALREADY_STOPPED
                if answer is Answer.TO_STOP and held.contractor == one.contractor:
                    continue
                changed += 1
                state = NumberState.OPEN if answer is Answer.TO_STOP else NumberState.ANSWERED
                row = desk.one(connection, stop_number, one.id, "number")
                columns = {"state": state.value, "answer": answer.value, "contractor": held.contractor}
                self._requests.rewrite(
                    connection, row, columns=columns, judged=judged.document(), pass_to=list(held.chain)
                )
            return changed

        said = {"request": request_id[:64], "state": "judged_again"}
        desk.commit(
            write,
            lambda changed: [desk.leaf("stops.request", {**said, "changed": changed}, by, now)] if changed else [],
        )

    def _move(
        self, connection: Connection, number_id: str, before: NumberState, after: NumberState, *, act: str
    ) -> None:
        done = connection.execute(
            update(stop_number)
            .where(stop_number.c.id == number_id, stop_number.c.state == before.value)
            .values(state=after.value, act=act)
        )
        if done.rowcount != 1:
            raise WrongStep(id=number_id, state="changed", next="look at it again")


def _of(cases: Sequence[NumberCase]) -> dict[str, Any]:
    """What an approver approves: which numbers, and a digest over what they are and whose."""
    ordered = sorted(cases, key=lambda one: one.id)
    return {
        "numbers": [one.id for one in ordered],
        "contents": digest([[one.id, one.number, one.kind.value, one.contractor] for one in ordered]).hex(),
    }


def _crime(one: NumberCase) -> Any:
    return one.crime_on
