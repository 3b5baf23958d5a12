"""The numbered steps of a card's verification; :mod:`.verify` walks them, and a report shows each."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.steps import Step, Steps
from sekisho.engine.facts import Text


def _step(number: int, ja: str, en: str, source: str) -> Step:
    return Step(number, Text(ja, en), source)


STEPS: Final = Steps(
    "residence_card",
    "chip_read",
    (
        _step(0, "ファイルの大きさ", "sizes of the files", "在留カード等仕様書 §3.3.1; 第2世代 §3.3.1"),
        _step(
            1,
            "カードの種類と、仕様どおりのデータ",
            "type of card, and the data objects its specification has",
            "在留カード等仕様書 §3.3.4; 第2世代 §3.2.3.1, §3.3.4",
        ),
        _step(2, "番号の形と一致", "the number's form and agreement", "入管法19条の4第1項5号・2項; 第2世代 §3.3.4"),
        _step(
            3,
            "カードの証明書と鍵",
            "the card's certificate and its key",
            "在留カード等仕様書 §3.3.4.9; 第2世代 §3.3.4.10; X.690 §10",
        ),
        _step(4, "電子署名", "the signature", "在留カード等仕様書 §3.4.3.1; 第2世代 §3.4.3.1"),
        _step(
            5,
            "出入国在留管理庁の認証局が発行した証明書",
            "the agency's authority issued the certificate",
            "RFC 5280 §6.1.3(a)(1)",
        ),
        _step(6, "証明書の有効期間", "validity of the certificates", "RFC 5280 §6.1.3(a)(2)"),
        _step(
            7,
            "記載事項と写真",
            "entries and photo",
            "第2世代 §3.3.4.4; 在留カード等仕様書 §3.3.5",
        ),
        _step(8, "カードの有効期間", "the card's end of validity", "入管法19条の5; 第2世代 §3.3.4.4"),
        _step(
            9,
            "署名の対象外のデータ（住居地・許可など）",
            "what the signature doesn't cover: address, permissions",
            "在留カード等仕様書 §3.4.3.1; 第2世代 §3.4.3.1",
        ),
        _step(
            10, "読取りの通信路", "the channel it was read through", "在留カード等仕様書 §3.4.1, §3.4.2; 第2世代 §3.5.2"
        ),
        _step(11, "カードの失効", "revocation of the card", "出入国在留管理庁 在留カード等番号失効情報照会"),
    ),
)
