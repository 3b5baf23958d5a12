"""The page: readable by everybody, in plain words, and it sends nothing anywhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from sekisho.apps.law.plain import is_japanese, jargon_in
from sekisho.apps.notice.draft import draft
from sekisho.apps.notice.errors import NoticeTemplateRefused
from sekisho.apps.notice.model import NoticeDocument, Words
from sekisho.apps.notice.outside import outside
from sekisho.apps.notice.render import TEMPLATE_MOST, html, packaged_template
from sekisho.apps.notice.words import GROUNDS, KINDS, MEANINGS, PAGE
from sekisho.errors import Lang
from tests.apps.notice.town import TODAY, entries, flows, new_one


class Page(HTMLParser):
    """A page's elements in order, and its text without style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._skip = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._skip = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._skip = self._skip and tag != "style"

    def handle_data(self, data: str) -> None:
        self.text += "" if self._skip else data

    def all(self, *tags: str) -> list[tuple[str, dict[str, Any]]]:
        """Every element of these names."""
        return [each for each in self.elements if each[0] in tags]


def _document(*, new: bool = False) -> NoticeDocument:
    return draft(flows(*(new_one() if new else ())), entries(), on=TODAY)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_page_is_built_for_everybody(lang: Lang) -> None:
    """Language, one first heading and no level left out, tables with captions and scopes, links within that lead
    somewhere, no two links of the same words to different places."""
    page = Page(html(_document(new=True), lang=lang, other="x.html", copy="x.json"))
    assert page.all("html")[0][1]["lang"] == lang
    levels = [int(tag[1]) for tag, _ in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.all("caption")) == len(page.all("table")) == 2
    assert all(given["scope"] in {"col", "row"} for _, given in page.all("th"))
    ids = [given["id"] for _, given in page.elements if "id" in given]
    assert len(ids) == len(set(ids))
    within = {given["href"][1:] for _, given in page.all("a") if given["href"].startswith("#")}
    assert within <= set(ids)
    assert page.all("main")
    assert page.all("nav")[0][1]["aria-label"]


def test_letters_are_large_and_dark_enough() -> None:
    """No size in the page's style is below 12 pixels, and letters have 4.5 to 1 against what they stand on."""
    style = packaged_template().split("<style>")[1].split("</style>")[0]
    sizes = [float(number) * (16 if unit == "rem" else 1)
             for number, unit in re.findall(r"font(?:-size)?:\s*([\d.]+)(rem|px)", style)]  # fmt: skip
    assert sizes
    assert min(sizes) >= 12
    for ink, ground in (("1a1a1a", "ffffff"), ("404040", "f2f5f9"), ("404040", "e8edf4"), ("0b4f9e", "ffffff"),
                        ("5c3c00", "fff3cd"), ("1a1a1a", "e8edf4")):  # fmt: skip
        assert _contrast(ink, ground) >= 4.5


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((light(one), light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_page_is_plain_japanese() -> None:
    """The page is in Japanese without a technical term, names of services included; so is every word of our own."""
    text = Page(html(_document())).text
    assert is_japanese(text)
    assert jargon_in(text) == ()
    assert "ピクセル（見たことを知らせる小さな画像）" in text
    own = [both[0] for table in (PAGE, GROUNDS, KINDS, MEANINGS) for both in table.values()]
    assert jargon_in("。".join(own)) == ()


def test_english_page_says_what_is_japanese() -> None:
    """On the English page words that have no translation stand in Japanese and say so; none is made up."""
    page = html(_document(), lang="en")
    assert '<span lang="ja">購入や申込みがあったこと</span>' in page
    assert "Minato Soft K.K." in page
    assert "送信先の一覧" not in page


def test_unconfirmed_stands_as_that() -> None:
    """A place that nobody confirmed says 要確認, and the page says at its top that it is a draft."""
    page = html(_document(new=True))
    assert "下書きです" in page.split("<main>")[0]
    assert "要確認：詳しい位置情報" in page
    assert 'vendor-unknown.example <span class="confirm">要確認</span>' in page
    assert "下書きです" not in html(_document())


def test_page_loads_nothing() -> None:
    """Neither page has anything that loads or runs."""
    assert outside(html(_document(new=True))) == ()
    assert "<script" not in packaged_template()


def test_hostile_words_stay_text() -> None:
    """Markup in a name is shown, display-steering letters by their number."""
    base = _document()
    bad = "<img src=x onerror=alert(1)>\u202e'\"&{{ 7 * 7 }}"
    page = html(replace(base, operator=Words(bad), rows=(replace(base.rows[0], service=bad, handler=Words(bad)),)))
    assert "<img" not in page
    assert "〔U+202E〕" in page
    assert "{{ 7 * 7 }}" in page
    assert outside(page) == ()


@pytest.mark.parametrize("template", [
    "{{ notice.__class__ }}",
    "{{ notice.rows.__class__.__mro__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ notice.rows.append(1) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ notice }}",
    "{{ notice.items }}",
    "{{ range(3) }}",
    "{{ cycler }}",
    "{{ lipsum() }}",
    "{{ notice.nothing }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os }}",
    "{% extends 'base.html' %}",
    "{% autoescape false %}{{ notice.operator.text }}{% endautoescape %}",
    "{{ notice.operator.text|safe }}",
    "{{ notice|tojson }}",
    "{% for %}",
    "{{ 1 / 0 }}",
])  # fmt: skip
def test_a_template_reaches_nothing_but_the_data(template: str) -> None:
    """What reaches beyond the notice's texts, or switches escaping off, is refused."""
    with pytest.raises(NoticeTemplateRefused):
        html(_document(), template)


@pytest.mark.parametrize("part", [
    "<script>fetch('https://x.example')</script>", "<img src='https://x.example/p.gif'>", "<img src='/local.png'>",
    "<link rel='stylesheet' href='https://x.example/a.css'>", "<link rel='preconnect' href='//x.example'>",
    "<style>@import 'https://x.example/a.css'</style>", "<p style='background:url(//x.example/a)'>x</p>",
    "<style>p{background:u\\72l(//x.example)}</style>", "<iframe></iframe>", "<body onload='x()'>",
    "<meta http-equiv='refresh' content='0;url=https://x.example'>", "<a href='javascript:x()'>x</a>",
    "<a href='https://a.example' ping='https://x.example'>x</a>", "<video poster='https://x.example/a'></video>",
    "<form action='https://x.example'></form>", "<object data='https://x.example'></object>",
    "<base href='//x.example'>",
    "<svg><image href='https://x.example/a.png'/></svg>", "<svg><use xlink:href='https://x.example/a#b'/></svg>",
])  # fmt: skip
def test_a_template_that_loads_is_refused(part: str) -> None:
    """A page that would itself send its readers' information to somebody isn't made."""
    with pytest.raises(NoticeTemplateRefused, match="loads or runs"):
        html(_document(), f"<!doctype html><html lang='ja'><body>{part}</body></html>")


def test_another_template_gets_the_same_data() -> None:
    """A template of somebody else's places the same words, escaped."""
    page = html(_document(), "{% for row in notice.rows %}{{ row.handler.text }}|{{ row.information|join('・') }}\n"
                             "{% endfor %}{{ t.list }}")  # fmt: skip
    assert page.splitlines()[0] == "Google LLC|Cookie等の識別子・IPアドレス・端末・OS・ブラウザの種類・閲覧したページ"
    assert page.endswith("送信先の一覧")


def test_a_template_has_a_size() -> None:
    """What is larger than any template isn't read as one."""
    with pytest.raises(NoticeTemplateRefused):
        html(_document(), "あ" * TEMPLATE_MOST)
