"""The end of a month's key of evidence (:mod:`sekisho.destruction.months`).

It ends once the period of the last evidence is over that can have been written to it: of its own month's last day, of
the last file that came under it, and of the last day on which a connector said that it has a bundle with it. What is
sealed to it then may not be kept any more, wherever it lies.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import func, select

from sekisho.calls import evidence_keys
from sekisho.calls.analytics.tables import call_folded
from sekisho.calls.connector.spool_reader import SpoolKey
from sekisho.calls.keeping.errors import UnknownCallCertificate
from sekisho.calls.keeping.tables import call_destruction
from sekisho.calls.tables import call_bundle, call_connector
from sekisho.clock import japan_date
from sekisho.destruction import months
from sekisho.destruction.certificate import CALLS
from sekisho.destruction.months import MonthEndings, MonthKeys
from sekisho.destruction.probing import Prober
from sekisho.workspace import Workspace

REASON: Final = "the period of all evidence that was sealed to it is over"
Kept = Callable[[date], date | None]
"""The last day on which the evidence of a day may be kept; None where nothing says so."""


def endings(workspace: Workspace, kept: Kept, prober: Prober | None, *, by: str) -> MonthEndings:
    """What ends the keys whose time is over. ``prober`` None: only to look."""
    return MonthEndings(workspace, _keys(workspace, kept), prober, reason=REASON, by=by)


def issued(workspace: Workspace, key: str) -> dict[str, Any]:
    """The certificate of an ended key. Raises ``UnknownCallCertificate``, ``NotPublished``."""
    return months.issued(workspace, _keys(workspace, lambda _: None), key)


def last_use(workspace: Workspace, key: str, month: date) -> date:
    """The last day on which something can have been written to a key, as far as is known here."""
    found = [(month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)]
    with workspace.database.read() as connection:
        found.append(
            connection.execute(select(func.max(call_folded.c.day)).where(call_folded.c.key == key)).scalar_one()
            or found[0]
        )
        bundles = connection.execute(select(call_bundle.c.folder, call_bundle.c.files)).all()
        connectors = connection.execute(select(call_connector.c.folder, call_connector.c.at)).all()
    if workspace.keyring.exists(key):
        digest = evidence_keys.part_digest(SpoolKey.of(workspace.keyring, key))
        with_it = {
            one.folder for one in bundles if orjson.loads(one.files).get(evidence_keys.PART) == digest
        }
        found += [japan_date(one.at) for one in connectors if one.folder in with_it]
    return max(found)


def _keys(workspace: Workspace, kept: Kept) -> MonthKeys:
    def awaited(key: str) -> int:
        """1 while something that was written to the key may be awaited."""
        month = keys.month(key)
        if month is None:
            return 1
        until = kept(last_use(workspace, key, month))
        return int(until is None or japan_date(workspace.clock.now()) <= until)

    keys = MonthKeys(
        evidence_keys.PREFIX, CALLS, call_destruction, awaited, lambda key: UnknownCallCertificate(key=key[:200])
    )
    return keys
