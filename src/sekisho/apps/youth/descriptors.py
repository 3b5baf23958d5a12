"""Content descriptors in the shape of OARS (attribute and level), for what a scan can see, against a store's rating.

What was observed is a lower bound: not seeing something says nothing about it. Only behaviour is here; pictures, words
and violence are for people. Attribute names of the App Store follow App Store Connect's age rating declaration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum, unique
from typing import Final

from sekisho.apps.evidence import Place
from sekisho.apps.items import ITEMS
from sekisho.apps.law.facts import Sending
from sekisho.engine.facts import Text


@unique
class Level(IntEnum):
    """How much of it, in OARS's words. ``UNKNOWN`` is no level: it was not looked at."""

    UNKNOWN = 0
    NONE = 1
    MILD = 2
    MODERATE = 3
    INTENSE = 4


@unique
class Descriptor(Enum):
    """Behaviour that a scan can see. Values are OARS's attribute names, but for ``web-unrestricted``."""

    CHAT = "social-chat"
    INFORMATION = "social-info"
    AUDIO = "social-audio"
    LOCATION = "social-location"
    CONTACTS = "social-contacts"
    ADVERTISING = "money-advertising"
    PURCHASING = "money-purchasing"
    GAMBLING = "money-gambling"
    WEB = "web-unrestricted"
    """The whole web can be opened in the app. OARS has no such attribute; App Store does."""


WORDS: Final[Mapping[Descriptor, Text]] = {
    Descriptor.CHAT: Text("利用者どうしの交流・投稿", "chat and posts among users"),
    Descriptor.INFORMATION: Text("利用者情報の送信", "sending of information about the user"),
    Descriptor.AUDIO: Text("音声による交流", "talking among users"),
    Descriptor.LOCATION: Text("位置情報の送信", "sending of location"),
    Descriptor.CONTACTS: Text("電話帳の送信", "sending of contacts"),
    Descriptor.ADVERTISING: Text("広告", "advertisements"),
    Descriptor.PURCHASING: Text("課金", "purchases"),
    Descriptor.GAMBLING: Text("賭け・模擬の賭け", "gambling, real or simulated"),
    Descriptor.WEB: Text("無制限のウェブ閲覧", "unrestricted web access"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """At least this level, and where it was seen."""

    level: Level
    places: tuple[Place, ...]


ATTRIBUTES: Final[Mapping[Descriptor, tuple[str, ...]]] = {
    Descriptor.CHAT: ("messagingAndChat", "userGeneratedContent"),
    Descriptor.ADVERTISING: ("advertising",),
    Descriptor.PURCHASING: ("lootBox",),
    Descriptor.GAMBLING: ("gambling", "gamblingSimulated"),
    Descriptor.WEB: ("unrestrictedWebAccess",),
}
"""Attributes of the App Store's rating that speak of a descriptor; any one of them being set tells of it.

``lootBox`` speaks of a kind of purchase only, so that nothing is compared with it unless it is set.
"""

_DENIES: Final = frozenset({"false", "none", "no", ""})
_COMPARED: Final = frozenset({Descriptor.CHAT, Descriptor.ADVERTISING, Descriptor.GAMBLING, Descriptor.WEB})


@unique
class Agreement(Enum):
    """A rating's answer beside what was observed."""

    TELLS = "tells"
    DENIES = "denies"
    """The rating says no, and it was observed."""
    SILENT = "silent"
    """The rating has no answer that speaks of it."""
    NOT_SEEN = "not_seen"
    """It wasn't observed: the answer stands as it is."""


def agreement(descriptor: Descriptor, observed: Observed | None, rating: Mapping[str, str]) -> Agreement:
    """The rating's answers (values as text, as App Store Connect gives them) beside what was observed."""
    if observed is None or observed.level <= Level.NONE:
        return Agreement.NOT_SEEN
    given = [rating[name].strip().lower() for name in ATTRIBUTES.get(descriptor, ()) if name in rating]
    if any(value not in _DENIES for value in given):
        return Agreement.TELLS
    return Agreement.DENIES if given and descriptor in _COMPARED else Agreement.SILENT


_PERSONAL: Final = frozenset({"name", "email", "phone", "address", "birth_date", "photos_videos"})


def from_sendings(sendings: Iterable[Sending]) -> Mapping[Descriptor, Observed]:
    """Descriptors that what was sent shows, as lower bounds.

    What a vendor says of its service is no observation, so advertising is seen by what was sent for it
    (``advertising_data``) only; whether users talk with each other can't be seen here.
    """
    found: dict[Descriptor, list[tuple[Level, tuple[Place, ...]]]] = {}
    for one in sendings:
        for descriptor, level in _shown(one.information & set(ITEMS)):
            found.setdefault(descriptor, []).append((level, one.places))
    return {
        descriptor: Observed(
            level=max(level for level, _ in each),
            places=tuple(dict.fromkeys(place for _, places in each for place in places)),
        )
        for descriptor, each in sorted(found.items(), key=lambda pair: pair[0].value)
    }


def _shown(information: frozenset[str]) -> Iterable[tuple[Descriptor, Level]]:
    if information:
        yield Descriptor.INFORMATION, Level.INTENSE if information & _PERSONAL else Level.MILD
    if "precise_location" in information:
        yield Descriptor.LOCATION, Level.INTENSE
    if "contacts" in information:
        yield Descriptor.CONTACTS, Level.INTENSE
    if "advertising_data" in information:
        yield Descriptor.ADVERTISING, Level.MILD
    if information & {"payment", "purchases"}:
        yield Descriptor.PURCHASING, Level.MILD
