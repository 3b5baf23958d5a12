"""The features that screening rules may name, each with all its values. Standard library only.

A call becomes one value of every feature (:mod:`~sekisho.calls.screening.features`), and the rules see nothing else:
so a rule can be compiled into a table, and two calls with the same features are never treated differently.
"""

from __future__ import annotations

from typing import Final

WISHES: Final = ("pass", "label", "anonymise", "announce", "reject")
"""What is asked for; ``pass`` also where no consent stands beside it, or where the case isn't given."""

FEATURES: Final[dict[str, tuple[str, ...]]] = {
    "direction": ("egress", "domestic", "abroad"),
    # Whether 110, 118 or 119 is called, 184 and 186 before it included.
    "called": ("ordinary", "emergency"),
    # An emergency authority calls back: the network marked it, or the number shown is 110, 118 or 119 on a trunk that
    # may show it.
    "callback": ("none", "marked", "shaped"),
    "agreement": ("missing", "own_numbers", "wholesale", "transit", "roaming_hub"),
    # What the number is; of several numbers the worst, in this order. "stopped": under the scheme for numbers used for
    # fraud, until it is released.
    "form": (
        "missing", "ordinary", "foreign", "service", "uifn", "uncertain", "not_in_service", "not_designated", "stopped",
        "never", "impossible", "unassigned", "not_in_plan", "unreadable",
    ),
    # Whether every number is agreed for the trunk; "forwarded": not the caller's, but that of who forwarded the call.
    # "open": the agreement limits none of them; "not_said": there is no agreement, or no number.
    "agreed": ("not_said", "yes", "open", "forwarded", "no"),
    # A Japanese number on a trunk from abroad; of several the worst, in this order.
    "home": ("none", "proven", "vouched", "unchecked", "refuted", "cannot_roam"),
    # A foreign number that ends as police numbers do; a Japanese number written behind another country's code.
    "shape": ("none", "police_ending", "japanese_inside"),
    "foreign": ("no", "yes"),
    # What the called would see: a number, none because the caller asked for that, none because there is none.
    "shown": ("number", "withheld", "missing"),
    "screening": ("not_said", "unverified", "verified", "failed", "network"),
    "signature": ("full", "partial", "gateway", "invalid", "not_checked"),
    # The subscriber's own list, or a shared one (the operator's or an imported one), with its word.
    "listed": ("none", "shared_frees", "shared_asks", "own_frees", "own_asks"),
    "wish_anonymous": WISHES,
    "wish_foreign": WISHES,
    "wish_listed": WISHES,
    "wish_suspicious": WISHES,
}  # fmt: skip
"""Feature to its values, the harmless one first where one is."""

NAMES: Final = tuple(FEATURES)
POSITION: Final = {name: position for position, name in enumerate(NAMES)}

Vector = tuple[int, ...]
"""One value of every feature, as its position in :data:`FEATURES`, in the order of :data:`NAMES`."""


def named(vector: Vector) -> dict[str, str]:
    """A vector in words: feature to value."""
    return {name: FEATURES[name][value] for name, value in zip(NAMES, vector, strict=True)}
