"""Who works at the desks of ``sekisho demo``: made-up people, each with one role and a token of their own."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from sekisho.access import service as access
from sekisho.access.principal import Principal
from sekisho.access.roles import SCOPES, Role, Scope, StaffKind
from sekisho.workspace import Workspace

PEOPLE: Final = {
    "uketsuke": ("受付係（開示）", Role.DISCLOSURE_CLERK),
    "kakunin": ("確認者", Role.DISCLOSURE_REVIEWER),
    "kensaku": ("ログ管理者", Role.LOG_CUSTODIAN),
    "kaiji": ("交付責任者", Role.DISCLOSURE_RELEASER),
    "hogo": ("個人情報保護管理者", Role.PRIVACY_OFFICER),
    "kansa": ("監査人（開示）", Role.DISCLOSURE_AUDITOR),
}
"""Who works at the made-up desks, each with one role."""


def hired(workspace: Workspace) -> dict[str, Principal]:
    """Everybody of :data:`PEOPLE`, each shown by a token of their own that ends tomorrow."""
    now = workspace.clock.now()
    with workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    made = {}
    for name, (told, role) in PEOPLE.items():
        hire = partial(access.add_staff, actor=admin, staff_id=name, name=told, kind=StaffKind.PERSON, now=now)
        workspace.change(hire)
        workspace.change(partial(access.grant_role, actor=admin, staff_id=name, role=role, now=now))
        issue = partial(
            access.issue_token,
            actor=admin,
            staff_id=name,
            scopes=sorted(SCOPES[role]),
            expires_at=now + timedelta(days=1),
            now=now,
        )
        token = workspace.change(issue).text
        with workspace.database.read() as connection:
            made[name] = access.authenticate(connection, token, required=None, now=now)
    return made
