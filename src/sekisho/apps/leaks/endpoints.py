"""Which name carries what at the addresses of known trackers, as TrackHAR's adapters (CC0-1.0) have it.

At such an address the name tells by itself what a value is; whether a value of that kind really stands there is asked
as far as its form shows. Names that two adapters of one tracker use for different things aren't taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from ipaddress import ip_address
from typing import Final

import orjson

from sekisho.apps.leaks.values import is_nil

SOURCE: Final = "TrackHAR 1.0.0"
_IDENTIFIERS: Final = frozenset({"advertising_id", "device_id", "cookie_id"})
_SHORTEST: Final = 8
"""Characters of an identifier that can single somebody out; shorter ones are counters and flags."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One tracker's addresses: exact hosts, and names that stand for all below them, with information by name."""

    tracker: str
    names: Mapping[str, str]


@cache
def _endpoints() -> Mapping[str, Endpoint]:
    text = (resources.files("sekisho.apps.leaks") / "trackhar.json").read_bytes()
    found: dict[str, Endpoint] = {}
    for tracker, hosts, items in orjson.loads(text)["endpoints"]:
        endpoint = Endpoint(tracker, {name: item for item, names in items.items() for name in names})
        for host in hosts:
            found[host] = endpoint
    return found


def endpoint_of(host: str) -> Endpoint | None:
    """The tracker whose address this host is, or ``None``."""
    known = _endpoints()
    found = known.get(host)
    while found is None and "." in host:
        host = host.partition(".")[2]
        found = known.get(f"*.{host}")
    return found


def told(host: str, name: str, value: str, *, cookie: bool) -> str | None:
    """The information that ``value`` is under ``name`` at ``host``, as a slug; ``None`` where no adapter says so or the
    value can't be that. A stored identifier in a cookie is one, whatever it is called."""
    endpoint = endpoint_of(host)
    item = None if endpoint is None else endpoint.names.get(name)
    if item is None or is_nil(value) or not value:
        return None
    if item in _IDENTIFIERS:
        if len(value) < _SHORTEST:
            return None
        return "cookie_id" if cookie else item
    if item == "ip_address":
        try:
            ip_address(value)
        except ValueError:
            return None
    return item
