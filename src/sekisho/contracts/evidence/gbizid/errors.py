"""Errors of gBizID beyond those of a sign-in.

::

    EvidenceRefused
    └── GbizIdRefused
        ├── AccountTypeUnknown      account_type or corp_type isn't one of the guideline's
        ├── EntryAccount            an エントリー account: nobody was verified
        ├── NotACorporation         the account of a sole proprietor
        ├── ProcessDiffers          level or procedure doesn't fit the account type
        ├── AuthorityDiffers        the role doesn't fit the account type, or there is none
        └── CorporateNumberWrong    not a corporate number, or another corporation's than the application's
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused


class GbizIdRefused(EvidenceRefused):
    """A gBizID sign-in that shows no authority."""

    reason = "gbizid_refused"


class AccountTypeUnknown(GbizIdRefused):
    """``account_type`` or ``corp_type`` isn't one of the guideline's."""

    reason = "gbizid_account_type_unknown"
    ja = "アカウントの種類（{member}）がガイドラインのものではありません。ガイドラインの改定を確かめてください。"
    en = "The kind of account ({member}) isn't one of the guideline's. Check whether it was revised."


class EntryAccount(GbizIdRefused):
    """An エントリー account: anybody with an e-mail address has one."""

    reason = "gbizid_entry_account"
    ja = (
        "gBizIDエントリーは確認されていないアカウントで、権限を示しません。プライムかメンバーでサインインしてください。"
    )
    en = "A gBizID エントリー account is verified by nobody and shows nothing. Sign in with プライム or メンバー."


class NotACorporation(GbizIdRefused):
    """The account of a sole proprietor: there is no corporation to have authority for."""

    reason = "gbizid_not_a_corporation"
    ja = "個人事業主のアカウントです。法人の権限の確認には使えません。"
    en = "This is the account of a sole proprietor; it shows no authority for a corporation."


class ProcessDiffers(GbizIdRefused):
    """Level or procedure of the verification doesn't fit the account type."""

    reason = "gbizid_process_differs"
    ja = "確認の水準または手続（{found}）がアカウントの種類に合いません。提供元の担当に確かめてください。"
    en = "Level or procedure of the verification ({found}) doesn't fit the kind of account. Ask the provider."


class AuthorityDiffers(GbizIdRefused):
    """The role in ``authority`` doesn't fit the account type, or there is none."""

    reason = "gbizid_authority_differs"
    ja = "権限（authority）の役割がアカウントの種類に合いません（{found}）。提供元の担当に確かめてください。"
    en = "The role in authority ({found}) doesn't fit the kind of account. Ask the provider."


class CorporateNumberWrong(GbizIdRefused):
    """Not a corporate number (法人番号), or another corporation's than the application's."""

    reason = "gbizid_corporate_number_wrong"
    ja = "法人番号が{problem_ja}。申込みの法人のアカウントでサインインしてください。"
    en = "The corporate number {problem_en}. Sign in with an account of the corporation that applies."
