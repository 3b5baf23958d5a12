"""Errors of a search.

::

    InputRefused
    ├── NotSearchable     nothing of the request can be looked up here
    ├── GrantsMissing     no grants in force for just these questions: ask for them
    └── GrantsMoved       what waits for approval isn't what the approver was shown
    NotPermitted
    └── ApproverGone      who approved may approve no more: ask for the search again
"""

from __future__ import annotations

from sekisho.errors import InputRefused, NotPermitted


class NotSearchable(InputRefused):
    """Nothing of the request can be looked up here. Fields: ``case``; ``why_ja``, ``why_en``: what to do."""

    reason = "disclosure_not_searchable"
    http_status = 409
    ja = "案件 {case} に、当社の記録で調べられる項目がありません。{why_ja}"
    en = "Nothing of the case {case} can be looked up in this operator's records. {why_en}"


class GrantsMissing(InputRefused):
    """No grants in force for just these questions. Fields: ``case``."""

    reason = "disclosure_grants_missing"
    http_status = 409
    ja = "案件 {case} の検索許可がないか、期限が切れました。検索を申請し、2人の承認を得てください。"
    en = "The case {case} has no search grants, or they expired. Ask for the search and have two people approve it."


class GrantsMoved(InputRefused):
    """What waits for approval isn't what the approver was shown. Fields: ``case``."""

    reason = "disclosure_grants_moved"
    http_status = 409
    ja = "案件 {case} の検索の申請は、表示した後に変わりました。内容を見直してから承認してください。"
    en = "What is asked for in the case {case} changed since it was shown. Look again before approving."


class ApproverGone(NotPermitted):
    """Who approved a search has left or lost the role before it was run. Fields: ``case``, ``staff_id``."""

    reason = "disclosure_approver_gone"
    ja = "案件 {case} の検索を承認した {staff_id} は、退任したか承認の役割を失いました。検索を申請し直してください。"
    en = "{staff_id}, who approved the search of the case {case}, left or may approve no more. Ask for it again."
