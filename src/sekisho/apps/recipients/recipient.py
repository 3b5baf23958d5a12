"""One recipient: a service of a company, what it is known by, and what is said about it and by whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum, unique
from typing import Any


@unique
class Confidence(StrEnum):
    """Whether somebody read a source for it. A confirmed mark was read in its source; it can still be out of date."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    """From memory or by hearsay. Wherever it is shown, this is shown with it."""

    @property
    def ja(self) -> str:
        """The word for people, in Japanese."""
        return "確認済み" if self is Confidence.CONFIRMED else "未確認"

    @property
    def en(self) -> str:
        """The word for people, in English."""
        return self.value


@unique
class MarkKind(StrEnum):
    """By what a service is known."""

    HOST = "host"
    CNAME = "cname"
    """The operator's own host that is an alias of the service's."""
    ANDROID = "android"
    """The beginning of a class's name, ending where a package does."""
    IOS = "ios"
    """A framework, class or SDK by name."""
    COOKIE = "cookie"
    STORAGE = "storage"
    NAME = "name"
    """The name of the service or its company, as somebody declares it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The company that runs a service: its legal names, and its country (ISO 3166-1 alpha-2). Empty where unknown."""

    ja: str
    en: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A name that the company or the service had, and the last day it had it, where that is known."""

    name: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody says is received and for what: slugs of :mod:`~sekisho.apps.items` and
    :mod:`~sekisho.apps.purposes`."""

    items: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something about a row comes from, on which day it was read, and which of the row's marks stand in it.

    ``told`` are the slugs of items and purposes that it says the vendor tells of. A mark of the row that stands in no
    origin is not confirmed, whatever else of the row is.
    """

    source: str
    day: date
    marks: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """The origin for machines."""
        return {
            "source": self.source, "date": self.day.isoformat(), "marks": list(self.marks), "told": list(self.told),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One service. ``hosts`` and ``cnames`` are exact names or ``*.name``, which is the name and all below it.

    ``vendor_says`` is what its vendor tells of it; ``operator_confirmed`` is empty in everything shipped. ``over`` are
    the services whose wider marks this one's narrower ones take precedence of. ``collection`` names the collection that
    a row comes from, empty for our own. The row says nothing of what a particular operator's app really sends.
    """

    id: str
    service: str
    company: Company
    group: str
    source: str
    day: date
    confidence: Confidence
    aliases: tuple[str, ...] = ()
    former: tuple[Former, ...] = ()
    hosts: tuple[str, ...] = ()
    cnames: tuple[str, ...] = ()
    android: tuple[str, ...] = ()
    ios: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()
    vendor_says: Told = Told()
    operator_confirmed: Told = Told()
    opt_out: str = ""
    policy: str = ""
    over: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    collection: str = ""

    def with_id(self, recipient_id: str) -> Recipient:
        """The same row under another id."""
        return replace(self, id=recipient_id)

    def confidence_of(self, mark: str) -> Confidence:
        """Whether this mark stands in a source that was read; a name stands for the whole row."""
        if self.confidence is Confidence.CONFIRMED or any(mark in each.marks for each in self.origins):
            return Confidence.CONFIRMED
        return Confidence.UNCONFIRMED

    def confidence_of_told(self, slug: str) -> Confidence:
        """Whether a source that was read says that the vendor tells of this item or purpose."""
        if self.confidence is Confidence.CONFIRMED or any(slug in each.told for each in self.origins):
            return Confidence.CONFIRMED
        return Confidence.UNCONFIRMED

    def marks(self) -> tuple[tuple[MarkKind, str], ...]:
        """Everything it is known by, but names."""
        return tuple(
            (kind, mark)
            for kind, marks in (
                (MarkKind.HOST, self.hosts),
                (MarkKind.CNAME, self.cnames),
                (MarkKind.ANDROID, self.android),
                (MarkKind.IOS, self.ios),
                (MarkKind.COOKIE, self.cookies),
                (MarkKind.STORAGE, self.storage),
            )
            for mark in marks
        )

    def as_document(self) -> dict[str, Any]:
        """The row for machines; each mark with whether it is confirmed."""
        return {
            "id": self.id,
            "service": self.service,
            "company": {"ja": self.company.ja, "en": self.company.en, "country": self.company.country},
            "group": self.group,
            "collection": self.collection,
            "aliases": list(self.aliases),
            "former": [
                {"name": each.name, "until": each.until.isoformat() if each.until else None} for each in self.former
            ],
            "marks": [
                {"kind": kind.value, "mark": mark, "confidence": self.confidence_of(mark).value}
                for kind, mark in self.marks()
            ],
            "vendor_says": {
                "items": self._sure(self.vendor_says.items),
                "purposes": self._sure(self.vendor_says.purposes),
            },
            "operator_confirmed": _told(self.operator_confirmed),
            "opt_out": self.opt_out,
            "policy": self.policy,
            "source": self.source,
            "date": self.day.isoformat(),
            "confidence": self.confidence.value,
            "origins": [each.as_document() for each in self.origins],
        }

    def _sure(self, slugs: tuple[str, ...]) -> list[dict[str, str]]:
        return [{"slug": each, "confidence": self.confidence_of_told(each).value} for each in slugs]


def _told(told: Told) -> dict[str, list[str]]:
    return {"items": list(told.items), "purposes": list(told.purposes)}
