"""What every paper has: who writes to whom, its number and day, and about which request. Pure.

Here stands the one check that no paper can get past: where secrecy was asked for or ordered, nothing is written to
anybody but whoever asked. It looks at the case's flag, never at the day on which the secrecy was to end: lifting the
flag is a person's act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar, Final, Self

from sekisho.disclosure.kinds import CASE_TYPES, RequesterKind
from sekisho.disclosure.papers.era import era_day
from sekisho.disclosure.papers.errors import PaperRefused, SecrecyForbidsPaper, WrongPaper
from sekisho.disclosure.papers.kinds import ASK_SECRECY, PAPERS, Audience, PaperKind, PaperSpec
from sekisho.disclosure.record import MAX_TEXT, DisclosureCase, SecrecyState

MAX_LINES: Final = 12
"""Lines of an address: a house limit; an envelope's window shows fewer."""
MAX_REASON: Final = 40_000
"""Characters of free text, two fields of a letter to the sender; a house limit. Longer reasons go as an enclosure."""
MAX_NUMBER: Final = 100
"""Characters of a paper's own number, which stands at the foot of each page: a house limit."""
MAX_ROWS: Final = 10_000
"""Rows of a list: the items of one request (:data:`sekisho.disclosure.record.MAX_ITEMS`)."""


def need(text: str, field: str, *, most: int = MAX_TEXT) -> None:
    """``PaperRefused`` unless ``text`` says something within ``most`` characters."""
    if not text.strip():
        raise PaperRefused(field=field, problem="empty")
    limit(text, field, most=most)


def limit(text: str, field: str, *, most: int = MAX_TEXT) -> None:
    """``PaperRefused`` for more than ``most`` characters."""
    if len(text) > most:
        raise PaperRefused(field=field, problem=f"longer than {most} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """This operator as it stands on its papers. ``signs`` is the title and name of whoever signs; ``desk`` the section
    to ask, with telephone and mail address."""

    name: str
    address: tuple[str, ...]
    signs: str
    desk: str
    phone: str = ""
    mail: str = ""

    def __post_init__(self) -> None:
        """``PaperRefused`` for a missing or overlong part."""
        need(self.name, "office.name")
        need(self.signs, "office.signs")
        need(self.desk, "office.desk")
        _lines(self.address, "office.address")
        for value, field in ((self.phone, "office.phone"), (self.mail, "office.mail")):
            limit(value, field)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Self:
        """From a settings file's table: the fields by their names, ``address`` a list of lines. ``PaperRefused`` for
        one that is missing, unknown, or no text."""
        known = {one.name for one in fields(cls)}
        for name, value in written.items():
            lines = value if name == "address" and isinstance(value, list | tuple) else [value]
            if name not in known or not all(isinstance(one, str) for one in lines):
                raise PaperRefused(field=f"office.{str(name)[:40]}", problem="not a field, or not text")
        given = {**written, "address": _as_lines(written.get("address", ()))}
        return cls(**{"name": "", "signs": "", "desk": "", **given})


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who is written to. ``honorific`` follows the last name line: 殿, 様 or 御中."""

    name: str
    honorific: str
    person: str = ""
    address: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """``PaperRefused`` for a missing or overlong part."""
        need(self.name, "addressee.name")
        limit(self.person, "addressee.person")
        if self.honorific not in HONORIFICS:
            raise PaperRefused(field="addressee.honorific", problem="not one of 殿, 様, 御中")
        if self.address:
            _lines(self.address, "addressee.address")

    @classmethod
    def requester_of(cls, case: DisclosureCase) -> Addressee:
        """Whoever sent the request, as its record has them."""
        who = case.requester
        person = "　".join(part for part in (who.rank, who.officer) if part)
        body = who.kind in _BODIES
        official = who.kind in _OFFICERS or (body and bool(person))
        honorific = "殿" if official else "御中" if body else "様"
        return cls(name=who.name, person=person, honorific=honorific, address=(who.office,) if who.office else ())


HONORIFICS: Final = ("殿", "様", "御中")
_TO_APPLICANTS: Final = frozenset({PaperKind.NEXT_PROVIDER})
"""Papers for whoever applied for a court's order, never for the court that sent it (情プラ法15条1項1号)."""
_BODIES: Final = frozenset(
    {RequesterKind.COURT, RequesterKind.BAR_ASSOCIATION, RequesterKind.PROVIDER, RequesterKind.RESCUE_BODY}
)
_OFFICERS: Final = frozenset(
    {
        RequesterKind.PROSECUTOR,
        RequesterKind.PROSECUTOR_ASSISTANT,
        RequesterKind.JUDICIAL_POLICE_OFFICER,
        RequesterKind.JUDICIAL_CONSTABLE,
        RequesterKind.POLICE_CHIEF,
        RequesterKind.TAX_OFFICER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regarding:
    """The request that is answered, as its paper calls itself. Empty where the reader mustn't be told of it."""

    title: str
    number: str
    dated: date | None

    @property
    def told(self) -> str:
        """``令和8年11月21日付け令和8年（る）第1号「捜索差押許可状」``, with what there is of it."""
        day = "" if self.dated is None else f"{era_day(self.dated)}付け"
        return f"{day}{self.number}「{self.title}」"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Who writes to whom about which request. Made by :meth:`of`, which knows the case."""

    kind: PaperKind
    audience: Audience
    secrecy: SecrecyState
    office: Office
    addressee: Addressee
    number: str
    dated: date
    regarding: Regarding
    promise: str = ""
    """The sentence on secrecy that whoever asked for it reads; empty on every other paper."""

    def __post_init__(self) -> None:
        """Raises ``SecrecyForbidsPaper`` for a secret case's paper to anybody but the requester."""
        if self.secrecy is not SecrecyState.NONE and self.audience is not Audience.REQUESTER:
            spec = PAPERS[self.kind]
            raise SecrecyForbidsPaper(paper=self.kind.value, paper_ja=spec.title.ja)
        if self.promise and self.audience is not Audience.REQUESTER:
            raise PaperRefused(field="promise", problem="only for whoever asked for secrecy")
        need(self.number, "number", most=MAX_NUMBER)

    @property
    def spec(self) -> PaperSpec:
        """What is said of this kind of paper."""
        return PAPERS[self.kind]

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        kind: PaperKind,
        *,
        office: Office,
        number: str,
        dated: date,
        addressee: Addressee | None = None,
    ) -> Self:
        """The frame of a paper about ``case``. ``number`` is this operator's own for the paper.

        A paper to whoever asked goes to them and nobody else; a subscriber's letter needs its ``addressee``, and where
        a court's order was sent by the court, its applicant may be named as one. Raises
        ``WrongPaper``, ``SecrecyForbidsPaper`` and ``PaperRefused``.
        """
        spec = PAPERS[kind]
        if case.type not in spec.cases:
            title = CASE_TYPES[case.type].title
            raise WrongPaper(paper=kind.value, paper_ja=spec.title.ja, case_ja=title.ja, case_en=title.en)
        audience = spec.audience
        if audience is Audience.REQUESTER and case.requester.kind is RequesterKind.SUBSCRIBER:
            audience = Audience.SUBSCRIBER
        to_subscriber = spec.audience is Audience.SUBSCRIBER
        # The secrecy check comes first: what is wrong with the letter is no longer of interest.
        if case.secret and audience is not Audience.REQUESTER:
            raise SecrecyForbidsPaper(paper=kind.value, paper_ja=spec.title.ja)
        if to_subscriber and addressee is None:
            raise PaperRefused(field="addressee", problem="the subscriber's name and address are needed")
        if not to_subscriber and addressee is not None and kind not in _TO_APPLICANTS:
            raise PaperRefused(field="addressee", problem="this paper goes to whoever asked")
        return cls(
            kind=kind,
            audience=audience,
            secrecy=case.secrecy.state,
            office=office,
            addressee=addressee or _asked_by(case, kind),
            number=number,
            dated=dated,
            regarding=_regarding(case, told=not to_subscriber),
            promise=_promise(case) if audience is Audience.REQUESTER else "",
        )


def _asked_by(case: DisclosureCase, kind: PaperKind) -> Addressee:
    if kind in _TO_APPLICANTS and case.requester.kind is RequesterKind.COURT:
        # Not named: the court here and the order's number below tell who it is.
        return Addressee(name=f"{case.requester.name}の提供命令の申立人", honorific="様")
    return Addressee.requester_of(case)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper: its frame and, in each subclass, what stands on it."""

    frame: Frame
    kind: ClassVar[PaperKind]

    def __post_init__(self) -> None:
        """``PaperRefused`` where the frame is another paper's."""
        if self.frame.kind is not self.kind:
            raise PaperRefused(field="frame", problem=f"made for {self.frame.kind.value}, not {self.kind.value}")


def _regarding(case: DisclosureCase, *, told: bool) -> Regarding:
    """The request by its own number and title; to a subscriber only its type: a title may name whoever asks."""
    paper = case.document
    if not told:
        return Regarding(title=CASE_TYPES[case.type].title.ja, number="", dated=None)
    return Regarding(
        title=paper.title or CASE_TYPES[case.type].title.ja,
        number=paper.number,
        dated=paper.dated,
    )


def _promise(case: DisclosureCase) -> str:
    if not case.secret or case.type not in ASK_SECRECY:
        return ""
    until = "" if case.secrecy.until is None else f"{era_day(case.secrecy.until)}まで"
    if case.secrecy.state is SecrecyState.ORDERED:
        return f"本件に関する事項は、漏らしてはならない旨の命令に従い、{until}他に漏らさないよう取り扱っております。"
    return f"本件に関する事項は、お求めに従い、{until}みだりに漏らさないよう取り扱っております。"


def _as_lines(address: Any) -> tuple[str, ...]:
    return tuple(address.splitlines()) if isinstance(address, str) else tuple(address)


def _lines(lines: tuple[str, ...], field: str) -> None:
    if not 1 <= len(lines) <= MAX_LINES:
        raise PaperRefused(field=field, problem=f"1 to {MAX_LINES} lines")
    for line in lines:
        need(line, field)
