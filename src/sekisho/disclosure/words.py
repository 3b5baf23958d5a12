"""What an act, a class of data and a conclusion are called in sentences for people, in both languages. Data."""

from __future__ import annotations

from typing import Final

from sekisho.disclosure.kinds import Act, DataClass
from sekisho.engine.facts import Text
from sekisho.engine.verdicts import Verdict

ACTS: Final = {
    Act.HOLD: Text("保全", "hold"),
    Act.SEARCH: Text("検索", "search"),
    Act.DISCLOSE: Text("開示", "disclose"),
    Act.FORWARD: Text("次の提供者への通知", "pass on"),
}
CLASSES: Final = {
    DataClass.SUBSCRIBER: Text("契約者情報（通信に結びつかないもの）", "subscriber facts not tied to a communication"),
    DataClass.SECRECY: Text("通信の秘密に当たる情報", "what the secrecy of communications covers"),
    DataClass.LOCATION: Text("位置情報", "location"),
}
VERDICTS: Final = {
    Verdict.ACCEPT: Text("行えます", "may be done"),
    Verdict.ACCEPT_ON_COMPLETION: Text("完了を待って行えます", "may be done on completion"),
    Verdict.NEED_EVIDENCE: Text("まだ行えません", "not yet"),
    Verdict.REFUSE: Text("行えません", "can't be done"),
    Verdict.NEEDS_LEGAL_CONFIRMATION: Text("条文の確認が必要です", "needs legal confirmation"),
}
_SETTLE: Final = Text(
    "足りないものを確かめてから、もう一度判断してください。", "Settle what is missing, then decide again."
)
_NEXT: Final = {
    Verdict.REFUSE: Text(
        "別の文書か手続が要ります。`sekisho disclosure decide` で、開く方法を確かめてください。",
        "Another paper or procedure is needed: `sekisho disclosure decide` says what would open it.",
    ),
    Verdict.NEEDS_LEGAL_CONFIRMATION: Text(
        "条文を法務担当が確認してから、もう一度判断してください。", "Have counsel confirm the text, then decide again."
    ),
}
"""What to do next, by conclusion."""


def not_permitted(act: Act, data_class: DataClass, verdict: Verdict) -> dict[str, str]:
    """The fields by which :class:`~sekisho.disclosure.gate_errors.NotPermittedByLaw` says what isn't permitted, as
    codes and in words."""
    said = {"act": act.value, "data_class": data_class.value, "verdict": verdict.value}
    told = {
        "act": ACTS[act],
        "class": CLASSES[data_class],
        "verdict": VERDICTS[verdict],
        "next": _NEXT.get(verdict, _SETTLE),
    }
    for name, text in told.items():
        said |= {f"{name}_ja": text.ja, f"{name}_en": text.en}
    return said
