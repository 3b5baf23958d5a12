"""HAR files, as browsers and proxies write them: Chrome, Firefox, Safari, Charles, Insomnia, mitmproxy and Playwright.

HAR 1.2 (W3C draft of 2012) is loosely followed, so every member is optional here and nothing beyond the request is
needed. The file is read as a stream: one entry at a time, within limits. What was never sent (answers from a cache,
blocked requests, ``data:`` addresses) is counted and gives no evidence.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO, Final
from urllib.parse import urlencode

import orjson

from sekisho.apps.evidence import Consent, NotMeasured, Reading, TargetKind
from sekisho.apps.leaks import Value
from sekisho.apps.readers.json_pieces import CutOff, Cutter, NotJson, TooLong
from sekisho.apps.readers.recorded import Fact, Opened, Seen, Skipped, Watch, missing, opened, reading
from sekisho.apps.traffic import MAX_BODY, Headers, Request, host_of, set_cookie_names

HEADERS_MOST: Final = 500
"""Headers of one request; servers refuse a fifth of it."""
URL_MOST: Final = 1 << 20
"""Characters of an address: browsers stop at two million, beacons at some thousand."""
PAGES_MOST: Final = 10_000
MESSAGES_MOST: Final = 10_000
"""WebSocket messages of one connection."""

_NEVER_SENT: Final = (
    "net::ERR_BLOCKED", "net::ERR_NAME_NOT_RESOLVED", "net::ERR_INTERNET_DISCONNECTED", "net::ERR_CONNECTION_REFUSED",
    "net::ERR_ADDRESS_UNREACHABLE", "net::ERR_NAME_RESOLUTION_FAILED", "net::ERR_CACHE_MISS",
)  # fmt: skip
"""Chrome's ``_error`` where nothing reached anybody. An aborted beacon may have: it isn't among them."""
_INITIATORS_MOST: Final = 20

_SAYS: Final = {
    "har_cut_off": (
        "HARが途中で切れています。切れる前の要求だけを調べました。もう一度保存してください。",
        "The HAR is cut off. Only what stands before was looked at. Save it again.",
    ),
    "har_broken": (
        "JSONとして読めない箇所があり、そこから後は調べていません。保存し直してください。",
        "It isn't JSON from here on, and what follows wasn't looked at. Save it again.",
    ),
    "har_without_entries": (
        "HARの記録（log.entries）がありません。別の形式でないか確かめてください。",
        "There are no entries (log.entries). See whether it is a HAR at all.",
    ),
    "har_entry_too_long": (
        "1件の記録が上限より大きいため読んでいません。",
        "This entry is longer than the limit and wasn't read.",
    ),
    "har_entry_broken": ("この記録は要求として読めません。", "This entry can't be read as a request."),
    "har_no_host": ("送信先のホスト名が読めません。", "Its host can't be read."),
}


def read(
    data: BinaryIO | bytes,
    *,
    name: str,
    own_hosts: Sequence[str] = (),
    values: Sequence[Value] = (),
    consent: Consent = Consent.UNKNOWN,
    watch: Watch | None = None,
) -> Reading:
    """What the requests recorded in ``data`` carried to whom.

    ``own_hosts`` are the operator's, ``values`` what is looked for, ``consent`` the state in which it was recorded,
    where somebody knows. Never raises for what the file holds: what was read before a break counts, and the break is
    said. Raises :class:`ValueError` for too many values.
    """
    target = opened(data)
    return reading(
        TargetKind.HAR, target, name, seen(target, consent=consent), own_hosts=own_hosts, values=values, watch=watch
    )


@dataclass(slots=True)
class _Pages:
    """The addresses of pages by their ids, from ``pages`` or from the first document that refers to one."""

    urls: dict[str, str] = field(default_factory=dict)

    def learn(self, pages: object) -> None:
        for page in pages if isinstance(pages, list) else ():
            if isinstance(page, dict) and len(self.urls) < PAGES_MOST:
                title, key = _text(page.get("title")), _text(page.get("id"))
                # Chrome writes the address as title; Firefox writes the document's title.
                if key and title.startswith(("http://", "https://")):
                    self.urls.setdefault(key, title[:URL_MOST])

    def of(self, entry: Mapping[str, Any], request: Request) -> str:
        key = _text(entry.get("pageref"))
        if not key:
            return _header(request.headers, "referer")
        if key not in self.urls and len(self.urls) < PAGES_MOST and request.method == "GET":
            self.urls[key] = request.url
        return self.urls.get(key, "")


def seen(target: Opened, *, consent: Consent = Consent.UNKNOWN) -> Iterator[Seen]:
    """Every request of the file in its order, and what couldn't be read of it."""
    cutter = Cutter(target.file)
    entries = False
    try:
        for key in cutter.members():
            if key != b"log":
                cutter.skip()
                continue
            pages = _Pages()
            for member in cutter.members():
                if member == b"entries":
                    entries = True
                    yield from _entries(cutter, pages, consent)
                elif member == b"pages":
                    pages.learn(_parsed(_value(cutter)))
                elif member in {b"creator", b"browser"}:
                    yield from _made_by(member.decode(), _parsed(_value(cutter)))
                else:
                    cutter.skip()
    except CutOff as error:
        yield _says("log", "har_cut_off", error.offset)
    except NotJson as error:
        yield _says("log", "har_broken", error.offset)
    else:
        if not entries:
            yield _says("log", "har_without_entries")


def _says(path: str, reason: str, offset: int | None = None) -> NotMeasured:
    return missing(path, reason, *_SAYS[reason], offset=offset)


def _value(cutter: Cutter) -> bytes:
    try:
        return cutter.value()
    except TooLong:
        return b"null"


def _parsed(content: bytes) -> Any:
    """A parsed piece, ``None`` where it is no JSON. Invalid characters and lone surrogates are put up with."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(content.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None


def _made_by(name: str, made: object) -> Iterator[Fact]:
    if isinstance(made, dict) and _text(made.get("name")):
        yield Fact(name, f"{_text(made.get('name'))} {_text(made.get('version'))}".strip())


def _entries(cutter: Cutter, pages: _Pages, consent: Consent) -> Iterator[Seen]:
    number = 0
    for offset in cutter.elements():
        number += 1
        try:
            entry = _parsed(cutter.value())
        except TooLong:
            yield _says(f"request {number}", "har_entry_too_long", offset)
            continue
        if not isinstance(entry, dict) or not isinstance(entry.get("request"), dict):
            yield _says(f"request {number}", "har_entry_broken", offset)
            continue
        yield from _of_entry(entry, number, pages, consent)


def _of_entry(entry: Mapping[str, Any], number: int, pages: _Pages, consent: Consent) -> Iterator[Seen]:
    asked = entry["request"]
    url = _text(asked.get("url"))[:URL_MOST]
    scheme = url.partition(":")[0].lower()
    host = host_of(url)
    if scheme in {"data", "blob", "about", "file", "javascript", "filesystem"} or scheme.endswith("-extension"):
        yield Skipped("no_network")
        return
    if entry.get("_fromCache") or entry.get("_servedFromCache") is True:
        yield Skipped("from_cache")
        return
    answer = _dict(entry.get("response"))
    if _text(answer.get("_error") or entry.get("_error")).startswith(_NEVER_SENT):
        yield Skipped("blocked")
        return
    if not host:
        yield _says(f"request {number}", "har_no_host")
        return
    body, whole = _body(asked)
    response_headers = _headers(answer.get("headers"))
    request = Request(
        number=number,
        url=url,
        host=host,
        method=_text(asked.get("method"))[:20].upper(),
        started=_time(entry.get("startedDateTime")),
        headers=_with_cookies(_headers(asked.get("headers")), asked.get("cookies")),
        body=body,
        body_whole=whole,
        status=answer["status"] if isinstance(answer.get("status"), int) and answer["status"] > 0 else None,
        response_headers=response_headers,
        set_cookies=_set_cookies(response_headers, answer.get("cookies")),
        consent=consent,
        initiators=_initiators(entry.get("_initiator")),
        cleartext=scheme in {"http", "ws"},
    )
    request = replace(request, page=pages.of(entry, request))
    yield request
    yield from _messages(entry, request)


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    # A lone surrogate is no character; nothing that was sent has one.
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _pairs(rows: object) -> Iterator[tuple[str, str]]:
    for row in rows[:HEADERS_MOST] if isinstance(rows, list) else ():
        if isinstance(row, dict) and _text(row.get("name")):
            yield _text(row["name"]), _text(row.get("value"))


def _headers(rows: object) -> Headers:
    return tuple(_pairs(rows))


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _with_cookies(headers: Headers, cookies: object) -> Headers:
    """Where a recorder left the header out (as Safari does) the list of cookies stands for it."""
    if any(key.lower() == "cookie" for key, _ in headers):
        return headers
    sent = "; ".join(f"{name}={value}" for name, value in _pairs(cookies))
    return (*headers, ("Cookie", sent)) if sent else headers


def _set_cookies(headers: Headers, cookies: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*set_cookie_names(headers), *(name for name, _ in _pairs(cookies)))))


def _time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    # A time without an offset could be any of twenty-four.
    return moment if moment.tzinfo is not None else None


def _body(asked: Mapping[str, Any]) -> tuple[bytes, bool]:
    """What was posted, and whether it is all of it."""
    posted = _dict(asked.get("postData"))
    size = asked.get("bodySize")
    text = _text(posted.get("text"))
    encoding = _text(posted.get("encoding") or posted.get("_encoding")).lower()
    if text and encoding == "base64":
        try:
            content = base64.b64decode(text)
        except (binascii.Error, ValueError):
            content = text.encode("utf-8", "replace")
    elif text:
        content = _written(text, size)
    else:
        content = _of_params(posted.get("params"))
    left_out = not content and isinstance(size, int) and size > 0
    return content[:MAX_BODY], len(content) <= MAX_BODY and not left_out


def _written(text: str, size: object) -> bytes:
    """A body's bytes. A recorder that had bytes which are no text wrote each as one character (Chrome)."""
    if isinstance(size, int) and size == len(text) and not text.isascii():
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            pass
    return text.encode("utf-8", "replace")


def _of_params(params: object) -> bytes:
    """Fields of a form where the text is left out; a file's name stands for its content, which isn't recorded."""
    rows = [_dict(row) for row in params[:HEADERS_MOST]] if isinstance(params, list) else []
    pairs = [(_text(row.get("name")), _text(row.get("value")) or _text(row.get("fileName"))) for row in rows]
    return urlencode(pairs, errors="replace").encode()


def _initiators(given: object) -> tuple[str, ...]:
    """Addresses of the scripts that began it, nearest first (Chrome's ``_initiator``; Firefox's is a text)."""
    found: dict[str, None] = {}
    initiator = _dict(given)
    stack = _dict(initiator.get("stack"))
    for _ in range(_INITIATORS_MOST):
        frames = stack.get("callFrames")
        for frame in frames if isinstance(frames, list) else ():
            url = _text(_dict(frame).get("url"))
            if url and len(found) < _INITIATORS_MOST:
                found.setdefault(url[:URL_MOST])
        stack = _dict(stack.get("parent"))
    url = _text(initiator.get("url"))
    if url and len(found) < _INITIATORS_MOST:
        found.setdefault(url[:URL_MOST])
    return tuple(found)


def _messages(entry: Mapping[str, Any], request: Request) -> Iterator[Request]:
    """What was sent over a WebSocket (Chrome's and mitmproxy's ``_webSocketMessages``)."""
    rows = entry.get("_webSocketMessages")
    for row in rows[:MESSAGES_MOST] if isinstance(rows, list) else ():
        message = _dict(row)
        if message.get("type") not in {"send", "request"}:
            continue
        content = _text(message.get("data")).encode("utf-8", "replace")
        if message.get("opcode") == 2:
            # A recorder that didn't encode it wrote it as it was.
            with contextlib.suppress(binascii.Error):
                content = base64.b64decode(content, validate=True)
        yield replace(
            request, method="WEBSOCKET", body=content[:MAX_BODY], body_whole=len(content) <= MAX_BODY, headers=(),
            response_headers=(), set_cookies=(), status=None,
        )  # fmt: skip
