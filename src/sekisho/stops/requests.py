"""A police force's request, from its paper to an answer for each of its numbers.

::

    received ──call_back──▶ verified ──(numbers stopped, answered)──▶ …
       └────reject (not genuine)────▶ rejected

Each number is judged when the request is received, and again before it is stopped: what is answered is what holds
then. Nothing is stopped here (:mod:`sekisho.stops.stopping`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.engine.facts import Value
from sekisho.stops.decide import Judgement, answer_of
from sekisho.stops.desk import DOCUMENT, NUMBER, Desk, digest, new_id
from sekisho.stops.errors import RequestRefused, RequestRepeated, WrongStep
from sekisho.stops.kinds import Answer, Holding, NumberKind, NumberState, StopEvent
from sekisho.stops.ports import Placed
from sekisho.stops.reading import StopRequest, as_text, read_request
from sekisho.stops.register import Held, Register
from sekisho.stops.tables import stop_number, stop_request

REQUEST_LEAF: Final = "stops.request"
_GONE: Final = (NumberState.STOPPED.value, NumberState.STOPPING.value)


@dataclass(frozen=True, slots=True)
class NumberCase:
    """One number of a request (or of a stock stop). ``pass_to``: the operators it goes to, the nearest first."""

    id: str
    request: str
    place: int
    state: NumberState
    answer: Answer
    kind: NumberKind
    number: str
    crime_on: date | None
    contractor: str | None
    pass_to: tuple[str, ...]
    judged: Mapping[str, Any]
    act: str | None
    attempts: int
    stopped_at: datetime | None
    resumed_at: datetime | None
    reported: str | None
    passed: Mapping[str, Any] | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "request": self.request, "place": self.place, "state": self.state.value,
            "answer": self.answer.value, "kind": self.kind.value, "number": self.number,
            "crime_on": None if self.crime_on is None else self.crime_on.isoformat(), "contractor": self.contractor,
            "pass_to": list(self.pass_to), "passed": self.passed, "judged": self.judged, "act": self.act,
            "attempts": self.attempts, "stopped_at": _iso(self.stopped_at), "resumed_at": _iso(self.resumed_at),
            "reported": self.reported,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RequestCase:
    """A request with its numbers."""

    id: str
    state: str
    request: StopRequest
    received_by: str
    called_back: Mapping[str, Any] | None
    numbers: tuple[NumberCase, ...]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "state": self.state, "received_by": self.received_by, "called_back": self.called_back,
            **self.request.document(), "numbers": [one.document() for one in self.numbers],
        }  # fmt: skip


class Requests:
    """The requests of one workspace. Thread-safe."""

    def __init__(self, desk: Desk, register: Register) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._register = desk, register

    def receive(self, written: Mapping[str, Any], *, by: Principal) -> RequestCase:
        """Enter a request and judge its numbers. The same paper again is the request that is there.

        Raises ``RequestRefused`` (a number that can't be read, or stands twice, refuses the whole), ``TooManyNumbers``,
        ``RequestRepeated``, ``ScopeMissing``.
        """
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()
        asked = read_request(written, now=now)
        placed = self._placed(asked)
        said = asked.document()
        paper = request_paper(said)
        # When it was entered isn't part of what it says: the same paper sent again has another time of receipt.
        contents = digest({name: value for name, value in said.items() if name != "received_at"})
        made, key = new_id("sr_"), desk.key()

        def write(connection: Connection) -> tuple[str, bool]:
            same = connection.execute(
                select(stop_request.c.id, stop_request.c.digest).where(
                    stop_request.c.document_index.in_(desk.document_indexes(connection, paper))
                )
            ).first()
            if same is not None:
                if same.digest != contents:
                    raise RequestRepeated(request=same.id)
                return same.id, False
            connection.execute(
                insert(stop_request).values(
                    id=made, state="received", force=asked.force, received_at=asked.received_at,
                    received_by=by.staff_id, called_back=False, digest=contents, key=key,
                    document_index=DOCUMENT.index(desk.workspace.keyring, paper, key=key),
                    body=desk.seal(stop_request, {"request": said, "called_back": None}, row_id=made, key=key),
                )
            )  # fmt: skip
            for place, (one, number) in enumerate(zip(asked.numbers, placed, strict=True), start=1):
                self._enter(connection, made, place, number, one.crime_on, asked, key)
            return made, True

        told = {"request": made, "numbers": len(placed), "digest": contents.hex(), "state": "received"}
        committed = desk.commit(
            write, lambda done: [desk.leaf(REQUEST_LEAF, told, by, now)] if done[1] else []
        )
        return self.find(committed.value[0])

    def call_back(self, request_id: str, *, published_number: str, confirmed_by: str, by: Principal) -> RequestCase:
        """Record that a published number of the force was called, and who there confirmed the paper. Raises
        ``UnknownStop``, ``WrongStep``, ``RequestRefused``, ``ScopeMissing``."""
        said = {
            "published_number": as_text(published_number, "published_number", most=100),
            "confirmed_by": as_text(confirmed_by, "confirmed_by", most=300), "by": by.staff_id,
            "at": self._desk.now().isoformat(),
        }  # fmt: skip
        return self._settle(request_id, "verified", said, by)

    def reject(self, request_id: str, why: str, *, by: Principal) -> RequestCase:
        """The call-back showed that the force didn't send it: nothing is stopped on it, ever. Raises as above."""
        return self._settle(request_id, "rejected", {"why": as_text(why, "why"), "by": by.staff_id}, by)

    def pass_on(self, number_id: str, *, to: str, reference: str, by: Principal) -> NumberCase:
        """Record that the request about a number was passed to the operator that :attr:`NumberCase.pass_to` names
        first. Raises ``UnknownStop``, ``WrongStep``, ``RequestRefused``."""
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()
        note = as_text(reference, "reference", most=300)

        def write(connection: Connection) -> None:
            row = desk.one(connection, stop_number, number_id, "number")
            one = self.number_of(row)
            if one.answer is not Answer.NEXT_OPERATOR or one.passed is not None:
                raise WrongStep(id=one.id, state=one.answer.value, next="only what belongs to another operator, once")
            if not one.pass_to or to != one.pass_to[0]:
                raise RequestRefused(field="to", problem="the operator next in the tree, not one below it")
            passed = {"to": to, "reference": note, "at": now.isoformat(), "by": by.staff_id}
            self.rewrite(connection, row, passed=passed)

        desk.commit(write, [desk.leaf("stops.passed_on", {"number": number_id[:64], "to": to[:64]}, by, now)])
        return self.number(number_id)

    def find(self, request_id: str) -> RequestCase:
        """One request. Raises ``UnknownStop``."""
        with self._desk.workspace.database.read() as connection:
            return self.read(connection, request_id)

    def page(self, *, limit: int = 100) -> list[RequestCase]:
        """The newest requests."""
        query = select(stop_request.c.id).order_by(stop_request.c.received_at.desc(), stop_request.c.id).limit(limit)
        with self._desk.workspace.database.read() as connection:
            return [self.read(connection, one) for one in connection.execute(query).scalars().all()]

    def number(self, number_id: str) -> NumberCase:
        """One number. Raises ``UnknownStop``."""
        with self._desk.workspace.database.read() as connection:
            return self.number_of(self._desk.one(connection, stop_number, number_id, "number"))

    def read(self, connection: Connection, request_id: str) -> RequestCase:
        """:meth:`find`, within a transaction."""
        row = self._desk.one(connection, stop_request, request_id, "request")
        body = self._desk.open(stop_request, row)
        rows = connection.execute(
            select(stop_number).where(stop_number.c.request == row.id).order_by(stop_number.c.place)
        )
        numbers = tuple(self.number_of(one) for one in rows)
        request = read_request(body["request"], now=self._desk.now())
        return RequestCase(row.id, row.state, request, row.received_by, body["called_back"], numbers)

    def number_of(self, row: Any) -> NumberCase:
        """A row as a number's case."""
        body = self._desk.open(stop_number, row)
        crime = body["crime_on"]
        return NumberCase(
            row.id, row.request, row.place, NumberState(row.state), Answer(row.answer), NumberKind(row.kind),
            body["number"], None if crime is None else date.fromisoformat(crime), row.contractor,
            tuple(body["pass_to"]), body["judged"], row.act, row.attempts, row.stopped_at, row.resumed_at, row.reported,
            body.get("passed"),
        )  # fmt: skip

    def rewrite(
        self, connection: Connection, row: Any, *, columns: Mapping[str, Any] | None = None, **said: Any
    ) -> None:
        """Change a number's row and what its body says."""
        body = {**self._desk.open(stop_number, row), **said}
        connection.execute(
            update(stop_number)
            .where(stop_number.c.id == row.id)
            .values(**(columns or {}), body=self._desk.seal(stop_number, body, row_id=row.id, key=row.key))
        )

    def judge(
        self, connection: Connection, number: Placed, crime_on: date, asked: StopRequest, *, called_back: bool,
        approved: bool,
    ) -> tuple[Judgement, Held, Answer]:  # fmt: skip
        """What is to be said of one number today."""
        desk, today = self._desk, self._desk.today()
        held = self._register.find(connection, number.number, today)
        then = self._register.find(connection, number.number, crime_on)
        facts: dict[str, Value] = {
            "request.from_police": True, "request.number_present": bool(asked.document_number),
            "request.dated": True, "request.called_back": called_back, "number.holding": held.holding.value,
            "number.public_office": desk.plan.public_office(number.number), "people.approved": approved,
            "number.reassigned": held.holding is Holding.OURS and _whose(then) != _whose(held),
        }  # fmt: skip
        judged = desk.judge(
            connection, StopEvent.STOP_NUMBER, facts, kind=number.kind, on=japan_date(asked.received_at)
        )
        return judged, held, answer_of(judged, held.holding)

    def stopped(self, connection: Connection, number: str) -> bool:
        """Whether a number is stopped here now, or being stopped."""
        indexes = self._desk.number_indexes(connection, number)
        return (
            connection.execute(
                select(stop_number.c.id).where(stop_number.c.number_index.in_(indexes), stop_number.c.state.in_(_GONE))
            ).first()
            is not None
        )

    def _placed(self, asked: StopRequest) -> list[Placed]:
        placed: list[Placed] = []
        for at, one in enumerate(asked.numbers, start=1):
            number = self._desk.plan.place(one.number, japan_date(asked.received_at))
            if number in placed:
                raise RequestRefused(field=f"numbers[{at}].number", problem="the same number again")
            placed.append(number)
        return placed

    def _enter(
        self, connection: Connection, request: str, place: int, number: Placed, crime_on: date, asked: StopRequest,
        key: str,
    ) -> None:  # fmt: skip
        judged, held, answer = self.judge(connection, number, crime_on, asked, called_back=False, approved=False)
        if answer is Answer.TO_STOP and self.stopped(connection, number.number):
            answer = Answer.ALREADY_STOPPED
        state = NumberState.OPEN if answer is Answer.TO_STOP else NumberState.ANSWERED
        made, desk = new_id("sn_"), self._desk
        body = {
            "number": number.number, "crime_on": crime_on.isoformat(), "pass_to": list(held.chain),
            "judged": judged.document(), "passed": None,
        }  # fmt: skip
        connection.execute(
            insert(stop_number).values(
                id=made, request=request, place=place, state=state.value, answer=answer.value, kind=number.kind.value,
                contractor=held.contractor, attempts=0, key=key,
                number_index=NUMBER.index(desk.workspace.keyring, number.number, key=key),
                body=desk.seal(stop_number, body, row_id=made, key=key),
            )
        )  # fmt: skip

    def _settle(self, request_id: str, state: str, said: Mapping[str, Any], by: Principal) -> RequestCase:
        by.require(Scope.REQUEST)
        desk, now = self._desk, self._desk.now()

        def write(connection: Connection) -> None:
            row = desk.one(connection, stop_request, request_id, "request")
            if row.state != "received":
                raise WrongStep(id=row.id, state=row.state, next="nothing: it was settled")
            body = {**desk.open(stop_request, row), "called_back": said}
            connection.execute(
                update(stop_request)
                .where(stop_request.c.id == row.id)
                .values(
                    state=state, called_back=state == "verified",
                    body=desk.seal(stop_request, body, row_id=row.id, key=row.key),
                )
            )  # fmt: skip

        desk.commit(write, [desk.leaf(REQUEST_LEAF, {"request": request_id[:64], "state": state}, by, now)])
        return self.find(request_id)


def request_paper(said: Mapping[str, Any]) -> str:
    """What a request's paper is found by: the force and its document number."""
    return f"{said['force']}\n{said['document_number']}"


def _whose(held: Held) -> tuple[Holding, str | None]:
    return held.holding, held.contractor


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
