"""Errors of a sign-in at somebody else's provider.

::

    EvidenceRefused
    ├── OidcRefused
    │   ├── MessageTooLarge, MessageMalformed, MessageHoldsIndividualNumber
    │   ├── SignInUnknown, SignInUsed, SignInExpired, SignInForAnother     by our own record of what was begun
    │   ├── SignInDenied             the provider's answer is an error
    │   ├── StateDiffers             the answer isn't to our request
    │   ├── AnswerIssuerDiffers      the answer is another provider's (mix-up)
    │   ├── HeaderRefused, AlgorithmRefused, KeyUnknown, TokenSignatureWrong
    │   ├── IssuerDiffers, AudienceDiffers, NonceDiffers
    │   ├── TokenExpired, TokenFromTheFuture, TokenOlderThanRequest
    │   ├── AuthenticationTooOld, AuthenticationTooWeak, AuthenticationNotTold
    │   ├── UserinfoMissing, SubjectDiffers
    │   ├── ExchangeRefused          the token endpoint says no (a code used twice, a wrong verifier)
    │   ├── KeySetRefused, MetadataRefused
    │   └── TrustFrameworkDiffers, VerifiedClaimsMissing, VerifiedClaimsAmbiguous
    └── ProviderRefused              the operator's own configuration can't be used
    NotCheckable
    ├── ProviderNotConfigured        nobody here knows this provider
    ├── UserinfoUnproven             userinfo without a signature, and no record of our own that it came from there
    ├── ProviderKeysMissing          its keys aren't configured, so nothing it signed can be checked
    └── ProviderUnreachable          it doesn't answer
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable

_AGAIN_JA = "最初からサインインをやり直してください。"
_AGAIN_EN = "Start the sign-in again."
_DOUBT_JA = "この結果は使わず、提供元の担当と運用担当に知らせてください。"
_DOUBT_EN = "Don't use this result; tell the provider and whoever runs the system."


class OidcRefused(EvidenceRefused):
    """A sign-in that can't be relied on."""

    reason = "oidc_refused"


class MessageTooLarge(OidcRefused):
    """Larger than any such message."""

    reason = "oidc_message_too_large"
    ja = "{what} が大きすぎます（上限 {limit}）。提供元から受け取ったものをそのまま送ってください。"
    en = "{what} is too large (limit {limit}). Send what the provider gave, as it was."


class MessageMalformed(OidcRefused):
    """Not of the form its specification gives it."""

    reason = "oidc_message_malformed"
    ja = "{what} を読めません（{problem}）。提供元から受け取ったものをそのまま送ってください。"
    en = "{what} can't be read ({problem}). Send what the provider gave, as it was."


class MessageHoldsIndividualNumber(OidcRefused):
    """Holds an individual number (個人番号), which must never be here."""

    reason = "oidc_holds_individual_number"
    ja = "{what} に個人番号が入っています。提供元に求める項目から外してください。記録はしていません。"
    en = "{what} holds an individual number. Don't ask the provider for it. Nothing was recorded."


class SignInUnknown(OidcRefused):
    """No sign-in with this state was begun here."""

    reason = "sign_in_unknown"
    ja = "このサインインはここで始めたものではありません。" + _AGAIN_JA
    en = "This sign-in wasn't begun here. " + _AGAIN_EN


class SignInUsed(OidcRefused):
    """The sign-in's answer came before: an answer counts once."""

    reason = "sign_in_used"
    ja = "このサインインの結果はすでに受け取っています。" + _AGAIN_JA
    en = "The answer of this sign-in was received before. " + _AGAIN_EN


class SignInExpired(OidcRefused):
    """The sign-in was answered too late."""

    reason = "sign_in_expired"
    ja = "サインインの期限（{expires_at}）が過ぎています。" + _AGAIN_JA
    en = "The sign-in ran out at {expires_at}. " + _AGAIN_EN


class SignInForAnother(OidcRefused):
    """The sign-in was begun for another application or another provider."""

    reason = "sign_in_for_another"
    ja = "このサインインは別の申込みまたは別の提供元のものです。この申込みのサインインを始めてください。"
    en = "This sign-in was begun for another application or provider. Begin one for this application."


class SignInDenied(OidcRefused):
    """The provider answered with an error (RFC 6749 section 4.1.2.1). ``error`` is its code."""

    reason = "sign_in_denied"
    ja = "サインインは完了しませんでした（提供元の回答: {error}）。本人の意向を確かめ、別の方法で確認してください。"
    en = "The sign-in wasn't completed (the provider says: {error}). Ask the person, or verify another way."


class StateDiffers(OidcRefused):
    """The answer isn't to this request: another's answer was put in (RFC 6749 section 10.12)."""

    reason = "oidc_state_differs"
    ja = "回答の state が始めたサインインと違います。別の人の回答が差し込まれた疑いがあります。" + _AGAIN_JA
    en = "The answer's state isn't that of the sign-in begun: somebody else's may have been put in. " + _AGAIN_EN


class AnswerIssuerDiffers(OidcRefused):
    """The answer's ``iss`` isn't the provider that was asked, or is missing (RFC 9207: mix-up)."""

    reason = "oidc_answer_issuer_differs"
    ja = "回答の発行者（{found}）が、サインインを求めた相手（{expected}）と違います。" + _DOUBT_JA
    en = "The answer says it is by {found}; {expected} was asked. " + _DOUBT_EN


class HeaderRefused(OidcRefused):
    """The token's header has a member that must not be there (RFC 8725 section 3.10)."""

    reason = "oidc_header_refused"
    ja = "{what} のヘッダーに受け付けない項目（{member}）があります。" + _DOUBT_JA
    en = "The header of {what} has a member that isn't accepted ({member}). " + _DOUBT_EN


class AlgorithmRefused(OidcRefused):
    """Signed by an algorithm that the profile doesn't name (RFC 8725 section 3.1): none, HS256, …"""

    reason = "oidc_algorithm_refused"
    ja = "{what} の署名方式（{found}）は受け付けません（{allowed}）。" + _DOUBT_JA
    en = "{what} is signed with {found}; only {allowed} is accepted. " + _DOUBT_EN


class KeyUnknown(OidcRefused):
    """The provider has no key with this id for this algorithm."""

    reason = "oidc_key_unknown"
    ja = "{what} の鍵（kid）は提供元の公開鍵にありません。公開鍵（JWKS）の設定が新しいかどうかも確かめてください。"
    en = "The key (kid) of {what} isn't among the provider's. Check also that the configured keys (JWKS) are current."


class TokenSignatureWrong(OidcRefused):
    """Not signed by the provider's key."""

    reason = "oidc_signature_wrong"
    ja = "{what} の署名が提供元の鍵によるものではありません。" + _DOUBT_JA
    en = "{what} isn't signed with the provider's key. " + _DOUBT_EN


class IssuerDiffers(OidcRefused):
    """Issued by another provider; compared character by character."""

    reason = "oidc_issuer_differs"
    ja = "{what} の発行者（{found}）が設定（{expected}）と一字一句同じではありません。" + _DOUBT_JA
    en = "The issuer of {what} ({found}) isn't exactly the configured one ({expected}). " + _DOUBT_EN


class AudienceDiffers(OidcRefused):
    """Issued for another client, or for others as well."""

    reason = "oidc_audience_differs"
    ja = "{what} は別の事業者あて、または他にもあてて発行されています（{member}）。" + _DOUBT_JA
    en = "{what} was issued for somebody else, or for others too ({member}). " + _DOUBT_EN


class NonceDiffers(OidcRefused):
    """The ID token isn't an answer to this request (OpenID Connect Core section 3.1.3.7 (11))."""

    reason = "oidc_nonce_differs"
    ja = "IDトークンの nonce が始めたサインインと違います。別のサインインの結果です。" + _AGAIN_JA
    en = "The ID token's nonce isn't that of the sign-in begun: it belongs to another. " + _AGAIN_EN


class TokenExpired(OidcRefused):
    """Past its ``exp``."""

    reason = "oidc_token_expired"
    ja = "IDトークンの期限（{expires_at}）が過ぎています。" + _AGAIN_JA
    en = "The ID token ran out at {expires_at}. " + _AGAIN_EN


class TokenFromTheFuture(OidcRefused):
    """A time that hasn't come yet: one of the two clocks is wrong."""

    reason = "oidc_token_from_the_future"
    ja = "IDトークンの {claim}（{at}）が未来です。こちらと提供元の時計を確かめてください。"
    en = "The ID token's {claim} ({at}) is in the future. Check this machine's clock and the provider's."


class TokenOlderThanRequest(OidcRefused):
    """Issued before the sign-in began: it can't be the answer to it."""

    reason = "oidc_token_older_than_request"
    ja = "IDトークン（{issued_at} 発行）はサインインを始める前のものです。" + _AGAIN_JA
    en = "The ID token was issued at {issued_at}, before the sign-in began. " + _AGAIN_EN


class AuthenticationTooOld(OidcRefused):
    """The person authenticated longer ago than was asked for."""

    reason = "oidc_authentication_too_old"
    ja = "認証の時刻（{at}）が、求めた {max_age} 秒以内ではありません。もう一度認証してもらってください。"
    en = "The person authenticated at {at}, longer ago than the {max_age} seconds asked for. Authenticate again."


class AuthenticationTooWeak(OidcRefused):
    """The authentication isn't of the class that was asked for."""

    reason = "oidc_authentication_too_weak"
    ja = "認証の強さ（acr: {found}）が求めたもの（{asked}）ではありません。求めた方法で認証してもらってください。"
    en = "The authentication class ({found}) isn't one asked for ({asked}). Authenticate in the way asked for."


class AuthenticationNotTold(OidcRefused):
    """A claim about the authentication that was asked for isn't there."""

    reason = "oidc_authentication_not_told"
    ja = "求めた {claim} がIDトークンにありません。提供元の設定を確かめてください。"
    en = "The ID token lacks {claim}, which was asked for. Check the provider's settings."


class UserinfoMissing(OidcRefused):
    """Nothing came from the userinfo endpoint, where this kind's items are."""

    reason = "oidc_userinfo_missing"
    ja = "利用者情報（userinfo）がありません。この提供元では属性は利用者情報にだけ入ります。あわせて送ってください。"
    en = "There is no userinfo, the only place where this provider tells the items. Send it too."


class SubjectDiffers(OidcRefused):
    """The userinfo is about somebody else than the ID token (OpenID Connect Core section 5.3.2)."""

    reason = "oidc_subject_differs"
    ja = "利用者情報がIDトークンと別の人のものです。" + _DOUBT_JA
    en = "The userinfo is about somebody else than the ID token. " + _DOUBT_EN


class ExchangeRefused(OidcRefused):
    """The token endpoint said no (RFC 6749 section 5.2). ``error`` is its code."""

    reason = "oidc_exchange_refused"
    ja = "提供元が認可コードの引換えを断りました（{error}）。" + _AGAIN_JA
    en = "The provider refused to exchange the code ({error}). " + _AGAIN_EN


class KeySetRefused(OidcRefused):
    """A JWKS that can't be used."""

    reason = "oidc_key_set_refused"
    ja = "提供元の公開鍵（JWKS）を使えません（{problem}）。"
    en = "The provider's keys (JWKS) can't be used ({problem})."


class MetadataRefused(OidcRefused):
    """A discovery document that can't be used."""

    reason = "oidc_metadata_refused"
    ja = "提供元の公開情報（discovery）を使えません（{problem}）。設定した発行者と一字一句同じか確かめてください。"
    en = (
        "The provider's metadata (discovery) can't be used ({problem}). Check that the issuer is exactly as configured."
    )


class TrustFrameworkDiffers(OidcRefused):
    """The provider verified the person under another framework than was agreed."""

    reason = "oidc_trust_framework_differs"
    ja = "確認の根拠（trust_framework: {found}）が取り決めたもの（{expected}）ではありません。依拠できません。"
    en = "The framework of the verification ({found}) isn't the one agreed ({expected}). It can't be relied on."


class VerifiedClaimsMissing(OidcRefused):
    """A part of ``verified_claims`` that was asked for, or that nothing can be said without, isn't there."""

    reason = "oidc_verified_claims_missing"
    ja = "確認済みの項目「{member}」がありません。提供元が確認しているか、本人が提供に同意したかを確かめてください。"
    en = "The verified item '{member}' is missing. Check that the provider verified it and the person shared it."


class VerifiedClaimsAmbiguous(OidcRefused):
    """More than one set of verified claims fits: nobody can say which is meant."""

    reason = "oidc_verified_claims_ambiguous"
    ja = "確認済みの項目の組が複数あり、どれを使うか決められません。提供元に一組だけを求めてください。"
    en = "More than one set of verified claims fits, and nothing says which is meant. Ask the provider for one."


class ProviderRefused(EvidenceRefused):
    """The operator's own configuration of a provider, or its credential, can't be used."""

    reason = "oidc_provider_refused"
    ja = "提供元の設定を使えません（{problem}）。直して登録し直してください。"
    en = "The provider configuration can't be used ({problem}). Correct it and register it again."


class ProviderNotConfigured(NotCheckable):
    """The document names a provider that isn't among the configured ones."""

    reason = "oidc_provider_not_configured"
    ja = "提供元（{issuer}）が設定されていないため確かめられません。`oidc_provider` として登録してください。"
    en = "The provider ({issuer}) isn't configured, so nothing can be checked. Register it as an `oidc_provider`."


class ProviderKeysMissing(NotCheckable):
    """The provider's keys aren't known here."""

    reason = "oidc_provider_keys_missing"
    ja = "提供元（{issuer}）の公開鍵（jwks）が設定されていないため、署名を確かめられません。設定に加えてください。"
    en = "The keys (jwks) of the provider ({issuer}) aren't configured, so its signature can't be checked. Add them."


class UserinfoUnproven(NotCheckable):
    """Userinfo without a signature in a document alone: only our own record could tell that the provider sent it."""

    reason = "oidc_userinfo_unproven"
    ja = (
        "利用者情報に署名がなく、提供元から受け取った記録も手元にないため、確かめられません。"
        "サインインを受け取ったワークスペースで確かめてください。"
    )
    en = (
        "The userinfo has no signature and there is no record that the provider sent it, so it can't be checked. "
        "Check it in the workspace that received the sign-in."
    )


class ProviderUnreachable(NotCheckable):
    """The provider didn't answer, or not in a way that says anything. Neither valid nor invalid."""

    reason = "oidc_provider_unreachable"
    ja = "提供元に問い合わせできませんでした（{problem}）。時間をおいてもう一度試してください。"
    en = "The provider couldn't be asked ({problem}). Try again later."
