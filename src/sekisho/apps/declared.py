"""The policy beside the stores' forms: whether two declarations of one operator contradict each other. Pure.

A form has what the app collects, a policy's rows what goes to others, so only two things contradict: a type that the
form says is shared and no row tells, and a type that the form has and the policy says isn't collected. What a policy
tells beyond the form may be about a web site.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sekisho.apps.evidence import Place, Reading, TargetKind
from sekisho.apps.items import ITEMS
from sekisho.apps.law.facts import Fact, Known, Notice, Stated, Unmeasured
from sekisho.apps.wider import COVERED_BY, HINTED_BY

FORMS: Final = frozenset({TargetKind.PLAY_DATA_SAFETY, TargetKind.PRIVACY_MANIFEST, TargetKind.AGE_RATING})
WITHOUT_TYPE: Final = frozenset({"page_viewed", "referrer", "cookie_id", "advertising_data", "birth_date", "call_log",
                                 "files", "other_personal"})  # fmt: skip
"""Kinds for which a form has a narrower type, or only one nearby: that they aren't on it says nothing."""
_SHARED: Final = ("shared", "sharing")
_NONE: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class _Type:
    """One type of a form: the kinds of information that it has in it, and whether it is shared."""

    place: Place
    kinds: set[str] = field(default_factory=set)
    shared: bool = False


def declarations_agree(readings: Sequence[Reading], notice: Fact[Notice]) -> Fact[bool]:
    """Whether policy and forms agree in what both speak of."""
    forms = [each for each in readings if each.target.kind in FORMS and (each.pieces or each.not_measured)]
    if not forms:
        return Unmeasured("no_form", "ストアの申告（データ セーフティのCSVなど）が与えられていません",
                          "No store's form (such as the Data safety CSV) was given")  # fmt: skip
    if not isinstance(notice, Known):
        return notice if isinstance(notice, Unmeasured) else Unmeasured("no_policy", notice.ja, notice.en)
    types, text = _types(forms), notice.value
    wrong = [each.place for each in types if _contradicted(each, text)]
    if wrong:
        return Known(False, (*wrong, *notice.places))
    gaps = [gap for each in forms for gap in each.not_measured]
    if gaps:
        return Unmeasured.of(gaps[0])
    return _beside(types, text, notice.places)


def _types(forms: Iterable[Reading]) -> tuple[_Type, ...]:
    found: dict[tuple[str, str], _Type] = {}
    for reading in forms:
        for piece in reading.pieces:
            name = piece.words.partition(" ")[0]
            place = Place(path=f"{reading.target.name}: {piece.place.path}")
            into = found.setdefault((reading.target.name, name), _Type(place))
            into.kinds |= {piece.information} - {None}  # type: ignore[arg-type]  # None is taken out
            into.shared |= any(word in piece.words.split() for word in _SHARED)
    return tuple(found.values())


def _contradicted(one: _Type, text: Notice) -> bool:
    # A form's type has several kinds in it: only one of which each is denied is denied.
    denied = any(not each.recipient and each.information and one.kinds <= each.information for each in text.denied)
    nothing = one.shared and any(not each.recipient and not each.information for each in text.denied)
    return denied or nothing or (one.shared and text.exists and text.read_whole and not _may_be_told(one, text))


def _may_be_told(one: _Type, text: Notice) -> bool:
    told = {kind for row in text.rows for kind in row.information}
    wider = any((COVERED_BY.get(kind, _NONE) | HINTED_BY.get(kind, _NONE)) & told for kind in one.kinds)
    return bool(one.kinds & told) or wider or any(row.information_stated is not Stated.CLEAR for row in text.rows)


def _beside(types: Sequence[_Type], text: Notice, places: tuple[Place, ...]) -> Fact[bool]:
    told = {kind for row in text.rows for kind in row.information}
    on_form = {kind for each in types for kind in each.kinds}
    more = sorted(kind for kind in told - on_form - WITHOUT_TYPE if ITEMS[kind].play or ITEMS[kind].apple)
    if more:
        ja, en = "、".join(ITEMS[kind].ja for kind in more), ", ".join(ITEMS[kind].en for kind in more)
        return Unmeasured("told_beyond_form",
                          f"ポリシーにあってストアの申告にない種類があります（{ja}）。アプリのことか人が確かめます",
                          f"Told in the policy and not on the form ({en}). Is it about the app?")  # fmt: skip
    if not (told & on_form) or not text.read_whole:
        return Unmeasured("little_in_common", "ポリシーと申告に、比べられるものがないか、ポリシーの一部が読めません",
                          "Policy and form have nothing in common, or part of the policy couldn't be read")  # fmt: skip
    return Known(True, (*(each.place for each in types if each.kinds & told), *places))
