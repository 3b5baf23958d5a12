"""Public warnings made of a month's figures: a text for a web page, one of an SMS' length, one for a poster. Pure.

Every figure is one of the month's report. A sentence is written only where its figure reaches :data:`LEAST`; that
something grew is said only above :data:`GROWN` and where both months' evidence is as good as whole. Nothing is said
about fraud or victims: calls were counted, not crimes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from sekisho.calls.analytics.report import Report
from sekisho.engine.facts import Text

LEAST: Final = 100
"""The fewest calls that a public text names. A house figure."""
GROWN: Final = 0.2
"""How much more than the month before "increased" means at least. A house figure."""
WHOLE: Final = 0.01
"""Which share of a month's evidence may be missing for two months to be compared. A house figure."""
SMS_MOST: Final = 70
"""Characters of one Japanese SMS (UCS-2, 3GPP TS 23.038)."""
SMS_MOST_EN: Final = 160
"""Characters of one English SMS (GSM 7 bit)."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call, and where that was read."""

    number: str
    name: Text
    about: Text
    source: str
    read_on: str


@dataclass(frozen=True, slots=True)
class PublicTexts:
    """What may be published. ``figures``: every number named, by where in the report it stands."""

    month: str
    page: Text
    sms: Text
    poster: Text
    figures: dict[str, int]
    contacts: tuple[Contact, ...]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        texts = {"page": self.page, "sms": self.sms, "poster": self.poster}
        return {
            "month": self.month, **{name: {"ja": text.ja, "en": text.en} for name, text in texts.items()},
            "figures": self.figures,
            "contacts": [
                {"number": one.number, "name": {"ja": one.name.ja, "en": one.name.en}, "source": one.source,
                 "read_on": one.read_on}
                for one in self.contacts
            ],
        }  # fmt: skip


@cache
def contacts() -> tuple[Contact, ...]:
    """Whom to call."""
    raw = resources.files("sekisho.calls.analytics").joinpath("contacts.yaml").read_text(encoding="utf-8")
    return tuple(
        Contact(one["number"], Text(**one["name"]), Text(**one["about"]), one["source"], one["read_on"].isoformat())
        for one in yaml.safe_load(raw)["contacts"]
    )


@dataclass(frozen=True, slots=True)
class _Fact:
    """One figure: where it stands, and its sentence."""

    where: str
    calls: int
    before: int | None
    ja: str
    en: str


def public_texts(found: Report) -> PublicTexts:
    """The texts of a month."""
    facts = [one for one in _facts(found) if one.calls >= LEAST]
    ja, en = f"{found.month.year}年{found.month.month}月", f"{found.month.first:%B %Y}"
    sentences = [(one.ja.format(n=f"{one.calls:,}"), one.en.format(n=f"{one.calls:,}")) for one in facts]
    grown = [_grown(found, one) for one in facts]
    lines = [(a + more[0], b + more[1]) for (a, b), more in zip(sentences, grown, strict=True)]
    none = (("件数を示せる項目はありませんでした。", "No count of the month is large enough to be told."),)
    figures = {one.where: one.calls for one in facts}
    figures |= {f"{one.where}.before": one.before for one, more in zip(facts, grown, strict=True)
                if more[0] and one.before is not None}  # fmt: skip
    rang = [contact for contact in contacts() if contact.number != "110"]
    page = Text(
        "\n".join([
            f"電話番号の偽装にご注意ください（{ja}の集計）", "", *(f"・{a}" for a, _ in lines or none), "",
            *_ADVICE_JA, "", *(f"{one.name.ja}：{one.number}（{one.about.ja}）" for one in contacts()), "", _NOTE.ja,
        ]),
        "\n".join([
            f"Beware of forged caller numbers (figures of {en})", "", *(f"- {b}" for _, b in lines or none), "",
            *(_ADVICE_EN), "", *(f"{one.number}: {one.name.en} ({one.about.en})" for one in contacts()), "", _NOTE.en,
        ]),
    )  # fmt: skip
    return PublicTexts(str(found.month), page, _sms(facts, ja), _poster(facts, ja, en, rang), figures, contacts())


_ADVICE_JA: Final = (
    "・警察や役所の番号が表示されても、本物とは限りません。いったん切り、自分で調べた番号にかけ直してください。",
    "・知らない国際電話（「+」や「010」で始まる番号）には、出ない、かけ直さない。",
    "・電話でお金や暗証番号の話が出たら、切って相談してください。",
)
_ADVICE_EN: Final = (
    "- A police or office number on the display doesn't prove who calls. Hang up; call a number you looked up.",
    "- Don't answer or call back international numbers (beginning with + or 010) that you don't know.",
    "- If money or a PIN comes up on the phone, hang up and ask for advice.",
)
_NOTE: Final = Text(
    "件数は、当社の設備で判定した通話を番号の形で数えたもので、犯罪や被害の件数ではありません。少ない件数は示しません。",
    "Counted are calls that our equipment judged, by the form of the number shown: not crimes, not victims. "
    "Small counts aren't told.",
)  # fmt: skip


def _facts(found: Report) -> Iterable[_Fact]:
    before = found.compared

    def was(calls: int) -> int | None:
        return calls if before else None

    kept = {outcome: (sum(n for o, _, n, _ in found.outcomes if o == outcome),
                      sum(b for o, _, _, b in found.outcomes if o == outcome))
            for outcome in ("anonymise", "reject")}  # fmt: skip
    yield _Fact(
        "outcomes.anonymise", kept["anonymise"][0], was(kept["anonymise"][1]),
        "番号を表示せずにつないだ（非通知にした）通話：{n}件", "Calls put through with their number withheld: {n}",
    )  # fmt: skip
    yield _Fact(
        "outcomes.reject", kept["reject"][0], was(kept["reject"][1]),
        "つながなかった通話：{n}件", "Calls refused: {n}",
    )  # fmt: skip
    for kind, ja, en in (
        ("foreign_ending", "末尾が「0110」の国際電話番号（警察署の番号に似た形）からの通話：{n}件",
         "Calls from foreign numbers that end in 0110, as those of police stations do: {n}"),
        ("japanese_inside", "「+1」の後ろに日本の番号を並べた番号からの通話：{n}件",
         "Calls from numbers with a Japanese number written behind +1: {n}"),
        ("altered_ending", "末尾が「0110」の国内番号で、非通知にした、またはつながなかった通話：{n}件",
         "Calls from Japanese numbers ending in 0110 that were withheld or refused: {n}"),
    ):  # fmt: skip
        yield _Fact(f"police.{kind}", found.police[kind], was(found.police_before[kind]), ja, en)
    unassigned = found.shown.get("unassigned", 0)
    yield _Fact(
        "incoming_by_kind.unassigned", unassigned, None,
        "どの国にも割り当てられていない国番号からの通話：{n}件", "Calls from country codes that nobody has: {n}",
    )  # fmt: skip


def _grown(found: Report, one: _Fact) -> tuple[str, str]:
    if one.before is None or one.before < LEAST or not _whole(found):
        return "", ""
    if abs(one.calls - one.before) < GROWN * one.before:
        return "", ""
    ja, en = ("増えました", "up") if one.calls > one.before else ("減りました", "down")
    return f"（前月{one.before:,}件から{ja}）", f" ({en} from {one.before:,} the month before)"


def _whole(found: Report) -> bool:
    """Whether both months' evidence is whole enough to compare them."""
    pairs = ((found.missing + found.unread, found.calls), (found.missing_before, found.calls_before))
    return found.compared and all(calls and missing <= WHOLE * calls for missing, calls in pairs)


def _sms(facts: list[_Fact], ja: str) -> Text:
    """One message: the advice, and the month's police-shaped calls where there is room."""
    base = Text("警察の番号が出ても偽装の場合があります。切ってかけ直しを。相談#9110", "")
    said = base.ja
    police = [one for one in facts if one.where in ("police.foreign_ending", "police.altered_ending")]
    if police:
        longer = f"{ja}、警察に似た番号{max(one.calls for one in police):,}件。" + base.ja
        said = longer if len(longer) <= SMS_MOST else said
    return Text(said, "A police number on your display may be forged. Hang up and call a number you looked up. "
                      "Advice: #9110")  # fmt: skip


def _poster(facts: list[_Fact], ja: str, en: str, rang: list[Contact]) -> Text:
    largest = max(facts, key=lambda one: one.calls, default=None)
    number = f"{largest.calls:,}" if largest is not None else ""
    counted = [] if largest is None else [f"{ja}　{largest.ja.format(n=number)}"]
    counted_en = [] if largest is None else [f"{en}: {largest.en.format(n=number)}"]
    return Text(
        "\n".join(["その番号、本物ですか？", *counted, "表示は偽装できます。切って、かけ直す。",
                   *(f"{one.name.ja} {one.number}" for one in rang)]),
        "\n".join(["Is that number real?", *counted_en, "A display can be forged. Hang up and call back.",
                   *(f"{one.number} {one.name.en}" for one in rang)]),
    )  # fmt: skip
