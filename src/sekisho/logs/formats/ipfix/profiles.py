"""What a device's records mean, as data: the first profile whose elements a template has is the template's.

RFC 8158 devices say what happened in ``natEvent``; others leave it to be told from which times are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Final

from sekisho.logs.events import Action
from sekisho.logs.formats.ipfix.elements import NAT_SUB_STRING, Element, Key, NatEvent


class Says(Enum):
    """What a template says about what happened."""

    EVENT = "event"
    """An element holds a number with a meaning."""
    TIMES = "times"
    """A flow's end makes it a stop; without one, its start makes it a start."""
    WHOLE = "whole"
    """Each record is a whole flow, from its start to its end."""


class Holds(Enum):
    """What a record is about."""

    SESSION = "session"
    """One port, towards one destination where that is told."""
    BINDING = "binding"
    """One port, towards anybody."""
    ADDRESS = "address"
    """A whole address; one port, where the template names one."""
    BLOCK = "block"
    """A range of ports."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A number's meaning: what happened to what. ``action`` None: nothing that an assignment follows from; then
    ``name`` says what it was, and it is counted under it."""

    action: Action | None
    holds: Holds = Holds.SESSION
    name: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of template."""

    name: str
    needs: frozenset[Key]
    """Elements a template must have, to be of this profile."""
    says: Says
    event: Key | None = None
    """The element with the number, for :attr:`Says.EVENT`."""
    meanings: Mapping[int, Meaning] = field(default_factory=lambda: MappingProxyType({}))
    inside_text: Key | None = None
    """A text that ends in ``@`` and the inside address."""


def _pair(create: NatEvent, delete: NatEvent, holds: Holds) -> dict[int, Meaning]:
    return {int(create): Meaning(Action.START, holds), int(delete): Meaning(Action.STOP, holds)}


NAT_EVENTS: Final[Mapping[int, Meaning]] = MappingProxyType({
    **_pair(NatEvent.CREATE, NatEvent.DELETE, Holds.ADDRESS),
    **_pair(NatEvent.NAT44_SESSION_CREATE, NatEvent.NAT44_SESSION_DELETE, Holds.SESSION),
    **_pair(NatEvent.NAT64_SESSION_CREATE, NatEvent.NAT64_SESSION_DELETE, Holds.SESSION),
    **_pair(NatEvent.NAT44_BIB_CREATE, NatEvent.NAT44_BIB_DELETE, Holds.BINDING),
    **_pair(NatEvent.NAT64_BIB_CREATE, NatEvent.NAT64_BIB_DELETE, Holds.BINDING),
    **_pair(NatEvent.ADDRESS_BINDING_CREATE, NatEvent.ADDRESS_BINDING_DELETE, Holds.ADDRESS),
    **_pair(NatEvent.PORT_BLOCK_ALLOCATION, NatEvent.PORT_BLOCK_DEALLOCATION, Holds.BLOCK),
    int(NatEvent.ADDRESSES_EXHAUSTED): Meaning(None, name="nat_addresses_exhausted"),
    int(NatEvent.PORTS_EXHAUSTED): Meaning(None, name="nat_ports_exhausted"),
    int(NatEvent.QUOTA_EXCEEDED): Meaning(None, name="nat_quota_exceeded"),
    int(NatEvent.THRESHOLD_REACHED): Meaning(None, name="nat_threshold_reached"),
})
"""RFC 8158 section 4.3."""

FIREWALL_EVENTS: Final[Mapping[int, Meaning]] = MappingProxyType({
    1: Meaning(Action.START),
    2: Meaning(Action.STOP),
    3: Meaning(None, name="flow_denied"),
    5: Meaning(None, name="flow_updated"),
})
"""``firewallEvent`` (IANA, element 233), as Cisco ASA's NSEL uses it."""

_OUTSIDE_4: Final[Key] = (0, int(Element.POST_NAT_SOURCE_IPV4_ADDRESS))
_OUTSIDE_6: Final[Key] = (0, int(Element.POST_NAT_SOURCE_IPV6_ADDRESS))
_EVENT: Final[Key] = (0, int(Element.NAT_EVENT))
_FIREWALL: Final[Key] = (0, int(Element.FIREWALL_EVENT))

PROFILES: Final = (
    Profile("rfc8158", frozenset({_EVENT}), Says.EVENT, _EVENT, NAT_EVENTS),
    # Nokia SR OS, template format 2. Format 1 has the public address as sourceIPv4Address and doesn't tell the public
    # port: it needs another profile's elements and is refused, for several subscribers share that address.
    Profile("nokia", frozenset({NAT_SUB_STRING}), Says.TIMES, inside_text=NAT_SUB_STRING),
    Profile("nsel", frozenset({_FIREWALL, _OUTSIDE_4}), Says.EVENT, _FIREWALL, FIREWALL_EVENTS),
    Profile("translated_flow", frozenset({_OUTSIDE_4}), Says.WHOLE),
    Profile("translated_flow_6", frozenset({_OUTSIDE_6}), Says.WHOLE),
)
"""In the order in which they are tried."""


def profile_of(keys: frozenset[Key]) -> Profile | None:
    """The profile of a template with these elements; None where it isn't about translations."""
    return next((profile for profile in PROFILES if profile.needs <= keys), None)
