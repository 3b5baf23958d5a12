"""The last calls of each trunk, and how many different numbers they showed. Standard library only."""

from __future__ import annotations

from typing import Final

from sekisho.calls.windows.shared import HEADER_BYTES, SharedFile

_TRUNK, _COUNT, _ALARM = range(3)
_WORDS: Final = 4


class LastCalls:
    """For each trunk its last calls' callers, exactly. Every method is called while the file is held alone."""

    __slots__ = ("_calls", "_size", "_trunks", "_words")

    def __init__(self, shared: SharedFile) -> None:
        """The trunks' part of ``shared``."""
        self._words, self._trunks = shared.words, shared.shape.trunks
        self._calls, self._size = shared.shape.last_calls, shared.shape.trunk_bytes // 8

    def count(self, trunk: int, caller: int) -> tuple[int, int, bool] | None:
        """Count a call of ``trunk`` from ``caller``: calls held, different callers in them, whether alarmed.

        ``None`` where as many other trunks as fit are watched already.
        """
        word = self._place(trunk)
        if word is None:
            return None
        count = self._words[word + _COUNT]
        self._words[word + _WORDS + count % self._calls] = caller
        self._words[word + _COUNT] = count + 1
        held = min(count + 1, self._calls)
        different = len(set(self._words[word + _WORDS : word + _WORDS + held]))
        return held, different, bool(self._words[word + _ALARM])

    def alarm(self, trunk: int, *, raised: bool) -> None:
        """Remember for ``trunk``, just counted, that an alarm was raised, or has ended."""
        word = self._place(trunk)
        if word is not None:
            self._words[word + _ALARM] = int(raised)

    def _place(self, trunk: int) -> int | None:
        for step in range(self._trunks):
            word = HEADER_BYTES // 8 + (trunk + step) % self._trunks * self._size
            found = self._words[word + _TRUNK]
            if found == trunk:
                return word
            if not found:
                self._words[word + _TRUNK] = trunk
                return word
        return None
