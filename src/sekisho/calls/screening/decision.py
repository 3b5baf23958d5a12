"""What becomes of a call, and why. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Outcome(StrEnum):
    """What becomes of a call, from the mildest to the hardest."""

    PASS = "pass"  # noqa: S105 - a call that passes, no password
    LABEL = "label"
    """It rings with its number and a word of warning beside it."""
    ANONYMISE = "anonymise"
    """It rings without the number (非通知)."""
    ANNOUNCE = "announce"
    """The caller hears an announcement and must act before it rings."""
    REJECT = "reject"
    """It doesn't ring; ``Decision.sip_status`` says with which answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of one call.

    ``rule`` is the id of the rule that decided, ``None`` where none applied and the call passes as it is. ``reason``
    is its reason code. ``basis`` are the ids of the provisions that allow the rule to read and alter calls (secrecy of
    communications). ``consent`` is the consent the outcome rests on, where it rests on one. ``sip_status`` is 603, 607
    (RFC 8197) or 608 (RFC 8688) for a refusal, otherwise ``None``. ``label`` names the words shown for a label.
    ``failed_open`` says that the call passes because it couldn't be judged, and why; such calls are counted.
    """

    outcome: Outcome
    rule: str | None = None
    reason: str = "nothing_against_it"
    basis: tuple[str, ...] = ()
    consent: str | None = None
    sip_status: int | None = None
    label: str | None = None
    failed_open: str | None = None
