"""What the self-test refuses.

::

    SekishoError
    ├── InputRefused
    │   └── CanarySettingRefused    a setting of the self-test can't be accepted
    └── CheckFailed
        └── CanariesNotCaught       numbers that a trunk may not show weren't caught
"""

from __future__ import annotations

from sekisho.calls.words import CallWords
from sekisho.errors import CheckFailed, InputRefused


class CanarySettingRefused(CallWords, InputRefused):
    """A setting of the self-test can't be accepted. Fields: ``field``, ``problem``."""

    reason = "call_canary_setting_refused"
    http_status = 422
    ja = "自己試験の設定「{field}」を受け付けられません（{problem}）。"
    en = "The self-test's '{field}' can't be accepted ({problem})."


class CanariesNotCaught(CheckFailed):
    """Numbers that a trunk may not show weren't caught. Fields: ``canaries``, ``trunks``."""

    reason = "call_canaries_not_caught"
    ja = (
        "表示してはならない番号{canaries}件が止まりません（回線: {trunks}）。合意と規則を確かめ、発行し直してください。"
    )
    en = "{canaries} numbers that may not be shown weren't caught (trunks: {trunks}). Check agreements and rules."
