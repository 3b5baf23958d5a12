"""The rules and lists that Sekisho published, for one process of the proxy. Standard library only.

Lists are mapped, not read; every file's digest is checked first (:mod:`sekisho.calls.screening.bundle`).
"""

from __future__ import annotations

from pathlib import Path

from sekisho.calls.screening.agreements import Agreement
from sekisho.calls.screening.bundle import Folder
from sekisho.calls.screening.call import Call
from sekisho.calls.screening.decision import Decision
from sekisho.calls.screening.screen import Screen


class Publication:
    """Judges by the bundle that is current: :class:`~sekisho.calls.connector.screener.Judge`."""

    def __init__(self, directory: str) -> None:
        """``directory`` is the one Sekisho publishes to. Loads nothing yet."""
        self._folder = Folder(Path(directory))
        self._screen = Screen()

    @property
    def version(self) -> str | None:
        """The name of the bundle in use."""
        bundle = self._folder.bundle
        return None if bundle is None else bundle.name

    @property
    def problem(self) -> str | None:
        """Why the last bundle didn't load; ``None`` once one has."""
        return self._folder.last_failure

    @property
    def evidence_key(self) -> bytes | None:
        """The public key that evidence is sealed to by the bundle in use; ``None`` where it names none."""
        bundle = self._folder.bundle
        return None if bundle is None else bundle.evidence_key

    def refresh(self) -> bool:
        """Take up a bundle that was published since; whether there is another now. One ``stat`` where there is none."""
        if not self._folder.reload_if_changed():
            return False
        # The old one's maps are closed with their last user: no call is being judged meanwhile.
        self._screen.use(self._folder.bundle)
        return True

    def agreement(self, call: Call) -> Agreement | None:
        """The agreement that a call came in under, as published."""
        bundle = self._folder.bundle
        return None if bundle is None else bundle.agreements.of(call.trunk, call.direction, call.at)

    def decide(self, call: Call) -> Decision:
        """What becomes of a call."""
        return self._screen.decide(call)
