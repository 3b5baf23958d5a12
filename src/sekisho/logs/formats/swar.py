"""Eight bytes at a time: digits, hexadecimal digits and separators found and read inside 64-bit words.

A *word* is eight bytes of text as a little-endian number, so the first byte is the lowest. All functions work on arrays
of words. Places are found by setting the high bit of each byte that is looked for and counting the zeros below it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sekisho.logs.columns import UInt64s

ONES: Final = np.uint64(0x0101010101010101)
HIGHS: Final = np.uint64(0x8080808080808080)
EIGHT: Final = np.uint64(8)
MASKS: Final = np.array([(1 << (8 * n)) - 1 for n in range(8)] + [2**64 - 1], np.uint64)
"""``MASKS[n]`` keeps the first ``n`` bytes of a word."""

_ONE: Final = np.uint64(1)
_ZEROS: Final = np.uint64(0x3030303030303030)


def lowest(words: UInt64s) -> UInt64s:
    """The place (0 to 8) of the lowest byte whose high bit is set; 8 where none is. Only high bits may be set."""
    # Subtracting one turns a zero word into 64 ones: no place, which is 8.
    found: UInt64s = np.bitwise_count((words - _ONE) & ~words).astype(np.uint64) >> np.uint64(3)
    return found


def non_digits(words: UInt64s) -> UInt64s:
    """The high bit of every byte that isn't ``0`` to ``9``."""
    low = words & ~HIGHS
    above = low + np.uint64(0x4646464646464646)  # 0x3a and more reach the high bit
    below = ~(low + np.uint64(0x5050505050505050))  # less than 0x30 doesn't
    found: UInt64s = (above | below | words) & HIGHS
    return found


def digits_value(words: UInt64s, length: UInt64s) -> UInt64s:
    """The number written in the first ``length`` (0 to 8) bytes, which are digits; 0 for none."""
    moved = (words ^ _ZEROS) << (np.uint64(64) - EIGHT * length)
    moved = (moved * np.uint64(10)) + (moved >> EIGHT)
    left = (moved & np.uint64(0x000000FF000000FF)) * np.uint64(0x000F424000000064)
    right = ((moved >> np.uint64(16)) & np.uint64(0x000000FF000000FF)) * np.uint64(0x0000271000000001)
    found: UInt64s = (left + right) >> np.uint64(32)
    return found


def non_hex(words: UInt64s) -> UInt64s:
    """The high bit of every byte that isn't a hexadecimal digit."""
    low = (words | np.uint64(0x2020202020202020)) & ~HIGHS
    letter = (low + np.uint64(0x1F1F1F1F1F1F1F1F)) & ~(low + np.uint64(0x1919191919191919))  # a to f
    return non_digits(words) & ~(letter & ~words & HIGHS)


def hex_value(words: UInt64s, length: UInt64s) -> UInt64s:
    """The number written in the first ``length`` (0 to 8) bytes, which are hexadecimal digits; 0 for none."""
    nibbles = (words & np.uint64(0x0F0F0F0F0F0F0F0F)) + ((words >> np.uint64(6)) & ONES) * np.uint64(9)
    moved = nibbles << (np.uint64(64) - EIGHT * length)
    moved = (moved << np.uint64(4)) + (moved >> EIGHT)
    left = (moved & np.uint64(0x000000FF000000FF)) * np.uint64(0x0100000000000100)
    right = ((moved >> np.uint64(16)) & np.uint64(0x000000FF000000FF)) * np.uint64(0x0001000000000001)
    found: UInt64s = (left + right) >> np.uint64(32)
    return found


def equal_to(words: UInt64s, byte: int) -> UInt64s:
    """The high bit of the lowest byte equal to ``byte`` (bytes above it may be wrong)."""
    other = words ^ (ONES * np.uint64(byte))
    found: UInt64s = (other - ONES) & ~other & HIGHS
    return found


def other_than(words: UInt64s, byte: int) -> UInt64s:
    """The high bit of every byte that isn't ``byte``."""
    other = words ^ (ONES * np.uint64(byte))
    found: UInt64s = (((other & ~HIGHS) + ~HIGHS) | other) & HIGHS
    return found


def byte_at(words: UInt64s, place: UInt64s | int) -> UInt64s:
    """The byte at ``place`` (0 to 7) of each word."""
    return (words >> (EIGHT * np.uint64(place))) & np.uint64(0xFF)
