"""The outside world of the user-information desk, as protocols: a browser that visits sites, and pages fetched as text.
"""

from __future__ import annotations

from typing import Protocol

from sekisho.apps.collector import Collected, Plan


class Collector(Protocol):
    """Visits a site as its users would."""

    def visit(self, plan: Plan) -> Collected:
        """What the site sent and showed. Whatever a page does becomes part of the result, if need be as 測定不能.

        Raises an ``Unavailable`` where there is nothing to visit with.
        """
        ...


class Pages(Protocol):
    """Fetches one page's text: a policy that stands on the web."""

    def fetch(self, address: str) -> bytes:
        """The page as sent, bounded. Raises :class:`~sekisho.apps.errors.TargetRefused`."""
        ...
