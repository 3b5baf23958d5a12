"""Of which form a value sent over HTTP must be, in Japanese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sekisho.phrases import Phrases, Worded

PHRASES: Final[Mapping[str, str]] = {
    "1 to {}": "1～{}",
    "1 to {} printable ASCII characters": "1～{}文字の表示できるASCII文字",
    "1 to {} printable characters": "1～{}文字の表示できる文字",
    "a call as the description of the interface has it": "この接続の説明にある通話",
    "a date that exists (YYYY-MM-DD)": "暦にある日付（YYYY-MM-DD）",
    "a day such as {}": "{} のような日付",
    "a file's name; sites are scanned on the command line": "ファイル名（サイトの調査はコマンドで行う）",
    "a list": "並び",
    "a list of 1 to {} trunks": "1～{}件の回線の並び",
    "a whole number": "整数",
    "an object of file names and Base64": "ファイル名とBase64のオブジェクト",
    "android, ios or web": "android、ios、web のどれか",
    "before, accepted, rejected or opted_out": "before、accepted、rejected、opted_out のどれか",
    "limit, 1 to {}": "limit（1～{}）",
    "no such field": "項目のない値",
    "reason: text; lost: how many records, 0 where the spool is empty":
        "reason（文字列）と lost（失われた記録の件数、スプールが空なら0）",
    "text": "文字列",
    "true or false": "true か false",
    "given": "省略しない値",
    "of its declared type": "決められた型",
    "all, limit, cursor": "all、limit、cursor",
}  # fmt: skip
"""English to Japanese."""
_TABLE: Final = Phrases(PHRASES)


class QueryWords(Worded):
    """An error of the HTTP interface with words in its fields."""

    @classmethod
    def phrases(cls) -> Phrases:
        """The table."""
        return _TABLE
