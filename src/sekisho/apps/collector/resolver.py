"""What a host's name is an alias of (CNAME, RFC 1034 3.6.2): a tracker may hide behind the operator's own name.

DNS is asked only where the operator says so: a :class:`SystemResolver` tells the operator's resolver which names are
looked at. Without one, hidden aliases stay unknown, and the reading says that this wasn't measured.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Final, Protocol

MAX_ALIASES: Final = 16
"""Aliases kept of one name: resolvers give up earlier (RFC 1034 3.6.2 discourages chains at all)."""


class Resolver(Protocol):
    """Answers what a name is an alias of."""

    def aliases(self, host: str) -> tuple[str, ...] | None:
        """Names that ``host`` is a CNAME of, one after another; empty for none, ``None`` where it isn't known."""


class NoResolver:
    """Asks nobody: no alias is known."""

    def aliases(self, host: str) -> tuple[str, ...] | None:  # noqa: ARG002  asks nothing about any host
        """Not known."""
        return None


class FixedResolver:
    """Answers from a list: a recorded zone, or a test's."""

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        """``names`` are the aliases of each host; a host that isn't among them has none."""
        self._names = dict(names)

    def aliases(self, host: str) -> tuple[str, ...] | None:
        """The listed aliases."""
        return self._names.get(host, ())[:MAX_ALIASES]


class SystemResolver:
    """Asks the machine's resolver. Blocks for as long as that waits; the collector asks in a thread and gives up."""

    def aliases(self, host: str) -> tuple[str, ...] | None:
        """The chain as far as the resolver tells it; its order is the resolver's."""
        try:
            canonical, others, _ = socket.gethostbyname_ex(host)
        except (OSError, UnicodeError):
            return None
        chain = [each.rstrip(".").lower() for each in (*others, canonical)]
        return tuple(dict.fromkeys(each for each in chain if each != host))[:MAX_ALIASES]
