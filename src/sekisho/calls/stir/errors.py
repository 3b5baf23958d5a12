"""Why an Identity header doesn't vouch for the caller, or why nobody could tell.

::

    StirFault (InputRefused)              has the SIP answer of RFC 8224 §6.2.2 for whoever refuses because of it
    ├── IdentityInvalid                   checked, and it is wrong
    │   ├── Malformed            438      TooLong, HeaderNotReadable, ParameterTwice, TokenNotReadable, HeaderWrong,
    │   │                                 ClaimsWrong, ParameterDiffers, CompactNotAllowed, NumberNotReadable
    │   ├── InfoWrong            436      info missing, not https, or not the token's x5u
    │   ├── Stale, DateMissing   403      too old, from the future, or undated
    │   ├── SignatureWrong, CallerDiffers, DestinationDiffers, DiversionBroken,
    │   │   NumberNotCovered, ClaimNotPermitted                                              438
    │   └── CredentialInvalid    437      CertificateNotReadable, PathWrong, IssuerSignatureWrong, NotYetValid, Expired,
    │                                     Revoked
    └── IdentityUncheckable               says nothing about the call, neither good nor bad
        ├── IdentityAbsent, ExtensionUnsupported                                             428
        ├── CredentialMissing, CredentialUnavailable                                         436
        └── AlgorithmUnsupported, IssuerUnknown, RevocationUnknown, NumbersElsewhere,
            ProviderNumbersUnknown, CallerIsAddress                                          437

What is refused before any call: :mod:`sekisho.calls.stir.refusals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sekisho.calls.words import CallWords
from sekisho.errors import InputRefused


@dataclass(frozen=True, slots=True)
class SipAnswer:
    """A final SIP answer: status code and reason phrase."""

    code: int
    phrase: str


STALE_DATE = SipAnswer(403, "Stale Date")
USE_IDENTITY_HEADER = SipAnswer(428, "Use Identity Header")
BAD_IDENTITY_INFO = SipAnswer(436, "Bad Identity Info")
UNSUPPORTED_CREDENTIAL = SipAnswer(437, "Unsupported Credential")
INVALID_IDENTITY_HEADER = SipAnswer(438, "Invalid Identity Header")
"""The five answers of RFC 8224 §6.2.2, with its phrases."""


class StirFault(CallWords, InputRefused):
    """Why an Identity header counts for nothing. ``answer`` is for an operator who refuses because of it."""

    reason = "stir_fault"
    http_status = 422
    answer: ClassVar[SipAnswer] = INVALID_IDENTITY_HEADER


class IdentityInvalid(StirFault):
    """Checked, and wrong."""

    reason = "stir_invalid"


class IdentityUncheckable(StirFault):
    """Not checked: says nothing about the call."""

    reason = "stir_could_not_check"
    answer = UNSUPPORTED_CREDENTIAL


class Malformed(IdentityInvalid):
    """Not what RFC 8224 §4 and RFC 8225 describe."""

    reason = "stir_malformed"


class TooLong(Malformed):
    """Larger, or more of them, than anything that belongs in a call."""

    reason = "stir_too_long"
    ja = "{what}が大きすぎます（上限 {limit}）。送信元の網に知らせてください。"
    en = "The {what} is too large (limit {limit}). Tell the network it came from."


class HeaderNotReadable(Malformed):
    """An Identity header field that doesn't follow the grammar of RFC 8224 §4.1."""

    reason = "stir_header_not_readable"
    ja = "Identityヘッダーを読めません（{expected}）。送信元の網に知らせてください。"
    en = "The Identity header can't be read ({expected}). Tell the network it came from."


class ParameterTwice(Malformed):
    """A parameter, or a name in JSON, that stands twice: two readers would disagree about which counts."""

    reason = "stir_parameter_twice"
    ja = "「{name}」が2回書かれています。送信元の網に知らせてください。"
    en = "'{name}' stands twice. Tell the network it came from."


class TokenNotReadable(Malformed):
    """Not a PASSporT: no three parts, not base64url, not JSON."""

    reason = "stir_token_not_readable"
    ja = "PASSporTを読めません（{expected}）。送信元の網に知らせてください。"
    en = "The PASSporT can't be read ({expected}). Tell the network it came from."


class HeaderWrong(Malformed):
    """The token's header isn't that of a PASSporT (RFC 8225 §4)."""

    reason = "stir_token_header_wrong"
    ja = "PASSporTのヘッダーが正しくありません（{expected}）。送信元の網に知らせてください。"
    en = "The PASSporT's header is wrong ({expected}). Tell the network it came from."


class ClaimsWrong(Malformed):
    """The token's claims aren't those its kind must have (RFC 8225 §5, RFC 8588 §4-5, RFC 8946 §3)."""

    reason = "stir_claims_wrong"
    ja = "PASSporTの内容が正しくありません（{expected}）。送信元の網に知らせてください。"
    en = "The PASSporT's claims are wrong ({expected}). Tell the network it came from."


class ParameterDiffers(Malformed):
    """A parameter beside the token says something else than the token (RFC 8224 §4.1)."""

    reason = "stir_parameter_differs"
    ja = "Identityヘッダーの「{name}」がPASSporTと一致しません。送信元の網に知らせてください。"
    en = "The Identity header's '{name}' differs from the PASSporT's. Tell the network it came from."


class CompactNotAllowed(Malformed):
    """A compact form of a kind whose claims can't be rebuilt from the SIP request."""

    reason = "stir_compact_not_allowed"
    ja = "「{ppt}」のPASSporTは省略形では検証できません。送信元の網に知らせてください。"
    en = "A PASSporT of the kind '{ppt}' can't be checked in its compact form. Tell the network it came from."


class NumberNotReadable(Malformed):
    """Not a telephone number or address that can be brought into one form (RFC 8224 §8)."""

    reason = "stir_number_not_readable"
    ja = "番号またはアドレスを正規の形にできません（{expected}）。ヘッダーの値を確かめてください。"
    en = "The number or address has no canonical form ({expected}). Check the header's value."


class InfoWrong(IdentityInvalid):
    """Where the certificate is said to be isn't a place to take one from."""

    reason = "stir_info_wrong"
    answer = BAD_IDENTITY_INFO
    ja = "証明書の所在（info・x5u）が正しくありません（{expected}）。送信元の網に知らせてください。"
    en = "Where the certificate is to be found (info, x5u) is wrong ({expected}). Tell the network it came from."


class Stale(IdentityInvalid):
    """Signed too long ago, or in the future: perhaps taken from another call."""

    reason = "stir_stale"
    answer = STALE_DATE
    ja = "署名の時刻（{signed_at}）が許容範囲（前後{seconds}秒）を外れています。時計を確かめてください。"
    en = "Signed at {signed_at}, more than {seconds} s away. Check the clocks; the token may be replayed."


class DateMissing(IdentityInvalid):
    """A compact form without a Date header: there is nothing to rebuild ``iat`` from (RFC 8224 §6.2)."""

    reason = "stir_date_missing"
    answer = STALE_DATE
    ja = "省略形のPASSporTにDateヘッダーがありません。送信元の網に知らせてください。"
    en = "A compact PASSporT came without a Date header. Tell the network it came from."


class SignatureWrong(IdentityInvalid):
    """The signature isn't the certificate's over this token."""

    reason = "stir_signature_wrong"
    ja = "PASSporTの署名が正しくありません。改ざん、または途中での書換えが考えられます。"
    en = "The PASSporT's signature is wrong: forged, or changed on the way."


class CallerDiffers(IdentityInvalid):
    """Signed for another caller than the call shows."""

    reason = "stir_caller_differs"
    ja = "署名された発信者が、呼の示す発信者と違います。発信者番号の偽装が考えられます。"
    en = "It was signed for another caller than the call shows: the number may be spoofed."


class DestinationDiffers(IdentityInvalid):
    """Signed for another destination: perhaps taken from another call."""

    reason = "stir_destination_differs"
    ja = "署名された着信先が、呼の着信先と違います。別の呼からの流用または未署名の転送が考えられます。"
    en = "It was signed for another destination: taken from another call, or diverted without a signature."


class DiversionBroken(IdentityInvalid):
    """Diversions that don't lead from the number first called to this one (RFC 8946 §4.2)."""

    reason = "stir_diversion_broken"
    ja = "転送の署名（div）が元の着信先からつながっていません。転送元の網に知らせてください。"
    en = "The diversions' signatures don't lead here from the number first called. Tell the network that diverted."


class NumberNotCovered(IdentityInvalid):
    """The certificate isn't for this number (RFC 8226 §9)."""

    reason = "stir_number_not_covered"
    ja = "署名者の証明書はこの番号を対象としていません。発信者番号の偽装が考えられます。"
    en = "The signer's certificate isn't for this number: it may be spoofed."


class ClaimNotPermitted(IdentityInvalid):
    """A claim the certificate forbids, or lacks one it demands (RFC 8226 §8, RFC 9118)."""

    reason = "stir_claim_not_permitted"
    ja = "証明書が許さないPASSporTの内容です（{claim}）。署名者の網に知らせてください。"
    en = "The certificate doesn't permit what the PASSporT says ({claim}). Tell the signer's network."


class CredentialInvalid(IdentityInvalid):
    """The certificate can't be relied on."""

    reason = "stir_credential_invalid"
    answer = UNSUPPORTED_CREDENTIAL


class CertificateNotReadable(CredentialInvalid):
    """Not a certificate chain in strict DER or PEM, or an extension that isn't what its standard says."""

    reason = "stir_certificate_not_readable"
    ja = "証明書を読めません（{expected}）。配布元を確かめてください。"
    en = "The certificate can't be read ({expected}). Check where it comes from."


class PathWrong(CredentialInvalid):
    """A certificate in the path isn't made for its place (RFC 5280 §6.1, RFC 8226 §5)."""

    reason = "stir_path_wrong"
    ja = "証明書の経路が正しくありません（{expected}）。署名者の網に知らせてください。"
    en = "The certificate's path is wrong ({expected}). Tell the signer's network."


class IssuerSignatureWrong(CredentialInvalid):
    """Names a trusted authority that didn't sign it."""

    reason = "stir_issuer_signature_wrong"
    ja = "証明書は信頼する認証局の名を持ちますが、署名は違います。偽造のおそれがあります。"
    en = "The certificate names a trusted authority that didn't sign it. It may be forged."


class NotYetValid(CredentialInvalid):
    """Not valid yet when the call came, or when the token was signed."""

    reason = "stir_certificate_not_yet_valid"
    ja = "証明書はまだ有効ではありません（{not_before} から）。時計を確かめてください。"
    en = "The certificate isn't valid yet (from {not_before}). Check the clocks."


class Expired(CredentialInvalid):
    """No longer valid when the call came."""

    reason = "stir_certificate_expired"
    ja = "証明書の有効期間が過ぎています（{not_after} まで）。署名者の網に知らせてください。"
    en = "The certificate has expired ({not_after}). Tell the signer's network."


class Revoked(CredentialInvalid):
    """Revoked by its authority."""

    reason = "stir_certificate_revoked"
    ja = "証明書は失効しています（{revoked_at}）。この署名を信用しないでください。"
    en = "The certificate was revoked ({revoked_at}). Don't rely on the signature."


class IdentityAbsent(IdentityUncheckable):
    """No Identity header: as good as every call in Japan today. Says nothing about the caller."""

    reason = "stir_absent"
    answer = USE_IDENTITY_HEADER
    ja = "Identityヘッダーがありません。署名以外の確認によってください。"
    en = "There is no Identity header. Rely on the other checks."


class ExtensionUnsupported(IdentityUncheckable):
    """A kind of PASSporT that isn't known here (RFC 8225 §8.1); RFC 8224 §6.2 has it ignored."""

    reason = "stir_extension_unsupported"
    answer = USE_IDENTITY_HEADER
    ja = "この種類のPASSporT（{ppt}）は扱いません。署名以外の確認によってください。"
    en = "This kind of PASSporT ({ppt}) isn't supported. Rely on the other checks."


class CredentialMissing(IdentityUncheckable):
    """The certificate at ``url`` isn't held: fetch it, the next call can be checked."""

    reason = "stir_credential_missing"
    answer = BAD_IDENTITY_INFO
    ja = "証明書がまだ手元にありません（{url}）。取得すれば次の呼から検証できます。"
    en = "The certificate isn't held yet ({url}). Once it is fetched, the next call can be checked."


class CredentialUnavailable(IdentityUncheckable):
    """The certificate couldn't be fetched."""

    reason = "stir_credential_unavailable"
    answer = BAD_IDENTITY_INFO
    ja = "証明書を取得できませんでした（{url}、{problem}）。配布元が許可されているか確かめてください。"
    en = "The certificate couldn't be fetched ({url}, {problem}). Check whether its host is allowed and reachable."


class AlgorithmUnsupported(IdentityUncheckable):
    """Signed otherwise than with ES256, the one algorithm of RFC 8225 §6."""

    reason = "stir_algorithm_unsupported"
    ja = "署名方式（{alg}）に対応していません（ES256のみ）。署名以外の確認によってください。"
    en = "The algorithm {alg} isn't supported (only ES256). Rely on the other checks."


class IssuerUnknown(IdentityUncheckable):
    """No configured authority issued the certificate: perhaps another country's, perhaps anybody's."""

    reason = "stir_issuer_unknown"
    ja = "証明書の発行者は設定した認証局にありません。その国・制度の認証局を信頼するか決めてください。"
    en = "No configured authority issued the certificate. Decide whether to trust its country's authorities."


class RevocationUnknown(IdentityUncheckable):
    """No current revocation list covers the certificate."""

    reason = "stir_revocation_unknown"
    ja = "証明書の失効を確認できません（{problem}）。新しい失効リストを取得してください。"
    en = "Whether the certificate is revoked isn't known ({problem}). Fetch a current revocation list."


class NumbersElsewhere(IdentityUncheckable):
    """The certificate only says where its numbers are listed (RFC 8226 §10.1), which isn't followed here."""

    reason = "stir_numbers_elsewhere"
    ja = "証明書の対象番号が別の場所にあり、確認していません。署名以外の確認によってください。"
    en = "The certificate keeps its numbers in another place, which isn't looked up. Rely on the other checks."


class ProviderNumbersUnknown(IdentityUncheckable):
    """The certificate is for a provider, and which numbers that provider holds isn't configured."""

    reason = "stir_provider_numbers_unknown"
    ja = "証明書は事業者（{code}）のもので、その番号の範囲が設定されていません。番号の範囲を設定してください。"
    en = "The certificate is for the provider {code}, whose numbers aren't configured. Configure them."


class CallerIsAddress(IdentityUncheckable):
    """The caller is a SIP address, not a telephone number: TNAuthList says nothing about addresses."""

    reason = "stir_caller_is_address"
    ja = "発信者が電話番号でなくアドレスです。電話番号の証明書では確認できません。"
    en = "The caller is an address, not a telephone number; a certificate for numbers can't vouch for it."
