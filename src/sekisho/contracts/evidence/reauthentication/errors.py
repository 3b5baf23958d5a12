"""What can be wrong with an answer of a passkey or with a one-time code.

::

    EvidenceRefused
    └── ReauthenticationRefused
        ├── PasskeyUnreadable           not what an authenticator makes: size, form, CBOR, JSON
        ├── WrongCeremony               a registration where an assertion belongs, or the reverse
        ├── WrongOrigin                 made on another page than ours, or inside somebody else's
        ├── WrongRelyingParty           made for another domain
        ├── UserNotPresent, UserNotVerified
        ├── BackupStateImpossible       says that what can't be copied was copied
        ├── CredentialUnknown           not registered
        ├── CredentialOfAnother         registered to another account
        ├── CredentialKnown             registered already
        ├── KeyRefused                  an algorithm or key size that isn't accepted
        ├── AttestationRefused          a statement about the authenticator that doesn't hold or can't be checked
        ├── PasskeySignatureWrong
        ├── SignCountWentBack           the counter isn't above the last one: a copy may be in use
        ├── CodeMalformed, CodeWrong
        ├── ClockBehind                 a right code of some minutes ago: the device's clock is slow
        ├── CodeUsed                    a code of this or an earlier time was accepted before
        ├── LockedOut                   too many wrong codes; says until when
        ├── AuthenticatorUnknown        no such authenticator of this account
        └── StepUpNotReached            what was proven doesn't reach what was asked
    NotCheckable
    └── NotProvenAgain                  a code can't be proven a second time from what is kept

The challenge's own errors (unknown, used, expired, for another) are those of :mod:`sekisho.contracts.evidence.jpki`.
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable


class ReauthenticationRefused(EvidenceRefused):
    """A re-authentication that can't be relied on."""

    reason = "reauthentication_refused"


class PasskeyUnreadable(ReauthenticationRefused):
    """Not what an authenticator makes. Fields: ``problem``."""

    reason = "passkey_unreadable"
    ja = "パスキーの応答を読めません（{problem}）。ブラウザーが返した値を、そのまま送ってください。"
    en = "The passkey's response can't be read ({problem}). Send what the browser returned, unchanged."


class WrongCeremony(ReauthenticationRefused):
    """A registration where an assertion belongs, or the reverse. Fields: ``needed``."""

    reason = "passkey_wrong_ceremony"
    ja = "パスキーの操作の種類が違います（必要: {needed}）。その操作をやり直してください。"
    en = "This passkey response is of the wrong kind (needed: {needed}). Repeat the right operation."


class WrongOrigin(ReauthenticationRefused):
    """Made on another page than ours, or inside somebody else's page. Fields: ``problem``."""

    reason = "passkey_wrong_origin"
    ja = "登録されたサイト以外で作られた応答です（{problem}）。公式のアプリかサイトからやり直してください。"
    en = "The response was made outside the configured sites ({problem}). Repeat it from the official app or site."


class WrongRelyingParty(ReauthenticationRefused):
    """Made for another domain."""

    reason = "passkey_wrong_relying_party"
    ja = "別のドメインのための応答です。公式のアプリかサイトからやり直してください。"
    en = "The response is for another domain. Repeat it from the official app or site."


class UserNotPresent(ReauthenticationRefused):
    """Nobody touched the authenticator."""

    reason = "passkey_user_not_present"
    ja = "利用者の操作がありません。画面の案内に従って操作してください。"
    en = "Nobody was there to touch the authenticator. Follow the prompt."


class UserNotVerified(ReauthenticationRefused):
    """Neither PIN nor biometric was asked for: possession alone is one factor."""

    reason = "passkey_user_not_verified"
    ja = "暗証番号や生体認証による本人の確認がありません。画面ロックを設定した端末で、もう一度操作してください。"
    en = "The device didn't verify its user by PIN or biometric. Set up a screen lock and try again."


class BackupStateImpossible(ReauthenticationRefused):
    """Says that a credential which can't be copied was copied (WebAuthn level 3 §6.1.3)."""

    reason = "passkey_backup_state_impossible"
    ja = "パスキーのバックアップの表示が矛盾しています。別のパスキーを使ってください。"
    en = "The passkey contradicts itself about backups. Use another passkey."


class CredentialUnknown(ReauthenticationRefused):
    """No such passkey is registered."""

    reason = "passkey_unknown"
    ja = "登録されていないパスキーです。登録済みのものを使うか、本人確認をし直して登録してください。"
    en = "This passkey isn't registered. Use a registered one, or verify the identity anew and register it."


class CredentialOfAnother(ReauthenticationRefused):
    """The passkey or certificate is registered to another account."""

    reason = "authenticator_of_another_account"
    ja = "別のアカウントに登録されているものです。このアカウントに登録したものを使ってください。"
    en = "It is registered to another account. Use one that is registered to this account."


class CredentialKnown(ReauthenticationRefused):
    """Registered already, to this account or another."""

    reason = "authenticator_registered_already"
    ja = "すでに登録されています。別の認証器を登録してください。"
    en = "It is registered already. Register another authenticator."


class KeyRefused(ReauthenticationRefused):
    """An algorithm or key that isn't accepted. Fields: ``problem``."""

    reason = "passkey_key_refused"
    ja = "パスキーの鍵を受け付けられません（{problem}）。別の端末か認証器で登録してください。"
    en = "The passkey's key isn't acceptable ({problem}). Register with another device or authenticator."


class AttestationRefused(ReauthenticationRefused):
    """A statement about the authenticator that doesn't hold, or that nobody here can check. Fields: ``problem``."""

    reason = "passkey_attestation_refused"
    ja = "認証器についての証明を受け付けられません（{problem}）。証明を求めない設定（none）で登録してください。"
    en = "The authenticator's attestation isn't acceptable ({problem}). Register with attestation 'none'."


class PasskeySignatureWrong(ReauthenticationRefused):
    """Not the registered key's signature over this response."""

    reason = "passkey_signature_wrong"
    ja = "登録されたパスキーの署名ではありません。登録済みのパスキーでやり直してください。"
    en = "The signature isn't the registered passkey's. Try again with a registered passkey."


class SignCountWentBack(ReauthenticationRefused):
    """The counter isn't above the last one seen. Fields: ``last``, ``found``."""

    reason = "passkey_sign_count_went_back"
    ja = (
        "パスキーの使用回数が前回（{last}）より進んでいません（{found}）。複製のおそれがあります。"
        "このパスキーを削除し、本人確認をし直してください。"
    )
    en = (
        "The passkey's counter ({found}) isn't above the last one ({last}): a copy may be in use. "
        "Remove this passkey and verify the identity anew."
    )


class CodeMalformed(ReauthenticationRefused):
    """Not six digits."""

    reason = "code_malformed"
    ja = "確認コードは数字6桁で入力してください。"
    en = "Enter the code as six digits."


class CodeWrong(ReauthenticationRefused):
    """Not a code of now. Fields: ``left``: tries before a lock-out."""

    reason = "code_wrong"
    ja = (
        "確認コードが違います（あと{left}回で一時的に使えなくなります）。"
        "認証アプリの新しいコードと、端末の時計を確かめてください。"
    )
    en = "The code is wrong ({left} more and it is locked for a while). Check the app's newest code and the clock."


class ClockBehind(ReauthenticationRefused):
    """A right code, but of some minutes ago. Fields: ``steps`` behind, ``left``."""

    reason = "code_clock_behind"
    ja = (
        "{steps}つ前の時間の確認コードです（あと{left}回で一時的に使えなくなります）。"
        "端末の時計を自動設定にして、新しいコードを入力してください。"
    )
    en = (
        "This code is {steps} periods old ({left} more and it is locked for a while). "
        "Set the device's clock automatically and enter a new code."
    )


class CodeUsed(ReauthenticationRefused):
    """A code of this time or a later one was accepted before."""

    reason = "code_used"
    ja = "この確認コードはすでに使われています。次のコードが表示されるまで（30秒以内）待って入力してください。"
    en = "This code was used before. Wait for the next one (within 30 seconds) and enter that."


class LockedOut(ReauthenticationRefused):
    """Too many wrong codes. Fields: ``until``."""

    reason = "code_locked_out"
    http_status = 429
    ja = (
        "確認コードの誤りが続いたため、{until} まで確認コードは使えません。"
        "その時刻を過ぎると自動で使えるようになります。パスキーは今も使えます。"
    )
    en = (
        "After too many wrong codes, codes are not accepted until {until}; then they work again by themselves. "
        "A passkey can be used now."
    )


class AuthenticatorUnknown(ReauthenticationRefused):
    """The account has no such authenticator. Fields: ``kind``."""

    reason = "authenticator_unknown"
    ja = "このアカウントには、その認証器（{kind}）が登録されていません。一覧で確かめてください。"
    en = "This account has no such authenticator ({kind}). See the list."


class StepUpNotReached(ReauthenticationRefused):
    """What was proven doesn't reach what was asked. Fields: ``acr_values``."""

    reason = "step_up_not_reached"
    ja = "求められた認証の強さ（{acr_values}）に達していません。別の認証器でも認証してください。"
    en = "The authentication doesn't reach what was asked ({acr_values}). Authenticate with another authenticator too."


class NotProvenAgain(NotCheckable):
    """A code can't be proven a second time: its secret isn't in a file, and it was used up. Fields: ``what``."""

    reason = "not_proven_again"
    ja = "{what}は、保存された文書だけではもう一度確かめられません。台帳の記録を参照してください。"
    en = "The {what} can't be proven again from a saved document alone. See the ledger's record."
