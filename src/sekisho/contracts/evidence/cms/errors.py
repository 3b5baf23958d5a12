"""Errors of reading and checking signed data.

::

    EvidenceRefused
    ├── DerRefused               not the one encoding DER allows (X.690)
    │   ├── Truncated            ends in the middle of an element
    │   ├── IndefiniteLength     a length left open, as only BER allows
    │   ├── OverlongLength       a length in more bytes than it needs
    │   ├── TrailingBytes        more bytes after the end
    │   ├── TooManyElements      deeper or with more elements than any such file has
    │   ├── NotCanonical         a value in another than its one form
    │   └── UnexpectedElement    another element than the standard has here
    └── SignedDataRefused        well encoded, and not acceptable
        ├── AlgorithmRefused     an algorithm the profile doesn't have
        ├── ParametersRefused    the algorithm's parameters aren't those of the profile
        ├── CurveRefused         parameters of no known curve, though perhaps nearly
        ├── PointRefused         a public point that isn't on its curve
        ├── KeySizeRefused       an RSA key outside the bounds
        ├── DuplicateExtension   a certificate extension that stands twice
        ├── UnknownCritical      a critical extension nobody here understands
        ├── DuplicateAttribute   a signed attribute that stands twice
        ├── MissingAttribute     a signed attribute that must be there
        └── SignatureInvalid     the signature isn't by this key over these bytes
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused

_READ_AGAIN_JA = "ファイルが読取りの途中で壊れていないか確かめ、チップをもう一度読み取ってください。"
_READ_AGAIN_EN = "Check that the file wasn't damaged on the way, and read the chip again."
_DOUBT_JA = "受け入れず、書類そのものを窓口で確かめてください。"
_DOUBT_EN = "Don't accept it; have the document itself examined."


class DerRefused(EvidenceRefused):
    """The bytes are not in the one encoding DER allows (X.690 clauses 8, 10 and 11)."""

    reason = "not_der"


class Truncated(DerRefused):
    """An element says it is longer than what is there."""

    reason = "der_truncated"
    ja = "{at}バイト目: データが途中で終わっています。" + _READ_AGAIN_JA
    en = "Byte {at}: the data ends in the middle of an element. " + _READ_AGAIN_EN


class IndefiniteLength(DerRefused):
    """A length left open (X.690 clause 8.1.3.6), which DER forbids (10.1)."""

    reason = "der_indefinite_length"
    ja = "{at}バイト目: 長さの定まらない要素があります（DERでは使えません）。書類そのものを窓口で確かめてください。"
    en = "Byte {at}: an element of indefinite length, which DER doesn't allow. Have the document itself examined."


class OverlongLength(DerRefused):
    """A length written in more bytes than it needs (X.690 clause 10.1), or in more than four."""

    reason = "der_overlong_length"
    ja = "{at}バイト目: 長さの書き方が冗長です（DERでは使えません）。" + _READ_AGAIN_JA
    en = "Byte {at}: a length in more bytes than it needs, which DER doesn't allow. " + _READ_AGAIN_EN


class TrailingBytes(DerRefused):
    """Bytes after the end of what was to be read."""

    reason = "der_trailing_bytes"
    ja = "{at}バイト目: 終わりの後に余分なデータがあります。" + _READ_AGAIN_JA
    en = "Byte {at}: there are bytes after the end. " + _READ_AGAIN_EN


class TooManyElements(DerRefused):
    """Deeper, or with more elements, than any file of this kind is."""

    reason = "der_too_many_elements"
    ja = "要素が多すぎるか、入れ子が深すぎます（上限: {limit}）。" + _DOUBT_JA
    en = "Too many elements or too deeply nested (limit: {limit}). " + _DOUBT_EN


class NotCanonical(DerRefused):
    """A value in another form than the one DER allows, or in no form of its type."""

    reason = "der_not_canonical"
    ja = "{at}バイト目: 値の書き方がDERの定めと違います（{problem}）。" + _READ_AGAIN_JA
    en = "Byte {at}: a value isn't in DER's form ({problem}). " + _READ_AGAIN_EN


class UnexpectedElement(DerRefused):
    """Another element than the standard has at this place."""

    reason = "der_unexpected_element"
    ja = "{where}: {expected} があるはずの場所に別のものがあります。" + _READ_AGAIN_JA
    en = "{where}: {expected} belongs here, and something else is there. " + _READ_AGAIN_EN


class SignedDataRefused(EvidenceRefused):
    """Well encoded, and not acceptable."""

    reason = "signed_data_refused"


class AlgorithmRefused(SignedDataRefused):
    """An algorithm that the profile doesn't have: unknown, or too weak."""

    reason = "algorithm_refused"
    ja = "{where}: アルゴリズム {algorithm} は受け入れていません。" + _DOUBT_JA
    en = "{where}: the algorithm {algorithm} isn't accepted. " + _DOUBT_EN


class ParametersRefused(SignedDataRefused):
    """An algorithm's parameters differ from those the profile has."""

    reason = "algorithm_parameters_refused"
    ja = "{where}: アルゴリズムのパラメータが定めと違います（{problem}）。" + _DOUBT_JA
    en = "{where}: the algorithm's parameters aren't as they must be ({problem}). " + _DOUBT_EN


class CurveRefused(SignedDataRefused):
    """Curve parameters that are not exactly those of a known curve: accepting nearly equal ones was CVE-2020-0601."""

    reason = "curve_refused"
    ja = "{where}: 楕円曲線のパラメータが既知の曲線と一致しません（{differs}）。偽造の疑いがあります。" + _DOUBT_JA
    en = (
        "{where}: the curve's parameters aren't those of a known curve ({differs}). This may be a forgery. " + _DOUBT_EN
    )


class PointRefused(SignedDataRefused):
    """A public point that isn't on its curve, is at infinity, or isn't written out in full."""

    reason = "point_refused"
    ja = "{where}: 公開鍵の点が曲線上にありません。" + _DOUBT_JA
    en = "{where}: the public point isn't on its curve. " + _DOUBT_EN


class KeySizeRefused(SignedDataRefused):
    """An RSA key outside the bounds of the profile."""

    reason = "key_size_refused"
    ja = "{where}: RSA鍵が範囲外です（{problem}）。" + _DOUBT_JA
    en = "{where}: the RSA key is outside the bounds ({problem}). " + _DOUBT_EN


class DuplicateExtension(SignedDataRefused):
    """A certificate extension that stands twice (RFC 5280 section 4.2 forbids it)."""

    reason = "duplicate_extension"
    ja = "{where}: 同じ拡張（{extension}）が二つあります。" + _DOUBT_JA
    en = "{where}: the extension {extension} stands twice. " + _DOUBT_EN


class UnknownCritical(SignedDataRefused):
    """A critical extension that nobody here understands (RFC 5280 section 4.2)."""

    reason = "unknown_critical_extension"
    ja = "{where}: 必須とされた拡張（{extension}）を解釈できません。" + _DOUBT_JA
    en = "{where}: the critical extension {extension} isn't understood. " + _DOUBT_EN


class DuplicateAttribute(SignedDataRefused):
    """A signed attribute that stands twice or has several values (RFC 5652 sections 11.1 and 11.2)."""

    reason = "duplicate_signed_attribute"
    ja = "署名属性（{attribute}）が重複しています。" + _DOUBT_JA
    en = "The signed attribute {attribute} stands twice or has several values. " + _DOUBT_EN


class MissingAttribute(SignedDataRefused):
    """A signed attribute that must be there isn't (RFC 5652 section 5.3)."""

    reason = "missing_signed_attribute"
    ja = "署名属性（{attribute}）がありません。" + _DOUBT_JA
    en = "The signed attribute {attribute} is missing. " + _DOUBT_EN


class SignatureInvalid(SignedDataRefused):
    """The signature isn't one by this key over these bytes."""

    reason = "signature_invalid"
    ja = "{where}: 署名が正しくありません。偽造か、読取りの誤りです。" + _DOUBT_JA
    en = "{where}: the signature doesn't verify: a forgery, or misread. " + _DOUBT_EN
