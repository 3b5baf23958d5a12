"""mitmproxy's flow files made by code: tagged netstrings, and flows as its versions wrote them."""

from __future__ import annotations

from typing import Any, Final

from tests.apps.readers.traffic.made import EMAIL

AT: Final = 1795000000.5


def dumps(value: Any) -> bytes:
    """A tagged netstring: ``length:payload`` and the type's byte (tnetstrings.info; ``;`` is text, mitmproxy's own)."""
    match value:
        case None:
            payload, kind = b"", b"~"
        case bool():
            payload, kind = (b"true" if value else b"false"), b"!"
        case int():
            payload, kind = str(value).encode(), b"#"
        case float():
            payload, kind = str(value).encode(), b"^"
        case bytes():
            payload, kind = value, b","
        case str():
            payload, kind = value.encode(), b";"
        case list() | tuple():
            payload, kind = b"".join(map(dumps, value)), b"]"
        case dict():
            payload, kind = b"".join(dumps(key) + dumps(each) for key, each in value.items()), b"}"
        case _:
            raise TypeError(value)
    return str(len(payload)).encode() + b":" + payload + kind


def newest(number: object = 21, /, **members: Any) -> dict[str, Any]:
    """An HTTP flow as versions 10 and later write it: text in text, bytes in bytes."""
    return {
        "version": number, "type": "http", "id": "f1", "error": None, "metadata": {}, "websocket": None,
        "client_conn": {"sni": "t.metrics.example.net", "tls_established": True},
        "server_conn": {"address": ["203.0.113.7", 443], "sni": "t.metrics.example.net", "timestamp_tcp_setup": AT},
        "request": {
            "method": b"POST", "scheme": b"https", "host": "t.metrics.example.net", "port": 443, "authority": b"",
            "path": b"/c?uid=1", "http_version": b"HTTP/2.0", "content": f"mail={EMAIL}".encode(),
            "headers": [[b"cookie", b"uid=a1b2c3d4e5f6"], [b"referer", b"https://www.sekisho.example.jp/"]],
            "timestamp_start": AT,
        },
        "response": {"status_code": 204, "reason": b"", "headers": [[b"set-cookie", b"uid=7; Path=/"]],
                     "content": b""},
    } | members  # fmt: skip


def oldest() -> dict[bytes, Any]:
    """The same flow as 0.11 wrote it: everything bytes, ``code`` and ``httpversion``, an address around a pair."""
    return {
        b"version": [0, 11], b"type": b"http", b"id": b"f1", b"error": None,
        b"client_conn": {b"address": {b"address": [b"198.18.0.2", 40000], b"use_ipv6": False}},
        b"server_conn": {b"address": {b"address": [b"t.metrics.example.net", 443], b"use_ipv6": False},
                         b"ssl_established": True, b"timestamp_tcp_setup": AT},
        b"request": {
            b"method": b"POST", b"scheme": b"https", b"host": b"t.metrics.example.net", b"port": 443,
            b"path": b"/c?uid=1", b"httpversion": [1, 1], b"content": f"mail={EMAIL}".encode(),
            b"headers": [[b"Cookie", b"uid=a1b2c3d4e5f6"], [b"Referer", b"https://www.sekisho.example.jp/"]],
            b"timestamp_start": AT,
        },
        b"response": {b"code": 204, b"msg": b"", b"headers": [[b"Set-Cookie", b"uid=7; Path=/"]], b"content": b""},
    }  # fmt: skip


def of_version_3() -> dict[str, Any]:
    """The same flow as 3.0 wrote it: text keys, a version of three numbers, an address as a pair."""
    flow = newest([3, 0, 0])
    del flow["websocket"], flow["metadata"]
    flow["request"]["http_version"] = b"HTTP/1.1"
    return flow
