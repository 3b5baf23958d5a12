"""Errors of the intake: what can't be read at all. What can be read and isn't right is a finding, not an error.

::

    InputRefused
    ├── CaseRefused          (sekisho.disclosure.errors) a field that no form has, or of another shape
    ├── FileRefused          a file that is no such file, or too large
    ├── PriceTableRefused    a price that is none
    ├── PrefixTableRefused   a table of other providers' prefixes that is none
    └── FeeNotAsked          no fee is asked for this type of request
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class FileRefused(InputRefused):
    """A file can't be read at all. Fields: ``problem``; never what stands in it."""

    reason = "disclosure_file_refused"
    http_status = 422
    ja = "ファイルを読めません（{problem}）。請求者に送り直しを求めてください。"
    en = "The file can't be read ({problem}). Ask for it to be sent again."


class PriceTableRefused(InputRefused):
    """A table of prices can't be used. Fields: ``field``, ``problem``."""

    reason = "disclosure_price_table_refused"
    http_status = 422
    ja = "料金表の「{field}」を使えません（{problem}）。設定を直してください。"
    en = "The price table's '{field}' can't be used ({problem}). Correct the settings."


class PrefixTableRefused(InputRefused):
    """A table of other providers' prefixes can't be used. Fields: ``field``, ``problem``."""

    reason = "disclosure_prefix_table_refused"
    http_status = 422
    ja = "他の提供者のアドレス表の「{field}」を使えません（{problem}）。設定を直してください。"
    en = "The table of other providers' prefixes can't be used at '{field}' ({problem}). Correct the settings."


class FeeNotAsked(InputRefused):
    """No fee is asked for this type of request. Fields: ``type``."""

    reason = "disclosure_fee_not_asked"
    http_status = 409
    ja = "「{type}」に手数料はありません。見積りは要りません。"
    en = "No fee is asked for '{type}': there is nothing to quote."
