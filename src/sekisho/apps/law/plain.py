"""Whether a notice is in Japanese and free of technical terms, by its letters and a lexicon (規則22条の2の28第1項).

The lexicon is the house's own: the law has no list. A term that is explained in brackets where it stands is no jargon.
That none is found doesn't make a text plain; that one is found is for a person to weigh.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

JARGON: Final[Mapping[str, str]] = {
    "SDK": "アプリに組み込まれた他社の部品",
    "API": "ほかのサービスとのやり取りの仕組み",
    "IDFA": "広告のための端末の番号",
    "AAID": "広告のための端末の番号",
    "GAID": "広告のための端末の番号",
    "IDFV": "提供者ごとの端末の番号",
    "DSP": "広告を買う仕組み",
    "SSP": "広告枠を売る仕組み",
    "DMP": "利用者の情報を集めて使う仕組み",
    "CDP": "利用者の情報を集めて使う仕組み",
    "RTB": "広告枠の即時の競り",
    "UA": "端末・ブラウザの種類",
    "ユーザーエージェント": "端末・ブラウザの種類",
    "リファラ": "直前に見ていたページ",
    "リファラー": "直前に見ていたページ",
    "コンバージョン": "購入や申込みに至ったこと",
    "リターゲティング": "一度来た人に広告を出すこと",
    "リマーケティング": "一度来た人に広告を出すこと",
    "アトリビューション": "どの広告がきっかけかを調べること",
    "フィンガープリント": "端末の特徴による見分け",
    "ビーコン": "見たことを知らせる小さな信号",
    "ピクセル": "見たことを知らせる小さな画像",
    "ハッシュ化": "元に戻せない形への変換",
    "トラッキング": "利用の追跡",
    "オーディエンス": "広告の対象となる人の集まり",
    "セグメント": "利用者の分類",
    "ローカルストレージ": "ブラウザに保存される情報",
    "Web Storage": "ブラウザに保存される情報",
    "タグマネージャ": "ページに入れる部品の管理",
    "ペイロード": "送る内容",
    "エンドポイント": "送り先",
    "サードパーティ": "ほかの会社",
    "ファーストパーティ": "自社",
}
"""Technical term to plain words for it."""

MIN_LETTERS: Final = 20
"""Below this many letters a language can't be told."""

KANA_SHARE: Final = 0.1
"""Japanese text has a third or more kana among its letters; company names and addresses in Latin letters thin it."""


def jargon_in(text: str) -> tuple[str, ...]:
    """The technical terms that stand unexplained in a text, in the lexicon's order."""
    plain = unicodedata.normalize("NFKC", text)
    found = []
    for term in JARGON:
        ascii_only = term.isascii()
        edge = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
        # A longer katakana word (ピクセルアート) is another word.
        kana = r"(?<![ァ-ヶー])", r"(?![ァ-ヶー])"
        before, after = edge if ascii_only else kana
        pattern = re.compile(before + re.escape(term) + after, re.IGNORECASE if ascii_only else 0)
        places = [match.end() for match in pattern.finditer(plain)]
        if places and not any(plain[end : end + 1] == "(" for end in places):
            found.append(term)
    return tuple(found)


def is_japanese(text: str) -> bool | None:
    """Whether a text is in Japanese; ``None`` where it is too short to tell."""
    letters = [each for each in text if each.isalpha()]
    if len(letters) < MIN_LETTERS:
        return None
    kana = sum("\u3040" <= each <= "\u30ff" or "\uff66" <= each <= "\uff9d" for each in letters)
    return kana >= KANA_SHARE * len(letters)
