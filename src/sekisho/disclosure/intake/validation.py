"""A request looked over: what must go back to whoever sent it, and the case that can be entered. Pure.

1. checksums: what was stated of a file or paper, and what was computed of it
2. how many questions there are: too many are refused before any is read
3. the paper: number, date, validity
4. each question: its identifier, port, protocol, destination, time
5. among the questions: the same one twice
6. the case, by the same strict reader as every other (:mod:`sekisho.disclosure.reading`)

It does not say that a paper is genuine (facts, once somebody called back), that the ground is good (the gate), or whose
an address was (the search). A case without questions is entered where some couldn't be read: no part of a request is
answered while the rest of it is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.draft import Draft, Head
from sekisho.disclosure.intake.finding_words import WORDINGS, Code, Kind
from sekisho.disclosure.intake.findings import Finding, shown
from sekisho.disclosure.intake.item_check import check_item
from sekisho.disclosure.intake.surroundings import Surroundings
from sekisho.disclosure.intake.times import Unread, era_date, read_date
from sekisho.disclosure.kinds import CASE_TYPES, CaseType, Family
from sekisho.disclosure.progress import RefusalReason
from sekisho.disclosure.reading import moment, read_case
from sekisho.disclosure.record import MAX_ITEMS, DisclosureCase, Item

WARRANTS: Final = frozenset({CaseType.SEARCH_SEIZURE, CaseType.RECORDING_SEIZURE, CaseType.DATA_PROVISION_ORDER})
"""What a judge issues with a time of validity (刑事訴訟法219条1項)."""
_URGENT: Final = frozenset({Family.EMERGENCY})
_UNNUMBERED: Final = frozenset(
    {CaseType.VOLUNTARY_CLAIM, CaseType.VOLUNTARY_PRESERVATION, CaseType.OWN_ACCOUNT}
)
"""What people send who have no register of their letters."""


class Verdict(StrEnum):
    """What becomes of a request at intake."""

    ACCEPT = "accept"
    QUESTION = "question"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. ``case`` can be entered (its id is given then); it has no items where one couldn't be read.

    None where not even the head is a case: the finding ``field_refused`` names the field.
    """

    findings: tuple[Finding, ...]
    case: DisclosureCase | None
    head: Head
    references: dict[int, str]
    """The sender's own reference of each item that has one."""

    @property
    def verdict(self) -> Verdict:
        """The gravest of what was found."""
        kinds = {one.kind for one in self.findings}
        if Kind.REFUSAL in kinds:
            return Verdict.REFUSE
        return Verdict.QUESTION if Kind.QUESTION in kinds else Verdict.ACCEPT

    def of(self, kind: Kind) -> tuple[Finding, ...]:
        """The findings of a kind, in order."""
        return tuple(one for one in self.findings if one.kind is kind)

    @property
    def reasons(self) -> tuple[RefusalReason, ...]:
        """Why the request may be refused if nobody mends it."""
        found = (WORDINGS[one.code].unanswered for one in self.findings if one.kind is not Kind.NOTE)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def document(self) -> dict[str, Any]:
        """As JSON values, without the case."""
        return {
            "verdict": self.verdict.value,
            "findings": [one.document() for one in self.findings],
            "reasons": [one.value for one in self.reasons],
        }


def check(
    draft: Draft,
    *,
    received_at: datetime,
    by: str,
    around: Surroundings,
    not_known: frozenset[Code] = frozenset(),
) -> Checked:
    """Look a request over. ``received_at`` (aware) is when it came, unless the draft says so itself; ``by`` is the
    staff member who takes it in, to whom the declared facts are put down.

    ``not_known`` are findings to which whoever asked answered that they don't know: those that may be waived become
    notes. Never raises for what a draft says.
    """
    head = draft.head
    findings: list[Finding] = []
    try:
        received = moment(head.received_at, "received_at") if head.received_at else received_at
    except CaseRefused as error:
        findings.append(_refused(error))
        received = received_at
    findings += _checksums(draft)
    findings += draft.findings
    too_many = draft.count > MAX_ITEMS
    if too_many:
        findings.append(Finding(Code.TOO_MANY_ITEMS, said={"count": draft.count, "limit": MAX_ITEMS}))
    elif not draft.count:
        findings.append(Finding(Code.NOTHING_ASKED))
    dates, about_paper = _paper(head, japan_date(received))
    findings += about_paper
    items: list[Item] = []
    if not too_many:
        for written in draft.items:
            made, found = check_item(written, head, received=received, around=around, not_known=not_known)
            findings += found
            if made is not None:
                items.append(made)
        findings += _duplicates(items)
    # A checksum that differs says that what arrived isn't what was sent: none of it is taken.
    whole = len(items) == draft.count and not draft.findings and all(one.agrees for one in draft.checksums)
    case, refused = _case(head, dates, items if whole else (), received, by)
    findings += refused
    references = {one.number: one.reference for one in draft.items if one.reference and not too_many}
    return Checked(tuple(findings), case, head, references)


def _checksums(draft: Draft) -> Iterator[Finding]:
    for one in draft.checksums:
        if not one.agrees:
            yield Finding(Code.CHECKSUM_DIFFERS, field=one.of, said={"of": one.of})


@dataclass(frozen=True, slots=True)
class _Dates:
    dated: date | None
    valid_until: date | None
    secrecy_until: date | None


def _paper(head: Head, today: date) -> tuple[_Dates, list[Finding]]:
    findings: list[Finding] = []
    urgent = CASE_TYPES[head.type].family in _URGENT
    if not head.number.strip() and head.type not in _UNNUMBERED:
        findings.append(Finding(Code.NUMBER_TO_FOLLOW if urgent else Code.NO_DOCUMENT_NUMBER, field="document.number"))

    def read(name: str, written: str) -> date | None:
        if not written.strip():
            return None
        found = read_date(written)
        if isinstance(found, Unread):
            findings.append(Finding(Code.DATE_UNREADABLE, field=name, said={"written": shown(written)}))
            return None
        return found

    dated = read("document.dated", head.dated)
    valid_until = read("document.valid_until", head.valid_until)
    secrecy_until = read("secrecy.until", head.secrecy_until)
    if not head.dated.strip() and head.type not in _UNNUMBERED and not urgent:
        findings.append(Finding(Code.NO_DOCUMENT_DATE, field="document.dated"))
    if dated is not None and dated > today:
        findings.append(Finding(Code.DOCUMENT_IN_FUTURE, field="document.dated", said={"written": era_date(dated)}))
        dated = None
    if valid_until is not None and dated is not None and valid_until < dated:
        said = {"written": era_date(valid_until)}
        findings.append(Finding(Code.VALIDITY_REVERSED, field="document.valid_until", said=said))
        valid_until = None
    elif valid_until is not None and valid_until < today:
        said = {"written": era_date(valid_until)}
        findings.append(Finding(Code.DOCUMENT_EXPIRED, field="document.valid_until", said=said))
    elif not head.valid_until.strip() and head.type in WARRANTS:
        findings.append(Finding(Code.NO_VALIDITY, field="document.valid_until"))
    return _Dates(dated, valid_until, secrecy_until), findings


def same_question(item: Item) -> tuple[object, ...]:
    """What makes two questions the same: everything but their number. A time in UTC and in Japan time is one time."""
    return (
        item.kind,
        item.value,
        item.port,
        item.begin.timestamp(),
        item.until.timestamp(),
        item.protocol,
        item.destination,
        item.destination_port,
        item.data_class,
        frozenset(item.wanted),
    )


def _duplicates(items: Iterable[Item]) -> Iterator[Finding]:
    first: dict[tuple[object, ...], int] = {}
    for item in items:
        number = first.setdefault(same_question(item), item.number)
        if number != item.number:
            yield Finding(Code.DUPLICATE, item=item.number, said={"first": number})


def _case(
    head: Head, dates: _Dates, items: Iterable[Item], received: datetime, by: str
) -> tuple[DisclosureCase | None, list[Finding]]:
    facts = {
        name: {"value": value, "origin": "declared", "by": by, "at": received.isoformat(), "note": ""}
        for name, value in head.facts.items()
    }
    written = {
        "type": head.type.value,
        "requester": {"kind": head.requester_kind.value, **head.requester},
        "document": {
            "number": head.number.strip(),
            "dated": None if dates.dated is None else dates.dated.isoformat(),
            "title": head.title,
            "valid_until": None if dates.valid_until is None else dates.valid_until.isoformat(),
            "legal_provision": head.legal_provision,
            "sha256": head.sha256 or None,
        },
        "received_at": received.isoformat(),
        "secrecy": {
            "state": head.secrecy.value,
            "until": None if dates.secrecy_until is None else dates.secrecy_until.isoformat(),
        },
        "flags": sorted(flag.value for flag in head.flags),
        "facts": facts,
        "knows": list(head.knows),
        "brand": head.brand,
        "items": [],
    }
    try:
        return replace(read_case(written), items=tuple(items)), []
    except CaseRefused as error:
        return None, [_refused(error)]


def _refused(error: CaseRefused) -> Finding:
    return Finding(Code.FIELD_REFUSED, field=error.fields["field"], said={"problem": error.fields["problem"]})

