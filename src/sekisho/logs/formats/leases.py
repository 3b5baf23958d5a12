"""What the readers of DHCP servers' own records share: who held an address last, as far as this input told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekisho.logs.events import Action
from sekisho.logs.formats.errors import FormatSettingRefused
from sekisho.logs.formats.single import Net

REMEMBERED: Final = 1_000_000
"""Addresses whose holder is remembered; beyond that it starts anew, and a renewal is then told as a start."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who held an address and until when (seconds since 1970)."""

    subject: str
    expire: int


class Leases:
    """The last lease of each address of one input."""

    def __init__(self) -> None:
        """None yet."""
        self._held: dict[Net, Lease] = {}

    def given(self, address: Net, lease: Lease, at: int) -> Action:
        """Note a lease given at ``at`` (seconds): a renewal, if the same client's last one was still running."""
        if len(self._held) >= REMEMBERED:
            self._held.clear()
        before = self._held.get(address)
        self._held[address] = lease
        same = before is not None and before.subject == lease.subject and at <= before.expire
        return Action.INTERIM if same else Action.START

    def ended(self, address: Net) -> Lease | None:
        """Forget the lease of an address; it, if it is known."""
        return self._held.pop(address, None)


def require_lease(settings: Mapping[str, Any]) -> None:
    """Raise ``FormatSettingRefused`` unless the source declares what a lease's length means.

    Without that word a limit is the longest duration of a source that logs only starts, and no lease is held.
    """
    if settings.get("limit_means") not in ("lease", "at_most"):
        problem = "declare lease (the address is the client's until then) or at_most (releases may have been lost)"
        raise FormatSettingRefused(field="limit_means", problem=problem)
