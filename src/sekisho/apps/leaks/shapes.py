"""Identifiers that nobody gave as known: recognised by a telling name and a value of the right shape, both.

A UUID alone may be anything, and a name alone may be empty: rather one too few than one invented. Names are compared in
lower case without ``_``, ``-`` and ``.``. From memory of the vendors' and systems' documentation; a row that is wrong
names a shape that no real value has. At addresses of trackers that somebody described, their names count too
(:mod:`sekisho.apps.leaks.endpoints`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sekisho.apps.evidence import Grade, Piece, Place
from sekisho.apps.leaks.endpoints import SOURCE, told
from sekisho.apps.leaks.parameters import Parameter, parameters
from sekisho.apps.leaks.values import is_nil
from sekisho.apps.traffic import Request

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HEX16: Final = re.compile(r"[0-9a-fA-F]{16}")
_MAC: Final = re.compile(r"(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")
_IMEI: Final = re.compile(r"[0-9]{15}")
_CARRIER: Final = re.compile(
    r"44[01][0-9]{2,3}|.*(?:docomo|kddi|softbank|rakuten|ドコモ|ソフトバンク|楽天).*", re.IGNORECASE
)
_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")
_MARKS: Final = re.compile(r"[_.\-]")

_ADVERTISING: Final = frozenset(
    [
        "adid",
        "advertisingid",
        "advertisingidentifier",
        "advertiserid",
        "advertiseridentifier",
        "aaid",
        "gaid",
        "gpsadid",
        "googleaid",
        "googleadid",
        "googleadvertisingid",
        "androidadvertisingid",
        "androidadid",
        "idfa",
        "iosidfa",
        "rdid",
        "ifa",
        "deviceifa",
    ]
)
_VENDOR: Final = frozenset(["idfv", "iosidfv", "identifierforvendor", "vendorid", "devicevendorid"])
_ANDROID: Final = frozenset(["androidid", "ssaid", "deviceandroidid", "secureandroidid"])
_IMEI_NAMES: Final = frozenset(["imei", "imei1", "imei2", "deviceimei"])
_MAC_NAMES: Final = frozenset(["mac", "macaddress", "wifimac", "macaddr", "devicemac", "bssid", "wifibssid"])
_CARRIER_NAMES: Final = frozenset(
    ["carrier", "carriername", "networkoperator", "simoperator", "networkoperatorname", "mccmnc"]
)

_COOKIES: Final[Mapping[str, re.Pattern[str]]] = {
    "_ga": re.compile(r"GA1\.\d+\.\d{5,12}\.\d{9,11}"),
    "_gid": re.compile(r"GA1\.\d+\.\d{5,12}\.\d{9,11}"),
    "_fbp": re.compile(r"fb\.\d\.\d{13}\.\d{6,20}"),
    "_gcl_au": re.compile(r"1\.1\.\d{5,12}\.\d{9,11}(?:\..*)?"),
    "_yjr_yjad": re.compile(r"\d{9,11}\.[0-9a-f-]{36}"),
    "_ldbrbid": re.compile(r"[\w.-]{10,}"),
    "__lt__cid": re.compile(r"[0-9a-f-]{36}"),
    "_ttp": re.compile(r"[\w.-]{20,}"),
}
"""Cookies' names as scripts also send them by other ways, and what stands in them."""

_BY_NAME: Final[Mapping[str, tuple[str, re.Pattern[str], str]]] = {
    # Analytics' client id and Meta's browser id, as parameters of their own requests.
    "cid": ("cookie_id", re.compile(r"\d{5,12}\.\d{9,11}"), "client id"),
    "fbp": ("cookie_id", _COOKIES["_fbp"], "browser id"),
}
_HASHED: Final[Mapping[str, str]] = {
    "ud[em]": "email", "ud[ph]": "phone", "udff[em]": "email", "udff[ph]": "phone",
    "sha256_email": "email", "sha256_email_address": "email", "sha256_phone_number": "phone",
    "hashed_email": "email", "hashed_phone": "phone", "email_sha256": "email", "phone_sha256": "phone",
}  # fmt: skip
"""Names that vendors document for a hashed value."""

_LATITUDE: Final = frozenset(["lat", "latitude", "geolat", "locationlat"])
_LONGITUDE: Final = frozenset(
    ["lon", "lng", "long", "longitude", "geolon", "geolong", "geolng", "locationlon", "locationlng"]
)
_DECIMAL: Final = re.compile(r"-?\d{1,3}\.(\d+)")
_PAIR: Final = re.compile(r"(-?\d{1,2}\.\d{1,15}),\s*(-?\d{1,3}\.\d{1,15})")
_PAIR_NAMES: Final = frozenset(["ll", "latlng", "latlon", "latlong", "geo", "location", "coordinates"])
PRECISE_DECIMALS: Final = 3
"""Three decimals are about 100 m; fewer tell a quarter of a town (over 1 km)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A value that tells its kind by name and shape. ``layers`` names the hash where it is one."""

    parameter: Parameter
    information: str
    what: str
    layers: tuple[str, ...] = ()


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1 annex B, 3GPP TS 23.003 annex B)."""
    total = 0
    for place, each in enumerate(reversed(digits)):
        doubled = int(each) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def shapes(request: Request) -> tuple[Shape, ...]:
    """Every identifier and place that a request sends under a telling name."""
    found: list[Shape] = []
    places: dict[str, dict[str, Parameter]] = {}
    for each in parameters(request):
        shape = _shape(each)
        if shape is not None:
            found.append(shape)
            continue
        item = told(request.host, each.name, each.value.strip(), cookie=each.where == "cookie")
        if item is not None:
            found.append(Shape(each, item, f"{each.name} ({SOURCE})"))
            continue
        bare = _bare(each.name)
        if bare in _LATITUDE or bare in _LONGITUDE:
            places.setdefault(each.group, {}).setdefault("lat" if bare in _LATITUDE else "lon", each)
        elif bare in _PAIR_NAMES and (pair := _PAIR.fullmatch(each.value)) is not None:
            found.extend(_place(each, pair[1], pair[2]))
    for both in places.values():
        if len(both) == 2:
            found.extend(_place(both["lat"], both["lat"].value, both["lon"].value))
    return tuple(found)


def _bare(name: str) -> str:
    return _MARKS.sub("", name).lower()


def _shape(each: Parameter) -> Shape | None:
    value, bare = each.value.strip(), _bare(each.name)
    if is_nil(value):
        return None
    pattern = _COOKIES.get(each.name)
    if pattern is not None:
        return Shape(each, "cookie_id", each.name) if pattern.fullmatch(value) else None
    told = _BY_NAME.get(each.name)
    if told is not None:
        return Shape(each, told[0], told[2]) if told[1].fullmatch(value) else None
    if each.name.lower() in _HASHED and _HASH.fullmatch(value):
        return Shape(each, _HASHED[each.name.lower()], "hashed", ("sha256",))
    if bare in _ADVERTISING and _UUID.fullmatch(value):
        return Shape(each, "advertising_id", "advertising id")
    if bare in _VENDOR and _UUID.fullmatch(value):
        return Shape(each, "device_id", "identifier for vendor")
    if bare in _ANDROID and _HEX16.fullmatch(value):
        return Shape(each, "device_id", "Android id")
    if bare in _IMEI_NAMES and _IMEI.fullmatch(value) and luhn(value):
        return Shape(each, "device_id", "IMEI")
    if bare in _MAC_NAMES and _MAC.fullmatch(value):
        return Shape(each, "device_id", "MAC address")
    if bare in _CARRIER_NAMES and _CARRIER.fullmatch(value):
        return Shape(each, "carrier", "carrier")
    return None


def _place(each: Parameter, latitude: str, longitude: str) -> Iterator[Shape]:
    first, second = _DECIMAL.fullmatch(latitude), _DECIMAL.fullmatch(longitude)
    if first is None or second is None or abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        return
    if float(latitude) == 0 and float(longitude) == 0:
        return
    # The coarser of the two says how coarse the place is; zeros at the end tell nothing.
    decimals = min(len(first[1].rstrip("0")), len(second[1].rstrip("0")))
    precise = decimals >= PRECISE_DECIMALS
    yield Shape(each, "precise_location" if precise else "coarse_location", f"place, {decimals} decimals")


def identifiers(request: Request) -> Iterator[Piece]:
    """What :func:`shapes` recognises, as pieces. The value itself isn't repeated."""
    for each in () if request.encrypted_only else shapes(request):
        yield Piece(
            grade=Grade.OBSERVED,
            place=Place(path=f"{request.path}, {each.parameter.where} {each.parameter.name[:100]}", layers=each.layers),
            host=request.host,
            aliases=request.cname,
            information=each.information,
            consent=request.consent,
            cleartext=request.cleartext,
            words=each.what,
        )
