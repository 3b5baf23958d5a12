"""Statements into a notice's rows and into evidence, under the keys that sendings have too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sekisho.apps.evidence import Grade, Piece, Place
from sekisho.apps.law.facts import Denied, NoticeRow, Stated
from sekisho.apps.policy.names import Mention
from sekisho.apps.policy.said import NotSent, Purposes, Sent, Whose
from sekisho.apps.recipients.domains import as_host, registrable
from sekisho.apps.recipients.match import plain_name

PIECES_MOST: Final = 20_000
"""Pieces of one page; a hostile table multiplies information and purposes."""
_ORDER: Final = (Stated.CLEAR, Stated.VAGUE, Stated.ABSENT)


@dataclass(frozen=True, slots=True)
class Who:
    """One recipient of a statement: the key under which its row stands, its name as written, and how it is named."""

    key: str
    name: Mention
    handler: Stated


def whom(sent: Sent) -> tuple[Who, ...]:
    """The recipients that a statement names. A service beside its company is one recipient."""
    companies = [each for each in sent.mentions if each.legal]
    services = [each for each in sent.mentions if not each.legal]
    known = [each for each in services if len(each.ids) == 1 or each.host]
    found: list[Who] = []
    told: set[str] = set()
    for each in known:
        mine = [one for one in companies if _of(each, one)] or (companies if len(companies) == 1 else [])
        told |= {one.words for one in mine}
        found.append(Who(key_of(each), each, Stated.CLEAR if mine else Stated.VAGUE))
    found += [Who(key_of(each), each, Stated.CLEAR) for each in companies if each.words not in told]
    if not found:
        found = [Who(key_of(each), each, Stated.VAGUE) for each in services]
    kept: dict[str, Who] = {}
    for one in found:
        kept.setdefault(one.key, one)
    return tuple(kept.values())


def key_of(name: Mention) -> str:
    """As :func:`sekisho.apps.law.sent.key_of` has it for a declared piece of this name."""
    if len(name.ids) == 1:
        return name.ids[0]
    if name.host:
        return registrable(as_host(name.words)) or as_host(name.words)
    return name.words


def _of(service: Mention, company: Mention) -> bool:
    return bool(set(service.ids) & set(company.ids)) or plain_name(company.words) in plain_name(service.words)


def row_of(sent: Sent, who: Who, place: Place) -> NoticeRow:
    """One row. A purpose of which it isn't said whose it is is the sender's, and vague as the recipient's."""
    ours, theirs = sent.purposes.get(Whose.SENDER), sent.purposes.get(Whose.RECIPIENT)
    unsaid = sent.purposes.get(Whose.UNSAID)
    theirs_stated = _stated(theirs)
    if theirs_stated is Stated.ABSENT and _stated(unsaid) is not Stated.ABSENT:
        theirs_stated = Stated.VAGUE
    return NoticeRow(
        recipient=who.key, handler=who.handler, information=frozenset(sent.information),
        information_stated=_told(sent), sender_purpose=_better(_stated(ours), _stated(unsaid)),
        recipient_purpose=theirs_stated,
        purposes=frozenset(slug for each in sent.purposes.values() for slug in each.slugs), place=place,
    )  # fmt: skip


def _told(sent: Sent) -> Stated:
    if sent.open or (not sent.information and sent.sends):
        return Stated.VAGUE
    return Stated.CLEAR if sent.information else Stated.ABSENT


def _stated(purposes: Purposes | None) -> Stated:
    if purposes is None or not (purposes.said or purposes.slugs):
        return Stated.ABSENT
    return Stated.CLEAR if purposes.slugs else Stated.VAGUE


def _better(one: Stated, other: Stated) -> Stated:
    return min(one, other, key=_ORDER.index)


def pieces_of(sent: Sent, who: Who, place: Place) -> Iterator[Piece]:
    """What a statement declares of one recipient: each kind of information with each purpose told for it."""
    purposes: Sequence[str | None] = sorted({slug for each in sent.purposes.values() for slug in each.slugs}) or [None]
    information: Sequence[str | None] = sorted(sent.information) or [None]
    for item in information:
        for purpose in purposes:
            yield Piece(
                grade=Grade.DECLARED, place=place, information=item, purpose=purpose, words=sent.words,
                host=as_host(who.name.words) if who.name.host else None,
                company=None if who.name.host else _declared(who.name),
            )  # fmt: skip


def _declared(name: Mention) -> str:
    return name.words


def denied_of(statement: NotSent, current: Sequence[Who], place: Place) -> Iterator[Denied]:
    """What a denial excludes. One beside a named recipient is about it alone; one under a condition, or of giving
    personal data to third parties, excludes nothing."""
    if not statement.always or not (statement.information or statement.anything):
        return
    if current:
        for who in current:
            yield Denied(recipient=who.key, information=statement.information, place=place)
    else:
        yield Denied(information=statement.information, place=place)
