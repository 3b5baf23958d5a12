"""The words in the stops desk's errors, in Japanese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sekisho.phrases import Phrases, Worded

PHRASES: Final[Mapping[str, str]] = {
    "1 to {} characters": "1～{}文字",
    "1 to {}": "1～{}",
    "at most {} bytes": "{}バイトまで",
    "1 to {} bytes": "1～{}バイト",
    "more than {} bytes": "{}バイトを超えている",
    "larger than {} bytes": "{}バイトを超えている",
    "one of {}": "{} のどれか",
    "true or false": "true か false",
    "an object": "オブジェクト",
    "no such field": "その項目はない",
    "at least {}": "{}以上",
    "after the first day": "初日より後の日",
    "13 digits": "13桁の数字",
    "1 to 500 characters: why for so long, and no longer": "1～500文字で、なぜその期間が要り、それより長くないか",
    "a list": "並び",
    "no answer": "応答がない",
    "10 or 11 digits, as many as the first, and not before it": "10～11桁で、first と同じ桁数、first 以上",
    "ASCII digits, as dialled in Japan": "日本で掛けるとおりの半角数字",
    "a character that can't be seen": "目に見えない文字がある",
    "a fixed or 050 number": "固定電話番号か050番号",
    "a list of at least one number": "1件以上の番号の並び",
    "a list of {}": "{} の並び",
    "a list of ids": "id の並び",
    "one id; resume takes several": "id は一つ（resume は複数可）",
    "a month such as {}": "{} のような月",
    "a past time with a zone such as {}": "{} のような、時差付きの過去の時刻",
    "an object with number and crime_on": "number と crime_on を持つオブジェクト",
    "at most {} ported numbers in one entry": "一度に登録できる番号ポータビリティーの番号は{}件まで",
    "nobody holds it": "契約者のいない番号",
    "somebody holds the number then": "その期間には別の契約者がいる",
    "stands for another contractor": "別の契約者に使われている",
    "the operator next in the tree, not one below it": "卸の系統で次の事業者（その先ではない）",
    "the paper seen, by question": "質問ごとに、見た書面",
    "the paper which shows that it was given before 2025-05-28": "2025-05-28 より前に渡したことを示す書面",
    "the same number again": "同じ番号が二度ある",
    "the scheme began on {}": "スキームは{}に始まった",
    "true or false to {}": "{} のそれぞれに true か false",
    "upheld or rejected": "upheld か rejected",
    "whole days, 1 to 3660": "整数の日数（1～3660）",
    "a whole number, 1 to 3660": "整数（1～3660）",
    "always has a value": "値のない設定にはできない",
    "source: 1 to 500 characters": "source は1～500文字",
    "after the day of receipt": "受付の日より後",
    "no day of this era": "その元号にない日",
    "no such day": "暦にない日",
    "not a day": "日付でない",
    "a circle: the taker has it already": "輪になる（taker がすでに持っている）",
    "another operator than the giver, and not this one": "giver と違う、自社でない事業者",
    "at most {} levels": "{}段まで",
    "the giver doesn't have the whole range for that time": "giver がその期間に範囲の全部を持っていない",
    "the giver gave some of it to somebody else for that time":
        "giver がその期間に範囲の一部を別の事業者に渡している",
    "wholesale or ported": "wholesale か ported",
    "request": "要請",
    "proposal": "承認の求め",
    "number": "番号",
    "denial": "通知・提供拒否",
    "objection": "異議",
    "report": "報告",
    "check": "卸先の確認",
    "contractor": "契約者",
}  # fmt: skip
"""English to Japanese."""
_TABLE: Final = Phrases(PHRASES)


class StopWords(Worded):
    """An error of the stops desk with words in its fields."""

    @classmethod
    def phrases(cls) -> Phrases:
        """The desk's table."""
        return _TABLE
