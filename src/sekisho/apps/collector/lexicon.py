"""Words on Japanese sites: what a button says about consent, and which link leads to a notice.

Only what a word says plainly is understood. 「OK」「閉じる」「続ける」 say nothing about consent: they stay
:attr:`Meaning.UNCLEAR`, and nobody presses them on a guess. The list is this project's own.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum, unique
from typing import Final


@unique
class Meaning(StrEnum):
    """What a button says about consent."""

    ACCEPT = "accept"
    REJECT = "reject"
    NECESSARY = "necessary"
    """Only what is necessary: a rejection of the rest."""
    SETTINGS = "settings"
    SAVE = "save"
    """Keeps what is ticked: neither acceptance nor rejection by itself."""
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    UNCLEAR = "unclear"


ABOUT_CONSENT: Final = (
    "cookie|クッキー|外部送信|利用者情報|利用者に関する情報|トラッキング|アクセス解析|行動履歴|閲覧履歴|広告配信|計測タグ"
)
"""A regular expression (also JavaScript's): what the text around the buttons speaks of, to be about sending at all."""

_ALL: Final = r"(?:すべて|全て|全部|全)"
_COOKIE: Final = r"(?:cookies?|クッキー|トラッキング|利用|使用|外部送信|送信)"
_OF: Final = rf"(?:{_ALL})?(?:の)?(?:{_COOKIE})?(?:の(?:利用|使用|送信))?(?:を|に|は)?(?:{_ALL})?"
_KEPT: Final = r"(?:もの|cookie|クッキー)"
_NEEDED: Final = rf"(?:必要(?:な{_KEPT})?|必須(?:の{_KEPT}|cookie|クッキー)?|必要最(?:低|小)限(?:の{_KEPT})?)"
_OF_ONE: Final = r"(?:.{0,24}(?:を|から|の))?"

_WORDS: Final = (
    # A rejection has the words of an acceptance in it: it is asked about first.
    (
        Meaning.REJECT,
        rf"{_OF}拒否(?:する|して(?:続ける|続行(?:する)?|閉じる))?",
        rf"{_OF}(?:拒絶する|(?:同意|許可|承諾|許諾|利用|使用)しない|受け入れない)",
        rf"{_OF}同意(?:せずに?|しないで)(?:続ける|続行(?:する)?|閉じる|進む|(?:閲覧|利用)(?:する|を続ける)?)",
        r"(?:reject|decline|deny|refuse)(?: ?all)?(?: cookies)?",
        r"continue without (?:accepting|consent)|(?:do not|don't) (?:accept|allow|agree)|disagree",
    ),
    (
        Meaning.NECESSARY,
        rf"{_NEEDED}(?:のみ|だけ)(?:を|に)?(?:許可|同意|使用|利用|受け入れ|承諾)?(?:する|る)?",
        r"(?:accept |allow |use )?(?:only )?(?:strictly )?(?:necessary|essential|required)(?: cookies)?(?: only)?",
    ),
    (
        Meaning.OPT_OUT,
        rf"{_OF_ONE}オプトアウト(?:する|を?(?:実行|申請)(?:する)?)?",
        rf"{_OF_ONE}(?:無効(?:にする|化(?:する)?)|(?:送信|利用|計測|配信)?(?:を)?停止(?:する)?)",
        r"opt[- ]?out",
    ),
    (
        Meaning.OPT_IN,
        rf"{_OF_ONE}(?:オプトイン(?:する)?|有効(?:にする|化(?:する)?)|(?:送信|利用)?(?:を)?再開(?:する)?)",
    ),
    (
        Meaning.SAVE,
        r"(?:設定|選択|内容)(?:内容|し?た?(?:内容|もの|cookie|クッキー))?(?:を|に)?(?:保存|確定|適用|許可|同意)(?:する)?",
        r"(?:この|選択した)(?:設定|内容)(?:で|を)(?:保存|許可|同意)(?:する)?|保存(?:する|して閉じる)?",
        r"(?:save|confirm)(?: (?:my )?(?:settings|preferences|choices|selection))?|(?:accept|allow) selection",
    ),
    (
        Meaning.SETTINGS,
        rf"(?:{_COOKIE})?(?:の)?(?:詳細)?(?:な)?設定(?:を)?(?:する|(?:変更|管理|確認)(?:する)?|へ|はこちら)?",
        rf"(?:{_COOKIE})?(?:を|の)?(?:カスタマイズ|管理)(?:する)?|個別に(?:設定|選択)(?:する)?",
        r"(?:manage |cookie |change )?(?:settings|preferences|options)|customi[sz]e|manage cookies",
    ),
    (
        Meaning.ACCEPT,
        rf"{_OF}同意(?:する|します|して(?:閉じる|続ける|続行(?:する)?|進む|利用(?:する|を続ける)?))?",
        rf"{_OF}(?:許可(?:する|します|して(?:閉じる|続ける))?|承諾(?:する|します)?|受け入れ(?:る|て閉じる)|許諾する)",
        r"(?:i )?(?:accept|allow|agree)(?: (?:to )?all)?(?: (?:and|&) (?:close|continue))?(?: cookies)?",
    ),
)

_RULES: Final = tuple((sense, re.compile("|".join(f"(?:{each})" for each in words))) for sense, *words in _WORDS)

MAX_WORDS: Final = 30
"""Longer words are a sentence, not a button's label."""

_MARKS: Final = re.compile(r"[「」『』【】\[\]()（）!！。、.,:：・>＞»→▶✓✔×✕]+")


def plain(words: str) -> str:
    """Words without width, case, punctuation and superfluous spaces: what two ways to write a label share."""
    folded = _MARKS.sub(" ", unicodedata.normalize("NFKC", words).casefold())
    spaced = " ".join(folded.split())
    return spaced if spaced.isascii() else spaced.replace(" ", "")


def meaning(words: str) -> Meaning:
    """What a button of these words says; :attr:`Meaning.UNCLEAR` for whatever isn't plain."""
    label = plain(words)
    if not label or len(label) > MAX_WORDS:
        return Meaning.UNCLEAR
    return next((each for each, rule in _RULES if rule.fullmatch(label)), Meaning.UNCLEAR)


_NOTICE: Final = re.compile(
    r"外部送信|情報の送信先|利用者に関する情報の送信|利用者情報の送信|電気通信事業法.{0,12}(?:公表|通知|表示)"
)
_POLICY: Final = re.compile(
    r"プライバシー|個人情報保護|個人情報の(?:取り?扱い?|保護)|利用者情報|パーソナルデータ|クッキー|cookie|privacy|サイトポリシー|"
    r"ご利用にあたって|サイトのご利用"
)
_SENT: Final = re.compile(r"送信先|送信される|送信する情報|送信している|利用目的|提供先")
_OUT: Final = re.compile(r"オプトアウト|無効化|送信の停止|停止(?:手続|方法)|opt-?out")
_LEAVE: Final = re.compile(r"ログアウト|退会|logout|signout|sign-out|削除|delete")


def leads_to_notice(words: str) -> bool:
    """Whether a link's words name the notice of external transmission (利用者情報の外部送信)."""
    return _NOTICE.search(plain(words)) is not None


def leads_to_policy(words: str) -> bool:
    """Whether a link's words name a page on which such a notice, or a link to it, commonly stands."""
    return _POLICY.search(plain(words)) is not None


def leads_to_opt_out(words: str) -> bool:
    """Whether a link's words name a page where sending can be stopped."""
    return _OUT.search(plain(words)) is not None


def leads_out(words: str, address: str) -> bool:
    """Whether following a link may end a session or remove something: such a link is never followed."""
    return _LEAVE.search(f"{plain(words)} {address.casefold()}") is not None


def is_notice(title: str, headings: tuple[str, ...], text: str) -> bool:
    """Whether a page is a notice: it is headed as one and says who is sent what, or what for."""
    headed = any(_NOTICE.search(plain(each)) for each in (title, *headings))
    return headed and _SENT.search(plain(text[:200_000])) is not None
