"""Why a personal value was not stored.

::

    InputRefused
    └── PersonalValueRefused     not JSON, or too long
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class PersonalValueRefused(InputRefused):
    """The value cannot be stored. Fields: ``table``, ``column``, ``problem``; never the value itself."""

    reason = "personal_value_refused"
    ja = "{table}.{column} の値を保存できません（{problem}）。1MB以内のJSONの値にしてください。"
    en = "The value for {table}.{column} cannot be stored ({problem}). Give a JSON value of at most 1 MB."
