"""The numbered steps of both forms; :mod:`.verify` and :mod:`.record` walk them, and a report shows each."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.steps import Step, Steps
from sekisho.engine.facts import Text

_SPECIFICATION = "運転免許証及び運転免許証作成システム等仕様書 010"


def _step(number: int, ja: str, en: str, source: str) -> Step:
    return Step(number, Text(ja, en), source)


CARD_STEPS: Final = Steps(
    "driving_licence",
    "chip_read",
    (
        _step(0, "ファイルの大きさ", "sizes of the files", _SPECIFICATION),
        _step(1, "ファイルの読取り", "the files are read", f"{_SPECIFICATION}; ISO/IEC 7816-4 §5.2.2"),
        _step(2, "記載事項と写真", "entries and photo", f"{_SPECIFICATION}; JIS X 0208"),
        _step(
            3,
            "記載事項・本籍・写真に対する公安委員会の電子署名",
            "the police commission's signature over entries, registered domicile and photo",
            f"{_SPECIFICATION}; RFC 8017 §8.2.2",
        ),
        _step(
            4, "交付後の変更（署名の対象外）", "later changes, which the signature doesn't cover", "道路交通法94条1項"
        ),
        _step(5, "申込みとの照合", "comparison with the application", "規則3条1項1号"),
        _step(6, "有効期間の末日", "last day of validity", "道路交通法92条の2"),
        _step(7, "暗証番号の入力", "the PINs were entered", _SPECIFICATION),
    ),
)

RECORD_STEPS: Final = Steps(
    "driving_licence_record",
    "chip_read",
    (
        _step(0, "ファイルの大きさ", "sizes of the files", _SPECIFICATION),
        _step(1, "ファイルの読取り", "the files are read", f"{_SPECIFICATION}; ISO/IEC 7816-4 §5.2.2"),
        _step(
            2,
            "免許情報記録に対する公安委員会の電子署名",
            "the police commission's signature over the licence record",
            f"{_SPECIFICATION}; RFC 8017 §8.2.2",
        ),
        _step(3, "申込みとの照合", "comparison with the application", "規則3条1項1号"),
        _step(4, "有効期間の末日", "last day of validity", "道路交通法92条の2"),
        _step(5, "暗証番号の入力", "the PIN was entered", _SPECIFICATION),
    ),
)
