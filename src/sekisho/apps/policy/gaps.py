"""Why a page, or part of it, couldn't be read as a notice: each reason with what to do next, in both languages."""

from __future__ import annotations

import re
from typing import Final

from sekisho.apps.evidence import NotMeasured, Place
from sekisho.apps.policy.blocks import Page

_HAND: Final = ("人が読み、質問票か `sekisho app notice` で答えてください。",
                "Read it, and answer the questions or use `sekisho app notice`.")  # fmt: skip
_TEXT: Final = ("文字で書かれたページ（HTML・テキスト）を `--policy` で渡してください。",
                "Give the page as text (HTML or plain) with `--policy`.")  # fmt: skip
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "policy_empty": ("ページに文字がありません。" + _TEXT[0], "The page has no text. " + _TEXT[1]),
    "policy_pdf": ("PDFなので読み取れません。" + _TEXT[0], "It is a PDF, which isn't read. " + _TEXT[1]),
    "policy_picture": ("画像なので読み取れません。" + _TEXT[0], "It is a picture, which isn't read. " + _TEXT[1]),
    "policy_binary": ("文字のファイルではありません。" + _TEXT[0], "It isn't a file of text. " + _TEXT[1]),
    "policy_encoding": ("文字コードが分からず読めません。UTF-8で保存し直して渡してください。",
                        "Its encoding isn't known. Save it as UTF-8 and give it again."),
    "policy_script_only": (("スクリプトが動いて初めて文字が出るページです。ブラウザで開いて保存したページか、サイトの"
                           "アドレスを渡してください。"),
                           "Its text comes by script. Give the page as a browser saved it, or the site's address."),
    "policy_login": ("ログインの画面です。ログインした後のページを保存して渡してください。",
                     "It asks for a login. Save the page behind it and give that."),
    "policy_error_page": ("「見つからない」などのエラーのページです。アドレスを確かめてください。",
                          "It is a page about an error (not found). Check the address."),
    "policy_says_nothing": (
        "外部送信について述べたところが見つかりません。公表が別のページなら `--policy` に加えてください。" + _HAND[0],
        "Nothing in it speaks of external transmission. If the notice is another page, add that with `--policy`. "
        + _HAND[1]),
    "policy_no_opt_out": (("オプトアウトについて述べたところが見つかりません。別のページにあれば `--policy`"
                          " に加えてください。"),
                          "Nothing in it speaks of an opt-out. If that is another page, add it with `--policy`."),
    "policy_cut": ("長すぎるため、途中までしか読んでいません。" + _HAND[0],
                   "It is too long and was read in part. " + _HAND[1]),
    "policy_broken_text": ("文字化けした部分があり、読めていません。UTF-8で保存し直してください。",
                           "Some of its characters are broken and weren't read. Save it as UTF-8."),
    "policy_part_hidden": ("画像か埋め込まれた枠があり、その中は読めていません。" + _HAND[0],
                           "It has a picture or a frame that isn't read. " + _HAND[1]),
    "policy_points_elsewhere": (("公表の続きが別のページにあります（{more}）。そのページも `--policy`"
                                " に加えてください。"),
                                "It points to another page ({more}). Add that page with `--policy` too."),
    "policy_not_understood": ("送信について述べた文や欄のうち{more}件は読み取れませんでした。" + _HAND[0],
                              "Of what it says of sending, {more} sentences or cells weren't understood. " + _HAND[1]),
}  # fmt: skip
LITTLE: Final = 80
"""Letters below which a page with scripts or pictures is nothing but these."""
SHORT: Final = 1_500
"""Letters below which a page that asks for a password, or speaks of an error, is nothing else."""
_LOGIN: Final = re.compile(r"ログイン|サインイン|log ?in|sign ?in", re.IGNORECASE)
_ERROR: Final = re.compile(r"(?:^|\D)(?:40[0-9]|50[0-9])(?:\D|$)|not found|見つかりません|エラー|アクセスできません"
                           r"|メンテナンス|forbidden",
                           re.IGNORECASE)  # fmt: skip
_ELSEWHERE: Final = re.compile(
    r"外部送信|送信先|利用者情報の(?:送信|取扱)|情報収集モジュール|(?:Cookie|クッキー) ?ポリシー|(?:提供先|提携先"
    r"|事業者)の?一覧", re.IGNORECASE
)


def gap(name: str, reason: str, *, more: str = "") -> NotMeasured:
    """Why, and what to do."""
    ja, en = _WORDS[reason]
    return NotMeasured(place=Place(path=name), reason=reason, ja=ja.format(more=more), en=en.format(more=more))


def no_page(page: Page) -> str | None:
    """Why the page is none that tells anything; ``None`` where there is text to be read."""
    letters = page.letters
    if letters < LITTLE and page.password:
        return "policy_login"
    if letters == 0:
        return "policy_script_only" if page.scripts else "policy_picture" if page.pictures else "policy_empty"
    if letters < LITTLE and page.scripts:
        return "policy_script_only"
    if letters < LITTLE and page.pictures:
        return "policy_picture"
    return None


def nothing_said(page: Page) -> str:
    """What a page is that has text and says nothing of sending."""
    head = f"{page.title} {page.blocks[0].text[:80] if page.blocks else ''}"
    if page.letters < SHORT and (page.password or _LOGIN.search(head) is not None):
        return "policy_login"
    if page.letters < SHORT and _ERROR.search(head) is not None:
        return "policy_error_page"
    return "policy_says_nothing"


def elsewhere(page: Page) -> str:
    """The words of a link to another page of the notice; empty where there is none. A link to itself is none."""
    headings = {page.title, *(block.text for block in page.blocks if block.level)}
    for words, address in page.links:
        itself = any(words and words in heading for heading in headings)
        away = address and not address.startswith(("#", "javascript:", "mailto:"))
        if away and not itself and _ELSEWHERE.search(words):
            return words[:60]
    return ""
