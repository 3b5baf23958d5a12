"""Files of accounting, leases and log-ins on their whole way into the store: what the rows say in the end."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest

from sekisho.logs.errors import InputTruncated
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Known
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from tests.logs.conftest import MIDNIGHT, asked
from tests.logs.formats.test_radius_detail import record
from tests.logs.formats.test_web_and_data import RULES, line

LOGGED, RESTART, POINT = int(Known.LOGGED), int(Known.RESTART), int(Known.NOT_LOGGED)
MORNING = 6 * 3600


def source(logs: LogService, format_: str, kind: LogKind, **settings: Any) -> None:
    """Declare the source ``aaa``."""
    logs.add_source(SourceSpec("aaa", "関所通信", "hikari", kind, format_, settings=settings), by="admin")


def accounting(status: str, at: int, session: str = "1", address: str | None = "198.51.100.7") -> bytes:
    """A record of six in the morning and ``at`` seconds."""
    moment = MIDNIGHT + MORNING + at
    return record(
        {
            "Acct-Status-Type": status,
            "Acct-Session-Id": f'"{session}"',
            "User-Name": f'"user{session}"' if address else None,
            "Framed-IP-Address": address,
            "Event-Timestamp": str(moment),
            "Timestamp": str(moment + 1),
        }
    )


def test_radius_sessions_end_by_their_stop_or_by_the_restart_of_their_nas(logs: LogService) -> None:
    """Each is told twice, as retransmissions are; rows are there once."""
    source(logs, "freeradius-detail", LogKind.AP_AUTH)
    raw = b"".join(
        2 * one
        for one in (
            accounting("Start", 0),
            accounting("Interim-Update", 600),
            accounting("Stop", 900),
            accounting("Start", 1000, "2"),
            accounting("Interim-Update", 1300, "2"),
            accounting("Accounting-On", 1500, address=None),
        )
    )
    logs.ingest(io.BytesIO(raw), "aaa")
    assert asked(logs, LogKind.AP_AUTH)["2026-11-23"] == [
        (MORNING, MORNING + 900, f"{LOGGED}{LOGGED}", "", True),
        (MORNING + 1000, MORNING + 1500, f"{LOGGED}{RESTART}", "", False),
    ]


def test_a_compressed_file_is_read_and_one_cut_short_is_refused_as_a_whole(logs: LogService) -> None:
    """Nothing of half a file is taken in."""
    source(logs, "freeradius-detail", LogKind.AP_AUTH)
    whole = gzip.compress(b"".join(accounting(word, at) for word, at in (("Start", 0), ("Stop", 60))))
    with pytest.raises(InputTruncated):
        logs.ingest(io.BytesIO(whole[:-20]), "aaa")
    assert asked(logs, LogKind.AP_AUTH) == {}
    assert logs.ingest(io.BytesIO(whole), "aaa").events == 2


def test_a_lease_is_its_clients_until_it_ends(logs: LogService) -> None:
    """Though nobody speaks of it again; what is renewed is one row."""
    source(logs, "kea-csv", LogKind.AP_DHCP, limit_means="lease")
    head = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n"
    rows = [
        f"{address},02:00:5e:10:00:01,,600,{MIDNIGHT + MORNING + at + 600},1,0,0,,0,\n"
        for address, at in (("192.0.2.9", 0), ("192.0.2.9", 300), ("192.0.2.10", 7200))
    ]
    logs.ingest(io.BytesIO((head + "".join(rows)).encode()), "aaa")
    first = asked(logs, LogKind.AP_DHCP)["2026-11-23"][0]
    assert first == (MORNING, MORNING + 900, f"{LOGGED}{int(Known.LIMIT)}", "", True)


def test_a_log_in_is_a_moment(logs: LogService) -> None:
    """With nothing before or after it."""
    source(logs, "apache", LogKind.CP_LOGIN, rules=RULES[:1])
    raw = line(port="-").replace(" -\n", "\n").replace("18:15:00", "06:00:00")
    done = logs.ingest(io.BytesIO(raw.encode()), "aaa")
    assert done.ignored == {"port_not_logged": 1}
    assert asked(logs, LogKind.CP_LOGIN)["2026-11-23"] == [(MORNING, MORNING, f"{LOGGED}{POINT}", "", True)]
