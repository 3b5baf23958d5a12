"""From what was read of an app to what is asked about young people's use of it. Pure.

Whom an app is for comes from what was told to a store, never from its look. Functions on its screens (report, block,
guardians) aren't seen by reading a file: a person answers for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sekisho.apps.evidence import Place, Reading, TargetKind
from sekisho.apps.facts_of import FILES, RECORDED, Material, flows_within, medium_of
from sekisho.apps.flows import Flow
from sekisho.apps.law.facts import NOT_LOOKED, Fact, Known, Medium, Unmeasured
from sekisho.apps.law.sent import key_of, sendings_of
from sekisho.apps.readers.age_rating import HOW_OFTEN, YES_OR_NO
from sekisho.apps.recipients import shipped
from sekisho.apps.recipients.errors import UnknownRecipient
from sekisho.apps.youth.descriptors import from_sendings
from sekisho.apps.youth.facts import AdModule, AdRequest, AgeGate, Audience, YouthFacts

KIDS: Final = "kidsAgeBand"
"""The App Store's attribute of an app in the kids category."""
FAMILIES: Final = "PSL_DATA_COLLECTION_COMPLIES_FAMILY_POLICY"
"""The Play form's question to apps whose audience includes children: does it keep the Families policy?"""
BILLING: Final = "com.android.vending.BILLING"
"""The permission of Google Play's billing."""
GUARDIANS: Final = re.compile(r"family-controls|FamilyControls|PermissionKit|ManagedSettings")
"""Marks of a system's functions for guardians (Apple's Screen Time and PermissionKit)."""
_NO_VALUE: Final = Unmeasured("age_value_unknown", "年齢のシグナルの値は、端末の外からは分かりません",
                              "The value of the age signals can't be known from outside the device")  # fmt: skip
_UNSET: Final = frozenset({"unanswered", "", "none"})
ADVERTISING: Final = frozenset({"advertising", "measurement"})
"""Purposes of modules that deliver or measure advertisements, as vendors tell them."""


def youth_of(material: Material, flows: Iterable[Flow]) -> YouthFacts:
    """What a scan knows of young people's use of an app."""
    files = [each for each in material.readings if each.target.kind in FILES]
    ratings = [each for each in material.readings if each.target.kind is TargetKind.AGE_RATING]
    forms = [each for each in material.readings if each.target.kind is TargetKind.PLAY_DATA_SAFETY]
    traffic = [each for each in material.readings
               if each.target.kind in RECORDED and medium_of(each.target, material) is Medium.APP]  # fmt: skip
    mine = flows_within(flows, {each.target for each in files})
    sent = sendings_of(flows_within(flows, {each.target for each in traffic}))
    return YouthFacts(
        service=material.service,
        audience=_audience(ratings, forms),
        payment=_payment(files),
        guardian_marks=_guardian_marks(files),
        ad_modules=_modules(mine, files),
        ad_requests=_ad_requests(traffic, material),
        age_gate=_age_gate(traffic),
        families=_families(forms),
        age_signals=_age_signals(files),
        age_signals_in_ads=_NO_VALUE,
        rating=_rating(ratings),
        behaviour=Known(from_sendings(sent)) if sent else NOT_LOOKED,
    )


def _payment(files: Iterable[Reading]) -> Fact[bool]:
    """That something can be bought, by the permission of the store's billing. Without it nobody knows."""
    for reading in files:
        if ("permission", BILLING) in reading.facts:
            return Known(True, (Place(path=f"{reading.target.name}: {BILLING}"),))
    return NOT_LOOKED


def _guardian_marks(files: Iterable[Reading]) -> Fact[tuple[str, ...]]:
    found = {value: reading.target.name for reading in files for name, value in reading.facts
             if name in ("entitlement", "framework") and GUARDIANS.search(value) is not None}  # fmt: skip
    places = tuple(Place(path=f"{found[value]}: {value}") for value in sorted(found))
    return Known(tuple(sorted(found)), places) if found else NOT_LOOKED


def _ad_requests(traffic: Sequence[Reading], material: Material) -> Fact[tuple[AdRequest, ...]]:
    if not traffic:
        return Unmeasured("no_traffic", "アプリの通信の記録がありません。HARかmitmproxyの記録を加えてください",
                          "There is no recording of the app's traffic. Add a HAR or mitmproxy flows")  # fmt: skip
    found = tuple(one for each in traffic for one in material.ad_requests.get(each.target.name, ()))
    gaps = [gap for each in traffic for gap in each.not_measured]
    if not found and gaps:
        return Unmeasured.of(gaps[0])
    return Known(found)


def _age_gate(traffic: Iterable[Reading]) -> Fact[AgeGate]:
    """When an age was asked stands on the screen, which nobody watched; when sending began stands in the recording."""
    began = min((value for each in traffic for name, value in each.facts if name == "first_request"), default="")
    ja, en = (f"（通信は{began}に始まった）", f" (sending began at {began})") if began else ("", "")
    return Unmeasured("screens_not_seen",
                      f"年齢を尋ねる画面は自動では見ていません{ja}。画面の記録と突き合わせてください",
                      f"Screens that ask for an age aren't watched{en}. Compare with a recording of the screen",
                      )  # fmt: skip


def _families(forms: Iterable[Reading]) -> Fact[bool]:
    """The Play form's statement that the Families policy is kept. A form without it wasn't asked, or left it open."""
    for reading in forms:
        for name, value in reading.facts:
            if name == FAMILIES and value.lower().split()[-1:] == ["true"]:
                return Known(True, (Place(path=f"{reading.target.name}: {FAMILIES}"),))
    return Unmeasured("families_unsaid", "ファミリーポリシーについての申告（データ セーフティのCSV）がありません",
                      "There is no statement on the Families policy (Data safety CSV)")  # fmt: skip


def _age_signals(files: Sequence[Reading]) -> Fact[bool]:
    if not files:
        return NOT_LOOKED
    marks = ("age_signals_library", "declared_age_range", "declared_age_range_linked")
    for reading in files:
        for name in marks:
            if (name, "true") in reading.facts:
                return Known(True, (Place(path=f"{reading.target.name}: {name}"),))
    return Known(False)


def _audience(ratings: Iterable[Reading], forms: Iterable[Reading]) -> Fact[Audience]:
    """Children where the kids category was told to the store; children among others where the Play form answers what
    only such apps are asked. That neither was told doesn't say whom the app is for."""
    for reading in ratings:
        for name, value in reading.facts:
            if name == KIDS and value.lower() not in _UNSET:
                return Known(Audience.CHILDREN, (Place(path=f"{reading.target.name}: {KIDS}"),))
    families = _families(forms)
    if isinstance(families, Known):
        return Known(Audience.MIXED, families.places)
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
