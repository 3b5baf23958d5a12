"""What can be wrong with a format, as opposed to a record of it.

::

    InputRefused
    ├── LineFormatRefused    a file of templates can't be accepted; names file, line and reason
    ├── FormatSettingRefused a source's setting for its format can't be accepted
    └── ColumnsMissing       an input has a header, and columns that are needed aren't in it
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class LineFormatRefused(InputRefused):
    """A file of templates says something that lines can't be read by. Fields: ``file``, ``line``, ``problem``."""

    reason = "line_format_refused"
    ja = "ログの書式を読み込めません。{file} {line}行目: {problem}。直してからもう一度登録してください。"
    en = "The log format was not loaded. {file} line {line}: {problem}. Correct it and register it again."


class FormatSettingRefused(InputRefused):
    """A source's setting isn't one its format can read by. Fields: ``field``, ``problem``."""

    reason = "format_setting_refused"
    ja = "ログの出所の設定「{field}」が正しくありません（{problem}）。直してからもう一度登録してください。"
    en = "The source's setting '{field}' can't be accepted ({problem}). Correct it and register it again."


class ColumnsMissing(InputRefused):
    """Columns that are needed aren't in an input's header. Fields: ``format``, ``missing``, ``found``."""

    reason = "columns_missing"
    ja = (
        "{format} として読むのに必要な列がありません: {missing}。見つかった列: {found}。取り込んでいません。"
        "書き出しをやり直すか、出所の設定 columns で列の名前を対応させてください。"
    )
    en = (
        "Columns that {format} needs are missing: {missing}. Found: {found}. Nothing was taken in. "
        "Export them, or map their names in the source's setting 'columns'."
    )
