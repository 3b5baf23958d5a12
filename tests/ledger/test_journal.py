"""The journal's groups: what is torn is told from what is damaged."""

from __future__ import annotations

import pytest

from sekisho.ledger.errors import LedgerDamaged
from sekisho.ledger.journal import encode_group, is_journal_name, journal_name, parse_journal
from sekisho.ledger.tiles import encode_bundle

FIRST = [b"one", b"two" * 300, b""]
SECOND = [b"leaf %d" % number for number in range(60)]


def group(first: int, leaves: list[bytes]) -> bytes:
    """One group."""
    return encode_group(first, len(leaves), encode_bundle(leaves))


ONE = group(5, FIRST)
BOTH = ONE + group(8, SECOND)


def test_groups_come_back() -> None:
    """All leaves, in order, nothing torn."""
    content = parse_journal(BOTH, file="j", first=5, may_be_torn=False)
    assert list(content.leaves) == FIRST + SECOND
    assert content.torn_at == len(BOTH)
    assert parse_journal(b"", file="j", first=5, may_be_torn=True).leaves == []


def test_a_last_group_cut_at_any_byte_is_torn() -> None:
    """What comes before it is kept; the cut is at the group's start."""
    for length in range(len(ONE) + 1, len(BOTH)):
        content = parse_journal(BOTH[:length], file="j", first=5, may_be_torn=True)
        assert list(content.leaves) == FIRST
        assert content.torn_at == len(ONE)


def test_a_last_group_with_an_unwritten_end_is_torn() -> None:
    """A file that has its length but not its last bytes: zeros from a sector's beginning on."""
    for start in range(len(ONE) + (-len(ONE) % 512), len(BOTH), 512):
        content = parse_journal(BOTH[:start] + bytes(len(BOTH) - start), file="j", first=5, may_be_torn=True)
        assert list(content.leaves) == FIRST


def test_a_cut_anywhere_but_at_the_end_of_the_last_file_is_damage() -> None:
    """A file that another follows is whole."""
    with pytest.raises(LedgerDamaged):
        parse_journal(BOTH[:-1], file="j", first=5, may_be_torn=False)


def test_any_flipped_bit_is_damage_and_located() -> None:
    """In the first or the last group, in a length, a check or a leaf: never taken for a tear, never unnoticed."""
    for position in range(len(BOTH) * 8):
        changed = bytearray(BOTH)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(LedgerDamaged) as caught:
            parse_journal(bytes(changed), file="j", first=5, may_be_torn=True)
        assert caught.value.fields["file"] == "j"
        start = 0 if position < len(ONE) * 8 else len(ONE)
        assert start <= caught.value.fields["offset"] <= position // 8


def test_zeros_in_a_later_group_do_not_hide_damage() -> None:
    """A damaged head is not taken for a tear because leaves behind it happen to hold a sector of zeros."""
    data = bytearray(ONE + group(8, [bytes(2_000)]))
    data[6] ^= 1
    with pytest.raises(LedgerDamaged):
        parse_journal(bytes(data), file="j", first=5, may_be_torn=True)


def test_a_missing_group_is_damage() -> None:
    """Numbers follow each other, from the file's name on."""
    with pytest.raises(LedgerDamaged, match="leaf 8 stands where leaf 5 should"):
        parse_journal(BOTH[len(ONE) :], file="j", first=5, may_be_torn=True)


def test_names() -> None:
    """Twenty digits, so that they sort."""
    assert journal_name(7) == "00000000000000000007"
    assert is_journal_name(journal_name(7))
    assert not any(map(is_journal_name, ("7", ".tmp-7", "0" * 19 + "x", "０" * 20)))
