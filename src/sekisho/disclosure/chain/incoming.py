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
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure.attaching import add_link, links_of
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
WHY_LAPSED: Final = "the petition lapsed (情報流通プラットフォーム対処法15条3項)"
WAITING, OPENED, LAPSED = "waiting", "opened", "lapsed"


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
        if row.state == LAPSED or japan_date(self._workspace.clock.now()) > row.lapse_on + LEEWAY:
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
        intake = IntakeDesk(self._workspace, self._service)
        taken = intake.take(draft, by=by, idempotency_key=f"{handover_id}/{draft.head.type.value}")
        self._tie(row, taken.entry.id, by)
        return Taken(self._service.find(taken.entry.id, by=by), taken.checked, taken.letter)

    def lapse(self, *, today: date, by: str) -> list[str]:
        """End the handovers whose petition lapsed without a case: their keys are destroyed, on record. Their ids."""
        table, ended = disclosure_handover, []
        with self._workspace.database.read() as connection:
            query = select(table).where(table.c.direction == "in", table.c.state == WAITING)
            due = [row for row in connection.execute(query) if today > row.lapse_on + LEEWAY]
        for row in due:
            self._workspace.destroy_key(row.key, reason=WHY_LAPSED, by=by)
            self._mark(row.id, LAPSED)
            ended.append(row.id)
        return ended

    def _mark(self, handover_id: str, state: str) -> None:
        query = update(disclosure_handover).where(disclosure_handover.c.id == handover_id).values(state=state)
        self._workspace.commit(lambda connection: connection.execute(query).rowcount)

    # --- how ---------------------------------------------------------------------------------------------------------

    def _check(self, handover: Handover, party: Party) -> None:
        """It names its sender and us, and its time isn't over."""
        if (handover.sender, handover.receiver) != (party.id, self._workspace.origin):
            raise HandoverRefused(field="receiver", problem="from whoever signed it, to us")
        now = japan_date(self._workspace.clock.now())
        if handover.lapse_on < now:
            raise HandoverRefused(field="lapse_on", problem="its two months are over")
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

        self._workspace.commit(write, lambda new: [leaf] if new else [])
        return self._row(row_id)

    def _tie(self, row: Row[Any], case_id: str, by: Principal) -> None:
        with self._workspace.database.read() as connection:
            if row.id in links_of(connection, case_id, CHAIN):
                return
        table = disclosure_handover

        def write(connection: Connection, now: datetime) -> None:
            add_link(connection, case_id, CHAIN, row.id, at=now, by=by.staff_id)
            connection.execute(update(table).where(table.c.id == row.id).values(state=OPENED, case_id=case_id))

        known = self._service.steps.known(case_id, by)
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
        handover = None if row.state == LAPSED else self._handover(row)
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
