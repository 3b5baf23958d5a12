"""Whole lines as bytes, with the places of their beginnings and ends, ready to be read many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from sekisho.logs.columns import Bools, Int32s, Places, Texts, UInt64s
from sekisho.logs.formats import swar
from sekisho.logs.formats.template import MAX_LINE, MAX_TEXT

PADDING: Final = MAX_LINE
"""Zero bytes put after a chunk, so that a cursor near its end can read on without looking where it is."""
BEFORE: Final = 8
"""Zero bytes put before a chunk, so that a word may begin before a text at its beginning."""
SAMPLE: Final = 65536
"""Bytes of a chunk that say which byte of a text is the rarest."""
TEXT_WORDS: Final = MAX_TEXT // 8 + 1
"""Words that a text of the greatest length lies in."""

_CARRIAGE_RETURN: Final = 13
_MIX: Final = np.array([pow(0x9E3779B97F4A7C15, n + 1, 2**64) | 1 for n in range(TEXT_WORDS)], np.uint64)


class Chunk:
    """Lines of one input. A line ends before its line feed, and before a carriage return in front of that."""

    __slots__ = ("_data", "_padded", "_sample", "_words", "ends", "raw", "size", "starts")

    def __init__(self, raw: bytes) -> None:
        """``raw`` is whole lines; a last line feed may be missing."""
        if not raw.endswith(b"\n"):
            raw += b"\n"
        self.raw = raw
        self.size = len(raw)
        self._padded = bytes(BEFORE) + raw + bytes(PADDING)
        self._data = np.frombuffer(self._padded, np.uint8, offset=BEFORE)
        self._sample = np.bincount(self._data[:SAMPLE], minlength=256)
        # Every place is the beginning of a word: the view reads eight bytes from any of them.
        self._words: UInt64s = np.ndarray((self.size + PADDING - 7,), "<u8", self._data, strides=(1,))
        feeds = self._places_of_byte(10)
        self.starts = np.concatenate([[0], feeds[:-1] + 1])
        returned = (feeds > self.starts) & (self._data[feeds - 1] == _CARRIAGE_RETURN)
        self.ends: Places = feeds - returned

    def __len__(self) -> int:
        """How many lines."""
        return len(self.ends)

    def line(self, number: int) -> bytes:
        """One line."""
        return self.raw[int(self.starts[number]) : int(self.ends[number])]

    def words(self, at: Places) -> UInt64s:
        """The eight bytes from each place on, the first byte lowest."""
        return self._words[at]

    def after(self, at: Places, literal: bytes, count: int) -> tuple[Bools, list[UInt64s]]:
        """Whether ``literal`` stands at each place, and the ``count`` words that follow it.

        One copy of all the bytes of a line is several times as fast as one for each of their words.
        """
        pad = -len(literal) % 8
        checked = (len(literal) + pad) // 8
        size = 8 * (checked + count)
        kind = np.dtype((np.void, size))
        windows = np.ndarray((self.size + PADDING - size,), kind, self._padded, BEFORE - pad, (1,))
        words = windows[at].view("<u8").reshape(len(at), checked + count)
        good: Bools | None = None
        for number in range(checked):
            found = words[:, number]
            part = (bytes(pad) + literal)[8 * number : 8 * number + 8]
            if pad and not number:
                found = found & ~swar.MASKS[pad]
            same: Bools = found == np.uint64(int.from_bytes(part, "little"))
            good = same if good is None else good & same
        following = [np.ascontiguousarray(words[:, checked + number]) for number in range(count)]
        return np.ones(len(at), np.bool_) if good is None else good, following

    def line_of(self, at: Places) -> Places:
        """The number of the line each place lies in."""
        found: Places = np.searchsorted(self.starts, at, side="right") - 1
        return found

    def places_of(self, literal: bytes) -> Places:
        """Where ``literal`` stands, ascending."""
        if self.raw.find(literal) < 0:
            return np.empty(0, np.intp)
        rarest = min(range(len(literal)), key=lambda at: int(self._sample[literal[at]]))
        found = self._places_of_byte(literal[rarest]) - rarest
        found = found[(found >= 0) & (found + len(literal) <= self.size)]
        return found[self.equal(found, literal)]

    def equal(self, at: Places, literal: bytes) -> Bools:
        """Whether ``literal`` stands at each place; it may reach into the padding, where it is not."""
        begins = list(range(0, len(literal), 8))
        if len(literal) >= 8:
            begins[-1] = len(literal) - 8
        good: Bools | None = None
        for begin in begins:
            part = literal[begin : begin + 8]
            words = self._words[begin:][at]
            if len(part) < 8:
                words &= swar.MASKS[len(part)]
            same: Bools = words == np.uint64(int.from_bytes(part, "little"))
            good = same if good is None else good & same
        return np.ones(len(at), np.bool_) if good is None else good

    def control_lines(self, lines: Places) -> Bools:
        """Which of ``lines`` hold a control character: they are no text."""
        data = self._data[: self.size]
        wrong = np.flatnonzero(((data < 32) & (data != 9) & (data != 10)) | (data == 127))
        # The carriage return that belongs to a line's end is none of the line's characters.
        wrong = wrong[self.ends[self.line_of(wrong)] > wrong]
        return np.isin(lines, self.line_of(wrong))

    def texts(self, starts: Places, ends: Places) -> tuple[Texts, Bools]:
        """The texts between the places, each kept once, and which of them are no text (not UTF-8, or with control
        characters: their code is -1). None is longer than :data:`MAX_TEXT`."""
        codes, firsts = self._distinct(starts, ends - starts)
        begins, stops = starts[firsts].tolist(), ends[firsts].tolist()
        # Texts lie within lines, so line feeds part them: all are decoded at once, unless one of them is none.
        parts = _lines(b"\n".join([self.raw[begin:end] for begin, end in zip(begins, stops, strict=True)]))
        if len(parts) == len(firsts):
            return Texts(codes.astype(np.int32), tuple(parts)), np.zeros(len(codes), np.bool_)
        values: list[str] = []
        places = np.empty(len(firsts), np.int32)
        for number, at in enumerate(firsts.tolist()):
            text = plain(self.raw[int(starts[at]) : int(ends[at])])
            places[number] = -1 if text is None else len(values)
            if text is not None:
                values.append(text)
        found: Int32s = places[codes] if len(firsts) else np.empty(0, np.int32)
        return Texts(found, tuple(values)), found < 0

    def _distinct(self, starts: Places, lengths: Places) -> tuple[Places, Places]:
        """For each text the number of its like, and for each of those the first place among ``starts``."""
        if not len(starts):
            return np.empty(0, np.intp), np.empty(0, np.intp)
        longest = int(lengths.max())
        words = []
        mixed = lengths.astype(np.uint64)
        for number in range(longest // 8 + 1):
            left = np.clip(lengths - 8 * number, 0, 8)
            word = self._words[np.where(left > 0, starts + 8 * number, 0)] & swar.MASKS[left]
            words.append(word)
            mixed = (mixed ^ (mixed >> np.uint64(29))) + word * _MIX[number]
        if (mixed == mixed[0]).all():
            codes, firsts = np.zeros(len(starts), np.intp), np.zeros(1, np.intp)
        else:
            _, firsts, codes = np.unique(mixed, return_index=True, return_inverse=True)
        if all((word == word[firsts][codes]).all() for word in words):
            return codes, firsts
        # Two texts that mix to one number: somebody made them so. Read them one by one.
        return _one_by_one([self.raw[s : s + n] for s, n in zip(starts.tolist(), lengths.tolist(), strict=True)])

    def _places_of_byte(self, value: int) -> Places:
        hits = (self._data[: (self.size + 7) & ~7] == value).view(np.uint64)
        # Comparing first makes this one pass over booleans, six times as fast as looking for numbers that aren't zero.
        holding = np.flatnonzero(hits != 0)
        left = hits[holding] << np.uint64(7)
        found = []
        while len(holding):
            found.append(holding * 8 + swar.lowest(left).astype(np.intp))
            left &= left - np.uint64(1)
            more = left != 0
            holding, left = holding[more], left[more]
        if len(found) > 1:
            return np.sort(np.concatenate(found))
        return found[0] if found else np.empty(0, np.intp)


def plain(raw: bytes) -> str | None:
    """Bytes as text; None if they aren't UTF-8 or hold control characters."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None


def _lines(raw: bytes) -> Sequence[str]:
    """The lines of a text; none of them if one isn't plain."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return ()
    return text.split("\n") if text.replace("\n", "").isprintable() else ()


def _one_by_one(texts: Sequence[bytes]) -> tuple[Places, Places]:
    known: dict[bytes, int] = {}
    firsts: list[int] = []
    codes = np.empty(len(texts), np.intp)
    for at, text in enumerate(texts):
        if text not in known:
            known[text] = len(firsts)
            firsts.append(at)
        codes[at] = known[text]
    return codes, np.array(firsts, np.intp)
