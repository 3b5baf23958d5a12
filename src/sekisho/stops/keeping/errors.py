"""What keeping and ending refuse.

::

    InputRefused
    ├── StopPeriodRefused       a period can't be declared so
    └── UnknownStopCertificate  there is no certificate for this key yet
"""

from __future__ import annotations

from sekisho.errors import InputRefused
from sekisho.stops.words import StopWords


class StopPeriodRefused(StopWords, InputRefused):
    """A period can't be declared so. Fields: ``field``, ``problem``."""

    reason = "stop_period_refused"
    http_status = 422
    ja = "保存期間の「{field}」を受け付けられません（{problem}）。直してもう一度宣言してください。"
    en = "The period's '{field}' can't be accepted ({problem}). Mend it and declare it again."


class UnknownStopCertificate(InputRefused):
    """There is no certificate for this key yet. Fields: ``key``."""

    reason = "unknown_stop_certificate"
    http_status = 404
    ja = "鍵「{key}」の証明書はまだありません。期日の仕事は `sekisho due` で行います。"
    en = "There is no certificate for {key} yet. What is due is done by `sekisho due`."
