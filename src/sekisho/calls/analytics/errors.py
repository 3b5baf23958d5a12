"""What the tallies, reports and alarms of the calls desk refuse. No error holds a number.

::

    SekishoError
    └── InputRefused
        ├── MonthRefused      no month, or one that there is nothing to report of
        ├── MonthNotOver      a public text is made of whole months only
        ├── UnknownAlarm      there is no such alarm
        ├── AlarmDone         somebody said already what was done
        └── AlarmNoteRefused  what was done isn't said
"""

from __future__ import annotations

from sekisho.calls.words import CallWords
from sekisho.errors import InputRefused


class MonthRefused(CallWords, InputRefused):
    """No month, or one that there is nothing to report of. Fields: ``month``, ``problem``."""

    reason = "call_month_refused"
    http_status = 422
    ja = "「{month}」の報告は作れません（{problem}）。集計のある月を 2026-10 のように指定してください。"
    en = "No report of '{month}' ({problem}). Name a month that has tallies, as 2026-10."


class MonthNotOver(InputRefused):
    """A public text is made of whole months only. Fields: ``month``."""

    reason = "call_month_not_over"
    http_status = 409
    ja = "{month}はまだ終わっていません。公表する文は、月が終わってから作ってください。"
    en = "{month} isn't over. Make public texts once the month is."


class UnknownAlarm(InputRefused):
    """There is no such alarm. Fields: ``alarm``."""

    reason = "unknown_call_alarm"
    http_status = 404
    ja = "警報「{alarm}」はありません。`sekisho call alarms list` で確かめてください。"
    en = "There is no alarm {alarm}. See `sekisho call alarms list`."


class AlarmDone(InputRefused):
    """Somebody said already what was done. Fields: ``alarm``."""

    reason = "call_alarm_done"
    http_status = 409
    ja = "警報「{alarm}」は対応済みと記録されています。"
    en = "It is on record already what was done about alarm {alarm}."


class AlarmNoteRefused(InputRefused):
    """What was done isn't said. No fields."""

    reason = "call_alarm_note_refused"
    http_status = 422
    ja = "何をしたかを1～1000字で書いてください。"
    en = "State what was done, in 1 to 1000 characters."
