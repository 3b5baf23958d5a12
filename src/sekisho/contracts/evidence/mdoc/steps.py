"""The numbered steps of a smartphone card's verification; :mod:`.verify` walks them, and a report shows each."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.steps import Step, Steps
from sekisho.engine.facts import Text


def _step(number: int, ja: str, en: str, source: str) -> Step:
    return Step(number, Text(ja, en), source)


STEPS: Final = Steps(
    "smartphone_card",
    "card_substitute_record",
    (
        _step(0, "大きさ", "sizes", "ISO/IEC 18013-5 §8.3"),
        _step(
            1,
            "セッションの要求（一度だけ使える）",
            "the session's challenge, used once",
            "ISO/IEC 18013-5 §9.1.5.1; OpenID4VP 1.0 B.2.6",
        ),
        _step(
            2,
            "記録の読取り（厳密なCBOR、書類の種類、個人番号がない）",
            "the record is read: strict CBOR, kind of document, no individual number",
            "ISO/IEC 18013-5 §8.3.2.1.2.2; RFC 8949 §4.2; 番号利用法20条",
        ),
        _step(
            3,
            "署名方式と署名者証明書",
            "algorithm and signer's certificate",
            "ISO/IEC 18013-5 §9.1.2.4, Annex B.1.4; RFC 9360 §2",
        ),
        _step(
            4,
            "署名者証明書を設定した認証局が発行した",
            "a configured authority issued the signer's certificate",
            "ISO/IEC 18013-5 §9.3.3; RFC 5280 §6.1.3",
        ),
        _step(5, "発行者の署名", "the issuer's signature", "ISO/IEC 18013-5 §9.3.1 (2); RFC 9052 §4.4"),
        _step(
            6,
            "セキュリティオブジェクト（版・書類の種類・ハッシュ方式）",
            "security object: version, kind of document, digest algorithm",
            "ISO/IEC 18013-5 §9.1.2.4, §9.3.1 (4)",
        ),
        _step(
            7,
            "各項目のハッシュが署名されたものと一致する",
            "each element has its signed digest",
            "ISO/IEC 18013-5 §9.1.2.5, §9.3.1 (3)",
        ),
        _step(8, "記録の有効期間", "the record's validity", "ISO/IEC 18013-5 §9.3.1 (5)"),
        _step(
            9,
            "氏名・住所・生年月日・写真を読む",
            "name, address, date of birth and photo are read",
            "犯罪収益移転防止法施行規則6条1項1号ル（特定電磁的記録、要旨）",
        ),
        _step(10, "申込みとの照合", "compared with the application", "携帯電話不正利用防止法3条1項"),
        _step(11, "署名者証明書の失効", "revocation of the signer's certificate", "ISO/IEC 18013-5 §9.3.3, Annex B.2"),
        _step(
            12,
            "端末の鍵による署名（送信者のものである）",
            "signature by the phone's key: it is the sender's",
            "ISO/IEC 18013-5 §9.1.3.4, §9.1.3.6; 携帯電話不正利用防止法施行規則3条1項1号チ（要旨）",
        ),
        _step(
            13,
            "記録そのものの失効",
            "revocation of the record itself",
            "ISO/IEC 18013-5 (second edition) §12.3.6; Token Status List",
        ),
    ),
)
"""Steps 3 to 8 are issuer data authentication; step 12 is device authentication."""
