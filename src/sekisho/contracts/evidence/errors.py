"""The families of everything that can go wrong with evidence; each kind has its own reasons below them.

::

    SekishoError
    ├── InputRefused
    │   └── EvidenceRefused     the evidence is wrong: forged, damaged, or not what it should be
    └── Unavailable
        └── NotCheckable        a step couldn't be made now: says neither that the evidence is good nor that it is bad

Each knows the number of the step in which it happened, as soon as a verifier has seen it.
"""

from __future__ import annotations

from typing import Any

from sekisho.errors import InputRefused, Lang, SekishoError, Unavailable


class _AtStep(SekishoError):
    """An error that a verifier marks with the number of its step."""

    step: int | None = None
    """The number in the kind's list of steps; None where no verifier was at work (a parser called by itself)."""

    def at_step(self, number: int) -> None:
        """Mark with the step; an error that already has one keeps it."""
        if self.step is None:
            self.step = number

    def sentence(self, lang: Lang) -> str:
        """The sentence in ``lang``, with the number of the step before it."""
        said = super().sentence(lang)
        if self.step is None:
            return said
        return f"手順{self.step}: {said}" if lang == "ja" else f"Step {self.step}: {said}"

    def as_document(self) -> dict[str, Any]:
        """The error for machines, with ``step``."""
        return {**super().as_document(), "step": self.step}


class EvidenceRefused(_AtStep, InputRefused):
    """The evidence is wrong: forged, damaged, or not what it should be. No fact comes of it."""

    reason = "evidence_refused"
    http_status = 422


class NotCheckable(_AtStep, Unavailable):
    """A step couldn't be made now. The evidence is neither good nor bad for it."""

    reason = "not_checkable"
