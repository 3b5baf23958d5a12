"""Why a study couldn't be made.

::

    InputRefused
    └── StudyRefused       a number that can't be so; names the field
        └── TooFewTimes    too few measured times to stand for a stage
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class StudyRefused(InputRefused):
    """A number that can't be so. Fields: ``field``, ``problem``."""

    reason = "retention_study_refused"
    http_status = 422
    ja = "保存期間の検討の「{field}」を受け付けられません（{problem}）。値を直してください。"
    en = "The retention study's '{field}' can't be accepted ({problem}). Correct it."


class TooFewTimes(StudyRefused):
    """Too few measured times to stand for a stage. Fields: ``field``, ``problem``, ``count``, ``needed``."""

    reason = "too_few_stage_times"
    ja = "段階「{field}」の実測は{count}件です。{needed}件そろうまでは、既定値か見積りを使ってください。"
    en = "Stage '{field}' has {count} measured times; until there are {needed}, use the default or an estimate."
