"""Access: staff, roles, tokens, approvals.

    roles.py      who may do what, and what must never meet in one person      pure
    tokens.py     sk_<id>_<secret>; what is kept is a hash                      pure
    approvals.py  one mechanism for everything that needs a second person      pure
    principal.py  who is asking, and how it is known                           pure
    events.py     what each change is told to the ledger as                    pure
    cache.py      principals kept for seconds, revocation respected
    service.py, approval_service.py, tables.py                                 the database
    errors.py     one class per reason (the tree is drawn there)

Does not sign anybody in to pages (passkeys, OIDC): that is the console's.
"""

from sekisho.access.approvals import Approval, ApprovalState, subject_hash
from sekisho.access.cache import PrincipalCache
from sekisho.access.events import AccessEvent, AccessEventKind, Change
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, Scope, StaffKind

__all__ = [
    "AccessEvent",
    "AccessEventKind",
    "Approval",
    "ApprovalState",
    "Change",
    "Principal",
    "PrincipalCache",
    "Proof",
    "Role",
    "Scope",
    "StaffKind",
    "subject_hash",
]
