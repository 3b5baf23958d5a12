"""What a manifest tells: names and versions as facts, permissions as declared, marks of recipients as embedded.

Values of settings aren't kept unless they are switches: many of them are keys to somebody's service.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sekisho.apps.evidence import Grade, Piece, Place
from sekisho.apps.readers.android.axml import Element
from sekisho.apps.readers.android.permissions import opened_by
from sekisho.apps.readers.gathering import Gathered
from sekisho.apps.recipients.domains import is_host

_COMPONENTS: Final = frozenset({"activity", "activity-alias", "service", "receiver", "provider"})
_SWITCHES: Final = frozenset({
    "google_analytics_adid_collection_enabled", "google_analytics_ssaid_collection_enabled",
    "google_analytics_default_allow_ad_personalization_signals", "google_analytics_automatic_screen_reporting_enabled",
    "google_analytics_default_allow_analytics_storage", "google_analytics_default_allow_ad_storage",
    "google_analytics_default_allow_ad_user_data", "firebase_analytics_collection_enabled",
    "firebase_analytics_collection_deactivated", "firebase_crashlytics_collection_enabled",
    "firebase_performance_collection_enabled", "firebase_messaging_auto_init_enabled",
    "com.google.android.gms.ads.DELAY_APP_MEASUREMENT_INIT", "com.google.android.gms.ads.AD_MANAGER_APP",
    "com.facebook.sdk.AutoLogAppEventsEnabled", "com.facebook.sdk.AdvertiserIDCollectionEnabled",
    "com.facebook.sdk.AutoInitEnabled", "com.android.vending.splits.required",
})  # fmt: skip
"""Settings whose value says how a library behaves, and is no key."""
_SIMPLE: Final = frozenset({"true", "false", "1", "0", "-1"})
COMPONENTS_MOST: Final = 10_000


@dataclass(slots=True)
class ManifestSeen:
    """What the rest of a reading needs of its manifests: classes they name, and what decides about cleartext."""

    components: set[str] = field(default_factory=set)
    base: bool = False
    splits: bool = False
    splits_required: bool = False
    target_sdk: int | None = None
    cleartext: bool | None = None
    security_config: bool = False


def tell(elements: Iterable[Element], path: str, found: Gathered, seen: ManifestSeen) -> None:
    """Adds what ``elements`` say. What was added before an element fails to be read stays."""
    package = ""
    marked: set[str] = set()
    for element in elements:
        of = element.attributes
        name = of.get("name", "")
        place = Place(path=path, offset=element.offset)
        if element.name == "manifest":
            package = of.get("package", "")
            _root(of, found, seen)
        elif element.name == "uses-sdk":
            _levels(of, found, seen)
        elif element.name == "application":
            _application(of, package, found, seen)
        elif element.name in {"uses-permission", "uses-permission-sdk-23", "uses-permission-sdk-m"} and name:
            found.fact("permission", name)
            if information := opened_by(name):
                found.piece(Piece(grade=Grade.DECLARED, place=place, information=information,
                                  words=f"{element.name} {name}"[:300]))  # fmt: skip
        elif element.name == "meta-data" and name:
            value = of.get("value", "")
            told = name in _SWITCHES and value in _SIMPLE
            found.fact("meta_data", f"{name}={value}" if told else name)
            if name == "com.android.vending.splits.required":
                seen.splits_required = seen.splits_required or value == "true"
            _mark(name, f"meta-data {name}", place, found, marked)
        elif element.name in _COMPONENTS and name:
            full = _full(package, name)
            if element.name != "activity-alias" and len(seen.components) < COMPONENTS_MOST:
                seen.components.add(full)
            _mark(full, f"{element.name} {full}", place, found, marked)
        elif element.name == "data" and of.get("scheme") in {"http", "https"} and is_host(of.get("host", "")):
            found.fact("app_link_host", of["host"])


def _full(package: str, name: str) -> str:
    if name.startswith("."):
        return package + name
    return name if "." in name else f"{package}.{name}"


def _root(of: dict[str, str], found: Gathered, seen: ManifestSeen) -> None:
    for fact, key in (("package", "package"), ("version_name", "versionName"), ("version_code", "versionCode"),
                      ("split", "split")):  # fmt: skip
        found.fact(fact, of.get(key, ""))
    seen.splits = seen.splits or bool(of.get("split"))
    seen.base = seen.base or not of.get("split")
    if of.get("isSplitRequired") == "true" or of.get("requiredSplitTypes"):
        seen.splits_required = True


def _levels(of: dict[str, str], found: Gathered, seen: ManifestSeen) -> None:
    found.fact("min_sdk", of.get("minSdkVersion", ""))
    target = of.get("targetSdkVersion") or of.get("minSdkVersion", "")
    found.fact("target_sdk", target)
    if target.isascii() and target.isdecimal() and len(target) < 6:
        seen.target_sdk = int(target)


def _application(of: dict[str, str], package: str, found: Gathered, seen: ManifestSeen) -> None:
    if of.get("debuggable") == "true":
        found.fact("debuggable", "true")
    if of.get("appCategory") == "0" or of.get("appCategory") == "game" or of.get("isGame") == "true":
        found.fact("category", "game")
    if of.get("usesCleartextTraffic") in {"true", "false"}:
        seen.cleartext = of["usesCleartextTraffic"] == "true"
    seen.security_config = seen.security_config or bool(of.get("networkSecurityConfig"))
    if of.get("name"):
        seen.components.add(_full(package, of["name"]))


def _mark(name: str, words: str, place: Place, found: Gathered, marked: set[str]) -> None:
    """One piece for each recipient's mark that the manifest names, at its first place."""
    known = found.matcher.android_class(name)
    if known is not None and known.mark not in marked:
        marked.add(known.mark)
        found.piece(Piece(grade=Grade.EMBEDDED, place=place, signature=known.mark, words=words[:300]))
