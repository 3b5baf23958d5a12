"""Which pages of a site are visited: deterministic, by the order of links, one of each kind before a second of any."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sekisho.apps.collector.lexicon import leads_out
from sekisho.apps.collector.plan import Plan

_FILES: Final = re.compile(
    r"\.(?:pdf|zip|gz|tar|7z|exe|dmg|apk|ipa|docx?|xlsx?|pptx?|csv|png|jpe?g|gif|webp|svg|ico|mp[34]|mov|avi|webm|css|js|"
    r"json|xml|rss|woff2?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands on a page: address without fragment, words, computed font size in CSS pixels."""

    address: str
    words: str
    px: float
    seen: bool


def bare(address: str) -> str:
    """An address without its fragment, which no server is told."""
    return address.partition("#")[0]


def kind_of(address: str) -> str:
    """What pages of one kind share: the path's first part, numbers left out, and how deep it is."""
    parts = [each for each in urlsplit(address).path.split("/") if each]
    first = re.sub(r"\d+", "0", parts[0]) if parts else ""
    return f"{first}/{len(parts)}"


def followed(plan: Plan, links: Iterable[Link]) -> tuple[str, ...]:
    """The operator's pages among these links that may be followed, in order, each once."""
    found: dict[str, None] = {}
    for link in links:
        address = bare(link.address)
        if plan.is_own(address) and not _FILES.search(urlsplit(address).path) and not leads_out(link.words, address):
            found.setdefault(address)
    return tuple(found)


class Frontier:
    """What is visited next. Pages named in the plan come first, then a page of each kind, then others."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._waiting: dict[str, None] = dict.fromkeys(bare(each) for each in (plan.address, *plan.pages))
        self._named = frozenset(self._waiting)
        self._taken: dict[str, None] = {}
        self._kinds: set[str] = set()
        self._visits = 0

    def add(self, links: Iterable[Link]) -> None:
        """Links of a page that was visited. At most a thousand wait."""
        for address in followed(self._plan, links):
            if len(self._waiting) < 1000 and address not in self._taken:
                self._waiting.setdefault(address)

    def arrived(self, address: str) -> None:
        """Where a visit really ended, after redirects: it isn't visited once more."""
        self._taken.setdefault(bare(address))
        self._waiting.pop(bare(address), None)

    def next(self) -> str | None:
        """The next page, or ``None`` when there is none or enough were taken."""
        if self._visits >= self._plan.max_pages:
            return None
        chosen = next((each for each in self._waiting if each in self._named), None)
        chosen = chosen or next((each for each in self._waiting if kind_of(each) not in self._kinds), None)
        chosen = chosen or next(iter(self._waiting), None)
        if chosen is None:
            return None
        del self._waiting[chosen]
        self._visits += 1
        self._taken.setdefault(chosen)
        self._kinds.add(kind_of(chosen))
        return chosen
