"""Text of unknown origin is shown, not obeyed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sekisho.apps.shown import shown


def test_what_steers_the_display_is_told_by_number() -> None:
    """A letter that turns the line around, one without width and a control are numbers; line breaks are spaces."""
    assert shown("a\u202eb\u200bc\x1bd\ne") == "a〔U+202E〕b〔U+200B〕c〔U+001B〕d e"
    assert shown("株式会社みなとソフト Ａ") == "株式会社みなとソフト Ａ"


@given(st.text(max_size=40))
def test_nothing_hidden_is_left(text: str) -> None:
    """What comes out is on one line, and showing it again changes nothing."""
    once = shown(text)
    assert once.isprintable() or "\u3000" in once or "\xa0" in once or any(each.isspace() for each in once)
    assert "\n" not in once
    assert shown(once) == once
