"""Flow files of every version give the same evidence; broken ones give what stands before, and say so."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Consent, Grade, Reading
from sekisho.apps.leaks import Kind, Value
from sekisho.apps.readers import flows
from sekisho.apps.readers.recorded import opened
from sekisho.apps.readers.tnetstrings import DEEPEST, MEMBERS_MOST, NotTnetstring, elements
from sekisho.apps.traffic import Request
from tests.apps.readers.traffic.flowfiles import dumps, newest, of_version_3, oldest
from tests.apps.readers.traffic.made import EMAIL

VALUES = (Value(kind=Kind.EMAIL, text=EMAIL, label="account"),)
HOST = "t.metrics.example.net"


def read(data: bytes) -> Reading:
    """The reading of a flow file."""
    return flows.read(data, name="x.flows", own_hosts=("sekisho.example.jp",), values=VALUES, consent=Consent.BEFORE)


def requests(data: bytes) -> list[Request]:
    """The requests alone."""
    return [each for each in flows.seen(opened(data)) if isinstance(each, Request)]


def reasons(data: bytes) -> list[str]:
    """Why something wasn't measured."""
    return [each.reason for each in read(data).not_measured]


@pytest.mark.parametrize(
    "flow", [oldest(), of_version_3(), *(newest(version) for version in (4, 7, 11, 18, 21))], ids=range(7)
)
def test_every_version_tells_who_got_the_address(flow: dict[Any, Any]) -> None:
    """Whatever wrote the file, the address in the body and the cookie are found at the recipient, observed."""
    found = read(dumps(flow))
    assert found.not_measured == ()
    assert {piece.host for piece in found.pieces} == {HOST}
    assert {"email", "cookie_id"} <= {piece.information for piece in found.pieces}
    assert {(piece.grade, piece.consent) for piece in found.pieces} == {(Grade.OBSERVED, Consent.BEFORE)}
    (request,) = requests(dumps(flow))
    assert (request.url, request.method, request.status) == (f"https://{HOST}/c?uid=1", "POST", 204)
    assert request.page == "https://www.sekisho.example.jp/"
    assert request.set_cookies == ("uid",)


@pytest.mark.parametrize("version", [3, 22, -1, True, None, "21", [0, 10], [4, 0], []])
def test_an_unknown_version_is_told_and_not_guessed_at(version: object) -> None:
    """Of such a flow nothing is read; the flow after it is."""
    data = dumps(newest(version)) + dumps(newest())
    assert reasons(data) == ["flows_version"]
    assert len(requests(data)) == 1


def test_a_transparent_proxy_knows_the_name_from_the_request() -> None:
    """Where the flow has an address for a host, the Host header, then the name that the client gave TLS, counts."""
    flow = newest()
    flow["request"] |= {"host": "203.0.113.7", "headers": [[b"host", b"www.vendor.example.org"]]}
    assert requests(dumps(flow))[0].host == "www.vendor.example.org"
    flow["request"]["headers"] = []
    assert requests(dumps(flow))[0].host == HOST
    flow["client_conn"], flow["server_conn"] = {}, {"address": ["203.0.113.7", 443]}
    assert requests(dumps(flow))[0].host == "203.0.113.7"


def test_a_flow_that_was_never_connected_sent_nothing() -> None:
    """An error without any connection is counted; with one, the request may have arrived and is evidence."""
    failed = newest(response=None, error={"msg": "refused"}, server_conn={"address": [HOST, 443]})
    assert read(dumps(failed)).pieces == ()
    assert dict(read(dumps(failed)).facts)["not_sent_not_connected"] == "1"
    late = newest(response=None, error={"msg": "reset"})
    assert HOST in {piece.host for piece in read(dumps(late)).pieces}


def test_sockets_connections_and_names() -> None:
    """WebSocket messages of both forms, raw connections and DNS questions: what the client sent, and to whom."""
    sent = [[1, True, EMAIL.encode(), 1.0, False, False], [1, False, b"answer", 1.0, False, False]]
    inside = newest(websocket={"messages": sent}, metadata={})
    assert [each.method for each in requests(dumps(inside))] == ["POST", "WEBSOCKET"]
    opening = newest(7, metadata={"websocket": True}, id="w")
    apart = {"version": 7, "type": "websocket", "metadata": {"websocket_handshake": "w"}, "messages": sent}
    last = requests(dumps(opening) + dumps(apart))[-1]
    assert (last.host, last.body) == (HOST, EMAIL.encode())
    raw = {"version": 18, "type": "tcp", "client_conn": {}, "messages": [[True, EMAIL.encode(), 1.0]],
           "server_conn": {"address": [HOST, 9000]}}  # fmt: skip
    assert {each.host for each in read(dumps(raw)).pieces if each.information == "email"} == {HOST}
    asked = {"version": 18, "type": "dns", "request": {"questions": [{"name": HOST, "type": 1}]}}
    assert [(each.host, each.grade) for each in read(dumps(asked)).pieces] == [(HOST, Grade.OBSERVED)]
    assert reasons(dumps({"version": 18, "type": "smoke signal"})) == ["flow_broken"]


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n"])
def test_an_empty_file_says_so(data: bytes) -> None:
    """Nothing recorded is no evidence that nothing was sent."""
    assert reasons(data) == ["flows_empty"]


def test_a_file_cut_at_any_byte_gives_what_stands_before() -> None:
    """The whole flow is read, the cut one isn't, and the cut is told."""
    whole = dumps(newest())
    for cut in range(1, len(whole)):
        found = read(whole + whole[:cut])
        assert [each.reason for each in found.not_measured] == ["flows_cut_off"], cut
        assert dict(found.facts)["requests"] == "1"


def test_a_line_between_flows_hides_nothing() -> None:
    """A line's end at the end of the file is none of its matter; with anything behind it the rest is told as unread."""
    one = dumps(newest())
    assert reasons(one + b"\r\n\n") == []
    assert reasons(one + b"\n" + one) == ["flows_broken"]


@pytest.mark.parametrize(
    "data",
    [
        b"<html>", b"5:hello", b"5:hello?", b"99999999999999:x,", b":x,", b"3:1:x}", b"4:9:xx]", b"1:x#", b"1:x^",
        b"[" * 100, dumps({"a": 1})[:-1] + b"Q",
    ],
)  # fmt: skip
def test_what_is_no_flow_file_is_told(data: bytes) -> None:
    """Lengths that lie, types that don't exist and text of another kind: told, nothing raised."""
    assert reasons(data)[0] in {"flows_broken", "flows_cut_off", "flow_broken"}


def test_depth_and_number_of_members_are_bounded() -> None:
    """Lists in lists and lists of very many end with the file told as broken."""
    deep: Any = []
    for _ in range(DEEPEST + 2):
        deep = [deep]
    assert reasons(dumps(deep)) == ["flows_broken"]
    many = b"0:~" * (MEMBERS_MOST + 1)
    assert reasons(str(len(many)).encode() + b":" + many + b"]") == ["flows_broken"]


def test_an_element_beyond_the_limit_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recorded film is told with its place, and the flow after it is read."""
    monkeypatch.setattr("sekisho.apps.readers.tnetstrings.ELEMENT_MOST", 5_000)
    film = newest()
    film["response"]["content"] = bytes(6_000)
    data = dumps(film) + dumps(newest())
    assert reasons(data) == ["flow_too_long"]
    assert len(requests(data)) == 1
    assert reasons(dumps(film)[:-1]) == ["flows_cut_off"]


@settings(max_examples=150, deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=20) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_what_is_written_is_read(value: Any) -> None:
    """Any value comes back as it was written: bytes as views of the file."""

    def plain(each: Any) -> Any:
        if isinstance(each, memoryview):
            return bytes(each)
        if isinstance(each, list):
            return [plain(one) for one in each]
        return {key: plain(one) for key, one in each.items()} if isinstance(each, dict) else each

    (element,) = elements(opened(dumps(value)).file)
    assert plain(element.value) == value


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(dumps(newest())) - 1), st.binary(min_size=1, max_size=4))
def test_damage_raises_nothing_but_its_own(at: int, damage: bytes) -> None:
    """Bytes overwritten anywhere: the reading ends as a reading."""
    data = bytearray(dumps(newest()))
    data[at : at + len(damage)] = damage
    read(bytes(data))
    with suppress(NotTnetstring):
        list(elements(opened(bytes(data)).file))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["request", "response", "server_conn", "client_conn", "metadata", "websocket",
                                        "type", "id", "error"]),
                       st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=3)
                       | st.dictionaries(st.sampled_from(["headers", "host", "port", "address", "path", "content",
                                                          "messages", "sni", "questions"]),
                                         st.none() | st.integers() | st.text(max_size=5)
                                         | st.lists(st.lists(st.integers() | st.text(max_size=3), max_size=3),
                                                    max_size=3), max_size=5), max_size=6))  # fmt: skip
def test_members_of_a_wrong_kind_raise_nothing(members: dict[str, Any]) -> None:
    """A flow whose members are of any type at all is read or told, never a crash."""
    read(dumps(newest(**members)))
