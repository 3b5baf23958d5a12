"""The knowledge base: the shipped rows, and an operator's own beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Final

from sekisho.apps.recipients.collected import Collected, cname_trackers, open_cookie_database, third_party_web
from sekisho.apps.recipients.errors import RecipientsFaulty, UnknownRecipient
from sekisho.apps.recipients.lint import faults
from sekisho.apps.recipients.loader import load_text
from sekisho.apps.recipients.match import Found, Matcher
from sekisho.apps.recipients.recipient import Origin, Recipient


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Rows without contradictions, ours or an operator's; ``collected`` are other people's, asked after ours."""

    rows: tuple[Recipient, ...]
    collected: Collected = field(default_factory=Collected)

    def get(self, recipient_id: str) -> Recipient:
        """The row of this id. Raises :class:`UnknownRecipient`."""
        for row in (*self.rows, *self.collected.rows):
            if row.id == recipient_id:
                return row
        raise UnknownRecipient(id=recipient_id)

    def matcher(self) -> Matcher:
        """What finds rows by their marks."""
        return Matcher(self.rows, self.collected.rows)

    def extended(self, rows: Sequence[Recipient]) -> KnowledgeBase:
        """With an operator's rows; one of an id that is there replaces it. Raises :class:`RecipientsFaulty`."""
        own = {row.id for row in rows}
        together = (*(row for row in self.rows if row.id not in own), *rows)
        _without_faults(together, given_out=False)
        return KnowledgeBase(together, self.collected)

    def collecting(self, more: Collected) -> KnowledgeBase:
        """With a list that the operator obtained, asked after everything else; a service that has a row of ours by the
        same name stays that one."""
        together = (*self.collected.rows, *merged(more.rows, self.rows))
        return KnowledgeBase(self.rows, Collected(together, self.collected.left_out + more.left_out))


def from_texts(texts: Mapping[str, str], *, given_out: bool = True) -> tuple[Recipient, ...]:
    """The rows of these files, by name. Raises :class:`RecipientsRefused` and :class:`RecipientsFaulty`."""
    rows = tuple(row for name in sorted(texts) for row in load_text(texts[name], name))
    _without_faults(rows, given_out=given_out)
    return rows


def _without_faults(rows: Sequence[Recipient], *, given_out: bool) -> None:
    found = faults(rows, given_out=given_out)
    if found:
        raise RecipientsFaulty(count=len(found), faults=list(found))


def shipped_texts() -> dict[str, str]:
    """The shipped files by name."""
    folder = resources.files("sekisho.apps.recipients") / "data"
    return {
        each.name: each.read_text(encoding="utf-8") for each in folder.iterdir() if each.name.endswith(".yaml")
    }


_COLLECTIONS: Final[Mapping[str, Callable[[bytes], Collected]]] = {
    "third_party_web.json": third_party_web,
    "open_cookie_database.json": open_cookie_database,
    "cname_trackers.json": cname_trackers,
}
"""What is given out of other people's, in the order in which they are asked."""


@cache
def shipped() -> KnowledgeBase:
    """The knowledge base as it is given out, with other people's collections after our own rows."""
    rows = from_texts(shipped_texts())
    folder = resources.files("sekisho.apps.recipients") / "data"
    read = [make((folder / name).read_bytes()) for name, make in _COLLECTIONS.items()]
    theirs = tuple(row for each in read for row in each.rows)
    return KnowledgeBase(rows, Collected(merged(theirs, rows), sum(each.left_out for each in read)))


def merged(theirs: Sequence[Recipient], ours: Sequence[Recipient]) -> tuple[Recipient, ...]:
    """Collected rows, each under the id of our row of the same service where exactly one has that name: a mark that a
    collection knows and we don't then leads to our row, not to a second recipient of the same name."""
    named = Matcher(ours)
    return tuple(_under(named.company(row.service), row) for row in theirs)


def _under(known: tuple[Found, ...], row: Recipient) -> Recipient:
    if len(known) != 1 or known[0].former:
        return row
    own = known[0].recipient
    read = Origin(source=row.source, day=row.day, marks=tuple(mark for _, mark in row.marks()))
    return replace(
        own, hosts=row.hosts, cnames=row.cnames, cookies=row.cookies, android=row.android, ios=(), storage=(), over=(),
        origins=(*own.origins, read), collection=row.collection,
    )  # fmt: skip
