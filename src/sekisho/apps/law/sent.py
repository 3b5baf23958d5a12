"""From flows to what each recipient was observed to get, what is only in the app's file, and what rows a notice has.

Only observed pieces make a sending. A flow whose recipient isn't told (no row, domain or name) makes none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sekisho.apps.evidence import Consent, Place
from sekisho.apps.flows import Flow, Seen
from sekisho.apps.law.facts import NOT_LOOKED, Embedded, Fact, Sending


@dataclass(slots=True)
class _Gathered:
    name: str
    own: bool
    information: set[str] = field(default_factory=set)
    states: set[Consent] = field(default_factory=set)
    places: dict[Place, None] = field(default_factory=dict)
    vendor: set[str] = field(default_factory=set)
    cleartext: bool = False
    identified: bool = True


def is_identified(flow: Flow) -> bool:
    """Whether our own rows know who receives. A collection's row names who owns a domain, as far as its makers knew;
    whether a name in a notice means the same company can't be told from it."""
    return flow.key.recipient is not None and ":" not in flow.key.recipient


def key_of(flow: Flow) -> str:
    """Under which key a recipient's sending, notice row and answers meet: its id, else its domain, else its name."""
    return flow.key.recipient or flow.key.domain or flow.key.service


def sendings_of(
    flows: Iterable[Flow],
    *,
    pages: Callable[[Seen], str] | None = None,
    elsewhere: Mapping[str, Fact[bool]] | None = None,
    own_too: bool = False,
) -> tuple[Sending, ...]:
    """What each recipient was observed to get, by key.

    ``pages`` tells on which page a piece's request began (empty where it isn't known); ``elsewhere`` whether a
    recipient's identifier went to somebody else. Own hosts are left out unless ``own_too``: what goes to the operator's
    own equipment is a sending only where exemption 2 is to be judged. An own name that stands for somebody else (CNAME)
    is that recipient's in the flows already.
    """
    found: dict[str, _Gathered] = {}
    on_pages: dict[str, dict[str, None]] = {}
    for flow in flows:
        key = key_of(flow)
        if not key or (flow.key.own and not own_too) or not flow.observed:
            continue
        into = found.setdefault(key, _Gathered(flow.key.service or key, flow.key.own, identified=is_identified(flow)))
        into.vendor |= set(flow.vendor_says.purposes)
        if flow.key.information:
            into.information.add(flow.key.information)
        for seen in flow.observed:
            _, piece = seen
            into.states.add(piece.consent)
            into.places.setdefault(piece.place)
            into.cleartext |= piece.cleartext
            page = pages(seen) if pages is not None else ""
            if page:
                on_pages.setdefault(key, {}).setdefault(page)
    given = elsewhere or {}
    return tuple(
        Sending(
            recipient=key, name=each.name, information=frozenset(each.information), states=frozenset(each.states),
            pages=tuple(on_pages.get(key, ())), own=each.own, identifier_elsewhere=given.get(key, NOT_LOOKED),
            vendor_purposes=frozenset(each.vendor), cleartext=each.cleartext, places=tuple(each.places),
            identified=each.identified,
        )
        for key, each in sorted(found.items())
    )  # fmt: skip


def embedded_of(flows: Iterable[Flow]) -> tuple[Embedded, ...]:
    """The recipients whose marks are in the app's file, by key, each at the first place it was found; and those of whom
    no more than a host's name is written there, told as such."""
    found: dict[str, Embedded] = {}
    for flow in flows:
        key = key_of(flow)
        if not key or flow.key.own:
            continue
        for _, piece in flow.embedded:
            one = Embedded(recipient=key, name=flow.key.service or key, place=piece.place,
                           only_written=piece.only_written)  # fmt: skip
            if found.setdefault(key, one).only_written and not one.only_written:
                found[key] = one
    return tuple(found[key] for key in sorted(found))
