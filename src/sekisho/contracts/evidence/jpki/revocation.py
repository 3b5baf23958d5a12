"""The step that asks whether a certificate was revoked, for certificates that are asked about as JPKI's are.

Having no answer is itself an answer, which stands in the facts, unless the caller needs a definite one. What this
doesn't do: ask anybody itself (the source does), or look at a certificate's own dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.errors import RevocationNotChecked
from sekisho.contracts.evidence.jpki.model import RevocationAnswer, RevocationMethod, RevocationState
from sekisho.contracts.evidence.jpki.ports import RevocationSource
from sekisho.contracts.evidence.pki.path import IssuedCertificate
from sekisho.contracts.evidence.steps import Walk
from sekisho.engine.facts import Text, Value

CLOCK_TOLERANCE: Final = timedelta(seconds=60)
"""An answer may be made on another machine's clock while it is asked for."""


@dataclass(frozen=True, slots=True)
class RevocationStep:
    """How one kind asks: what it raises (``revoked`` with ``revoked_at``), and how old an answer about today may be."""

    number: int
    revoked: type[EvidenceRefused]
    lapsed: type[EvidenceRefused]
    max_age: timedelta

    def ask(
        self,
        walk: Walk,
        leaf: IssuedCertificate,
        moment: datetime,
        source: RevocationSource,
        findings: dict[str, Value],
        *,
        needed: bool,
    ) -> RevocationAnswer:
        """Do the step. ``needed``: no answer stops the walk; otherwise it is returned as could-not-check or unknown.

        Raises ``revoked`` or ``lapsed``, after the state was put into ``findings``.
        """
        answer: RevocationAnswer | None = None
        try:
            with walk.step(self.number) as note:
                answer = source.status(leaf, moment)
                note.text = _told(answer)
                self._require_good(answer, moment)
        except EvidenceRefused:
            if answer is not None:
                findings["revocation"] = answer.state.value
            raise
        except NotCheckable as error:
            if needed:
                raise
            if answer is not None and answer.state is RevocationState.UNKNOWN:
                return answer
            return RevocationAnswer(
                RevocationState.COULD_NOT_CHECK, RevocationMethod.NONE, moment, "nobody", problem=error.reason
            )
        return answer

    def _require_good(self, answer: RevocationAnswer, moment: datetime) -> None:
        if answer.state is RevocationState.REVOKED:
            raise self.revoked(revoked_at="" if answer.revoked_at is None else answer.revoked_at.isoformat())
        if answer.state is RevocationState.EXPIRED:
            raise self.lapsed
        if answer.state is not RevocationState.GOOD:
            raise RevocationNotChecked(problem=answer.problem or answer.state.value)
        if not moment - self.max_age <= answer.as_of <= moment + CLOCK_TOLERANCE:
            raise RevocationNotChecked(problem=f"answer of {answer.as_of.isoformat()}")


def _told(answer: RevocationAnswer) -> Text:
    as_of = answer.as_of.isoformat()
    return Text(
        f"{answer.method.value}、{as_of} 現在、回答: {answer.answered_by}",
        f"{answer.method.value}, as of {as_of}, answered by {answer.answered_by}",
    )
