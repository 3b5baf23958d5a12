"""Formats by name. Each is imported when it is first used, so that a small command starts fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from sekisho.logs.errors import UnknownFormat
from sekisho.logs.formats.reader import Reader

Factory = Callable[[Mapping[str, Any]], Reader]
"""Makes a reader from the source's settings; raises ``InputRefused`` for settings it can't read by."""

_FORMATS: Final[dict[str, tuple[str, str]]] = {
    "juniper_pba": ("sekisho.logs.formats.cgnat:juniper_pba", "Juniper MX-SPC3, SRX: port blocks (RT_SRC_NAT_PBA)"),
    "juniper_softwire": ("sekisho.logs.formats.cgnat:juniper_softwire", "Juniper MS-MIC, MS-MPC: blocks, DS-Lite too"),
    "cisco_xr": ("sekisho.logs.formats.cgnat:cisco_xr", "Cisco IOS XR CGN: blocks and sessions"),
    "a10_ascii": ("sekisho.logs.formats.cgnat:a10_ascii", "A10 Thunder: ASCII logs, fixed NAT"),
    "a10_cef": ("sekisho.logs.formats.cgnat:a10_cef", "A10 Thunder: CEF"),
    "f5_lsn": ("sekisho.logs.formats.cgnat:f5_lsn", "F5 BIG-IP CGNAT: LSN sessions"),
    "nfware": ("sekisho.logs.formats.cgnat:nfware", "NFWare vCGNAT"),
    "sixwind": ("sekisho.logs.formats.cgnat:sixwind", "6WIND: port blocks"),
    "mikrotik": ("sekisho.logs.formats.cgnat:mikrotik", "MikroTik RouterOS: firewall log, starts only"),
    "conntrack": ("sekisho.logs.formats.cgnat:conntrack", "Linux conntrack events (VyOS and others)"),
    "fortinet": ("sekisho.logs.formats.cgnat:fortinet", "Fortinet FortiGate: port blocks and sessions"),
    "citrix_compact": ("sekisho.logs.formats.cgnat:citrix_compact", "Citrix ADC large-scale NAT: compact logs"),
    "freeradius-detail": ("sekisho.logs.formats.radius_detail:reader", "FreeRADIUS 3 and 4: detail files"),
    "radacct": ("sekisho.logs.formats.radacct:reader", "FreeRADIUS: the radacct table as CSV"),
    "kea-csv": ("sekisho.logs.formats.kea:journal", "Kea DHCP: the lease file (memfile), as a journal"),
    "kea-legal": ("sekisho.logs.formats.kea:legal", "Kea DHCP: the legal log, and DHCP4_LEASE_ALLOC lines"),
    "dhcpd-leases": ("sekisho.logs.formats.dhcpd:reader", "ISC dhcpd: dhcpd.leases, dhcpd6.leases"),
    "apache": ("sekisho.logs.formats.weblog:apache", "Apache HTTP Server: access log, by its LogFormat"),
    "nginx": ("sekisho.logs.formats.weblog:nginx", "nginx: access log, by its log_format"),
    "jsonl": ("sekisho.logs.formats.jsonl:reader", "JSON Lines, by a declared mapping of fields"),
    "parquet": ("sekisho.logs.formats.parquet:reader", "Parquet, by a declared mapping of columns"),
    "ipfix": ("sekisho.logs.formats.ipfix.reader:make", "IPFIX and NetFlow 9 with NAT events (RFC 8158): files, UDP"),
    "radius": ("sekisho.logs.formats.radius.reader:make", "RADIUS accounting as it is received live"),
    "template": ("sekisho.logs.formats.cgnat:operators_own", "an operator's own lines, by a file of templates"),
}
"""Name to ``module:function`` and one line about it. Each family of formats has its lines here."""


def formats() -> Mapping[str, str]:
    """Every format with one line about it, in the order of their names. Words in a name are joined by hyphens."""
    return {_spelt(name): about for name, (_, about) in sorted(_FORMATS.items())}


def require(name: str) -> str:
    """The format's name as it is spelt here (an underscore passes for a hyphen). Raises ``UnknownFormat``."""
    found = _spelt(name)
    if found not in formats():
        raise UnknownFormat(format=name[:100], known=", ".join(formats()))
    return found


def make_reader(name: str, settings: Mapping[str, Any]) -> Reader:
    """A fresh reader. Raises ``UnknownFormat``, and what the format raises for its settings."""
    wanted = require(name)
    place = next(place for known, (place, _) in _FORMATS.items() if _spelt(known) == wanted)
    module, _, function = place.partition(":")
    factory: Factory = getattr(import_module(module), function)
    return factory(settings)


def _spelt(name: str) -> str:
    return name.replace("_", "-")
