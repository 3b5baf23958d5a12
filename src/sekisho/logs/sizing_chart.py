"""A plan as an SVG image: stored bytes for each period, by kind, the desirable band behind them. Pure.

Meant to be put inline into a page or printed: no reference to anything outside, no style sheet, no script. Colour is
never the only signal: kinds differ in pattern and are named, and the whole is told in ``desc``.
"""

from __future__ import annotations

from html import escape
from typing import Final

from sekisho.logs.kinds import KINDS, LogKind
from sekisho.logs.sizing import MODES, Kept, Plan
from sekisho.logs.sizing_text import number_text, size_text, yen_text

WIDTH: Final = 760
HEIGHT: Final = 430
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 20, 92, 96
_INK, _FAINT, _GRID, _PAPER, _BAND = "#1a1a1a", "#595959", "#d0d0d0", "#ffffff", "#eef4ea"
_FILLS: Final = {LogKind.AP_NAT: "#1f4e79", LogKind.AP_AUTH: "url(#szp)"}
_FONT = "sans-serif"
_PATTERN: Final = (
    '<defs><pattern id="szp" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#d5e5f4"/><line x1="0" y1="0" x2="0" y2="6" stroke="#1f4e79" stroke-width="2"/>'
    "</pattern></defs>"
)
_STEPS: Final = (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10, 12)
"""Tops of the axis whose quarters are round."""


def chart(found: Plan, lang: str) -> str:
    """The chart as one ``<svg>`` element."""
    ja = lang == "ja"
    given, mode = found.inputs, MODES[found.inputs.mode]
    title = (
        f"通信ログの保管量: {given.subscribers:,} 加入者、{mode.ja}"
        if ja
        else f"Log storage: {given.subscribers:,} subscribers, {mode.en}"
    )
    under = (
        f"1日 {number_text(sum(one.rows for one in found.streams))} 行。複製 {given.copies:g} 部の合計。"
        f"取込みに要るコア {found.cores:.2g}"
        if ja
        else f"{number_text(sum(one.rows for one in found.streams))} rows a day; {given.copies:g} copies in all; "
        f"{found.cores:.2g} cores to take them in"
    )
    top = _ceiling(max(one.stored for one in found.kept))
    told = "; ".join(f"{one.days}: {size_text(one.stored)}, {yen_text(one.yen)}" for one in found.kept)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-labelledby="szt szd" lang="{lang}">'
    )
    parts = [
        head,
        f'<title id="szt">{escape(title)}</title><desc id="szd">{escape(told)}</desc>',
        _PATTERN,
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_PAPER}"/>',
        _text(16, 28, title, size=16, weight="bold"),
        _text(16, 48, under, size=12, fill=_FAINT),
    ]
    slot = (WIDTH - _LEFT - _RIGHT) / len(found.kept)
    inside = [at for at, one in enumerate(found.kept) if 90 <= one.days <= 180]
    floor, height = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP
    if inside:
        x, width = _LEFT + inside[0] * slot, len(inside) * slot
        parts.append(f'<rect x="{x:g}" y="{_TOP - 24}" width="{width:g}" height="{height + 24}" fill="{_BAND}"/>')
        band = "望ましい幅（3～6か月）" if ja else "desirable band (3 to 6 months)"
        parts.append(_text(x + 6, _TOP - 9, band, size=11, fill=_FAINT))
    for step in range(5):
        y = floor - height * step / 4
        parts.append(f'<line x1="{_LEFT}" y1="{y:g}" x2="{WIDTH - _RIGHT}" y2="{y:g}" stroke="{_GRID}"/>')
        parts.append(_text(_LEFT - 8, y + 4, size_text(top * step / 4), size=11, fill=_FAINT, anchor="end"))
    for at, one in enumerate(found.kept):
        parts += _bar(one, _LEFT + at * slot, slot, floor, height / top, given.copies, ja=ja)
    parts += _legend(found, ja=ja)
    note = (
        "費用は保管と取込みコアの1か月分。単価は入力値で、見積りではありません。"
        if ja
        else "Costs are a month's storage and cores, at the prices entered: not an offer."
    )
    parts.append(_text(16, HEIGHT - 12, note, size=11, fill=_FAINT))
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _bar(one: Kept, x: float, slot: float, floor: float, scale: float, copies: float, *, ja: bool) -> list[str]:
    width, middle = slot * 0.5, x + slot / 2
    y, parts = floor, []
    for kind, size in one.bytes.items():
        high = size * copies * scale
        y -= high
        if high > 0:
            parts.append(
                f'<rect x="{middle - width / 2:g}" y="{y:.2f}" width="{width:g}" height="{high:.2f}" '
                f'fill="{_FILLS[kind]}" stroke="#1f4e79"/>'
            )
    days = f"{one.days}日" if ja else f"{one.days} days"
    month = f"{yen_text(one.yen)}/月" if ja else f"{yen_text(one.yen)}/month"
    return [
        *parts,
        _text(middle, y - 7, size_text(one.stored), size=13, weight="bold", anchor="middle"),
        _text(middle, floor + 18, days, size=13, anchor="middle"),
        _text(middle, floor + 36, month, size=11, fill=_FAINT, anchor="middle"),
    ]


def _legend(found: Plan, *, ja: bool) -> list[str]:
    parts, x = [], float(_LEFT)
    y = HEIGHT - 36
    for one in found.streams:
        title = KINDS[one.kind].title
        said = f"{title.ja if ja else title.en} ({one.kind.value})"
        parts.append(
            f'<rect x="{x:g}" y="{y - 10}" width="14" height="12" fill="{_FILLS[one.kind]}" stroke="#1f4e79"/>'
        )
        parts.append(_text(x + 20, y, said, size=12))
        x += 44 + (13 if ja else 7) * len(said)
    return parts


def _ceiling(size: float) -> float:
    """A round number above, for the axis: each of its quarters is round as well."""
    power = 1.0
    while power * 10 <= size:
        power *= 10
    while power > size:
        power /= 10
    return next(power * step for step in _STEPS if power * step >= size * 1.08)


def _text(
    x: float, y: float, text: str, *, size: int, fill: str = _INK, weight: str = "normal", anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{_FONT}" font-size="{size}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
