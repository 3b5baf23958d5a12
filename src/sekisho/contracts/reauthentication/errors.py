"""Errors of contract accounts and step-ups. What is wrong with an answer itself is in the evidence's errors.

::

    InputRefused
    └── AccountRefused
        ├── UnknownAccount, AccountExists
        ├── UnknownAuthenticator, TooManyAuthenticators, RegistrationOver
        ├── ProofingNotAccepted     the decision wasn't accepted, is hypothetical, or verified nobody's identity
        ├── ProofingTooOld          registration and recovery follow a proofing at once
        ├── ProofingOfAnother       the decision is about somebody else, or serves another account
        ├── ProofingUsed            recovery needs a new one
        ├── GroundMissing           neither a proofing nor a step-up was named
        ├── StrongerNeeded          the step-up named is too weak or too old for this registration
        ├── UnknownStepUp, StepUpOver
        ├── StatedOfAnother         the application's person isn't the account's
        └── RelyingPartyRefused     not a domain with its own pages
    Unavailable
    └── NoRelyingParty              passkeys aren't configured in this workspace
    NotPermitted
    ├── InsufficientAuthentication  RFC 9470: what was shown doesn't reach what was asked
    └── MayNotVouch                 only with the scope attest
"""

from __future__ import annotations

from sekisho.errors import InputRefused, NotPermitted, Unavailable


class AccountRefused(InputRefused):
    """Something about a contract account that can't be accepted."""

    reason = "account_refused"
    http_status = 422


class UnknownAccount(AccountRefused):
    """No account has this reference."""

    reason = "unknown_account"
    http_status = 404
    ja = "このアカウントはまだありません。承認された本人確認の判断を示して、先に開いてください。"
    en = "There is no such account yet. Open it with the accepted decision that proofed its holder."


class AccountExists(AccountRefused):
    """An account has this reference already."""

    reason = "account_exists"
    http_status = 409
    ja = "このアカウントはすでにあります。認証器をすべて失ったときは、再発行（recovery）を使ってください。"
    en = "This account exists already. If every authenticator was lost, use recovery."


class UnknownAuthenticator(AccountRefused):
    """The account has no authenticator with this id."""

    reason = "unknown_authenticator"
    http_status = 404
    ja = "このアカウントに、その認証器はありません。一覧で確かめてください。"
    en = "The account has no such authenticator. See the list."


class TooManyAuthenticators(AccountRefused):
    """More than anybody needs. Fields: ``limit``."""

    reason = "too_many_authenticators"
    ja = "登録できる認証器は{limit}個までです。使わないものを削除してください。"
    en = "At most {limit} authenticators can be registered. Remove one that isn't used."


class RegistrationOver(AccountRefused):
    """A registration that was begun and not finished in time, or finished already."""

    reason = "registration_over"
    ja = "登録の手続の時間が過ぎたか、すでに終わっています。最初からやり直してください。"
    en = "The registration ran out or is finished. Start again."


class ProofingNotAccepted(AccountRefused):
    """The decision doesn't show that somebody's identity was verified. Fields: ``problem``."""

    reason = "proofing_not_accepted"
    ja = "この判断は本人確認の根拠になりません（{problem}）。本人確認が承認された判断の番号を示してください。"
    en = "This decision proofs nobody ({problem}). Name an accepted decision in which the identity was verified."


class ProofingTooOld(AccountRefused):
    """Registration follows a proofing at once. Fields: ``limit`` in minutes."""

    reason = "proofing_too_old"
    ja = "本人確認から{limit}分が過ぎています。登録済みの認証器で認証するか、本人確認をし直してください。"
    en = "More than {limit} minutes since the proofing. Step up with a registered authenticator, or proof anew."


class ProofingOfAnother(AccountRefused):
    """The decision is about another person than the account's, or serves another account."""

    reason = "proofing_of_another"
    ja = "この判断は、アカウントの持ち主のものではありません（氏名・生年月日を照合）。判断の番号を確かめてください。"
    en = "This decision isn't about the account's holder (name and date of birth compared). Check the decision's id."


class ProofingUsed(AccountRefused):
    """The decision has served this account before."""

    reason = "proofing_used"
    ja = "この判断はすでに使われています。再発行には、新しい本人確認が必要です。"
    en = "This decision was used before. Recovery needs a new identity proofing."


class GroundMissing(AccountRefused):
    """A registration names what it stands on."""

    reason = "ground_missing"
    ja = "登録の根拠として、本人確認の判断（decision）か、完了した認証（step_up）のどちらか1つを示してください。"
    en = "Name what the registration stands on: a decision, or a finished step_up; one of them."


class StrongerNeeded(AccountRefused):
    """The step-up is too weak or too old to register this on. Fields: ``kind``."""

    reason = "stronger_authentication_needed"
    http_status = 403
    ja = "この認証では{kind}を登録できません。10分以内の、より強い認証（パスキーなど）か、新しい本人確認が必要です。"
    en = (
        "That authentication doesn't carry a registration of {kind}. It takes a stronger one (such as a passkey) of "
        "the last ten minutes, or a new identity proofing."
    )


class UnknownStepUp(AccountRefused):
    """The account has no step-up with this id."""

    reason = "unknown_step_up"
    http_status = 404
    ja = "この認証の手続はありません。新しく始めてください。"
    en = "There is no such step-up. Begin a new one."


class StepUpOver(AccountRefused):
    """The step-up ran out, has had too many answers, or is finished."""

    reason = "step_up_over"
    ja = "この認証の手続は終わっています。新しく始めてください。"
    en = "This step-up is over. Begin a new one."


class StatedOfAnother(AccountRefused):
    """The person that the application states isn't the account's holder."""

    reason = "stated_of_another"
    ja = "申込みの氏名・生年月日が、アカウントの本人確認の記録と一致しません。申込みとアカウントを確かめてください。"
    en = "The application's name or date of birth isn't that of the account's proofed holder. Check both."


class RelyingPartyRefused(AccountRefused):
    """Not a domain with pages of its own. Fields: ``problem``."""

    reason = "relying_party_refused"
    ja = "パスキーのドメインの設定を受け付けられません（{problem}）。"
    en = "The passkeys' domain can't be configured so ({problem})."


class NoRelyingParty(Unavailable):
    """Passkeys aren't configured."""

    reason = "no_relying_party"
    ja = "パスキーのドメインが設定されていません。`sekisho contract account relying-party` で設定してください。"
    en = "No domain is configured for passkeys. Set it with `sekisho contract account relying-party`."


class InsufficientAuthentication(NotPermitted):
    """RFC 9470 §3: authenticated, and not strongly or recently enough. Fields: ``acr_values``, ``max_age``."""

    reason = "insufficient_user_authentication"
    http_status = 401
    ja = "認証がまだ足りません。{max_age}秒以内に、求められた強さ（{acr_values}）になるまで認証してください。"
    en = "Not enough yet: authenticate further, within {max_age} seconds, until {acr_values} is reached."


class MayNotVouch(NotPermitted):
    """The token may not vouch for what the operator's own sign-in checked."""

    reason = "may_not_vouch"
    ja = "自社のログインの結果を申告するには、トークンに権限 attest が必要です。"
    en = "To vouch for the operator's own sign-in, the token needs the scope attest."
