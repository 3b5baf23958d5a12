"""Where a site's notice of external transmission stands, how it is reached, and how large its letters are.

規則22条の2の28 asks for a notice that is easily reached and read; this measures clicks and sizes, and judges nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sekisho.apps.collector.crawl import Link, bare
from sekisho.apps.collector.lexicon import is_notice, leads_to_notice, leads_to_policy
from sekisho.apps.collector.observed import NoticeSeen

MAX_EXTRA_PAGES: Final = 6
"""Pages visited only because words on a link promise a notice."""
MAX_HTML: Final = 1_000_000
"""Characters kept of a notice's page."""
_SOME: Final = 20
"""Characters of one size that aren't a stray mark."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a page that was visited holds, as far as notices go."""

    address: str
    title: str
    headings: tuple[str, ...]
    text: str
    sizes: Mapping[float, int]
    language: str
    links: tuple[Link, ...]
    html: str = ""

    @property
    def is_notice(self) -> bool:
        """Whether it is a notice itself."""
        return is_notice(self.title, self.headings, self.text)


def promised(pages: Sequence[Looked]) -> tuple[str, ...]:
    """Addresses that may be a notice or lead to one: those whose words name it first, then policies; each once."""
    links = [each for page in pages for each in page.links if each.address.startswith("http")]
    strong = [bare(each.address) for each in links if leads_to_notice(each.words)]
    weak = [bare(each.address) for each in links if leads_to_policy(each.words)]
    return tuple(dict.fromkeys((*strong, *weak)))


def notices(pages: Sequence[Looked], visited: Sequence[str]) -> tuple[NoticeSeen, ...]:
    """The notices among ``pages``, with the clicks from each of the ``visited`` ones."""
    ways = {
        page.address: tuple(
            dict.fromkeys(
                bare(each.address) for each in page.links if each.seen and
                (leads_to_notice(each.words) or leads_to_policy(each.words))
            )
        )
        for page in pages
    }  # fmt: skip
    found = []
    for page in pages:
        if not page.is_notice:
            continue
        link = _nearest(pages, page.address)
        found.append(
            NoticeSeen(
                address=page.address, title=page.title,
                clicks=tuple((each, _clicks(ways, each, page.address)) for each in visited),
                link_words=link.words if link else "", link_px=link.px if link else 0.0,
                body_px=max(page.sizes, key=lambda px: (page.sizes[px], px), default=0.0),
                smallest_px=min((px for px, count in page.sizes.items() if count >= _SOME), default=0.0),
                language=page.language, html=page.html[:MAX_HTML],
            )
        )  # fmt: skip
    return tuple(found)


def _nearest(pages: Sequence[Looked], address: str) -> Link | None:
    leading = [
        each for page in pages if page.address != address for each in page.links
        if bare(each.address) == address and each.seen
    ]  # fmt: skip
    return next((each for each in leading if leads_to_notice(each.words)), leading[0] if leading else None)


def _clicks(ways: Mapping[str, Sequence[str]], start: str, end: str) -> int | None:
    """Presses from one page to another along links whose words promise a notice or a policy."""
    waiting, reached = deque([(start, 0)]), {start}
    while waiting:
        address, steps = waiting.popleft()
        if address == end:
            return steps
        for each in ways.get(address, ()):
            if each not in reached:
                reached.add(each)
                waiting.append((each, steps + 1))
    return None
