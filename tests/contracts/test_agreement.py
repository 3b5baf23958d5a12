"""Names and addresses: what is the same in other spelling agrees, what can't be read isn't told, the rest differs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.contracts.agreement import MAX_SUBSTITUTES, addresses_agree, names_agree


@pytest.mark.parametrize(
    ("shown", "stated"),
    [
        ("関所 玲", "関所玲"),
        ("関所\u3000玲", "関所 玲"),
        ("ｾｷｼｮ ﾚｲ", "セキショ レイ"),
        ("ｶﾞﾊﾞﾅ", "ガバナ"),
        ("か\u3099", "が"),
        ("SEKISHO REI", "sekisho rei"),
        ("ＳＥＫＩＳＨＯ", "SEKISHO"),
        ("葛\U000e0100城", "葛城"),
        ("㈱関所", "(株)関所"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_spelling_that_means_the_same_agrees(shown: str, stated: str) -> None:
    """White space, width, composition, case and variation selectors don't make another name."""
    assert names_agree(shown, stated) is True
    assert names_agree(stated, shown) is True


@pytest.mark.parametrize(
    ("shown", "stated"),
    [
        ("髙橋", "高橋"),
        ("𠮷野", "吉野"),
        ("渡邉", "渡邊"),
        ("斎藤", "齋藤"),
        ("山﨑", "山崎"),
        ("関所玲", "関所怜"),
        ("関所", "関所玲"),
        ("セキシ", "セキシヨ"),
        ("ハハ", "パパ"),
    ],
)
def test_different_characters_differ(shown: str, stated: str) -> None:
    """Variants of a kanji are different characters: nobody but the authorities may say that they are one name."""
    assert names_agree(shown, stated) is False
    assert names_agree(stated, shown) is False


@pytest.mark.parametrize(
    ("shown", "stated"),
    [
        ("〓野玲", "𠮷野玲"),
        ("？野玲", "𠮷野玲"),
        ("??野玲", "𠮷野玲"),
        ("\ufffd野玲", "𠮷野玲"),
        ("〓野〓", "𠮷野玲"),
        ("〓野玲", "𠮷野〓"),
        ("〓野玲", "〓野玲"),
        ("ｾｷｼﾖ", "セキショ"),
        ("キヤノン", "キャノン"),
        ("〓", "玲"),
        ("?" * (MAX_SUBSTITUTES + 1), "関所"),
    ],
)
def test_what_cannot_be_read_is_unknown(shown: str, stated: str) -> None:
    """A substitute, even for half a character, and kana of a size that old systems drop: nobody can tell."""
    assert names_agree(shown, stated) is None
    assert names_agree(stated, shown) is None


@pytest.mark.parametrize(("shown", "stated"), [("〓野玲", "高橋玲"), ("〓〓", "関所玲"), ("〓", "関所玲")])
def test_a_substitute_does_not_hide_a_difference_elsewhere(shown: str, stated: str) -> None:
    """What can be read and differs is a difference, substitute or not."""
    assert names_agree(shown, stated) is False


def test_many_substitutes_take_no_time() -> None:
    """A text made of substitutes is given up at once: comparing it costs no more than reading it."""
    assert names_agree("?a" * 250, "b" * 500) is None


SAME_ADDRESSES = [
    ("架空県見本市関所町1-2-3", "架空県見本市関所町一丁目2番3号"),
    ("架空県見本市関所町1-2-3", "架空県見本市関所町１丁目２番３号"),
    ("架空県見本市関所町1-2-3", "架空県見本市関所町一丁目二番三号"),
    ("架空県見本市関所町1-2-3", "架空県見本市関所町1－2－3"),
    ("架空県見本市関所町1-2-3", "架空県見本市関所町1‐2―3"),
    ("架空県見本市関所町1-2-3", "架空県見本市関所町1ー2ｰ3"),
    ("架空県見本市関所町1-2-3", "架空県 見本市 関所町 1 - 2 - 3"),
    ("架空県見本市関所町12-3", "架空県見本市関所町十二番地3"),
    ("架空県見本市関所町23", "架空県見本市関所町二十三番地"),
    ("架空県見本市関所町20-1", "架空県見本市関所町二十番地の1"),
    ("架空県見本市関所町10-1", "架空県見本市関所町一〇番1号"),
    ("架空県見本市関所町1-2-3-405", "架空県見本市関所町1丁目2番3号405"),
    ("架空県見本市三番町5-1", "架空県見本市三番町5番地1"),
    ("架空県見本市関所町1-2-3(メゾン)", "架空県見本市関所町1丁目2番3号（メゾン）"),
]


@pytest.mark.parametrize(("shown", "stated"), SAME_ADDRESSES)
def test_ways_of_writing_block_numbers_agree(shown: str, stated: str) -> None:
    """The number of a block, house or branch is the same number in kanji, wide digits, hyphens or words."""
    assert addresses_agree(shown, stated) is True
    assert addresses_agree(stated, shown) is True


DIFFERENT_ADDRESSES = [
    ("関所町1-23", "関所町12-3"),
    ("関所町1-2 3", "関所町1-23"),
    ("関所町1-2 3", "関所町1-2-3"),
    ("関所町1 23", "関所町12 3"),
    ("関所町1-2-3", "関所町1-2-3-405"),
    ("関所町1丁目23番", "関所町1丁目2番3号"),
    ("関所町1-2-3", "関所町1-3-2"),
    ("関所町二十三番", "関所町2-13"),
    ("関所町二十三番", "関所町20-3"),
    ("関所町十一番", "関所町101"),
    ("関所町1丁目", "関所町1"),
    ("一番町2", "一番2"),
    ("三番館2", "3-2"),
    ("1-2-3メゾン関所101", "1-2-3メゾン関所102"),
    ("関所町1-2-3", "関所町11-2-3"),
]


@pytest.mark.parametrize(("shown", "stated"), DIFFERENT_ADDRESSES)
def test_addresses_that_only_look_alike_differ(shown: str, stated: str) -> None:
    """No levelling moves a digit from one number to its neighbour, and none drops a number."""
    assert addresses_agree(shown, stated) is False
    assert addresses_agree(stated, shown) is False


@pytest.mark.parametrize(("shown", "stated"), [("1-2-3-405", "1丁目2番3号405号室"), ("1-2-3 405", "1-2-3-405")])
def test_a_room_is_never_guessed(shown: str, stated: str) -> None:
    """A fourth number may be a room or a branch of the lot: where it isn't said alike, agreement isn't claimed."""
    assert addresses_agree(shown, stated) is not True


@pytest.mark.parametrize("text", ["十十丁目", "二三十丁目", "十二三番", "百二十番", "一十号", "〇番", "十〇号"])
def test_no_kanji_number_is_too_odd_to_read(text: str) -> None:
    """What isn't a number as one writes it stays as it is, and agrees with itself."""
    assert addresses_agree(text, text) is True
    assert addresses_agree(text, "1-2") is False


_TEXT = st.text("山田〇一二十百丁目番地号の-ー 123?〓ヶケｶﾞか\u3099町", max_size=12)


@settings(max_examples=300, deadline=None)
@given(_TEXT, _TEXT)
def test_comparison_is_the_same_in_both_directions(shown: str, stated: str) -> None:
    """Which of two texts was shown and which stated doesn't matter, and nothing makes the comparison fail."""
    assert addresses_agree(shown, stated) is addresses_agree(stated, shown)
    assert names_agree(shown, stated) is names_agree(stated, shown)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(1, 999), min_size=1, max_size=5), st.lists(st.integers(1, 999), min_size=1, max_size=5))
def test_hyphenated_numbers_agree_only_where_they_are_the_same_numbers(left: list[int], right: list[int]) -> None:
    """Two lists of numbers agree exactly where they are equal, whichever way each is written."""
    hyphens = "関所町" + "-".join(map(str, left))
    words = "関所町" + "番".join(map(str, right))
    spaces = "関所町" + " ".join(map(str, right))
    assert addresses_agree(hyphens, words) is (left == right)
    assert addresses_agree(hyphens, spaces) is (left == right and len(left) == 1)
