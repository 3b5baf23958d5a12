"""A consent banner's buttons, as they are read from a page: which one means what, and which one may be pressed.

Nothing is pressed on a guess: where words don't tell one button from another, the answer is that it isn't plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sekisho.apps.collector.lexicon import Meaning, meaning, plain
from sekisho.apps.collector.observed import BannerSeen, ButtonSeen

_CHOICES: Final = frozenset({Meaning.ACCEPT, Meaning.REJECT, Meaning.NECESSARY})
_NUMBERS: Final = re.compile(r"[\d.]+")


@dataclass(frozen=True, slots=True)
class Button:
    """A button in frame ``world`` of the tab, kept there under number ``at``."""

    meaning: Meaning
    words: str
    world: int
    at: int
    area: float
    px: float
    contrast: float

    def seen(self, steps: int) -> ButtonSeen:
        """What is reported of it, if ``steps`` presses have its effect."""
        return ButtonSeen(
            meaning=self.meaning, words=self.words, steps=steps, area=self.area, px=self.px, contrast=self.contrast
        )


@dataclass(frozen=True, slots=True)
class Tick:
    """A box or switch; ``fixed`` where it can't be changed."""

    world: int
    at: int
    ticked: bool
    fixed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Something raised above the page that speaks of sending and has buttons."""

    text: str
    buttons: tuple[Button, ...]
    ticks: tuple[Tick, ...]

    @property
    def offers_choice(self) -> bool:
        """Whether one of its buttons plainly accepts or rejects."""
        return any(each.meaning in _CHOICES for each in self.buttons)

    def seen(self, page: str, steps: int = 1) -> BannerSeen:
        """What is reported of it; buttons that say nothing about consent are reported too."""
        return BannerSeen(
            page=page, text=self.text[:2000], buttons=tuple(each.seen(steps) for each in self.buttons),
            ticked=tuple(each.words for each in self.ticks if each.ticked and not each.fixed),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unclear:
    """There is something, but what its words mean isn't plain; ``words`` are those."""

    words: str


def panels(told: Sequence[Iterable[Mapping[str, Any]]]) -> tuple[Panel, ...]:
    """What ``look.overlays`` told of each frame, the main one first. Panels without any button are left out."""
    found = []
    for world, overlays in enumerate(told):
        for each in overlays:
            buttons = tuple(_button(world, one) for one in each["buttons"])
            ticks = tuple(
                Tick(world, int(one["at"]), bool(one["ticked"]), bool(one["fixed"]), str(one["words"]))
                for one in each["ticks"]
            )
            if buttons:
                found.append(Panel(str(each["text"]), buttons, ticks))
    return tuple(found)


def the_banner(found: Sequence[Panel]) -> Panel | Unclear | None:
    """The one panel that asks for consent; ``None`` where nothing raised speaks of it."""
    asking = [each for each in found if each.offers_choice]
    if len(asking) == 1:
        return asking[0]
    if asking:
        return Unclear(" / ".join(each.text[:40] for each in asking))
    if found:
        return Unclear(" / ".join(one.words for each in found for one in each.buttons)[:200])
    return None


def the_button(panel: Panel, *meanings: Meaning) -> Button | Unclear | None:
    """The one button of the first of these meanings that there is; unclear where two of one meaning differ in words."""
    for wanted in meanings:
        having = [each for each in panel.buttons if each.meaning is wanted]
        if len({plain(each.words) for each in having}) > 1:
            return Unclear(" / ".join(each.words for each in having))
        if having:
            return max(having, key=lambda each: each.area)
    return None


def contrast(colour: str, behind: str) -> float:
    """WCAG 2.2's contrast ratio of two CSS ``rgb()`` colours, 1 to 21; 0 where one of them isn't written so."""
    levels = sorted((_luminance(colour), _luminance(behind)))
    return 0.0 if levels[0] < 0 else round((levels[1] + 0.05) / (levels[0] + 0.05), 2)


def _luminance(colour: str) -> float:
    parts = _NUMBERS.findall(colour) if colour.startswith("rgb") else []
    if len(parts) < 3:
        return -1.0
    linear = [
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4
        for level in (min(float(each), 255.0) / 255 for each in parts[:3])
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _button(world: int, told: Mapping[str, Any]) -> Button:
    _, _, width, height = told["box"]
    return Button(
        meaning(str(told["words"])), str(told["words"]), world, int(told["at"]), round(float(width) * float(height), 1),
        round(float(told["px"]), 2), contrast(str(told["colour"]), str(told["behind"])),
    )  # fmt: skip
