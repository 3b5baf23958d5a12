"""Inspections of the Website Evidence Collector: hosts, beacons, cookies, sockets; what they lack is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Consent, Grade, Reading
from sekisho.apps.leaks import Kind, Value
from sekisho.apps.readers import evidence_collector
from tests.apps.readers.traffic.made import EMAIL

VALUES = (Value(kind=Kind.EMAIL, text=EMAIL, label="account"),)


def inspection(**members: Any) -> dict[str, Any]:
    """An inspection of the made-up shop."""
    script = [{"fileName": "https://cdn.tags.example.net/t.js", "lineNumber": 1}]
    return {
        "uri_dest": "https://www.sekisho.example.jp/", "host": "www.sekisho.example.jp",
        "start_time": "2026-11-24T00:00:00Z", "script": {"version": {"npm": "2.1.0"}},
        "hosts": {"requests": {"firstParty": ["www.sekisho.example.jp", "img.sekisho.example.jp"],
                               "thirdParty": ["t.metrics.example.net", "cdn.tags.example.net"]}},
        "beacons": [{"url": f"https://t.metrics.example.net/c?mail={EMAIL}", "log": {"stack": script}}],
        "cookies": [
            {"name": "uid", "domain": ".metrics.example.net", "value": "7"},
            {"name": "_t", "domain": "sekisho.example.jp", "value": "8", "log": {"stack": script}},
        ],
        "localStorage": {"https://www.sekisho.example.jp": {"tagid": {"value": "9", "log": {"stack": script}}}},
        "websockets": {"wss://live.chat.example.org/s": [
            {"event": "framesent", "payload": json.dumps({"mail": EMAIL})},
            {"event": "framereceived", "payload": EMAIL},
        ]},
    } | members  # fmt: skip


def read(document: object, *, prefix: bytes = b"") -> Reading:
    """The reading of a document."""
    data = document if isinstance(document, bytes) else prefix + json.dumps(document).encode()
    return evidence_collector.read(data, name="inspection.json", values=VALUES, consent=Consent.BEFORE)


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
def test_an_inspection_tells_who_got_what(prefix: bytes) -> None:
    """Third parties, the address in a beacon and in what went over a socket; own hosts are nobody's recipient."""
    found = read(inspection(), prefix=prefix)
    assert {each.host for each in found.pieces if each.information == "email"} == {
        "t.metrics.example.net", "live.chat.example.org",
    }  # fmt: skip
    assert {each.host for each in found.pieces} == {
        "t.metrics.example.net", "cdn.tags.example.net", "live.chat.example.org", "metrics.example.net",
    }  # fmt: skip
    assert {(each.grade, each.consent) for each in found.pieces} == {(Grade.OBSERVED, Consent.BEFORE)}
    assert dict(found.facts)["collector_version"] == "2.1.0"


def test_what_an_inspection_lacks_is_said() -> None:
    """Bodies and headers aren't in it, so what wasn't found there isn't said not to have been sent."""
    assert [each.reason for each in read(inspection()).not_measured] == ["inspection_without_bodies"]


def test_a_cookie_of_the_own_domain_is_whoever_set_it() -> None:
    """A first-party cookie or storage set by somebody's script is that somebody's; by an own script, nobody's."""
    by = {each.signature: each for each in read(inspection()).pieces if each.signature}
    assert by["_t"].host == "cdn.tags.example.net"
    assert by["tagid"].words == "set by cdn.tags.example.net"
    own = inspection(cookies=[{"name": "s", "domain": "sekisho.example.jp", "log": {"stack": []}}], localStorage={})
    assert {each.host for each in read(own).pieces if each.signature == "s"} <= {None}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"{}", b'{"hosts": []}', b"\xff" * 50, b"[" * 50_000])
def test_what_is_no_inspection_is_told(data: bytes) -> None:
    """Nothing read is no evidence that nothing was sent."""
    found = read(data)
    assert found.pieces == ()
    assert [each.reason for each in found.not_measured] == ["inspection_unreadable"]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(
    st.sampled_from(["host", "hosts", "beacons", "cookies", "localStorage", "websockets", "script", "uri_dest"]),
    st.recursive(
        st.none() | st.integers(-9, 9) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["requests", "thirdParty", "firstParty", "url", "log", "stack", "name", "domain", "event",
                             "wss://a.example.org/"]), inner, max_size=3), max_leaves=10,
    ), max_size=5,
))  # fmt: skip
def test_members_of_a_wrong_kind_raise_nothing(members: dict[str, Any]) -> None:
    """Whatever stands where a list or an address should is passed over."""
    read(inspection(**members))
