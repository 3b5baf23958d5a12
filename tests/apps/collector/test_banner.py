"""A banner's buttons are pressed only where their words tell them apart."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.apps.collector.banner import Button, Panel, Unclear, contrast, panels, the_banner, the_button
from sekisho.apps.collector.lexicon import Meaning


def _told(*words: str, text: str = "Cookieを利用します") -> dict[str, Any]:
    look = {"box": [0, 0, 100, 20], "px": 16, "weight": 400, "colour": "rgb(0, 0, 0)", "behind": "rgb(255, 255, 255)"}
    return {"text": text, "buttons": [{"words": each, "at": at, **look} for at, each in enumerate(words)], "ticks": []}


def test_the_one_panel_that_offers_a_choice_is_the_banner() -> None:
    """A panel with plain buttons is the banner, whichever frame it is in."""
    found = the_banner(panels([[_told("閉じる")], [_told("同意する", "拒否する")]]))
    assert isinstance(found, Panel)
    button = the_button(found, Meaning.REJECT, Meaning.NECESSARY)
    assert isinstance(button, Button)
    assert (button.words, button.world, button.at, button.area, button.contrast) == ("拒否する", 1, 1, 2000.0, 21.0)


@pytest.mark.parametrize("told", [[_told("OK")], [_told("閉じる", "詳しく")], [_told("同意する"), _told("許可する")]])
def test_what_is_not_plain_is_not_guessed(told: list[dict[str, Any]]) -> None:
    """A banner that only informs, or two banners at once, are unclear; nothing is chosen in them."""
    assert isinstance(the_banner(panels([told])), Unclear)


def test_two_acceptances_in_other_words_are_unclear() -> None:
    """Where two buttons both accept in different words, neither is taken; the same words twice are one."""
    (panel,) = panels([[_told("すべて許可", "同意する")]])
    assert isinstance(the_button(panel, Meaning.ACCEPT), Unclear)
    (panel,) = panels([[_told("同意する", "同意する")]])
    assert isinstance(the_button(panel, Meaning.ACCEPT), Button)
    assert the_button(panel, Meaning.REJECT) is None


def test_no_panel_is_no_banner() -> None:
    """Where nothing raised speaks of sending, there is no banner; a panel without a button is none either."""
    assert the_banner(()) is None
    assert panels([[_told()]]) == ()


def test_contrast_is_wcags() -> None:
    """The ratio goes from 1 to 21, and is 0 where a colour isn't written as rgb."""
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == 21.0
    assert contrast("rgb(119, 119, 119)", "rgb(255, 255, 255)") == 4.48
    assert contrast("rgb(9, 9, 9)", "rgb(9, 9, 9)") == 1.0
    assert contrast("color(srgb 1 0 0)", "rgb(9, 9, 9)") == 0.0
