"""The families of everything that can go wrong with evidence; each kind has its own reasons below them.

::

    SekishoError
    ├── InputRefused
    │   └── EvidenceRefused     the evidence is wrong: forged, damaged, or not what it should be
    │       └── TrustFileRefused    what the operator configured to trust can't be used
    └── Unavailable
        └── NotCheckable        a step couldn't be made now: says neither that the evidence is good nor that it is bad

Each knows the number of the step in which it happened, as soon as a verifier has seen it.
"""

from __future__ import annotations

from typing import Any, Self

from sekisho.errors import InputRefused, Lang, SekishoError, Unavailable


class AtStep(SekishoError):
    """An error that a verifier marks with the number of its step. What is wrong stands in the class beside it."""

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


class EvidenceRefused(AtStep, InputRefused):
    """The evidence is wrong: forged, damaged, or not what it should be. No fact comes of it."""

    reason = "evidence_refused"
    http_status = 422


class NotCheckable(AtStep, Unavailable):
    """A step couldn't be made now. The evidence is neither good nor bad for it."""

    reason = "not_checkable"


class TrustFileRefused(EvidenceRefused):
    """A file that the operator configured can't be used. Says nothing about any evidence.

    Fields: ``use``, ``name`` (the operator's own), ``problem`` (the slug of what is wrong), and the sentence in both
    languages.
    """

    reason = "trust_file_refused"
    ja = "検証に使うファイル「{name}」（用途 {use}）は使えません: {why_ja}"
    en = "The trust file '{name}' (use {use}) can't be used: {why_en}"

    @classmethod
    def because(cls, error: SekishoError, *, use: str, name: str) -> Self:
        """For the reason that reading it gave."""
        return cls(use=use, name=name, problem=error.reason, why_ja=error.sentence("ja"), why_en=error.sentence("en"))
