"""What is refused apart from any call: a list that can't be relied on, a number that isn't ours to sign.

::

    InputRefused
    ├── RevocationListRefused     not used; what it would have covered stays unknown
    └── SigningRefused            nothing was signed
        ├── NotOwnNumber, OwnNumbersNotCovered
        └── KeyDiffers, NothingToSign
"""

from __future__ import annotations

from sekisho.calls.words import CallWords
from sekisho.errors import InputRefused


class RevocationListRefused(CallWords, InputRefused):
    """A revocation list that can't be relied on. It is not used; what it would have covered stays unknown."""

    reason = "stir_revocation_list_refused"
    ja = "失効リスト（CRL）を使えません（{problem}）。取得し直してください。"
    en = "The revocation list can't be used ({problem}). Fetch it again."


class SigningRefused(InputRefused):
    """Nothing was signed."""

    reason = "stir_signing_refused"


class NotOwnNumber(SigningRefused):
    """Not one of the operator's own numbers: signing it would be spoofing."""

    reason = "stir_not_own_number"
    http_status = 403
    ja = "自網の番号ではないため署名しません。番号または自網番号の設定を確かめてください。"
    en = "It isn't one of your own numbers, so nothing was signed. Check the number or the list of your numbers."


class OwnNumbersNotCovered(SigningRefused):
    """The own numbers configured go beyond what the certificate is for."""

    reason = "stir_own_numbers_not_covered"
    ja = "自網番号の設定が証明書の対象を超えています（{number}）。証明書か設定を直してください。"
    en = "Your numbers go beyond what the certificate is for ({number}). Correct one of them."


class KeyDiffers(SigningRefused):
    """The certificate is for another key."""

    reason = "stir_key_differs"
    ja = "証明書は別の鍵のものです。鍵と証明書の組を確かめてください。"
    en = "The certificate is for another key. Check which key and certificate belong together."


class NothingToSign(CallWords, SigningRefused):
    """The call has no destination, or too many."""

    reason = "stir_nothing_to_sign"
    ja = "署名する内容が足りません（{expected}）。入力を確かめてください。"
    en = "There is nothing that can be signed ({expected}). Check the input."
