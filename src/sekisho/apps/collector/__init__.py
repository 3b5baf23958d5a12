"""Visits a site as its users would, before and after they choose, and records what it sends to whom.

Playwright drives the system's own Chromium (the extra ``web``). What is recorded are facts with their places; what is
concluded from them stands elsewhere.
"""

from sekisho.apps.collector.collect import Collected, collect, collecting
from sekisho.apps.collector.errors import AddressRefused, BrowserMissing, PlanRefused, PlaywrightMissing
from sekisho.apps.collector.honey import Honey, honey
from sekisho.apps.collector.observed import Observed
from sekisho.apps.collector.plan import CHROMIUM, Limits, Plan, Timing
from sekisho.apps.collector.resolver import FixedResolver, NoResolver, Resolver, SystemResolver

__all__ = [
    "CHROMIUM",
    "AddressRefused",
    "BrowserMissing",
    "Collected",
    "FixedResolver",
    "Honey",
    "Limits",
    "NoResolver",
    "Observed",
    "Plan",
    "PlanRefused",
    "PlaywrightMissing",
    "Resolver",
    "SystemResolver",
    "Timing",
    "collect",
    "collecting",
    "honey",
]
