"""The numbered steps of a passport's verification; :mod:`.verify` walks them, and a report shows each."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.steps import Step, Steps
from sekisho.engine.facts import Text


def _step(number: int, ja: str, en: str, source: str) -> Step:
    return Step(number, Text(ja, en), source)


STEPS: Final = Steps(
    "passport",
    "chip_read",
    (
        _step(0, "ファイルの大きさ", "sizes of the files", "ICAO 9303-10 §4"),
        _step(1, "EF.SODの読取り", "EF.SOD is read", "ICAO 9303-10 §4.6.2; X.690 §10, §11"),
        _step(
            2,
            "データグループが署名対象にあり、ハッシュが一致する",
            "each data group is listed in EF.SOD, with its digest",
            "ICAO 9303-11 §5.1 (4)",
        ),
        _step(3, "署名属性が内容と一致する", "the signed attributes are about this content", "RFC 5652 §11.1, §11.2"),
        _step(4, "署名者の署名", "the document signer's signature", "ICAO 9303-11 §5.1 (3); RFC 5652 §5.4"),
        _step(
            5,
            "署名者証明書を国の認証局が発行した",
            "the country authority issued the signer's certificate",
            "ICAO 9303-11 §5.1 (2); ICAO 9303-12 §7.1",
        ),
        _step(
            6,
            "機械読取領域（検査数字・申込みとの一致）",
            "machine-readable zone: check digits, agreement with the application",
            "ICAO 9303-3 §4; ICAO 9303-4 §4.2",
        ),
        _step(
            7,
            "認証局・署名者・旅券の国が一致し、認証局の由来が分かる",
            "authority, signer and document are of one country; where the authority came from",
            "ICAO 9303-12 §7.1; ICAO 9303-3 §5",
        ),
        _step(8, "署名者証明書の失効", "revocation of the signer's certificate", "ICAO 9303-12 §7.1.4"),
        _step(9, "能動認証（チップの真正性）", "active authentication of the chip", "ICAO 9303-11 §6.1"),
        _step(10, "旅券の有効期間", "the passport's date of expiry", "ICAO 9303-4 §4.2.2"),
        _step(11, "チップ認証", "chip authentication", "ICAO 9303-11 §6.2"),
    ),
)
"""Steps 0 to 5 are passive authentication."""
