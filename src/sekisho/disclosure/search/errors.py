"""Errors of a search.

::

    InputRefused
    ├── NotSearchable     nothing of the request can be looked up here
    └── GrantsMissing     no grants in force for just these questions: ask for them
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class NotSearchable(InputRefused):
    """Nothing of the request can be looked up here. Fields: ``case``."""

    reason = "disclosure_not_searchable"
    http_status = 409
    ja = "案件 {case} に、当社の記録で調べられる項目がありません。請求者に照会するか、拒否してください。"
    en = "Nothing of the case {case} can be looked up in this operator's records. Ask back, or refuse it."


class GrantsMissing(InputRefused):
    """No grants in force for just these questions. Fields: ``case``."""

    reason = "disclosure_grants_missing"
    http_status = 409
    ja = "案件 {case} の検索許可がないか、期限が切れました。検索を申請し、2人の承認を得てください。"
    en = "The case {case} has no search grants, or they expired. Ask for the search and have two people approve it."
