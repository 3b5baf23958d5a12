"""The words in the calls desk's errors, in Japanese. Standard library only: the decision core refuses things too."""

from __future__ import annotations

from functools import cache

from sekisho.phrases import Phrases, Worded


class CallWords(Worded):
    """An error of the calls desk with words in its fields."""

    @classmethod
    @cache
    def phrases(cls) -> Phrases:
        """The desk's table, made when the first Japanese sentence is asked for."""
        from sekisho.calls.words import desk, screening, signed  # noqa: PLC0415  as said

        return Phrases({**screening.PHRASES, **desk.PHRASES, **signed.PHRASES})
