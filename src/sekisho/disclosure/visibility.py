"""Who may know of which case. A secret case exists for its members and for the disclosure desk's auditors alone.

To everybody else it is the same as one that was never entered: the same error, no row in a list, nothing in a count.
Where a list is made, the condition stands in the query itself, so that no page is shorter for what it hides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, true

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.disclosure.errors import UnknownCase
from sekisho.disclosure.tables import disclosure_case, disclosure_member

DESK: Final = frozenset(
    {
        Scope.DISCLOSURE_INTAKE,
        Scope.DISCLOSURE_REVIEW,
        Scope.DISCLOSURE_RELEASE,
        Scope.DISCLOSURE_AUDIT,
        Scope.LOG_SEARCH,
        Scope.APPROVE,
    }
)
"""Scopes of those who work with cases: one of them shows every case that isn't secret."""


def require_desk(by: Principal) -> None:
    """``ScopeMissing`` for who has nothing to do with the desk."""
    if not by.scopes & (DESK | {Scope.DISCLOSURE_EMERGENCY}):
        raise ScopeMissing(scope=Scope.DISCLOSURE_INTAKE.value, staff_id=by.staff_id)


def sees_every(by: Principal) -> bool:
    """Whether secret cases are shown to ``by`` without being a member."""
    return Scope.DISCLOSURE_AUDIT in by.scopes


def require_visible(case_id: str, *, secret: bool, members: Iterable[str], by: Principal) -> None:
    """``UnknownCase`` unless ``by`` may know that there is this case; ``members`` are staff ids."""
    require_desk(by)
    if by.staff_id in members or sees_every(by):
        return
    if secret or not by.scopes & DESK:
        raise UnknownCase(case=case_id[:64])


def visible(by: Principal) -> ColumnElement[bool]:
    """The same as a condition on ``disclosure_case``. Raises ``ScopeMissing``."""
    require_desk(by)
    if sees_every(by):
        return true()
    mine = exists().where(
        and_(disclosure_member.c.case_id == disclosure_case.c.id, disclosure_member.c.staff_id == by.staff_id)
    )
    if not by.scopes & DESK:
        return mine
    return or_(disclosure_case.c.secret.is_(False), mine)
