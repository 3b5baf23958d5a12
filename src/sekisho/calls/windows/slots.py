"""A table of fixed size for counts by key over two generations of time. Standard library only.

A key may stand in one of :data:`~sekisho.calls.windows.shared.WAYS` places; where all are taken, the one with the
fewest calls makes room, each generation since its last call counting them as half. So a flood of new keys pushes out
other rare ones, while what calls much stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

from sekisho.calls.windows.shared import WAYS, SharedFile

_KEY, _GENERATION, _CALLS, _STATE = range(4)
_WORDS: Final = 4
_HALF: Final = 0xFFFF_FFFF
_ALARMED: Final = 1 << 63
_NONE_YET: Final = 1 << 64


@dataclass(frozen=True, slots=True)
class Counted:
    """What one key's window holds: this generation and the one before.

    ``different`` is estimated by linear counting (Whang et al. 1990). ``usual`` is how many different ones a generation
    of this key had, as a running mean; 0 for a key first seen. ``alarmed``: an alarm was raised and hasn't ended.
    """

    calls: int
    different: int
    usual: float
    alarmed: bool


class Slots:
    """Counts of many keys in a part of a shared file. Every method is called while the file is held alone."""

    __slots__ = ("_bytes", "_first", "_marks", "_places", "_slot", "_words")

    def __init__(self, shared: SharedFile, *, at: int, places: int, slot_bytes: int) -> None:
        """The part that begins at byte ``at`` and has ``places`` of ``slot_bytes``, four words of it for counts."""
        self._words, self._bytes = shared.words, shared.bytes
        self._first, self._slot, self._places = at, slot_bytes, places
        self._marks = (slot_bytes - 8 * _WORDS) // 2

    def count(self, key: int, mark: int, generation: int) -> Counted:
        """Count one call of ``key`` with ``mark`` (the hash of what there should be many of) in ``generation``."""
        at = self._place(key, generation)
        word = at // 8
        self._turn(at, generation)
        calls = self._words[word + _CALLS]
        current, previous = min((calls & _HALF) + 1, _HALF), calls >> 32
        self._words[word + _CALLS] = current | previous << 32
        first = at + 8 * _WORDS
        bit = mark % (8 * self._marks)
        self._bytes[first + (bit >> 3)] |= 1 << (bit & 7)
        both = self._set(first) | self._set(first + self._marks)
        state = self._words[word + _STATE]
        return Counted(current + previous, self._estimate(both), (state & ~_ALARMED) / 16, bool(state & _ALARMED))

    def alarm(self, key: int, generation: int, *, raised: bool) -> None:
        """Remember for ``key``, just counted in ``generation``, that an alarm was raised, or has ended."""
        word = self._place(key, generation) // 8 + _STATE
        state = self._words[word]
        self._words[word] = state | _ALARMED if raised else state & ~_ALARMED

    def _place(self, key: int, generation: int) -> int:
        group = self._first + (key % (self._places // WAYS)) * WAYS * self._slot
        least, fewest = group, _NONE_YET
        for way in range(WAYS):
            at = group + way * self._slot
            word = at // 8
            found = self._words[word + _KEY]
            if found == key:
                return at
            calls = self._words[word + _CALLS]
            age = abs(generation - self._words[word + _GENERATION])
            weight = ((calls & _HALF) + (calls >> 32)) >> min(age, 63) if found else -1
            if weight < fewest:
                least, fewest = at, weight
        # Emptied before it is given away: whoever is killed in between leaves an empty place, not another's counts.
        self._words[least // 8 + _KEY] = 0
        self._bytes[least + 8 : least + self._slot] = bytes(self._slot - 8)
        self._words[least // 8 + _KEY] = key
        return least

    def _turn(self, at: int, generation: int) -> None:
        """Make ``generation`` the current one, as far as the clock allows.

        One step back is another child's clock and counts as now. A longer jump, either way, begins anew.
        """
        word = at // 8
        then = self._words[word + _GENERATION]
        if then in (generation, generation + 1):
            return
        first, marks = at + 8 * _WORDS, self._marks
        if then == generation - 1:
            state = self._words[word + _STATE]
            usual = min((3 * (state & ~_ALARMED) + 16 * self._estimate(self._set(first))) // 4, _HALF)
            self._words[word + _STATE] = usual | state & _ALARMED
            self._bytes[first + marks : first + 2 * marks] = self._bytes[first : first + marks]
            self._words[word + _CALLS] = (self._words[word + _CALLS] & _HALF) << 32
        else:
            self._bytes[first + marks : first + 2 * marks] = bytes(marks)
            self._words[word + _CALLS] = 0
            self._words[word + _STATE] = 0
        self._bytes[first : first + marks] = bytes(marks)
        self._words[word + _GENERATION] = generation

    def _set(self, at: int) -> int:
        return int.from_bytes(self._bytes[at : at + self._marks], "little")

    def _estimate(self, marks: int) -> int:
        bits = 8 * self._marks
        clear = bits - marks.bit_count()
        return round(-bits * log(clear / bits)) if clear else round(bits * log(bits)) + 1
