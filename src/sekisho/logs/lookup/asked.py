"""What somebody asks, read from what they wrote. Pure: times have an offset or are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from sekisho.clock import JAPAN
from sekisho.logs.intervals.days import microseconds, sayable
from sekisho.logs.lookup.errors import QuestionRefused
from sekisho.logs.mapped import plain_address

MAX_WITHIN: Final = 3_600_000_000
"""Microseconds of margin at most: an hour to either side. A house limit: beyond, nobody knows what they ask."""
DEFAULT_WITHIN: Final = 2_000_000
"""Microseconds of margin to either side where none is named: the clocks of those who ask are off by as much."""

PROTOCOLS: Final = {"icmp": 1, "tcp": 6, "udp": 17, "dccp": 33, "icmpv6": 58, "sctp": 132}
"""Names of IANA's protocol numbers."""

_DURATION = re.compile(r"(\d{1,9})(?:\.(\d{1,6}))?(us|ms|s|m|h)?", re.ASCII)
_SCALE = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: who had ``address`` and ``port`` at ``at``, give or take ``within`` (UTC microseconds both).

    ``port`` None asks for every port, ``protocol`` None for every protocol.
    """

    address: IPv4Address | IPv6Address
    port: int | None
    at: int
    within: int = DEFAULT_WITHIN
    protocol: int | None = None
    destination: IPv4Address | IPv6Address | None = None
    destination_port: int | None = None

    @property
    def begin(self) -> int:
        """The first microsecond asked about, before any clock's uncertainty."""
        return self.at - self.within

    @property
    def end(self) -> int:
        """The last microsecond asked about, and one."""
        return self.at + self.within + 1


def read_asked(
    address: str,
    port: str | int | None,
    time: str,
    *,
    within: str | None = None,
    protocol: str | int | None = None,
    destination: str | None = None,
    destination_port: str | int | None = None,
) -> Asked:
    """A question from texts. Raises ``QuestionRefused``, naming the field; values are never repeated."""
    return Asked(
        read_address(address, "address"),
        None if port in (None, "") else read_port(port, "port"),
        read_time(time),
        DEFAULT_WITHIN if within in (None, "") else read_within(within),
        None if protocol in (None, "") else read_protocol(protocol),
        None if destination in (None, "") else read_address(destination, "destination"),
        None if destination_port in (None, "") else read_port(destination_port, "destination_port"),
    )


def read_address(written: object, field: str) -> IPv4Address | IPv6Address:
    """An address; IPv4 written inside IPv6 (``::ffff:203.0.113.5``) is the IPv4 one."""
    try:
        found = ip_address(str(written).strip())
    except ValueError:
        raise QuestionRefused(field=field, problem="an IPv4 or IPv6 address, such as 203.0.113.5") from None
    if isinstance(found, IPv6Address) and found.scope_id is not None:
        raise QuestionRefused(field=field, problem="an address without a zone")
    return plain_address(found)


def read_port(written: object, field: str) -> int:
    """A port from 0 to 65535 (0 and ICMP identifiers are asked as such)."""
    text = str(written).strip()
    if not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII) or int(text) > 65_535:
        raise QuestionRefused(field=field, problem="0 to 65535")
    return int(text)


def read_time(written: object, field: str = "time") -> int:
    """A moment in UTC microseconds. A time without an offset is refused: nine hours name another person."""
    try:
        found = datetime.fromisoformat(str(written).strip())
    except ValueError:
        raise QuestionRefused(field=field, problem="a time such as 2026-11-20T12:34:56+09:00") from None
    if found.tzinfo is None:
        raise QuestionRefused(
            field=field, problem="a time with its offset: +09:00 for Japan time, Z for UTC; ask whoever wrote it"
        )
    if not sayable(found):
        raise QuestionRefused(field=field, problem="a time from 1970 to 2199")
    return microseconds(found)


def read_within(written: object) -> int:
    """A margin in microseconds, from ``2s``, ``500ms``, ``1.5s``, ``1m``; a bare number is seconds."""
    matched = _DURATION.fullmatch(str(written).strip())
    if matched is None:
        raise QuestionRefused(field="within", problem="a time such as 2s, 500ms or 1m")
    whole, part, unit = matched.groups()
    scale = _SCALE[unit or "s"]
    found = int(whole) * scale + (int(part) * scale // 10 ** len(part) if part else 0)
    if found > MAX_WITHIN:
        raise QuestionRefused(field="within", problem="an hour at most")
    return found


def read_protocol(written: object) -> int:
    """IANA's number, from a name (``tcp``) or the number itself."""
    text = str(written).strip().lower()
    if text in PROTOCOLS:
        return PROTOCOLS[text]
    if re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) and 0 < int(text) < 256:
        return int(text)
    raise QuestionRefused(field="protocol", problem=f"{', '.join(PROTOCOLS)} or a number from 1 to 255")


def japan_text(moment: int) -> str:
    """UTC microseconds as Japan time with its offset, for people and machines alike."""
    begin = datetime(1970, 1, 1, 9, tzinfo=JAPAN)
    return (begin + timedelta(microseconds=moment)).isoformat()
