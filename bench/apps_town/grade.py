"""How a visit of the town did: what it found of what is really sent, and what it made up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.apps_town.declared import KINDS, operators, parties, truth
from sekisho.apps.evidence import Consent
from sekisho.apps.recipients import Found, shipped
from sekisho.apps.traffic import Request

Sent = tuple[Consent, str, str]
"""State, kind of page and the recipient's id."""


@dataclass(frozen=True, slots=True)
class Grade:
    """``expected`` is what a visit of the named pages and states must find; ``invented`` is what nobody sends."""

    expected: frozenset[Sent]
    missed: frozenset[Sent]
    invented: frozenset[Sent]

    @property
    def recall_percent(self) -> float:
        """Of what is sent, how much was found with the right recipient, state and page."""
        return 100.0 * (1 - len(self.missed) / len(self.expected)) if self.expected else 100.0


def states_of(host: str) -> tuple[Consent, ...]:
    """The states that can be measured there: without a plain banner only the one before any choice."""
    operator = operators()[host]
    choice = operator.banner in {"fair", "dark", "shadow"} or any(
        parties()[each.party].by == "banner_frame" for each in operator.sends
    )
    return (Consent.BEFORE, Consent.ACCEPTED, Consent.REJECTED) if choice else (Consent.BEFORE,)


def grade(host: str, requests: Iterable[Request], states: Iterable[Consent], kinds: Iterable[str]) -> Grade:
    """Compares what was recorded with what is declared. Pages beyond ``kinds`` may be found and needn't be."""
    wanted_states, wanted_kinds = frozenset(states), frozenset(kinds)
    declared = {(each.state, each.kind, parties()[each.host].recipient) for each in truth(host)}
    expected = frozenset(each for each in declared if each[0] in wanted_states and each[1] in wanted_kinds)
    kind_at = {path: kind for kind, path in KINDS.items()}
    matcher = shipped().matcher()
    found: set[Sent] = set()
    for request in requests:
        if request.host == host:
            continue
        known = matcher.host(request.host, request.cname)
        recipient = known.recipient.id if isinstance(known, Found) else f"unknown:{request.host}"
        found.add((request.consent, kind_at.get(urlsplit(request.page).path, request.page), recipient))
    return Grade(expected, frozenset(expected - found), frozenset(found - declared))
