"""What a person is told of what was given to others about them (個人情報保護法33条1項・5項). Pure.

The record of provision to third parties that a person may ask for exists only for provisions that rest on their consent
(29条1項): what law demands is outside it (27条1項1号), so nothing of a request by police, prosecutors, a court or a
claimant is ever in this answer, whether or not secrecy was asked for. Where it was (刑訴法197条5項, an order of
secrecy), not even that there is something left out may show.

By construction: an answer is made of :class:`Tellable` alone, and one comes into being only by :func:`tellable`, which
refuses every type of request but those in :data:`BY_CONSENT` and every secret one. The sentence about what is left out
stands in every answer alike, also in one of which nothing was left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.disclosure.kinds import CASE_TYPES, CaseType
from sekisho.disclosure.record import DisclosureCase, ItemKind, SecrecyState
from sekisho.engine.facts import Text

FORMAT: Final = "sekisho data subject answer 1"
BY_CONSENT: Final = frozenset({CaseType.OWN_ACCOUNT})
"""Requests whose ground is the person's own consent: the only ones that are told."""
IDENTIFIERS: Final = frozenset(
    {
        ItemKind.LINE,
        ItemKind.PHONE,
        ItemKind.ICCID,
        ItemKind.IMEI,
        ItemKind.ACCOUNT,
        ItemKind.EMAIL,
        ItemKind.PAYMENT,
    }
)
"""What names a contract by itself. An address names somebody only through a communication."""
LEFT_OUT: Final = Text(
    "この回答は、ご本人の同意に基づいてお渡ししたものについての記録です。法令に基づく手続への対応は、"
    "第三者提供記録の作成の対象ではなく、有無を含めてこの回答には記載していません"
    "（個人情報保護法27条1項1号・29条1項）。",
    "This answer is the record of what was given with your consent. Whether or not anything was done under a procedure "
    "of law is outside such records and never part of this answer (Act on the Protection of Personal Information arts. "
    "27(1)(i) and 29(1)).",
)

_SEAL: Final = object()


class NotTellable(Exception):
    """Something that may not be told was about to be: a bug in the caller, never an answer to anybody."""


class Tellable:
    """A request that may be told to the person it concerned. Made by :func:`tellable` alone."""

    __slots__ = ("given_on", "identifiers", "title", "to")

    def __init__(
        self, seal: object, *, title: Text, given_on: date, to: str, identifiers: frozenset[tuple[ItemKind, str]]
    ) -> None:
        """``NotTellable`` unless :func:`tellable` made it."""
        if seal is not _SEAL:
            raise NotTellable
        self.title, self.given_on, self.to, self.identifiers = title, given_on, to, identifiers


def tellable(case: DisclosureCase, *, secret: bool, given_on: date | None) -> Tellable | None:
    """``case`` as it may be told, or None: unless it rests on the person's consent, isn't secret (``secret`` is the
    row's own mark, which goes only with a secrecy that two people ended) and something was given on a day."""
    if secret or case.secrecy.state is not SecrecyState.NONE or case.type not in BY_CONSENT or given_on is None:
        return None
    named = frozenset((item.kind, item.value) for item in case.items if item.kind in IDENTIFIERS)
    return Tellable(
        _SEAL, title=CASE_TYPES[case.type].title, given_on=given_on, to=case.requester.name, identifiers=named
    )


@dataclass(frozen=True, slots=True)
class Given:
    """One provision: when, to whom, of which request."""

    on: date
    to: str
    title: Text

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"on": self.on.isoformat(), "to": self.to, "what": {"ja": self.title.ja, "en": self.title.en}}


@dataclass(frozen=True, slots=True)
class DataSubjectAnswer:
    """The answer to one person's question of ``asked_on``."""

    operator: str
    asked_on: date
    given: tuple[Given, ...]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        left_out: Mapping[str, str] = {"ja": LEFT_OUT.ja, "en": LEFT_OUT.en}
        return {
            "format": FORMAT,
            "operator": self.operator,
            "asked_on": self.asked_on.isoformat(),
            "given": [one.document() for one in self.given],
            "left_out": left_out,
        }


def answer(operator: str, question: DisclosureCase, found: Iterable[Tellable]) -> DataSubjectAnswer:
    """The answer to ``question``, whose items name the person's contracts. Only what concerns one of these is told."""
    asked = {(item.kind, item.value) for item in question.items if item.kind in IDENTIFIERS}
    given = {Given(one.given_on, one.to, one.title) for one in found if one.identifiers & asked}
    return DataSubjectAnswer(
        operator,
        japan_date(question.received_at),
        tuple(sorted(given, key=lambda one: (one.on, one.to, one.title.ja))),
    )
