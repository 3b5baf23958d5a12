"""What no single row shows: two services under one name, marks that overlap with nothing said about which one wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sekisho.apps.recipients.recipient import MarkKind, Recipient, Told

_BARRED: Final = ("cc by-nc", "cc-by-nc", "gpl", "ghostery", "disconnect", "tracker radar", "easylist", "easyprivacy")
"""Collections whose licence doesn't let us give their data out: no row may rest on one."""


def faults(rows: Sequence[Recipient], *, given_out: bool = True) -> tuple[str, ...]:
    """Every fault, as a sentence. ``given_out``: these rows are shipped, where no operator has confirmed anything."""
    return tuple(_faults(rows, given_out))


def _faults(rows: Sequence[Recipient], given_out: bool) -> Iterator[str]:
    ids: dict[str, Recipient] = {}
    for row in rows:
        if row.id in ids:
            yield f"two rows are called {row.id}"
        ids[row.id] = row
        if not row.vendor_says.purposes:
            yield f"{row.id}: no purpose"
        if given_out and row.operator_confirmed != Told():
            yield f"{row.id}: what an operator confirmed is in the operator's own file, never in what is given out"
        for origin in (row.source, *(each.source for each in row.origins)):
            if any(word in origin.lower() for word in _BARRED):
                yield f"{row.id}: {origin} may not be given out"
    for row in rows:
        for over in row.over:
            if over not in ids:
                yield f"{row.id}: takes precedence of {over}, which isn't there"
    yield from _overlaps(rows)


def _overlaps(rows: Sequence[Recipient]) -> Iterator[str]:
    for kinds in ((MarkKind.HOST,), (MarkKind.CNAME,), (MarkKind.ANDROID,), (MarkKind.IOS,), (MarkKind.COOKIE,),
                  (MarkKind.STORAGE,)):  # fmt: skip
        owner: dict[str, Recipient] = {}
        for row in rows:
            for kind, mark in row.marks():
                if kind not in kinds:
                    continue
                if mark in owner:
                    yield f"{kind} {mark} is of {owner[mark].id} and of {row.id}"
                owner[mark] = row
        for mark, row in owner.items():
            for wider in _wider(kinds[0], mark):
                other = owner.get(wider)
                if other is not None and other is not row and other.id not in row.over:
                    yield f"{kinds[0]} {mark} of {row.id} lies in {wider} of {other.id}: say which one wins (over)"


def _wider(kind: MarkKind, mark: str) -> Iterable[str]:
    """The marks that would cover this one, if somebody had them."""
    if kind in (MarkKind.HOST, MarkKind.CNAME):
        name = mark.removeprefix("*.")
        labels = name.split(".")
        tails = [".".join(labels[start:]) for start in range(len(labels))]
        return [f"*.{tail}" for tail in tails if f"*.{tail}" != mark]
    if kind is MarkKind.ANDROID:
        parts = mark.split(".")
        return [".".join(parts[:end]) for end in range(1, len(parts))]
    if kind in (MarkKind.COOKIE, MarkKind.STORAGE):
        whole = mark.removesuffix("*")
        return [f"{whole[:end]}*" for end in range(1, len(whole) + 1) if f"{whole[:end]}*" != mark]
    return ()
