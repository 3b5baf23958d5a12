"""The numbered steps; :mod:`.verify` walks them, and a report shows each."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.steps import Step, Steps
from sekisho.engine.facts import Text


def _step(number: int, ja: str, en: str, source: str) -> Step:
    return Step(number, Text(ja, en), source)


STEPS: Final = Steps(
    "mynumber_card",
    "chip_read",
    (
        _step(0, "ファイルの大きさ", "sizes of the files", "券面事項入力補助AP、券面事項確認AP"),
        _step(1, "ファイルの読取り", "the files are read", "ISO/IEC 7816-4 §5.2.2"),
        _step(2, "四情報と写真", "the four items and the photo", "券面事項入力補助AP、券面事項確認AP"),
        _step(
            3,
            "2つのアプリケーションの一致",
            "the card's two applications agree with each other",
            "券面事項入力補助AP、券面事項確認AP",
        ),
        _step(4, "発行者の署名", "the issuer's signature", "券面事項確認AP"),
        _step(5, "申込みとの照合", "comparison with the application", "規則3条1項1号"),
        _step(6, "有効期間", "validity of the card", "番号法17条"),
        _step(7, "暗証番号・照合番号の入力", "PIN and verification number were entered", "券面事項入力補助AP"),
    ),
)
