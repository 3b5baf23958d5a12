"""My Number cards in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.mynumber_card.document import read_document
from sekisho.contracts.evidence.mynumber_card.model import CardResult
from sekisho.contracts.evidence.mynumber_card.verify import verify_card
from sekisho.contracts.evidence.verifier import (
    Asked,
    Covered,
    Person,
    Prepared,
    Trust,
    TrustUse,
    Verification,
    photo_digests,
)
from sekisho.engine.facts import Text

_TITLE = Text("マイナンバーカードの券面事項", "a My Number card's own items")


@dataclass(frozen=True, slots=True)
class PreparedCard:
    """My Number cards. Takes no trust: nothing of theirs can be verified by others."""

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. An individual number anywhere is an ``ApplicationRefused``, never in a report."""
        document = read_document(raw)
        found = verify_card(document.card, moment=asked.moment, stated=asked.about(document.stated))
        # A card's only number that a statutory record could name is the individual number: there is none.
        photo = None if found.face is None else found.face.photo
        return Verification(found.report, None, _shown(found), photo_digests=photo_digests(photo))


@dataclass(frozen=True, slots=True)
class CardVerifier:
    """The My Number card's verifier."""

    kind: str = "mynumber_card"
    title: Text = _TITLE
    covers: tuple[Covered, ...] = (Covered("chip_read", {"document": frozenset({"mynumber_card"})}),)
    # Name and address may be images only, which people compare on the screen; what was compared here prevails.
    attested_beside: frozenset[str] = frozenset({"software", "displayed_on_screen", "name_agrees", "address_agrees"})
    uses: tuple[TrustUse, ...] = ()

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  # takes no trust, now or later
        """As :meth:`Verifier.prepare`."""
        return PreparedCard()


MYNUMBER_CARD = CardVerifier()
"""The verifier of My Number cards."""


def _shown(found: CardResult) -> Person:
    if found.items is not None:
        return Person(found.items.name, found.items.address, found.items.birth_date)
    return Person() if found.face is None else Person(birth_date=found.face.birth_date)
