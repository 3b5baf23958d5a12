"""Chromium's events become what was sent, whatever their order and shape."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.collector.plan import Limits
from sekisho.apps.collector.recorder import Recorder
from sekisho.apps.evidence import Consent

PAGE = "https://www.a.example/"


def _recorder(limits: Limits | None = None) -> tuple[Recorder, list[str]]:
    pulled: list[str] = []
    recorder = Recorder(limits or Limits(), lambda reason, _: pulled.append(reason))
    recorder.main_frame = "main"
    recorder.begin(PAGE)
    return recorder, pulled


def _sent(number: str, url: str, **more: Any) -> dict[str, Any]:
    request = {"url": url, "method": "GET", "headers": {}, **more.pop("request", {})}
    return {"requestId": number, "request": request, "frameId": "main", "type": "Image", "wallTime": 1.7e9, **more}


def test_a_redirect_is_two_requests_each_with_its_own_headers() -> None:
    """The second hop is caused by the first, and each has the cookies and answers of its own."""
    recorder, _ = _recorder()
    recorder.will_be_sent(_sent("1", "https://b.example/hop"))
    recorder.sent_headers({"requestId": "1", "headers": {"Cookie": "b=1"}})
    recorder.given_headers({"requestId": "1", "headers": {"Set-Cookie": "b=2; Secure\nc=3"}})
    recorder.will_be_sent(_sent("1", "https://c.example/sync", redirectResponse={"status": 302, "headers": {}}))
    recorder.sent_headers({"requestId": "1", "headers": {"Cookie": "c=9"}})
    first, second = recorder.requests()
    assert (first.status, first.cookies(), first.set_cookies) == (302, (("b", "1"),), ("b", "c"))
    assert (second.cookies(), second.initiators, second.page) == ((("c", "9"),), ("https://b.example/hop",), PAGE)


def test_what_reached_nobody_is_not_sent() -> None:
    """A cached, blocked or refused request, and a redirect by the browser itself, stand apart from what was sent."""
    recorder, _ = _recorder()
    for number, name in enumerate(("cached", "csp", "refused", "aborted")):
        recorder.will_be_sent(_sent(str(number), f"https://{name}.example/"))
    recorder.from_cache({"requestId": "0"})
    recorder.failed({"requestId": "1", "errorText": "net::ERR_BLOCKED_BY_CSP", "blockedReason": "csp"})
    recorder.failed({"requestId": "2", "errorText": "net::ERR_CONNECTION_REFUSED"})
    recorder.failed({"requestId": "3", "errorText": "net::ERR_ABORTED"})
    recorder.will_be_sent(_sent("4", "http://d.example/"))
    upgraded = {"status": 307, "statusText": "Internal Redirect", "headers": {}}
    recorder.will_be_sent(_sent("4", "https://d.example/", redirectResponse=upgraded, redirectHasExtraInfo=False))
    recorder.sent_headers({"requestId": "4", "headers": {"A": "1"}})
    assert [each.host for each in recorder.requests()] == ["aborted.example", "d.example"]
    assert recorder.requests()[1].headers == (("A", "1"),)
    assert [why for *_, why in recorder.unsent()] == ["csp", "net::ERR_CONNECTION_REFUSED"]


def test_causes_are_named_nearest_first() -> None:
    """A script's request names the script, what called it, and what loaded that; the page itself isn't named."""
    recorder, _ = _recorder()
    recorder.will_be_sent(_sent("1", "https://tm.example/t.js", initiator={"type": "parser", "url": PAGE}))
    stack = {"callFrames": [{"url": ""}], "parent": {"callFrames": [{"url": "https://tm.example/t.js"}]}}
    recorder.will_be_sent(_sent("2", "https://b.example/b.js", initiator={"type": "script", "stack": stack}))
    by = {"type": "x", "url": "https://b.example/b.js"}
    recorder.will_be_sent(_sent("3", "https://c.example/c.gif", initiator=by))
    assert recorder.requests()[2].initiators == ("https://b.example/b.js", "https://tm.example/t.js")


def test_messages_and_blobs_have_bodies() -> None:
    """Each message of a WebSocket is a request; a Blob's bytes come from the hook, or aren't known."""
    recorder, _ = _recorder()
    recorder.socket({"requestId": "w", "url": "wss://b.example/ws"})
    recorder.message({"requestId": "w", "response": {"opcode": 1, "payloadData": "氏名"}})
    recorder.message({"requestId": "w", "response": {"opcode": 2, "payloadData": base64.b64encode(b"\x00").decode()}})
    for number in ("1", "2"):
        recorder.will_be_sent(_sent(number, "https://c.example/b", request={"method": "POST", "hasPostData": True}))
    recorder.told(json.dumps({"kind": "body", "how": "https://c.example/b", "name": base64.b64encode(b"x").decode()}))
    sent = recorder.requests()
    assert [(each.method, each.body, each.body_whole) for each in sent] == [
        ("GET", b"", True), ("WEBSOCKET", "氏名".encode(), True), ("WEBSOCKET", b"\x00", True), ("POST", b"x", True),
        ("POST", b"", False),
    ]  # fmt: skip


def test_states_are_those_of_the_moment_and_can_be_taken_back() -> None:
    """A request is of the state in which it began; a press without effect makes its requests of an unknown one."""
    recorder, _ = _recorder()
    recorder.will_be_sent(_sent("1", "https://b.example/"))
    recorder.consent = Consent.ACCEPTED
    recorder.will_be_sent(_sent("2", "https://c.example/"))
    recorder.told(json.dumps({"kind": "cookie", "how": "script", "name": "a", "by": PAGE}))
    recorder.relabel(Consent.ACCEPTED, Consent.UNKNOWN)
    assert [each.consent for each in recorder.requests()] == [Consent.BEFORE, Consent.UNKNOWN]
    assert recorder.reports[0].consent is Consent.UNKNOWN


def test_limits_end_the_page_and_keep_no_more() -> None:
    """Beyond its limit a page's requests, bytes and reports are neither kept nor counted on."""
    recorder, pulled = _recorder(Limits(requests=3, received_bytes=10, reports=2, frames=1))
    for number in range(10):
        recorder.will_be_sent(_sent(str(number), f"https://b.example/{number}"))
        recorder.sent_headers({"requestId": str(number), "headers": {}})
        recorder.told(json.dumps({"kind": "storage", "how": "local", "name": "k", "by": PAGE}))
    recorder.received({"requestId": "0", "dataLength": 11, "encodedDataLength": 0})
    recorder.frame({})
    recorder.frame({})
    assert len(recorder.requests()) == 4
    assert (len(recorder.reports), recorder.dropped_reports) == (2, 8)
    assert set(pulled) == {"too_many_requests", "too_much_data", "too_many_frames"}


_SAID = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(),
    lambda each: st.lists(each, max_size=3)
    | st.dictionaries(st.sampled_from(("kind", "how", "name", "by")), each, max_size=4),
)


@settings(max_examples=150)
@given(st.text(max_size=200) | _SAID.map(json.dumps))
def test_nothing_that_a_page_says_through_a_hook_breaks_it(payload: str) -> None:
    """Whatever is said through the hook's way is kept in bounds or dropped."""
    recorder, _ = _recorder()
    recorder.told(payload)
    assert len(recorder.reports) <= 1
