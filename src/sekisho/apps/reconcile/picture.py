"""The comparison as a picture: inline SVG for a page, wide and narrow, in Japanese or English.

Each recipient has a bar to the left for the app and one to the right for the site, as long as the kinds of information
observed are many; the number stands at its end, so that nothing rests on colour. Everything in it is in the table too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from sekisho.apps.evidence import Grade
from sekisho.apps.reconcile.compare import Cell, Compared, Comparison, Side, Standing, item_names
from sekisho.apps.shown import shown
from sekisho.errors import Lang

ROWS_MOST: Final = 40
"""Recipients drawn; how many more stand in the table alone is said."""

_APP: Final = "#1d4e89"
_WEB: Final = "#9a3b00"
_INK: Final = "#1a1a1a"
_GREY: Final = "#595959"
_LINE: Final = "#767676"
"""All against white: 4.5 to 1 or more for letters, 3 to 1 for lines (WCAG 2.2, 1.4.3 and 1.4.11)."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sizes in CSS pixels, which are the picture's own units."""

    width: int
    name: int
    """Width of the names' column; 0 where a name stands above its bars."""
    row: int
    font: int = 14

    @property
    def bar(self) -> float:
        """The longest bar: half of what the names leave, less room for the number."""
        return (self.width - self.name) / 2 - 36

    @property
    def left(self) -> float:
        """Where the app's bars begin, going left."""
        return (self.width - self.name) / 2

    @property
    def right(self) -> float:
        """Where the site's bars begin, going right."""
        return (self.width + self.name) / 2


WIDE: Final = _Layout(width=760, name=260, row=26)
NARROW: Final = _Layout(width=340, name=2, row=44)

STYLE: Final = (
    ".cmp-narrow{display:none}@media (max-width:800px){.cmp-wide{display:none}.cmp-narrow{display:block}}"
    ".cmp svg{max-width:100%;height:auto}"
)
"""What a page needs so that :func:`inline` shows the picture that fits."""


def inline(comparison: Comparison, lang: Lang) -> str:
    """Both pictures for a page that has :data:`STYLE`: one of them is shown, and one alone is read out."""
    return (
        f'<div class="cmp"><div class="cmp-wide">{svg(comparison, lang)}</div>'
        f'<div class="cmp-narrow">{svg(comparison, lang, layout=NARROW)}</div></div>'
    )


def svg(comparison: Comparison, lang: Lang, *, layout: _Layout = WIDE) -> str:
    """One picture. It has a title and a description that says what it shows; it loads nothing."""
    rows = comparison.rows[:ROWS_MOST]
    parts = list(_parts(rows, lang, layout, comparison))
    hidden = len(comparison.rows) - len(rows)
    top = _head_height(layout)
    height = top + sum(layout.row + (30 if first else 0) for _, first in _grouped(rows)) + 14
    if hidden:
        height += 24
        text = f"ほか{hidden}件は表にあります。" if lang == "ja" else f"{hidden} more stand in the table."
        parts.append(_text(12, height - 12, text, layout.font, _GREY))
    if not rows:
        height += 30
        parts.append(_text(layout.width / 2, top + 16, "送信先はありません。" if lang == "ja" else "No recipients.",
                           layout.font, _GREY, anchor="middle"))  # fmt: skip
    mark = f"cmp-{layout.width}-{lang}"
    title = "アプリとサイトの送信先の比較" if lang == "ja" else "Recipients of the app and of the web site"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{lang}" aria-labelledby="{mark}-t {mark}-d" '
        f'width="{layout.width}" height="{height}" viewBox="0 0 {layout.width} {height}" '
        f"font-family=\"'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic',Meiryo,sans-serif\">"
        f'<title id="{mark}-t">{title}</title>'
        f'<desc id="{mark}-d">{_safe(comparison.sentence(lang))}</desc>'
        f'<rect width="{layout.width}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def _head_height(layout: _Layout) -> int:
    return 52 if layout.name > 2 else 84


def _grouped(rows: tuple[Compared, ...]) -> Iterator[tuple[Compared, bool]]:
    """Each row with whether it is the first of its standing."""
    before: Standing | None = None
    for row in rows:
        yield row, row.standing is not before
        before = row.standing


def _parts(rows: tuple[Compared, ...], lang: Lang, layout: _Layout, comparison: Comparison) -> Iterator[str]:
    yield from _head(lang, layout)
    most = max((len(cell.information) for row in rows for cell in (row.app, row.web)), default=0) or 1
    y: float = _head_height(layout)
    for row, first in _grouped(rows):
        if first:
            heading = row.standing.words(lang)
            heading = heading[0].upper() + heading[1:]
            y += 30
            yield _text(0, y - 9, heading, layout.font, _INK, bold=True)
            yield f'<line x1="0" y1="{y - 2:g}" x2="{layout.width}" y2="{y - 2:g}" stroke="{_LINE}"/>'
        yield f"<g><title>{_safe(_said(row, lang))}</title>"
        middle = y + layout.row / 2
        if layout.name > 2:
            yield _text(layout.width / 2, middle + 5, _cut(row.service or row.recipient, layout.name - 16, layout.font),
                        layout.font, _INK, anchor="middle")  # fmt: skip
        else:
            yield _text(layout.width / 2, y + 17, _cut(row.service or row.recipient, layout.width - 8, layout.font),
                        layout.font, _INK, anchor="middle")  # fmt: skip
            middle = y + 31
        for side, cell in ((Side.APP, row.app), (Side.WEB, row.web)):
            yield from _bar(side, cell, middle, most, layout, comparison)
        yield "</g>"
        y += layout.row


def _head(lang: Lang, layout: _Layout) -> Iterator[str]:
    names = ("アプリ", "サイト") if lang == "ja" else ("App", "Web site")
    yield _text(layout.left - 4, 20, f"◀ {names[0]}", layout.font + 1, _APP, anchor="end", bold=True)
    yield _text(layout.right + 4, 20, f"{names[1]} ▶", layout.font + 1, _WEB, bold=True)
    lines: tuple[str, ...] = (
        ("棒と数：観測した情報の種類の数（0は観測なし）", "破線：組込みのみ　？：測定不能",
         "○：送信のみで中身は見えない")
        if lang == "ja"
        else ("Bar and number: kinds of information observed (0: none)", "Dashed: in the file only   ?: not measured",
              "○: sent, contents unseen")
    )  # fmt: skip
    if layout.name > 2:
        lines = ("　".join(lines[:2]) + "　" + lines[2],)
    for number, line in enumerate(lines):
        yield _text(layout.width / 2, 42 + 18 * number, line, 12, _GREY, anchor="middle")


def _bar(side: Side, cell: Cell, middle: float, most: int, layout: _Layout, comparison: Comparison) -> Iterator[str]:
    app = side is Side.APP
    colour = _APP if app else _WEB
    begin = layout.left if app else layout.right
    way = -1 if app else 1
    anchor = "end" if app else "start"
    if cell.observed and cell.information:
        length = max(4.0, layout.bar * len(cell.information) / most)
        x = begin - length if app else begin
        yield f'<rect x="{x:g}" y="{middle - 8:g}" width="{length:g}" height="16" fill="{colour}"/>'
        yield _text(
            begin + way * (length + 6), middle + 5, str(len(cell.information)), layout.font, _INK, anchor=anchor
        )
    elif cell.observed:
        yield (f'<circle cx="{begin + way * 10:g}" cy="{middle:g}" r="6" fill="#fff" stroke="{colour}" '
               'stroke-width="2"/>')  # fmt: skip
    elif cell.grade is Grade.EMBEDDED:
        length = 40.0
        x = begin - length if app else begin
        yield (f'<rect x="{x:g}" y="{middle - 7:g}" width="{length:g}" height="14" fill="#fff" stroke="{colour}" '
               'stroke-width="2" stroke-dasharray="4 3"/>')  # fmt: skip
    elif side not in comparison.measured:
        yield _text(begin + way * 6, middle + 5, "？", layout.font, _GREY, anchor=anchor)
    else:
        yield _text(begin + way * 6, middle + 5, "0", layout.font, _GREY, anchor=anchor)


def _said(row: Compared, lang: Lang) -> str:
    """What a pointer that rests on a row is told."""
    names = ("アプリ", "サイト") if lang == "ja" else ("app", "web site")
    nothing = "なし" if lang == "ja" else "none"
    colon = "：" if lang == "ja" else ": "
    parts = [row.service or row.recipient, row.standing.words(lang)]
    for name, cell in zip(names, (row.app, row.web), strict=True):
        if cell.observed:
            parts.append(f"{name}{colon}{item_names(cell.information, lang) or nothing}")
    return " / ".join(parts)


def _text(
    x: float, y: float, text: str, size: int, colour: str, *, anchor: str = "start", bold: bool = False
) -> str:  # fmt: skip
    weight = ' font-weight="700"' if bold else ""
    return (f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>'
            f"{_safe(text)}</text>")  # fmt: skip


def _safe(text: str) -> str:
    return escape(shown(text), quote=True)


def _cut(text: str, room: float, size: int) -> str:
    """As much of a name as there is room for; the whole stands in the title."""
    text = shown(text)
    if sum(map(_width, text)) * size <= room:
        return text
    left = room / size - 1
    kept = []
    for letter in text:
        left -= _width(letter)
        if left < 0:
            break
        kept.append(letter)
    return "".join(kept) + "…"


def _width(letter: str) -> float:
    """A letter's width as a share of its size: wide ones a whole, the others rather too much than too little."""
    return 1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.58
