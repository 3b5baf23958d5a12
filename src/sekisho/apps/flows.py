"""What goes to whom for what, put together from everything that was read of one service.

A :class:`Flow` gathers the pieces that say the same: recipient, service, information, purpose. The grades stay apart in
it. Nothing is concluded here, and nothing is added: a piece that doesn't tell the information or the purpose stands in
a flow without one, and what a vendor says of its service stands in ``vendor_says`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sekisho.apps.evidence import Grade, Piece, Reading, Target, TargetKind
from sekisho.apps.recipients import Found, KnowledgeBase, MarkKind, Matcher, Told
from sekisho.apps.recipients.domains import as_host, registrable

Seen = tuple[Target, Piece]
"""One piece, and what it was read in."""

_NOTHING: Final = Told()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowKey:
    """What makes two pieces one flow.

    ``recipient`` is the knowledge base's id. Where no row is known (``None``), ``domain`` is what somebody registered
    (an address or a lone label as it stands), and ``service`` the name as declared or the mark in the code; all three
    are empty where a piece says nothing about who receives. ``own`` is true for the operator's own hosts.
    """

    recipient: str | None
    domain: str | None
    service: str
    information: str | None
    purpose: str | None
    own: bool = False

    @property
    def who(self) -> tuple[str, str, str]:
        """Who receives, without what and what for; sortable."""
        return (self.recipient or "", self.domain or "", "" if self.recipient else self.service)

    @property
    def named(self) -> bool:
        """Whether it is told who receives."""
        return any(self.who)

    @property
    def order(self) -> tuple[bool, tuple[str, str, str], str, str]:
        """Where it stands in a list: own hosts last, then by recipient, information and purpose."""
        return (self.own, self.who, self.information or "", self.purpose or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow with its evidence by grade.

    ``candidates`` are the ids of every service that a declared company's name may mean, where it means more than one.
    ``former`` are names under which it was declared that its company or service no longer has. ``vendor_says`` is the
    knowledge base's, not this service's: it is never evidence.
    """

    key: FlowKey
    declared: tuple[Seen, ...] = ()
    embedded: tuple[Seen, ...] = ()
    observed: tuple[Seen, ...] = ()
    candidates: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    vendor_says: Told = field(default_factory=Told)

    @property
    def pieces(self) -> tuple[Seen, ...]:
        """All evidence, strongest grade first."""
        return (*self.observed, *self.embedded, *self.declared)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts its evidence names, sorted."""
        return tuple(sorted({piece.host for _, piece in self.pieces if piece.host}))

    def of(self, grade: Grade) -> tuple[Seen, ...]:
        """The evidence of one grade."""
        return {Grade.DECLARED: self.declared, Grade.EMBEDDED: self.embedded, Grade.OBSERVED: self.observed}[grade]

    def as_document(self) -> dict[str, Any]:
        """The flow for machines."""
        return {
            "recipient": self.key.recipient,
            "domain": self.key.domain,
            "service": self.key.service,
            "information": self.key.information,
            "purpose": self.key.purpose,
            "own": self.key.own,
            "candidates": list(self.candidates),
            "former": list(self.former),
            "vendor_says": {"items": list(self.vendor_says.items), "purposes": list(self.vendor_says.purposes)},
            **{grade.value: [_as_document(*each) for each in self.of(grade)] for grade in Grade},
        }


def flows_of(readings: Iterable[Reading], knowledge: KnowledgeBase, own_hosts: Sequence[str]) -> tuple[Flow, ...]:
    """Every flow of these readings of one service, in one order whatever order they come in.

    ``own_hosts`` are the operator's: each name and all below it. A host of theirs is theirs even where a row knows it,
    unless a piece tells that the name is an alias (CNAME) of a recipient's of our own rows.
    """
    sort = _Sorter(knowledge, own_hosts)
    gathered: dict[FlowKey, _Gathered] = {}
    for reading in readings:
        for piece in reading.pieces:
            who = sort.who(reading.target, piece)
            key = FlowKey(recipient=who.recipient, domain=who.domain, service=who.service, own=who.own,
                          information=piece.information, purpose=piece.purpose)  # fmt: skip
            into = gathered.setdefault(key, _Gathered(who, {grade: set() for grade in Grade}, set()))
            into.seen[piece.grade].add((reading.target, piece))
            into.former.update(who.former)
    return tuple(
        Flow(
            key=key,
            declared=_in_order(each.seen[Grade.DECLARED]),
            embedded=_in_order(each.seen[Grade.EMBEDDED]),
            observed=_in_order(each.seen[Grade.OBSERVED]),
            candidates=each.who.candidates,
            former=tuple(sorted(each.former)),
            vendor_says=each.who.says,
        )
        for key, each in sorted(gathered.items(), key=lambda pair: pair[0].order)
    )


@dataclass(frozen=True, slots=True)
class _Who:
    recipient: str | None = None
    domain: str | None = None
    service: str = ""
    own: bool = False
    candidates: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    says: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class _Gathered:
    who: _Who
    seen: dict[Grade, set[Seen]]
    former: set[str]


class _Sorter:
    """Who a piece says receives. A host says more than a mark in the code, and that more than a declared name."""

    def __init__(self, knowledge: KnowledgeBase, own_hosts: Sequence[str]) -> None:
        self._matcher = knowledge.matcher()
        self._own = tuple(sorted({host for host in map(as_host, own_hosts) if host}))

    def who(self, target: Target, piece: Piece) -> _Who:
        if piece.host:
            return self._by_host(piece.host, piece.aliases)
        if piece.signature:
            found = _by_signature(self._matcher, target.kind, piece.signature)
            if found is not None:
                return _known(found)
            if not piece.company:
                return _Who(service=piece.signature)
        if piece.company:
            return self._by_company(piece.company)
        return _Who()

    def _by_host(self, given: str, aliases: Sequence[str]) -> _Who:
        host = as_host(given) or given
        own = next((each for each in self._own if host == each or host.endswith(f".{each}")), None)
        if own is not None:
            behind = self._matcher.host(host, aliases) if aliases else None
            # Whom collections name for it is as often who hosts the operator's own site.
            if isinstance(behind, Found) and behind.kind is MarkKind.CNAME and not behind.recipient.collection:
                return _known(behind)
            return _Who(domain=own, service=own, own=True)
        found = self._matcher.host(host, aliases)
        if isinstance(found, Found):
            return _known(found)
        domain = registrable(host) or host
        return _Who(domain=domain, service=domain)

    def _by_company(self, name: str) -> _Who:
        every = self._matcher.company(name)
        # As everywhere, our own rows are asked first: a collection's row of the same name is the same service.
        found = tuple(each for each in every if not each.recipient.collection) or every
        if not found:
            return _Who(service=name)
        if len(found) == 1:
            return _known(found[0])
        former = (name,) if all(each.former for each in found) else ()
        return _Who(service=name, candidates=tuple(each.recipient.id for each in found), former=former)


def _known(found: Found) -> _Who:
    row = found.recipient
    return _Who(recipient=row.id, service=row.service, former=(found.mark,) if found.former else (),
                says=row.vendor_says)  # fmt: skip


_WAYS: Final[dict[TargetKind, tuple[str, ...]]] = {
    TargetKind.ANDROID: ("android_class",),
    TargetKind.IOS: ("ios_symbol",),
    TargetKind.PRIVACY_MANIFEST: ("ios_symbol",),
}
"""How a mark is looked up, by what it was read in; in recordings and pages it is a cookie's or a storage key's name."""


def _by_signature(matcher: Matcher, kind: TargetKind, mark: str) -> Found | None:
    for way in _WAYS.get(kind, ("cookie", "storage_key")):
        look_up: Callable[[str], Found | None] = getattr(matcher, way)
        found = look_up(mark)
        if found is not None:
            return found
    return None


def _in_order(seen: Iterable[Seen]) -> tuple[Seen, ...]:
    return tuple(sorted(seen, key=_place))


def _place(seen: Seen) -> tuple[str, ...]:
    target, piece = seen
    offset = -1 if piece.place.offset is None else piece.place.offset
    return (target.kind.value, target.name, target.sha256, piece.place.path, f"{offset:020d}",
            "/".join(piece.place.layers), piece.host or "", piece.signature or "", piece.company or "",
            piece.consent.value, str(piece.cleartext), piece.words)  # fmt: skip


def _as_document(target: Target, piece: Piece) -> dict[str, Any]:
    return {
        "target": {"name": target.name, "sha256": target.sha256, "kind": target.kind.value},
        "place": {"path": piece.place.path, "offset": piece.place.offset, "layers": list(piece.place.layers)},
        "host": piece.host,
        "signature": piece.signature,
        "company": piece.company,
        "consent": piece.consent.value,
        "cleartext": piece.cleartext,
        "words": piece.words,
    }
