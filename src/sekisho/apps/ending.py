"""The end of the user-information desk's month keys (:mod:`sekisho.destruction.months`): a whole month after their own,
once no scan is left under them. What was forgotten then opens in no copy of the database either, and a certificate says
so.

A scan that is forgotten earlier is deleted at once; its month's key ends with ``sekisho due`` when the month's time has
come. A run that was killed is gone on with by the next one, of either command.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from sekisho.access.principal import Principal
from sekisho.apps.errors import UnknownAppCertificate
from sekisho.apps.tables import app_destruction, app_scan
from sekisho.destruction import months
from sekisho.destruction.certificate import APPS
from sekisho.destruction.months import MonthEndings, MonthKeys, Reached
from sekisho.destruction.probing import Prober
from sekisho.due import Entry, State, failed
from sekisho.errors import SekishoError
from sekisho.workspace import Workspace

REASON: Final = "no scan is left under it"
PREFIX: Final = "apps/"


def month_keys(workspace: Workspace) -> MonthKeys:
    """The desk's keys, and what is under them."""

    def rows(key: str) -> int:
        with workspace.database.read() as connection:
            under = select(func.count()).select_from(app_scan).where(app_scan.c.key == key)
            return connection.execute(under).scalar_one()

    return MonthKeys(PREFIX, APPS, app_destruction, rows, lambda key: UnknownAppCertificate(key=key[:200]))


def endings(workspace: Workspace, prober: Prober | None, *, by: str) -> MonthEndings:
    """What ends the keys of months of which nothing is left. ``prober`` None: only to look."""
    return MonthEndings(workspace, month_keys(workspace), prober, reason=REASON, by=by)


def issued(workspace: Workspace, key: str) -> dict[str, Any]:
    """The certificate of an ended key, over the ledger as published. Raises ``UnknownAppCertificate`` where there is
    none yet, ``NotPublished`` where the ledger's checkpoint is older."""
    return months.issued(workspace, month_keys(workspace), key)


@dataclass(frozen=True, slots=True)
class AppKeys:
    """Keys of months of which no scan is left, as a part of ``sekisho due``. ``prober`` and ``by`` None: only to plan.
    """

    workspace: Workspace
    prober: Prober | None
    by: Principal | None
    name: str = "app-keys"

    def plan(self) -> Iterator[Entry]:
        """Those that are due."""
        for key in self._endings().due():
            yield self._told("destroy", State.PLANNED, key, "を破棄します", "will be destroyed")

    def run(self) -> Iterator[Entry]:
        """Destroy them, probe, certify; those whose certificate waits for key backups are named."""
        ends = self._endings()
        due = ends.due()
        if due:
            # Whoever forgot the scans may have been killed before their pages were overwritten.
            self.workspace.database.scrub()
        for key in due:
            lived = self.workspace.keyring.exists(key)
            try:
                reached = ends.run(key)
            except SekishoError as error:
                yield failed(self.name, error, key=key)
                continue
            if reached is Reached.PLANNED:
                continue
            if lived or reached is Reached.FINAL:
                ja, en = f"を破棄し、証明書を作りました（{reached.value}）", f"is destroyed ({reached.value})"
                yield self._told("destroyed", State.DONE, key, ja, en)
            else:
                ja = "の証明書は、鍵の控えがなくなるまで live です"
                en = "is destroyed; its certificate is live until the key backups are gone"
                yield self._told("backups_hold_it", State.WAITING, key, ja, en)

    def _endings(self) -> MonthEndings:
        return endings(self.workspace, self.prober, by="" if self.by is None else self.by.staff_id)

    def _told(self, what: str, state: State, key: str, ja: str, en: str) -> Entry:
        return Entry(self.name, what, state, f"鍵 {key} {ja}。", f"The key {key} {en}.", {"key": key})
