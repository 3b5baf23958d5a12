"""HTML into tags and text in one pass over it: whatever is broken, open or nested, each character is looked at once.

Only what a reader of notices needs: no tree is built, so no depth is too deep. The standard library's parser looks
again and again at what doesn't close, which a hostile page makes it do.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

ATTRIBUTES_MOST: Final = 8_192
"""Characters of one tag in which attributes are looked for."""

_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9:-]{0,40}")
_ATTRIBUTE: Final = re.compile(
    r"""([a-zA-Z_:@][a-zA-Z0-9_:.@-]{0,60})(?:\s{0,20}=\s{0,20}("[^"]*"|'[^']*'|[^\s>"']+))?"""
)
_QUOTED: Final = re.compile(r"""[>"']""")
_LONG_REFERENCE: Final = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
_RAW: Final = frozenset(
    {"script", "style", "textarea", "title", "noscript", "template", "svg", "math", "xmp", "noframes"}
)
_ENDS: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that opens or closes; names in lower case."""

    name: str
    opens: bool
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raw:
    """What stands inside an element whose contents aren't markup of the page (``script``, ``title``)."""

    name: str
    text: str


def tokens(source: str) -> Iterator[Tag | Raw | str]:
    """Tags, raw contents and text, in order."""
    at, end = 0, len(source)
    while at < end:
        opening = source.find("<", at)
        if opening < 0:
            yield unescaped(source[at:])
            return
        if opening > at:
            yield unescaped(source[at:opening])
        if source.startswith("<!--", opening):
            close = source.find("-->", opening + 4)
            at = end if close < 0 else close + 3
        elif source[opening + 1 : opening + 2] in ("!", "?"):
            close = source.find(">", opening)
            at = end if close < 0 else close + 1
        else:
            closes = source.startswith("</", opening)
            name = _NAME.match(source, opening + (2 if closes else 1))
            if name is None:
                yield "<"
                at = opening + 1
                continue
            close = _closing(source, name.end())
            tag = name.group().lower()
            yield Tag(tag, not closes, {} if closes else _attributes(source[name.end() : close]))
            at = close + 1
            if not closes and tag in _RAW and source[close - 1 : close] != "/":
                ending = _ENDS[tag].search(source, at)
                stop = end if ending is None else ending.start()
                yield Raw(tag, source[at:stop])
                at = stop


def _closing(source: str, at: int) -> int:
    """Where the tag's ``>`` is: the first outside quotes, or the first at all where a quote doesn't close."""
    start = at
    limit = min(len(source), at + ATTRIBUTES_MOST)
    while (found := _QUOTED.search(source, at, limit)) is not None:
        if found.group() == ">":
            return found.start()
        close = source.find(found.group(), found.end(), limit)
        if close < 0:
            break
        at = close + 1
    plain = source.find(">", start, limit)
    return plain if plain >= 0 else limit


def _attributes(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside[:ATTRIBUTES_MOST]):
        value = match.group(2) or ""
        found.setdefault(match.group(1).lower(), unescaped(value.strip("\"'"))[:2_000])
    return found


def unescaped(text: str) -> str:
    """The text with character references replaced; numbers that no character has become U+FFFD."""
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text


_MARKUP: Final = re.compile(
    r"<(?:!doctype|/?(?:html|head|body|title|meta|p|div|h[1-6]|table|tr|td|ul|ol|li|dl|dt|br|section|main|article|span|a)"
    r"[\s/>])",
    re.IGNORECASE,
)


def looks_like_markup(text: str) -> bool:
    """Whether a text is HTML or a piece of it."""
    return _MARKUP.search(text[:20_000]) is not None
