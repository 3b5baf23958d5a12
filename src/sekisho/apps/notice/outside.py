"""What of a page would load something from elsewhere or run a program, found by its elements and attributes.

A notice tells users where their information goes: it must not send any by itself. Not a sanitiser: a page that has such
a thing isn't mended, it is refused.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_ELEMENTS: Final = frozenset({"script", "iframe", "frame", "frameset", "object", "embed", "applet", "base", "portal"})
_LOADING: Final = frozenset({"src", "srcset", "poster", "background", "data", "formaction", "action", "ping",
                             "imagesrcset", "xlink:href", "manifest"})  # fmt: skip
_HARMLESS_LINKS: Final = frozenset({"canonical", "alternate", "author", "license", "help", "next", "prev"})
_FOLLOWED: Final = frozenset({"a", "area"})
_STYLE: Final = re.compile(r"@import|url\s*\(\s*(?!['\"]?\s*data:)|image-set\s*\(|\\", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^[\x00-\x20]*(?!https?:|mailto:|tel:)[a-z][a-z0-9+.\-\s]*:", re.IGNORECASE)


def outside(page: str) -> tuple[str, ...]:
    """What would be loaded or run, each in a few words; nothing for a page that only shows what is in it."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return tuple(dict.fromkeys(reader.found))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _ELEMENTS:
            self.found.append(f"<{tag}>")
        if tag == "style":
            self._in_style = True
        if tag == "meta" and given.get("http-equiv", "").strip().lower() == "refresh":
            self.found.append("<meta http-equiv=refresh>")
        rel = set(given.get("rel", "").lower().split())
        if tag == "link" and not (rel and rel <= _HARMLESS_LINKS):
            self.found.append("<link>")
        for name, value in given.items():
            if name.startswith("on") or (name in _LOADING and not value.strip().lower().startswith("data:image/")):
                self.found.append(f"{tag} {name}")
            elif name == "style" and _STYLE.search(value):
                self.found.append(f"{tag} style")
            elif name == "href" and ((tag not in _FOLLOWED and tag != "link") or _SCHEME.match(value)):
                self.found.append(f"{tag} href")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style and _STYLE.search(data):
            self.found.append("style")
