"""Made-up logs of two hours of the day before yesterday, as an address translator and a RADIUS server write them, with
addresses of RFC 2544.

Line 19 has a port block from 11:00 to 11:40; another block changes hands within one minute at 11:20, so that nobody can
say whose it was "at 11:20". Everybody else is there so that both sources are heard throughout.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

HEARD: Final = timedelta(seconds=30)
"""How often somebody else's record comes."""
LINES: Final = (19, 43, 77)
"""The lines that the made-up requests lead to."""

REGISTER: Final = (
    "contract,line,phone,email,valid_from,valid_to,氏名,住所\n"
    "C-19,line-0019@hikari.example.jp,090-0000-0019,nineteen@example.jp,{since},,架空 十九,関所市霞19-1\n"
    "C-43,line-0043@hikari.example.jp,090-0000-0043,fortythree@example.jp,{since},,架空 四三,関所市霞43-1\n"
    "C-77,line-0077@hikari.example.jp,090-0000-0077,seventyseven@example.jp,{since},,架空 七七,関所市霞77-1\n"
)
"""The register of contractors, from a day ``since`` on."""


def nat_log(noon: datetime) -> bytes:
    """Juniper's port block allocation as syslog, from an hour and a half before ``noon`` (aware) to half past."""
    events: list[tuple[datetime, str, str, str, int]] = []
    for number, at in enumerate(_ticks(noon)):
        host, low = f"198.19.9.{number % 200 + 1}", 1024 + 256 * (number % 100)
        events += [
            (at, "ALLOC", host, "198.18.0.9", low),
            (at + timedelta(seconds=20), "RELEASE", host, "198.18.0.9", low),
        ]
    begin = noon - timedelta(hours=1)
    for start, end, host, address, low in (
        (timedelta(seconds=11), timedelta(minutes=40), "198.19.0.19", "198.18.0.2", 7424),
        (timedelta(minutes=10), timedelta(minutes=20, seconds=12), "198.19.0.43", "198.18.0.3", 12800),
        (timedelta(minutes=20, seconds=40), timedelta(minutes=30), "198.19.0.77", "198.18.0.3", 12800),
    ):
        events += [(begin + start, "ALLOC", host, address, low), (begin + end, "RELEASE", host, address, low)]
    return "".join(_nat(*one) for one in sorted(events)).encode()


def radius_log(noon: datetime) -> bytes:
    """RADIUS accounting as FreeRADIUS writes it, of the same time."""
    events: list[tuple[datetime, str, str, str]] = []
    for number, at in enumerate(_ticks(noon)):
        line = f"line-9{number % 200:03}@hikari.example.jp"
        address = f"198.19.9.{number % 200 + 1}"
        events += [(at, "Start", line, address), (at + timedelta(seconds=20), "Stop", line, address)]
    for line_number in LINES:
        line, address = f"line-{line_number:04}@hikari.example.jp", f"198.19.0.{line_number}"
        events += [
            (noon - timedelta(minutes=85), "Start", line, address),
            (noon + timedelta(minutes=25), "Stop", line, address),
        ]
    sessions: dict[str, int] = {}
    made = []
    for number, (at, status, line, address) in enumerate(sorted(events)):
        if status == "Start":
            sessions[line] = number
        made.append(_radius(at, status, line, address, sessions[line]))
    return "\n".join(made).encode()


def _ticks(noon: datetime) -> list[datetime]:
    begin = noon - timedelta(minutes=90)
    return [begin + HEARD * number for number in range(240)]


def _nat(at: datetime, what: str, host: str, address: str, low: int) -> str:
    return (
        f"{at:%b} {at.day:2d} {at:%H:%M:%S} demo-cgn RT_NAT: RT_SRC_NAT_PBA_{what} "
        f'[internal-ip="{host}" block-used="1" block-max-per-host="4" block-port-low="{low}" '
        f'block-port-high="{low + 255}" reflexive-ip="{address}" nat-pool-name="pool-1" logical-system-id="0" '
        f'epoch-time-64="{int(at.timestamp()):x}"]\n'
    )


def _radius(at: datetime, status: str, line: str, address: str, session: int) -> str:
    return (
        f"{at:%a %b} {at.day} {at:%H:%M:%S %Y}\n"
        f'\tUser-Name = "{line}"\n'
        f"\tAcct-Status-Type = {status}\n"
        f'\tAcct-Unique-Session-Id = "{session:016x}"\n'
        "\tNAS-IP-Address = 198.51.100.1\n"
        f"\tFramed-IP-Address = {address}\n"
        f'\tEvent-Timestamp = "{at:%b} {at.day} {at:%Y %H:%M:%S} JST"\n'
        f"\tTimestamp = {int(at.timestamp())}\n"
    )
