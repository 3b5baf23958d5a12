"""The numbered steps of a face match's verification; :mod:`.verify` walks them, and a report shows each."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.steps import Step, Steps
from sekisho.engine.facts import Text


def _step(number: int, ja: str, en: str, source: str) -> Step:
    return Step(number, Text(ja, en), source)


_METHOD = "携帯電話不正利用防止法施行規則3条1項1号ハ（容貌とICチップの写真、要旨）"

STEPS: Final = Steps(
    "face_match",
    "face_image",
    (
        _step(0, "大きさ", "size", "RFC 7515 §7.1"),
        _step(
            1,
            "署名された結果の形とヘッダー",
            "form and header of the signed result",
            "RFC 7515 §4, §7.1; RFC 8725 §3.10",
        ),
        _step(2, "設定した提供者の鍵と署名方式", "key and algorithm of a configured provider", "RFC 8725 §3.1, §3.8"),
        _step(3, "提供者の署名", "the provider's signature", "RFC 7515 §5.2"),
        _step(4, "発行者・あて先・内容の形", "issuer, audience, form of the claims", "RFC 7519 §4.1.1, §4.1.3"),
        _step(5, "日時と期限", "dated and still valid", "RFC 7519 §4.1.4–4.1.6"),
        _step(
            6,
            "この申込みのための結果（一度だけ使える）",
            "for this application, used once",
            "RFC 8725 §3.9; OpenID Connect Core §3.1.3.7",
        ),
        _step(7, "製品と版", "product and version", "受入れの設定 / the operator's configuration"),
        _step(8, "生体検知", "liveness", "ISO/IEC 30107-1; 受入れの設定 / the operator's configuration"),
        _step(9, "比べた写真が書類・チップの写真である", "compared with the document's photo", _METHOD),
        _step(10, "類似度・基準値・判定", "score, threshold and decision", _METHOD),
    ),
)
