"""The values that rules name, in words (``words.yaml``): so that a condition reads like law, not like a program."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

from sekisho.engine.facts import Text
from sekisho.rulebook import parse
from sekisho.rulebook.document import read

WORDS_FILE = "words.yaml"

STRENGTHS = {
    "duty": Text("義務", "duty"),
    "effort": Text("努力義務", "duty of effort"),
    "desirable": Text("望ましい", "desirable"),
    "benchmark": Text("ベンチマーク", "benchmark"),
    "voluntary": Text("業界の自主規則", "voluntary (industry)"),
    "house": Text("自社規則", "house rule"),
    "proposal": Text("提案（シミュレーションだけ）", "proposal (simulation only)"),
}
"""How binding a rule is, by the value of its strength."""

ROLES = {
    "duty": Text("義務を課す", "imposes a duty"),
    "scope": Text("義務の対象外とする", "says that a duty does not apply"),
    "method": Text("方法", "a method"),
    "requirement": Text("要件", "a requirement"),
    "refusal": Text("拒否の事由", "a ground of refusal"),
    "record": Text("記録", "a record"),
    "advice": Text("助言", "advice"),
}
"""What a rule does, by the value of its role."""

TEXT_STATES = {
    "verbatim": Text("条文", "verbatim"),
    "summary": Text("要旨", "summary"),
    "unverified": Text("未確認", "unverified"),
}
"""How well the text behind a rule is known: read word for word, from a summary, or not read."""

PARTIES = {
    "operator": Text("事業者", "the operator"),
    "agent": Text("媒介業者等", "the agent"),
    "rental_firm": Text("貸与業者", "the rental firm"),
    "applicant": Text("契約者", "the subscriber"),
    "police": Text("警察", "the police"),
}
"""Who a rule addresses."""

COMPLETED_ON = {
    "presented": Text("提示を受けた日", "the day it was shown"),
    "received": Text("受け取った日", "the day it was received"),
    "delivered": Text("配達（引渡し）の日", "the day of delivery"),
    "certificate_received": Text("電子証明書を受け取った日", "the day the certificate was received"),
    "matched": Text("照合した日", "the day of the match"),
    "declared": Text("申告を受けた日", "the day it was stated"),
}
"""The act whose day is the day of verification."""

KINDS_OF_NO = {
    "statutory": Text("法定の拒否事由", "statutory ground of refusal"),
    "contract_terms": Text("契約約款による拒否", "refusal under contract terms"),
    "number_scheme": Text("利用停止等スキームによる拒否", "refusal under the number-stop scheme"),
    "act2026_lines": Text("回線数による拒否（令和8年法）", "refusal by number of lines (2026 Act)"),
    "lawful_ground_missing": Text("適法な根拠の欠如", "no lawful ground"),
}
"""The typed kinds of no."""


@cache
def value_words() -> Mapping[str, Text]:
    """Every enumeration value that has words, by its identifier."""
    text = (files("sekisho.rulebook") / WORDS_FILE).read_text(encoding="utf-8")
    written = read(text, WORDS_FILE).mapping(frozenset({"values"}), frozenset({"values"}))
    return {name: parse.text(place) for name, place in written["values"].mapping().items()}


def value_in_words(value: object, lang: str) -> str:
    """One value as people say it; an identifier without words stays as it is."""
    if isinstance(value, bool):
        return ("はい" if value else "いいえ") if lang == "ja" else ("yes" if value else "no")
    if isinstance(value, date):
        return value.isoformat()
    found = value_words().get(str(value))
    return found.in_(lang) if found is not None else str(value)


def text_state_mark(state: str, lang: str) -> str:
    """``[要旨]`` or ``[未確認]`` behind what rests on such a text; nothing where the text was read."""
    return "" if state == "verbatim" else f"[{TEXT_STATES[state].in_(lang)}]"
