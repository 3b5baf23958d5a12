"""Requests for advertisements among an app's traffic, for what young people's items ask of them. Pure.

A request is one for advertisements where its host is a service's that delivers them and its address says so. Analysis
and measurement by the same company is none. Rather one too few: what is found here may be held against an app.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sekisho.apps.evidence import Place
from sekisho.apps.leaks import identifiers
from sekisho.apps.readers.gathering import usual_matcher
from sekisho.apps.recipients import Found, Matcher
from sekisho.apps.traffic import Request
from sekisho.apps.youth.facts import AdRequest
from sekisho.apps.youth.tags import child_tags

KEPT_MOST: Final = 1_000
"""Requests of one recording; one finding names some of them."""
_ASKS: Final = re.compile(
    r"/(?:gampad/ads|mads|pagead/ads|getads?|ads?|ad[-_]?requests?|adserver|bids?|openrtb2?|auctions?|vast)(?:[/?.]|$)",
    re.IGNORECASE,
)
"""An address that asks for an advertisement. What counts conversions (``/pagead/conversion/``) asks for none."""


def delivers_ads(found: Found) -> bool:
    """Whether a known service delivers advertisements and isn't one for analysis, by what its vendor says."""
    purposes = found.recipient.vendor_says.purposes
    return "advertising" in purposes and "analytics" not in purposes


@dataclass(slots=True)
class AdWatch:
    """Sees the requests of one target one by one and keeps those for advertisements. Bounded: :attr:`full` says so."""

    target: str
    matcher: Matcher = field(default_factory=usual_matcher)
    found: list[AdRequest] = field(default_factory=list)
    full: bool = False
    _known: dict[str, str] = field(default_factory=dict)

    def see(self, request: Request) -> None:
        """Looks at one request."""
        if request.encrypted_only or _ASKS.search(request.url.partition("?")[0]) is None:
            return
        who = self._who(request)
        if not who:
            return
        if len(self.found) >= KEPT_MOST:
            self.full = True
            return
        advertising_id = any(piece.information == "advertising_id" for piece in identifiers(request))
        self.found.append(
            AdRequest(recipient=who, tags=child_tags(request), advertising_id=advertising_id, as_child=False,
                      place=Place(path=f"{self.target}: {request.path}"))
        )  # fmt: skip

    def see_all(self, requests: Iterable[Request]) -> None:
        """Looks at each."""
        for request in requests:
            self.see(request)

    def _who(self, request: Request) -> str:
        if request.host not in self._known and len(self._known) < KEPT_MOST:
            found = self.matcher.host(request.host, request.cname)
            self._known[request.host] = found.recipient.id if isinstance(found, Found) and delivers_ads(found) else ""
        return self._known.get(request.host, "")
