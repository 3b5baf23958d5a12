"""What Android's permissions and classes open, as slugs of :mod:`sekisho.apps.items`.

A permission is asked of the device and shown to the user by the system; it says nothing of who receives what. That a
class is named says only that code for it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_PREFIX: Final = "android.permission."

PERMISSIONS: Final[Mapping[str, str]] = {
    "com.google.android.gms.permission.AD_ID": "advertising_id",
    "com.google.android.gms.permission.ACTIVITY_RECOGNITION": "health",
    **{
        _PREFIX + name: slug
        for slug, names in {
            "advertising_id": "ACCESS_ADSERVICES_AD_ID",
            "advertising_data": "ACCESS_ADSERVICES_TOPICS ACCESS_ADSERVICES_ATTRIBUTION "
            "ACCESS_ADSERVICES_CUSTOM_AUDIENCE",
            "precise_location": "ACCESS_FINE_LOCATION ACCESS_BACKGROUND_LOCATION ACCESS_MEDIA_LOCATION",
            "coarse_location": "ACCESS_COARSE_LOCATION",
            "contacts": "READ_CONTACTS",
            "account_id": "GET_ACCOUNTS",
            "call_log": "READ_CALL_LOG PROCESS_OUTGOING_CALLS",
            "messages": "READ_SMS RECEIVE_SMS RECEIVE_MMS",
            "device_id": "READ_PHONE_STATE READ_PRIVILEGED_PHONE_STATE",
            "phone": "READ_PHONE_NUMBERS",
            "audio": "RECORD_AUDIO READ_MEDIA_AUDIO",
            "photos_videos": "CAMERA READ_MEDIA_IMAGES READ_MEDIA_VIDEO READ_MEDIA_VISUAL_USER_SELECTED",
            "files": "READ_EXTERNAL_STORAGE MANAGE_EXTERNAL_STORAGE",
            "calendar": "READ_CALENDAR",
            "installed_apps": "QUERY_ALL_PACKAGES",
            "interaction": "PACKAGE_USAGE_STATS",
            "health": "BODY_SENSORS BODY_SENSORS_BACKGROUND ACTIVITY_RECOGNITION",
        }.items()
        for name in names.split()
    },
}
"""Permissions that open information about the user (developer.android.com, Manifest.permission)."""

HEALTH_CONNECT: Final = "android.permission.health.READ_"
"""Every permission of Health Connect begins so."""


def opened_by(permission: str) -> str | None:
    """What a permission opens; ``None`` for one that opens nothing about the user, or that isn't known here."""
    return "health" if permission.startswith(HEALTH_CONNECT) else PERMISSIONS.get(permission)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A class of the system or of Google Play services that gives information.

    ``methods`` are those that give it, empty where naming the class is enough; ``text`` is a string that must stand in
    the file as well.
    """

    name: str
    information: str
    methods: frozenset[str] = frozenset()
    text: bytes = b""


def _access(name: str, information: str, methods: str = "", text: bytes = b"") -> Access:
    return Access(name=name, information=information, methods=frozenset(methods.split()), text=text)


_TELEPHONY: Final = "android.telephony.TelephonyManager"
_LOCATION: Final = "android.location.LocationManager"
_GMS: Final = "com.google.android.gms."

ACCESSES: Final = (
    _access(_GMS + "ads.identifier.AdvertisingIdClient", "advertising_id"),
    _access("androidx.ads.identifier.AdvertisingIdClient", "advertising_id"),
    _access("android.adservices.adid.AdIdManager", "advertising_id"),
    _access("android.adservices.topics.TopicsManager", "advertising_data"),
    # The constant is copied into the code, so the class alone would say nothing: nearly every app reads some setting.
    _access("android.provider.Settings$Secure", "device_id", "getString", b"\x0aandroid_id\0"),
    _access(_TELEPHONY, "device_id", "getDeviceId getImei getMeid getSubscriberId getSimSerialNumber"),
    _access(_TELEPHONY, "phone", "getLine1Number"),
    _access(_TELEPHONY, "carrier", "getNetworkOperator getNetworkOperatorName getSimOperator getSimOperatorName"),
    _access("android.net.wifi.WifiInfo", "device_id", "getMacAddress getBSSID"),
    _access("android.media.MediaDrm", "device_id", "getPropertyByteArray", b"\x0edeviceUniqueId\0"),
    _access(_LOCATION, "precise_location", "getLastKnownLocation requestLocationUpdates getCurrentLocation"),
    _access(_GMS + "location.FusedLocationProviderClient", "precise_location"),
    _access("android.provider.ContactsContract$Contacts", "contacts"),
    _access("android.provider.ContactsContract$CommonDataKinds$Phone", "contacts"),
    _access("android.provider.CallLog$Calls", "call_log"),
    _access("android.provider.CalendarContract$Events", "calendar"),
    _access("android.accounts.AccountManager", "account_id", "getAccounts getAccountsByType"),
    _access("android.content.pm.PackageManager", "installed_apps", "getInstalledPackages getInstalledApplications"),
    _access("android.app.usage.UsageStatsManager", "interaction", "queryUsageStats queryEvents"),
    _access("android.media.AudioRecord", "audio", "startRecording"),
)
"""Where code asks for information. Whether the value is sent anywhere isn't known from it."""

ACCESSED_CLASSES: Final = frozenset(each.name for each in ACCESSES)

CHILD_MARKS: Final = (
    b"setTagForChildDirectedTreatment", b"setTagForUnderAgeOfConsent", b"setIsAgeRestrictedUser", b"setMixedAudience",
    b"is_child_directed",
)  # fmt: skip
"""Names by which ads libraries are told that users are children. The library itself has them too, so that one stands
in an app doesn't say that the app calls it; that none does, in an app with names kept, says that it doesn't."""

AGE_SIGNALS: Final = "com.google.android.play.agesignals"
"""Package of Google Play's Age Signals library."""
