"""What a letter to the sender says (意見照会書, and the notice of an order). Data only: papers are made apart. Pure.

It holds what the sender must know to answer, and of whoever claims only what they let be shown
(``claimant``: 発信者に示したくない情報 is left out by whoever writes it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.hearing.record import Stage
from sekisho.engine.facts import Text

MAX_LETTER_TEXT: Final = 20_000
"""Characters of one field: the reasons of a claim seldom fill ten pages."""
WEEKS: Final = Text("この書面が届いた日から2週間", "two weeks from the day on which this reached you")


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom it goes to: name, and where (a postal or mail address, or the portal's account)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What the sender is told of the claim: who claims (as far as they let it be known), where it stands, what it
    says, which right, and why it is held to be infringed. Each in the claimant's words."""

    claimant: str
    place: str
    posted: str
    right: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. ``earlier`` says when the sender was asked before about the same, and what they said."""

    case_id: str
    inquiry: int
    stage: Stage
    operator: str
    sender: Sender
    claim: Claim
    items: tuple[int, ...]
    wanted: tuple[Text, ...]
    written_on: date
    answer_within: Text
    earlier: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "case_id": self.case_id,
            "inquiry": self.inquiry,
            "stage": self.stage.value,
            "operator": self.operator,
            "sender": asdict(self.sender),
            "claim": asdict(self.claim),
            "items": list(self.items),
            "wanted": [[one.ja, one.en] for one in self.wanted],
            "written_on": self.written_on.isoformat(),
            "answer_within": [self.answer_within.ja, self.answer_within.en],
            "earlier": list(self.earlier),
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Letter:
        """From :meth:`document`."""
        return cls(
            document["case_id"],
            document["inquiry"],
            Stage(document["stage"]),
            document["operator"],
            Sender(**document["sender"]),
            Claim(**document["claim"]),
            tuple(document["items"]),
            tuple(Text(*one) for one in document["wanted"]),
            date.fromisoformat(document["written_on"]),
            Text(*document["answer_within"]),
            tuple(document["earlier"]),
        )


@dataclass(frozen=True, slots=True)
class Objection:
    """A sender who opposed: whom a notice of the order goes to (6条2項), about which of the order's items, and when
    they said so."""

    sender: Sender
    items: tuple[int, ...]
    opposed_on: date


def require_whole(sender: Sender, claim: Claim) -> None:
    """``CaseRefused`` where the sender couldn't know what they are asked about, or a field is too long."""
    for place, found in (("sender", asdict(sender)), ("claim", asdict(claim))):
        for name, text in found.items():
            if not text.strip() or len(text) > MAX_LETTER_TEXT:
                raise CaseRefused(field=f"{place}.{name}", problem=f"1 to {MAX_LETTER_TEXT} characters")
