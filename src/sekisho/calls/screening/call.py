"""A call as it stands before it rings: what a signalling message said of it, unjudged. Standard library only.

Numbers are texts as they came. What they are is read by :mod:`sekisho.calls.numbers`; what isn't a number at all is
judged too and never refused here, for a call that can't be read must still get an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique


@unique
class Direction(StrEnum):
    """Where a call comes from, as the trunk it came in by says."""

    EGRESS = "egress"
    """From the operator's own users or wholesale customers into the network."""
    DOMESTIC = "domestic"
    """From another operator in Japan."""
    ABROAD = "abroad"
    """From a carrier abroad, or from a gateway that takes such calls."""


@unique
class RoamingProof(StrEnum):
    """What the home network said when asked whether the caller's mobile number roams abroad now."""

    PROVEN = "proven"
    REFUTED = "refuted"
    NOT_CHECKED = "not_checked"
    """Nobody was asked, or no answer came: neither proven nor refuted."""


@unique
class Signature(StrEnum):
    """What verifying the PASSporT came to (:mod:`sekisho.calls.stir`). A valid one says who, never whether wanted."""

    FULL = "full"
    """Valid, and the signer vouches for the number (attestation A, or none stated)."""
    PARTIAL = "partial"
    """Valid under attestation B."""
    GATEWAY = "gateway"
    """Valid under attestation C."""
    INVALID = "invalid"
    NOT_CHECKED = "not_checked"
    """Absent, or it could not be checked."""


@unique
class Screening(StrEnum):
    """ISUP's screening indicator of the calling party number (ITU-T Q.763 §3.10)."""

    UNVERIFIED = "unverified"
    """User provided, not verified."""
    VERIFIED = "verified"
    """User provided, verified and passed."""
    FAILED = "failed"
    """User provided, verified and failed."""
    NETWORK = "network"
    """Network provided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IsupHints:
    """What an ISUP part or its mapping into SIP says of the caller's number. ``None``: not said.

    ``international``: the nature of address is an international number. ``restricted``: presentation is restricted.
    """

    international: bool | None = None
    screening: Screening | None = None
    restricted: bool | None = None


NO_HINTS = IsupHints()
"""No ISUP part came with the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call before it rings.

    ``at`` is aware, UTC. ``trunk`` names the agreement it came in under. ``asserted`` is the caller's number of
    P-Asserted-Identity (RFC 3325), ``presented`` that of From; ``None`` where the header is missing, holds no number,
    or says anonymous. ``asserted_others`` are the further numbers that a called phone may be shown: of several
    asserted ones, of Remote-Party-ID, of a second From, of a name that is a number. ``called`` is the number dialled.
    ``privacy`` holds the values of the Privacy header (RFC 3323), lower case. ``diverted_by`` are the numbers that
    forwarded the call, nearest first (RFC 5806, RFC 7044); empty where none did. ``line`` names the called subscriber
    where the proxy knows it. ``emergency_callback``: the trunk or a trusted mark says that an
    emergency authority calls back (RFC 7090); set by the network, never from what a caller can write.
    ``unreadable`` names the headers that were there and couldn't be read, in lower case.
    """

    at: datetime
    trunk: str
    direction: Direction
    called: str
    asserted: str | None = None
    presented: str | None = None
    asserted_others: tuple[str, ...] = ()
    privacy: frozenset[str] = frozenset()
    diverted_by: tuple[str, ...] = ()
    isup: IsupHints = NO_HINTS
    roaming: RoamingProof = RoamingProof.NOT_CHECKED
    signature: Signature = Signature.NOT_CHECKED
    line: str | None = None
    emergency_callback: bool = False
    unreadable: frozenset[str] = frozenset()
