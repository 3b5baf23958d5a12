"""What is wrong with rules, agreements, bundles and described calls, in Japanese. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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
    "'otherwise' is anonymise or reject": "otherwise は anonymise か reject",
    "a format this version doesn't know": "この版の知らない形式",
    "an id and a trunk are needed": "id と trunk が要る",
    "it ends before it begins": "始まりより前に終わる",
    "it shares days with {}": "{} と期間が重なる",
    "the id stands twice": "同じ id が二つある",
    "it isn't what the manifest says": "manifest の記載と違う",
    "it names a file that no bundle has": "一式にないはずのファイルを挙げている",
    "it names no folder": "フォルダーの名前でない",
    "missing": "ない",
    "unknown": "知らない項目",
    "unknown: {}; missing: {}": "知らないもの: {}、足りないもの: {}",
    "a date and time with its zone ({})": "時差付きの日時（{} など）",
    "a list of at most {} texts is expected": "{}件までの文字列の並び",
    "a text of at most {} characters is expected": "{}文字までの文字列",
    "a time zone is needed ({})": "時差が要る（{} など）",
    "an object is expected": "オブジェクト",
    "true, false or null": "true、false、null のどれか",
    "not JSON": "JSONでない",
    "not UTF-8": "UTF-8でない",
    "'{}' is compared in a way that tables can't hold": "「{}」の比べ方を表にできない",
    "a condition has more than {} alternatives": "条件の選択肢が{}を超える",
    "a rule set of 1 to {} bytes": "規則は1～{}バイト",
    "an unknown feature or value ({})": "知らない特徴または値（{}）",
    "an unknown outcome": "知らない扱い",
    "compiled for other features: compile it with this version": "ほかの版の特徴で作られている。この版で作り直す",
    "it names no legal basis": "法的根拠がない",
    "more than {} rules": "規則が{}件を超える",
    "not a compiled rule set ({})": "作成済みの規則でない（{}）",
    "on {} no rule lets {} {} pass": "{}に、{} {} を通す規則がない",
    "on {} it could change an emergency call ({})": "{}に、緊急通報を変えうる（{}）",
    "screening rules can't use '{}'": "判定の規則では「{}」を使えない",
    "the set is empty": "規則が一つもない",
    "there is no rule of priority {}: is a file missing?": "優先順位{}の規則がない。ファイルが足りない可能性がある",
    "two rules of one priority on {}": "{}に、同じ優先順位の規則が二つある",
    "it does what an entry asks, and can apply without the subscriber's own entry":
        "一覧の登録の希望どおりに扱う規則が、利用者自身の登録なしに当たりうる",
    "it is for numbers on a shared list, and can apply to others":
        "共通の一覧にある番号のための規則が、ほかの番号に当たりうる",
    "it is for stopped numbers on calls of own users, and can apply to others":
        "利用を停止した番号からの発信のための規則が、ほかの通話に当たりうる",
    "it rests on the line's consent, and can apply without one ({})":
        "回線の同意による規則が、同意なしに当たりうる（{}）",
    "it rests on the trunk's agreement, and can apply without one": "回線の合意による規則が、合意なしに当たりうる",
    "it would change an emergency call or an emergency authority's call-back":
        "緊急通報か、緊急機関からの折返しを変える",
    "its basis '{}' begins only on {}": "根拠「{}」は{}から",
    "its basis '{}' ends on {}": "根拠「{}」は{}に終わる",
    "its basis '{}' isn't in the rulebook": "根拠「{}」が規則集にない",
    "its basis is technical only: that says how, and allows nothing":
        "根拠が技術上のものだけで、扱いを許すものがない",
    "its condition can never be met": "条件が満たされることがない",
    "its condition has more than {} alternatives; make several rules of it":
        "条件の選択肢が{}を超える。いくつかの規則に分ける",
    "the SIP answer is 603, 607 or 608": "SIPの応答は 603、607、608 のどれか",
    "the outcome is one of {}": "扱いは {} のどれか",
    "too short for a file of lines": "回線のファイルとして短すぎる",
    "too short for a file of lists": "一覧のファイルとして短すぎる",
    "not a file of lines, or of another version": "回線のファイルでないか、別の版のもの",
    "not a file of lists, or of another version": "一覧のファイルでないか、別の版のもの",
    "not a file of lists: its table has another size": "一覧のファイルでない（表の大きさが違う）",
    "a file of lines that was cut off": "途中で切れた回線のファイル",
    "a file of lists that was cut off": "途中で切れた一覧のファイル",
    "not a table of lines": "回線の表でない",
    "a number is digits, with + before a foreign one": "番号は数字で書き、外国の番号には + を付ける",
    "a range runs from a lower to a higher number of as many digits":
        "範囲は、同じ桁数の小さい番号から大きい番号まで",
}  # fmt: skip
"""English to Japanese."""
