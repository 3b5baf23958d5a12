"""The words of the month's report."""

from __future__ import annotations

from functools import cache
from typing import Final

from phonenumbers.geodata.locale import LOCALE_DATA

from sekisho.calls.screening import compile as compiler
from sekisho.engine.facts import Text

OUTCOMES: Final = {
    "pass": Text("そのまま接続", "put through"),
    "label": Text("注意を添えて接続", "put through with a warning"),
    "anonymise": Text("非通知にして接続", "number withheld"),
    "announce": Text("音声案内", "announcement"),
    "reject": Text("接続しない", "refused"),
}
_MORE_REASONS: Final = {
    "nothing_against_it": Text("問題なし", "nothing against it"),
    "could_not_be_judged": Text("判定できなかった", "couldn’t be judged"),
    "not_judged": Text("判定できなかった", "couldn’t be judged"),
}
DIRECTIONS: Final = {
    "egress": Text("自社の利用者からの発信", "from own users"),
    "domestic": Text("国内の他社から", "from other operators in Japan"),
    "abroad": Text("海外から", "from abroad"),
    "emergency": Text("緊急通報（110・118・119）", "to 110, 118 and 119"),
    "unknown": Text("回線を特定できない", "of no known trunk"),
}
SHOWN: Final = {
    "japan": Text("日本の番号", "a Japanese number"),
    "foreign": Text("外国の番号", "a foreign number"),
    "impossible": Text("その国にあり得ない番号", "a number its country can’t have"),
    "unassigned": Text("国番号が割り当てられていない番号", "a country code that nobody has"),
    "not_a_number": Text("番号計画にない・読み取れない", "not in the plan, or unreadable"),
    "none": Text("番号なし", "no number"),
}
POLICE: Final = {
    "foreign_ending": Text("末尾が0110の国際番号", "foreign numbers ending in 0110"),
    "japanese_inside": Text("「+1」の後ろに日本の番号", "Japanese numbers behind +1"),
    "altered_ending": Text(
        "末尾が0110の国内番号で、非通知・不接続にしたもの", "Japanese, ending in 0110, withheld or refused"
    ),
}
PATTERNS: Final = {
    "many_numbers_on_trunk": Text("多すぎる種類の番号", "too many different numbers"),
    "number_spray": Text("番号のばらまき", "number spray"),
    "one_to_many": Text("一つの番号から多数の回線へ", "one caller, many lines"),
    "canary_not_caught": Text("自己試験で止まらず", "canary not caught"),
}
CANARIES: Final = {
    "caught": Text("止めた", "caught"),
    "not_caught": Text("止まらず", "not caught"),
    "could_not_check": Text("確かめられず", "not checked"),
}


@cache
def reasons() -> dict[str, Text]:
    """What a reason code of the shipped rules means, as the first rule with it is titled."""
    found = dict(_MORE_REASONS)
    for rule in compiler.shipped():
        title = rule.compiled.title
        found.setdefault(rule.compiled.reason, Text(title["ja"], title["en"]))
    return found


def word(words: dict[str, Text], name: str, lang: str) -> str:
    """A word of a table, the name itself where there is none."""
    found = words.get(name)
    return name if found is None else found.in_(lang)


def country(region: str | None, lang: str) -> str:
    """A country's name (ISO 3166-1) as libphonenumber's data has it; of a code that several share, the largest's."""
    names = LOCALE_DATA.get(region or "", {})
    found = names.get(lang, "")
    # "*xx": the same as in language xx.
    return str(names.get(found[1:], region or "") if found.startswith("*") else found)
