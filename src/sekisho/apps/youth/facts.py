"""What a scan can know about young people's use of an app, each in one of three states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from sekisho.apps.evidence import Place
from sekisho.apps.law.facts import NOT_LOOKED, Fact
from sekisho.apps.youth.descriptors import Descriptor, Observed


@unique
class Audience(Enum):
    """Whom the app is for, as declared (a store's category, a target age)."""

    CHILDREN = "children"
    """Children only: everybody who uses it is treated as one."""
    MIXED = "mixed"
    GENERAL = "general"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdModule:
    """A module that delivers advertisements in the app's file."""

    recipient: str
    name: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AdRequest:
    """One request for an advertisement: tags of child-directed treatment that were set in it
    (:func:`sekisho.apps.youth.tags.child_tags`), whether the advertising id went along, and whether the app had been
    told that a child uses it."""

    recipient: str
    tags: frozenset[str]
    advertising_id: bool
    as_child: bool
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeGate:
    """When the app asked for an age, and when the first request went to somebody else. ``asked`` is ``None`` where the
    whole first start was watched and nothing asked."""

    asked: datetime | None
    first_request: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class YouthFacts:
    """One app. What isn't given wasn't looked at.

    ``meeting``: users meet others in it (posts, chat). ``report`` and ``block``: the function was seen on the screen
    (or a complete walk found none); ``report_words`` and ``block_words``: words of it in the app's file, which is less.
    ``guardian_data`` and ``guardian_payment`` likewise; ``guardian_marks`` are marks of a system's functions for it in
    the file. ``payment``: something can be bought. ``families``: the Play form says that the Families policy is kept.
    ``age_signals``: code that asks a store for an age; ``age_signals_in_ads``: such a value stood in requests for
    advertisements. ``rating``: the App Store's attributes by name. ``behaviour``: descriptors observed, as lower
    bounds.
    """

    service: str
    audience: Fact[Audience] = NOT_LOOKED
    meeting: Fact[bool] = NOT_LOOKED
    report: Fact[bool] = NOT_LOOKED
    report_words: Fact[tuple[str, ...]] = NOT_LOOKED
    block: Fact[bool] = NOT_LOOKED
    block_words: Fact[tuple[str, ...]] = NOT_LOOKED
    payment: Fact[bool] = NOT_LOOKED
    guardian_data: Fact[bool] = NOT_LOOKED
    guardian_payment: Fact[bool] = NOT_LOOKED
    guardian_marks: Fact[tuple[str, ...]] = NOT_LOOKED
    ad_modules: Fact[tuple[AdModule, ...]] = NOT_LOOKED
    ad_requests: Fact[tuple[AdRequest, ...]] = NOT_LOOKED
    age_gate: Fact[AgeGate] = NOT_LOOKED
    families: Fact[bool] = NOT_LOOKED
    age_signals: Fact[bool] = NOT_LOOKED
    age_signals_in_ads: Fact[bool] = NOT_LOOKED
    rating: Fact[Mapping[str, str]] = NOT_LOOKED
    behaviour: Fact[Mapping[Descriptor, Observed]] = NOT_LOOKED
