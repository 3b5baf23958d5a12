"""From what was read of an app to what is asked about young people's use of it. Pure.

Whom an app is for comes from what was told to a store, never from its look. Functions on its screens (report, block,
guardians) aren't seen by reading a file: a person answers for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sekisho.apps.evidence import Place, Reading, TargetKind
from sekisho.apps.facts_of import FILES, Material, flows_within
from sekisho.apps.flows import Flow
from sekisho.apps.law.facts import NOT_LOOKED, Fact, Known, Unmeasured
from sekisho.apps.law.sent import key_of
from sekisho.apps.readers.age_rating import HOW_OFTEN, YES_OR_NO
from sekisho.apps.recipients import shipped
from sekisho.apps.recipients.errors import UnknownRecipient
from sekisho.apps.youth.facts import AdModule, Audience, YouthFacts

KIDS: Final = "kidsAgeBand"
"""The App Store's attribute of an app in the kids category."""
_UNSET: Final = frozenset({"unanswered", "", "none"})
ADVERTISING: Final = frozenset({"advertising", "measurement"})
"""Purposes of modules that deliver or measure advertisements, as vendors tell them."""


def youth_of(material: Material, flows: Iterable[Flow]) -> YouthFacts:
    """What a scan knows of young people's use of an app."""
    files = [each for each in material.readings if each.target.kind in FILES]
    ratings = [each for each in material.readings if each.target.kind is TargetKind.AGE_RATING]
    mine = flows_within(flows, {each.target for each in files})
    return YouthFacts(
        service=material.service,
        audience=_audience(ratings),
        ad_modules=_modules(mine, files),
        rating=_rating(ratings),
    )


def _audience(ratings: Iterable[Reading]) -> Fact[Audience]:
    """Children where the kids category was told to the store. That it wasn't doesn't say whom the app is for."""
    for reading in ratings:
        for name, value in reading.facts:
            if name == KIDS and value.lower() not in _UNSET:
                return Known(Audience.CHILDREN, (Place(path=f"{reading.target.name}: {KIDS}"),))
    return Unmeasured("audience_unknown", "対象の年齢が分かるもの（年齢レーティングの回答など）がありません",
                      "There is nothing that tells whom the app is for (answers for its age rating)")  # fmt: skip


def _modules(flows: Iterable[Flow], files: list[Reading]) -> Fact[tuple[AdModule, ...]]:
    if not files:
        return NOT_LOOKED
    found: dict[str, AdModule] = {}
    for flow in flows:
        marks = [piece for _, piece in flow.embedded if not piece.only_written]
        if marks and not flow.key.own and _advertises(flow):
            key, piece = key_of(flow), marks[0]
            found.setdefault(key, AdModule(recipient=key, name=flow.key.service or key, place=piece.place))
    gaps = [gap for each in files for gap in each.not_measured]
    if not found and gaps:
        return Unmeasured.of(gaps[0])
    return Known(tuple(found[key] for key in sorted(found)))


def _advertises(flow: Flow) -> bool:
    if ADVERTISING & set(flow.vendor_says.purposes):
        return True
    if flow.key.recipient is None:
        return False
    try:
        group = shipped().get(flow.key.recipient).group
    except UnknownRecipient:
        return False
    return group.endswith(("-advertising", "-affiliate"))


def _rating(ratings: Iterable[Reading]) -> Fact[Mapping[str, str]]:
    known = YES_OR_NO | HOW_OFTEN
    found = {name: value for each in ratings for name, value in each.facts if name in known and value != "unanswered"}
    places = tuple(Place(path=each.target.name) for each in ratings)
    return Known(found, places) if found else NOT_LOOKED
