"""Says what a telephone number is on a day, by tables compiled from the plan. Standard library only.

1. read digits, ``+``, 184 and 186 (:mod:`~sekisho.calls.numbers.reading`);
2. ``+81…`` and ``01081…`` become the national form, other ``+`` and ``010`` numbers are foreign;
3. a national number is found by its length and first four digits in the plan's table of that day;
4. with a snapshot of designations, its block is found by the longest beginning.

What this doesn't do: say whether a single number is anybody's, whose it is after porting, or what becomes of a call.
A caller's number that is in the plan can still be forged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Final

from sekisho.calls.numbers import countries, plan
from sekisho.calls.numbers.designations import Block, Designations
from sekisho.calls.numbers.errors import DateBeforePlan, NumberRefused
from sekisho.calls.numbers.kinds import CallerUse, Confidence, Kind, Place, Reason, Row
from sekisho.calls.numbers.reading import MOST_DIGITS, Asked, asked_of, digits_of

_WITHOUT_E164: Final = frozenset({Kind.EMERGENCY, Kind.SERVICE_CODE, Kind.CARRIER_PREFIX, Kind.NOT_IN_PLAN})
_KEY: Final = 4
"""Digits that decide a row, together with the length: no form of the plan needs more."""


@dataclass(frozen=True, slots=True)
class Classified:
    """What a number is. ``digits`` are its national form, or what follows the ``+`` of a foreign one.

    Equal when everything said of the numbers is equal, so the national and the international form of one compare equal.
    """

    place: Place
    digits: str
    asked: Asked
    block: Block | None

    @property
    def kind(self) -> Kind:
        """The kind of number."""
        return self.place.kind

    @property
    def use(self) -> CallerUse:
        """Whether such a number may be shown as the caller's of an ordinary call."""
        return self.place.use

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, where the kind doesn't say it."""
        return self.place.reasons

    @property
    def national(self) -> str | None:
        """The Japanese form, as dialled in Japan; ``None`` for a foreign number."""
        return self.digits if self.place.domestic else None

    @property
    def e164(self) -> str | None:
        """The international form with its ``+``; ``None`` for codes and prefixes, and for what can't be a number."""
        if not self.place.e164:
            return None
        return f"+81{self.digits[1:]}" if self.place.domestic else f"+{self.digits}"

    @property
    def region(self) -> str | None:
        """The country of a foreign number (ISO 3166-1; ``001``: a service of the world)."""
        return self.place.region

    @property
    def holder(self) -> str | None:
        """Who was designated the block; ``None`` where no snapshot was asked or it doesn't say. Porting isn't seen."""
        return self.block.holder or None if self.block is not None else None

    @property
    def in_service(self) -> bool | None:
        """Whether the snapshot says that the block is in use; ``None`` where nothing says."""
        return self.block.in_service if self.block is not None else None


# A frozen dataclass's own constructor sets each field through object.__setattr__, which costs half of the rate that
# calls need; the slots' descriptors set them directly, on an object nobody else has yet.
_new = object.__new__
_set_place = Classified.__dict__["place"].__set__
_set_digits = Classified.__dict__["digits"].__set__
_set_asked = Classified.__dict__["asked"].__set__
_set_block = Classified.__dict__["block"].__set__


_NOTHING: Final = Asked.NOTHING
_NOT_NATIONAL: Final = ("", "0")
_COMMON: Final = 16
"""Characters of the common forms: the longest number of the plan after +81."""


def _made(place: Place, digits: str, asked: Asked, block: Block | None) -> Classified:
    made = _new(Classified)
    _set_place(made, place)
    _set_digits(made, digits)
    _set_asked(made, asked)
    _set_block(made, block)
    return made


@dataclass(frozen=True, slots=True, eq=False)
class _Compiled:
    """The plan of a day: by length and first digits, then what has no longest form, then how the rest fails."""

    exact: tuple[dict[str, Place], ...]
    open: dict[str, tuple[int, Place]]
    known: frozenset[str]


def _expanded(form: str) -> list[str]:
    """Every first :data:`_KEY` digits (or fewer, for a shorter number) that a form of the plan begins with."""
    parts = re.findall(r"\[([0-9-]+)\]|([0-9])", form)
    choices = [_choice(one) if one else digit for one, digit in parts]
    return ["".join(each) for each in product(*choices)]


def _choice(text: str) -> str:
    spelled = re.sub(r"(\d)-(\d)", lambda m: "".join(map(str, range(int(m[1]), int(m[2]) + 1))), text)
    return "".join(sorted(set(spelled)))


def _place(row: Row) -> Place:
    reasons = () if row.reason is None else (row.reason,)
    if row.confidence is Confidence.UNCERTAIN:
        reasons = (*reasons, Reason.ROW_UNCERTAIN)
    return Place(
        kind=row.kind, use=row.use, reasons=reasons, row=row.id, confidence=row.confidence, source=row.source,
        domestic=True, e164=row.kind not in _WITHOUT_E164, designated=row.kind not in _WITHOUT_E164,
    )  # fmt: skip


@lru_cache(maxsize=8)
def _compiled(change: date) -> _Compiled:
    exact: tuple[dict[str, Place], ...] = tuple({} for _ in range(MOST_DIGITS + 1))
    unbounded: dict[str, tuple[int, Place]] = {}
    known: set[str] = set()
    for row in plan.rows_on(change):
        place = _place(row)
        for beginning in (one for form in row.forms for one in _expanded(form)):
            known.add(beginning)
            if row.open_ended:
                unbounded.setdefault(beginning, (row.lengths[0], place))
                continue
            for length in row.lengths:
                wide = min(length, _KEY) - len(beginning)
                for rest in product("0123456789", repeat=wide):
                    exact[length].setdefault(beginning + "".join(rest), place)
    return _Compiled(exact=exact, open=unbounded, known=frozenset(known))


def _none(kind: Kind, *reasons: Reason, domestic: bool = True, region: str | None = None) -> Place:
    source = plan.PAGE if domestic else countries.SOURCE
    return Place(
        kind=kind, use=CallerUse.NEVER, reasons=reasons, row=None, confidence=Confidence.PRIMARY, source=source,
        domestic=domestic, e164=False, region=region,
    )  # fmt: skip


_BEGINNING: Final = _none(Kind.NOT_IN_PLAN, Reason.BEGINNING)
_LENGTH: Final = _none(Kind.NOT_IN_PLAN, Reason.LENGTH)
_NO_PREFIX: Final = _none(Kind.NOT_IN_PLAN, Reason.NO_PREFIX)
_INCOMPLETE: Final = _none(Kind.NOT_IN_PLAN, Reason.INCOMPLETE)
_TRUNK_ZERO: Final = _none(Kind.NOT_IN_PLAN, Reason.TRUNK_ZERO, domestic=False, region="JP")
_UNASSIGNED: Final = _none(Kind.COUNTRY_UNASSIGNED, domestic=False)
_FOREIGN_INCOMPLETE: Final = _none(Kind.FOREIGN_IMPOSSIBLE, Reason.INCOMPLETE, domestic=False)
_FOREIGN_LONG: Final = _none(Kind.FOREIGN_IMPOSSIBLE, Reason.TOO_LONG, domestic=False)
_UIFN_LENGTH: Final = _none(Kind.FOREIGN_IMPOSSIBLE, Reason.LENGTH, domestic=False, region="001")
_NANP_LENGTH: Final = _none(Kind.FOREIGN_IMPOSSIBLE, Reason.LENGTH, domestic=False, region="US")
_NANP_AREA: Final = _none(Kind.FOREIGN_IMPOSSIBLE, Reason.AREA_CODE, domestic=False, region="US")


def _foreign_place(kind: Kind, use: CallerUse, region: str | None, *, certain: bool = True) -> Place:
    return Place(
        kind=kind, use=use, reasons=() if certain else (Reason.ROW_UNCERTAIN,), row=None,
        confidence=Confidence.PRESS if certain else Confidence.UNCERTAIN,
        source=countries.SOURCE if certain else countries.UNCERTAIN_SOURCE, domestic=False, e164=True, region=region,
    )  # fmt: skip


_COUNTRIES: Final[dict[str, Place]] = {
    **{
        code: _foreign_place(Kind.FOREIGN, CallerUse.ORDINARY, region) for code, region in countries.ASSIGNED.items()
    },
    **{code: _foreign_place(Kind.FOREIGN, CallerUse.UNKNOWN, None, certain=False) for code in countries.UNCERTAIN},
    countries.UIFN: _foreign_place(Kind.UIFN, CallerUse.UNKNOWN, "001"),
}


def _foreign(digits: str) -> Place:
    """The place of what follows a ``+``, Japan's own numbers excepted."""
    place = _COUNTRIES.get(digits[:1]) or _COUNTRIES.get(digits[:2]) or _COUNTRIES.get(digits[:3])
    if place is None:
        return _UNASSIGNED if len(digits) >= 3 else _FOREIGN_INCOMPLETE
    if len(digits) > countries.MOST_DIGITS:
        return _FOREIGN_LONG
    if place.kind is Kind.UIFN:
        return place if len(digits) == countries.UIFN_DIGITS else _UIFN_LENGTH
    if digits[0] == "1":
        if len(digits) != 11:
            return _NANP_LENGTH
        return place if digits[1] >= "2" and digits[4] >= "2" else _NANP_AREA
    return place if len(digits) > 3 else _FOREIGN_INCOMPLETE


@lru_cache(maxsize=256)
def _refusing(place: Place, reason: Reason) -> Place:
    """The same place, with what the snapshot says against the number."""
    return Place(
        kind=place.kind, use=place.use, reasons=(*place.reasons, reason), row=place.row, confidence=place.confidence,
        source=place.source, domestic=place.domestic, e164=place.e164, designated=True,
    )  # fmt: skip


class Numbering:
    """The plan of one day, with a snapshot of designations or without: what a run of calls keeps at hand.

    Stateless after its making; any number of threads may use it. Raises :class:`DateBeforePlan` for a day before
    :data:`sekisho.calls.numbers.plan.FIRST`.
    """

    __slots__ = ("_block", "_by_length", "_compiled", "_designations", "on")

    def __init__(self, *, on: date, designations: Designations | None = None) -> None:
        """``on`` is a Japan date; ``designations`` are told with the date they are of, never checked against ``on``."""
        if on < plan.FIRST:
            raise DateBeforePlan(on=on.isoformat(), first=plan.FIRST.isoformat())
        self.on = on
        self._compiled = _compiled(max(day for day in plan.CHANGES if day <= on))
        self._by_length = self._compiled.exact
        self._designations = designations
        self._block = None if designations is None else designations.block_of

    @property
    def designations_as_of(self) -> date | None:
        """The day of the snapshot in use; to be shown beside every holder."""
        return self._designations.as_of if self._designations is not None else None

    def classify(self, number: str) -> Classified:
        """What ``number`` is. Raises :class:`NumberRefused` for what is no number, and nothing else."""
        # The common forms first: national digits as a proxy normalises them, then the same after +81. What this
        # repeats of _found and _made saves two calls, a fifth of the time.
        if number.isdigit() and number.isascii() and len(number) <= _COMMON:
            national = number
        elif number[:1] == "+" and len(number) <= _COMMON and number[1:].isdigit() and number.isascii():
            if number[1:3] != "81" or number[3:4] in _NOT_NATIONAL:
                return self._international(number[1:], _NOTHING)
            national = f"0{number[3:]}"
        else:
            return self._any(digits_of(number))
        place = self._by_length[len(national)].get(national[:_KEY])
        if place is None or (national is not number and not place.e164):
            return self._any(number)
        block = None
        if self._block is not None and place.designated:
            block = self._block(national)
            if block is None or block.in_service is False:
                return self._found(place, national, Asked.NOTHING)
        made = _new(Classified)
        _set_place(made, place)
        _set_digits(made, national)
        _set_asked(made, _NOTHING)
        _set_block(made, block)
        return made

    def classify_many(self, numbers: Iterable[str]) -> list[Classified | NumberRefused]:
        """What each of ``numbers`` is, in order; the refusal itself in the place of one that is no number."""
        found: list[Classified | NumberRefused] = []
        add, classify = found.append, self.classify
        for number in numbers:
            try:
                add(classify(number))
            except NumberRefused as refused:
                add(refused)
        return found

    def _any(self, given: str) -> Classified:
        """The long way, for every form."""
        if given[0] == "+":
            return self._international(given[1:], Asked.NOTHING)
        asked, digits = asked_of(given)
        if digits[:3] == "010":
            if len(digits) == 3:
                return _made(_INCOMPLETE, digits, asked, None)
            return self._international(digits[3:], asked)
        return self._found(self._national(digits), digits, asked)

    def _international(self, digits: str, asked: Asked) -> Classified:
        if digits[:2] != countries.JAPAN:
            return _made(_foreign(digits), digits, asked, None)
        if digits[2:3] == "0":
            return _made(_TRUNK_ZERO, digits, asked, None)
        if len(digits) == 2:
            return _made(_FOREIGN_INCOMPLETE, digits, asked, None)
        national = f"0{digits[2:]}"
        return self._found(self._national(national), national, asked)

    def _national(self, digits: str) -> Place:
        compiled = self._compiled
        place = compiled.exact[len(digits)].get(digits[:_KEY])
        if place is not None:
            return place
        for length in (3, 4):
            found = compiled.open.get(digits[:length])
            if found is not None:
                return found[1] if len(digits) >= found[0] else _INCOMPLETE
        if digits[0] not in "01":
            return _NO_PREFIX
        if len(digits) < _KEY:
            return _INCOMPLETE
        return _LENGTH if digits[:3] in compiled.known or digits[:_KEY] in compiled.known else _BEGINNING

    def _found(self, place: Place, digits: str, asked: Asked) -> Classified:
        """With the block that the snapshot has for it."""
        known = self._designations
        if known is None or not place.designated:
            return _made(place, digits, asked, None)
        block = known.block_of(digits)
        if block is None:
            if known.covers(digits):
                place = _refusing(place, Reason.NOT_DESIGNATED)
        elif block.in_service is False:
            place = _refusing(place, Reason.NOT_IN_SERVICE)
        return _made(place, digits, asked, block)


@lru_cache(maxsize=64)
def _numbering(on: date) -> Numbering:
    return Numbering(on=on)


def classify(number: str, *, on: date, designations: Designations | None = None) -> Classified:
    """What ``number`` is on ``on`` (a Japan date). For many calls keep a :class:`Numbering`.

    Raises :class:`NumberRefused` for what is no number and :class:`DateBeforePlan` for a day the table doesn't reach.
    """
    if designations is None:
        return _numbering(on).classify(number)
    return Numbering(on=on, designations=designations).classify(number)


def classify_many(
    numbers: Iterable[str], *, on: date, designations: Designations | None = None
) -> list[Classified | NumberRefused]:
    """What each of ``numbers`` is, in order; a number that is refused has its refusal in its place."""
    return Numbering(on=on, designations=designations).classify_many(numbers)
