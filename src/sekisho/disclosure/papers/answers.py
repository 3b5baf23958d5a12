"""Answers to whoever asked: what was found, what is missing, what it costs, who is next. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from sekisho.disclosure.papers.errors import PaperRefused
from sekisho.disclosure.papers.frame import MAX_REASON, MAX_ROWS, Addressee, Frame, Office, Paper, limit, need
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.papers.shown import Answered, AnswerRow, answer_rows
from sekisho.disclosure.record import DisclosureCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Paper):
    """回答書: the answer to an inquiry, item by item. ``note`` is free text below the list."""

    rows: tuple[AnswerRow, ...]
    note: str = ""
    kind: ClassVar[PaperKind] = PaperKind.ANSWER

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        answers: Iterable[Answered],
        *,
        office: Office,
        number: str,
        dated: date,
        note: str = "",
    ) -> Self:
        """Raises ``NotAskedFor``, ``PaperRefused``, and what :meth:`Frame.of` raises."""
        limit(note, "note", most=MAX_REASON)
        frame = Frame.of(case, cls.kind, office=office, number=number, dated=dated)
        return cls(frame=frame, rows=answer_rows(case, answers), note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarAnswer(Answer):
    """弁護士会照会に対する回答書: to the bar association, which passes it to the lawyer who asked."""

    kind: ClassVar[PaperKind] = PaperKind.BAR_ANSWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One thing that is missing or unclear. ``items`` are numbers in the request (``1–200, 305``), empty where it is
    the request as a whole."""

    field: str
    question: str
    items: str = ""

    def __post_init__(self) -> None:
        """``PaperRefused`` for a missing or overlong part."""
        need(self.field, "doubt.field")
        need(self.question, "doubt.question", most=MAX_REASON)
        limit(self.items, "doubt.items", most=MAX_REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBack(Paper):
    """照会事項に関する質問書: what must be known before the request can be dealt with."""

    doubts: tuple[Doubt, ...]
    answer_by: date | None
    kind: ClassVar[PaperKind] = PaperKind.QUESTION

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        doubts: Iterable[Doubt],
        *,
        office: Office,
        number: str,
        dated: date,
        answer_by: date | None = None,
    ) -> Self:
        """``answer_by``: a day wished for, none by law. Raises ``PaperRefused``, and what :meth:`Frame.of` raises."""
        every = tuple(doubts)
        if not 1 <= len(every) <= MAX_ROWS:
            raise PaperRefused(field="doubts", problem="none, or too many")
        if answer_by is not None and answer_by < dated:
            raise PaperRefused(field="answer_by", problem="before the paper's own day")
        return cls(
            frame=Frame.of(case, cls.kind, office=office, number=number, dated=dated),
            doubts=every,
            answer_by=answer_by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One line of a quote: how many at how many yen each."""

    what: str
    count: int
    each_yen: int

    def __post_init__(self) -> None:
        """``PaperRefused`` for a missing text, a count below one or a price below nothing."""
        need(self.what, "charge.what")
        if self.count < 1 or self.each_yen < 0:
            raise PaperRefused(field="charge", problem="a count below 1 or a price below 0")

    @property
    def total_yen(self) -> int:
        """The line's sum."""
        return self.count * self.each_yen


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(Paper):
    """手数料見積書. ``counting`` says what one identifier is; ``payment`` how and where to pay; ``tax`` whether tax
    is in the prices. Sums are whole yen."""

    charges: tuple[Charge, ...]
    counting: str
    payment: str
    tax: str
    pay_by: date
    kind: ClassVar[PaperKind] = PaperKind.QUOTE

    @property
    def total_yen(self) -> int:
        """What is to be paid."""
        return sum(one.total_yen for one in self.charges)

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        charges: Iterable[Charge],
        *,
        office: Office,
        number: str,
        dated: date,
        counting: str,
        payment: str,
        tax: str,
        pay_by: date,
    ) -> Self:
        """Raises ``PaperRefused``, and what :meth:`Frame.of` raises (``WrongPaper`` where no fee is asked)."""
        every = tuple(charges)
        if not 1 <= len(every) <= MAX_ROWS:
            raise PaperRefused(field="charges", problem="none, or too many")
        need(counting, "counting", most=MAX_REASON)
        need(payment, "payment", most=MAX_REASON)
        need(tax, "tax")
        if pay_by < dated:
            raise PaperRefused(field="pay_by", problem="before the paper's own day")
        return cls(
            frame=Frame.of(case, cls.kind, office=office, number=number, dated=dated),
            charges=every,
            counting=counting,
            payment=payment,
            tax=tax,
            pay_by=pay_by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider by name and address: the two things that 情プラ法15条 has told, and nothing of the sender."""

    name: str
    address: str

    def __post_init__(self) -> None:
        """``PaperRefused`` for a missing or overlong part."""
        need(self.name, "provider.name")
        need(self.address, "provider.address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who is next for one item; ``provider`` is None where none can be named, and ``why`` says why."""

    item: int
    provider: Provider | None
    why: str = ""

    def __post_init__(self) -> None:
        """``PaperRefused`` where neither a provider nor a reason stands, or both."""
        if (self.provider is None) is not bool(self.why.strip()):
            raise PaperRefused(field="named", problem=f"item {self.item} needs either a provider or a reason")
        limit(self.why, "named.why", most=MAX_REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextProvider(Paper):
    """他の開示関係役務提供者の氏名等に関する通知書: to the applicant of an order to name the next provider.

    It has a provider's name and address and the item's number, never an identifier, a time or anything of the sender.
    """

    named: tuple[Named, ...]
    notify_by: date
    kind: ClassVar[PaperKind] = PaperKind.NEXT_PROVIDER

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        named: Iterable[Named],
        *,
        office: Office,
        number: str,
        dated: date,
        notify_by: date,
        applicant: Addressee | None = None,
    ) -> Self:
        """``notify_by``: the last day for the applicant's notice, two months on (15条3項). ``applicant``: who applied
        for the order; without it whoever asked, and where that is the court, the applicant without a name. Raises
        ``PaperRefused``, and what :meth:`Frame.of` raises."""
        every = tuple(sorted(named, key=lambda one: one.item))
        known = {item.number for item in case.items}
        numbers = {one.item for one in every}
        if not every or len(numbers) != len(every) or not numbers <= known:
            raise PaperRefused(field="named", problem="none, an item twice, or one the request hasn't")
        if notify_by < dated:
            raise PaperRefused(field="notify_by", problem="before the paper's own day")
        return cls(
            frame=Frame.of(case, cls.kind, office=office, number=number, dated=dated, addressee=applicant),
            named=every,
            notify_by=notify_by,
        )
