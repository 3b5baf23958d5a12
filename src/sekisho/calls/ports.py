"""The outside world of the calls desk, as protocols."""

from __future__ import annotations

from typing import Protocol


class RuleCompiler(Protocol):
    """Turns an operator's rule set into what proxies load. Pure."""

    def house(self) -> bytes:
        """The rules that come with Sekisho, compiled."""
        ...

    def compile(self, source: bytes) -> bytes:
        """An operator's own set (YAML), compiled. Raises :class:`sekisho.calls.screening.errors.RulesRefused`."""
        ...
