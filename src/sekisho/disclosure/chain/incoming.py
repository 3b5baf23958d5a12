"""The receiving end of a chain: a handover is taken, opened for its own petition alone, and lost when that lapses.

Nobody can read what was handed over but by opening the case of its petition: there is no other way to its items. The
case is then an ordinary one: reviewed, gated, searched for just these items. Until then, the handover lies under a key
of its own, which is destroyed when the petition lapses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.access.once import id_of
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure.attaching import add_link, cases_linked, links_of
from sekisho.disclosure.chain.errors import HandoverRefused, PurposeLocked, UnknownHandover
from sekisho.disclosure.chain.handover import ADDRESS, Handover, Passed, read_handover
from sekisho.disclosure.intake.desk import IntakeDesk, Taken
from sekisho.disclosure.intake.json_form import parse, read_object
from sekisho.disclosure.kinds import CaseType, DataClass
from sekisho.disclosure.parties.errors import MessageChanged
from sekisho.disclosure.parties.party import Party, PartyKind
from sekisho.disclosure.parties.register import Parties
from sekisho.disclosure.parties.signing import Signed
from sekisho.disclosure.parties.tables import disclosure_handover
from sekisho.disclosure.record import ItemKind
from sekisho.disclosure.service import DisclosureService
from sekisho.disclosure.tables import disclosure_case
from sekisho.errors import SekishoError
from sekisho.keys.schedule import disclosure_index_key, disclosure_key
from sekisho.store.personal import PersonalColumn

BODY: Final = PersonalColumn("disclosure_handover", "body")
LEAF: Final = "disclosure.exchange"
CHAIN: Final = "chain"
"""The kind of the link from a case to the handover it was opened with."""
OPENABLE: Final = frozenset({CaseType.DISCLOSURE_ORDER, CaseType.IDENTIFICATION_ORDER})
"""What the petition's own case can be: the order to disclose, or to name the next provider in turn."""
MAX_MESSAGE: Final = 1024 * 1024
LEEWAY: Final = timedelta(days=31)
"""Days after the applicant's two months in which a court's paper may still arrive: the petition was filed within them.
A house figure."""
WAITING, OPENED = "waiting", "opened"


class Over(StrEnum):
    """Why a handover is over, and its state from then on."""

    LAPSED = "lapsed"
    """No case of its petition came in time."""
    RECORD = "ended"
    """The record of every case that it was opened for has ended."""


_WHY: Final = {
    Over.LAPSED: "the petition lapsed (情報流通プラットフォーム対処法15条3項)",
    Over.RECORD: "the time for which its case's record was kept is over",
}


@dataclass(frozen=True, slots=True)
class Received:
    """A handover as it may be shown before its case is opened: from whom, for which petition, until when. Never its
    items."""

    id: str
    party: str
    state: str
    at: datetime
    lapse_on: date
    petition: str | None
    items: int | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "party": self.party,
            "state": self.state,
            "at": self.at.isoformat(),
            "lapse_on": self.lapse_on.isoformat(),
            "petition": self.petition,
            "items": self.items,
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a handover: a receipt, signed."""

    body: bytes
    headers: Mapping[str, str]


class Incoming:
    """The receiving end in one workspace. Thread-safe."""

    def __init__(self, service: DisclosureService) -> None:
        """Reads and writes nothing until asked to."""
        self._service = service
        self._workspace = service.steps.workspace
        self._parties = Parties(self._workspace)

    # --- from the other provider -------------------------------------------------------------------------------------

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Take a handover of a registered provider; the same again is given the same receipt.

        Raises ``NotSigned``, ``HandoverRefused``, ``MessageChanged``, ``FileRefused``; each refusal of a known provider
        is a leaf.
        """
        signed = Signed.read(headers)
        party = self._parties.authenticate(signed, kind=PartyKind.PROVIDER, address=ADDRESS, body=body)
        try:
            handover = read_handover(parse(body))
            self._check(handover, party)
            row = self._entered(party, handover, body)
        except SekishoError as error:
            self._refused(error, party, body)
            raise
        receipt = {
            "handover": handover.id,
            "entered_as": row.id,
            "sha256": hashlib.sha256(body).hexdigest(),
            "received_at": row.at.isoformat(),
            "receiver": self._workspace.origin,
        }
        told = orjson.dumps(receipt, option=orjson.OPT_SORT_KEYS)
        reply = self._parties.sign(told, receiver=handover.sender, address=ADDRESS, answers=signed.signature)
        return Reply(told, reply.headers())

    # --- inside ------------------------------------------------------------------------------------------------------

    def every(self, *, by: Principal, state: str | None = WAITING) -> list[Received]:
        """Handovers that came, the first to lapse first. Raises ``ScopeMissing``."""
        by.require(Scope.DISCLOSURE_INTAKE)
        table = disclosure_handover
        query = select(table).where(table.c.direction == "in")
        if state is not None:
            query = query.where(table.c.state == state)
        with self._workspace.database.read() as connection:
            return [self._shown(row) for row in connection.execute(query.order_by(table.c.lapse_on, table.c.id))]

    def open_case(self, handover_id: str, written: Mapping[str, Any], *, by: Principal) -> Taken:
        """Open the case of a handover's petition. ``written`` is the court's paper in the intake's JSON form without
        items and with ``received_at``; the items are the handover's own, asked for as the paper's ``wanted`` says.

        Raises ``PurposeLocked`` (another petition, another type of case, lapsed), ``UnknownHandover``,
        ``ScopeMissing``, and as taking a request in does.
        """
        by.require(Scope.DISCLOSURE_INTAKE)
        row = self._row(handover_id)
        if row.state in tuple(Over) or japan_date(self._workspace.clock.now()) > row.lapse_on + LEEWAY:
            raise PurposeLocked(handover=handover_id, problem="it has lapsed")
        wanted = written.get("wanted", ["subscriber"])
        if "items" in written:
            raise PurposeLocked(handover=handover_id, problem="its items are those that were handed over")
        handover = self._handover(row)
        draft = read_object(
            {
                **{name: value for name, value in written.items() if name != "wanted"},
                "items": [_item(one, wanted) for one in handover.items],
            }
        )
        if draft.head.type not in OPENABLE:
            raise PurposeLocked(handover=handover_id, problem=f"not for {draft.head.type.value}")
        if draft.head.number.strip() != handover.petition.number.strip():
            raise PurposeLocked(handover=handover_id, problem="another petition")
        key = f"{handover_id}/{draft.head.type.value}"
        with self._workspace.database.read() as connection:
            _require_sole(connection, handover_id, id_of("d", by, key), draft.head.type)
        intake = IntakeDesk(self._workspace, self._service)
        # One petition may have come by several handovers: each opens its own case of the same paper.
        taken = intake.take(draft, by=by, idempotency_key=key, again=f"handover {handover_id}")
        self._tie(row, taken.entry.id, by)
        return Taken(self._service.find(taken.entry.id, by=by), taken.checked, taken.letter)

    # --- its end -----------------------------------------------------------------------------------------------------

    def unopened(self, *, until: date) -> list[tuple[str, date]]:
        """Handovers without a case whose two months end by a day: their ids and those last days."""
        table = disclosure_handover
        query = (
            select(table.c.id, table.c.lapse_on)
            .where(table.c.direction == "in", table.c.state == WAITING, table.c.lapse_on <= until)
            .order_by(table.c.lapse_on, table.c.id)
        )
        with self._workspace.database.read() as connection:
            return [(row.id, row.lapse_on) for row in connection.execute(query)]

    def over(self, *, today: date) -> list[tuple[str, Over]]:
        """Handovers whose key is to be destroyed, and why: no case came in time, or the records of all cases that they
        were opened for have ended."""
        found = [(one, Over.LAPSED) for one, last in self.unopened(until=today) if today > last + LEEWAY]
        table, ring = disclosure_handover, self._workspace.keyring
        query = select(table.c.id).where(table.c.direction == "in", table.c.state == OPENED).order_by(table.c.id)
        with self._workspace.database.read() as connection:
            for handover_id in connection.execute(query).scalars().all():
                cases = cases_linked(connection, CHAIN, handover_id)
                if cases and not any(ring.exists(disclosure_key(one)) for one in cases):
                    found.append((handover_id, Over.RECORD))
        return found

    def end(self, handover_id: str, over: Over, *, by: str) -> None:
        """Destroy a handover's key, on record, and empty what it opened. Asked again it is the same; ``by`` is a staff
        id. Raises ``UnknownHandover``, and as the keyring and the store do."""
        row = self._row(handover_id)
        self._workspace.destroy_key(row.key, reason=_WHY[over], by=by)
        table = disclosure_handover
        query = update(table).where(table.c.id == row.id).values(state=over.value, body=b"")
        self._workspace.commit(lambda connection: connection.execute(query).rowcount)

    def lapse(self, *, today: date, by: str) -> list[str]:
        """End the handovers whose petition lapsed without a case. Their ids."""
        ended = [one for one, over in self.over(today=today) if over is Over.LAPSED]
        for handover_id in ended:
            self.end(handover_id, Over.LAPSED, by=by)
        return ended

    # --- how ---------------------------------------------------------------------------------------------------------

    def _check(self, handover: Handover, party: Party) -> None:
        """It names its sender and us, and its time isn't over: a notice of the last day is handed on after it."""
        if (handover.sender, handover.receiver) != (party.id, self._workspace.origin):
            raise HandoverRefused(field="receiver", problem="from whoever signed it, to us")
        now = japan_date(self._workspace.clock.now())
        if handover.lapse_on + LEEWAY < now:
            raise HandoverRefused(field="lapse_on", problem=f"its two months were over {LEEWAY.days} days ago")
        if handover.petition.dated > now or handover.order.dated > handover.petition.dated:
            raise HandoverRefused(field="petition.dated", problem="from the order's day to today")

    def _entered(self, party: Party, handover: Handover, body: bytes) -> Row[Any]:
        ring, table, now = self._workspace.keyring, disclosure_handover, self._workspace.clock.now()
        row_id = _own_id(party, handover)
        key = disclosure_key(row_id)
        ring.ensure(key)
        digest = ring.blind_index(key, body)
        values = {
            "id": row_id,
            "direction": "in",
            "party": party.id,
            "state": WAITING,
            "case_id": None,
            "key": key,
            "digest": digest,
            "at": now,
            "lapse_on": handover.lapse_on,
            "body": BODY.seal(ring, body.decode(), row_id=row_id, key=key),
        }
        said = {
            "step": "handover",
            "handover": row_id,
            "party": party.id,
            "sha256": hashlib.sha256(body).hexdigest(),
            "items": len(handover.items),
        }
        leaf = self._workspace.seal(kind=LEAF, owner=key, body=orjson.dumps(said, option=orjson.OPT_SORT_KEYS), at=now)

        def write(connection: Connection) -> bool:
            row = connection.execute(select(table).where(table.c.id == row_id)).one_or_none()
            if row is None:
                connection.execute(insert(table).values(**values))
            elif row.digest != digest:
                raise MessageChanged(field="id", problem="another handover had it")
            return row is None

        def enter() -> None:
            self._workspace.commit(write, lambda new: [leaf] if new else [])

        try:
            enter()
        except IntegrityError:
            # The same at the same moment, by another worker: it is there now, and compared with this one.
            enter()
        return self._row(row_id)

    def _tie(self, row: Row[Any], case_id: str, by: Principal) -> None:
        with self._workspace.database.read() as connection:
            if row.id in links_of(connection, case_id, CHAIN):
                return
        table = disclosure_handover
        known = self._service.steps.known(case_id, by)

        def write(connection: Connection, now: datetime) -> None:
            opened = {"state": OPENED, "case_id": case_id}
            waits = table.c.state.in_((WAITING, OPENED))
            # First of all, so that of two at once the second waits here, and then sees what the first did.
            if connection.execute(update(table).where(table.c.id == row.id, waits).values(opened)).rowcount != 1:
                raise PurposeLocked(handover=row.id, problem="it has lapsed")
            _require_sole(connection, row.id, case_id, known.entry.type)
            add_link(connection, case_id, CHAIN, row.id, at=now, by=by.staff_id)

        self._service.steps.note(known, "handover_opened", {"handover": row.id}, by=by, write=write)

    def _refused(self, error: SekishoError, party: Party, body: bytes) -> None:
        now = self._workspace.clock.now()
        said = {
            "step": "refused",
            "party": party.id,
            "reason": error.reason,
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        text = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        owner = disclosure_index_key(japan_date(now))
        self._workspace.commit(lambda _: None, [self._workspace.seal(kind=LEAF, owner=owner, body=text, at=now)])

    def _shown(self, row: Row[Any]) -> Received:
        # A key that is gone before its row says so: a run of `sekisho due` was killed in between.
        handover = self._handover(row) if self._workspace.keyring.exists(row.key) else None
        return Received(
            row.id,
            row.party,
            row.state,
            row.at,
            row.lapse_on,
            None if handover is None else handover.petition.number,
            None if handover is None else len(handover.items),
        )

    def _handover(self, row: Row[Any]) -> Handover:
        text: str = BODY.open(self._workspace.keyring, row.body, row_id=row.id, key=row.key)
        return read_handover(orjson.loads(text))

    def _row(self, handover_id: str) -> Row[Any]:
        table = disclosure_handover
        with self._workspace.database.read() as connection:
            query = select(table).where(table.c.id == handover_id, table.c.direction == "in")
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownHandover(handover=handover_id[:64])
        return row


def _require_sole(connection: Connection, handover_id: str, case_id: str, kind: CaseType) -> None:
    """``PurposeLocked`` where a handover has another case of that type: somebody else opened it."""
    table = disclosure_case
    others = [one for one in cases_linked(connection, CHAIN, handover_id) if one != case_id]
    query = select(table.c.id).where(table.c.id.in_(others), table.c.type == kind.value).limit(1)
    if connection.execute(query).first() is not None:
        raise PurposeLocked(handover=handover_id, problem="somebody else opened its case")


def _own_id(party: Party, handover: Handover) -> str:
    """What a handover is called here: its sender's name for it, under the sender's own."""
    told = orjson.dumps(["sekisho/handover-in/1", party.id, handover.id])
    return "h" + hashlib.sha256(told).hexdigest()[:32]


def _item(one: Passed, wanted: Sequence[Any]) -> dict[str, Any]:
    """A question about what was handed over, and nothing beside it."""
    by_address = one.address is not None
    found: dict[str, Any] = {
        "number": one.number,
        "kind": (ItemKind.ADDRESS if by_address else ItemKind.LINE).value,
        "value": one.address if by_address else one.link,
        "begin": one.begin.isoformat(),
        "end": one.end.isoformat(),
        "precision": "second",
        "data_class": DataClass.SECRECY.value,
        "wanted": list(wanted),
    }
    return found | ({"port": one.port} if one.port is not None else {})
