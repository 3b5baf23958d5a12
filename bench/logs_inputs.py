"""Logs of a made-up network, as many as are wanted, from documented parameters: what :mod:`bench.logs_ingest` takes in.

All of one Japan day. Public addresses are from 198.18.0.0/15 (RFC 2544), inside ones from 100.64.0.0/10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import IPv4Address
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sekisho.clock import JAPAN
from sekisho.logs.intervals.days import begin_of

DAY: Final = date(2026, 11, 20)
BEGIN: Final = begin_of(DAY) // 1_000_000
"""The day's first second."""
SECONDS: Final = 86_400
PUBLIC, INSIDE = int(IPv4Address("198.18.0.0")), int(IPv4Address("100.64.0.0"))

HELD_SECONDS, FREE_SECONDS = 2_200, 300
"""How long a port block is held and how long it is nobody's then, on average (exponential both)."""
BLOCK_PORTS, BLOCKS, FIRST_PORT = 512, 126, 1_024
"""Ports of a block, blocks of a public address."""

INTERIMS, INTERIM_SECONDS = 4, 1_800
"""Interim records of a RADIUS session, and the time between two: one start, four interims, one stop."""
USERS: Final = 50_000

DESTINATIONS, ZIPF = 1_000_000, 1.2
"""Destination addresses, and the exponent by which the more popular ones are visited more often."""
PORTS: Final = {443: 0.86, 80: 0.06, 53: 0.03, 5223: 0.02, 123: 0.01, 8080: 0.01, 3478: 0.01}
"""Destination ports and their shares."""
SESSION_MEDIAN, SESSION_SIGMA = 15.0, 1.6
"""A session's length in seconds: log-normal, so a few are hours long."""
SESSIONS_PER_ADDRESS: Final = 200_000
"""Sessions of one public address in the file: some 1,600 for each of its blocks."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Port blocks in the order of their beginnings, in seconds of the day."""

    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    public: NDArray[np.int64]
    low: NDArray[np.int64]
    inside: NDArray[np.int64]


def blocks(count: int, seed: int) -> Blocks:
    """About ``count`` holdings of blocks that begin and end within the day."""
    rng = np.random.default_rng(seed)
    turns = SECONDS // (HELD_SECONDS + FREE_SECONDS)
    resources = max(count // turns, 1)
    held = np.maximum(rng.exponential(HELD_SECONDS, (resources, turns * 2)), 1.0)
    free = np.maximum(rng.exponential(FREE_SECONDS, (resources, turns * 2)), 1.0)
    ends = np.cumsum(held + free, axis=1) - free + rng.uniform(0, HELD_SECONDS, (resources, 1))
    begins = ends - held
    resource = np.broadcast_to(np.arange(resources)[:, None], ends.shape)
    whole = ends < SECONDS - 1
    begin, end, of = begins[whole].astype(np.int64), ends[whole].astype(np.int64), resource[whole]
    order = np.argsort(begin, kind="stable")
    begin, end, of = begin[order], np.maximum(end[order], begin[order] + 1), of[order]
    inside = rng.integers(0, max(count // 20, 1), len(of))
    low = FIRST_PORT + (of % BLOCKS) * BLOCK_PORTS
    return Blocks(begin, end, PUBLIC + of // BLOCKS, low, INSIDE + inside)


_PBA: Final = (
    "<14>1 2026-11-20T{clock}.000+09:00 cgn-1 RT_NAT - RT_SRC_NAT_PBA_{word} [internal-ip=\"{inside}\" "
    'block-used="1" block-max-per-host="4" block-port-low="{low}" block-port-high="{high}" reflexive-ip="{public}" '
    'nat-pool-name="residential" logical-system-id="0" epoch-time-64="{epoch:x}"]\n'
)


def port_block_lines(count: int, seed: int) -> bytes:
    """About ``count`` lines of a Juniper translator in the order of their times: an allocation and a release each."""
    made = blocks(count // 2, seed)
    both = np.concatenate([made.begin, made.end])
    order = np.argsort(both, kind="stable")
    starts, words = len(made.begin), ("ALLOC", "RELEASE")
    texts: dict[int, str] = {}
    lines = []
    for at in order.tolist():
        of, second = at % starts, int(both[at])
        public, inside, low = int(made.public[of]), int(made.inside[of]), int(made.low[of])
        for number in (public, inside):
            if number not in texts:
                texts[number] = str(IPv4Address(number))
        lines.append(
            _PBA.format(
                clock=_clock(second),
                word=words[at >= starts],
                inside=texts[inside],
                low=low,
                high=low + BLOCK_PORTS - 1,
                public=texts[public],
                epoch=BEGIN + second,
            )
        )
    return "".join(lines).encode()


_DETAIL: Final = """\
{header}
\tUser-Name = "{user}@example.jp"
\tNAS-IP-Address = 192.0.2.{nas}
\tNAS-Port = {port}
\tNAS-Port-Type = Ethernet
\tNAS-Port-Id = "lag-1:{port}.100"
\tService-Type = Framed-User
\tFramed-Protocol = PPP
\tFramed-IP-Address = {address}
\tCalling-Station-Id = "02:00:5e:10:{nas:02x}:{short:02x}"
\tAcct-Status-Type = {status}
\tAcct-Delay-Time = 0
\tAcct-Input-Octets = {octets}
\tAcct-Output-Octets = {more}
\tAcct-Session-Id = "{session:08X}"
\tAcct-Authentic = RADIUS
\tAcct-Session-Time = {lasted}
\tEvent-Timestamp = "{event}"
\tAcct-Unique-Session-Id = "{unique:032x}"
\tTimestamp = {epoch}

"""


def radius_records(count: int, seed: int) -> bytes:
    """About ``count`` records of a FreeRADIUS detail file in the order of their times."""
    rng = np.random.default_rng(seed)
    sessions = max(count // (INTERIMS + 2), 1)
    length = (INTERIMS + 1) * INTERIM_SECONDS
    begin = rng.integers(0, SECONDS - length, sessions)
    user = rng.integers(0, USERS, sessions)
    unique = [int.from_bytes(rng.bytes(16), "big") for _ in range(sessions)]
    step = np.arange(INTERIMS + 2) * INTERIM_SECONDS
    moments = (begin[:, None] + step[None, :]).ravel()
    words = ["Start", *["Interim-Update"] * INTERIMS, "Stop"]
    headers = [_headers(second) for second in range(SECONDS)]
    lines = []
    for at in np.argsort(moments, kind="stable").tolist():
        of, number = divmod(at, INTERIMS + 2)
        second, who = int(moments[at]), int(user[of])
        header, event = headers[second]
        lines.append(
            _DETAIL.format(
                header=header,
                user=f"user{who:06d}",
                nas=who % 8 + 1,
                port=who % 4096,
                short=who % 256,
                address=IPv4Address(PUBLIC + of),
                status=words[number],
                octets=second * 1000,
                more=second * 9000,
                session=of,
                lasted=number * INTERIM_SECONDS,
                event=event,
                unique=unique[of],
                epoch=BEGIN + second + 1,
            )
        )
    return "".join(lines).encode()


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def _headers(second: int) -> tuple[str, str]:
    local = datetime.fromtimestamp(BEGIN + second, JAPAN)
    return f"{local:%a %b %e %H:%M:%S %Y}", f"{local:%b %e %Y %H:%M:%S} JST"


def sessions(count: int, seed: int) -> pa.Table:
    """``count`` translated sessions with their destinations, one row each; times in seconds, as syslog tells them."""
    rng = np.random.default_rng(seed)
    rank = np.arange(1, DESTINATIONS + 1, dtype=np.float64) ** -ZIPF
    popular = np.cumsum(rank / rank.sum())
    # Which address is how popular has nothing to do with its number.
    numbers = rng.permutation(np.arange(DESTINATIONS, dtype=np.uint32)) * np.uint32(2_203) + np.uint32(0x10000000)
    destination = numbers[np.minimum(np.searchsorted(popular, rng.random(count)), DESTINATIONS - 1)]
    address = rng.integers(0, max(count // SESSIONS_PER_ADDRESS, 1), count)
    port = rng.integers(FIRST_PORT, 65_536, count)
    block = (port - FIRST_PORT) // BLOCK_PORTS
    length = np.clip(rng.lognormal(np.log(SESSION_MEDIAN), SESSION_SIGMA, count), 0, 7_200)
    begin = BEGIN + rng.uniform(0, SECONDS - 7_200, count)
    columns: dict[str, Any] = {
        "begin": begin.astype(np.int64),
        "end": (begin + length).astype(np.int64),
        "public": (PUBLIC + address).astype(np.uint32),
        "port": port.astype(np.int32),
        "private": (INSIDE + address * BLOCKS + block).astype(np.uint32),
        "destination": destination,
        "destination_port": rng.choice(np.array(list(PORTS), np.int32), count, p=list(PORTS.values())),
        "proto": np.where(rng.random(count) < 0.7, 6, 17).astype(np.uint8),
    }
    return pa.table(columns)


SESSION_SETTINGS: Final[dict[str, Any]] = {
    "kind": "ap.nat",
    "fields": {
        "time": "end",
        "start": "begin",
        "address": "public",
        "port": "port",
        "inside": "private",
        "destination": "destination",
        "destination_port": "destination_port",
        "protocol": "proto",
    },
    "action": "whole",
}
"""How the file of sessions is mapped."""


def session_file(count: int, seed: int) -> bytes:
    """A Parquet file of sessions."""
    sink = pa.BufferOutputStream()
    pq.write_table(sessions(count, seed), sink, row_group_size=1 << 18)
    return sink.getvalue().to_pybytes()
