"""Identifiers nobody gave as known are recognised by name and shape together, and by neither alone."""

from __future__ import annotations

import gzip

import pytest

from sekisho.apps.leaks import identifiers
from sekisho.apps.leaks.shapes import luhn
from sekisho.apps.traffic import Request

AAID = "7a1c2e3f-1234-4a5b-8c6d-aabbccddeeff"


def found(url: str = "https://t.example.net/", body: bytes = b"", cookie: str = "") -> set[tuple[str | None, str]]:
    """Information and words of what a request's shape tells."""
    headers = (("Cookie", cookie),) if cookie else ()
    request = Request(number=1, url=url, host="t.example.net", method="POST", headers=headers, body=body)
    return {(piece.information, piece.words) for piece in identifiers(request)}


@pytest.mark.parametrize(
    ("query", "information"),
    [
        (f"gps_adid={AAID}", "advertising_id"),
        (f"idfv={AAID.upper()}", "device_id"),
        ("android_id=9f8e7d6c5b4a3f2e", "device_id"),
        ("imei=490154203237518", "device_id"),
        ("wifi_mac=0a:1b:2c:3d:4e:5f", "device_id"),
        ("lat=35.68124&lon=139.76712", "precise_location"),
        ("latitude=35.7&longitude=139.8", "coarse_location"),
        ("ll=35.68124,139.76712", "precise_location"),
        ("cid=1234567890.1700000000", "cookie_id"),
        ("ud[em]=" + "0123456789abcdef" * 4, "email"),
        ("mccmnc=44010", "carrier"),
    ],
)
def test_a_telling_name_with_a_fitting_value(query: str, information: str) -> None:
    """Each kind of identifier is recognised by name and shape in an address."""
    assert {what for what, _ in found(f"https://t.example.net/c?{query}")} == {information}


@pytest.mark.parametrize(
    "query",
    [
        f"request_id={AAID}",
        "gps_adid=00000000-0000-0000-0000-000000000000",
        "idfa=null",
        "android_id=9774d56d682e549c",
        "imei=490154203237519",
        "mac=02:00:00:00:00:00",
        "lat=35.68124",
        "lat=0.0&lon=0.0",
        "lat=135.68124&lon=139.76712",
        "lat=35&lon=139",
        "cid=summer-campaign",
        "carrier=wifi",
    ],
)
def test_one_without_the_other_is_nothing(query: str) -> None:
    """A value without a telling name, a name without a fitting value, and placeholders are no identifiers."""
    assert found(f"https://t.example.net/c?{query}") == set()


def test_bodies_are_read_by_name_too() -> None:
    """JSON (also packed, also one document a line), forms and cookies are read like the address."""
    json = f'{{"device":{{"ids":[{{"advertising_id":"{AAID}"}}]}},"geo":{{"lat":35.68124,"lon":139.76712}}}}'.encode()
    both = {("advertising_id", "advertising id"), ("precise_location", "place, 5 decimals")}
    assert found(body=json) == both
    assert found(body=gzip.compress(json)) == both
    assert found(body=json + b"\n" + json) == both
    assert found(body=f"adid={AAID}&x=1".encode()) == {("advertising_id", "advertising id")}
    assert found(cookie="_ga=GA1.2.123456789.1700000000; _fbp=nothing") == {("cookie_id", "_ga")}


def test_a_place_takes_both_numbers_from_one_object() -> None:
    """A latitude of one object and a longitude of another are no place."""
    assert found(body=b'{"a":{"lat":35.68124},"b":{"lon":139.76712}}') == set()


def test_luhn() -> None:
    """The check digit is that of the standard's example."""
    assert luhn("490154203237518")
    assert not luhn("490154203237519")


@pytest.mark.parametrize(
    ("host", "query", "cookie", "information"),
    [
        ("app.adjust.com", f"ios_uuid={AAID}", "", "device_id"),
        ("adc9.adcolony.com", "carrier_name=x-mobile", "", "carrier"),
        ("dsum.casalemedia.com", "", "CMID=ZaBcDeFg12345678", "cookie_id"),
        ("api.branch.io", "local_ip=192.0.2.7", "", "ip_address"),
        ("api.branch.io", "local_ip=somewhere", "", None),
        ("app.adjust.com", "ios_uuid=12", "", None),
        ("app.adjust.com", "ios_uuid=00000000-0000-0000-0000-000000000000", "", None),
        ("app.example.com", f"ios_uuid={AAID}", "", None),
    ],
)
def test_a_name_at_a_known_trackers_address(host: str, query: str, cookie: str, information: str | None) -> None:
    """At a described address its names tell what a value is; elsewhere, or for a value that can't be it, they don't."""
    headers = (("Cookie", cookie),) if cookie else ()
    request = Request(number=1, url=f"https://{host}/x?{query}", host=host, headers=headers)
    assert {piece.information for piece in identifiers(request)} == ({information} if information else set())
