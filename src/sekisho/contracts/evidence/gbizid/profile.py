"""What a gBizID sign-in says, by public summaries of 「Gビズ ID 接続システム向けガイドライン」 2.9 (2026-07-09) [C2].

Marks: [C2] several public sources, [U] unconfirmed. Compare with the guideline before connecting for real.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class AccountType(Enum):
    """``account_type`` of the userinfo [C2]."""

    ENTRY = "1"
    """エントリー: an e-mail address and no verification."""
    PRIME = "2"
    """プライム: the representative, verified."""
    MEMBER = "3"
    """メンバー: somebody to whom a プライム gave an account."""


class CorporationType(Enum):
    """``corp_type`` of the userinfo [C2]."""

    CORPORATION = "1"
    SOLE_PROPRIETOR = "2"


TRUST_FRAMEWORKS: Final = frozenset({"jp_gbizid_v1"})
"""The value of ``trust_framework`` stands in no source at hand: named after the scope ``jp_gbizid_v1_ida`` [U]."""

LEVEL: Final = "ial2"
"""``assurance_level`` of a プライム [C2]."""

PRIME_PROCEDURES: Final = frozenset(
    {"jp_gbizid_document_corporation", "jp_gbizid_online_corporation", "jp_gbizid_one_stop_service"}
)
"""``assurance_process.procedure`` of a corporation's プライム: by documents, online, or at foundation [C2]."""

MEMBER_PROCEDURE: Final = "jp_gbizid_member"
"""``assurance_process.procedure`` of a メンバー [C2]."""

ROLES: Final = {AccountType.PRIME: "prime", AccountType.MEMBER: "member"}
"""``authority.permission[].role`` that goes with the account [C2]."""

MAX_PERMISSIONS: Final = 10
"""Permissions in one authority; one is usual."""
