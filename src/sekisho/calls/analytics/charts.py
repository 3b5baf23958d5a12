"""The report's pictures as inline SVG: nothing from outside, no script, no text within, so that they may be drawn as
narrow as a phone. What they show stands beside them in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

_INK: Final = "#1f4e79"
_BEFORE: Final = "#9a3412"
_GRID: Final = "#c8c8c8"
_HIGH: Final = 100


def bar(calls: int, most: int, before: int | None = None) -> Markup:
    """One bar out of ``most``; a mark where the month before ended."""
    wide = 100 * calls / most if most else 0
    mark = ""
    if before is not None and most:
        at = min(100.0, 100 * before / most)
        mark = f'<rect x="{max(0.0, at - 0.6):.2f}" y="0" width="1.2" height="10" fill="{_BEFORE}"/>'
    return Markup(  # noqa: S704  numbers only: nothing to escape
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" width="100%" height="14" aria-hidden="true">'
        f'<rect x="0" y="9.4" width="100" height="0.6" fill="{_GRID}"/>'
        f'<rect x="0" y="2" width="{wide:.2f}" height="6" fill="{_INK}"/>{mark}</svg>'
    )


def days(counts: Sequence[int], title: str) -> Markup:
    """A column for each day of the month. ``title`` says what it shows, for who can't see it."""
    most, wide = max(counts, default=0), 100 / max(1, len(counts))
    columns = "".join(
        f'<rect x="{place * wide + wide * 0.1:.2f}" y="{_HIGH - _HIGH * calls / most:.2f}" width="{wide * 0.8:.2f}" '
        f'height="{_HIGH * calls / most:.2f}" fill="{_INK}"/>'
        for place, calls in enumerate(counts)
        if calls
    )
    lines = "".join(f'<rect x="0" y="{y}" width="100" height="0.5" fill="{_GRID}"/>' for y in (0, 50, 99.5))
    return (
        Markup(
            '<svg class="days" viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="140" role="img" '
            'aria-label="{}">'
        ).format(title)
        + Markup(lines + columns)  # noqa: S704  as above
        + Markup("</svg>")
    )
