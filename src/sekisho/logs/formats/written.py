"""Which kinds of log a format's rows are of, by the settings of its source.

A source is declared for one kind, and many formats tell of others: RADIUS accounting of translations, a web server's
log of whatever its rules say. What is read for a question, what is lacking in an answer and what a purge forgets go by
all of them. Settings that the format would refuse aren't refused here, they say nothing: a source's are seen to be good
when it is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from sekisho.logs.formats.errors import LineFormatRefused
from sekisho.logs.kinds import LogKind

Kinds = frozenset[LogKind]
NOTHING: Final[Kinds] = frozenset()


def kinds_written(format_: str, settings: Mapping[str, Any]) -> Kinds:
    """The kinds that rows of ``format_`` may be of; empty where the format doesn't say, and is taken to write what its
    source is declared for."""
    told = _WRITTEN.get(format_.replace("_", "-"), NOTHING)
    return told(settings) if callable(told) else told


def _accounting(settings: Mapping[str, Any]) -> Kinds:
    sessions = frozenset({LogKind.AP_AUTH})
    return sessions if settings.get("nat", True) is False else sessions | _NAT


def _mapped(settings: Mapping[str, Any]) -> Kinds:
    return _known([settings.get("kind")])


def _ruled(settings: Mapping[str, Any]) -> Kinds:
    rules = settings.get("rules")
    listed = rules if isinstance(rules, list) else []
    return _known(rule.get("kind") for rule in listed if isinstance(rule, Mapping))


def _templated(settings: Mapping[str, Any]) -> Kinds:
    text = settings.get("template")
    return _kind_of_template(text) if isinstance(text, str) else NOTHING


@lru_cache(maxsize=64)
def _kind_of_template(text: str) -> Kinds:
    # Reading templates takes modules that import sources themselves, and most sources have none.
    from sekisho.logs.formats import shapes  # noqa: PLC0415 - as said above

    try:
        return frozenset({shapes.load(text, "template").kind})
    except LineFormatRefused:
        return NOTHING


def _known(names: Iterable[object]) -> Kinds:
    values = {kind.value: kind for kind in LogKind}
    return frozenset(values[name] for name in names if isinstance(name, str) and name in values)


_NAT: Final = frozenset({LogKind.AP_NAT})
_LEASES: Final = frozenset({LogKind.AP_DHCP})
_WRITTEN: Final[Mapping[str, Kinds | Callable[[Mapping[str, Any]], Kinds]]] = {
    "juniper-pba": _NAT,
    "juniper-softwire": _NAT,
    "cisco-xr": _NAT,
    "a10-ascii": _NAT,
    "a10-cef": _NAT,
    "f5-lsn": _NAT,
    "nfware": _NAT,
    "sixwind": _NAT,
    "mikrotik": _NAT,
    "conntrack": _NAT,
    "fortinet": _NAT,
    "citrix-compact": _NAT,
    "ipfix": _NAT,
    "freeradius-detail": _accounting,
    "radius": _accounting,
    "radacct": frozenset({LogKind.AP_AUTH}),
    "kea-csv": _LEASES,
    "kea-legal": _LEASES,
    "dhcpd-leases": _LEASES,
    "apache": _ruled,
    "nginx": _ruled,
    "jsonl": _mapped,
    "parquet": _mapped,
    "template": _templated,
}
"""By the format's name, words joined by hyphens."""
