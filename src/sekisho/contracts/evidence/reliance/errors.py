"""Errors of reliance beyond those of a sign-in.

::

    EvidenceRefused
    └── RelianceRefused
        ├── LevelDiffers            the assurance level isn't one agreed on
        ├── PolicyRefused           the revision of law isn't one, or not of the framework, or came later
        ├── VerifiedInTheFuture     the other firm's verification is dated after now
        ├── ConsentRefused          the person wasn't told of the data flow, or the consent is dated after now
        └── AgreementRefused        the operator's section on reliance can't be used
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused


class RelianceRefused(EvidenceRefused):
    """Another firm's result that can't be relied on."""

    reason = "reliance_refused"


class LevelDiffers(RelianceRefused):
    """The assurance level isn't one agreed on."""

    reason = "reliance_level_differs"
    ja = "保証レベル（{found}）が取り決めたもの（{agreed}）ではありません。依拠できません。別の方法で確認してください。"
    en = "The assurance level ({found}) isn't one agreed on ({agreed}). Don't rely on it; verify another way."


class PolicyRefused(RelianceRefused):
    """``assurance_process.policy`` isn't a revision of law under which the verification could have been made."""

    reason = "reliance_policy_refused"
    ja = "確認の根拠とした法令の版（{found}）が正しくありません（{problem_ja}）。依拠先の担当に確かめてください。"
    en = "The revision of law behind the verification ({found}) is wrong ({problem_en}). Ask the relied-on firm."


class VerifiedInTheFuture(RelianceRefused):
    """The other firm's verification, or a record behind it, is dated after now."""

    reason = "reliance_verified_in_the_future"
    ja = "依拠先の確認の日時（{at}）が未来です。双方の時計と、依拠先の記録を確かめてもらってください。"
    en = "The relied-on firm's verification is dated in the future ({at}). Have clocks and its record checked."


class ConsentRefused(RelianceRefused):
    """The person wasn't told of the data flow between the firms, or the consent is dated after now."""

    reason = "reliance_consent_refused"
    ja = "本人への説明と同意の記録を使えません（{problem_ja}）。二社の間の情報のやり取りを説明し、同意を得てください。"
    en = "The record of consent can't be used ({problem_en}). Explain the data flow between the firms and ask again."


class AgreementRefused(RelianceRefused):
    """The section ``reliance`` of a provider file can't be used."""

    reason = "reliance_agreement_refused"
    ja = "提供元の設定の reliance を使えません（{problem}）。取決めの内容を確かめて直してください。"
    en = "The section reliance of the provider file can't be used ({problem}). Correct it by the agreement."
