"""What keeping and ending refuse.

::

    InputRefused
    ├── PeriodRefused          a period can't be declared so
    └── UnknownCallCertificate there is no certificate for this key yet
"""

from __future__ import annotations

from sekisho.calls.words import CallWords
from sekisho.errors import InputRefused


class PeriodRefused(CallWords, InputRefused):
    """A period can't be declared so. Fields: ``field``, ``problem``."""

    reason = "call_period_refused"
    http_status = 422
    ja = "保存期間の「{field}」を受け付けられません（{problem}）。直してもう一度宣言してください。"
    en = "The period's '{field}' can't be accepted ({problem}). Mend it and declare it again."


class UnknownCallCertificate(InputRefused):
    """There is no certificate for this key yet. Fields: ``key``."""

    reason = "unknown_call_certificate"
    http_status = 404
    ja = "鍵「{key}」の証明書はまだありません。期日の仕事は `sekisho due` で行います。"
    en = "There is no certificate for {key} yet. What is due is done by `sekisho due`."
