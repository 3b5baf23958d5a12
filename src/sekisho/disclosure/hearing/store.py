"""Records of hearings as rows: papers under the case's key, read in one connection. Nothing here decides who may."""

from __future__ import annotations

from typing import Final

import orjson
from sqlalchemy import Connection, select

from sekisho.disclosure.attaching import links_of, place_of
from sekisho.disclosure.hearing.record import Entry, Hearing, Inquiry, read
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.record import DisclosureCase
from sekisho.disclosure.tables import disclosure_attachment
from sekisho.keys import Keyring
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import disclosure_key

RECORD_KIND: Final = "hearing"
LETTER_KIND: Final = "hearing_letter"
PARENT: Final = "parent"
"""The link to the case that a case follows: a claim, before the order."""


def entries_of(connection: Connection, ring: Keyring, case_id: str) -> list[Entry]:
    """Every record of a case, in order. Raises ``KeyDestroyed``."""
    table, key = disclosure_attachment, disclosure_key(case_id)
    query = select(table.c.id, table.c.body).where(table.c.case_id == case_id, table.c.kind == RECORD_KIND)
    found = [
        Entry.read(orjson.loads(ring.decrypt(key, row.body, aad=place_of(case_id, row.id, RECORD_KIND))))
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda one: one.place)


def hearing_of(connection: Connection, ring: Keyring, case_id: str) -> Hearing:
    """A case's hearing. Raises ``KeyDestroyed``."""
    return read(entries_of(connection, ring, case_id))


def earlier_of(connection: Connection, ring: Keyring, case_id: str) -> list[tuple[str, Inquiry]]:
    """Inquiries of the cases that this one follows, with their case: the voluntary stage before the court's."""
    found = []
    for parent in links_of(connection, case_id, PARENT):
        try:
            found += [(parent, one) for one in hearing_of(connection, ring, parent).inquiries]
        except KeyDestroyed:  # its record's time is over: nothing is known of it any more
            continue
    return found


def untold(connection: Connection, ring: Keyring, case: DisclosureCase) -> list[str]:
    """Who must still be told that an order to disclose came (6条2項): ``NUMBER`` of this case's inquiry, or
    ``CASE/NUMBER`` of one before it. Empty while no court ordered anything."""
    issued = case.facts.get("order.court_issued")
    if case.type is not CaseType.DISCLOSURE_ORDER or issued is None or issued.value is not True:
        return []
    hearing = hearing_of(connection, ring, case.id)
    names = [str(one.number) for one in hearing.opposed()]
    names += [f"{parent}/{one.number}" for parent, one in earlier_of(connection, ring, case.id) if _opposed(one)]
    return [name for name in names if name not in hearing.told]


def _opposed(one: Inquiry) -> bool:
    return one.answer is not None and one.answer.value == "opposes"
