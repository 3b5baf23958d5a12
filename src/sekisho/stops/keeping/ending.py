"""The end of the stops desk's month keys (:mod:`sekisho.destruction.months`): a whole month after their own, once what
outlives it was put under a newer key (:mod:`.moving`)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func, select

from sekisho.destruction import months
from sekisho.destruction.certificate import STOPS
from sekisho.destruction.months import MonthEndings, MonthKeys
from sekisho.destruction.probing import Prober
from sekisho.stops.desk import KEYED
from sekisho.stops.keeping.errors import UnknownStopCertificate
from sekisho.stops.keeping.ports import RowsElsewhere
from sekisho.stops.keeping.tables import stop_destruction
from sekisho.workspace import Workspace

REASON: Final = "what was left of that month is under a newer key"
PREFIX: Final = "stops/"


def month_keys(workspace: Workspace, elsewhere: RowsElsewhere) -> MonthKeys:
    """The desk's keys, and what is under them."""

    def rows(key: str) -> int:
        with workspace.database.read() as connection:
            own = sum(
                connection.execute(select(func.count()).select_from(table).where(table.c.key == key)).scalar_one()
                for table in KEYED
            )
            return own + elsewhere.under(connection, key)

    return MonthKeys(PREFIX, STOPS, stop_destruction, rows, lambda key: UnknownStopCertificate(key=key[:200]))


def endings(workspace: Workspace, elsewhere: RowsElsewhere, prober: Prober | None, *, by: str) -> MonthEndings:
    """What ends the keys of months of which nothing is left. ``prober`` None: only to look."""
    return MonthEndings(workspace, month_keys(workspace, elsewhere), prober, reason=REASON, by=by)


def issued(workspace: Workspace, elsewhere: RowsElsewhere, key: str) -> dict[str, Any]:
    """The certificate of an ended key, over the ledger as published. Raises ``UnknownStopCertificate`` where there is
    none yet, ``NotPublished`` where the ledger's checkpoint is older."""
    return months.issued(workspace, month_keys(workspace, elsewhere), key)
