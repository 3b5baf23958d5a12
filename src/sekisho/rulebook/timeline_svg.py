"""The timeline as an SVG image: a bar per rule, a line per day of change, the citation inside the bar.

Meant to be put inline into a page or printed: no reference to anything outside, no style sheet, no script, presentation
attributes only (a strict content security policy allows them). Colour is never the only signal: the text state is also
a pattern and a word, and the whole is told in ``desc``. The slots between two days of change are equally wide: widths
don't show durations, so that the years in which much changes stay readable.
"""

from __future__ import annotations

import hashlib
import re
from html import escape

from sekisho.engine.rules import Role
from sekisho.rulebook.terminal_text import shown_width, wrap
from sekisho.rulebook.timeline_chart import Chart, Row, Span
from sekisho.rulebook.timeline_text import dates
from sekisho.rulebook.words import STRENGTHS, TEXT_STATES, value_in_words

WIDTH = 800
_LABELS = 236
_RIGHT = 14
_BAR = 20
_LINE = 14
_FONT = "sans-serif"
_SMALL = 10
_NORMAL = 12

_INK, _FAINT, _GRID, _PAPER = "#1a1a1a", "#595959", "#c8c8c8", "#ffffff"
_FILLS = {"verbatim": "#1f4e79", "summary": "#d5e5f4", "unverified": "#ffffff"}
_DUTY, _SCOPE = "#333333", "#ffffff"
_ROLES = {Role.DUTY: ("義務", "duty"), Role.SCOPE: ("対象外", "outside the duty"), Role.METHOD: ("方法", "method")}


def timeline_svg(chart: Chart, lang: str) -> str:
    """The chart as one ``<svg>`` element."""
    return _Drawing(chart, lang).drawn()


class _Drawing:
    """One drawing: lays rows out from top to bottom while it writes them."""

    def __init__(self, chart: Chart, lang: str) -> None:
        self._chart, self._lang, self._ja = chart, lang, lang == "ja"
        self._days = chart.days()
        named = "|".join([*chart.dimensions.values(), lang, chart.on.isoformat(), chart.as_known_at.isoformat()])
        self._key = "tl" + hashlib.sha256(named.encode()).hexdigest()[:8]
        self._slot = (WIDTH - _LABELS - _RIGHT) / len(self._days)
        self._parts: list[str] = []

    def drawn(self) -> str:
        """The whole element."""
        title = " · ".join(value_in_words(value, self._lang) for value in self._chart.dimensions.values())
        heads = wrap(title, 96)
        top = 22 + 18 * len(heads)
        axis = top + 24
        y: float = axis + 22
        for duty in self._chart.duties:
            y += 10
            self._text(8, y + 12, duty.title.in_(self._lang), size=13, weight="bold")
            under, end = f"{y + 17:g}", WIDTH - _RIGHT
            self._parts.append(f'<line x1="8" y1="{under}" x2="{end}" y2="{under}" stroke="{_FAINT}"/>')
            y += 24
            if not duty.rows:
                none = "知られている規則はない" if self._ja else "no rule is known"
                self._text(16, y + 10, none, size=_SMALL, fill=_FAINT)
                y += 18
            for row in duty.rows:
                y = self._row(row, y)
        bottom = y + 6
        rows, self._parts = self._parts, []
        for n, head in enumerate(heads):
            self._text(8, 22 + 18 * n, head, size=15, weight="bold")
        known = self._chart.as_known_at
        said = f"{known} に知られている法令による。規則集 " if self._ja else f"By the law known on {known}. Rulebook "
        self._text(8, top + 2, said + self._chart.rulebook[:8], size=_SMALL, fill=_FAINT)
        self._axis(axis, bottom)
        self._marked_day(axis, bottom)
        self._parts += rows
        height = self._legend(bottom + 16)
        return "\n".join([self._head(title, height), *self._parts, "</svg>"])

    def _head(self, title: str, height: float) -> str:
        key, said = self._key, escape(self._description())
        hatch = (
            f'<defs><pattern id="{key}h" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{_FILLS["summary"]}"/>'
            '<line x1="0" y1="0" x2="0" y2="6" stroke="#9dbfdf" stroke-width="2"/>'
            "</pattern></defs>"
        )
        heading = "本人確認の方法の時間図" if self._ja else "Timeline of the permitted methods"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" '
            f'width="{WIDTH}" height="{height:g}" '
            f'lang="{self._lang}" font-family="{_FONT}" role="img" aria-labelledby="{key}t {key}d">\n'
            f'<title id="{key}t">{escape(heading)}: {escape(title)}</title>\n<desc id="{key}d">{said}</desc>\n{hatch}\n'
            f'<rect width="{WIDTH}" height="{height:g}" fill="{_PAPER}"/>'
        )

    def _description(self) -> str:
        """What the picture shows, in words: per duty, what holds on the marked day and until when."""
        on, said = self._chart.on, []
        for duty in self._chart.duties:
            held = [
                f"{row.title.in_(self._lang)} ({dates(span, self._lang)}, {span.label.in_(self._lang)}, "
                f"{TEXT_STATES[span.text_state].in_(self._lang)})"
                for row in duty.rows
                if row.role is Role.METHOD
                for span in row.spans
                if span.holds(on)
            ]
            none = "なし" if self._ja else "none"
            on_that_day = f"{duty.title.ja}、{on} に使える方法: " if self._ja else f"{duty.title.en}, methods on {on}: "
            said.append(on_that_day + ("; ".join(held) or none))
        return (("。" if self._ja else ". ").join(said)) + ("。" if self._ja else ".")

    def _axis(self, y: float, bottom: float) -> None:
        fixed = {span.start for span in self._chart.spans() if span.start_fixed} | {
            span.end for span in self._chart.spans() if span.end is not None and span.end_fixed
        }
        for n, day in enumerate(self._days):
            x = self._x(n)
            self._parts.append(f'<line x1="{x:g}" y1="{y + 14:g}" x2="{x:g}" y2="{bottom:g}" stroke="{_GRID}"/>')
            open_mark = "" if day in fixed or n == 0 else "≤"
            year, rest = f"{open_mark}{day.year}", f"{day:%m-%d}"
            before = "…" if n == 0 else ""
            self._text(x + 2, y, before + year, size=_SMALL)
            self._text(x + 2, y + 11, rest, size=_SMALL)

    def _marked_day(self, y: float, bottom: float) -> None:
        n = sum(day <= self._chart.on for day in self._days) - 1
        if n < 0:
            return
        start = self._days[n]
        after = self._days[n + 1] if n + 1 < len(self._days) else None
        share = (self._chart.on - start).days / (after - start).days if after is not None else 0.5
        x = self._x(n) + self._slot * share
        said = f"{self._chart.on}"
        self._parts.append(
            f'<line x1="{x:g}" y1="{y + 14:g}" x2="{x:g}" y2="{bottom:g}" stroke="#b00020" stroke-width="1.5" '
            f'stroke-dasharray="5 3"><title>{said}</title></line>'
        )
        anchor = "end" if x > WIDTH - 90 else "middle" if x > _LABELS + 40 else "start"
        self._text(x, bottom + 11, said, size=_SMALL, fill="#b00020", anchor=anchor)

    def _row(self, row: Row, y: float) -> float:
        """One row from ``y``; where the next begins."""
        strength = "" if row.strength == "duty" else f"({STRENGTHS[row.strength].in_(self._lang)}) "
        role = "" if row.role is Role.METHOD else f"{_ROLES[row.role][0 if self._ja else 1]}: "
        lines = wrap(role + strength + row.title.in_(self._lang), 36 if row.role is Role.METHOD else 40)
        for n, line in enumerate(lines):
            self._text(16, y + 13 + _LINE * n, line, size=_NORMAL if row.role is Role.METHOD else 11)
        for span in row.spans:
            self._bar(row, span, y)
        return y + max(_BAR + 6, _LINE * len(lines) + 6)

    def _bar(self, row: Row, span: Span, y: float) -> None:
        first = sum(day <= max(span.start, self._days[0]) for day in self._days) - 1
        after = sum(day < span.end for day in self._days) if span.end is not None else len(self._days)
        x, end = self._x(first) + 1, self._x(after) - 1
        told = f"{row.title.in_(self._lang)} {dates(span, self._lang)} {span.label.in_(self._lang)}"
        state = TEXT_STATES[span.text_state].in_(self._lang)
        self._parts.append(f"<g><title>{escape(told)} [{escape(state)}] {escape(span.rule.id)}</title>")
        height = _BAR if row.role is Role.METHOD else 14
        shape, ink = self._shape(row, span)
        right = end if span.end is not None else end + 2
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{right - x:g}" height="{height}" rx="2" {shape}/>'
            if span.end is not None
            else f'<path d="M{x:g} {y:g}H{right - 5:g}l7 {height / 2:g}l-7 {height / 2:g}H{x:g}z" {shape}/>'
        )
        if not span.start_fixed:
            self._text(x + 3, y + height - 5, "≤", size=_SMALL, fill=ink, weight="bold")
        self._inside(span, x + (10 if not span.start_fixed else 0), right, y + height - (6 if height > 14 else 3), ink)
        self._parts.append("</g>")

    def _inside(self, span: Span, x: float, end: float, y: float, ink: str) -> None:
        """The citation inside the bar: as much of it as there is room for."""
        note = ("※" if self._ja else "*") if span.conditional else ""
        state = "" if span.text_state == "verbatim" else f" [{TEXT_STATES[span.text_state].in_(self._lang)}]"
        label = span.label.in_(self._lang)
        for short in (label + state, label, _shorter(label), _shortest(label)):
            if shown_width(short + note) * _SMALL * 0.53 <= end - x - 8:
                # On the hatched bar the letters get a rim of the bar's colour.
                rim = _FILLS["summary"] if span.text_state == "summary" and ink == _INK else ""
                self._text(x + 4, y, short + note, size=_SMALL, fill=ink, rim=rim)
                return

    def _shape(self, row: Row, span: Span) -> tuple[str, str]:
        """The bar's look, and the ink that can be read on it."""
        if row.role is Role.DUTY:
            return f'fill="{_DUTY}" stroke="{_INK}"', "#ffffff"
        if row.role is Role.SCOPE:
            return f'fill="{_SCOPE}" stroke="{_FAINT}"', _FAINT
        return self._shape_of(span.text_state)

    def _legend(self, y: float) -> float:
        """The legend; the height of the whole picture."""
        y += 8
        x: float = 8
        for state in ("verbatim", "summary", "unverified"):
            shape, _ = self._shape_of(state)
            self._parts.append(f'<rect x="{x:g}" y="{y:g}" width="30" height="14" rx="2" {shape}/>')
            said = {
                "verbatim": ("条文を読んだ", "text read"),
                "summary": ("[要旨] 要旨による", "[summary] from a summary"),
                "unverified": ("[未確認] 条文を読んでいない", "[unverified] text not read"),
            }[state][0 if self._ja else 1]
            self._text(x + 36, y + 11, said, size=11)
            x += 36 + shown_width(said) * 5.8 + 18
        for colour, words in ((_DUTY, ("義務", "duty")), (_SCOPE, ("対象外", "outside the duty"))):
            box = f'x="{x:g}" y="{y + 1:g}" width="24" height="12"'
            self._parts.append(f'<rect {box} fill="{colour}" stroke="{_FAINT}"/>')
            self._text(x + 30, y + 11, words[0 if self._ja else 1], size=11)
            x += 30 + shown_width(words[0 if self._ja else 1]) * 5.8 + 16
        notes = (
            ["縦の線 = 変わる日。区間の幅は期間の長さを表さない", "≤ = 日が未定で、遅くともこの日", "※ = 条件がある"]
            if self._ja
            else [
                "lines = days of change; widths don’t show durations",
                "≤ = date not fixed, at the latest that day",
                "* = under a condition",
            ]
        )
        self._text(8, y + 32, (" ／ " if self._ja else " | ").join(notes), size=11, fill=_FAINT)
        return y + 44

    def _shape_of(self, state: str) -> tuple[str, str]:
        if state == "verbatim":
            return f'fill="{_FILLS["verbatim"]}" stroke="#12304b"', "#ffffff"
        if state == "summary":
            return f'fill="url(#{self._key}h)" stroke="#1f4e79"', _INK
        return f'fill="{_FILLS["unverified"]}" stroke="#1f4e79" stroke-width="1.5" stroke-dasharray="4 2"', _INK

    def _x(self, n: int) -> float:
        return round(_LABELS + self._slot * n, 1)

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int,
        fill: str = _INK,
        weight: str = "",
        anchor: str = "",
        rim: str = "",
    ) -> None:
        extra = (f' font-weight="{weight}"' if weight else "") + (f' text-anchor="{anchor}"' if anchor else "")
        extra += f' stroke="{rim}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"' if rim else ""
        self._parts.append(f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}"{extra}>{escape(text)}</text>')


_JA_HEAD = re.compile(r"^(?:規則|法)(?=[0-9])")
_BETWEEN = re.compile(r"(?:・|, )(?![^(（]*[)）])")
_EN_HEAD = re.compile(r"^(?:Ordinance|Act) art\. ")
_ITEM = re.compile(r"[イロハニホヘトチリヌルヲ](?=$|[（(・])|\([a-z]+\)(?=$|,)")


def _shorter(label: str) -> str:
    """The first citation without the name of what it cites."""
    first = _BETWEEN.split(label)[0]
    return _EN_HEAD.sub("", _JA_HEAD.sub("", first))


def _shortest(label: str) -> str:
    """The item's letter alone, where there is one; else nothing."""
    found = _ITEM.search(_BETWEEN.split(label)[0])
    return found.group() if found is not None else ""
