"""Whose leaves of the ledger may be opened to whom: those of a secret case to its members and the desk's auditors.

A leaf is a commitment; its owner and kind stand in the ledger in the clear and tell no more than that there was a step.
What it says is opened here and there for people to read, and then a secret case's steps, and the search grants and
lookups that were made for it, end for everybody else like a leaf that isn't there.

What this doesn't do: it keeps nothing from whoever holds the workspace's files and keys and reads them without Sekisho.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, select

from sekisho.access.principal import Principal
from sekisho.disclosure import rows
from sekisho.disclosure.attaching import cases_linked
from sekisho.disclosure.grants_end import GRANT
from sekisho.disclosure.tables import disclosure_case
from sekisho.disclosure.visibility import sees_every

_OWNER = "disclosure/"


def may_open(connection: Connection, *, owner: str, body: bytes, by: Principal | None) -> bool:
    """Whether ``by`` (None: somebody who doesn't say who they are) may read a leaf's ``body``."""
    if by is not None and sees_every(by):
        return True
    cases = cases_linked(connection, GRANT, _grant(body))
    if owner.startswith(_OWNER):
        cases.append(owner.removeprefix(_OWNER))
    table = disclosure_case
    query = select(table.c.id).where(table.c.id.in_(cases), table.c.secret.is_(True))
    hidden = connection.execute(query).scalars().all()
    return all(by is not None and by.staff_id in rows.parts_of(connection, one) for one in hidden)


def _grant(body: bytes) -> str:
    """The search grant that a leaf is about; none for others."""
    try:
        said: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    found = said.get("grant") if isinstance(said, dict) else None
    return found if isinstance(found, str) else ""
