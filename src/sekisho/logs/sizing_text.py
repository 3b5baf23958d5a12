"""A plan in words, for a terminal. Pure."""

from __future__ import annotations

from typing import Final

from sekisho.logs.sizing import DEFAULTS, MEASURED, MODES, Plan

_UNITS: Final = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def size_text(size: float) -> str:
    """Bytes as people read them, in decimal units."""
    value, unit = float(size), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.3g} {_UNITS[unit]}"


def number_text(number: float) -> str:
    """A number as people read it."""
    return f"{number:,.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.2g}"


def yen_text(yen: float) -> str:
    """Yen, thousands apart."""
    return f"¥{yen:,.0f}"


def lines_of(found: Plan, lang: str) -> list[str]:
    """A plan for a terminal."""
    ja = lang == "ja"
    given = found.inputs
    mode = MODES[given.mode]
    lines = [
        f"{given.subscribers:,} {'加入者' if ja else 'subscribers'}  {mode.ja if ja else mode.en}",
        (
            f"届く行: 平均 {number_text(found.lines_per_s)}/秒、最大 {number_text(found.peak_lines_per_s)}/秒、"
            f"1日 {size_text(found.raw_day)}。取込みに要るコア: {found.cores:.2g}"
            if ja
            else f"lines: {number_text(found.lines_per_s)}/s on average, {number_text(found.peak_lines_per_s)}/s at "
            f"most, {size_text(found.raw_day)} a day. Cores to take them in: {found.cores:.2g}"
        ),
        "",
        "  日数   記録の行数             保管量（全複製）   1か月の費用"
        if ja
        else "  days   rows                   stored (all copies)   cost a month",
    ]
    for one in found.kept:
        band = ("  望ましい幅" if ja else "  desirable band") if 90 <= one.days <= 180 else ""
        stored = f"{size_text(one.stored):>10}   {yen_text(one.yen):>16}"
        lines.append(f"  {one.days:>4}   {one.rows:>20,.0f}   {stored}{band}")
    lines += ["", "前提（変えるにはオプション）:" if ja else "Assumptions (options change them):"]
    for name, number in DEFAULTS.items():
        value = getattr(given, name)
        mark = "" if value == number.value else ("（指定）" if ja else " (given)")
        lines.append(f"  --{name.replace('_', '-')} {value:g}{mark}: {number.source.ja if ja else number.source.en}")
    return lines + [f"  {each.value:g}: {each.source.ja if ja else each.source.en}" for each in MEASURED.values()]
