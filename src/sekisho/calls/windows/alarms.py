"""The patterns that are watched for, and an alarm. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Pattern(StrEnum):
    """What was seen."""

    MANY_NUMBERS_ON_TRUNK = "many_numbers_on_trunk"
    """A trunk that said it shows its own numbers shows more different ones than it can have."""
    NUMBER_SPRAY = "number_spray"
    """Many different callers of one range, each with few calls, far beyond what the range sent before."""
    ONE_TO_MANY = "one_to_many"
    """One caller rings many different lines in minutes, as call-back fraud (ワン切り) does. Call centres do too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A pattern reached its threshold. Raised once, until the count falls to half of the threshold.

    ``subject`` is the trunk, the range (country code and the digits after it), or the caller's number, which is covered
    by the secrecy of communications. ``calls`` and ``different`` are what the window holds; ``different`` is an
    estimate except on trunks, exact to about a tenth.
    """

    pattern: Pattern
    subject: str
    calls: int
    different: int
    threshold: float
