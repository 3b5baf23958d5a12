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
    "template": ("sekisho.logs.formats.cgnat:operators_own", "an operator's own lines, by a file of templates"),
}
"""Name to ``module:function`` and one line about it. Each family of formats has its lines here."""


def formats() -> Mapping[str, str]:
    """Every format with one line about it, in the order of their names."""
    return {name: about for name, (_, about) in sorted(_FORMATS.items())}


def require(name: str) -> str:
    """``name`` if there is such a format. Raises ``UnknownFormat``."""
    if name not in _FORMATS:
        raise UnknownFormat(format=name[:100], known=", ".join(sorted(_FORMATS)))
    return name


def make_reader(name: str, settings: Mapping[str, Any]) -> Reader:
    """A fresh reader. Raises ``UnknownFormat``, and what the format raises for its settings."""
    module, _, function = _FORMATS[require(name)][0].partition(":")
    factory: Factory = getattr(import_module(module), function)
    return factory(settings)
