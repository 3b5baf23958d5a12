"""A request as it is after an answer: what of the former one stays. Pure.

An answer adds and corrects; it takes nothing back that protects others. Secrecy that was asked for stays asked for,
and what somebody looked at counts for what they looked at: another paper is looked at anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.record import DisclosureCase, Origin, Secrecy, SecrecyState

_STRENGTH: Final = (SecrecyState.NONE, SecrecyState.ASKED, SecrecyState.ORDERED)
_OF_ITEMS: Final = ("scope.", "data.", "preservation.", "consent.", "claim.")
"""How facts begin that are about what is asked for: they were looked at with the items there were."""


def amended(before: DisclosureCase, answer: DisclosureCase) -> DisclosureCase:
    """``answer`` in the place of ``before``: with its id, its time of receipt, the people who may know of it, the
    secrecy asked for so far, and the checks that still are of the same paper.

    Raises ``CaseRefused`` where the answer makes it another kind of request.
    """
    if answer.type is not before.type:
        raise CaseRefused(field="type", problem=f"{before.type.value}: another kind is another request")
    checked = {
        name: fact
        for name, fact in before.facts.items()
        if fact.origin is Origin.CHECKED and _holds(name, before, answer)
    }
    return replace(
        answer,
        id=before.id,
        received_at=before.received_at,
        facts={**answer.facts, **checked},
        knows=answer.knows | before.knows,
        secrecy=_stronger(before.secrecy, answer.secrecy),
    )


def _holds(name: str, before: DisclosureCase, answer: DisclosureCase) -> bool:
    """Whether a check made of the former request is one of this."""
    paper = replace(answer.document, sha256=before.document.sha256)
    if (before.requester, before.document) != (answer.requester, paper):
        return False
    return before.items == answer.items or not name.startswith(_OF_ITEMS)


def _stronger(before: Secrecy, answer: Secrecy) -> Secrecy:
    """The stronger of the two; of the same strength, the one that lasts longer. Where no day was named yet, an answer
    may name it."""
    if before.state is not answer.state:
        return max(before, answer, key=lambda one: _STRENGTH.index(one.state))
    if before.until is None or answer.until is None:
        return answer
    return Secrecy(before.state, max(before.until, answer.until))
