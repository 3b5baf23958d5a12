"""What the self-test refuses.

::

    SekishoError
    └── InputRefused
        └── CanarySettingRefused    a setting of the self-test can't be accepted
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class CanarySettingRefused(InputRefused):
    """A setting of the self-test can't be accepted. Fields: ``field``, ``problem``."""

    reason = "call_canary_setting_refused"
    http_status = 422
    ja = "自己試験の設定「{field}」を受け付けられません（{problem}）。"
    en = "The self-test's '{field}' can't be accepted ({problem})."
