"""What one tab of the browser sends, by Chromium's own record of the network (the Network domain of CDP).

It keeps only what left the machine: what came from a cache, was blocked by a policy or found nobody is told apart.
Nothing here talks to the browser; it takes events as they come, in whatever order, and is bounded.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from sekisho.apps.collector.plan import Limits
from sekisho.apps.evidence import Consent
from sekisho.apps.traffic import MAX_BODY, Headers, Request, host_of, set_cookie_names

MAX_INITIATORS: Final = 16
"""Causes kept of one request, nearest first: real chains of tags are shorter."""
MAX_FRAMES: Final = 5_000
"""Messages kept that a page sends through WebSockets."""
MAX_URL: Final = 32_768
"""Characters kept of an address; servers commonly refuse longer ones."""

_SENT_SCHEMES: Final = ("http://", "https://", "ws://", "wss://")
_NOBODY: Final = (
    "ERR_NAME_NOT_RESOLVED", "ERR_CONNECTION_REFUSED", "ERR_ADDRESS_", "ERR_INTERNET_DISCONNECTED", "ERR_BLOCKED_BY_",
    "ERR_CERT_", "ERR_SSL_", "ERR_UNSAFE_PORT", "ERR_CONNECTION_TIMED_OUT", "ERR_PROXY_",
)  # fmt: skip
"""Failures in which nothing of the request reached its recipient (net_error_list.h)."""
_NOT_SENT_WHY: Final = frozenset({"csp", "mixed-content", "inspector", "subresource-filter", "not-same-origin-by-csp"})


@dataclass(slots=True)
class _Hop:
    """One request on one connection; a redirect makes another."""

    order: int
    url: str
    method: str
    consent: Consent
    page: str
    wall: float
    headers: Headers
    initiators: tuple[str, ...]
    body: bytes = b""
    body_whole: bool = True
    extra: bool = True
    status: int | None = None
    response_headers: Headers = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that a script did, as the hooks told it; the state and page it happened in."""

    kind: str
    how: str
    name: str
    by: str
    consent: Consent
    page: str


@dataclass(slots=True)
class _Chain:
    hops: list[_Hop] = field(default_factory=list)
    sent: list[Headers] = field(default_factory=list)
    given: list[Headers] = field(default_factory=list)
    cached: bool = False


class Recorder:
    """Takes events of one tab. ``consent`` and ``page`` are set by whoever visits; ``pull`` ends the page's visit."""

    def __init__(self, limits: Limits, pull: Callable[[str, object], None]) -> None:
        self.consent = Consent.BEFORE
        self.page = ""
        self.last_request = time.perf_counter()
        self.reports: list[Report] = []
        self.main_frame = ""
        self._limits = limits
        self._pull = pull
        self._chains: dict[str, _Chain] = {}
        self._sockets: dict[str, _Hop] = {}
        self._messages: list[_Hop] = []
        self._causes: dict[str, tuple[str, ...]] = {}
        self._bodies: dict[str, list[bytes]] = {}
        self._order = 0
        self._on_page = Counter[str]()
        self.dropped_reports = 0

    def begin(self, page: str) -> None:
        """Another page begins in this tab: what is counted for one page begins anew."""
        self.page = page
        self._on_page.clear()
        self.last_request = time.perf_counter()

    @property
    def count(self) -> int:
        """Requests of this page so far."""
        return self._on_page["requests"]

    # The events, named after CDP's.

    def will_be_sent(self, event: dict[str, Any]) -> None:
        """``Network.requestWillBeSent``."""
        request = event["request"]
        url = str(request["url"])[:MAX_URL]
        if not url.startswith(_SENT_SCHEMES) or self.count > self._limits.requests:
            return
        chain = self._chains.setdefault(event["requestId"], _Chain())
        redirect = event.get("redirectResponse")
        if redirect and chain.hops:
            last = chain.hops[-1]
            last.status, last.response_headers = redirect.get("status"), _headers(redirect.get("headers"))
            last.extra = bool(event.get("redirectHasExtraInfo", True))
            if redirect.get("statusText") == "Internal Redirect":
                last.why = "internal redirect"
        self._counted("requests", "too_many_requests", self._limits.requests)
        document = event.get("type") == "Document" and event.get("frameId") == self.main_frame
        if document:
            self.page = str(event.get("documentURL", url)).partition("#")[0][:MAX_URL]
        causes = self._caused(event.get("initiator") or {})
        if redirect and chain.hops:
            causes = _together((chain.hops[-1].url, *chain.hops[-1].initiators))
        self._causes.setdefault(url, causes)
        body, whole = _body(request)
        chain.hops.append(
            _Hop(self._next(), url, str(request.get("method", ""))[:40], self.consent, self.page,
                 float(event.get("wallTime") or 0), _headers(request.get("headers")),
                 tuple(each for each in causes if each != self.page), body, whole)
        )  # fmt: skip

    def sent_headers(self, event: dict[str, Any]) -> None:
        """``Network.requestWillBeSentExtraInfo``: the headers as they left, cookies included."""
        self._chain(event).sent.append(_headers(event.get("headers")))

    def given_headers(self, event: dict[str, Any]) -> None:
        """``Network.responseReceivedExtraInfo``: the headers as they came, ``Set-Cookie`` included."""
        self._chain(event).given.append(_headers(event.get("headers")))

    def response(self, event: dict[str, Any]) -> None:
        """``Network.responseReceived``."""
        chain = self._chains.get(event["requestId"])
        answer = event.get("response") or {}
        if chain is None or not chain.hops:
            return
        chain.hops[-1].status = answer.get("status")
        chain.hops[-1].response_headers = _headers(answer.get("headers"))
        chain.cached = chain.cached or bool(answer.get("fromDiskCache") or answer.get("fromPrefetchCache"))

    def from_cache(self, event: dict[str, Any]) -> None:
        """``Network.requestServedFromCache``."""
        self._chain(event).cached = True

    def failed(self, event: dict[str, Any]) -> None:
        """``Network.loadingFailed``: what reached nobody is told apart from what was sent and then failed."""
        chain = self._chains.get(event["requestId"])
        if chain is None or not chain.hops or chain.hops[-1].status is not None:
            return
        blocked, text = str(event.get("blockedReason") or ""), str(event.get("errorText") or "")
        if blocked in _NOT_SENT_WHY or (not blocked and any(each in text for each in _NOBODY)):
            chain.hops[-1].why = blocked or text

    def received(self, event: dict[str, Any]) -> None:
        """``Network.dataReceived``."""
        amount = max(int(event.get("dataLength") or 0), int(event.get("encodedDataLength") or 0))
        self._counted("bytes", "too_much_data", self._limits.received_bytes, amount)

    def socket(self, event: dict[str, Any]) -> None:
        """``Network.webSocketCreated``."""
        url = str(event["url"])[:MAX_URL]
        if self.count > self._limits.requests:
            return
        self._counted("requests", "too_many_requests", self._limits.requests)
        causes = tuple(each for each in self._caused(event.get("initiator") or {}) if each != self.page)
        hop = _Hop(self._next(), url, "GET", self.consent, self.page, 0.0, (), causes)
        self._sockets[event["requestId"]] = hop
        self._chains[event["requestId"]] = _Chain([hop])

    def handshake(self, event: dict[str, Any]) -> None:
        """``Network.webSocketWillSendHandshakeRequest``."""
        hop = self._sockets.get(event["requestId"])
        if hop is not None:
            hop.headers = _headers((event.get("request") or {}).get("headers"))
            hop.wall = float(event.get("wallTime") or 0)

    def handshaken(self, event: dict[str, Any]) -> None:
        """``Network.webSocketHandshakeResponseReceived``."""
        hop, answer = self._sockets.get(event["requestId"]), event.get("response") or {}
        if hop is not None:
            hop.status, hop.response_headers = answer.get("status"), _headers(answer.get("headers"))

    def message(self, event: dict[str, Any]) -> None:
        """``Network.webSocketFrameSent``: each message is a request of its own."""
        hop, frame = self._sockets.get(event["requestId"]), event.get("response") or {}
        if hop is None or len(self._messages) >= MAX_FRAMES:
            return
        text = str(frame.get("payloadData") or "")
        body = _decoded(text) if frame.get("opcode") == 2 else text.encode()
        self.last_request = time.perf_counter()
        self._messages.append(
            _Hop(self._next(), hop.url, "WEBSOCKET", self.consent, self.page, 0.0, (), hop.initiators, body[:MAX_BODY],
                 len(body) <= MAX_BODY)
        )  # fmt: skip

    def frame(self, _: dict[str, Any]) -> None:
        """``Page.frameAttached``."""
        self._counted("frames", "too_many_frames", self._limits.frames)

    def told(self, payload: str) -> None:
        """A hook's message; whatever isn't one is dropped."""
        if len(payload) > 200_000:
            return
        try:
            told = json.loads(payload)
            kind, how, name, by = (str(told.get(key, "")) for key in ("kind", "how", "name", "by"))
        except (ValueError, AttributeError):
            return
        if kind == "body":
            self._bodies.setdefault(how, []).append(_decoded(name))
        elif self._on_page["reports"] >= self._limits.reports:
            self.dropped_reports += 1
        else:
            self._on_page["reports"] += 1
            self.reports.append(Report(kind[:20], how[:500], name[:200], by[:500], self.consent, self.page))

    # What comes of them.

    def requests(self) -> tuple[Request, ...]:
        """What was sent, in the order it began, numbered from 1."""
        hops = [(hop, sent, given) for chain in self._chains.values() if not chain.cached
                for hop, sent, given in _with_headers(chain) if not hop.why]  # fmt: skip
        hops += [(hop, (), ()) for hop in self._messages]
        hops.sort(key=lambda each: each[0].order)
        bodies = {url: list(each) for url, each in self._bodies.items()}
        return tuple(
            _request(number, hop, sent, given, bodies) for number, (hop, sent, given) in enumerate(hops, start=1)
        )

    def unsent(self) -> tuple[tuple[str, str, Consent, str], ...]:
        """Address, page, state and reason of what reached nobody."""
        return tuple((hop.url, hop.page, hop.consent, hop.why) for chain in self._chains.values()
                     for hop in chain.hops if hop.why and hop.why != "internal redirect")  # fmt: skip

    def reached(self, address: str) -> bool:
        """Whether a request for this address went out and wasn't ended by the browser."""
        asked = {address, f"{address}/"}
        return any(hop.url in asked and not hop.why for chain in self._chains.values() for hop in chain.hops)

    def addresses(self) -> Counter[tuple[str, str]]:
        """Method and address of everything that was seen, sent or not."""
        return Counter((hop.method, hop.url) for chain in self._chains.values() for hop in chain.hops)

    def relabel(self, since: Consent, until: Consent) -> None:
        """What was held to be of one state is of another: a press that had no effect made no state."""
        for chain in self._chains.values():
            for hop in chain.hops:
                hop.consent = until if hop.consent is since else hop.consent
        for hop in self._messages:
            hop.consent = until if hop.consent is since else hop.consent
        self.reports = [replace(each, consent=until) if each.consent is since else each for each in self.reports]

    def _chain(self, event: dict[str, Any]) -> _Chain:
        """The request's; beyond the limit one that isn't kept."""
        found = self._chains.get(event["requestId"])
        if found is None:
            found = _Chain()
            if self.count <= self._limits.requests:
                self._chains[event["requestId"]] = found
        return found

    def _next(self) -> int:
        self._order += 1
        return self._order

    def _counted(self, what: str, reason: str, limit: int, amount: int = 1) -> None:
        self._on_page[what] += amount
        if what == "requests":
            self.last_request = time.perf_counter()
        if self._on_page[what] > limit:
            self._pull(reason, limit)

    def _caused(self, initiator: dict[str, Any]) -> tuple[str, ...]:
        """The addresses of scripts and frames that caused it, nearest first, and what caused those."""
        found: list[str] = []
        stack = initiator.get("stack")
        for _ in range(MAX_INITIATORS):
            if not stack:
                break
            found += [str(each.get("url") or "") for each in stack.get("callFrames", ())[:50]]
            stack = stack.get("parent")
        found.append(str(initiator.get("url") or ""))
        causes = _together(tuple(found))
        if causes:
            causes = _together((*causes, *self._causes.get(causes[-1], ())))
        return causes


def _together(urls: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each[:2000] for each in urls if each.startswith(_SENT_SCHEMES)))[:MAX_INITIATORS]


def _with_headers(chain: _Chain) -> list[tuple[_Hop, Headers, Headers]]:
    """Each hop with its own headers: they come in order, but not for hops that the browser answered itself."""
    sent, given = iter(chain.sent), iter(chain.given)
    return [(hop, next(sent, ()), next(given, ())) if hop.extra else (hop, (), ()) for hop in chain.hops]


def _request(number: int, hop: _Hop, sent: Headers, given: Headers, bodies: dict[str, list[bytes]]) -> Request:
    body, whole = hop.body, hop.body_whole
    if not body and not whole and bodies.get(hop.url):
        body, whole = bodies[hop.url].pop(0), True
    answer = given or hop.response_headers
    return Request(
        number=number, url=hop.url, host=host_of(hop.url), method=hop.method,
        started=datetime.fromtimestamp(hop.wall, UTC) if hop.wall > 0 else None,
        headers=sent or hop.headers, body=body, body_whole=whole, status=hop.status, response_headers=answer,
        set_cookies=set_cookie_names(answer), consent=hop.consent, page=hop.page, initiators=hop.initiators,
        cleartext=hop.url.startswith(("http://", "ws://")),
    )  # fmt: skip


def _headers(given: object) -> Headers:
    if not isinstance(given, dict):
        return ()
    return tuple((str(name)[:200], str(value)[:16_384]) for name, value in list(given.items())[:200])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _body(request: dict[str, Any]) -> tuple[bytes, bool]:
    entries = request.get("postDataEntries") or ()
    parts = [_decoded(str(each.get("bytes") or "")) for each in entries]
    body = b"".join(parts)
    whole = not request.get("hasPostData") or (bool(parts) and all(each.get("bytes") for each in entries))
    return body[:MAX_BODY], whole and len(body) <= MAX_BODY
