"""What sending a canary came to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique

from sekisho.calls.selftest.canaries import CanaryKind


@unique
class Way(StrEnum):
    """How a canary was sent."""

    CORE = "core"
    """Through the decision core over the published bundle, as a proxy has it."""
    WIRE = "wire"
    """As a SIP INVITE to the proxy."""


@unique
class Result(StrEnum):
    """Whether the number was kept from being shown."""

    CAUGHT = "caught"
    NOT_CAUGHT = "not_caught"
    COULD_NOT_CHECK = "could_not_check"
    """Nothing is known: neither caught nor let through."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One canary and what became of it. ``reason``: the rule's reason code, the SIP answer, or what was in the way."""

    kind: CanaryKind
    way: Way
    result: Result
    reason: str
