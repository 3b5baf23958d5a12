"""What was asked and what is told, in words. Pure.

Nothing is told here of an answer that names nobody for certain: such rows can't be made with content at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sekisho.disclosure.civil_items import CIVIL_ITEMS
from sekisho.disclosure.papers.era import era_span
from sekisho.disclosure.papers.errors import NotAskedFor, NothingToTell, PaperRefused
from sekisho.disclosure.papers.frame import MAX_REASON, MAX_ROWS, limit, need
from sekisho.disclosure.record import DisclosureCase, Item, ItemKind
from sekisho.disclosure.search.outcomes import DISCLOSABLE
from sekisho.logs.lookup.answer import Outcome

MAX_TOLD: Final = 40
"""Lines told of one item: a house limit; a log of more lines goes as a file with its hash in the list."""

KINDS: Final = {
    ItemKind.ADDRESS: "IPアドレス",
    ItemKind.LINE: "回線",
    ItemKind.PHONE: "電話番号",
    ItemKind.ICCID: "ICCID",
    ItemKind.IMEI: "IMEI",
    ItemKind.ACCOUNT: "アカウント",
    ItemKind.EMAIL: "電子メールアドレス",
    ItemKind.PAYMENT: "決済の識別子",
    ItemKind.POST_URL: "投稿のURL",
}
_PROTOCOLS: Final = {1: "ICMP", 6: "TCP", 17: "UDP", 58: "ICMPv6", 132: "SCTP"}
_CONTENTS: Final = {"subscriber": "契約者に関する情報", "log": "通信履歴", "location": "位置情報"}

RESULTS: Final = {
    Outcome.UNIQUE: "該当あり",
    Outcome.COMPUTED: "該当あり（割当規則による）",
    Outcome.NONE: "該当なし",
    Outcome.AMBIGUOUS: "特定できない",
    Outcome.COVERAGE_GAP: "確認できない（記録の欠落）",
    Outcome.EXPIRED: "確認できない（保存期間経過により消去済み）",
    Outcome.NEXT_PROVIDER: "他の事業者の管理するもの",
}
"""Each outcome as a paper says it. 確認できない is neither 該当あり nor 該当なし."""


def content_name(content: str) -> str:
    """A wanted content (``subscriber``, ``civil.1`` …) in words. Raises ``PaperRefused`` for one that isn't."""
    if content in _CONTENTS:
        return _CONTENTS[content]
    head, _, tail = content.partition(".")
    if head == "civil" and tail.isascii() and tail.isdigit() and int(tail) in CIVIL_ITEMS:
        return CIVIL_ITEMS[int(tail)].title.ja
    raise PaperRefused(field="content", problem="not a content that can be asked for")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One item as the paper repeats it."""

    number: int
    kind: str
    value: str
    detail: str
    when: str
    wanted: str


def question(item: Item) -> Question:
    """An item in words; times in Japan time as exactly as the request has them."""
    detail = [] if item.port is None else [f"送信元ポート番号 {item.port}"]
    if item.protocol is not None:
        detail.append(_PROTOCOLS.get(item.protocol, f"プロトコル番号 {item.protocol}"))
    if item.destination is not None:
        port = "" if item.destination_port is None else f" ポート番号 {item.destination_port}"
        detail.append(f"接続先 {item.destination}{port}")
    return Question(
        number=item.number,
        kind=KINDS[item.kind],
        value=item.value,
        detail="、".join(detail),
        when=era_span(item.begin, item.end, item.precision),
        wanted="、".join(content_name(one) for one in item.wanted),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line told of an item: which wanted ``content`` it belongs to, and its name and value as printed."""

    content: str
    label: str
    value: str

    def __post_init__(self) -> None:
        """``PaperRefused`` for a missing or overlong part."""
        need(self.label, "told.label")
        need(self.value, "told.value", most=MAX_REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What is answered to one item.

    ``outcome`` is the search's (None: nothing was searched). ``told`` may stand only where one holder was found.
    ``provider`` is the next provider's name, where there is one. ``why`` says why nothing is told although somebody was
    found, or nothing was searched; it is required then.
    """

    item: int
    outcome: Outcome | None
    told: tuple[Told, ...] = ()
    provider: str = ""
    why: str = ""

    def __post_init__(self) -> None:
        """``NothingToTell`` for content where nobody was found for certain; ``PaperRefused`` for the rest."""
        if self.told and self.outcome not in DISCLOSABLE:
            raise NothingToTell(field="told", problem=_slug(self.outcome), item=self.item)
        if self.provider and self.outcome is not Outcome.NEXT_PROVIDER:
            raise NothingToTell(field="provider", problem=_slug(self.outcome), item=self.item)
        if len(self.told) > MAX_TOLD:
            raise PaperRefused(field="told", problem=f"more than {MAX_TOLD} lines for one item")
        silent = self.outcome is None or (self.outcome in DISCLOSABLE and not self.told)
        if silent and not self.why.strip():
            raise PaperRefused(field="why", problem=f"item {self.item} is answered with nothing, and no reason")
        limit(self.why, "why", most=MAX_REASON)
        limit(self.provider, "provider")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """A question and its answer, as printed."""

    question: Question
    result: str
    told: tuple[Told, ...]
    provider: str
    why: str


def answer_rows(case: DisclosureCase, answers: Iterable[Answered]) -> tuple[AnswerRow, ...]:
    """Each answer with its question, in the request's order.

    Raises ``PaperRefused`` for an item the request hasn't or that is answered twice, ``NotAskedFor`` for content it
    didn't ask for.
    """
    items = {item.number: item for item in case.items}
    rows: dict[int, AnswerRow] = {}
    for one in answers:
        item = items.get(one.item)
        if item is None or one.item in rows:
            raise PaperRefused(field="answers", problem=f"item {one.item} isn't in the request, or stands twice")
        for told in one.told:
            if told.content not in item.wanted:
                raise NotAskedFor(field="told", problem="not asked for", item=one.item, content=told.content[:40])
        rows[one.item] = AnswerRow(
            question=question(item), result=_result(one), told=one.told, provider=one.provider, why=one.why
        )
    if not rows:
        raise PaperRefused(field="answers", problem="no item is answered")
    return tuple(rows[number] for number in sorted(rows))


def questions(case: DisclosureCase, numbers: Iterable[int] | None = None) -> tuple[Question, ...]:
    """The items of these numbers, or all. Raises ``PaperRefused`` for a number the request hasn't, or none at all."""
    items = {item.number: item for item in case.items}
    wanted = sorted(items if numbers is None else set(numbers))
    if not wanted or len(wanted) > MAX_ROWS or any(number not in items for number in wanted):
        raise PaperRefused(field="items", problem="none, too many, or not in the request")
    return tuple(question(items[number]) for number in wanted)


def _result(one: Answered) -> str:
    """Where somebody was found and nothing is told, not even that somebody was found."""
    if one.outcome is None or (one.outcome in DISCLOSABLE and not one.told):
        return "回答できない"
    return RESULTS[one.outcome]


def _slug(outcome: Outcome | None) -> str:
    return "not searched" if outcome is None else outcome.value
