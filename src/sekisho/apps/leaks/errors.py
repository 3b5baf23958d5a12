"""What known values are refused for.

::

    SekishoError
    └── InputRefused
        └── ValueNotTelling    it is empty, a placeholder, too short, or not of its kind
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class ValueNotTelling(InputRefused):
    """The value would be found where it wasn't sent. Fields: ``kind``, ``label``. The value itself isn't repeated."""

    reason = "value_not_telling"
    http_status = 422
    ja = (
        "「{label}」（{kind}）の値は空、仮の値、短すぎる値のいずれかか、種類に合わないため探せません。"
        "テスト用に用意した固有の値を指定してください。"
    )
    en = (
        "The value '{label}' ({kind}) is empty, a placeholder, too short or not of its kind, and can't be looked for. "
        "Give one that was made up for the test and is used for nothing else."
    )
