"""Roles and scopes. Pure.

Which roles conflict follows from which scopes must never meet in one person: it isn't a second list that could
disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sekisho.access.errors import RoleNotForServices, RolesConflict


class Scope(StrEnum):
    """One thing a token may be used for."""

    DECIDE = "decide"
    """Ask for decisions."""
    ATTEST = "attest"
    """State facts as verified; the record names who did."""
    READ = "read"
    """Read cases, decisions and the rulebook."""
    RULEBOOK_CONFIRM = "rulebook.confirm"
    """Confirm that a rule's text says what the law says."""
    TRUST_MANAGE = "trust.manage"
    """Choose the authorities and lists that evidence is verified against."""
    LEDGER_READ = "ledger.read"
    """Read the ledger's entries. Checkpoints and proofs need only ``read``."""
    STAFF_ADMIN = "staff.admin"
    """Add staff, grant roles, issue and revoke tokens."""
    KEYS_MANAGE = "keys.manage"
    """Back up, restore and destroy keys."""
    LOG_SEARCH = "log.search"
    """Look communications up in the logs, under a grant."""
    REQUEST = "request"
    """Ask for approvals."""
    APPROVE = "approve"
    """Give or refuse approvals that somebody else asked for."""
    DISCLOSURE_INTAKE = "disclosure.intake"
    """Take requests for disclosure in, and write to whoever asks."""
    DISCLOSURE_REVIEW = "disclosure.review"
    """Review a request that somebody else took in; refuse it."""
    DISCLOSURE_RELEASE = "disclosure.release"
    """Decide what leaves, and hand it over."""
    DISCLOSURE_AUDIT = "disclosure.audit"
    """See every case of the disclosure desk, secret ones too; change none."""
    DISCLOSURE_EMERGENCY = "disclosure.emergency"
    """Approve what the disclosure desk asks for in an emergency, and nothing else."""


class Role(StrEnum):
    """What a person or a service does here."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    LOG_CUSTODIAN = "log_custodian"
    PRIVACY_OFFICER = "privacy_officer"
    LEGAL = "legal"
    ADMINISTRATOR = "administrator"
    KEY_CUSTODIAN = "key_custodian"
    AUDITOR = "auditor"
    INTEGRATION = "integration"
    DISCLOSURE_CLERK = "disclosure_clerk"
    DISCLOSURE_REVIEWER = "disclosure_reviewer"
    DISCLOSURE_RELEASER = "disclosure_releaser"
    DISCLOSURE_AUDITOR = "disclosure_auditor"
    OUTSIDE_APPROVER = "outside_approver"
    """Somebody outside the operator, such as a lawyer on call: approves in an emergency where an operator of two has no
    third person at night."""


class StaffKind(StrEnum):
    """Who holds roles."""

    PERSON = "person"
    SERVICE = "service"
    """A program, such as a sign-up flow. It never holds what needs a person's judgement."""


SCOPES: Final[dict[Role, frozenset[Scope]]] = {
    Role.CLERK: frozenset({Scope.DECIDE, Scope.ATTEST, Scope.READ}),
    Role.REVIEWER: frozenset({Scope.DECIDE, Scope.READ, Scope.REQUEST}),
    Role.LOG_CUSTODIAN: frozenset({Scope.READ, Scope.REQUEST, Scope.LOG_SEARCH}),
    Role.PRIVACY_OFFICER: frozenset({Scope.READ, Scope.LEDGER_READ, Scope.APPROVE}),
    Role.LEGAL: frozenset({Scope.READ, Scope.RULEBOOK_CONFIRM, Scope.TRUST_MANAGE}),
    Role.ADMINISTRATOR: frozenset({Scope.READ, Scope.STAFF_ADMIN}),
    Role.KEY_CUSTODIAN: frozenset({Scope.READ, Scope.REQUEST, Scope.KEYS_MANAGE}),
    Role.AUDITOR: frozenset({Scope.READ, Scope.LEDGER_READ}),
    Role.INTEGRATION: frozenset({Scope.DECIDE, Scope.ATTEST, Scope.READ}),
    Role.DISCLOSURE_CLERK: frozenset({Scope.READ, Scope.DISCLOSURE_INTAKE}),
    Role.DISCLOSURE_REVIEWER: frozenset({Scope.READ, Scope.APPROVE, Scope.DISCLOSURE_REVIEW}),
    Role.DISCLOSURE_RELEASER: frozenset({Scope.READ, Scope.DISCLOSURE_RELEASE}),
    Role.DISCLOSURE_AUDITOR: frozenset({Scope.READ, Scope.LEDGER_READ, Scope.DISCLOSURE_AUDIT}),
    Role.OUTSIDE_APPROVER: frozenset({Scope.DISCLOSURE_EMERGENCY}),
}
"""What each role may do."""

NEVER_TOGETHER: Final[tuple[frozenset[Scope], ...]] = (
    # Nobody both searches and approves.
    frozenset({Scope.LOG_SEARCH, Scope.APPROVE}),
    # Nobody prepares what they could approve.
    frozenset({Scope.REQUEST, Scope.APPROVE}),
    frozenset({Scope.ATTEST, Scope.APPROVE}),
    # Whoever hands out roles and tokens neither approves, nor searches, nor holds the keys.
    frozenset({Scope.STAFF_ADMIN, Scope.APPROVE}),
    frozenset({Scope.STAFF_ADMIN, Scope.LOG_SEARCH}),
    frozenset({Scope.STAFF_ADMIN, Scope.KEYS_MANAGE}),
    # Whoever could keep a copy of a key doesn't search what it protects.
    frozenset({Scope.KEYS_MANAGE, Scope.LOG_SEARCH}),
    # Of a request for disclosure, nobody reviews or approves what they took in, and nobody searches what they review
    # or hand over. That the three differ in each case as well is the desk's to see to (``disclosure/people.py``).
    frozenset({Scope.DISCLOSURE_INTAKE, Scope.APPROVE}),
    frozenset({Scope.DISCLOSURE_INTAKE, Scope.DISCLOSURE_REVIEW}),
    frozenset({Scope.LOG_SEARCH, Scope.DISCLOSURE_REVIEW}),
    frozenset({Scope.LOG_SEARCH, Scope.DISCLOSURE_RELEASE}),
    frozenset({Scope.STAFF_ADMIN, Scope.DISCLOSURE_REVIEW}),
    frozenset({Scope.STAFF_ADMIN, Scope.DISCLOSURE_RELEASE}),
    # Whoever audits has no part in what they audit.
    frozenset({Scope.DISCLOSURE_AUDIT, Scope.DISCLOSURE_INTAKE}),
    frozenset({Scope.DISCLOSURE_AUDIT, Scope.DISCLOSURE_REVIEW}),
    frozenset({Scope.DISCLOSURE_AUDIT, Scope.DISCLOSURE_RELEASE}),
    frozenset({Scope.DISCLOSURE_AUDIT, Scope.LOG_SEARCH}),
    # Somebody outside approves; they do nothing else here.
    *(
        frozenset({Scope.DISCLOSURE_EMERGENCY, other})
        for other in (
            Scope.APPROVE,
            Scope.REQUEST,
            Scope.ATTEST,
            Scope.LOG_SEARCH,
            Scope.STAFF_ADMIN,
            Scope.KEYS_MANAGE,
            Scope.DISCLOSURE_INTAKE,
            Scope.DISCLOSURE_REVIEW,
            Scope.DISCLOSURE_RELEASE,
            Scope.DISCLOSURE_AUDIT,
        )
    ),
)
"""Scopes no one person may hold at the same time."""

PERSONS_ONLY: Final = frozenset(
    {
        Scope.APPROVE,
        Scope.REQUEST,
        Scope.LOG_SEARCH,
        Scope.STAFF_ADMIN,
        Scope.KEYS_MANAGE,
        Scope.RULEBOOK_CONFIRM,
        Scope.TRUST_MANAGE,
        Scope.DISCLOSURE_REVIEW,
        Scope.DISCLOSURE_RELEASE,
        Scope.DISCLOSURE_AUDIT,
        Scope.DISCLOSURE_EMERGENCY,
    }
)
"""Scopes a service never holds."""


def scopes_of(roles: Iterable[Role]) -> frozenset[Scope]:
    """Everything ``roles`` together allow."""
    return frozenset().union(*(SCOPES[role] for role in roles))


def conflict(one: Role, other: Role) -> bool:
    """Whether nobody may hold both."""
    both = SCOPES[one] | SCOPES[other]
    return any(pair <= both for pair in NEVER_TOGETHER)


def check_grant(staff_id: str, kind: StaffKind, held: Iterable[Role], wanted: Role) -> None:
    """``RolesConflict`` or ``RoleNotForServices`` if ``staff_id``, who holds ``held``, may not also hold ``wanted``."""
    if kind is StaffKind.SERVICE and SCOPES[wanted] & PERSONS_ONLY:
        raise RoleNotForServices(staff_id=staff_id, role=wanted.value)
    for role in sorted(held):
        if conflict(role, wanted):
            raise RolesConflict(staff_id=staff_id, held=role.value, wanted=wanted.value)
