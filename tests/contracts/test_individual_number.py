"""The individual number is recognised by check digit and context; numbers that only look like one pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.contracts.individual_number import announces, has_valid_check_digit, in_free_text, in_identifier

# By hand, 平成26年総務省令第85号 art. 5: from the right, the eleven digits times 2 3 4 5 6 7 2 3 4 5 6; the digit is
# 11 less the sum's remainder by 11, and 0 where the remainder is 0 or 1.
#   12345678901: 1·2+0·3+9·4+8·5+7·6+6·7+5·2+4·3+3·4+2·5+1·6 = 212 = 19·11+3, so 8
#   00000000000: 0, remainder 0, so 0
#   00000000006: 6·2 = 12, remainder 1, so 0
#   00000000001: 1·2 = 2, so 9
#   10000000000: 1·6 = 6, so 5
#   99999999999: 9·(2+3+4+5+6+7+2+3+4+5+6) = 9·47 = 423 = 38·11+5, so 6
VALID = "123456789018"
BY_HAND = [VALID, "000000000000", "000000000060", "000000000019", "100000000005", "999999999996"]


@pytest.mark.parametrize("digits", BY_HAND)
def test_check_digits_worked_out_by_hand_are_right(digits: str) -> None:
    """The ordinance's formula gives the check digit that was worked out on paper."""
    assert has_valid_check_digit(digits)


@pytest.mark.parametrize("digits", BY_HAND)
def test_only_one_of_ten_check_digits_is_right(digits: str) -> None:
    """Of the ten possible last digits one passes."""
    assert sum(has_valid_check_digit(digits[:11] + str(last)) for last in range(10)) == 1


@given(st.integers(0, 10**11 - 1), st.integers(0, 10), st.integers(1, 9))
def test_a_wrong_digit_shows_unless_both_remainders_give_nought(number: int, at: int, by: int) -> None:
    """One wrong digit changes the check digit, except between the remainders 0 and 1, which share the digit 0."""
    body = f"{number:011d}"
    changed = body[:at] + str((int(body[at]) + by) % 10) + body[at + 1 :]
    check = next(str(n) for n in range(10) if has_valid_check_digit(body + str(n)))
    assert not has_valid_check_digit(changed + check) or check == "0"


SPELLINGS = [
    VALID,
    "1234 5678 9018",
    "1234-5678-9018",
    "１２３４５６７８９０１８",
    "１２３４－５６７８－９０１８",
    "1234\u30005678\u30009018",
    "1234・5678・9018",
    "1234‐5678−9018",
    "123456-789018",
    "1 2 3 4 5 6 7 8 9 0 1 8",
    "1234.5678.9018",
    "1234_5678_9018",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_however_grouped_the_number_is_found(spelling: str) -> None:
    """Alone or with a word for it, in any width and grouping, it is an individual number."""
    assert in_free_text(spelling)
    assert in_free_text(f"（{spelling}）")
    assert in_free_text(f"架空県見本市1-2-3 個人番号{spelling}")
    assert in_free_text(f"405 {spelling} マイナンバー")


@pytest.mark.parametrize(
    "word",
    ["個人番号", "マイナンバー", "ﾏｲﾅﾝﾊﾞｰ", "まいなんばー", "My Number", "MYNUMBER", "my_number", "Individual Number"],
)
def test_words_for_it_are_known_in_any_spelling(word: str) -> None:
    """Half-width kana, upper case and underscores don't hide the word."""
    assert in_free_text(f"関所玲 {word}: {VALID} です")


@pytest.mark.parametrize(
    "text",
    [
        "関所玲",
        f"架空県見本市関所町1-2-3 {VALID}",
        "123456789017",
        "個人番号は書かないでください",
        "個人番号 123456789017",
        f"0{VALID}",
        f"{VALID}5",
        "架空県見本市1-2-3 メゾン405",
    ],
)
def test_text_that_is_not_one_passes(text: str) -> None:
    """A number amid other words, with a wrong check digit or of other length is not claimed to be one."""
    assert not in_free_text(text)


@pytest.mark.parametrize("text", [VALID, "1234-5678-9018", "第123456789018号", "T-123456789018"])
def test_a_licence_number_with_the_right_check_digit_passes(text: str) -> None:
    """One licence number in eleven has the right check digit by chance: a typed identifier isn't suspected for it."""
    assert not in_identifier(text, document="driving_licence")
    assert not in_identifier(text, document=None)


@pytest.mark.parametrize("document", ["mynumber_card", "notification_card"])
def test_the_number_of_a_card_that_bears_it_is_refused(document: str) -> None:
    """What is given as the number of a My Number or notification card, and has the right check digit, is it."""
    assert in_identifier(VALID, document=document)
    assert in_identifier("1234 5678 9018", document=document)
    assert not in_identifier("123456789017", document=document)


def test_an_identifier_that_says_what_it_is_is_refused() -> None:
    """A word for it beside the number is enough, whatever the document."""
    assert in_identifier(f"マイナンバー {VALID}", document="driving_licence")


@pytest.mark.parametrize(
    "field",
    [
        "my_number",
        "mynumber",
        "myNumber",
        "MyNumber",
        "MY-NUMBER",
        "my number",
        "ｍｙ＿ｎｕｍｂｅｒ",
        "individualNumber",
        "individual_number",
        "kojin_bango",
        "kojinBangou",
        "個人番号",
        "個人 番号",
        "マイナンバー",
        "ﾏｲﾅﾝﾊﾞｰ",
        "personal-number",
    ],
)
def test_a_field_announces_it_in_any_spelling(field: str) -> None:
    """Case, separators and width of a field's name don't matter."""
    assert announces(field)


@pytest.mark.parametrize("field", ["name", "identifier", "number", "mynumber_card", "document", "", "番号"])
def test_other_fields_announce_nothing(field: str) -> None:
    """Names that merely come near are other fields."""
    assert not announces(field)
