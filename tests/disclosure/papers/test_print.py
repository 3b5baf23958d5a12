"""Papers as they are printed: content, escaping, pages, sameness, and what a template can't do."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from sekisho.disclosure.papers.answers import Answer
from sekisho.disclosure.papers.errors import (
    TemplateDrops,
    TemplateReachesOut,
    TemplateRefused,
)
from sekisho.disclosure.papers.forms import EntryForm
from sekisho.disclosure.papers.frame import Addressee, Paper
from sekisho.disclosure.papers.handing import Handed, Inventory
from sekisho.disclosure.papers.kinds import PAPERS, PaperKind
from sekisho.disclosure.papers.printing import Printed, html_of, print_paper, text_of
from sekisho.disclosure.papers.sender import Claim
from sekisho.disclosure.papers.shown import Answered, Told
from sekisho.disclosure.papers.template import NAMES, TABLE_ROWS, Templates, visible
from sekisho.logs.lookup.answer import Outcome
from sekisho.pdf import JapaneseFontMissing, pdf_of
from tests.disclosure.made_cases import case, item
from tests.disclosure.papers.made_papers import (
    CLAIM,
    DAY,
    DIGEST,
    HANDED,
    OFFICE,
    SENDER,
    every,
    inquiry,
    officer,
)

STANDS: Mapping[PaperKind, tuple[str, ...]] = {
    PaperKind.ANSWER: ("関捜一第88号", "203.0.113.5", "送信元ポート番号2000", "該当あり", "保存期間経過", "警部補"),
    PaperKind.BAR_ANSWER: ("関所県弁護士会御中", "弁護士法第23条の2", "09000000000", "綿貫千早"),
    PaperKind.QUESTION: ("文書番号がありません", "日本時間とUTC", "令和8年12月1日", "全体"),
    PaperKind.QUOTE: ("5,000円", "10,000円", "令和8年12月24日", "関所銀行", "税込み"),
    PaperKind.HOLD_NOTICE: ("令和8年12月23日まで", "令和8年12月20日", "保全していません（該当する記録がありません）"),
    PaperKind.HOLD_EXTENSION: ("令和8年12月23日まで", "令和9年1月22日まで", "60日"),
    PaperKind.OPINION_INQUIRY: ("綿貫千早様", "芦屋桐子", "名誉権", "令和8年12月7日", "氏名又は名称、住所"),
    PaperKind.OPINION_ANSWER: ("同意します", "同意しません", "開示-8-31により照会", "関所通信株式会社御中"),
    PaperKind.DISCLOSURE_DECISION: ("弁護士御影直様", "綿貫千早", "特定できない", "第7条"),
    PaperKind.REFUSAL_DECISION: ("明らかであるとは認められません", "203.0.113.9"),
    PaperKind.SENDER_NOTICE: ("第6条第2項", "令和8年10月5日", "令和8年（発チ）第5号", "関所地方裁判所"),
    PaperKind.PROVISION: ("電磁的記録媒体", DIGEST, "3点", "捜索差押許可状"),
    PaperKind.INVENTORY: ("answer-1.csv", DIGEST, DIGEST[::-1], "1,234,567"),
    PaperKind.RECEIPT: ("受領しました", DIGEST, "受領日", "関所県警察本部"),
    PaperKind.NEXT_PROVIDER: ("隣町電信株式会社", "隣町市本町1-1", "令和9年1月25日", "特定することができません"),
    PaperKind.INQUIRY_FORM: ("文書番号", "司法巡査", "197条5項", "関所モバイル"),
    PaperKind.PRESERVATION_FORM: ("求める期間", "30日以内", "通算60日まで"),
}
"""What must be read on each paper, without spaces."""


def pdf_text(printed: Printed) -> str:
    """The text of every page, without spaces."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(printed.pdf)).pages).split())


@pytest.mark.parametrize("kind", list(PaperKind))
def test_each_paper_says_what_it_must(kind: PaperKind) -> None:
    """Every kind of paper is made, on A4, and its PDF has its title, both sides, number, day, page numbers, content."""
    paper = every()[kind]
    printed = print_paper(paper)
    reader = PdfReader(BytesIO(printed.pdf))
    text = pdf_text(printed)
    assert printed.kind is kind
    assert len(reader.pages) == printed.pages
    assert [round(float(side) / 72 * 25.4) for side in reader.pages[0].mediabox[2:]] == [210, 297]
    assert PAPERS[kind].title.ja.replace(" ", "") in text
    for words in STANDS[kind]:
        assert words in text, words
        assert words in text_of(printed.html), words
    assert f"1/{printed.pages}頁" in text
    if isinstance(paper, Paper):
        for words in (paper.frame.number, "令和8年11月23日", OFFICE.name, paper.frame.addressee.name):
            assert "".join(words.split()) in text


def test_a_pdf_tells_nothing_of_the_machine() -> None:
    """A PDF's metadata are its title, language and producer: no time, path, host or person."""
    printed = print_paper(every()[PaperKind.ANSWER])
    reader = PdfReader(BytesIO(printed.pdf))
    said = {str(name): str(value) for name, value in (reader.metadata or {}).items()}
    assert set(said) == {"/Title", "/Producer"}
    assert said["/Title"] == "回答書 開示-8-30"
    for word in (b"CreationDate", b"ModDate", b"/tmp", b"/home", b"file:", str(Path.cwd()).encode()):
        assert word not in printed.pdf


def test_the_same_paper_gives_the_same_bytes() -> None:
    """Two processes with different hash seeds make the same PDF; another day makes another."""
    script = (
        "from tests.disclosure.papers.made_papers import every;"
        "from sekisho.disclosure.papers.kinds import PaperKind;"
        "from sekisho.disclosure.papers.printing import print_paper;"
        "print(print_paper(every()[PaperKind.PROVISION]).sha256)"
    )
    root = Path(__file__).parents[3]
    made = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root / 'src'}:{root}", "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }
    here = print_paper(every()[PaperKind.PROVISION])
    assert made == {f"{here.sha256}\n"}
    assert print_paper(every()[PaperKind.INVENTORY]).sha256 != here.sha256


def test_nothing_is_written_to_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No temporary file with personal data is made for a PDF."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a temporary file")

    for name in ("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory"):
        monkeypatch.setattr(tempfile, name, refuse)
    assert print_paper(every()[PaperKind.QUOTE]).pages == 1


EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "</td></table><h1>偽</h1>",
    "{{ 7*7 }}",
    "&lt;b&gt;",
    "</style><style>body{display:none}</style>",
    "{% raw %}",
    "<link rel=stylesheet href=https://a.example/x>",
)


@pytest.mark.parametrize("evil", EVIL)
def test_what_looks_like_markup_is_text(evil: str) -> None:
    """Markup in a name, a reason or a title is printed as the letters it is, and fetches nothing."""
    claim = Claim(posted=evil, right=evil, reason=evil, claimant=evil)
    paper = inquiry(to=Addressee(name=evil, honorific="様", address=(evil,)), claim=claim, court=evil)
    printed = print_paper(paper)
    wanted = "".join(evil.split())
    assert text_of(printed.html).count(wanted) == 7
    assert "<script" not in printed.html
    assert "<img" not in printed.html
    assert printed.html.count("<style>") == 1
    assert wanted in pdf_text(printed)


def test_letters_that_turn_a_line_around_are_shown_by_number() -> None:
    """Display-steering, unseen and private letters stand there by their number; a name's variants stay."""
    assert visible("a\u202eb\x00c\u200bd\ue000") == "a〔U+202E〕b〔U+0000〕c〔U+200B〕d〔U+E000〕"
    assert visible("葛\U000e0100飾\n髙﨑\t邊") == "葛\U000e0100飾\n髙﨑　邊"
    assert visible("\ud800") == "〔U+D800〕"
    html = html_of(inquiry(to=Addressee(name="千早\u202e綿貫", honorific="様")))
    assert "千早〔U+202E〕綿貫" in html
    assert "\u202e" not in html


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())))
def test_any_name_is_text(name: str) -> None:
    """Whatever stands in a name, the paper has the same elements as with a plain one."""

    def tags(html: str) -> list[str]:
        return re.findall(r"<[^>]*>", html)

    html = html_of(inquiry(to=Addressee(name=name, honorific="様", address=SENDER.address)))
    assert tags(html) == tags(html_of(inquiry(to=SENDER)))


def test_a_letter_no_font_has_is_shown_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter for which there is no font becomes its number, and the print says which; without Japanese letters at
    all nothing is made."""
    # U+1F8B2 and the like have no glyph in common fonts; an unassigned one would be shown by number at once.
    html = html_of(inquiry(to=Addressee(name="千早\U00016a40", honorific="様")))
    missing = pdf_of(html, page="x").missing
    if missing:  # else a font of this machine has even that
        printed = print_paper(inquiry(to=Addressee(name="千早\U00016a40", honorific="様")))
        assert printed.shown_by_number == ("\U00016a40",)
        assert "千早〔U+16A40〕" in printed.html
    monkeypatch.setattr("sekisho.pdf._COMMON", frozenset("\U00016a40"))
    if missing:
        with pytest.raises(JapaneseFontMissing):
            pdf_of(html, page="x")


def test_long_names_and_reasons_stay_on_the_paper() -> None:
    """Names of a thousand letters and reasons of eight thousand are set over several pages, complete."""
    name, reason = "寿限無" * 333, "理由" * 4_000
    printed = print_paper(
        inquiry(to=Addressee(name=name, honorific="様"), claim=Claim(posted="a" * 500, right="名誉", reason=reason))
    )
    text = pdf_text(printed)
    assert printed.pages > 4
    assert text.count("寿限無") == 333
    assert text.count("理由") >= 4_000
    assert f"{printed.pages}/{printed.pages}頁" in text


def test_lists_go_over_pages() -> None:
    """A table's heading stands again on each page; beyond the table's rows a list is set as lines, none lost."""
    rows = [Handed(name=f"file-{at}.csv", what="接続記録", sha256=DIGEST, size=at) for at in range(TABLE_ROWS + 1)]
    listed: dict[str, Any] = {"belongs_to": "開示-8-30", "office": OFFICE, "number": "開示-8-32", "dated": DAY}
    table = print_paper(Inventory.of(case(), rows[:60], **listed))
    pages = [page.extract_text() for page in PdfReader(BytesIO(table.pdf)).pages]
    assert len(pages) > 2
    assert all("名称" in page for page in pages)
    lines = print_paper(Inventory.of(case(), rows, **listed))
    assert "<table>" not in lines.html
    text = pdf_text(lines)
    assert all(f"file-{at}.csv" in text for at in range(len(rows)))


def test_ten_thousand_rows_are_one_document() -> None:
    """The most items of one request are answered on one paper; as lines, so that each costs little to set."""
    count = 10_000
    asked = officer("investigation_inquiry", items=[item(at) for at in range(1, count + 1)])
    told = (Told(content="subscriber", label="契約者", value="綿貫 千早"),)
    answers = [Answered(item=at, outcome=Outcome.UNIQUE, told=told) for at in range(1, count + 1)]
    html = html_of(Answer.of(asked, answers, office=OFFICE, number="開示-8-1", dated=DAY))
    assert html.count('<p class="row">') == count
    assert html.count("綿貫 千早") == count
    assert len(html) < 500 * count


def test_an_operator_replaces_a_template(tmp_path: Path) -> None:
    """A file of a packaged template's name takes its place, and the print says that other templates were used."""
    letter = Templates.packaged().sources["letter.html"]
    (tmp_path / "letter.html").write_text(letter.replace("（印）", "（公印省略）"))
    mine = Templates.replaced_from(tmp_path)
    assert mine.replaced == {"letter.html"}
    printed = print_paper(every()[PaperKind.ANSWER], templates=mine)
    assert "公印省略" in pdf_text(printed)
    assert printed.templates_sha256 != Templates.packaged().sha256


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other.html", "x"),
        ("quote.html", "{% if %}"),
        ("quote.html", "{{ nobody.name }}"),
        ("quote.html", "{{ frame.number|safe }}"),
        ("quote.html", "{% autoescape false %}{{ frame.number }}{% endautoescape %}"),
        ("quote.html", "{{ paper.__class__.__mro__ }}"),
        ("quote.html", "{% include '../../secrets' %}"),
        ("quote.html", "{{ 1 / 0 }}"),
        ("quote.html", "{{ frame.number + 1 }}"),
        ("quote.html", "{% include 'quote.html' %}"),
        ("quote.html", "{% for at in range(10 ** 9) %}x{% endfor %}"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(tmp_path: Path, name: str, text: str) -> None:
    """Unknown names, errors, unescaped output and reaching into the program are refused, none of them as a crash."""
    (tmp_path / name).write_text(text)
    with pytest.raises(TemplateRefused):
        print_paper(every()[PaperKind.QUOTE], templates=Templates.replaced_from(tmp_path))


def test_a_template_must_be_small_text(tmp_path: Path) -> None:
    """A file that is too large or isn't UTF-8 is refused."""
    (tmp_path / "quote.html").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateRefused, match="UTF-8"):
        Templates.replaced_from(tmp_path)
    (tmp_path / "quote.html").write_bytes(b" " * 300_000)
    with pytest.raises(TemplateRefused, match="larger"):
        Templates.replaced_from(tmp_path)


@pytest.mark.parametrize("dropped", ["{{ frame.number }}", "{{ frame.dated|era }}", "{{ frame.addressee.name }}"])
def test_a_template_cannot_leave_out_what_must_stand(tmp_path: Path, dropped: str) -> None:
    """Number, day, names, title and pages are looked for on the finished paper."""
    (tmp_path / "letter.html").write_text(Templates.packaged().sources["letter.html"].replace(dropped, ""))
    with pytest.raises(TemplateDrops):
        html_of(every()[PaperKind.QUOTE], templates=Templates.replaced_from(tmp_path))


def test_a_template_cannot_leave_out_the_pages(tmp_path: Path) -> None:
    """A style sheet without page numbers is refused, as is a page without the title."""
    (tmp_path / "style.css").write_text("@page { size: A4 }")
    with pytest.raises(TemplateDrops, match="page numbers"):
        html_of(every()[PaperKind.INQUIRY_FORM], templates=Templates.replaced_from(tmp_path))


@pytest.mark.parametrize(
    "reach",
    [
        '<img src="https://a.example/x.png">',
        '<img src="file:///etc/hostname">',
        '<img src="seal.png">',
        '<img src="data:image/png;base64,AAAA">',
        '<link rel="stylesheet" href="http://a.example/x.css">',
        "<style>@import url(https://a.example/x.css);</style>",
        "<style>@font-face { font-family: x; src: url(file:///x.ttf) } h1 { font-family: x }</style>",
        "<style>h1 { background: url(https://a.example/x.png) }</style>",
        '<link rel="attachment" href="file:///etc/hostname">',
    ],
)
def test_a_template_reaches_nothing(tmp_path: Path, reach: str) -> None:
    """Network, files and embedded data are refused before anything is opened."""
    (tmp_path / "letter.html").write_text(Templates.packaged().sources["letter.html"].replace("<h1>", f"{reach}<h1>"))
    with pytest.raises(TemplateReachesOut):
        print_paper(every()[PaperKind.QUOTE], templates=Templates.replaced_from(tmp_path))


def test_every_paper_has_its_template() -> None:
    """The packaged templates are exactly those of the kinds and what they share; each parses."""
    folder = Path(__file__).parents[3] / "src/sekisho/disclosure/papers/templates"
    assert {path.name for path in folder.iterdir()} == NAMES
    for name in NAMES:
        Templates.packaged().check(name)


def test_the_page_about_papers_names_every_paper_and_field() -> None:
    """docs/disclosure-papers.md lists each paper, its template and each of its fields."""
    page = (Path(__file__).parents[3] / "docs/disclosure-papers.md").read_text(encoding="utf-8")
    for kind, paper in every().items():
        row = next(line for line in page.splitlines() if f"`{kind.value}.html`" in line)
        assert PAPERS[kind].title.ja in row
        if not isinstance(paper, EntryForm):
            for one in fields(paper):
                assert one.name == "frame" or f"`{one.name}`" in row, (kind, one.name)


def test_the_samples_are_of_this_day() -> None:
    """The made-up claim and hand-over are those the other tests rely on."""
    assert date(2026, 11, 23) == DAY
    assert CLAIM.claimant
    assert len(HANDED) == 3
