"""Whom the verifier asks about companies. Each has an HTTP adapter and a simulator.

An adapter is a class with one method. It never raises for a service that is down, slow or unintelligible: that is an
answer of its own (``could_not_check``), which says nothing about the company.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.model import Lookup


class CorporateNumberSite(Protocol):
    """国税庁法人番号公表サイト: what is published about a corporate number."""

    def published(self, number: CorporateNumber, moment: datetime) -> Lookup:
        """What the site says now; ``moment`` is when it is asked."""
        ...


class CorporateRegistry(Protocol):
    """登記情報提供サービス: what the register says about a body, by its corporate number."""

    def registered(self, number: CorporateNumber, moment: datetime) -> Lookup:
        """What the register says now; ``moment`` is when it is asked."""
        ...
