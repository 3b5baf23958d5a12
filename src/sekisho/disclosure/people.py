"""Who may take which step in a case. Pure.

Two things keep one person from being two: scopes that never meet in one person (:mod:`sekisho.access.roles`), and in
each case the parts that people have had in it (:data:`sekisho.disclosure.progress.APART`). Both are checked, and the
second again inside the transaction that takes the step.
"""

from __future__ import annotations

from collections.abc import Iterable

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.disclosure.errors import NotApart
from sekisho.disclosure.progress import Part, Transition, conflict


def require_scope(row: Transition, by: Principal) -> None:
    """``ScopeMissing`` unless ``by`` holds one of the event's scopes, ``ProofTooWeak`` where a token must be shown."""
    if not row.scopes & by.scopes:
        raise ScopeMissing(scope=" / ".join(sorted(scope.value for scope in row.scopes)), staff_id=by.staff_id)
    if row.proven:
        by.require_proof(row.event.value)


def require_apart(case_id: str, staff_id: str, held: Iterable[Part], wanted: Part, *, emergency: bool) -> None:
    """``NotApart`` where ``staff_id``, who has had the parts ``held`` in this case, mustn't have ``wanted`` as well."""
    found = conflict(held, wanted, emergency=emergency)
    if found is not None:
        raise NotApart(case=case_id, staff_id=staff_id, held=found.value, wanted=wanted.value)


def require_others(case_id: str, staff_id: str, held: Iterable[Part], forbidden: Iterable[Part], wanted: str) -> None:
    """``NotApart`` where ``staff_id`` has one of the parts ``forbidden``: for steps that give no part."""
    for part in sorted(set(held) & set(forbidden)):
        raise NotApart(case=case_id, staff_id=staff_id, held=part.value, wanted=wanted)
