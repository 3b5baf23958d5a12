"""What can be wrong with a certificate, a revocation list or an OCSP answer.

::

    EvidenceRefused
    ├── DerRefused                  not strict DER (X.690), or not the structure expected
    │   ├── TooBig                  larger than anything of its kind
    │   ├── TooDeep                 nested deeper, or in more elements, than anything of its kind
    │   ├── Truncated               ends before its own length says
    │   ├── TrailingBytes           goes on after its end
    │   ├── IndefiniteLength        BER's indefinite length
    │   ├── LengthNotMinimal        a length written longer than it needs to be
    │   ├── WrongStructure          strict DER, but not what stands at this place
    │   └── DuplicateExtension      an extension twice: readers would disagree about which counts
    └── CertificateRefused
        ├── UnsuitableKey           not RSA of the size and exponent the profile has, or not a key at all
        ├── UnsuitableAlgorithm     signed otherwise than with RSA, PKCS #1 v1.5 and SHA-256
        ├── NotAnAuthority          the certificate given as a CA isn't one
        ├── IssuerUnknown           no configured CA issued it
        ├── IssuerSignatureWrong    names a configured CA, which didn't sign it
        ├── NotYetValid, Expired    outside its validity at the moment asked about
        ├── LeafIsAuthority         a CA or self-signed certificate in a person's place
        └── CriticalExtensionUnknown
    NotCheckable
    ├── CrlUnusable                 the operator's list can't answer: says nothing about the certificate
    │   ├── CrlUnreadable, CrlSignatureWrong, CrlOfAnotherIssuer, CrlScope
    │   ├── CrlFromTheFuture        dated after the moment asked about
    │   ├── CrlExpired              its next update is past: fails closed
    │   └── CrlMissing              no list covers this certificate
    └── OcspUnusable
        ├── OcspUnreadable, OcspNotSuccessful, OcspSignatureWrong, OcspResponderUnknown
        ├── OcspOtherCertificate    answers about another certificate
        ├── OcspNonceWrong          not the answer to our question
        └── OcspFromTheFuture, OcspExpired
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable


class DerRefused(EvidenceRefused):
    """Not strict DER, or not the structure expected."""

    reason = "der_refused"


class TooBig(DerRefused):
    """Larger than anything of its kind."""

    reason = "der_too_big"
    ja = "{what}が大きすぎます（上限 {limit} バイト）。正しいファイルか確かめてください。"
    en = "The {what} is too large (limit {limit} bytes). Check that it is the right file."


class TooDeep(DerRefused):
    """Nested deeper, or made of more elements, than anything of its kind."""

    reason = "der_too_deep"
    ja = "{what}の構造が複雑すぎます（上限 {limit}）。正しいファイルか確かめてください。"
    en = "The {what} is nested too deeply or has too many parts (limit {limit}). Check that it is the right file."


class Truncated(DerRefused):
    """Ends before its own length says it does."""

    reason = "der_truncated"
    ja = "{what}が途中で切れています。読み取りからやり直してください。"
    en = "The {what} is cut off. Read it again from the start."


class TrailingBytes(DerRefused):
    """Goes on after its end."""

    reason = "der_trailing_bytes"
    ja = "{what}の後に余分なデータがあります。読み取りからやり直してください。"
    en = "There is data after the end of the {what}. Read it again from the start."


class IndefiniteLength(DerRefused):
    """BER's indefinite length, which DER forbids (X.690 §10.1)."""

    reason = "der_indefinite_length"
    ja = "{what}に不定長の符号があります（DERではありません）。読み取ったままのデータを送ってください。"
    en = "The {what} has an indefinite length, so it isn't DER. Send the data as it was read."


class LengthNotMinimal(DerRefused):
    """A length written longer than it needs to be, which DER forbids (X.690 §10.1)."""

    reason = "der_length_not_minimal"
    ja = "{what}に冗長な長さの符号があります（DERではありません）。読み取ったままのデータを送ってください。"
    en = "The {what} has an overlong length, so it isn't DER. Send the data as it was read."


class WrongStructure(DerRefused):
    """Strict DER, but not what stands at this place."""

    reason = "der_wrong_structure"
    ja = "{what}の構造が正しくありません（{expected}）。正しいファイルか確かめてください。"
    en = "The {what} doesn't have the structure expected ({expected}). Check that it is the right file."


class DuplicateExtension(DerRefused):
    """An extension that stands twice: two readers would disagree about which counts (RFC 5280 §4.2)."""

    reason = "duplicate_extension"
    ja = "{what}に同じ拡張（{oid}）が2つあります。この証明書は使えません。"
    en = "The {what} has the extension {oid} twice. It can't be used."


class CertificateRefused(EvidenceRefused):
    """The certificate can't be relied on."""

    reason = "certificate_refused"


class UnsuitableKey(CertificateRefused):
    """Not RSA of the size and exponent the profile has, or no key at all."""

    reason = "unsuitable_key"
    ja = "証明書の公開鍵が使えません（{expected}）。正しい証明書か確かめてください。"
    en = "The certificate's public key can't be used ({expected}). Check that it is the right certificate."


class UnsuitableAlgorithm(CertificateRefused):
    """Signed with an algorithm the profile doesn't have."""

    reason = "unsuitable_algorithm"
    ja = "証明書の署名方式が使えません（{expected}）。正しい証明書か確かめてください。"
    en = "The certificate's signature algorithm can't be used ({expected}). Check that it is the right certificate."


class NotAnAuthority(CertificateRefused):
    """The certificate configured as an authority isn't one. The operator's fault."""

    reason = "not_an_authority"
    ja = "信頼する認証局として設定された証明書が認証局のものではありません（{problem}）。設定を直してください。"
    en = "The certificate configured as a trusted authority isn't one ({problem}). Correct the configuration."


class IssuerUnknown(CertificateRefused):
    """No configured authority has the name of its issuer."""

    reason = "issuer_unknown"
    ja = "この証明書の発行者は信頼する認証局にありません。証明書の種類と、設定した認証局の世代を確かめてください。"
    en = "No trusted authority issued this certificate. Check its kind and the generations of authorities configured."


class IssuerSignatureWrong(CertificateRefused):
    """Bears the name of a configured authority, which didn't sign it."""

    reason = "issuer_signature_wrong"
    ja = "証明書は信頼する認証局の名を持ちますが、署名は違います。偽造のおそれがあるので、受け付けないでください。"
    en = "The certificate names a trusted authority that didn't sign it. It may be forged; don't accept it."


class NotYetValid(CertificateRefused):
    """Not valid yet at the moment asked about."""

    reason = "certificate_not_yet_valid"
    ja = "証明書はまだ有効ではありません（{not_before} から）。時計を確かめてください。"
    en = "The certificate isn't valid yet (from {not_before}). Check the clock."


class Expired(CertificateRefused):
    """No longer valid at the moment asked about."""

    reason = "certificate_expired"
    ja = "証明書の有効期間が過ぎています（{not_after} まで）。市区町村の窓口で更新してから、お申し込みください。"
    en = "The certificate has expired ({not_after}). Have it renewed at the municipal office, then apply again."


class LeafIsAuthority(CertificateRefused):
    """A certificate of an authority, or one signed by itself, where a person's belongs."""

    reason = "leaf_is_authority"
    ja = "利用者の証明書の代わりに、認証局または自己署名の証明書が送られました。受け付けないでください。"
    en = "An authority's or self-signed certificate was sent in place of a person's. Don't accept it."


class CriticalExtensionUnknown(CertificateRefused):
    """A critical extension that nobody here understands (RFC 5280 §4.2: then the certificate can't be used)."""

    reason = "critical_extension_unknown"
    ja = "証明書に扱えない必須の拡張（{oid}）があります。プロファイルの改定を確かめてください。"
    en = "The certificate has a critical extension that isn't known ({oid}). Check whether its profile was revised."


class CrlUnusable(NotCheckable):
    """The revocation list can't answer."""

    reason = "crl_unusable"


class CrlUnreadable(CrlUnusable):
    """Not a revocation list in strict DER."""

    reason = "crl_unreadable"
    ja = "失効リスト（CRL）を読めません（{problem}）。取得し直してください。"
    en = "The revocation list can't be read ({problem}). Fetch it again."


class CrlSignatureWrong(CrlUnusable):
    """Not signed by the authority whose name it bears."""

    reason = "crl_signature_wrong"
    ja = "失効リスト（CRL）の署名が認証局のものではありません。取得元を確かめて取得し直してください。"
    en = "The revocation list isn't signed by the authority. Check where it comes from and fetch it again."


class CrlOfAnotherIssuer(CrlUnusable):
    """Of an authority that didn't issue the certificate."""

    reason = "crl_of_another_issuer"
    ja = "失効リスト（CRL）は別の認証局のものです。認証局と世代を確かめてください。"
    en = "The revocation list is another authority's. Check the authority and its generation."


class CrlScope(CrlUnusable):
    """Covers only some certificates or reasons, or is a delta or indirect list."""

    reason = "crl_scope"
    ja = "この種類の失効リスト（CRL）では答えられません（{problem}）。完全なリストを取得してください。"
    en = "This kind of revocation list can't answer ({problem}). Fetch the complete list."


class CrlFromTheFuture(CrlUnusable):
    """Dated after the moment asked about."""

    reason = "crl_from_the_future"
    ja = "失効リスト（CRL）の日時（{this_update}）が確認の時点より後です。時計を確かめてください。"
    en = "The revocation list is dated {this_update}, after the moment of the check. Check the clock."


class CrlExpired(CrlUnusable):
    """Its next update is past: whoever was revoked since isn't on it."""

    reason = "crl_expired"
    ja = "失効リスト（CRL）の期限（{next_update}）が過ぎています。新しいものを取得してからもう一度確認してください。"
    en = "The revocation list ran out at {next_update}. Fetch a current one and check again."


class CrlMissing(CrlUnusable):
    """No list that is held covers this certificate."""

    reason = "crl_missing"
    ja = "この証明書を対象とする失効リスト（CRL）がありません。取得してからもう一度確認してください。"
    en = "No revocation list covers this certificate. Fetch it and check again."


class OcspUnusable(NotCheckable):
    """The OCSP answer can't be used."""

    reason = "ocsp_unusable"


class OcspUnreadable(OcspUnusable):
    """Not an OCSP response in strict DER."""

    reason = "ocsp_unreadable"
    ja = "OCSP応答を読めません（{problem}）。もう一度問い合わせてください。"
    en = "The OCSP response can't be read ({problem}). Ask again."


class OcspNotSuccessful(OcspUnusable):
    """The responder says that it couldn't answer."""

    reason = "ocsp_not_successful"
    ja = "OCSP応答者が答えませんでした（状態 {status}）。時間をおいて問い合わせてください。"
    en = "The OCSP responder gave no answer (status {status}). Ask again later."


class OcspSignatureWrong(OcspUnusable):
    """Not signed by the responder it names."""

    reason = "ocsp_signature_wrong"
    ja = "OCSP応答の署名が正しくありません。応答者を確かめてください。"
    en = "The OCSP response isn't signed by its responder. Check the responder."


class OcspResponderUnknown(OcspUnusable):
    """Signed by somebody the authority didn't appoint (RFC 6960 §4.2.2.2)."""

    reason = "ocsp_responder_unknown"
    ja = "OCSP応答者は認証局に認められていません。問い合わせ先を確かめてください。"
    en = "The OCSP responder isn't authorised by the authority. Check whom you ask."


class OcspOtherCertificate(OcspUnusable):
    """Answers about another certificate."""

    reason = "ocsp_other_certificate"
    ja = "OCSP応答は別の証明書についてのものです。もう一度問い合わせてください。"
    en = "The OCSP response is about another certificate. Ask again."


class OcspNonceWrong(OcspUnusable):
    """Not the answer to our question: an old answer could be played back (RFC 9654)."""

    reason = "ocsp_nonce_wrong"
    ja = "OCSP応答は今回の問合せへの答えではありません（ノンス不一致）。もう一度問い合わせてください。"
    en = "The OCSP response doesn't answer this question (nonce mismatch). Ask again."


class OcspFromTheFuture(OcspUnusable):
    """Dated after the moment asked about."""

    reason = "ocsp_from_the_future"
    ja = "OCSP応答の日時（{this_update}）が確認の時点より後です。時計を確かめてください。"
    en = "The OCSP response is dated {this_update}, after the moment of the check. Check the clock."


class OcspExpired(OcspUnusable):
    """Its next update is past."""

    reason = "ocsp_expired"
    ja = "OCSP応答の期限（{next_update}）が過ぎています。もう一度問い合わせてください。"
    en = "The OCSP response ran out at {next_update}. Ask again."
