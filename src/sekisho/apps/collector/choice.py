"""Makes a choice on a page as a user would: accepts or rejects in its banner, or stops sending on an opt-out page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from sekisho.apps.collector.banner import Button, Panel, Unclear, panels, the_banner, the_button
from sekisho.apps.collector.lexicon import ABOUT_CONSENT, Meaning, meaning
from sekisho.apps.collector.observed import BannerSeen, ButtonSeen
from sekisho.apps.collector.tab import Tab, World
from sekisho.apps.collector.unmeasured import Stopped

_SHOWS_S: Final = 0.7
"""What a panel has to show itself after its button was pressed; animations are asked to be short."""
_MOST_PRESSES: Final = 30
"""Boxes unticked, and controls pressed on one opt-out page, at most."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice that was made: the banner with the buttons of each layer, and the words pressed last."""

    banner: BannerSeen
    words: str


async def look(tab: Tab) -> tuple[list[World], tuple[Panel, ...]]:
    """The frames and what is raised above them."""
    worlds = await tab.worlds()
    told = [await each.ask(f"look.overlays({ABOUT_CONSENT!r})") for each in worlds]
    return worlds, panels(told)


async def find(tab: Tab, page: str) -> BannerSeen | None:
    """The page's banner without pressing anything; ``None`` where there is none. Raises :class:`Stopped`."""
    found = the_banner((await look(tab))[1])
    if isinstance(found, Unclear):
        raise Stopped("banner_unclear", found.words)
    return found.seen(page) if found is not None else None


async def accept(tab: Tab, page: str) -> Chosen:
    """Presses the one button that accepts. Raises :class:`Stopped` with why it wasn't pressed."""
    return await _choose(tab, page, (Meaning.ACCEPT,))


async def reject(tab: Tab, page: str) -> Chosen:
    """Presses what rejects, on the banner or in its settings. Raises :class:`Stopped` with why it wasn't pressed."""
    return await _choose(tab, page, (Meaning.REJECT, Meaning.NECESSARY))


async def still_there(tab: Tab) -> bool:
    """Whether a banner that offers a choice stands on the page."""
    return isinstance(the_banner((await look(tab))[1]), Panel)


async def opt_out(tab: Tab) -> list[str]:
    """Presses every control that plainly stops sending; their words. Raises :class:`Stopped` where there is none."""
    pressed: list[str] = []
    for world in await tab.worlds():
        for told in await world.ask("look.controls()"):
            if len(pressed) >= _MOST_PRESSES or meaning(told["words"]) is not Meaning.OPT_OUT:
                continue
            # A link leads somewhere; what stops sending is a button.
            if told["tag"] == "a" and told["href"].startswith("http"):
                continue
            if await tab.press(world, int(told["at"])):
                pressed.append(str(told["words"]))
                await asyncio.sleep(0.1)
    if not pressed:
        raise Stopped("no_opt_out")
    return pressed


async def _choose(tab: Tab, page: str, wanted: tuple[Meaning, ...]) -> Chosen:
    worlds, found = await look(tab)
    banner = the_banner(found)
    if banner is None:
        raise Stopped("no_banner")
    if isinstance(banner, Unclear):
        raise Stopped("banner_unclear", banner.words)
    seen = banner.seen(page)
    button = the_button(banner, *wanted)
    if isinstance(button, Button):
        await _press(tab, worlds, button)
        return Chosen(seen, button.words)
    settings = the_button(banner, Meaning.SETTINGS)
    if isinstance(button, Unclear) or not isinstance(settings, Button):
        raise Stopped("banner_unclear" if isinstance(button, Unclear) else "no_way", _all_words(banner))
    await _press(tab, worlds, settings)
    await asyncio.sleep(_SHOWS_S)
    return await _in_settings(tab, seen, wanted)


async def _in_settings(tab: Tab, seen: BannerSeen, wanted: tuple[Meaning, ...]) -> Chosen:
    """The second layer: a button of the meaning, or everything unticked and kept."""
    worlds, found = await look(tab)
    known = {(each.meaning, each.words) for each in seen.buttons}
    for panel in found:
        button = the_button(panel, *wanted)
        if isinstance(button, Button):
            await _press(tab, worlds, button)
            return Chosen(_with(seen, panel, known, 2), button.words)
    for panel in found:
        save = the_button(panel, Meaning.SAVE)
        loose = [each for each in panel.ticks if not each.fixed]
        if Meaning.ACCEPT in wanted or not isinstance(save, Button) or not loose or len(loose) > _MOST_PRESSES:
            continue
        ticked = [each for each in loose if each.ticked]
        for each in ticked:
            await tab.press(worlds[each.world], each.at)
        await _press(tab, worlds, save)
        steps = 2 + len(ticked)
        rejection = ButtonSeen(meaning=Meaning.REJECT, words=save.words, steps=steps, area=save.area, px=save.px,
                               contrast=save.contrast)  # fmt: skip
        whole = _with(seen, panel, known, 2)
        ticked_words = tuple(each.words for each in ticked)
        return Chosen(
            BannerSeen(page=whole.page, text=whole.text, buttons=(*whole.buttons, rejection), ticked=ticked_words),
            save.words,
        )
    raise Stopped("no_way", " / ".join(map(_all_words, found)))


def _with(seen: BannerSeen, panel: Panel, known: set[tuple[Meaning, str]], steps: int) -> BannerSeen:
    more = tuple(each.seen(steps) for each in panel.buttons if (each.meaning, each.words) not in known)
    ticked = tuple(each.words for each in panel.ticks if each.ticked and not each.fixed)
    return BannerSeen(page=seen.page, text=seen.text, buttons=(*seen.buttons, *more), ticked=ticked or seen.ticked)


async def _press(tab: Tab, worlds: list[World], button: Button) -> None:
    if not await tab.press(worlds[button.world], button.at):
        raise Stopped("press_without_effect", button.words)


def _all_words(panel: Panel) -> str:
    return " / ".join(each.words for each in panel.buttons)[:200]
