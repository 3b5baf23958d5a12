"""Whose leaves of the ledger may be opened to whom: those of a secret case to its members and the desk's auditors.

A leaf is a commitment; its owner and kind stand in the ledger in the clear and tell no more than that there was a step.
What it says is opened here and there for people to read, and then a secret case's steps, the search grants, lookups and
holds that were made for it, and whatever else names one of them (a day's purge that left a hold its copy, a key that
was destroyed), end for everybody else like a leaf that isn't there. So do the leaves of a hold that is hidden by
itself.

What this doesn't do: it keeps nothing from whoever holds the workspace's files and keys and reads them without Sekisho.
"""

from __future__ import annotations

import re
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select

from sekisho.access.principal import Principal
from sekisho.disclosure import rows
from sekisho.disclosure.attaching import cases_linked
from sekisho.disclosure.holding import HOLD
from sekisho.disclosure.tables import disclosure_case, disclosure_link
from sekisho.disclosure.visibility import sees_every
from sekisho.keys import Keyring
from sekisho.logs.holds import rows as hold_rows

_OWN: Final = re.compile(r"(?:[a-z]|grant-)[0-9a-f]{16,32}", re.ASCII)
"""Ids of cases, grants and holds, as they stand in a body by themselves or at the end of a key's name."""
_AT_ONCE: Final = 500
"""Ids in one question to the database."""


def may_open(
    connection: Connection, keyring: Keyring, *, owner: str, body: bytes, by: Principal | None
) -> bool:
    """Whether ``by`` (None: somebody who doesn't say who they are) may read a leaf's ``body``."""
    if by is not None and sees_every(by):
        return True
    named = sorted({owner.rpartition("/")[2], *_named(body)})
    return all(
        _may_know(connection, keyring, set(named[at : at + _AT_ONCE]), by) for at in range(0, len(named), _AT_ONCE)
    )


def _may_know(connection: Connection, keyring: Keyring, named: set[str], by: Principal | None) -> bool:
    linked = select(disclosure_link.c.case_id).where(disclosure_link.c.target.in_(named))
    table = disclosure_case
    of_these = table.c.id.in_(named) | table.c.id.in_(linked)
    secret = connection.execute(select(table.c.id).where(of_these, table.c.secret.is_(True))).scalars().all()
    if not all(by is not None and by.staff_id in rows.parts_of(connection, one) for one in secret):
        return False
    return all(
        # Whoever is on its case by now may know of a hold that was made before they were.
        (by is not None and one.may_know(by.staff_id))
        or not set(secret).isdisjoint(cases_linked(connection, HOLD, one.id))
        for one in hold_rows.hidden(connection, keyring, named)
    )


def _named(body: bytes) -> set[str]:
    """Whatever in a leaf looks like the id of a case, a grant or a hold; nothing of one that isn't JSON."""
    try:
        left: list[Any] = [orjson.loads(body)]
    except orjson.JSONDecodeError:
        return set()
    found = set()
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one.values(), *one]
        elif isinstance(one, list):
            left += one
        elif isinstance(one, str) and _OWN.fullmatch(last := one.rpartition("/")[2]):
            found.add(last)
    return found
