"""The Website Evidence Collector's inspection (``inspection.json``, versions 1 and 2; EDPS, EUPL-1.2): only read.

It names hosts, cookies with their setters, beacons with their addresses, and what went over WebSockets. It has no
headers and no bodies: what a request carried beyond its address isn't known from it, and that is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

import orjson

from sekisho.apps.evidence import Consent, Grade, Piece, Place, Reading, TargetKind
from sekisho.apps.leaks import Value
from sekisho.apps.readers.recorded import Fact, Opened, Seen, Watch, missing, opened, reading
from sekisho.apps.recipients.domains import as_host
from sekisho.apps.traffic import MAX_BODY, MAX_WORDS, OwnHosts, Request, host_of

BYTES_MOST: Final = 64 * 1024 * 1024
"""An inspection of some hundred pages has a few megabytes; screenshots stand beside it, not in it."""
ROWS_MOST: Final = 50_000
_FRAMES_MOST: Final = 20
_UNREADABLE: Final = (
    "Website Evidence Collectorの検査結果（inspection.json）として読めません。ファイルを確かめてください。",
    "This can't be read as an inspection.json. See whether it is one.",
)
_WITHOUT_BODIES: Final = (
    "この検査結果には送信本文とヘッダーがなく、送った情報の一部しか分かりません。",
    "It has neither bodies nor headers: what was sent is known in part only.",
)


def read(
    data: BinaryIO | bytes,
    *,
    name: str,
    own_hosts: Sequence[str] = (),
    values: Sequence[Value] = (),
    consent: Consent = Consent.UNKNOWN,
    watch: Watch | None = None,
) -> Reading:
    """What the inspection in ``data`` saw. ``own_hosts`` are added to what it calls first party.

    Never raises for what the file holds.
    """
    target = opened(data)
    rows, own = _document(target)
    everything = (*own_hosts, *own)
    return reading(
        TargetKind.EVIDENCE_COLLECTOR, target, name, _seen(rows, OwnHosts(everything), consent),
        own_hosts=everything, values=values, watch=watch,
    )  # fmt: skip


def _document(target: Opened) -> tuple[Mapping[str, Any] | None, tuple[str, ...]]:
    content = target.file.read(BYTES_MOST + 1)
    if len(content) > BYTES_MOST:
        return None, ()
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        try:
            document = json.loads(content.decode("utf-8", "replace"), strict=False)
        except (ValueError, RecursionError):
            return None, ()
    if not isinstance(document, dict) or not isinstance(document.get("hosts"), dict):
        return None, ()
    own = [as_host(_text(document.get("host"))), *(_hosts(document, "requests", "firstParty"))]
    return document, tuple(filter(None, own))


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value[:ROWS_MOST] if isinstance(value, list) else []


def _hosts(document: Mapping[str, Any], kind: str, party: str) -> list[str]:
    return [as_host(_text(each)) for each in _list(_dict(_dict(document.get("hosts")).get(kind)).get(party))]


def _seen(document: Mapping[str, Any] | None, own: OwnHosts, consent: Consent) -> Iterator[Seen]:
    if document is None:
        yield missing("json", "inspection_unreadable", *_UNREADABLE)
        return
    version = _text(_dict(_dict(document.get("script")).get("version")).get("npm"))
    for key, value in (("collector_version", version), ("site", _text(document.get("uri_dest"))),
                       ("started", _text(document.get("start_time")))):  # fmt: skip
        if value:
            yield Fact(key, value)
    page = _text(document.get("uri_dest"))
    # A site sets cookies for the domains above its host, too (RFC 6265 5.3): they go to nobody else.
    parts = as_host(_text(document.get("host"))).split(".")
    above = frozenset(".".join(parts[at:]) for at in range(1, len(parts) - 1))
    number = 0
    for host in _hosts(document, "requests", "thirdParty"):
        number += 1
        if host:
            yield Request(number=number, url=f"https://{host}/", host=host, encrypted_only=True, consent=consent,
                          page=page)  # fmt: skip
    for row in _list(document.get("beacons")):
        number += 1
        yield from _beacon(_dict(row), number, page, consent)
    for address, messages in list(_dict(document.get("websockets")).items())[:ROWS_MOST]:
        number += 1
        yield from _socket(_text(address), messages, number, page, consent)
    for row in _list(document.get("cookies")):
        yield from _cookie(_dict(row), own, above, consent)
    for origin, keys in list(_dict(document.get("localStorage")).items())[:ROWS_MOST]:
        yield from _storage(_text(origin), _dict(keys), own, consent)
    yield missing("json", "inspection_without_bodies", *_WITHOUT_BODIES)


def _stack(row: Mapping[str, Any]) -> tuple[str, ...]:
    frames = _list(_dict(row.get("log")).get("stack"))[:_FRAMES_MOST]
    return tuple(dict.fromkeys(filter(None, (_text(_dict(frame).get("fileName")) for frame in frames))))


def _beacon(row: Mapping[str, Any], number: int, page: str, consent: Consent) -> Iterator[Request]:
    url = _text(row.get("url"))
    host = host_of(url)
    if host:
        yield Request(number=number, url=url, host=host, consent=consent, page=page, initiators=_stack(row),
                      cleartext=url.startswith("http:"))  # fmt: skip


def _socket(url: str, messages: object, number: int, page: str, consent: Consent) -> Iterator[Request]:
    host = host_of(url)
    for each in _list(messages):
        row = _dict(each)
        if host and "sent" in _text(row.get("event") or row.get("type")).lower():
            told = row.get("payload", row.get("data"))
            body = (_text(told) or json.dumps(told, ensure_ascii=False)).encode("utf-8", "replace")
            yield Request(number=number, url=url, host=host, method="WEBSOCKET", body=body[:MAX_BODY],
                          body_whole=len(body) <= MAX_BODY, consent=consent, page=page,
                          cleartext=url.startswith("ws:"))  # fmt: skip


def _cookie(row: Mapping[str, Any], own: OwnHosts, above: frozenset[str], consent: Consent) -> Iterator[Piece]:
    """A cookie of somebody else's domain, and one of the own domain that somebody else's script set."""
    name, domain = _text(row.get("name")), as_host(_text(row.get("domain")).removeprefix("."))
    if name and domain:
        setter = next((host for url in _stack(row) if (host := host_of(url)) and host not in own), "")
        whose = domain if domain not in own and domain not in above else setter
        yield Piece(
            grade=Grade.OBSERVED, place=Place(path=f"cookie {name} of {domain}"[:MAX_WORDS]), host=whose or None,
            signature=name, consent=consent, words=f"set by {setter}" if setter else "",
        )  # fmt: skip


def _storage(origin: str, keys: Mapping[str, Any], own: OwnHosts, consent: Consent) -> Iterator[Piece]:
    for key, told in list(keys.items())[:ROWS_MOST]:
        setter = next((host for url in _stack(_dict(told)) if (host := host_of(url)) and host not in own), "")
        host = host_of(origin)
        whose = host if host not in own else setter
        yield Piece(
            grade=Grade.OBSERVED, place=Place(path=f"local storage {_text(key)} of {origin}"[:MAX_WORDS]),
            host=whose or None, signature=_text(key)[:MAX_WORDS], consent=consent,
            words=f"set by {setter}" if setter else "",
        )  # fmt: skip
