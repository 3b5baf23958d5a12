"""The counter's words for the kinds of case."""

from __future__ import annotations

from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.words import WORDS


def test_every_value_of_a_dimension_has_a_word() -> None:
    """No kind of case is shown to a clerk by its code name, and no word stands for nothing."""
    values = {value for name in CATALOGUE.dimensions for value in CATALOGUE.facts[name].values}
    assert set(WORDS) == values


def test_words_are_told_apart() -> None:
    """Two values never read the same, in either language."""
    for lang in ("ja", "en"):
        told = [text.in_(lang) for text in WORDS.values()]
        assert len(set(told)) == len(told)
