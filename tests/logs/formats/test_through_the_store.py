"""Files of accounting, leases and log-ins on their whole way into the store: what the rows say in the end."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest

from sekisho.logs.errors import InputTruncated
from sekisho.logs.framing import RAW_KEPT
from sekisho.logs.health import Gap
from sekisho.logs.kinds import LogKind
from sekisho.logs.policy_errors import NoPolicy
from sekisho.logs.rows import Known
from sekisho.logs.service import LogService
from sekisho.logs.sources import SourceSpec
from sekisho.workspace import Workspace
from tests.logs.conftest import MIDNIGHT, asked, files_of
from tests.logs.declared import declare
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


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_records_of_many_lines_are_counted_and_quarantined_whole(logs: LogService, end: bytes) -> None:
    """In a file of megabytes, whichever way its lines end: what isn't believed is kept up to its empty line."""
    source(logs, "freeradius-detail", LogKind.AP_AUTH)
    ahead = accounting("Start", 86_400, "ahead").replace(b"\n", end)
    filled = accounting("Start", 0, "x" * 60).replace(b"\n", end)
    count = 1_300_000 // len(filled)
    done = logs.ingest(io.BytesIO(filled * count + ahead + accounting("Stop", 9).replace(b"\n", end)), "aaa")
    assert (done.records, done.events, done.quarantined) == (count + 2, count + 2, {"in_the_future": 1})
    (kept,) = logs.quarantined(done.id)
    assert kept.record == (filled * count).count(b"\n") + 1
    assert kept.raw == ahead.removesuffix(end * 2)


def test_what_is_kept_of_an_endless_record_is_bounded(logs: LogService) -> None:
    """Its beginning; it is one record."""
    source(logs, "freeradius-detail", LogKind.AP_AUTH)
    long = accounting("Start", 86_400).removesuffix(b"\n") + b"\tReply-Message = \"" + b"x" * 900 + b"\"\n"
    long += 100 * (b"\tClass = 0x" + b"00" * 400 + b"\n") + b"\n"
    done = logs.ingest(io.BytesIO(long + accounting("Start", 0)), "aaa")
    assert (done.records, done.quarantined) == (2, {"in_the_future": 1})
    (kept,) = logs.quarantined(done.id)
    assert kept.raw == long[:RAW_KEPT]


TRANSLATED = record(
    {"Event-Timestamp": str(MIDNIGHT + MORNING), "Timestamp": str(MIDNIGHT + MORNING + 1)},
    more=['Nat-Port-Range = "203.0.113.4 1024..2047"'],
)


def apart(logs: LogService, workspace: Workspace, *kinds: LogKind) -> None:
    """Declare the source ``aaa`` of a service that has policies for ``kinds`` only."""
    for kind in kinds:
        declare(workspace, kind=kind.value, service="dsl")
    spec = SourceSpec("aaa", "関所通信", "dsl", LogKind.AP_AUTH, "freeradius-detail")
    logs.add_source(spec, by="admin")


def test_a_file_that_tells_of_a_kind_without_a_policy_is_refused(logs: LogService, workspace: Workspace) -> None:
    """Nothing of it is kept, so that it can be given again under a policy; a restart alone is of no kind."""
    apart(logs, workspace, LogKind.AP_AUTH)
    raw = accounting("Start", 0) + TRANSLATED
    with pytest.raises(NoPolicy, match=r"ap\.nat"):
        logs.ingest(io.BytesIO(raw), "aaa")
    assert files_of(workspace) == []
    restarted = accounting("Start", 0) + accounting("Accounting-On", 60, address=None)
    assert logs.ingest(io.BytesIO(restarted), "aaa").rows == 1
    declare(workspace, kind="ap.nat", service="dsl")
    assert logs.ingest(io.BytesIO(raw), "aaa").refused == {}
    assert len(asked(logs, LogKind.AP_NAT)["2026-11-23"]) == 1


def test_what_arrives_of_a_kind_without_a_policy_is_counted_and_dropped(
    logs: LogService, workspace: Workspace
) -> None:
    """What was received comes once: the other kind's rows are kept, and health counts what was refused as a loss."""
    apart(logs, workspace, LogKind.AP_AUTH)
    with logs.spool("aaa") as spool:
        spool.append(TRANSLATED, received=(MIDNIGHT + MORNING + 2) * 1_000_000)
    (done,) = logs.drain("aaa")
    assert (done.events, done.refused) == (2, {"no_policy": 1})
    assert len(asked(logs, LogKind.AP_AUTH)["2026-11-23"]) == 1
    assert asked(logs, LogKind.AP_NAT) == {}
    (health,) = (one for one in logs.health() if one.name == "aaa")
    moment = (MIDNIGHT + MORNING) * 1_000_000
    assert (health.refused, health.gaps) == (1, (Gap(moment, moment + 1, "no_policy"),))
