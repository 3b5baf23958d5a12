"""Why somebody may not do something: one class per reason.

::

    AccessError
    ├── NotPermitted
    │   ├── TokenNotAccepted      unknown, malformed or wrong: which of them is never told (401)
    │   ├── TokenExpired          its time is over (401)
    │   ├── TokenRevoked          withdrawn, or its holder has left (401)
    │   ├── ScopeMissing          the token or the roles behind it don't allow this (403)
    │   ├── ProofTooWeak          who it is was only stated, and this needs proof (403)
    │   ├── OwnRequest            nobody approves, uses or grants for themselves (403)
    │   ├── ApprovalNotGiven      still open, or refused (403)
    │   ├── ApprovalExpired       its time is over (403)
    │   ├── ApprovalUsed          used once already (403)
    │   ├── SubjectChanged        what is to be done isn't what was approved (403)
    │   └── TooFewApprovers       several approvals by one person count as one (403)
    ├── InputRefused
    │   ├── AccessTermsRefused    an id, name, time or hash that can't be accepted
    │   ├── StaffExists           the id is taken, also by somebody who left (409)
    │   ├── RolesConflict         nobody may hold both (409)
    │   ├── RoleNotForServices    only a person may hold it
    │   ├── ScopesExceedRoles     a token may do no more than its holder
    │   ├── LastAdministrator     somebody must remain who can administer (409)
    │   └── AlreadyDecided        an approval is decided once (409)
    └── Unavailable
        ├── StaffNotFound         no such person or service, or they left (404)
        ├── TokenNotFound         (404)
        └── ApprovalNotFound      (404)
"""

from __future__ import annotations

from typing import ClassVar

from sekisho.errors import InputRefused, NotPermitted, SekishoError, Unavailable


class AccessError(SekishoError):
    """Any failure of this package. Never carries a token or its secret."""


class TokenNotAccepted(AccessError, NotPermitted):
    """The token isn't one of ours.

    Whether the id or the secret is wrong is not told, nor can it be told from the time.
    """

    reason: ClassVar[str] = "token_not_accepted"
    http_status = 401
    ja = "トークンを確認できません。写し間違いがないか確かめるか、管理者に新しいトークンを発行してもらってください。"
    en = "The token is not accepted. Check that it was copied whole, or ask an administrator for a new one."


class TokenExpired(AccessError, NotPermitted):
    """The token is genuine and its time is over. Fields: ``token_id``, ``expires_at``."""

    reason: ClassVar[str] = "token_expired"
    http_status = 401
    ja = "トークン {token_id} は {expires_at} に期限が切れました。管理者に新しいトークンを発行してもらってください。"
    en = "The token {token_id} expired at {expires_at}. Ask an administrator for a new one."


class TokenRevoked(AccessError, NotPermitted):
    """The token is genuine and was withdrawn, or its holder has left. Fields: ``token_id``."""

    reason: ClassVar[str] = "token_revoked"
    http_status = 401
    ja = "トークン {token_id} は取り消されています。必要なら管理者に新しいトークンを発行してもらってください。"
    en = "The token {token_id} was revoked. If you still need one, ask an administrator."


class ScopeMissing(AccessError, NotPermitted):
    """This needs a scope the caller hasn't, or no longer has. Fields: ``scope``, ``staff_id``."""

    reason: ClassVar[str] = "scope_missing"
    ja = "この操作には権限「{scope}」が必要です。{staff_id} の役割とトークンの範囲を管理者に確認してください。"
    en = "This needs the scope {scope!r}. Ask an administrator about the roles and the token of {staff_id}."


class ProofTooWeak(AccessError, NotPermitted):
    """The caller said who they are and did not prove it. Fields: ``staff_id``, ``action``."""

    reason: ClassVar[str] = "proof_too_weak"
    ja = "「{action}」は本人のトークンで行う必要があります。{staff_id} 自身のトークンを指定してください。"
    en = "{action!r} needs the person's own token. Give the token of {staff_id}."


class OwnRequest(AccessError, NotPermitted):
    """Nobody does this for themselves. Fields: ``staff_id``, ``action``."""

    reason: ClassVar[str] = "own_request"
    ja = "{staff_id} は自分に関わる「{action}」を自分で行えません。別の担当者に依頼してください。"
    en = "{staff_id} may not {action} for themselves. Ask a colleague."


class ApprovalNotGiven(AccessError, NotPermitted):
    """The approval is open or refused. Fields: ``approval_id``, ``state``."""

    reason: ClassVar[str] = "approval_not_given"
    ja = "承認 {approval_id} は与えられていません（状態: {state}）。承認を待つか、申請し直してください。"
    en = "The approval {approval_id} was not given (state: {state}). Wait for it, or request a new one."


class ApprovalExpired(AccessError, NotPermitted):
    """The approval's time is over. Fields: ``approval_id``, ``expires_at``."""

    reason: ClassVar[str] = "approval_expired"
    ja = "承認 {approval_id} は {expires_at} に期限が切れました。申請し直してください。"
    en = "The approval {approval_id} expired at {expires_at}. Request a new one."


class ApprovalUsed(AccessError, NotPermitted):
    """An approval counts once. Fields: ``approval_id``."""

    reason: ClassVar[str] = "approval_used"
    ja = "承認 {approval_id} は既に使われました。承認は一度だけ有効です。申請し直してください。"
    en = "The approval {approval_id} was already used; it counts once. Request a new one."


class SubjectChanged(AccessError, NotPermitted):
    """What is at hand isn't what the approval is about. Fields: ``approval_id``."""

    reason: ClassVar[str] = "subject_changed"
    ja = "内容が承認 {approval_id} の対象と異なります。変更後の内容で申請し直してください。"
    en = "This is not what the approval {approval_id} is about. Request approval of the changed content."


class TooFewApprovers(AccessError, NotPermitted):
    """Not enough different people have approved. Fields: ``needed``, ``given``."""

    reason: ClassVar[str] = "too_few_approvers"
    ja = "{needed}名の別々の承認者が必要ですが、{given}名です。別の承認者に依頼してください。"
    en = "This needs {needed} different approvers and has {given}. Ask another approver."


class AccessTermsRefused(AccessError, InputRefused):
    """A value that can't be accepted. Fields: ``field``, ``why``."""

    reason: ClassVar[str] = "access_terms_refused"
    ja = "「{field}」を受け付けられません（{why}）。直してもう一度実行してください。"
    en = "{field!r} is not acceptable ({why}). Correct it and try again."


class StaffExists(AccessError, InputRefused):
    """The id is taken; an id is never given to somebody else. Fields: ``staff_id``."""

    reason: ClassVar[str] = "staff_exists"
    http_status = 409
    ja = "担当者ID「{staff_id}」は使われています（退任者のIDも再利用できません）。別のIDにしてください。"
    en = "The staff id {staff_id!r} is taken (ids of those who left are not reused). Choose another."


class RolesConflict(AccessError, InputRefused):
    """Nobody may hold both roles. Fields: ``staff_id``, ``held``, ``wanted``."""

    reason: ClassVar[str] = "roles_conflict"
    http_status = 409
    ja = "{staff_id} は「{held}」なので「{wanted}」を兼ねられません。別の担当者に付与するか、先に外してください。"
    en = "{staff_id} is {held!r} and may not also be {wanted!r}. Grant it to a colleague, or revoke the other first."


class RoleNotForServices(AccessError, InputRefused):
    """Only a person may hold this role. Fields: ``staff_id``, ``role``."""

    reason: ClassVar[str] = "role_not_for_services"
    ja = "「{role}」は人だけが持てる役割です。サービス {staff_id} には付与できません。担当者に付与してください。"
    en = "Only a person may be {role!r}; {staff_id} is a service. Grant it to a person."


class ScopesExceedRoles(AccessError, InputRefused):
    """A token may do no more than its holder. Fields: ``staff_id``, ``scopes``."""

    reason: ClassVar[str] = "scopes_exceed_roles"
    ja = "{staff_id} の役割には {scopes} が含まれません。範囲を減らすか、先に役割を付与してください。"
    en = "The roles of {staff_id} do not include {scopes}. Ask for less, or grant a role first."


class LastAdministrator(AccessError, InputRefused):
    """Nobody could administer after this. Fields: ``staff_id``."""

    reason: ClassVar[str] = "last_administrator"
    http_status = 409
    ja = "{staff_id} は最後の管理者です。先に別の担当者を管理者にしてください。"
    en = "{staff_id} is the last administrator. Make somebody else one first."


class AlreadyDecided(AccessError, InputRefused):
    """An approval is decided once. Fields: ``approval_id``, ``state``."""

    reason: ClassVar[str] = "already_decided"
    http_status = 409
    ja = "承認 {approval_id} は決定済みです（状態: {state}）。必要なら新しく申請してください。"
    en = "The approval {approval_id} was already decided (state: {state}). If needed, request a new one."


class StaffNotFound(AccessError, Unavailable):
    """No such person or service now. Fields: ``staff_id``."""

    reason: ClassVar[str] = "staff_not_found"
    http_status = 404
    ja = "担当者 {staff_id} は登録されていないか、退任しています。IDを確かめてください。"
    en = "{staff_id} is not on the staff, or has left. Check the id."


class TokenNotFound(AccessError, Unavailable):
    """No token has this id. Fields: ``token_id``."""

    reason: ClassVar[str] = "token_not_found"
    http_status = 404
    ja = "トークン {token_id} はありません。IDを確かめてください。"
    en = "There is no token {token_id}. Check the id."


class ApprovalNotFound(AccessError, Unavailable):
    """No approval has this id. Fields: ``approval_id``."""

    reason: ClassVar[str] = "approval_not_found"
    http_status = 404
    ja = "承認 {approval_id} はありません。IDを確かめてください。"
    en = "There is no approval {approval_id}. Check the id."
