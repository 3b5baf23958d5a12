"""Which trunk a request came in by: its source address, looked up in a table. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from sekisho.calls.screening.call import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """One trunk. ``id`` is that of its agreement.

    ``verifies``: the other side checks signatures and says so (``verstat``, 3GPP TS 24.229 §7.2A.20).
    ``emergency_callbacks``: it sets ``Priority: psap-callback`` (RFC 7090) itself and lets no caller set it.
    ``roaming_header``: the header, lower case, in which it says what the home network answered (``proven``,
    ``refuted``). Each is believed because the agreement says so, never because a message does.
    """

    id: str
    direction: Direction
    verifies: bool = False
    emergency_callbacks: bool = False
    roaming_header: str | None = None


class TrunkTableRefused(ValueError):
    """A table of trunks that can't be used; the message names the entry and what is wrong with it."""


class TrunkTable:
    """Trunks by source address; of several prefixes that hold it the longest counts."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """``entries`` are ``{"id", "direction", "addresses": [address or prefix, …]}`` with what :class:`Trunk` has
        besides. Raises :class:`TrunkTableRefused`."""
        self._by_length: dict[tuple[int, int], dict[int, Trunk]] = {}
        self._known: dict[str, Trunk | None] = {}
        for place, entry in enumerate(entries):
            try:
                trunk, networks = _trunk(entry)
            except (KeyError, TypeError, ValueError) as error:
                raise TrunkTableRefused(f"trunk {place + 1}: {error}") from None
            for network in networks:
                length = network.prefixlen
                row = self._by_length.setdefault((network.version, length), {})
                if row.setdefault(int(network.network_address), trunk) is not trunk:
                    raise TrunkTableRefused(f"trunk {place + 1}: {network} is another trunk's")

    def find(self, source: str) -> Trunk | None:
        """The trunk of a source address, or ``None``."""
        if source in self._known:
            return self._known[source]
        try:
            address = ip_address(source)
        except ValueError:
            return None
        bits, number, found = address.max_prefixlen, int(address), None
        for version, length in sorted(self._by_length, reverse=True):
            if version == address.version:
                found = self._by_length[version, length].get(number >> (bits - length) << (bits - length))
                if found is not None:
                    break
        if len(self._known) < 10_000:  # of a flood of made-up sources no more are remembered
            self._known[source] = found
        return found


def _trunk(entry: Mapping[str, Any]) -> tuple[Trunk, list[Any]]:
    known = {"id", "direction", "addresses", "verifies", "emergency_callbacks", "roaming_header"}
    if unknown := set(entry) - known:
        raise ValueError(f"unknown {', '.join(sorted(unknown))}")
    name, header = entry["id"], entry.get("roaming_header")
    if not isinstance(name, str) or not 0 < len(name) <= 100:
        raise ValueError("id is a text of 1 to 100 characters")
    if header is not None and (not isinstance(header, str) or not re.fullmatch(r"[A-Za-z0-9-]{1,64}", header)):
        raise ValueError("roaming_header is the name of a header")
    flags = {key: entry.get(key, False) for key in ("verifies", "emergency_callbacks")}
    if not all(isinstance(value, bool) for value in flags.values()):
        raise ValueError("verifies and emergency_callbacks are true or false")
    networks = [ip_network(text) for text in entry["addresses"]]
    if not networks:
        raise ValueError("no addresses")
    return Trunk(
        id=name,
        direction=Direction(entry["direction"]),
        verifies=flags["verifies"],
        emergency_callbacks=flags["emergency_callbacks"],
        roaming_header=None if header is None else header.lower(),
    ), networks
