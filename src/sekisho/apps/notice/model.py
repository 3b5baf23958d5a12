"""The notice as data: what its page and its copy for machines are written from.

Words that nobody confirmed aren't here: where they belong stands ``None``, and :attr:`NoticeDocument.missing` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sekisho.apps.items import ITEMS
from sekisho.apps.law.facts import Basis, Notice, NoticeRow, OptOutKind, Stated
from sekisho.errors import Lang

FORMAT: Final = "sekisho.notice/1"


@dataclass(frozen=True, slots=True)
class Words:
    """The operator's words. ``en`` is empty where none were given: then the Japanese ones stand on the English page."""

    ja: str
    en: str = ""

    def as_document(self) -> dict[str, str]:
        """The words for machines."""
        return {"ja": self.ja, "en": self.en}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that nobody confirmed: of which recipient (empty: the notice itself), what, and a sentence."""

    key: str
    what: str
    ja: str
    en: str

    def sentence(self, lang: Lang) -> str:
        """What is missing and what to write where."""
        return self.ja if lang == "ja" else self.en

    def as_document(self) -> dict[str, str]:
        """The gap for machines."""
        return {"recipient": self.key, "what": self.what, "ja": self.ja, "en": self.en}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One recipient as the notice tells it (規則22条の2の29).

    ``handler`` is who handles it there by name, ``service`` the service's name (empty: none given); ``seen_as`` is what
    a scan calls it, where no entry is confirmed. ``information`` are kinds that are confirmed, ``unconfirmed`` kinds
    that were observed and aren't, ``more`` what has no kind of its own. ``purpose`` is the operator's,
    ``recipient_purpose`` the recipient's. ``since`` is the day from which it is sent, where somebody gave it.
    """

    key: str
    service: str
    handler: Words | None
    information: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    more: Words | None
    purpose: Words | None
    recipient_purpose: Words | None
    purposes: tuple[str, ...] = ()
    policy: str = ""
    opt_out: str = ""
    since: date | None = None
    basis: Basis | None = None
    seen_as: str = ""

    @property
    def label(self) -> str:
        """A name to tell it apart by."""
        return self.service or (self.handler.ja if self.handler else "") or self.seen_as or self.key

    def as_document(self) -> dict[str, Any]:
        """The row for machines."""
        return {
            "recipient": self.key,
            "service": self.service,
            "seen_as": self.seen_as,
            "handler": _words(self.handler),
            "information": [{"slug": each, "ja": ITEMS[each].ja, "en": ITEMS[each].en} for each in self.information],
            "unconfirmed": list(self.unconfirmed),
            "more": _words(self.more),
            "purpose": _words(self.purpose),
            "recipient_purpose": _words(self.recipient_purpose),
            "purposes": list(self.purposes),
            "policy": self.policy,
            "opt_out": self.opt_out,
            "since": self.since.isoformat() if self.since else None,
            "basis": self.basis.value if self.basis else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """An opt-out with its seven items (規則22条の2の31): information, recipient and purposes are those of ``row``; that
    there is one, is that it stands here."""

    row: Row
    kind: OptOutKind
    how: Words | None
    limits: Words | None
    link: str = ""

    def as_document(self) -> dict[str, Any]:
        """The opt-out for machines."""
        return {**self.row.as_document(), "stops": self.kind.value, "how": _words(self.how),
                "limits": _words(self.limits), "link": self.link}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNeeded:
    """A recipient that needs no row, on which ground (法27条の12ただし書), and the operator's reason."""

    key: str
    service: str
    basis: Basis
    reason: Words

    def as_document(self) -> dict[str, Any]:
        """The entry for machines."""
        return {"recipient": self.key, "service": self.service, "basis": self.basis.value,
                "reason": _words(self.reason)}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the notice's history: on which day what was changed."""

    day: date
    words: Words

    def as_document(self) -> dict[str, Any]:
        """The line for machines."""
        return {"day": self.day.isoformat(), **self.words.as_document()}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDocument:
    """The whole notice.

    ``operator`` sends; ``contact`` is where users ask. ``missing`` are the places nobody confirmed. What the page
    doesn't print: ``unseen`` are rows that no scan saw (no offence), ``in_file`` recipients that are only in the app's
    file, ``jargon`` technical terms in the operator's words with the entry they stand in.
    """

    operator: Words
    service: Words
    contact: Words | None
    address: str
    rows: tuple[Row, ...]
    stops: tuple[Stop, ...]
    not_needed: tuple[NotNeeded, ...]
    changes: tuple[Change, ...]
    missing: tuple[Missing, ...]
    unseen: tuple[str, ...] = ()
    in_file: tuple[str, ...] = ()
    jargon: tuple[tuple[str, str], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything in it is confirmed."""
        return not self.missing

    @property
    def updated(self) -> date | None:
        """The day of the last change; ``None`` without a history."""
        return max((each.day for each in self.changes), default=None)

    def as_document(self) -> dict[str, Any]:
        """The notice for machines: the copy that is published beside the page."""
        return {
            "format": FORMAT,
            "operator": _words(self.operator),
            "service": _words(self.service),
            "contact": _words(self.contact),
            "address": self.address,
            "complete": self.complete,
            "updated": self.updated.isoformat() if self.updated else None,
            "recipients": [each.as_document() for each in self.rows],
            "opt_outs": [each.as_document() for each in self.stops],
            "not_needed": [each.as_document() for each in self.not_needed],
            "changes": [each.as_document() for each in self.changes],
            "missing": [each.as_document() for each in self.missing],
        }

    def as_notice(self) -> Notice:
        """What the checks of law and the reconciler read of it: only what is confirmed is told."""
        return Notice(rows=tuple(_told(row) for row in (*self.rows, *(each.row for each in self.stops))),
                      japanese=True)  # fmt: skip


def _told(row: Row) -> NoticeRow:
    def stated(words: Words | None) -> Stated:
        return Stated.ABSENT if words is None else Stated.CLEAR

    told = Stated.CLEAR if row.information or row.more else Stated.ABSENT
    return NoticeRow(
        recipient=row.key, handler=stated(row.handler), information=frozenset(row.information),
        information_stated=told, sender_purpose=stated(row.purpose), recipient_purpose=stated(row.recipient_purpose),
        purposes=frozenset(row.purposes),
    )  # fmt: skip


def _words(words: Words | None) -> dict[str, str] | None:
    return None if words is None else words.as_document()
