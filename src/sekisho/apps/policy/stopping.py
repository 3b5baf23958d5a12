"""The opt-out as a page publishes it: which of the seven items stand there, and what it stops (規則22条の2の31)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sekisho.apps.law.facts import OptOut, OptOutItem, OptOutKind
from sekisho.apps.policy.lexicon import information_in, purposes_in
from sekisho.apps.policy.words import sentences

_ABOUT: Final = re.compile(
    r"オプトアウト|opt-?out|(?:送信|取得|収集|利用|広告|Cookie|クッキー|計測|解析|分析)[^。]{0,20}(?:停止|無効|拒否"
    r"|止め|お断り|望まれない|希望されない)"
    r"|(?:停止|無効化|拒否)[^。]{0,14}(?:方法|手続|措置|求め)", re.IGNORECASE)  # fmt: skip
_HEADING: Final = re.compile(r"オプトアウト|opt-?out|(?:送信|利用|取得|広告|Cookie)[^。]{0,6}の?(?:停止|無効化|拒否)",
                             re.IGNORECASE)  # fmt: skip
_SENDING: Final = re.compile(r"(?:送信|取得|収集)[^。]{0,8}(?:停止|止め(?!るのではな)|拒否|無効|されなくな|行わな"
                             r"|しなくな)")
_USE: Final = re.compile(r"利用[^。]{0,8}(?:停止|止め|されなくな|行わな|しなくな)|分析には使いません|広告(?:の|に)[^"
                         r"。]{0,10}(?:使われなく|利用しな)")
_NO_SENDING: Final = re.compile(r"送信[^。]{0,8}(?:止める|停止する)(?:もの)?(?:の)?では(?:なく|ありません)")
_ITEMS: Final = (
    (OptOutItem.MEASURE, (r"(?:停止|止め|オプトアウト|無効|拒否)[^。]{0,30}(?:します|できます|いたします|可能|措置"
                         r"|受け付け|手続)|措置を講じ")),
    (OptOutItem.HOW, (r"(?:設定|ページ|ボタン|フォーム|リンク|手続|窓口|メール|電話|アドオン|こちら|サイト|画面)[^"
                     r"。]{0,40}(?:から|より|で|に|を|まで|押|行|受け付け"
                     r"|ください)|https?://")),
    (OptOutItem.LIMITS, (r"(?:停止|オプトアウト|無効|拒否|その場合|手続|止め)[^。]{0,60}(?:制限|ご?利用(?:いただけ"
                        r"|でき)|影響|支障|引き続き|使え|機能)|ご利用に制限")),
)  # fmt: skip
_SENT: Final = re.compile(r"送信|取得|収集|受け取")
_AIM: Final = re.compile(r"ため|目的|に(?:利用|使用|用い)")
_READ: Final = tuple((item, re.compile(pattern)) for item, pattern in _ITEMS)


@dataclass(slots=True)
class Stopping:
    """Gathers what a page says of opting out."""

    text: list[str] = field(default_factory=list)
    items: set[OptOutItem] = field(default_factory=set)

    def take(self, text: str, heading: str) -> bool:
        """Takes a paragraph where it speaks of opting out; whether it does."""
        if _HEADING.search(heading) is not None:
            self.text.append(text)
            return True
        found = [each for each in sentences(text) if _ABOUT.search(each) is not None]
        self.text += found
        return bool(found)

    def names(self, text: str, *, recipient: bool) -> None:
        """Notes what the same paragraph or table names: who, and in a sentence about sending what and what for."""
        if recipient:
            self.items.add(OptOutItem.RECIPIENT)
        for each in sentences(text):
            if _SENT.search(each) is None:
                continue
            information, left = information_in(each)
            if information:
                self.items.add(OptOutItem.INFORMATION)
            if _AIM.search(left) is not None and purposes_in(left, (left,)):
                self.items.add(OptOutItem.PURPOSE)

    def result(self, *, read_whole: bool) -> OptOut | None:
        """The opt-out; ``None`` where nothing speaks of one."""
        text = "\n".join(self.text)
        if not text:
            return None
        items = self.items | {item for item, pattern in _READ if pattern.search(text) is not None}
        without = _NO_SENDING.sub("", text)
        sending, use = _SENDING.search(without) is not None, _USE.search(without) is not None
        kind = OptOutKind.UNSAID if sending is use else OptOutKind.SENDING if sending else OptOutKind.USE
        if kind is not OptOutKind.UNSAID:
            items.add(OptOutItem.WHICH)
        return OptOut(items=frozenset(items), kind=kind, read_whole=read_whole)
