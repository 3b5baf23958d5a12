"""The end of the calls desk's month keys (:mod:`sekisho.destruction.months`)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Table, and_, func, select

from sekisho.calls import evidence_keys
from sekisho.calls.analytics.tables import call_alarm
from sekisho.calls.desk import KEYED
from sekisho.calls.keeping import spool_ending
from sekisho.calls.keeping.errors import UnknownCallCertificate
from sekisho.calls.keeping.tables import call_destruction
from sekisho.calls.tables import call_import
from sekisho.destruction import months
from sekisho.destruction.certificate import CALLS
from sekisho.destruction.months import MonthEndings, MonthKeys
from sekisho.destruction.probing import Prober
from sekisho.workspace import Workspace

REASON: Final = "the last record of that month has gone"
PREFIX: Final = "calls/"
_UNDER: Final[tuple[Table, ...]] = (*KEYED, call_alarm)


def endings(workspace: Workspace, prober: Prober | None, *, by: str) -> MonthEndings:
    """What ends the keys of months of which nothing is left. ``prober`` None: only to look."""
    return MonthEndings(workspace, _keys(workspace), prober, reason=REASON, by=by)


def issued(workspace: Workspace, key: str) -> dict[str, Any]:
    """The certificate of an ended key, over the ledger as published. Raises ``UnknownCallCertificate`` where there is
    none yet, ``NotPublished`` where the ledger's checkpoint is older."""
    if key.startswith(evidence_keys.PREFIX):
        return spool_ending.issued(workspace, key)
    return months.issued(workspace, _keys(workspace), key)


def _keys(workspace: Workspace) -> MonthKeys:
    def rows(key: str) -> int:
        """How many rows have something under the key. A list that isn't held any more has lost its parts."""
        count = 0
        with workspace.database.read() as connection:
            for table in _UNDER:
                under = table.c.key == key
                if table is call_import:
                    under = and_(under, table.c.state == "held")
                count += connection.execute(select(func.count()).select_from(table).where(under)).scalar_one()
        return count

    return MonthKeys(PREFIX, CALLS, call_destruction, rows, lambda key: UnknownCallCertificate(key=key[:200]))
