"""The machine-readable zone and the names in it; expected values are the standard's own examples."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.contracts.evidence.passport.countries import TWO_LETTERS
from sekisho.contracts.evidence.passport.errors import CheckDigitWrong, MrzRefused
from sekisho.contracts.evidence.passport.mrz import check_digit, read_mrz
from sekisho.contracts.evidence.passport.names import name_agrees

TODAY = date(2026, 11, 23)
TD3 = b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""ICAO 9303-4, appendix B."""
TD1 = b"I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
"""ICAO 9303-5, appendix B."""


@pytest.mark.parametrize(("text", "digit"), [("520727", "3"), ("AB2134<<<", "5"), ("L898902C3", "6")])
def test_check_digits(text: str, digit: str) -> None:
    """The worked examples of ICAO 9303-3 §4.9 and the specimen's number."""
    assert check_digit(text) == digit


def test_td3() -> None:
    """The specimen passport of ICAO 9303-4."""
    mrz = read_mrz(TD3, today=TODAY)
    assert (mrz.code, mrz.issuer, mrz.nationality) == ("P", "UTO", "UTO")
    assert (mrz.surname, mrz.given, mrz.name_cut) == ("ERIKSSON", "ANNA MARIA", False)
    assert (mrz.number, mrz.sex) == ("L898902C3", "F")
    assert (mrz.birth, mrz.expiry) == (date(1974, 8, 12), date(2012, 4, 15))


def test_td1() -> None:
    """The specimen card of ICAO 9303-5."""
    mrz = read_mrz(TD1, today=TODAY)
    assert (mrz.code, mrz.issuer, mrz.number) == ("I", "UTO", "D23145890")
    assert (mrz.surname, mrz.given) == ("ERIKSSON", "ANNA MARIA")
    assert (mrz.birth, mrz.expiry, mrz.sex) == (date(1974, 8, 12), date(2012, 4, 15), "F")


def test_td1_with_a_long_number() -> None:
    """ICAO 9303-5 §4.2.4: a number of more than nine characters goes on in the optional data."""
    number = "D23145890734"
    first = f"I<UTO{number[:9]}<{number[9:]}{check_digit(number)}".ljust(30, "<")
    second = "7408122F1204159UTO<<<<<<<<<<<"
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    zone = (first + second + composite + "ERIKSSON<<ANNA<MARIA".ljust(30, "<")).encode()
    assert read_mrz(zone, today=TODAY).number == number
    wrong = zone[:18] + (b"0" if zone[18:19] != b"0" else b"1") + zone[19:]
    with pytest.raises(CheckDigitWrong):
        read_mrz(wrong, today=TODAY)
    with pytest.raises(CheckDigitWrong):
        read_mrz(zone[:15] + b"<" * 15 + zone[30:], today=TODAY)


@pytest.mark.parametrize("zone", [TD3, TD1])
def test_each_check_digit_is_checked(zone: bytes) -> None:
    """Changing any one digit or letter that a check digit covers is found."""
    td3 = [*range(44, 53), *range(57, 63), *range(65, 71), *range(72, 87)]
    td1 = [*range(5, 14), *range(30, 36), *range(38, 44)]
    covered = td3 if zone is TD3 else td1
    for at in covered:
        # "<" counts 0 and so do 0, A, K and U modulo ten: a change by one is always seen.
        value = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".find(chr(zone[at]))
        other = b"1" if value < 0 else f"{(value + 1) % 10}".encode()
        with pytest.raises((CheckDigitWrong, MrzRefused)):
            read_mrz(zone[:at] + other + zone[at + 1 :], today=TODAY)


def zone_with(birth: str, expiry: str = "310331") -> bytes:
    """The specimen with other dates."""
    number, personal = "L898902C36", "ZE184226B<<<<<1"
    born, ends = birth + check_digit(birth), expiry + check_digit(expiry)
    second = f"{number}UTO{born}F{ends}{personal}"
    return TD3[:44] + (second + check_digit(number + born + ends + personal)).encode()


@pytest.mark.parametrize(
    ("birth", "today", "expected"),
    [
        ("261123", date(2026, 11, 23), date(2026, 11, 23)),
        ("261124", date(2026, 11, 23), date(1926, 11, 24)),
        ("000229", date(2026, 11, 23), date(2000, 2, 29)),
        ("960229", date(2026, 11, 23), date(1996, 2, 29)),
        ("991231", date(2100, 1, 1), date(2099, 12, 31)),
        ("000229", date(2100, 6, 1), date(2000, 2, 29)),
        ("90<<<<", date(2026, 11, 23), None),
        ("<<<<<<", date(2026, 11, 23), None),
    ],
)
def test_centuries(birth: str, today: date, expected: date | None) -> None:
    """A birth date is the latest that isn't to come; with a part unknown it is unknown."""
    assert read_mrz(zone_with(birth), today=today).birth == expected


@pytest.mark.parametrize("birth", ["9<0401", "90<<<1", "9004A1", "900431", "<<<<<1"])
def test_birth_dates_that_are_none(birth: str) -> None:
    """A part is two digits or two fillers, and a day that is written exists."""
    with pytest.raises(MrzRefused):
        read_mrz(zone_with(birth), today=TODAY)


@pytest.mark.parametrize("expiry", ["<<0331", "31<<<<", "3A0331", "310229"])
def test_expiry_dates_that_are_none(expiry: str) -> None:
    """A date of expiry is written in full, and exists."""
    with pytest.raises(MrzRefused):
        read_mrz(zone_with("740812", expiry), today=TODAY)


def test_a_full_name_field_may_be_cut() -> None:
    """ICAO 9303-3 §4.6: a field without a filler at its end may be a cut name."""
    full = b"P<UTO" + b"A" * 20 + b"<<" + b"B" * 17 + TD3[44:]
    assert read_mrz(full, today=TODAY).name_cut


@pytest.mark.parametrize(
    ("surname", "given", "stated"),
    [
        ("ERIKSSON", "ANNA MARIA", "Eriksson Anna Maria"),
        ("ERIKSSON", "ANNA MARIA", "anna maria eriksson"),
        ("MUELLER", "JUERGEN", "Jürgen Müller"),
        ("MUELLER", "JURGEN", "Jürgen Müller"),
        ("MULLER", "JUERGEN", "Müller Jürgen"),
        ("STRASSE", "", "Straße"),
        ("OCONNOR", "ENYA SIOBHAN", "O'Connor Enya Siobhan"),
        ("PAPANDROPOULOUS", "JONATHON WARREN TREVOR", "Papandropoulous, Jonathon Warren Trevor"),
        ("NUNEZ", "JOSE", "José Núñez"),
        ("NUNXXEZ", "JOSE", "José Núñez"),
        ("SMITH JONES", "SUSIE MARGARET", "Smith-Jones Susie Margaret"),
        ("SEKISHO", "HANAKO", "ＳＥＫＩＳＨＯ　ＨＡＮＡＫＯ"),
        ("OESTERGAARD", "SOEREN", "Søren Østergaard"),
    ],
)
def test_names_that_agree(surname: str, given: str, stated: str) -> None:
    """ICAO 9303-3 §6: one name by one of its transliterations, in either order."""
    assert name_agrees(surname, given, cut=False, stated=stated) is True


@pytest.mark.parametrize(
    ("surname", "given", "stated"),
    [
        ("SEKISHO", "HANAKO", "関所 花子"),
        ("SEKISHO", "HANAKO", "セキショ ハナコ"),
        ("SEKISHO", "HANAKO", "Sekisho Hanak"),
        ("SEKISHO", "HANAKO", "Sekisho"),
        ("SEKISHO", "HANAKO", "Sekishohanako"),
        ("SEKISHO", "HANAKO", ""),
        ("ERIKSSON", "ANNA MARIA", "Maria Eriksson Anna"),
        ("OHNO", "YUKO", "Ono Yuko"),
        ("SEKISHO", "HANAKO", "Sekisho Hanako 2"),
        ("SEKISHO", "HANAKO", "Ѕekisho Hanako"),  # a Cyrillic letter
        ("A", "B", "A" * 500),
    ],
)
def test_names_that_cant_be_told(surname: str, given: str, stated: str) -> None:
    """Anything but equality after transliteration is unknown: never a difference, never an agreement."""
    assert name_agrees(surname, given, cut=False, stated=stated) is None


def test_a_cut_name_never_agrees() -> None:
    """A name that fills its field may have been cut: unknown even where it looks equal."""
    assert name_agrees("ERIKSSON", "ANNA", cut=True, stated="Eriksson Anna") is None


def test_the_table_of_countries() -> None:
    """Two capital letters each; Germany's single letter and the British kinds lead where they should."""
    assert all(len(two) == 2 and two.isupper() and two.isascii() for two in TWO_LETTERS.values())
    assert {TWO_LETTERS[code] for code in ("GBR", "GBD", "GBN", "GBO", "GBP", "GBS")} == {"GB"}
    assert TWO_LETTERS["D"] == TWO_LETTERS["DEU"] == "DE"
    assert (TWO_LETTERS["JPN"], TWO_LETTERS["UNO"], TWO_LETTERS["EUE"]) == ("JP", "UN", "EU")
    iso = [two for three, two in TWO_LETTERS.items() if len(three) == 3]
    assert len(set(iso)) >= 249  # ISO 3166-1 has 249 entries
