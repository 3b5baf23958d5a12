"""mitmproxy's flow files, of every version of the format from 0.11 to 21.

The version decides nothing but whether the format is known: members were renamed over the years (``body``, ``content``;
``httpversion``, ``http_version``; an address as a pair or as a pair in a dictionary; bytes, then text), and each is
looked for under all its names. A version that isn't known is told and not guessed at.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

from sekisho.apps.evidence import Consent, Grade, NotMeasured, Piece, Place, Reading, TargetKind
from sekisho.apps.leaks import Value
from sekisho.apps.readers.recorded import Fact, Opened, Seen, Skipped, Watch, missing, opened, reading
from sekisho.apps.readers.tnetstrings import NotTnetstring, bytes_of, elements, text_of
from sekisho.apps.recipients.domains import as_host
from sekisho.apps.traffic import MAX_BODY, Headers, Request, host_of, set_cookie_names

NEWEST: Final = 21
_OLD: Final = frozenset({(0, minor) for minor in range(11, 20)} | {(1, 0), (2, 0), (3, 0)})
HEADERS_MOST: Final = 500
HEADER_MOST: Final = 1 << 20
MESSAGES_MOST: Final = 10_000
_HANDSHAKES_MOST: Final = 5_000
_LATEST: Final = 253_402_300_799.0
"""The last second of the year 9999."""

_SAYS: Final = {
    "flows_cut_off": (
        "フローファイルが途中で切れています。切れる前の記録だけを調べました。",
        "The flow file is cut off. Only what stands before was looked at.",
    ),
    "flows_broken": (
        "mitmproxyのフローファイルとして読めない箇所があり、そこから後は調べていません。",
        "It can't be read as mitmproxy's flows from here on; what follows wasn't looked at.",
    ),
    "flows_empty": ("記録がありません。", "There is nothing recorded in it."),
    "flows_version": (
        "知らない版のフローファイルです。対応する版のmitmproxyで読み直して保存してください。",
        "It is of a version that isn't known. Load and save it with a mitmproxy whose version is.",
    ),
    "flow_too_long": (
        "1件の記録が上限より大きいため読んでいません。",
        "This flow is longer than the limit and wasn't read.",
    ),
    "flow_broken": ("この記録は読めません。", "This flow can't be read."),
}  # fmt: skip


def read(
    data: BinaryIO | bytes,
    *,
    name: str,
    own_hosts: Sequence[str] = (),
    values: Sequence[Value] = (),
    consent: Consent = Consent.UNKNOWN,
    watch: Watch | None = None,
) -> Reading:
    """What the flows recorded in ``data`` carried to whom. Never raises for what the file holds."""
    target = opened(data)
    return reading(
        TargetKind.FLOWS, target, name, seen(target, consent=consent), own_hosts=own_hosts, values=values, watch=watch
    )


def _says(path: str, reason: str, offset: int | None = None) -> NotMeasured:
    return missing(path, reason, *_SAYS[reason], offset=offset)


def seen(target: Opened, *, consent: Consent = Consent.UNKNOWN) -> Iterator[Seen]:
    """Every request of the file in its order, and what couldn't be read of it."""
    number = 0
    handshakes: dict[str, Request] = {}
    try:
        for element in elements(target.file):
            number += 1
            path = f"request {number}"
            if element.too_long:
                yield _says(path, "flow_too_long", element.offset)
            elif not isinstance(element.value, dict):
                yield _says(path, "flow_broken", element.offset)
            elif not is_known(element.value.get("version")):
                yield Fact("flow_version", _version(element.value.get("version")))
                yield _says(path, "flows_version", element.offset)
            else:
                yield Fact("flow_version", _version(element.value.get("version")))
                yield from _of_flow(element.value, number, consent, handshakes)
    except NotTnetstring as error:
        yield _says("flows", "flows_cut_off" if error.cut else "flows_broken", error.offset)
    else:
        if number == 0:
            yield _says("flows", "flows_empty")


def is_known(version: object) -> bool:
    """Whether a flow of this version can be read."""
    if isinstance(version, list):
        return tuple(version[:2]) in _OLD
    return isinstance(version, int) and not isinstance(version, bool) and 4 <= version <= NEWEST


def _version(version: object) -> str:
    return ".".join(str(each)[:10] for each in version[:3]) if isinstance(version, list) else str(version)[:40]


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _of_flow(flow: Mapping[str, Any], number: int, consent: Consent, handshakes: dict[str, Request]) -> Iterator[Seen]:
    kind = text_of(flow.get("type")) or "http"
    connection = _dict(flow.get("server_conn"))
    if kind == "http":
        request = _request(flow, number, consent)
        if request is None:
            yield _says(f"request {number}", "flow_broken")
            return
        if flow.get("response") is None and _dict(flow.get("error")) and not _was_connected(connection):
            yield Skipped("not_connected")
            return
        if "websocket" in _dict(flow.get("metadata")) and len(handshakes) < _HANDSHAKES_MOST:
            handshakes[text_of(flow.get("id"))] = request
        yield request
        yield from _messages(_list(_dict(flow.get("websocket")).get("messages")), request)
    elif kind == "websocket":
        # Up to version 11 the messages stood in a flow of their own, after the one that opened the connection.
        opening = handshakes.get(text_of(_dict(flow.get("metadata")).get("websocket_handshake")))
        yield from _messages(_list(flow.get("messages")), opening or _bare(flow, number, consent, "wss"))
    elif kind in {"tcp", "udp"}:
        opening = _bare(flow, number, consent, kind)
        sent = [each[1] for each in _list(flow.get("messages"))[:MESSAGES_MOST] if _is_sent(each, 0)]
        body = b"".join(bytes_of(each, MAX_BODY) for each in sent)
        if opening.host:
            yield replace(opening, body=body[:MAX_BODY], body_whole=len(body) <= MAX_BODY)
    elif kind == "dns":
        for question in _list(_dict(flow.get("request")).get("questions"))[:100]:
            host = as_host(text_of(_dict(question).get("name")))
            if host:
                yield Piece(grade=Grade.OBSERVED, place=Place(path=f"request {number}, DNS question"), host=host,
                            consent=consent)  # fmt: skip
    else:
        yield _says(f"request {number}", "flow_broken")


def _was_connected(connection: Mapping[str, Any]) -> bool:
    return any(connection.get(key) for key in ("timestamp_tcp_setup", "timestamp_tls_setup", "timestamp_ssl_setup"))


def _address(value: object) -> tuple[str, int]:
    """Host and port, from a pair, or from the dictionary around a pair (up to 1.0)."""
    pair = _list(value.get("address") if isinstance(value, dict) else value)
    if len(pair) < 2 or not isinstance(pair[1], int):
        return "", 0
    return as_host(text_of(pair[0])), pair[1]


def _sni(flow: Mapping[str, Any]) -> str:
    for side in ("client_conn", "server_conn"):
        sni = as_host(text_of(_dict(flow.get(side)).get("sni")))
        if sni:
            return sni
    return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _request(flow: Mapping[str, Any], number: int, consent: Consent) -> Request | None:
    asked, answer = _dict(flow.get("request")), _dict(flow.get("response"))
    headers, response_headers = _headers(asked.get("headers")), _headers(answer.get("headers"))
    scheme = text_of(asked.get("scheme")).lower() or "https"
    said = _header(headers, "host") or text_of(asked.get("authority"))
    host = as_host(text_of(asked.get("host"))) or _address(_dict(flow.get("server_conn")).get("address"))[0]
    if not host or _is_address(host):
        # A transparent proxy knows the address alone; the request says the name.
        host = host_of(f"//{said}") or _sni(flow) or host
    host = host_of(f"//[{host}]/") if ":" in host else host_of(f"//{host}/")
    port = asked.get("port")
    shown = f"[{host}]" if ":" in host else host
    beside = f":{port}" if isinstance(port, int) and port not in {80, 443, 0} else ""
    path = text_of(asked.get("path"))[:HEADER_MOST]
    content = asked.get("content", asked.get("body"))
    body = bytes_of(content, MAX_BODY)
    if not host:
        return None
    status = answer.get("status_code", answer.get("code"))
    return Request(
        number=number,
        url=path if path.startswith(("http://", "https://")) else f"{scheme}://{shown}{beside}{path}",
        host=host,
        method=text_of(asked.get("method"))[:20].upper(),
        started=_time(asked.get("timestamp_start")),
        headers=headers,
        body=body,
        body_whole=not isinstance(content, memoryview | str) or len(content) <= MAX_BODY,
        status=status if isinstance(status, int) else None,
        response_headers=response_headers,
        set_cookies=set_cookie_names(response_headers),
        consent=consent,
        page=_header(headers, "referer"),
        cleartext=scheme in {"http", "ws"},
    )


def _headers(rows: object) -> Headers:
    return tuple(
        (text_of(row[0])[:HEADER_MOST], text_of(row[1])[:HEADER_MOST])
        for row in _list(rows)[:HEADERS_MOST]
        if isinstance(row, list) and len(row) >= 2
    )


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _time(value: object) -> datetime | None:
    if isinstance(value, int | float) and 0 < value < _LATEST:
        return datetime.fromtimestamp(value, UTC)
    return None


def _bare(flow: Mapping[str, Any], number: int, consent: Consent, scheme: str) -> Request:
    """A connection of which no request is known: its host, by what the client named, or its address."""
    connection = _dict(flow.get("server_conn"))
    address, port = _address(connection.get("address"))
    host = _sni(flow) or address
    tls = bool(connection.get("tls_established", connection.get("ssl_established", connection.get("tls"))))
    shown = f"[{host}]" if ":" in host else host
    return Request(number=number, url=f"{scheme}://{shown}:{port}/", host=host, method=scheme.upper(),
                   started=_time(connection.get("timestamp_start")), consent=consent, cleartext=not tls)  # fmt: skip


def _is_sent(message: object, place: int) -> bool:
    return isinstance(message, list) and len(message) > place + 1 and message[place] is True


def _messages(rows: list[Any], opening: Request) -> Iterator[Request]:
    """What the client sent over a WebSocket: opcode, whether it is the client's, content, time."""
    for row in rows[:MESSAGES_MOST]:
        if opening.host and _is_sent(row, 1):
            content = row[2]
            yield replace(
                opening, method="WEBSOCKET", headers=(), response_headers=(), set_cookies=(), status=None,
                body=bytes_of(content, MAX_BODY),
                body_whole=not isinstance(content, memoryview | str) or len(content) <= MAX_BODY,
            )  # fmt: skip
