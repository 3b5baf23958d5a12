"""The letter that goes out the same day: what is held until when, and when it would have expired. Pure.

It names no record and nobody: the document it answers, the kinds and days, the two dates of each. It goes to whoever
asked; one about a silent hold says that nobody else is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sekisho.engine.facts import Text
from sekisho.errors import Lang
from sekisho.logs.holds.rules import HOLDS, End, HoldType
from sekisho.logs.kinds import KINDS, LogKind


@dataclass(frozen=True, slots=True)
class HeldKind:
    """What is held of a kind: the days asked for, how many of them there is anything of, how many are gone, and the
    first and last day on which those would expire. Counts of records are told to nobody: they would answer a question.
    """

    kind: LogKind
    first_day: date
    last_day: date
    present: int
    gone: int
    expires_first: date | None
    expires_last: date | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. ``until`` None: it has no day (see ``type``)."""

    hold: str
    operator: str
    type: HoldType
    to: str
    document: str
    received: date
    written: date
    until: date | None
    review_on: date | None
    silent: bool
    kinds: tuple[HeldKind, ...]

    def document_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "hold": self.hold,
            "operator": self.operator,
            "type": self.type.value,
            "basis": HOLDS[self.type].source,
            "to": self.to,
            "document": self.document,
            "received": self.received.isoformat(),
            "written": self.written.isoformat(),
            "held_until": None if self.until is None else self.until.isoformat(),
            "review_on": None if self.review_on is None else self.review_on.isoformat(),
            "silent": self.silent,
            "kinds": [
                {
                    "kind": one.kind.value,
                    "first_day": one.first_day.isoformat(),
                    "last_day": one.last_day.isoformat(),
                    "days_present": one.present,
                    "days_gone": one.gone,
                    "would_expire_first": None if one.expires_first is None else one.expires_first.isoformat(),
                    "would_expire_last": None if one.expires_last is None else one.expires_last.isoformat(),
                }
                for one in self.kinds
            ],
        }

    def text(self, lang: Lang) -> str:
        """As a letter."""
        return "\n".join(_japanese(self) if lang == "ja" else _english(self)) + "\n"


_UNTIL = {
    End.DATE: Text("{until} まで", "until {until}"),
    End.CASE: Text(
        "事件（異議の訴えを含む）が終わるまで（{review} までに状況を確かめます）",
        "until the case, objections included, has ended (we look again by {review})",
    ),
    End.NEED: Text(
        "必要がなくなるまで（{review} までに状況を確かめます）",
        "until the need ceases (we look again by {review})",
    ),
}


def _until(letter: Letter, lang: Lang) -> str:
    text = _UNTIL[HOLDS[letter.type].end]
    found = text.ja if lang == "ja" else text.en
    return found.format(until=letter.until, review=letter.review_on)


def _japanese(letter: Letter) -> list[str]:
    lines = [
        f"{letter.written}",
        f"{letter.to} 御中",
        f"{letter.operator}",
        "",
        "通信履歴の保全について（回答）",
        "",
        f"{letter.received} に受け付けた{_paper_ja(letter)}について、次のとおり保全しました。",
        "",
        f"  保全番号: {letter.hold}",
        f"  根拠: {HOLDS[letter.type].title.ja}（{HOLDS[letter.type].source}）",
        f"  保全する期間: {_until(letter, 'ja')}",
        "",
    ]
    for one in letter.kinds:
        lines.append(f"  {KINDS[one.kind].title.ja}（{one.first_day} から {one.last_day} の分）")
        if one.expires_first is not None:
            lines.append(f"    保全しなければ {_span(one, 'ja')}に消去される記録です。")
        if one.gone:
            lines.append(f"    {one.gone} 日分は、受付の前に保存期間が終わり消去されています。")
    if not letter.kinds:
        lines.append("  この期間の記録はありません。")
    lines += [
        "",
        "保全は開示ではありません。該当する記録の有無と内容は、令状などの手続によらなければお答えできません。",
    ]
    if letter.silent:
        lines.append("この保全について、ほかのだれにも知らせません（刑事訴訟法197条5項）。")
    if letter.type is HoldType.PRESERVATION_REQUEST:
        lines.append("差押えの必要がなくなったときは、書面で取り消してください（刑事訴訟法197条3項後段）。")
    return lines


def _english(letter: Letter) -> list[str]:
    lines = [
        f"{letter.written}",
        f"To: {letter.to}",
        f"From: {letter.operator}",
        "",
        "Preservation of communication records",
        "",
        f"On {letter.received} we received {_paper_en(letter)}. Records are held as follows.",
        "",
        f"  Hold: {letter.hold}",
        f"  Basis: {HOLDS[letter.type].title.en} ({HOLDS[letter.type].source})",
        f"  Held: {_until(letter, 'en')}",
        "",
    ]
    for one in letter.kinds:
        lines.append(f"  {KINDS[one.kind].title.en} ({one.first_day} to {one.last_day})")
        if one.expires_first is not None:
            lines.append(f"    Without the hold they would be erased {_span(one, 'en')}.")
        if one.gone:
            lines.append(f"    {one.gone} days were erased at the end of their period before we received this.")
    if not letter.kinds:
        lines.append("  There are no records of that time.")
    lines += [
        "",
        "Holding is not disclosing. Whether there are matching records, and what they say, is answered only",
        "through a warrant or another procedure of law.",
    ]
    if letter.silent:
        lines.append("Nobody else is told of it (Code of Criminal Procedure art. 197(5)).")
    if letter.type is HoldType.PRESERVATION_REQUEST:
        lines.append(
            "Please withdraw it in writing when seizure is no longer needed (Code of Criminal Procedure art. 197(3))."
        )
    return lines


def _paper_ja(letter: Letter) -> str:
    return f"貴文書（{letter.document}）" if letter.document else "ご依頼"


def _paper_en(letter: Letter) -> str:
    return f"your document {letter.document}" if letter.document else "your request"


def _span(one: HeldKind, lang: Lang) -> str:
    first, last = one.expires_first, one.expires_last
    if first == last:
        return f"{first} の終わり" if lang == "ja" else f"after {first}"
    return f"{first} から {last} " if lang == "ja" else f"between {first} and {last}"


def expiry(days: Sequence[date | None]) -> tuple[date | None, date | None]:
    """The first and last of the days on which something expires."""
    known = [day for day in days if day is not None]
    return (min(known), max(known)) if known else (None, None)
