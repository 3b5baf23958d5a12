"""Who gets no new fixed or 050 numbers under the number-stop scheme, as the contract desk was told.

A decision on a 050 service sees ``refusal.number_scheme_denial`` where its applicant is told of by name and address. A
decision on any other service never looks: the scheme doesn't cover mobile numbers, and a denial alone refuses none
(平成17年法律31号11条 has its own closed list).

What this does not do: it takes nobody of the same name for the same person, and overrules nothing that was stated.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from sekisho.clock import japan_date
from sekisho.contracts.scheme_tables import contract_scheme_denial as table
from sekisho.events import Desk, SchemeDenial, require_crossing
from sekisho.keys.schedule import stops_key
from sekisho.store.personal import PersonalColumn
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

DENIAL_LEAF: Final = "contract.scheme_denial"
KIND_OF_SERVICE: Final[Mapping[str, str]] = {"app_050": "ip_phone_number"}
"""The services of this desk whose numbers the scheme covers, and which kind of number they give."""
FACT: Final = "number_scheme_denial"
"""Below ``refusal`` in an application."""
PARTY: Final = PersonalColumn("contract_scheme_denial", "party_index")
BODY: Final = PersonalColumn("contract_scheme_denial", "body")


def party_of(name: str, address: str) -> str:
    """What a party is found by: name and address without spaces, in one width and case."""
    texts = ("".join(unicodedata.normalize("NFKC", one).casefold().split()) for one in (name, address))
    return orjson.dumps(list(texts)).decode()


class SchemeDenials:
    """The denials of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace

    def receive(self, event: SchemeDenial) -> None:
        """Take in what the stops desk tells. The same again changes nothing; another end takes the place of the first.

        Raises ``CrossingRefused``."""
        require_crossing(event, source=Desk.STOPS, target=Desk.CONTRACTS)
        workspace, key = self._workspace, stops_key(japan_date(self._workspace.clock.now()))
        workspace.keyring.ensure(key)
        made = f"{event.denial}/{event.number_kind}"
        row = {
            "id": made, "case": event.case, "number_kind": event.number_kind, "begins": event.begins,
            "ends": event.ends, "told_at": event.occurred_at, "key": key,
            "party_index": PARTY.index(
                workspace.keyring, party_of(event.party_name, event.party_address), key=key
            ),
            "body": BODY.seal(
                workspace.keyring, {"name": event.party_name, "address": event.party_address}, row_id=made, key=key
            ),
        }  # fmt: skip
        with workspace.database.read() as connection:
            if self._same(connection, row):
                return

        def write(connection: Connection) -> None:
            make = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
            # Told out of order, the newest word counts.
            told = make(table).values(row)
            connection.execute(
                told.on_conflict_do_update(
                    index_elements=["id"], set_={name: told.excluded[name] for name in row if name != "id"},
                    where=table.c.told_at <= told.excluded.told_at,
                )
            )  # fmt: skip

        said = orjson.dumps(
            {"denial": event.denial, "kind": event.number_kind, "begins": event.begins, "ends": event.ends}
        )
        leaf = workspace.seal(kind=DENIAL_LEAF, owner=HOUSE_KEY, body=said, at=workspace.clock.now())
        workspace.commit(write, [leaf])

    def named(self, name: str, address: str, *, number_kind: str, on: date) -> str | None:
        """The denial that names this party for new numbers of a kind on a day, if one does."""
        with self._workspace.database.read() as connection:
            keys = [row[0] for row in connection.execute(select(table.c.key).distinct())]
            if not keys:
                return None
            indexes = PARTY.candidates(self._workspace.keyring, party_of(name, address), keys=keys)
            found: str | None = connection.execute(
                select(table.c.id)
                .where(
                    table.c.party_index.in_(indexes), table.c.number_kind == number_kind, table.c.begins <= on,
                    table.c.ends > on,
                )
                .order_by(table.c.id)
                .limit(1)
            ).scalar_one_or_none()
        return found

    def stated(self, written: Mapping[str, Any]) -> Mapping[str, Any]:
        """The application, with the fact added where its 050 service's applicant is named; else the very same.

        Only what stands where it belongs is looked at: what is wrong with an application is its reader's to say.
        """
        service = written.get("service")
        kind = KIND_OF_SERVICE.get(service) if isinstance(service, str) else None
        subject, given = written.get("subject"), written.get("refusal", {})
        if kind is None or not isinstance(subject, dict) or not isinstance(given, dict) or FACT in given:
            return written
        name, address = subject.get("name"), subject.get("address")
        if not isinstance(name, str) or not isinstance(address, str):
            return written
        today = japan_date(self._workspace.clock.now())
        if self.named(name, address, number_kind=kind, on=today) is None:
            return written
        return {**written, "refusal": {**given, FACT: True}}

    def _same(self, connection: Connection, row: Mapping[str, Any]) -> bool:
        found = connection.execute(
            select(table.c.begins, table.c.ends, table.c.told_at).where(table.c.id == row["id"])
        ).one_or_none()
        return found is not None and (
            found.told_at > row["told_at"] or (found.begins, found.ends) == (row["begins"], row["ends"])
        )
