"""The parties of one workspace, and this workspace's own identity towards them.

The key by which it signs is its own, made once in its keyring; its public half and the ledger's origin are what another
party registers. Registering a party is trusting its key, so that whoever hands out tokens here does it, on record.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Scope, StaffKind
from sekisho.access.tables import staff
from sekisho.disclosure.parties.errors import NotSigned, PartyTaken, UnknownParty
from sekisho.disclosure.parties.party import Party, PartyKind, read_party
from sekisho.disclosure.parties.signing import WRONG, Signed, require_signed, sign
from sekisho.disclosure.parties.tables import disclosure_party
from sekisho.keys import Signer
from sekisho.keys.schedule import workspace_key
from sekisho.workspace import Workspace

OWN_KEY: Final = workspace_key("disclosure-exchange")
"""The key by which this workspace signs to agencies and other providers."""
PARTY_LEAF: Final = "disclosure.party"
OWNER: Final = workspace_key("disclosure-parties")
"""Owns the leaves about parties: they tell of authorities and companies, and stay."""


class Parties:
    """Registered parties. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    # --- who we are --------------------------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        """What this workspace is called by its parties: the origin of its ledger."""
        return self._workspace.origin

    def signer(self) -> Signer:
        """Signs for this workspace; the key is made when it is first asked for."""
        self._workspace.keyring.ensure_signer(OWN_KEY)
        return self._workspace.keyring.signer(OWN_KEY)

    def sign(self, body: bytes, *, receiver: str, address: str, answers: str = "", sender: str = "") -> Signed:
        """Sign a message to a party now. ``sender`` is our id there, where it isn't the origin."""
        return sign(
            self.signer(),
            sender=sender or self.origin,
            receiver=receiver,
            at=self._workspace.clock.now(),
            address=address,
            body=body,
            answers=answers,
        )

    def authenticate(self, signed: Signed, *, kind: PartyKind, address: str, body: bytes) -> Party:
        """The party whose key signed this message to us. Raises ``NotSigned``; for a stranger with the same problem
        as for a wrong signature, so that nobody learns who is registered."""
        try:
            party = self.find(signed.party)
        except UnknownParty:
            party = None
        known = party is not None and party.kind is kind
        # A stranger's signature is checked as well, against a key that nobody holds: it takes as long.
        key = party.key if party is not None and known else "00" * 32
        require_signed(
            signed, key=key, receiver=self.origin, address=address, body=body, now=self._workspace.clock.now()
        )
        if party is None or not known:
            raise NotSigned(problem=WRONG)
        return party

    # --- who they are ------------------------------------------------------------------------------------------------

    def add(self, written: dict[str, Any], *, by: Principal) -> Party:
        """Register a party; the same again changes nothing. Raises ``PartyRefused``, ``PartyTaken``, ``ScopeMissing``,
        ``ProofTooWeak``."""
        by.require(Scope.STAFF_ADMIN)
        by.require_proof("disclosure.party")
        party = read_party(written)
        text = orjson.dumps(party.document(), option=orjson.OPT_SORT_KEYS).decode()
        table, now = disclosure_party, self._workspace.clock.now()

        def write(connection: Connection) -> bool:
            row = connection.execute(select(table).where(table.c.id == party.id)).one_or_none()
            if connection.execute(select(staff.c.id).where(staff.c.id == party.actor)).first() is not None:
                raise PartyTaken(party=party.actor)
            if row is not None:
                if row.body != text or row.ended_at is not None:
                    raise PartyTaken(party=party.id)
                return False
            connection.execute(
                insert(table).values(id=party.id, kind=party.kind.value, body=text, since=now, by=by.staff_id)
            )
            return True

        body = {"step": "added", "party": party.document(), "by": by.staff_id, "proof": by.proof.value}
        self._commit(write, body)
        return party

    def end(self, party_id: str, *, by: Principal) -> None:
        """End a party: nothing it signs counts from now on. Its id isn't given again. Raises ``UnknownParty``,
        ``ScopeMissing``, ``ProofTooWeak``."""
        by.require(Scope.STAFF_ADMIN)
        by.require_proof("disclosure.party")
        table, now = disclosure_party, self._workspace.clock.now()

        def write(connection: Connection) -> bool:
            query = update(table).where(table.c.id == party_id, table.c.ended_at.is_(None)).values(ended_at=now)
            if connection.execute(query).rowcount != 1:
                raise UnknownParty(party=party_id[:64])
            return True

        self._commit(write, {"step": "ended", "party": party_id, "by": by.staff_id, "proof": by.proof.value})

    def find(self, party_id: str) -> Party:
        """A registered party. Raises ``UnknownParty``, also for one that was ended."""
        table = disclosure_party
        with self._workspace.database.read() as connection:
            query = select(table).where(table.c.id == party_id, table.c.ended_at.is_(None))
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownParty(party=party_id[:64])
        return _party(row)

    def every(self, kind: PartyKind | None = None) -> list[Party]:
        """Registered parties, by id."""
        table = disclosure_party
        query = select(table).where(table.c.ended_at.is_(None)).order_by(table.c.id)
        if kind is not None:
            query = query.where(table.c.kind == kind.value)
        with self._workspace.database.read() as connection:
            return [_party(row) for row in connection.execute(query)]

    def _commit(self, write: Any, body: dict[str, Any]) -> None:
        workspace = self._workspace
        text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        leaf = workspace.seal(kind=PARTY_LEAF, owner=OWNER, body=text)
        workspace.commit(write, lambda changed: [leaf] if changed else [])


def actor(party: Party) -> Principal:
    """What takes in what a party sent: it may enter requests and answer questions back, and nothing else here.

    It lives within one message, holds no token, and no member of staff can be it: whoever reviews, searches and
    releases is somebody else by construction.
    """
    return Principal(
        party.actor, StaffKind.SERVICE, frozenset({Scope.DISCLOSURE_INTAKE}), Proof.SIGNED, None, None
    )


def _party(row: Row[Any]) -> Party:
    return read_party(orjson.loads(row.body))
