"""The information elements that are read, by IANA's numbers (registry "IPFIX Information Elements"); NetFlow version 9
uses the same ones. Everything else in a template is skipped by its length.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

NOKIA: Final = 637
"""Nokia's (formerly Alcatel's) private enterprise number."""


class Element(IntEnum):
    """An information element of IANA's registry."""

    PROTOCOL_IDENTIFIER = 4
    SOURCE_TRANSPORT_PORT = 7
    SOURCE_IPV4_ADDRESS = 8
    DESTINATION_TRANSPORT_PORT = 11
    DESTINATION_IPV4_ADDRESS = 12
    FLOW_END_SYS_UP_TIME = 21
    FLOW_START_SYS_UP_TIME = 22
    SOURCE_IPV6_ADDRESS = 27
    DESTINATION_IPV6_ADDRESS = 28
    FLOW_START_SECONDS = 150
    FLOW_END_SECONDS = 151
    FLOW_START_MILLISECONDS = 152
    FLOW_END_MILLISECONDS = 153
    FLOW_START_MICROSECONDS = 154
    FLOW_END_MICROSECONDS = 155
    FLOW_START_NANOSECONDS = 156
    FLOW_END_NANOSECONDS = 157
    SYSTEM_INIT_TIME_MILLISECONDS = 160
    POST_NAT_SOURCE_IPV4_ADDRESS = 225
    POST_NAT_DESTINATION_IPV4_ADDRESS = 226
    POST_NAPT_SOURCE_TRANSPORT_PORT = 227
    POST_NAPT_DESTINATION_TRANSPORT_PORT = 228
    NAT_EVENT = 230
    FIREWALL_EVENT = 233
    INGRESS_VRF_ID = 234
    POST_NAT_SOURCE_IPV6_ADDRESS = 281
    POST_NAT_DESTINATION_IPV6_ADDRESS = 282
    OBSERVATION_TIME_SECONDS = 322
    OBSERVATION_TIME_MILLISECONDS = 323
    OBSERVATION_TIME_MICROSECONDS = 324
    OBSERVATION_TIME_NANOSECONDS = 325
    PORT_RANGE_START = 361
    PORT_RANGE_END = 362
    PORT_RANGE_STEP_SIZE = 363
    PORT_RANGE_NUM_PORTS = 364
    USER_NAME = 371


Key = tuple[int, int]
"""An enterprise number (0: IANA) and an element's number."""

NAT_SUB_STRING: Final[Key] = (NOKIA, 93)
"""Nokia's ``aluNatSubString``: who is behind a translation, ``NAME@INSIDE-ADDRESS``."""

ADDRESSES_4: Final = frozenset({
    Element.SOURCE_IPV4_ADDRESS,
    Element.DESTINATION_IPV4_ADDRESS,
    Element.POST_NAT_SOURCE_IPV4_ADDRESS,
    Element.POST_NAT_DESTINATION_IPV4_ADDRESS,
})
"""Elements of 4 bytes."""
ADDRESSES_6: Final = frozenset({
    Element.SOURCE_IPV6_ADDRESS,
    Element.DESTINATION_IPV6_ADDRESS,
    Element.POST_NAT_SOURCE_IPV6_ADDRESS,
    Element.POST_NAT_DESTINATION_IPV6_ADDRESS,
})
"""Elements of 16 bytes."""
TEXTS: Final[frozenset[Key]] = frozenset({(0, int(Element.USER_NAME)), NAT_SUB_STRING})
"""Elements that are texts; any other that is read is an unsigned number, in fewer bytes where the exporter chose so
(RFC 7011 section 6.2)."""

READ: Final[frozenset[Key]] = frozenset((0, int(element)) for element in Element) | {NAT_SUB_STRING}
"""Every element that is read."""


class NatEvent(IntEnum):
    """``natEvent`` (RFC 8158 section 4.3, IANA registry "NAT Event Type")."""

    CREATE = 1
    """Historic."""
    DELETE = 2
    """Historic."""
    ADDRESSES_EXHAUSTED = 3
    NAT44_SESSION_CREATE = 4
    NAT44_SESSION_DELETE = 5
    NAT64_SESSION_CREATE = 6
    NAT64_SESSION_DELETE = 7
    NAT44_BIB_CREATE = 8
    NAT44_BIB_DELETE = 9
    NAT64_BIB_CREATE = 10
    NAT64_BIB_DELETE = 11
    PORTS_EXHAUSTED = 12
    QUOTA_EXCEEDED = 13
    ADDRESS_BINDING_CREATE = 14
    ADDRESS_BINDING_DELETE = 15
    PORT_BLOCK_ALLOCATION = 16
    PORT_BLOCK_DEALLOCATION = 17
    THRESHOLD_REACHED = 18
