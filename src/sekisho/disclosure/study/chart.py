"""A study as SVG images: the share lost by period, and what each change buys. Pure.

Meant to be put inline into a page or printed: no reference to anything outside, no style sheet, no script. Colour is
never the only signal: lines differ in dash and marker, bars in pattern; all that is drawn is told in ``desc``.
"""

from __future__ import annotations

from html import escape
from typing import Final

from sekisho.disclosure.study.answer import SIMULATED, Studied
from sekisho.disclosure.study.questions import Difference
from sekisho.disclosure.study.routes import ROUTES, Route
from sekisho.disclosure.study.simulate import Cell
from sekisho.disclosure.study.times import Delay
from sekisho.disclosure.study.words import bare_points, change_text, delay_text, points_text, share_text

WIDTH: Final = 760
_INK, _FAINT, _GRID, _PAPER, _BAND = "#1a1a1a", "#595959", "#d0d0d0", "#ffffff", "#eef4ea"
_LEFT, _RIGHT, _PANEL, _GAP, _TOP = 56, 190, 150, 62, 84
_LINES: Final = {
    Route.IDENTIFICATION_ORDER: ("#1f4e79", "", "circle"),
    Route.FOREIGN_ORDER: ("#9a3412", "7 4", "square"),
    Route.VOLUNTARY: ("#3f6212", "2 3", "diamond"),
}
_STRIPES: Final = (
    '<defs><pattern id="{name}p" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#f7ddd0"/><line x1="0" y1="0" x2="0" y2="6" stroke="#9a3412" stroke-width="2"/>'
    "</pattern></defs>"
)


def lost_chart(found: Studied, lang: str) -> str:
    """The share lost by the days kept: one panel for each delay, one line for each route."""
    ja, given = lang == "ja", found.study
    title = "保存日数と、記録が消えていた事案の割合" if ja else "Days kept and the share of cases whose record is gone"
    told = "; ".join(_told(found, one, lang) for one in found.cells)
    height = _TOP + len(given.delays) * (_PANEL + _GAP) + 4
    parts = _head("rsl", title, told, height, lang)
    under = f"シミュレーション（各{given.draws:,}回）" if ja else f"Simulated, {given.draws:,} draws each"
    parts += [_text(16, 28, title, size=16, weight="bold"), _text(16, 48, under, size=12, fill=_FAINT)]
    for at, delay in enumerate(given.delays):
        mine = [one for one in found.cells if one.delay == delay]
        parts += _panel(found, delay, mine, _TOP + at * (_PANEL + _GAP), lang)
    return "\n".join([*parts, *_note(height, lang), "</svg>"]) + "\n"


def changes_chart(found: Studied, delay: Delay, route: Route, kept: int, lang: str) -> str:
    """What each change does to one scenario: a bar to the left of the middle is fewer lost, to the right more."""
    ja, given = lang == "ja", found.study
    mine = [one for one in found.differences if (one.delay, one.route, one.kept) == (delay, route, kept)]
    title = f"{kept}日保存からの変化" if ja else f"What changes from {kept} days kept"
    name = f"{ROUTES[route].title.in_(lang)}{'、' if ja else '; '}{delay_text(delay, lang)}"
    told = "; ".join(f"{change_text(found, one.change, lang)}: {points_text(one, lang)}" for one in mine)
    height = _TOP + 44 * len(mine) + 64
    own = f"rsc{given.delays.index(delay)}{given.routes.index(route)}-{kept}"
    parts = [*_head(own, title, f"{name}. {told}", height, lang), _STRIPES.replace("{name}", own)]
    parts += [_text(16, 28, title, size=16, weight="bold"), _text(16, 48, name, size=12, fill=_FAINT)]
    most = max((abs(one.saved) for one in mine), default=0) or 1
    for at, one in enumerate(mine):
        parts += _bar(found, one, own, _TOP + 44 * at, most, lang)
    middle = _MIDDLE_X
    bottom = _TOP + 44 * len(mine)
    parts.append(f'<line x1="{middle}" y1="{_TOP - 12}" x2="{middle}" y2="{bottom - 8}" stroke="{_INK}"/>')
    fewer, more = ("← 失われる事案が減る", "増える →") if ja else ("← fewer lost", "more lost →")
    parts.append(_text(middle - 8, bottom + 10, fewer, size=11, fill=_FAINT, anchor="end"))
    parts.append(_text(middle + 8, bottom + 10, more, size=11, fill=_FAINT))
    return "\n".join([*parts, *_note(height, lang), "</svg>"]) + "\n"


_MIDDLE_X: Final = 490
_REACH: Final = 120
"""Pixels of the longest bar."""


def _bar(found: Studied, one: Difference, own: str, y: float, most: float, lang: str) -> list[str]:
    long = abs(one.saved) / most * _REACH
    fewer = one.saved >= 0
    x = _MIDDLE_X - long if fewer else float(_MIDDLE_X)
    fill, edge = ("#1f4e79", "#1f4e79") if fewer else (f"url(#{own}p)", "#9a3412")
    end = x - 6 if fewer else x + long + 6
    return [
        _text(16, y + 14, change_text(found, one.change, lang), size=12),
        f'<rect x="{x:.2f}" y="{y:g}" width="{long:.2f}" height="20" fill="{fill}" stroke="{edge}"/>',
        _text(end, y + 15, bare_points(one), size=11, anchor="end" if fewer else "start"),
    ]


def _told(found: Studied, one: Cell, lang: str) -> str:
    pairs = ", ".join(
        f"{days}: {share_text(lost.share)}" for days, lost in zip(found.study.retention, one.lost, strict=True)
    )
    return f"{delay_text(one.delay, lang)}, {ROUTES[one.route].title.in_(lang)}: {pairs}"


def _panel(found: Studied, delay: Delay, mine: list[Cell], top: float, lang: str) -> list[str]:
    days = found.study.retention
    first, last = days[0], max(days[-1], days[0] + 1)
    wide, floor = WIDTH - _LEFT - _RIGHT, top + _PANEL

    def x(day: float) -> float:
        return _LEFT + 14 + (day - first) / (last - first) * (wide - 28)

    parts = []
    low, high = max(90, first), min(180, last)
    if low < high:
        width = x(high) - x(low)
        parts.append(f'<rect x="{x(low):.2f}" y="{top}" width="{width:.2f}" height="{_PANEL}" fill="{_BAND}"/>')
        band = "望ましい幅（3～6か月）" if lang == "ja" else "desirable band (3 to 6 months)"
        parts.append(_text(x(high) - 4, top + 14, band, size=10, fill=_FAINT, anchor="end"))
    parts.append(_text(_LEFT, top - 8, delay_text(delay, lang), size=12, weight="bold"))
    for step in (0, 25, 50, 75, 100):
        y = floor - _PANEL * step / 100
        parts.append(f'<line x1="{_LEFT}" y1="{y:g}" x2="{_LEFT + wide}" y2="{y:g}" stroke="{_GRID}"/>')
        parts.append(_text(_LEFT - 6, y + 4, f"{step}%", size=11, fill=_FAINT, anchor="end"))
    written = -99.0
    for day in days:
        if x(day) - written >= 26:
            written = x(day)
            parts.append(_text(written, floor + 16, str(day), size=11, fill=_FAINT, anchor="middle"))
    parts.append(_text(_LEFT + wide + 6, floor + 16, "日" if lang == "ja" else "days", size=11, fill=_FAINT))
    for at, one in enumerate(mine):
        colour, dash, marker = _LINES[one.route]
        points = [(x(day), floor - _PANEL * lost.share) for day, lost in zip(days, one.lost, strict=True)]
        drawn = " ".join(f"{px:.2f},{py:.2f}" for px, py in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
        parts += [_marker(px, py, marker, colour) for px, py in points]
        key, y = _LEFT + wide + 14, top + 14 + 40 * at
        parts.append(f'<line x1="{key}" y1="{y}" x2="{key + 26}" y2="{y}" stroke="{colour}" stroke-width="2"{dashed}/>')
        parts.append(_marker(key + 13, y, marker, colour))
        for row, piece in enumerate(_wrapped(ROUTES[one.route].title.in_(lang), 22)):
            parts.append(_text(key + 32, y + 4 + 14 * row, piece, size=11))
    return parts


def _marker(x: float, y: float, shape: str, colour: str) -> str:
    if shape == "circle":
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="4" fill="{colour}"/>'
    turn = f' transform="rotate(45 {x:.2f} {y:.2f})"' if shape == "diamond" else ""
    return f'<rect x="{x - 3.5:.2f}" y="{y - 3.5:.2f}" width="7" height="7" fill="{colour}"{turn}/>'


def _head(name: str, title: str, told: str, height: float, lang: str) -> list[str]:
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" '
        f'role="img" aria-labelledby="{name}t {name}d" lang="{lang}">'
    )
    told_of = (
        f'<title id="{name}t">{escape(title)}</title>'
        f'<desc id="{name}d">{escape(told)}. {escape(SIMULATED.in_(lang))}</desc>'
    )
    return [frame, told_of, f'<rect width="{WIDTH}" height="{height:g}" fill="{_PAPER}"/>']


def _note(height: float, lang: str) -> list[str]:
    said = (
        "シミュレーションで、統計ではありません。申立てまでの日数（仮定）が結果を最も左右します。"
        if lang == "ja"
        else "Simulated, not counted. The delay before filing, which is assumed, drives the result."
    )
    return [_text(16, height - 14, said, size=11, fill=_FAINT)]


def _wrapped(text: str, most: int) -> list[str]:
    """Lines of at most ``most`` columns, broken at spaces, or anywhere in Japanese."""
    lines, line, wide = [], "", 0
    for piece in text.split(" ") if " " in text else list(text):
        size = sum(2 if ord(one) > 0x2E7F else 1 for one in piece)
        space = 1 if line and " " in text else 0
        if line and wide + space + size > most:
            lines.append(line)
            line, wide, space = "", 0, 0
        line, wide = line + " " * space + piece, wide + space + size
    return [*lines, line]


def _text(
    x: float, y: float, text: str, *, size: int, fill: str = _INK, weight: str = "normal", anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="sans-serif" font-size="{size}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
