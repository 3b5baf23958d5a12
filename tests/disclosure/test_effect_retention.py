"""How long logs were really kept, from the certificates of a store that purged a day."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Scope, StaffKind
from sekisho.disclosure.effect import Effects
from sekisho.disclosure.study import actual_retention
from tests.logs.conftest import TODAY, clock, key_file, logs, simple_format, workspace
from tests.logs.keeping import GONE_ON, NAT, YESTERDAY, Keeper, whole
from tests.logs.purge.conftest import keeper

__all__ = ["clock", "keeper", "key_file", "logs", "simple_format", "workspace"]


def test_actual_retention_comes_from_certificates(keeper: Keeper) -> None:
    """A day that was purged counts with the days from it to the end of its key, as the export says; the policy of the
    source is in it, and so are the house's own."""
    keeper.take(whole(TODAY, 100, 4_000, "203.0.113.5", 1024, 2047, "100.64.0.1"))
    auditor = Principal("kansa", StaffKind.PERSON, frozenset({Scope.DISCLOSURE_AUDIT}), Proof.TOKEN, "t", None)
    effects = Effects(keeper.workspace)
    before = next(one for one in effects.retention(by=auditor) if one.policy.kind is NAT)
    assert (before.purged, before.oldest) == (0, TODAY)
    keeper.go_to(GONE_ON + timedelta(days=1))
    keeper.due()
    found = effects.retention(by=auditor)
    mine = next(one for one in found if one.policy.kind is NAT)
    days = (GONE_ON - YESTERDAY).days
    assert (mine.purged, mine.shortest, mine.longest, mine.late) == (1, days, days, 0)
    table = list(csv.reader(io.StringIO(actual_retention.as_csv(found, "en"))))
    assert len(table) == len(found) + 1
    assert len(found) > 1
