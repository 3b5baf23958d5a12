"""Destinations: kept only where the policy of the source's own service declares them."""

from __future__ import annotations

import io
from datetime import date

from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Rows
from sekisho.logs.sealing import read_all
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from sekisho.workspace import Workspace
from tests.logs.declared import declare

LINES = b"".join(
    b"<134>2026-11-23T0%d:00:00+09:00 f5 LSN_%s 100.64.1.2%%0:51234 6 203.0.113.5%%0:51999 198.51.100.80 443\n" % at
    for at in ((6, b"ADD"), (7, b"DELETE"))
)


def kept(logs: LogService, service: str) -> Rows:
    """The one row of the lines, as a source of that service has it."""
    spec = SourceSpec(f"f5-{service}", "関所通信", service, LogKind.AP_NAT, "f5-lsn")
    logs.add_source(spec, by="admin")
    assert logs.ingest(io.BytesIO(LINES), spec.name).quarantined == {}
    (entry,) = logs.open_segments(LogKind.AP_NAT, date(2026, 11, 23))
    return read_all(logs.files, entry.segment)


def test_without_the_switch_no_destination_is_kept(workspace: Workspace, logs: LogService) -> None:
    """A policy that doesn't declare them is the default: the device told, the row doesn't."""
    declare(workspace, service="mobile")
    row = kept(logs, "mobile")
    assert (len(row), row.destination) == (1, None)
    assert row.destination_port is None or not row.destination_port.any()


def test_with_the_switch_they_are(logs: LogService) -> None:
    """Declared with a purpose, period, need and reason of their own, and approved: the row has them."""
    row = kept(logs, "hikari")
    assert row.destination is not None
    assert row.destination_port is not None
    assert (row.destination.text(0), int(row.destination_port[0])) == ("198.51.100.80", 443)
