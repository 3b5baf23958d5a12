"""The knowledge base: the shipped rows, and an operator's own beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from sekisho.apps.recipients.collected import Collected, third_party_web
from sekisho.apps.recipients.errors import RecipientsFaulty, UnknownRecipient
from sekisho.apps.recipients.lint import faults
from sekisho.apps.recipients.loader import load_text
from sekisho.apps.recipients.match import Matcher
from sekisho.apps.recipients.recipient import Recipient


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


@cache
def shipped() -> KnowledgeBase:
    """The knowledge base as it is given out, with third-party-web after our own rows."""
    rows = from_texts(shipped_texts())
    text = (resources.files("sekisho.apps.recipients") / "data" / "third_party_web.json").read_bytes()
    return KnowledgeBase(rows, third_party_web(text))
