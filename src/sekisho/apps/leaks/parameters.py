"""What a request says by name: parameters of its address, fields of a form, members of JSON, cookies.

Only names and values as they stand; what they mean is asked elsewhere. Unreadable bodies give nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from sekisho.apps.traffic import MAX_BODY, Request

PARAMETERS_MOST: Final = 5_000
"""Of one request; telemetry that sends many events at once has some hundreds."""
_DEEPEST: Final = 20
_UNPACKED_MOST: Final = 4 * MAX_BODY


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named value. ``group`` is the same for values that stand beside each other."""

    where: str
    name: str
    value: str
    group: str


def parameters(request: Request) -> Iterator[Parameter]:
    """Everything named in a request, at most :data:`PARAMETERS_MOST`."""
    for count, each in enumerate(_all(request)):
        if count >= PARAMETERS_MOST:
            return
        yield each


def _all(request: Request) -> Iterator[Parameter]:
    try:
        query = urlsplit(request.url).query
    except ValueError:
        query = ""
    yield from _form(query, "url")
    for name, value in request.cookies():
        yield Parameter("cookie", name, value, "cookie")
    body = _unpacked(request.body)
    head = body[:1].strip() or body[:20].lstrip()[:1]
    if head in {b"{", b"["}:
        try:
            yield from _members(orjson.loads(body), "", "body", "body", 0)
        except orjson.JSONDecodeError:
            # Telemetry sends one document a line, too.
            for number, line in enumerate(body.splitlines()[:PARAMETERS_MOST]):
                try:
                    yield from _members(orjson.loads(line), "", "body", f"body {number}", 0)
                except orjson.JSONDecodeError:
                    continue
    elif b"=" in body[:2_000] and b"\0" not in body[:2_000]:
        yield from _form(body.decode("utf-8", "replace"), "body")


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b\x08"):
        return body
    try:
        return zlib.decompressobj(31).decompress(body, _UNPACKED_MOST)
    except zlib.error:
        return b""


def _form(text: str, where: str) -> Iterator[Parameter]:
    try:
        pairs = parse_qsl(text, keep_blank_values=False, max_num_fields=PARAMETERS_MOST)
    except ValueError:
        return
    for name, value in pairs:
        yield Parameter(where, name, value, where)
        if value[:1] == "{" and value[-1:] == "}":
            try:
                yield from _members(orjson.loads(value), "", where, f"{where} {name}", 0)
            except orjson.JSONDecodeError:
                continue


def _members(node: Any, name: str, where: str, group: str, depth: int) -> Iterator[Parameter]:
    if depth > _DEEPEST:
        return
    if isinstance(node, dict):
        for key, value in node.items():
            inner = f"{group}.{name}" if name else group
            yield from _members(value, key, where, inner, depth + 1)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _members(value, name, where, f"{group}[{number}]", depth + 1)
    elif isinstance(node, str | int | float) and not isinstance(node, bool):
        yield Parameter(where, name, str(node), group)
