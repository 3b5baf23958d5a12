"""The chain: public address and port → inside address → authentication session → line → contractor. Pure.

Each link is found by itself and shown with what it rests on. The whole is never worth more than its weakest link: where
one is missing or doubtful, :attr:`Answer.weak` says which and why, and the answer is not *unique*.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface
from typing import Final

from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Interval, Outcome
from sekisho.logs.lookup.asked import Asked
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.lookup.find import Step, days, find
from sekisho.logs.lookup.grant import AP_KINDS, CP_KINDS
from sekisho.logs.lookup.ports import Computed, Lack, LogView, Missing, Reading
from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind
from sekisho.logs.subscribers.record import Contractor, Known

FOLLOWED: Final = 16
"""Holders whose chain is followed. With more the answer names nobody anyway."""

ADDRESS_KINDS: Final = frozenset({LogKind.AP_NAT, LogKind.AP_AUTH, LogKind.AP_DHCP})
"""Logs in which a public address stands."""
SESSION_KINDS: Final = frozenset({LogKind.AP_AUTH, LogKind.AP_DHCP})
"""Logs in which an inside address stands."""


class LinkName(StrEnum):
    """The links, in their order."""

    ADDRESS = "address"
    """Public address and port to inside address or line."""
    SESSION = "session"
    """Inside address to line."""
    CONTRACTOR = "contractor"
    """Line to contractor."""


@dataclass(frozen=True, slots=True)
class Weak:
    """A link that is missing or doubtful. ``holder`` says whose it is, where the link before named several."""

    link: LinkName
    holder: str | None
    why: Missing


@dataclass(frozen=True, slots=True)
class Branch:
    """What follows from one holder of the first link. ``lines`` are the lines it leads to; ``contractors`` those of the
    register, None where it wasn't asked."""

    inside: str | None
    subject: str | None
    rule: Computed | None
    session: Step | None
    lines: tuple[str, ...]
    contractors: tuple[Contractor, ...] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question. ``reached`` is the last link that was asked for."""

    asked: Asked
    outcome: Outcome
    reached: LinkName
    first: Step
    computed: tuple[Computed, ...]
    branches: tuple[Branch, ...]
    weak: tuple[Weak, ...]


def who(view: LogView, asked: Asked, allowed: Collection[LogKind]) -> Reading[Answer]:
    """Who had an address and port, as far as logs of the ``allowed`` kinds tell.

    With kinds of an access provider the chain is followed; with only those of a content provider the first link is all
    there is: the account. Of either family the kinds that aren't allowed are known to be there: they may name another.
    """
    access = bool(set(AP_KINDS) & set(allowed))
    kinds = ADDRESS_KINDS if access else frozenset(CP_KINDS)
    question = Question(
        asked.address,
        asked.port,
        asked.begin,
        asked.end,
        asked.protocol,
        asked.destination,
        asked.destination_port,
    )
    first = yield from find(view, question, kinds, allowed=allowed)
    rules = tuple(view.computed(asked.address, asked.port, asked.begin, asked.end)) if access else ()
    weak: list[Weak] = []
    outcome = _first_outcome(first, rules, allowed, weak)
    if access and not rules and not first.link.intervals and view.rules_purged(asked.begin, asked.end):
        weak.append(Weak(LinkName.ADDRESS, None, Missing(Lack.PURGED, LogKind.AP_MAP_RULE)))
        outcome = Outcome.EXPIRED
    heads: list[tuple[str | None, str | None, Computed | None]] = [
        (inside, subject, None) for inside, subject in _holders(first.link.intervals)
    ]
    if LogKind.AP_MAP_RULE in allowed:
        heads += [(str(rule.inside), None, rule) for rule in _distinct(rules)]
    if len(heads) > FOLLOWED:
        weak.append(Weak(LinkName.ADDRESS, None, Missing(Lack.TOO_MANY, min(kinds))))
    branches = []
    for inside, subject, rule in heads[:FOLLOWED]:
        branch, worth, faults = yield from _follow(view, first, inside, subject, rule, allowed)
        branches.append(branch)
        weak += faults
        outcome = _lesser(outcome, worth)
    reached = LinkName.SESSION if access else LinkName.ADDRESS
    if access and LogKind.SUBSCRIBER in allowed:
        reached = LinkName.CONTRACTOR
    return Answer(asked, outcome, reached, first, rules, tuple(branches), tuple(weak))


def _first_outcome(
    first: Step, rules: Sequence[Computed], allowed: Collection[LogKind], weak: list[Weak]
) -> Outcome:
    """What the first link is worth, logs and rules together; says in ``weak`` what makes it less."""
    link = first.link
    real = [one for one in first.missing if one.lack is not Lack.NO_SOURCE]
    weak += [Weak(LinkName.ADDRESS, None, one) for one in (real if rules else first.missing)]
    doubtful = Weak(LinkName.ADDRESS, None, Missing(Lack.DOUBTFUL, _kind_of(first)))
    if rules and LogKind.AP_MAP_RULE not in allowed:
        weak.append(Weak(LinkName.ADDRESS, None, Missing(Lack.NOT_GRANTED, LogKind.AP_MAP_RULE)))
        return Outcome.AMBIGUOUS if link.intervals else Outcome.COVERAGE_GAP
    if not rules:
        if link.outcome is Outcome.AMBIGUOUS and not first.missing:
            nameless = not any(any(holder) for holder in _holders(link.intervals))
            weak.append(
                Weak(LinkName.ADDRESS, None, Missing(Lack.NOT_NAMED, _kind_of(first))) if nameless else doubtful
            )
        return link.outcome
    insides = {rule.inside for rule in rules}
    if not link.intervals and not real and _whole(rules, first.question) and len(insides) == 1:
        if None not in insides:
            return Outcome.COMPUTED
        return Outcome.NONE
    weak.append(doubtful)
    return Outcome.AMBIGUOUS if link.intervals or insides != {None} else Outcome.COVERAGE_GAP


def _whole(rules: Sequence[Computed], asked: Question) -> bool:
    """Whether rules were in force in all of the window."""
    reached = asked.begin
    for rule in sorted(rules, key=lambda one: one.valid_from):
        if rule.valid_from <= reached:
            reached = asked.end if rule.valid_to is None else max(reached, rule.valid_to)
    return reached >= asked.end


def _follow(
    view: LogView,
    first: Step,
    inside: str | None,
    subject: str | None,
    rule: Computed | None,
    allowed: Collection[LogKind],
) -> Reading[tuple[Branch, Outcome, list[Weak]]]:
    """The links after the first, of one holder; what they are worth, and what they lack."""
    weak: list[Weak] = []
    outcome, session = Outcome.UNIQUE, None
    lines: tuple[str, ...] = () if subject is None else (subject,)
    label = subject or inside
    if subject is None and inside is not None:
        mine = [one for one in first.link.intervals if one.holder == (inside, None)]
        question, realm = _session_question(view, first, inside, mine, rule)
        session = yield from find(view, question, SESSION_KINDS, allowed=allowed, realm=realm)
        outcome = session.link.outcome
        lines = tuple(dict.fromkeys(line for _, line in _holders(session.link.intervals) if line is not None))
        weak += [Weak(LinkName.SESSION, label, one) for one in session.missing]
        if not session.missing and outcome is not Outcome.UNIQUE:
            lack = {Outcome.NONE: Lack.NOBODY, Outcome.AMBIGUOUS: Lack.DOUBTFUL}.get(outcome, Lack.NO_SOURCE)
            weak.append(Weak(LinkName.SESSION, label, Missing(lack, _kind_of(session))))
    contractors: tuple[Contractor, ...] | None = None
    if lines and LogKind.SUBSCRIBER in allowed:
        contractors, worth, faults = _contractors(view, lines, first.question)
        outcome = _lesser(outcome, worth)
        weak += [Weak(LinkName.CONTRACTOR, label, one) for one in faults]
    return Branch(inside, subject, rule, session, lines, contractors), outcome, weak


def _session_question(
    view: LogView, first: Step, inside: str, mine: Sequence[Interval], rule: Computed | None
) -> tuple[Question, str | None]:
    """Whom to ask for next: the inside address, in that part of the window in which it was behind the public one.

    The part is cut by the translating source's clock and widened by what that may have been off, so that another
    source's clock is asked about no less than it should be.
    """
    address = ip_interface(inside).ip if "/" in inside else ip_address(inside)
    asked = first.question
    if rule is not None or not mine:
        return Question(address, None, asked.begin, asked.end), None
    begin = min(max(one.start - _margin(one, asked), asked.begin) for one in mine)
    end = max(min(one.end + _margin(one, asked), asked.end) for one in mine)
    realms = {None if (found := view.source(one.source)) is None else found.settings.get("realm") for one in mine}
    realm = realms.pop() if len(realms) == 1 else None
    if begin >= end:
        begin, end = asked.begin, asked.end
    return Question(address, None, begin, end), realm if isinstance(realm, str) else None


def _margin(one: Interval, asked: Question) -> int:
    begin, end = one.window
    return max(asked.begin - begin, end - asked.end, 0)


def _contractors(
    view: LogView, lines: Sequence[str], asked: Question
) -> tuple[tuple[Contractor, ...], Outcome, list[Missing]]:
    found: dict[tuple[str, str], Contractor] = {}
    faults, outcome = [], Outcome.UNIQUE
    for line in lines[:FOLLOWED]:
        for day in days(asked.begin, asked.end):
            answer = view.contractors(Identifier(IdentifierKind.LINE, line), day)
            found |= {(line, one.contract): one for one in answer.contractors}
            if not answer.contractors:
                gone = answer.known is Known.EXPIRED
                lack = Lack.PURGED if gone else Lack.NOT_IN_REGISTER
                faults.append(Missing(lack, LogKind.SUBSCRIBER, day))
                outcome = _lesser(outcome, Outcome.EXPIRED if gone else Outcome.COVERAGE_GAP)
    if len({contract for _, contract in found}) > 1:
        faults.append(Missing(Lack.DOUBTFUL, LogKind.SUBSCRIBER))
        outcome = Outcome.AMBIGUOUS
    return tuple(found.values()), outcome, faults


_WORTH: Final = {
    Outcome.UNIQUE: 0,
    Outcome.COMPUTED: 1,
    Outcome.EXPIRED: 2,
    Outcome.COVERAGE_GAP: 3,
    Outcome.AMBIGUOUS: 4,
}


def _lesser(whole: Outcome, link: Outcome) -> Outcome:
    """What a chain is worth with one more link. A later link that names nobody is a gap: somebody had the address."""
    if link in (Outcome.NONE, Outcome.NEXT_PROVIDER):
        link = Outcome.COVERAGE_GAP
    return max(whole, link, key=lambda one: _WORTH[one]) if whole in _WORTH else whole


def _holders(found: Iterable[Interval]) -> list[tuple[str | None, str | None]]:
    """The distinct holders (inside address, subject), those that cover most of the window first."""
    kept: dict[tuple[str | None, str | None], None] = {}
    for one in found:
        if isinstance(one.holder, tuple) and len(one.holder) == 2:
            kept[one.holder[0], one.holder[1]] = None
    return list(kept)


def _distinct(rules: Sequence[Computed]) -> list[Computed]:
    kept: dict[IPv4Address | IPv6Address, Computed] = {}
    for rule in rules:
        if rule.inside is not None:
            kept.setdefault(rule.inside, rule)
    return list(kept.values())


def _kind_of(step: Step) -> LogKind:
    """The kind a step's rows are of, or the first that it was asked of."""
    kinds = [one.kind for one in step.link.intervals if one.kind is not None]
    return kinds[0] if kinds else min(step.kinds)
