"""Several pages that tell of what is sent (a notice, a policy, the site's own page) as the one notice they are. Pure.

What couldn't be read of one of them may tell anything: with it, nothing is missing for certain in the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sekisho.apps.law.facts import NOT_LOOKED, Fact, Known, Notice, OptOut, OptOutKind
from sekisho.apps.law.rows import merged

T = TypeVar("T")


def notice_of(facts: Sequence[Fact[Notice]]) -> Fact[Notice]:
    """The rows of all pages together, one for each recipient. Not looked at where there is no page."""
    return _together(facts, lambda some, whole: Notice(
        exists=any(each.exists for each in some),
        rows=merged(row for each in some for row in each.rows),
        read_whole=whole and all(each.read_whole for each in some),
        japanese=_one([each.japanese for each in some]),
        jargon=tuple(dict.fromkeys(term for each in some for term in each.jargon)),
        denied=tuple(each for one in some for each in one.denied),
    ))  # fmt: skip


def opt_out_of(facts: Sequence[Fact[OptOut]]) -> Fact[OptOut]:
    """The items of all pages together; what it stops is unsaid where pages say different things."""

    def merged(some: Sequence[OptOut], whole: bool) -> OptOut:
        kinds = {each.kind for each in some} - {OptOutKind.UNSAID}
        return OptOut(
            items=frozenset(item for each in some for item in each.items),
            kind=kinds.pop() if len(kinds) == 1 else OptOutKind.UNSAID,
            read_whole=whole and all(each.read_whole for each in some),
        )

    return _together(facts, merged)


def _together(facts: Sequence[Fact[T]], merged: Callable[[Sequence[T], bool], T]) -> Fact[T]:
    known = [each for each in facts if isinstance(each, Known)]
    if len(known) == 1 and len(facts) == 1:
        return known[0]
    if known:
        places = tuple(dict.fromkeys(place for each in known for place in each.places))
        return Known(merged([each.value for each in known], len(known) == len(facts)), places)
    return facts[0] if facts else NOT_LOOKED


def _one(said: Sequence[bool | None]) -> bool | None:
    """What all say; nothing where they differ or one doesn't tell."""
    return said[0] if len(set(said)) == 1 else None
