"""A leak that must be reported: its categories, the ten fields of the report, how far each report has come. Pure.

One incident may fall into several categories, and each is reported by itself, to its own office, under its own terms:

``secrecy``       通信の秘密の漏えい (電気通信事業法28条1項2号イ)
``users``         特定利用者情報の漏えい (同; the operators designated under 27条の5)
``personal``      個人データの漏えい等 (個人情報保護法26条1項)

Whether an incident falls into one is a person's judgement. Nothing is submitted from here: who submitted it records
when, to which office, and under which reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.engine.facts import Text

MAX_FIELD: Final = 8_000
"""Characters of one field: about six pages, a house limit."""


class Category(StrEnum):
    """What leaked, as the law sorts it."""

    SECRECY = "secrecy"
    USERS = "users"
    PERSONAL = "personal"


class Stage(StrEnum):
    """Which of the two reports."""

    FIRST = "first"
    DETAILS = "details"


class LeakStanding(StrEnum):
    """How far a report has come."""

    OPEN = "open"
    FIRST_REPORTED = "first_reported"
    REPORTED = "reported"
    NOT_NEEDED = "not_needed"


class LeakField(StrEnum):
    """The ten fields of the ministry's form (総務省「漏えい報告」). They serve the other categories as well."""

    COMPANY = "company"
    REGISTRATION = "registration"
    SUMMARY = "summary"
    CONTENT = "content"
    SUBJECTS = "subjects"
    CAUSE = "cause"
    DAMAGE = "damage"
    PUBLICATION = "publication"
    RESPONSE = "response"
    PREVENTION = "prevention"


FIELDS: Final[Mapping[LeakField, Text]] = {
    LeakField.COMPANY: Text("法人名", "name of the corporation"),
    LeakField.REGISTRATION: Text("登録番号又は届出番号", "registration or notification number"),
    LeakField.SUMMARY: Text("事案の概要（発生日、発覚日、経緯）", "what happened: when, found when, how it went"),
    LeakField.CONTENT: Text("漏えいした情報の内容", "what information leaked"),
    LeakField.SUBJECTS: Text("本人の数", "number of people concerned"),
    LeakField.CAUSE: Text("原因", "cause"),
    LeakField.DAMAGE: Text("二次被害又はそのおそれ", "further damage, or danger of it"),
    LeakField.PUBLICATION: Text("公表の実施状況", "what was made public"),
    LeakField.RESPONSE: Text("本人への対応の実施状況", "what was done for the people concerned"),
    LeakField.PREVENTION: Text("再発防止のための措置", "measures against recurrence"),
}
"""The fields in the form's order."""

AT_FIRST: Final = frozenset({LeakField.COMPANY, LeakField.REGISTRATION, LeakField.SUMMARY})
"""What the first report can't do without; the rest may still be looked into (調査中)."""


@dataclass(frozen=True, slots=True)
class CategorySpec:
    """What is said of a category: its name, basis, the office it is reported to, its two terms, and what is due
    ``besides``."""

    title: Text
    source: str
    office: Text
    first: DeadlineKind
    details: DeadlineKind
    besides: Text


_OFFICE: Final = Text("管轄の総合通信局（沖縄総合通信事務所を含む）", "the regional bureau of telecommunications")
_NONE: Final = Text("", "")

CATEGORIES: Final[Mapping[Category, CategorySpec]] = {
    Category.SECRECY: CategorySpec(
        Text("通信の秘密の漏えい", "leak of what the secrecy of communications covers"),
        "電気通信事業法28条1項2号イ",
        _OFFICE,
        DeadlineKind.SECRECY_LEAK_FIRST,
        DeadlineKind.SECRECY_LEAK_DETAILS,
        _NONE,
    ),
    Category.USERS: CategorySpec(
        Text("特定利用者情報の漏えい", "leak of specified user information"),
        "電気通信事業法28条1項2号（27条の5の指定を受けた事業者）",
        _OFFICE,
        DeadlineKind.SECRECY_LEAK_FIRST,
        DeadlineKind.SECRECY_LEAK_DETAILS,
        _NONE,
    ),
    Category.PERSONAL: CategorySpec(
        Text("個人データの漏えい等", "leak of personal data"),
        "個人情報保護法26条1項・同施行規則8条",
        Text(
            "個人情報保護委員会（権限の委任を受けた大臣があるときはその大臣）",
            "the Personal Information Protection Commission, or the minister to whom it delegated",
        ),
        DeadlineKind.PERSONAL_LEAK_FIRST,
        DeadlineKind.PERSONAL_LEAK_FINAL,
        Text(
            "本人への通知も必要です（個人情報保護法26条2項）。",
            "The people concerned must be told as well (Act on the Protection of Personal Information art. 26(2)).",
        ),
    ),
}
"""Every category. That 特定利用者情報 has the same terms as the secrecy of communications is read from the ministry's
page on reports, which names both together."""


def terms_of(category: Category, *, malice: bool) -> tuple[DeadlineKind, DeadlineKind]:
    """The terms of the first report and of the details. ``malice``: 不正の目的 (施行規則7条3号) gives personal data
    sixty days."""
    spec = CATEGORIES[category]
    if category is Category.PERSONAL and malice:
        return spec.first, DeadlineKind.PERSONAL_LEAK_FINAL_MALICE
    return spec.first, spec.details


@dataclass(frozen=True, slots=True)
class Filed:
    """A report that a person submitted: which, when (a Japan date), to which office, under which reference."""

    stage: Stage
    on: date
    office: str
    reference: str
    by: str

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "stage": self.stage.value,
            "on": self.on.isoformat(),
            "office": self.office,
            "reference": self.reference,
            "by": self.by,
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Filed:
        """From :meth:`document`."""
        return cls(Stage(told["stage"]), date.fromisoformat(told["on"]), told["office"], told["reference"], told["by"])


@dataclass(frozen=True, slots=True)
class LeakReport:
    """One report of one incident. ``why_not`` is the reason for which it isn't needed, where that was found."""

    id: str
    incident: str
    category: Category
    noticed_at: datetime
    malice: bool
    fields: Mapping[LeakField, str]
    state: LeakStanding = LeakStanding.OPEN
    filed: tuple[Filed, ...] = ()
    why_not: str = ""
    opened_by: str = ""

    def missing(self, stage: Stage) -> tuple[LeakField, ...]:
        """Fields without which ``stage`` can't be reported."""
        needed = AT_FIRST if stage is Stage.FIRST else frozenset(LeakField)
        return tuple(one for one in FIELDS if one in needed and not self.fields.get(one, "").strip())

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id,
            "incident": self.incident,
            "category": self.category.value,
            "noticed_at": self.noticed_at.isoformat(),
            "malice": self.malice,
            "fields": {one.value: text for one, text in sorted(self.fields.items())},
            "state": self.state.value,
            "filed": [one.document() for one in self.filed],
            "why_not": self.why_not,
            "opened_by": self.opened_by,
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> LeakReport:
        """From :meth:`document`."""
        return cls(
            told["id"],
            told["incident"],
            Category(told["category"]),
            datetime.fromisoformat(told["noticed_at"]),
            told["malice"],
            {LeakField(name): text for name, text in told["fields"].items()},
            LeakStanding(told["state"]),
            tuple(Filed.read(one) for one in told["filed"]),
            told["why_not"],
            told["opened_by"],
        )


def lacking(stage: Stage, missing: Sequence[LeakField]) -> dict[str, Any]:
    """The fields with which :class:`~sekisho.disclosure.reports.errors.LeakIncomplete` says what ``stage`` lacks."""
    title = {Stage.FIRST: Text("第一報", "first report"), Stage.DETAILS: Text("詳報", "detailed report")}[stage]
    return {
        "field": missing[0].value,
        "problem": "empty",
        "missing": [one.value for one in missing],
        "stage_ja": title.ja,
        "stage_en": title.en,
        "missing_ja": "、".join(FIELDS[one].ja for one in missing),
        "missing_en": ", ".join(FIELDS[one].en for one in missing),
    }
