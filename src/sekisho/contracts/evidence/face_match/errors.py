"""What can be wrong with a provider's result of a face match.

::

    EvidenceRefused
    ├── FaceMatchRefused
    │   ├── ResultTooLarge          larger than any such result
    │   ├── ResultMalformed         not a signed result in compact form, or claims that aren't in order
    │   ├── HeaderRefused           a header that brings a key or an extension of its own
    │   ├── AlgorithmOther          not the algorithm configured for this key
    │   ├── KeyUnknown              signed with a key that no configured provider has
    │   ├── SignatureWrong          not this key's signature over these claims
    │   ├── IssuerOther, AudienceOther
    │   ├── ResultFromTheFuture, ResultExpired, ResultLivesTooLong
    │   ├── OtherApplication        made for another application, or answers no challenge of ours
    │   ├── ProductOther            a product or version the operator hasn't accepted
    │   ├── LivenessRefused         no living person, or not as the operator asks for it
    │   ├── ReferenceOther          compared with another photo than the document's
    │   ├── ThresholdTooLow         the provider asked for less than the operator accepts
    │   └── NotTheSame              below the threshold, or the provider decided that it is somebody else
    └── ProviderFileRefused         the operator's file about a provider can't be used
    NotCheckable
    └── NoProvider                  no provider is configured
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable

_AGAIN_JA = "顔の照合をもう一度行ってください。"
_AGAIN_EN = "Do the face match again."
_DOUBT_JA = "受け入れず、提供者に確かめてください。"
_DOUBT_EN = "Don't accept it; ask the provider."


class FaceMatchRefused(EvidenceRefused):
    """A result that can't be relied on."""

    reason = "face_match_refused"


class ResultTooLarge(FaceMatchRefused):
    """Larger than any such result."""

    reason = "face_match_too_large"
    ja = "照合結果が大きすぎます（上限 {limit} 文字）。署名された結果だけを送ってください。"
    en = "The result is too large (limit {limit} characters). Send the signed result and nothing else."


class ResultMalformed(FaceMatchRefused):
    """Not a signed result in compact form (RFC 7515 §7.1), or claims that aren't in order."""

    reason = "face_match_malformed"
    ja = "照合結果を読めません（{problem}）。提供者が署名した結果をそのまま送ってください。"
    en = "The result can't be read ({problem}). Send the result as the provider signed it."


class HeaderRefused(FaceMatchRefused):
    """A header that brings a key, the address of one, or an extension (RFC 8725 §3.10)."""

    reason = "face_match_header"
    ja = "照合結果のヘッダーに受け付けない項目（{member}）があります。" + _DOUBT_JA
    en = "The result's header has a member that isn't accepted ({member}). " + _DOUBT_EN


class AlgorithmOther(FaceMatchRefused):
    """Another algorithm than the one configured for the key (RFC 8725 §3.1)."""

    reason = "face_match_algorithm"
    ja = "照合結果の署名方式が、この鍵に設定したものではありません。" + _DOUBT_JA
    en = "The result isn't signed with the algorithm configured for its key. " + _DOUBT_EN


class KeyUnknown(FaceMatchRefused):
    """Signed with a key that no configured provider has."""

    reason = "face_match_key_unknown"
    ja = "照合結果の署名鍵は、設定した提供者のものではありません。提供者が鍵を替えたときは設定を更新してください。"
    en = "No configured provider has the key of this result. Update the configuration if the provider changed keys."


class SignatureWrong(FaceMatchRefused):
    """Not this key's signature over these claims."""

    reason = "face_match_signature"
    ja = "照合結果の署名が正しくありません。改変または偽造の疑いがあります。" + _DOUBT_JA
    en = "The result's signature doesn't verify: altered or forged. " + _DOUBT_EN


class IssuerOther(FaceMatchRefused):
    """Says it is by somebody else than the provider whose key signed it."""

    reason = "face_match_issuer"
    ja = "照合結果の発行者が、鍵の提供者と一致しません。" + _DOUBT_JA
    en = "The result names another issuer than the provider of its key. " + _DOUBT_EN


class AudienceOther(FaceMatchRefused):
    """Made for somebody else."""

    reason = "face_match_audience"
    ja = "照合結果は別の事業者あてのものです。" + _AGAIN_JA
    en = "The result was made for somebody else. " + _AGAIN_EN


class ResultFromTheFuture(FaceMatchRefused):
    """Dated after the moment of the check."""

    reason = "face_match_from_the_future"
    ja = "照合結果の日時が確認の時点より後です。時計を確かめてください。"
    en = "The result is dated after the moment of the check. Check the clocks."


class ResultExpired(FaceMatchRefused):
    """Past its own end."""

    reason = "face_match_expired"
    ja = "照合結果の期限が過ぎています。" + _AGAIN_JA
    en = "The result has expired. " + _AGAIN_EN


class ResultLivesTooLong(FaceMatchRefused):
    """Valid for longer than an application takes: it could be used for others."""

    reason = "face_match_lives_too_long"
    ja = "照合結果の有効期間が長すぎます（上限 {hours} 時間）。" + _DOUBT_JA
    en = "The result is valid for too long (at most {hours} hours). " + _DOUBT_EN


class OtherApplication(FaceMatchRefused):
    """Made for another application, or answers no challenge of ours."""

    reason = "face_match_other_application"
    ja = "照合結果は、この申込みのために行われたものではありません（{problem}）。" + _AGAIN_JA
    en = "The result wasn't made for this application ({problem}). " + _AGAIN_EN


class ProductOther(FaceMatchRefused):
    """By a product or version that the operator hasn't accepted."""

    reason = "face_match_product"
    ja = "受け入れていない製品または版による照合結果です。設定を確かめてください。"
    en = "The result is by a product or version that isn't accepted. Check the configuration."


class LivenessRefused(FaceMatchRefused):
    """No living person before the camera, or not shown as the operator asks for it."""

    reason = "face_match_liveness"
    ja = "生体検知の結果（{found}）を受け入れられません。本人がカメラの前で、もう一度行ってください。"
    en = "The liveness result ({found}) isn't accepted. The person must do it again before the camera."


class ReferenceOther(FaceMatchRefused):
    """Compared with another photo than the document's."""

    reason = "face_match_reference"
    ja = "照合に使われた写真が、書類・チップの写真ではありません。その写真で照合し直してください。"
    en = "The face was compared with another photo than the document's. Compare it with that one."


class ThresholdTooLow(FaceMatchRefused):
    """The provider asked for less than the operator accepts."""

    reason = "face_match_threshold"
    ja = "提供者の基準値（{threshold}）が、受け入れる下限（{minimum}）に足りません。提供者の設定を確かめてください。"
    en = "The provider's threshold ({threshold}) is below the least accepted ({minimum}). Check its settings."


class NotTheSame(FaceMatchRefused):
    """Below the threshold, or the provider decided that it is somebody else."""

    reason = "face_match_not_the_same"
    ja = "同じ人と確認できませんでした（{problem}）。明るい所でもう一度行うか、窓口で確認してください。"
    en = "It wasn't shown to be the same person ({problem}). Try again in good light, or verify in person."


class ProviderFileRefused(EvidenceRefused):
    """The operator's file about a provider can't be used."""

    reason = "face_match_provider_file"
    ja = "提供者のファイル「{name}」を使えません（{problem}）。ファイルを直してください。"
    en = "The provider's file {name} can't be used ({problem}). Correct the file."


class NoProvider(NotCheckable):
    """No provider is configured: nobody's result can be verified."""

    reason = "face_match_no_provider"
    ja = "顔照合の提供者が設定されていません。提供者のファイルを設定してから、もう一度確認してください。"
    en = "No provider of face matches is configured. Configure the provider's file and check again."
