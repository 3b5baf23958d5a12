"""What an app's Info.plist and its entitlements tell: names and versions, why it asks for information, exceptions from
encryption, keys of known SDKs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sekisho.apps.evidence import Grade, Piece, Place
from sekisho.apps.readers.gathering import Gathered
from sekisho.apps.readers.hosts import host_of
from sekisho.apps.recipients.domains import as_host, is_host

_SIMPLE: Final = (
    ("bundle_id", "CFBundleIdentifier"), ("version_name", "CFBundleShortVersionString"),
    ("version_code", "CFBundleVersion"), ("min_os", "MinimumOSVersion"), ("sdk", "DTSDKName"),
    ("category", "LSApplicationCategoryType"),
)  # fmt: skip
_USAGE: Final = {
    "NSUserTracking": "advertising_id", "NSContacts": "contacts", "NSCamera": "photos_videos",
    "NSPhotoLibrary": "photos_videos", "NSMicrophone": "audio", "NSSpeechRecognition": "audio",
    "NSLocation": "precise_location", "NSLocationWhenInUse": "precise_location",
    "NSLocationAlways": "precise_location", "NSLocationAlwaysAndWhenInUse": "precise_location",
    "NSLocationTemporary": "precise_location", "NSCalendars": "calendar", "NSCalendarsFullAccess": "calendar",
    "NSHealthShare": "health", "NSHealthClinicalHealthRecordsShare": "health", "NSMotion": "health",
    "NSAppleMusic": "interaction",
}  # fmt: skip
"""Beginnings of ``…UsageDescription``: what the system asks the user for with these words."""
_KEYS: Final = {
    "GADApplicationIdentifier": "GoogleMobileAds", "GADIsAdManagerApp": "GoogleMobileAds",
    "FacebookAppID": "FBSDKCoreKit", "FacebookClientToken": "FBSDKCoreKit", "AppLovinSdkKey": "AppLovinSDK",
    "GIDClientID": "GoogleSignIn", "FirebaseAppDelegateProxyEnabled": "FirebaseCore",
    "LineSDKConfig": "LineSDK", "AppsFlyerDevKey": "AppsFlyerLib",
}  # fmt: skip
"""Keys that an SDK reads its settings from, and the name it is known by."""
_SWITCHES: Final = (
    "GADDelayAppMeasurementInit", "FacebookAutoLogAppEventsEnabled", "FacebookAdvertiserIDCollectionEnabled",
    "FIREBASE_ANALYTICS_COLLECTION_ENABLED", "FirebaseCrashlyticsCollectionEnabled",
    "GOOGLE_ANALYTICS_IDFV_COLLECTION_ENABLED", "GOOGLE_ANALYTICS_DEFAULT_ALLOW_AD_PERSONALIZATION_SIGNALS",
    "GOOGLE_ANALYTICS_DEFAULT_ALLOW_ANALYTICS_STORAGE", "GOOGLE_ANALYTICS_DEFAULT_ALLOW_AD_STORAGE",
)  # fmt: skip
_ROWS_MOST: Final = 2_000
_BEFORE_ATS: Final = re.compile(r"iphoneos[1-8](?:\.|\Z)")
AGE_RANGE: Final = "com.apple.developer.declared-age-range"


def tell_info(root: Any, path: str, found: Gathered) -> None:
    """Adds what the app's own Info.plist says."""
    if not isinstance(root, dict):
        return
    for fact, key in _SIMPLE:
        if isinstance(root.get(key), str):
            found.fact(fact, root[key])
    place = Place(path=path)
    for key, value in list(root.items())[:_ROWS_MOST]:
        if key.endswith("UsageDescription"):
            found.fact("usage_description", key)
            information = _USAGE.get(key.removesuffix("UsageDescription"))
            words = value if isinstance(value, str) else ""
            if information:
                found.piece(Piece(grade=Grade.DECLARED, place=place, information=information,
                                  words=f"{key}: {words}"[:300]))  # fmt: skip
        elif key in _KEYS:
            found.piece(Piece(grade=Grade.EMBEDDED, place=place, signature=_KEYS[key], words=key))
    for key in _SWITCHES:
        if isinstance(root.get(key), bool | int):
            found.fact("setting", f"{key}={str(bool(root[key])).lower()}")
    networks = root.get("SKAdNetworkItems")
    for row in networks[:_ROWS_MOST] if isinstance(networks, list) else []:
        name = row.get("SKAdNetworkIdentifier") if isinstance(row, dict) else row
        if isinstance(name, str):
            found.fact("skadnetwork", name[:100])
    report = root.get("NSAdvertisingAttributionReportEndpoint")
    host = host_of(report.partition("//")[2].partition("/")[0]) if isinstance(report, str) else None
    if host is not None:
        found.piece(Piece(grade=Grade.DECLARED, place=place, host=host,
                          words="NSAdvertisingAttributionReportEndpoint"))  # fmt: skip
    _transport(root.get("NSAppTransportSecurity"), found, sdk=root.get("DTSDKName"))


def _transport(ats: Any, found: Gathered, *, sdk: Any) -> None:
    """App Transport Security: where it is left out, nothing may be sent in cleartext, since the SDK of iOS 9."""
    if isinstance(sdk, str) and _BEFORE_ATS.match(sdk):
        found.fact("cleartext_allowed", "true")
        return
    ats = ats if isinstance(ats, dict) else {}
    narrower = {"NSAllowsArbitraryLoadsInWebContent", "NSAllowsArbitraryLoadsForMedia", "NSAllowsLocalNetworking"}
    # From iOS 10 on one of the narrower keys takes the wide one's effect away.
    wide = ats.get("NSAllowsArbitraryLoads") is True and not narrower & ats.keys()
    found.fact("cleartext_allowed", "true" if wide else "false")
    for key in sorted(narrower & ats.keys()):
        if ats[key] is True:
            found.fact("cleartext_allowed_in", key)
    domains = ats.get("NSExceptionDomains")
    for name, rules in list(domains.items())[:_ROWS_MOST] if isinstance(domains, dict) else []:
        host = as_host(name)
        if not isinstance(rules, dict) or not is_host(host):
            continue
        below = "*." if rules.get("NSIncludesSubdomains") is True else ""
        keys = ("NSExceptionAllowsInsecureHTTPLoads", "NSThirdPartyExceptionAllowsInsecureHTTPLoads",
                "NSTemporaryExceptionAllowsInsecureHTTPLoads")  # fmt: skip
        if any(rules.get(key) is True for key in keys):
            found.fact("cleartext_host", below + host)


def tell_entitlements(entitlements: Mapping[str, Any], found: Gathered) -> None:
    """Adds what the app is allowed to use, as the signature or the profile says. Values aren't kept but of switches."""
    for key, value in list(entitlements.items())[:_ROWS_MOST]:
        found.fact("entitlement", f"{key}={str(value).lower()}" if isinstance(value, bool) else key)
        if key == AGE_RANGE and value:
            found.fact("declared_age_range", "true")
        if key == "get-task-allow" and value is True:
            found.fact("debuggable", "true")
