"""Errors of the disclosure desk's reports.

::

    InputRefused
    ├── HalfRefused         not a half-year
    ├── HalfNotOver         a half-year is published once it is over
    ├── NotPublishedYet     nothing was published for it
    ├── NoSuchReport        no leak report has this id
    ├── LeakRefused         a field of a leak report can't be accepted; names the field
    │   └── LeakIncomplete  the detailed report needs every field
    ├── LeakState           the leak report isn't at that point
    ├── LeakMoved           somebody else changed it at the same moment
    └── NotForThem          this request isn't a person's question about their own account
    NotPermitted
    └── SameOfficer         whoever opened a leak report can't find alone that it isn't needed
"""

from __future__ import annotations

from sekisho.errors import InputRefused, NotPermitted


class HalfRefused(InputRefused):
    """Not a half-year. Fields: ``half``."""

    reason = "disclosure_half_refused"
    http_status = 422
    ja = "「{half}」は半期ではありません。「2026-H1」（1〜6月）か「2026-H2」（7〜12月）の形で指定してください。"
    en = "'{half}' is no half-year. Write it as 2026-H1 (January to June) or 2026-H2 (July to December)."


class HalfNotOver(InputRefused):
    """It isn't over. Fields: ``half``, ``last``."""

    reason = "disclosure_half_not_over"
    http_status = 409
    ja = "{half} は {last} まで続いています。その翌日から公表できます。それまでは試算だけができます。"
    en = "{half} runs to the end of {last}. Publish it from the next day on; until then it can only be previewed."


class NotPublishedYet(InputRefused):
    """Nothing was published for it. Fields: ``half``."""

    reason = "disclosure_half_not_published"
    http_status = 404
    ja = "{half} の報告はまだ公表されていません。監査担当者が公表の手続をしてください。"
    en = "No report of {half} was published yet. An auditor of the desk publishes it."


class NoSuchReport(InputRefused):
    """No leak report has this id. Fields: ``report``."""

    reason = "unknown_leak_report"
    http_status = 404
    ja = "漏えいの報告「{report}」はありません。一覧で確かめてください。"
    en = "There is no leak report {report}. See the list."


class LeakRefused(InputRefused):
    """A field of a leak report can't be accepted. Fields: ``field``, ``problem``; never the value."""

    reason = "leak_report_refused"
    http_status = 422
    ja = "漏えいの報告の「{field}」を受け付けられません（{problem}）。直してからもう一度行ってください。"
    en = "The leak report's '{field}' can't be accepted ({problem}). Correct it and repeat."


class LeakIncomplete(LeakRefused):
    """The report lacks fields that it needs: the first few, the detailed one all. Fields: ``field`` (the first that
    lacks), ``problem``, ``missing`` (codes), and in words ``stage_ja``, ``missing_ja`` …"""

    reason = "leak_report_incomplete"
    http_status = 409
    ja = "{stage_ja}に必要な記載がありません（{missing_ja}）。記入してから提出し、提出したことを記録してください。"
    en = "The {stage_en} lacks: {missing_en}. Fill it in, submit it, then record that."


class LeakState(InputRefused):
    """The leak report isn't at that point. Fields: ``report``, ``state``."""

    reason = "leak_report_state"
    http_status = 409
    ja = "漏えいの報告 {report} は「{state}」なので、それはできません。"
    en = "The leak report {report} is '{state}': that isn't possible now."


class LeakMoved(InputRefused):
    """Somebody else changed it at the same moment; nothing was written. Fields: ``report``."""

    reason = "leak_report_moved"
    http_status = 409
    ja = "漏えいの報告 {report} は同時に別の人が変更しました。見直してからもう一度行ってください。"
    en = "Somebody else changed the leak report {report} at the same moment. Look again, then repeat."


class NotForThem(InputRefused):
    """This request isn't a person's question about their own account. Fields: ``case``."""

    reason = "disclosure_not_own_account"
    http_status = 409
    ja = "案件 {case} は、本人と確かめた人からの照会ではありません。本人からの照会として受け付けてください。"
    en = "The case {case} is no question by a person whose identity was proved. Take it in as one first."


class SameOfficer(NotPermitted):
    """Whoever opened a report can't find alone that it isn't needed. Fields: ``report``, ``staff_id``."""

    reason = "leak_report_same_officer"
    ja = "漏えいの報告 {report} を作った {staff_id} だけで「報告は不要」とはできません。別の人が確かめてください。"
    en = "{staff_id} opened the leak report {report} and can't find alone that it isn't needed. A colleague must look."
