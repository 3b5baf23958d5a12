"""Recordings made by code: HAR files in the dialects of those who write them."""

from __future__ import annotations

import json
from typing import Any, Final

EMAIL: Final = "hanako.kakuu@mail.example.jp"
OWN: Final = "https://www.sekisho.example.jp/shop/item?id=1"
AT: Final = "2026-11-24T09:00:00.000+09:00"


def entry(url: str, **request: Any) -> dict[str, Any]:
    """One entry with the least that every dialect has; ``entry__X`` sets a member of the entry itself."""
    outside = {key.removeprefix("entry__"): request.pop(key) for key in list(request) if key.startswith("entry__")}
    return {
        "startedDateTime": AT,
        "time": 12.5,
        "request": {
            "method": "GET", "url": url, "httpVersion": "HTTP/2", "headers": [], "cookies": [], "queryString": [],
            "headersSize": -1, "bodySize": 0,
        } | request,
        "response": {"status": 200, "statusText": "OK", "headers": [], "cookies": [], "content": {"size": 0}},
        "cache": {}, "timings": {},
    } | outside  # fmt: skip


def headers(**given: str) -> list[dict[str, str]]:
    """Headers as rows; an underscore stands for a hyphen."""
    return [{"name": name.replace("_", "-"), "value": value} for name, value in given.items()]


def log(entries: list[dict[str, Any]], *, creator: str = "WebInspector", **members: Any) -> dict[str, Any]:
    """The document around entries."""
    return {"log": {"version": "1.2", "creator": {"name": creator, "version": "1.0"}, **members, "entries": entries}}


def har(document: object, *, bom: bool = False) -> bytes:
    """The bytes of a file, as most tools write it."""
    return (b"\xef\xbb\xbf" if bom else b"") + json.dumps(document, ensure_ascii=False, indent=1).encode()


def chrome() -> bytes:
    """Chrome: pages by address, initiators with stacks, cache, WebSocket messages, blocked requests."""
    stack = {"callFrames": [{"url": "https://cdn.tags.example.net/t.js", "functionName": "", "lineNumber": 1}],
             "parent": {"callFrames": [{"url": OWN, "functionName": "", "lineNumber": 9}]}}  # fmt: skip
    socket = entry(
        "wss://live.chat.example.org/s",
        entry___webSocketMessages=[
            {"type": "send", "time": 1.0, "opcode": 1, "data": json.dumps({"mail": EMAIL})},
            {"type": "receive", "time": 1.1, "opcode": 1, "data": "ok"},
            {"type": "send", "time": 1.2, "opcode": 2, "data": "aGFuYWtvLmtha3V1QG1haWwuZXhhbXBsZS5qcA=="},
        ],
    )
    blocked = entry("https://ads.blocked.example.net/")
    blocked["response"] = {"status": 0, "headers": [], "cookies": [], "_error": "net::ERR_BLOCKED_BY_CLIENT"}
    return har(log(
        [
            entry(OWN, entry__pageref="page_1"),
            entry(
                "https://t.metrics.example.net/c?u=1", method="POST", entry__pageref="page_1",
                headers=headers(User_Agent="Mozilla/5.0", Referer=OWN, cookie="uid=a1b2c3d4e5f6"),
                postData={"mimeType": "application/json", "text": json.dumps({"m": EMAIL})},
                entry___initiator={"type": "script", "stack": stack},
            ),
            entry("https://t.cached.example.net/x.js", entry___fromCache="disk"),
            entry("data:image/gif;base64,R0lGODlhAQABAAAAACw="),
            blocked,
            socket,
        ],
        pages=[{"id": "page_1", "title": OWN, "startedDateTime": AT, "pageTimings": {}}],
    ))  # fmt: skip


def firefox() -> bytes:
    """Firefox: the page's title is the document's, a form's fields beside its text, a browser beside the creator."""
    return har(log(
        [
            entry(OWN, entry__pageref="page_1"),
            entry(
                "https://t.metrics.example.net/c", method="POST", entry__pageref="page_1",
                headers=headers(**{"User-Agent": "Mozilla/5.0"}),
                postData={"mimeType": "application/x-www-form-urlencoded",
                          "params": [{"name": "m", "value": EMAIL}], "text": ""},
            ),
        ],
        creator="Firefox", browser={"name": "Firefox", "version": "150.0"},
        pages=[{"id": "page_1", "title": "架空の店", "startedDateTime": AT, "pageTimings": {}}],
    ))  # fmt: skip


def safari() -> bytes:
    """Safari: cookies only as a list, entries before pages."""
    document = log(
        [entry(f"https://t.metrics.example.net/c?m={EMAIL}", cookies=[{"name": "uid", "value": "a1b2c3d4e5f6"}],
               entry__pageref="page_1", entry___fetchType="Network Load", entry___priority="high")],
        creator="WebKit Web Inspector",
    )  # fmt: skip
    document["log"]["pages"] = [{"id": "page_1", "title": OWN, "startedDateTime": AT, "pageTimings": {}}]
    return har(document)


def charles() -> bytes:
    """Charles: a byte order mark, no pages, charset beside the type, cleartext."""
    sent = entry(
        "http://t.metrics.example.net/c", method="POST", bodySize=40, headers=headers(User_Agent="App/1.0 CFNetwork"),
        postData={"mimeType": "application/json; charset=utf-8", "text": json.dumps({"m": EMAIL})},
    )
    sent["response"]["headers"] = headers(**{"Set-Cookie": "sid=1; Path=/\nsid2=2; Secure"})
    return har(log([sent], creator="Charles Proxy"), bom=True)


def insomnia() -> bytes:
    """Insomnia: nothing but requests, no times worth the name."""
    sent = entry("https://t.metrics.example.net/c", method="POST",
                 postData={"mimeType": "text/plain", "params": [], "text": EMAIL})  # fmt: skip
    del sent["startedDateTime"], sent["response"]["headers"], sent["response"]["cookies"], sent["timings"]
    return har(log([sent], creator="Insomnia REST Client"))


def mitmproxy() -> bytes:
    """mitmproxy: bodies that are no text in base64, the connection's address."""
    sent = entry(
        "https://t.metrics.example.net/c", method="POST", bodySize=41,
        postData={"mimeType": "application/octet-stream", "encoding": "base64",
                  "text": "CiBoYW5ha28ua2FrdXVAbWFpbC5leGFtcGxlLmpwEgA=", "params": []},
        entry__serverIPAddress="198.18.0.7",
    )  # fmt: skip
    return har(log([sent], creator="mitmproxy"))
