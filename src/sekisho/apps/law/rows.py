"""Several rows of a notice on one recipient as one: what any of them tells is told. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sekisho.apps.law.facts import NoticeRow, Stated

_ORDER: Final = (Stated.CLEAR, Stated.VAGUE, Stated.ABSENT)


def merged(rows: Iterable[NoticeRow]) -> tuple[NoticeRow, ...]:
    """One row for each recipient, at the place of the first. Information that any of them leaves open stays open."""
    found: dict[str, NoticeRow] = {}
    for row in rows:
        had = found.get(row.recipient)
        if had is None:
            found[row.recipient] = row
            continue
        stated = {had.information_stated, row.information_stated}
        found[row.recipient] = replace(
            had, handler=_better(had.handler, row.handler), information=had.information | row.information,
            information_stated=Stated.VAGUE if Stated.VAGUE in stated else min(stated, key=_ORDER.index),
            sender_purpose=_better(had.sender_purpose, row.sender_purpose),
            recipient_purpose=_better(had.recipient_purpose, row.recipient_purpose),
            purposes=had.purposes | row.purposes,
        )  # fmt: skip
    return tuple(found.values())


def _better(one: Stated, other: Stated) -> Stated:
    return min(one, other, key=_ORDER.index)
