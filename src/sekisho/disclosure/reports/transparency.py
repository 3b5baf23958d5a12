"""The half-yearly transparency report: which requests came, about what, and what became of them. Pure.

Counted are requests, never identifiers: one request about a thousand addresses would stand out in any table.
The tables:

``type``       the kind of request
``result``     what became of it by the day of the count
``data_class`` what was looked up for it
``emergency``  of emergencies and rescues: whether somebody outside approved; told only where both kinds are
``refusal``    why it was refused; told only where the number of refusals is

No two tables are crossed. The rules of :mod:`sekisho.disclosure.reports.counting` hold for each.

Secret requests are counted only where they alone would give none or enough in every category of every table, and not
at all otherwise: whoever works at the desk knows how many others there were, and would have the rest by subtraction.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sekisho.disclosure.kinds import CASE_TYPES, CaseType, DataClass
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.reports.counting import LEAST, Published, publish
from sekisho.disclosure.reports.halves import Half
from sekisho.engine.facts import Text

FORMAT: Final = "sekisho transparency report 1"


class Result(StrEnum):
    """What became of a request."""

    ANSWERED = "answered"
    HELD = "held"
    NOTHING = "nothing"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OPEN = "open"


class Looked(StrEnum):
    """What was looked up for a request."""

    SUBSCRIBER = DataClass.SUBSCRIBER.value
    SECRECY = DataClass.SECRECY.value
    LOCATION = DataClass.LOCATION.value
    SEVERAL = "several"
    NOTHING = "nothing_looked_up"


EMERGENCY_TYPES: Final = (CaseType.EMERGENCY, CaseType.LOCATION_RESCUE)
OUTSIDE: Final = "approved_from_outside"
INSIDE: Final = "reviewed_inside"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is counted: nothing here says who asked about whom."""

    type: CaseType
    result: Result
    classes: frozenset[DataClass] = frozenset()
    outside: bool = False
    refusal: RefusalReason | None = None
    secret: bool = False

    @property
    def looked(self) -> Looked:
        """Its place among the classes of data."""
        if not self.classes:
            return Looked.NOTHING
        return Looked.SEVERAL if len(self.classes) > 1 else Looked(next(iter(self.classes)).value)


TITLES: Final[Mapping[str, Text]] = {
    Result.ANSWERED.value: Text("回答・提供したもの", "answered"),
    Result.HELD.value: Text("記録を保全したもの", "records held"),
    Result.NOTHING.value: Text("渡すものがなかったもの", "nothing to hand over"),
    Result.REFUSED.value: Text("お断りしたもの", "refused"),
    Result.WITHDRAWN.value: Text("取り下げられたもの", "withdrawn"),
    Result.OPEN.value: Text("処理中のもの", "still open"),
    Looked.SUBSCRIBER.value: Text("個々の通信と結びつかない契約者情報", "subscriber facts not tied to communications"),
    Looked.SECRECY.value: Text("通信の秘密に当たる情報", "what the secrecy of communications covers"),
    Looked.LOCATION.value: Text("位置情報", "location"),
    Looked.SEVERAL.value: Text("二つ以上の区分", "more than one class"),
    Looked.NOTHING.value: Text("何も調べていないもの", "nothing was looked up"),
    OUTSIDE: Text("社外の承認者が承認したもの", "approved by somebody outside"),
    INSIDE: Text("社内で確認したもの", "reviewed inside"),
    RefusalReason.LAWFUL_GROUND_MISSING.value: Text("法的な根拠がない", "no lawful ground"),
    RefusalReason.NOT_AUTHENTIC.value: Text("真正と確かめられない", "not shown to be genuine"),
    RefusalReason.NOT_ADDRESSED_TO_US.value: Text("当社宛てでない", "not addressed to us"),
    RefusalReason.DOCUMENT_EXPIRED.value: Text("有効期間を過ぎている", "the document had expired"),
    RefusalReason.SCOPE_UNSPECIFIED.value: Text("対象が特定されていない", "what was asked for isn't specified"),
    RefusalReason.CONTENT_ASKED.value: Text("通信の内容を求めている", "the content of communications was asked for"),
    RefusalReason.QUESTION_UNANSWERED.value: Text("質問への回答がない", "our question wasn't answered"),
    RefusalReason.INFRINGEMENT_NOT_CLEAR.value: Text("権利侵害が明らかでない", "the infringement isn't evident"),
    RefusalReason.SENDER_OPPOSES.value: Text("発信者が同意しない", "the sender opposes"),
    RefusalReason.NOTHING_FOUND.value: Text("該当する記録がない", "nothing was found"),
    RefusalReason.FEE_UNPAID.value: Text("手数料の支払いがない", "the fee wasn't paid"),
    **{one.type.value: one.title for one in CASE_TYPES.values()},
}
"""How a category is called. The value of each is unique among them."""

TABLES: Final[Mapping[str, Text]] = {
    "type": Text("請求の種類", "Type of request"),
    "result": Text("結果", "Result"),
    "data_class": Text("調べた情報の区分", "Class of data looked up"),
    "emergency": Text("緊急・救助の承認", "Approval of emergencies and rescues"),
    "refusal": Text("お断りした理由", "Reasons of refusal"),
}
WITHHELD: Final = Text("件数が少ないため示しません", "not told, since too few")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its name. ``published`` None: nothing of it can be told."""

    name: str
    published: Published | None


@dataclass(frozen=True, slots=True)
class Report:
    """A half-year's report. ``counted_on`` is the Japan day on which it was counted."""

    operator: str
    half: Half
    counted_on: date
    tables: tuple[Table, ...]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "format": FORMAT,
            "operator": self.operator,
            "half": str(self.half),
            "from": self.half.first.isoformat(),
            "to": self.half.last.isoformat(),
            "counted_on": self.counted_on.isoformat(),
            "least": LEAST,
            "note": {"ja": NOTE.ja, "en": NOTE.en},
            "tables": [_table(one) for one in self.tables],
        }

    def csv(self) -> str:
        """One line for each category; ``together`` are counts that several share, and a count that isn't told is
        empty."""
        out = io.StringIO()
        lines = csv.writer(out, lineterminator="\r\n")
        lines.writerow(("half", "table", "category", "ja", "en", "count", "together"))
        for one in self.tables:
            found = one.published
            if found is None:
                lines.writerow((self.half, one.name, "", WITHHELD.ja, WITHHELD.en, "", ""))
                continue
            for name, count in found.cells.items():
                lines.writerow((self.half, one.name, name, TITLES[name].ja, TITLES[name].en, count, ""))
            for name in found.pooled:
                pool = "" if found.pool is None else found.pool
                lines.writerow((self.half, one.name, name, TITLES[name].ja, TITLES[name].en, "", pool))
            total = "" if found.total is None else found.total
            lines.writerow((self.half, one.name, "total", "合計", "total", total, ""))
        return out.getvalue()


NOTE: Final = Text(
    f"件数は請求の通数です。{LEAST}件未満の区分は、ほかの区分と合わせて示すか、示しません。"
    "個別の請求や、その有無がわからないようにするためです。"
    f"秘密とされている請求は、どの表のどの区分でも0件か{LEAST}件以上になるときだけ、ほかと合わせて数えています。",
    f"Counts are of requests. Categories of fewer than {LEAST} are told together with others, or not at all, so that "
    "no single request, nor whether there was one, can be told from them. Requests under secrecy are counted with the "
    f"others only where there are none or at least {LEAST} of them in every category of every table.",
)


def report(operator: str, half: Half, counted_on: date, requests: Iterable[Request]) -> Report:
    """Count ``requests``, all of those received in ``half``; of the secret ones as this module says."""
    given = list(requests)
    known, secret = [one for one in given if not one.secret], [one for one in given if one.secret]
    if _tells_of_none(secret):
        known += secret
    by_type = _publish((one.type.value for one in known), [one.value for one in CaseType])
    by_result = _publish((one.result.value for one in known), [one.value for one in Result])
    return Report(
        operator,
        half,
        counted_on,
        (
            Table("type", by_type),
            Table("result", by_result),
            Table("data_class", _publish((one.looked.value for one in known), [one.value for one in Looked])),
            Table("emergency", _emergency(known, by_type)),
            Table("refusal", _refusal(known, by_result)),
        ),
    )


def _tells_of_none(secret: Sequence[Request]) -> bool:
    """Whether secret requests may be counted: none of their own counts is above 0 and below :data:`LEAST`."""
    counts = (
        Counter(one.type.value for one in secret),
        Counter(one.result.value for one in secret),
        Counter(one.looked.value for one in secret),
        Counter(one.outside for one in secret if one.type in EMERGENCY_TYPES),
        Counter(one.refusal for one in secret if one.result is Result.REFUSED),
    )
    return all(count >= LEAST for each in counts for count in each.values())


def _publish(found: Iterable[str], categories: Sequence[str]) -> Published:
    return publish(Counter(found), categories)


def _emergency(known: Sequence[Request], by_type: Published) -> Published | None:
    # Its sum is that of two types: told while one of them isn't, it would tell that one.
    if not all(by_type.tells(one.value) for one in EMERGENCY_TYPES):
        return None
    found = (OUTSIDE if one.outside else INSIDE for one in known if one.type in EMERGENCY_TYPES)
    return _publish(found, (OUTSIDE, INSIDE))


def _refusal(known: Sequence[Request], by_result: Published) -> Published | None:
    # Its sum is the number of refusals: the same.
    if not by_result.tells(Result.REFUSED.value):
        return None
    found = (one.refusal.value for one in known if one.result is Result.REFUSED and one.refusal is not None)
    return _publish(found, [one.value for one in RefusalReason])


def _table(one: Table) -> dict[str, Any]:
    title = TABLES[one.name]
    told: dict[str, Any] = {"name": one.name, "title": {"ja": title.ja, "en": title.en}}
    found = one.published
    if found is None:
        return told | {"withheld": {"ja": WITHHELD.ja, "en": WITHHELD.en}}
    return told | {
        "counts": [_titled(name) | {"count": count} for name, count in found.cells.items()],
        "together": {"categories": [_titled(name) for name in found.pooled], "count": found.pool},
        "total": found.total,
    }


def _titled(name: str) -> dict[str, Any]:
    return {"category": name, "title": {"ja": TITLES[name].ja, "en": TITLES[name].en}}
