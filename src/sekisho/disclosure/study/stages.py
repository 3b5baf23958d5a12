"""The stages from a post to the moment at which the access provider can hold its record, and how long each takes.

Defaults are data of a date (:data:`AS_OF`), from what lawyers and lawyers' pages say in public: none is a statistic.
Where a source gives only a range, the likeliest value within it was *chosen*: it isn't measured, and was set so that
the published seed table of this study comes out (:data:`CHOSEN`). Own measured times replace any of them. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sekisho.disclosure.study.times import Triangle, fixed
from sekisho.engine.facts import Text

AS_OF: Final = date(2026, 11, 23)
"""The day on which the defaults were put together from the pages they name."""


class StageName(StrEnum):
    """What takes time. The value is part of what an operator writes in a file of own times."""

    IDENTIFICATION_ORDER = "identification_order"
    """Filing → 提供命令 issued (15条1項)."""
    NAME_SUPPLIED = "name_supplied"
    """提供命令 → the content provider names the access provider (15条1項1号)."""
    TRANSFER = "transfer"
    """The content provider gives address and time to the access provider (15条1項2号): from then on it can hold."""
    INTERVIEW = "interview"
    """Filing → the court's interview."""
    COURT_ORDER = "court_order"
    """Interview → order against the content provider, opposed or not."""
    HANDOVER = "handover"
    """Order → address and time are in the claimant's hands."""
    HOLD_REQUEST = "hold_request"
    """Address in hand → the access provider has been asked to hold."""
    VOLUNTARY_ANSWER = "voluntary_answer"
    """Form to a content provider → its answer, the sender heard."""
    FORWARDING = "forwarding"
    """Answer in hand → the access provider has been asked to hold."""


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A stage's default with where it is from.

    ``chosen``: what of it no source says. None where the source gives all of it.
    """

    title: Text
    default: Triangle
    source: Text
    chosen: Text | None = None


_KAJO = Text("書籍の試し読み kajo.co.jp（2次資料）", "a book's preview, kajo.co.jp (secondary)")
_HACHINOHE = Text(
    "法律事務所の解説 hachinohe-kigyohoumu.com（2次資料）", "a law firm's page, hachinohe-kigyohoumu.com (secondary)"
)
_WORKED = Text(
    "Xの実例 kandato.jp/case/timelimit（2次資料）", "worked example for X, kandato.jp/case/timelimit (secondary)"
)

CHOSEN: Final = Text(
    "最も多い値は出典にありません。範囲の中から、この検討の元になった表が再現されるように選びました。",
    "The likeliest value is in no source: it was chosen within the range so that the table this study grew from "
    "comes out.",
)
_OURS: Final = Text(
    "この段階の日数は出典にありません。表が再現されるように、1～2日と置きました。",
    "No source gives this stage's time: one to two days were set so that the table comes out.",
)
_LOWEST: Final = Text(
    "出典は「30日くらいまで」とだけ言います。下限1日と最も多い14日は選んだ値です。",
    "The source says only 'up to about 30 days'; the low of 1 and the likeliest of 14 were chosen.",
)
_OPPOSED: Final = Text(
    "21日と90日は出典の両端で、最も多い74日は出典にありません。60～90日の中ほどから、表が再現されるように選びました"
    "（75日では1か所が2.04ポイントずれます）。",
    "21 and 90 are the ends of the source's ranges; the likeliest of 74 is in no source. It was chosen near the middle "
    "of 60 to 90 so that the table comes out (75 misses one cell by 2.04 points).",
)
_MIDDLE: Final = Text(
    "最も多い値は範囲の中ほどとしました（出典にありません）。",
    "The likeliest value is about the middle of the range (in no source).",
)
_RANGES: Final = Text(
    "出典の二つの範囲（7～14日、長いものは30～60日）を一つにまとめました。最も多い値は短い範囲の上端です。",
    "Two ranges of the source (7 to 14, some 30 to 60) were put into one; the likeliest is the end of the short one.",
)

STAGES: Final = {
    StageName.IDENTIFICATION_ORDER: StageSpec(
        Text("提供命令の発令", "identification order issued"),
        Triangle(3, 5, 7),
        Text(f"3～7日。{_HACHINOHE.ja}", f"3 to 7 days; {_HACHINOHE.en}"),
        _MIDDLE,
    ),
    StageName.NAME_SUPPLIED: StageSpec(
        Text("経由プロバイダの名称の提供", "access provider's name supplied"),
        Triangle(7, 30, 60),
        Text(f"7～60日。{_HACHINOHE.ja}", f"7 to 60 days; {_HACHINOHE.en}"),
        CHOSEN,
    ),
    StageName.TRANSFER: StageSpec(
        Text("コンテンツプロバイダから経由プロバイダへの提供", "content to access provider: address and time"),
        Triangle(1, 14, 30),
        Text("30日くらいまで（2次資料）", "up to about 30 days (secondary)"),
        _LOWEST,
    ),
    StageName.INTERVIEW: StageSpec(
        Text("申立てから裁判官面接", "filing to the court's interview"),
        fixed(3),
        Text(f"3日。{_WORKED.ja}", f"3 days; {_WORKED.en}"),
    ),
    StageName.COURT_ORDER: StageSpec(
        Text("開示の命令（コンテンツプロバイダ）", "court order against the content provider"),
        Triangle(21, 74, 90),
        Text(
            f"争わなければ21日、争えば60～90日。{_KAJO.ja}",
            f"21 days if unopposed, 60 to 90 if opposed; {_KAJO.en}",
        ),
        _OPPOSED,
    ),
    StageName.HANDOVER: StageSpec(
        Text("命令からアドレスの引渡し", "order to address handed over"),
        Triangle(7, 14, 60),
        Text(f"7～14日、長いものは30～60日。{_KAJO.ja}", f"7 to 14 days, some 30 to 60; {_KAJO.en}"),
        _RANGES,
    ),
    StageName.HOLD_REQUEST: StageSpec(
        Text("経由プロバイダへの保存の依頼", "access provider asked to hold"),
        fixed(7),
        Text(f"7日。{_WORKED.ja}", f"7 days; {_WORKED.en}"),
    ),
    StageName.VOLUNTARY_ANSWER: StageSpec(
        Text("任意の開示（書式・意見聴取あり）", "voluntary answer by form, the sender heard"),
        Triangle(21, 24, 28),
        Text(f"21～28日。{_KAJO.ja}", f"21 to 28 days; {_KAJO.en}"),
        CHOSEN,
    ),
    StageName.FORWARDING: StageSpec(
        Text("経由プロバイダへの依頼の送付", "request sent on to the access provider"),
        Triangle(1, 1, 2),
        Text("なし", "none"),
        _OURS,
    ),
}
"""Every stage."""
