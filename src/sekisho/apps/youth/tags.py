"""Tags of child-directed treatment in requests for advertisements: under which names they are sent.

``tfcd`` and ``tfua`` (Google) were read in public documents; the others are known from memory and marked so. A tag
counts only where it is set to a true value: ``tfcd=0`` says that nobody asked for such treatment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from sekisho.apps.traffic import Request

MAX_BYTES: Final = 256 * 1024
"""A request for an advertisement is a few kilobytes; of a longer body nothing is read beyond this."""

MAX_DEPTH: Final = 12
"""OpenRTB nests five levels deep; deeper JSON isn't one."""

TAGS: Final[Mapping[str, bool]] = {
    "tfcd": True,
    "tfua": True,
    "tag_for_child_directed_treatment": False,
    "tag_for_under_age_of_consent": False,
    "coppa": False,
    "is_child_directed": False,
    "child_directed": False,
    "npa": False,
}
"""Name of a tag to whether a source was read; ``False`` rests on memory. ``npa`` asks for advertisements that aren't
personalised, of whomever."""

CHILD_DIRECTED: Final = frozenset(TAGS) - {"npa"}
"""Those that say a child, or somebody below the age of consent, is there."""

_TRUE: Final = frozenset({"1", "true", "yes"})


def child_tags(request: Request) -> frozenset[str]:
    """The tags that are set in a request's address, form or JSON; none where the body can't be read."""
    found = {name for name, value in _pairs(request) if name in CHILD_DIRECTED and value in _TRUE}
    return frozenset(found)


def _pairs(request: Request) -> Iterator[tuple[str, str]]:
    try:
        query = urlsplit(request.url).query
    except ValueError:
        query = ""
    yield from _lower(query)
    body = request.body[:MAX_BYTES]
    if not body:
        return
    text = body.decode("utf-8", errors="replace")
    if text.lstrip()[:1] in ("{", "["):
        try:
            yield from _leaves(json.loads(text), MAX_DEPTH)
        except (ValueError, RecursionError):
            return
    else:
        yield from _lower(text)


def _lower(query: str) -> Iterator[tuple[str, str]]:
    try:
        pairs = parse_qsl(query, max_num_fields=2_000)
    except ValueError:
        return
    for name, value in pairs:
        yield name.lower(), value.strip().lower()


def _leaves(value: Any, depth: int) -> Iterator[tuple[str, str]]:
    if depth == 0:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str | int | bool):
                yield str(name).lower(), str(inner).strip().lower()
            else:
                yield from _leaves(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, depth - 1)
