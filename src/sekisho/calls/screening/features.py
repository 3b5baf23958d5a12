"""From a call to the features that rules may name (:mod:`~sekisho.calls.screening.vocabulary`). Standard library only.

Every number a call shows is read: all asserted ones and the presented one; where they differ the call is judged by the
worse. Nothing is decided here, and nothing is looked up but agreements, lists and settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from sekisho.calls.numbers import Asked, CallerUse, Classified, Designations, Kind, Numbering, NumberRefused
from sekisho.calls.numbers import Reason as Why
from sekisho.calls.numbers.kinds import Place
from sekisho.calls.screening.agreements import Agreement, Shows
from sekisho.calls.screening.call import Call, Direction, RoamingProof, Screening, Signature
from sekisho.calls.screening.lookups import Choice, Hit, Lines, LineSettings, NumberLists, Owner, Wish
from sekisho.calls.screening.vocabulary import FEATURES, WISHES, Vector

EMERGENCY: Final = frozenset({"110", "118", "119"})
_DIALLED: Final = frozenset({*EMERGENCY, *(prefix + number for prefix in ("184", "186") for number in EMERGENCY)})
_SERVICE_URN: Final = "urn:service:sos"
_JUNK: Final = str.maketrans("０１２３４５６７８９", "0123456789", " \t\u3000-.()（）‐‑‒–—―−ー．･・")
_LONGEST_DIALLED: Final = 60


def calls_emergency(called: str) -> bool:
    """Whether 110, 118 or 119 is called: with 184 or 186 before it, separated, in full width, or as RFC 5031 has it."""
    if called in _DIALLED:
        return True
    if len(called) > 6 and called[:1] in "0+" and called.isascii() and called.isdigit():
        return False
    if len(called) > _LONGEST_DIALLED:
        return False
    said = called.strip().lower().partition(";")[0]
    if said == _SERVICE_URN or said.startswith(f"{_SERVICE_URN}."):
        return True
    plain = said.removeprefix("tel:").translate(_JUNK)
    while len(plain) > 3 and plain[:3] in ("184", "186"):
        plain = plain[3:]
    return plain in EMERGENCY


def _at(feature: str, value: str) -> int:
    return FEATURES[feature].index(value)


_DIRECTION: Final = {each: _at("direction", each.value) for each in Direction}
_AGREEMENT: Final = {each: _at("agreement", each.value) for each in Shows}
_ROAMING: Final = {
    RoamingProof.PROVEN: _at("home", "proven"), RoamingProof.REFUTED: _at("home", "refuted"),
    RoamingProof.NOT_CHECKED: _at("home", "unchecked"),
}  # fmt: skip
_SCREENING: Final[dict[str | None, int]] = {None: 0, **{each: _at("screening", each.value) for each in Screening}}
_SIGNATURE: Final = {each: _at("signature", each.value) for each in Signature}
_WISH: Final = {each: WISHES.index(each.value) for each in Wish}

_MISSING, _ORDINARY, _FOREIGN = (_at("form", each) for each in ("missing", "ordinary", "foreign"))
_SERVICE, _UIFN, _UNCERTAIN = (_at("form", each) for each in ("service", "uifn", "uncertain"))
_NOT_DESIGNATED, _NOT_IN_SERVICE = _at("form", "not_designated"), _at("form", "not_in_service")
_NEVER, _IMPOSSIBLE, _UNASSIGNED = (_at("form", each) for each in ("never", "impossible", "unassigned"))
_NOT_IN_PLAN, _UNREADABLE = _at("form", "not_in_plan"), _at("form", "unreadable")
_YES, _OPEN, _FORWARDED, _NO = (_at("agreed", each) for each in ("yes", "open", "forwarded", "no"))
_PROVEN, _VOUCHED, _CANNOT = (_at("home", each) for each in ("proven", "vouched", "cannot_roam"))
_UNCHECKED: Final = _at("home", "unchecked")
_POLICE, _INSIDE = _at("shape", "police_ending"), _at("shape", "japanese_inside")
_NUMBER, _WITHHELD, _NONE_SHOWN = (_at("shown", each) for each in ("number", "withheld", "missing"))
_MARKED, _SHAPED = _at("callback", "marked"), _at("callback", "shaped")
_LISTED: Final = {
    (owner is Owner.SUBSCRIBER, frees): _at(
        "listed", f"{'own' if owner is Owner.SUBSCRIBER else 'shared'}_{'frees' if frees else 'asks'}"
    )
    for owner in Owner
    for frees in (True, False)
}
_ASKS_SHARED: Final = _at("listed", "shared_asks")
_WITHHOLDS: Final = frozenset({"id", "user", "header"})
_MOBILE_KINDS: Final = frozenset({Kind.MOBILE, Kind.FMC})
_POLICE_DIGITS: Final = "0110"
_SHORTEST_WITHOUT_PLUS: Final = 7
_LONGEST_EXTENSION: Final = 5
_EGRESS: Final = Direction.EGRESS
MOST_REMEMBERED: Final = 100_000
"""Numbers whose reading is kept; with more, the memory begins anew, so that forged numbers can't fill it."""

Info = tuple[int, "str | None", int, int, int, bool]
"""Form, key for lists and agreements, home (0 none, 1 mobile, 2 other), shape, foreign, emergency number."""
_NOTHING_ASKED: Final = Asked.NOTHING
_NOT_READ: Final[Info] = (_UNREADABLE, None, 0, 0, 0, False)
_UNKNOWN_SETTINGS: Final = LineSettings()


def _form(place: Place) -> int:
    kind, reasons = place.kind, place.reasons
    if kind is Kind.NOT_IN_PLAN:
        return _NOT_IN_PLAN
    if kind is Kind.COUNTRY_UNASSIGNED:
        return _UNASSIGNED
    if kind is Kind.FOREIGN_IMPOSSIBLE:
        return _IMPOSSIBLE
    if place.use is CallerUse.NEVER:
        return _NEVER
    if Why.NOT_DESIGNATED in reasons:
        return _NOT_DESIGNATED
    if Why.NOT_IN_SERVICE in reasons:
        return _NOT_IN_SERVICE
    if kind is Kind.UIFN:
        return _UIFN
    if kind is Kind.FOREIGN:
        return _FOREIGN
    if kind is Kind.SERVICE:
        return _SERVICE
    return _ORDINARY if place.use is CallerUse.ORDINARY else _UNCERTAIN


def _shape(found: Classified) -> int:
    digits = found.digits
    if found.place.domestic:
        return 0
    if digits[:1] == "1" and (digits[1:2] == "0" or (digits[1:3] == "80" and len(digits) > 11)):
        return _INSIDE
    return _POLICE if digits.endswith(_POLICE_DIGITS) else 0


class Reader:
    """Reads calls by the number plan of one day, with a snapshot of designations or without.

    Remembers up to :data:`MOST_REMEMBERED` numbers; that is its only state. One process, one thread.
    """

    __slots__ = ("_classify", "_forms", "_infos")

    def __init__(self, *, on: date, designations: Designations | None = None) -> None:
        """``on`` is a Japan date within the days the plan speaks of."""
        self._classify = Numbering(on=on, designations=designations).classify
        self._infos: dict[str, Info] = {}
        # By identity: a place's own hash covers all that it says. The place is kept, so that none takes its identity.
        self._forms: dict[int, tuple[Place, int]] = {}

    def info(self, number: str) -> Info:
        """What is known of one number."""
        known = self._infos.get(number)
        if known is None:
            known = self._read(number)
            if len(self._infos) >= MOST_REMEMBERED:
                self._infos.clear()
            self._infos[number] = known
        return known

    def _read(self, number: str) -> Info:
        try:
            found = self._classify(number)
        except NumberRefused:
            return _NOT_READ
        place = found.place
        known = self._forms.get(id(place))
        if known is None:
            known = self._forms[id(place)] = (place, _form(place))
        form = _NOT_IN_PLAN if found.asked is not _NOTHING_ASKED else known[1]
        if place.domestic:
            home = 0 if place.kind is Kind.NOT_IN_PLAN else 1 if place.kind in _MOBILE_KINDS else 2
            return (form, found.digits, home, 0, 0, place.kind is Kind.EMERGENCY)
        return (form, f"+{found.digits}", 0, _shape(found), 1, False)

    def read(
        self,
        call: Call,
        agreement: Agreement | None,
        lists: NumberLists,
        lines: Lines,
        *,
        emergency_call: bool,
    ) -> tuple[Vector, Hit | None, LineSettings, str | None]:
        """The features of a call, the entry of a list and the settings they rest on, and what couldn't be asked.

        ``emergency_call`` is what :func:`calls_emergency` says of the number called.
        A list or setting that can't be asked doesn't keep the rest from being judged; it is named in the last place.
        """
        direction = call.direction
        abroad = direction is Direction.ABROAD
        numbers = self._numbers(call, agreement, abroad)
        form = worst_home = shape = foreign = emergency = 0
        agreed = 0 if agreement is None or not numbers else _YES
        for number in numbers:
            known = self.info(number) if number else _NOT_READ
            here = known[0]
            if known[2] and abroad:
                home = _home(call, known, agreement)
                if home > worst_home:
                    worst_home = home
                if (home is _PROVEN or home is _VOUCHED) and here in (_NOT_DESIGNATED, _NOT_IN_SERVICE):
                    here = _ORDINARY  # the home network knows its own user better than an older table
            if here > form:
                form = here
            if known[3] > shape:
                shape = known[3]
            foreign |= known[4]
            emergency |= known[5]
            if agreement is not None and agreed != _NO:
                word = _agreed(known, agreement)
                if word > agreed:
                    agreed = word
        if agreed == _NO and call.diverted_by and agreement is not None and agreement.forwards:
            keys = (self.info(each)[1] for each in call.diverted_by)
            if any(key is not None and key in agreement.numbers for key in keys):
                agreed = _FORWARDED
        callback = 0
        if call.emergency_callback:
            callback = _MARKED
        elif emergency and (direction is Direction.DOMESTIC if agreement is None else agreement.emergency):
            callback = _SHAPED
        if (call.privacy and not _WITHHOLDS.isdisjoint(call.privacy)) or call.isup.restricted:
            shown = _WITHHELD
        else:
            shown = _NUMBER if numbers else _NONE_SHOWN
        if abroad and not _PROVEN <= worst_home <= _VOUCHED:
            foreign = 1
        hit, settings, failed, listed = None, _UNKNOWN_SETTINGS, None, 0
        wish_anonymous = wish_foreign = wish_listed = wish_suspicious = 0
        if direction is not Direction.EGRESS or call.line is not None:
            try:
                settings = lines.settings(call.line)
                wish_anonymous = _wish(settings.anonymous_calls) if shown else 0
                wish_foreign = _wish(settings.foreign_calls) if foreign else 0
                wish_suspicious = _wish(settings.suspicious_calls)
            except Exception:  # whatever a store of settings raises: the call goes on without them
                settings, failed = _UNKNOWN_SETTINGS, "settings_not_found"
            try:
                hit, listed = self._hit(numbers, call, lists)
                if hit is not None and listed == _ASKS_SHARED:
                    wish_listed = min(_wish(settings.listed_calls), _WISH[hit.action])
            except Exception:  # whatever a list raises: the call goes on without it
                hit, listed, failed = None, 0, "lists_not_found"
        vector = (
            _DIRECTION[direction],
            1 if emergency_call else 0,
            callback,
            0 if agreement is None else _AGREEMENT[agreement.shows],
            form,
            agreed,
            worst_home,
            shape,
            foreign,
            shown,
            _SCREENING[call.isup.screening],
            _SIGNATURE[call.signature],
            listed,
            wish_anonymous,
            wish_foreign,
            wish_listed,
            wish_suspicious,
        )
        return vector, hit, settings, failed

    def _numbers(self, call: Call, agreement: Agreement | None, abroad: bool) -> tuple[str, ...]:
        """Every number the call shows, once; an empty text for a header that couldn't be read."""
        asserted, presented = call.asserted, call.presented
        egress = call.direction is _EGRESS
        # Beside an asserted number; where an agreement is in force, only where it says so.
        inside = agreement is None or agreement.extensions
        if asserted is None:
            numbers: tuple[str, ...] = () if presented is None else (presented,)
        elif presented is None or presented == asserted or (egress and inside and is_extension(presented)):
            numbers = (asserted,)
        else:
            numbers = (asserted, presented)
        if call.asserted_others:
            others: Iterable[str] = call.asserted_others
            if inside or not egress:
                others = (each for each in others if not is_extension(each))
            numbers = tuple(dict.fromkeys((*numbers, *others)))
        if call.unreadable and not call.unreadable.isdisjoint(("p-asserted-identity", "from", "f")):
            numbers = (*numbers, "")
        international = call.isup.international
        if (abroad and international is not False) or international:
            return tuple(_with_plus(each, bool(international)) for each in numbers)
        return numbers

    def _hit(self, numbers: tuple[str, ...], call: Call, lists: NumberLists) -> tuple[Hit | None, int]:
        best, rank = None, 0
        for number in numbers:
            key = self.info(number)[1] if number else None
            if key is None:
                continue
            found = lists.find(key, call.line, call.at)
            if found is not None:
                here = _LISTED[found.owner is Owner.SUBSCRIBER, found.action is Wish.PASS]
                if here > rank or (here == rank and best is not None and _WISH[found.action] > _WISH[best.action]):
                    best, rank = found, here
        return best, rank


def is_extension(presented: str) -> bool:
    """Whether a number shown beside an asserted one is a private exchange's extension: it claims to be nobody's number.

    What could be taken for an emergency number (11…) or for the beginning of a number (0…) isn't one.
    """
    return (
        1 < len(presented) <= _LONGEST_EXTENSION
        and presented.isascii()
        and presented.isdigit()
        and presented[0] != "0"
        and presented[:2] != "11"
    )


def _with_plus(number: str, said: bool) -> str:
    """A number from abroad without its plus, read as the international number it is; a leading 0 stays Japanese.

    ``said``: the signalling says that it is international. Then a leading 0 is contradictory, and no country's.
    """
    if not (number.isascii() and number.isdigit()) or number[:3] == "010":
        return number
    if said:
        return f"+{number}"
    return f"+{number}" if number[0] != "0" and len(number) >= _SHORTEST_WITHOUT_PLUS else number


def _home(call: Call, known: Info, agreement: Agreement | None) -> int:
    if known[2] != 1:
        return _CANNOT
    proof = _ROAMING[call.roaming]
    if (
        proof == _UNCHECKED
        and agreement is not None
        and agreement.shows is Shows.ROAMING_HUB
        and known[1] is not None
        and known[1] in agreement.numbers
    ):
        return _VOUCHED
    return proof


def _agreed(known: Info, agreement: Agreement) -> int:
    form, key = known[0], known[1]
    if key is None or form >= _NEVER:
        return _NO
    if form in (_SERVICE, _UIFN, _UNCERTAIN):
        if key in agreement.numbers.singles:
            return _YES
        return _NO if agreement.limited or agreement.direction is Direction.EGRESS else _OPEN
    if key in agreement.numbers:
        return _YES
    if form == _FOREIGN:
        return _OPEN if agreement.any_foreign else _NO
    return _NO if agreement.limited else _OPEN


def _wish(choice: Choice) -> int:
    """What is asked for, or nothing where no consent says so."""
    return _WISH[choice.wish] if choice.consent is not None else 0
