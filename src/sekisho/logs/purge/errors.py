"""What can go wrong with a purge.

::

    InputRefused
    ├── NotDue                 the day may still be kept
    └── UnknownLogCertificate  no purge of this day, or release of this hold, has been certified
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class NotDue(InputRefused):
    """The day may still be kept, or no policy says how long. Fields: ``kind``, ``day``, ``last``."""

    reason = "log_day_not_due"
    http_status = 409
    ja = "{kind} の {day} はまだ消去の期日ではありません（最後の日: {last}）。"
    en = "{kind} on {day} isn't due yet (last day: {last})."


class UnknownLogCertificate(InputRefused):
    """No purge of this day, or release of this hold, has been certified. Fields: ``key``."""

    reason = "unknown_log_certificate"
    http_status = 404
    ja = "「{key}」の消去の証明書はありません。`sekisho log certificate list` で確かめてください。"
    en = "There is no certificate for {key}. See `sekisho log certificate list`."
