"""What is said of a licence whose files hold: authenticated or only read, changed or not, agreeing or not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.driving_licence.kind import DRIVING_LICENCE
from sekisho.contracts.evidence.driving_licence.model import (
    Change,
    LicenceResult,
    UnverifiedLicence,
    VerifiedLicence,
    VerifiedRecord,
)
from sekisho.contracts.evidence.driving_licence.profile import (
    SPECIFICATION_010,
    Changed,
    LicenceFile,
    LicenceProfile,
    SignedExtent,
)
from sekisho.contracts.evidence.driving_licence.texts import read_birth, read_day, read_text
from sekisho.contracts.evidence.steps import StepState
from sekisho.contracts.evidence.verifier import Asked, Person
from sekisho.contracts.individual_number import has_valid_check_digit
from tests.contracts.evidence.driving_licence.checking import (
    MOMENT,
    by_kind,
    keys,
    other,
    person,
    verify,
    verify_one,
)
from tests.contracts.evidence.fixtures import driving_licence as build
from tests.contracts.evidence.fixtures.tlv_writing import filled, item


def state(result: LicenceResult, step: int) -> StepState:
    """What became of a step."""
    return result.report.state(step)


def authenticity(result: LicenceResult) -> object:
    """The fact."""
    return result.report.require_facts()["authenticity"]


@pytest.mark.parametrize("slug", ["hanako", "taro", "external", "heisei"])
def test_an_honest_licence_is_authenticated(slug: str) -> None:
    """Every declared licence verifies under its commission's key, and nothing in it differs from what is stated."""
    result = verify(build.licence(slug), stated=person(slug))
    facts = result.report.require_facts()
    assert facts["authenticity"] == "signature_verified"
    assert facts["document"] == "driving_licence"
    assert facts["shows"] == frozenset({"name", "address", "birth_date", "photo"})
    assert False not in {value for name, value in facts.items() if name.endswith("_agrees")}
    assert facts["birth_date_agrees"] is True
    assert isinstance(result.verified, VerifiedLicence)


def test_days_of_an_era_that_ended() -> None:
    """Heisei 39 is a last day, 2027; nobody was born in it."""
    assert verify(build.licence("heisei"), stated=person("heisei")).report.require_facts()["valid_until"] == date(
        2027, 4, 1
    )
    assert read_day(b"4390401") == date(2027, 4, 1)
    assert read_birth(b"4390401") is None
    assert read_birth(b"4310430") == date(2019, 4, 30)
    assert read_birth(b"3640107") == date(1989, 1, 7)
    assert [read_day(one) for one in (b"0000000", b"4000101", b"6010101", b"45", b"")] == [None] * 5


def test_the_last_day_is_a_valid_one() -> None:
    """Valid until the day ends in Japan, and not a moment longer."""
    card = build.licence("expired")
    last = datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)
    assert verify(card, moment=last, stated=person("expired")).verified is not None
    assert verify(card, moment=datetime(2026, 11, 22, 15, 0, tzinfo=UTC)).report.failure is not None


WITHOUT: dict[str, tuple[tuple[LicenceFile, ...], str]] = {
    "the registered domicile": ((LicenceFile.DOMICILE,), "本籍"),
    "the photo": ((LicenceFile.PHOTO,), "写真"),
    "the signature": ((LicenceFile.SIGNATURE,), "電子署名"),
    "all that needs the second PIN": ((LicenceFile.DOMICILE, LicenceFile.PHOTO, LicenceFile.SIGNATURE), "本籍"),
}


@pytest.mark.parametrize("lacking", WITHOUT)
def test_without_what_the_signature_covers(lacking: str) -> None:
    """The licence is read and not authenticated, and step 3 says what is lacking."""
    files, word = WITHOUT[lacking]
    result = verify(build.licence("hanako", without=files))
    assert authenticity(result) == "read_not_authenticated"
    assert result.verified is None
    assert state(result, 3) is StepState.NOT_DONE
    assert word in next(one.reason.ja for one in result.report.steps if one.step.number == 3)
    assert result.report.require_facts()["address_agrees"] is True


def test_without_a_configured_key() -> None:
    """No key: read and not authenticated; the domicile needn't be asked for, and a forgery isn't noticed."""
    result = verify(build.licence("hanako"), trust=())
    assert authenticity(result) == "read_not_authenticated"
    assert (state(result, 3), result.verified) == (StepState.NOT_DONE, None)


def test_a_key_that_is_another_commission_s() -> None:
    """A licence by a commission whose key isn't configured is neither authenticated nor refused."""
    result = verify(build.licence("taro"), trust=keys("kakuu"), stated=person("taro"))
    assert authenticity(result) == "read_not_authenticated"
    assert state(result, 3) is StepState.COULD_NOT_CHECK
    assert result.report.steps[3].error == "licence_key_unknown"


def test_a_forger_who_names_nobody_isn_t_authenticated() -> None:
    """A signature under a name of the forger's own gains nothing beyond what was read."""
    forged = other(LicenceFile.SIGNATURE, build.signature_over(build.files("hanako"), "forger"))
    assert authenticity(verify(forged)) == "read_not_authenticated"


def test_what_all_of_a_file_is() -> None:
    """A profile whose signature is over the items alone verifies such a signature, and no other."""
    items = replace(SPECIFICATION_010, signed_extent=SignedExtent.ITEMS)
    right = build.files("hanako")
    bare = {file: data.rstrip(b"\xff") for file, data in right.items()}
    signed = {**right, LicenceFile.SIGNATURE: build.signature_over(bare, "kakuu")}
    assert verify(UnverifiedLicence(signed), profile=items).verified is not None
    assert verify(UnverifiedLicence(signed)).report.failure is not None
    assert verify(UnverifiedLicence(right), profile=items).report.failure is not None


# --- later changes: outside the signature ---

KNOWN = replace(SPECIFICATION_010, change_items={0x52: Changed.NAME, 0x54: Changed.ADDRESS, 0x56: Changed.OTHER})
NEW_ADDRESS = build.jis("東京都千代田区新町９")
CHANGES: dict[str, tuple[bytes | None, LicenceProfile, Change, Change]] = {
    "nothing was added": (item(0x50, b"0"), KNOWN, Change.NONE, Change.NONE),
    "nothing was written": (b"\xff" * 640, KNOWN, Change.NONE, Change.NONE),
    "not read": (None, KNOWN, Change.NOT_READ, Change.NOT_READ),
    "a new address": (build.changed(item(0x54, NEW_ADDRESS)), KNOWN, Change.NONE, Change.CHANGED),
    "a new name": (build.changed(item(0x52, build.jis("新名"))), KNOWN, Change.CHANGED, Change.NONE),
    "two new addresses": (build.changed(item(0x54, NEW_ADDRESS) * 2), KNOWN, Change.NONE, Change.CHANGED),
    "something else": (build.changed(item(0x56, build.jis("条件"))), KNOWN, Change.NONE, Change.NONE),
    "what the profile doesn't know": (build.changed(item(0x60, b"!!")), KNOWN, Change.UNCLEAR, Change.UNCLEAR),
    "a known and an unknown one": (
        build.changed(item(0x54, NEW_ADDRESS) + item(0x60, b"!!")),
        KNOWN,
        Change.UNCLEAR,
        Change.UNCLEAR,
    ),
    "only the flag": (build.changed(), KNOWN, Change.UNCLEAR, Change.UNCLEAR),
    "a change that the flag denies": (
        filled(item(0x50, b"\x00") + item(0x54, NEW_ADDRESS), 640),
        KNOWN,
        Change.NONE,
        Change.CHANGED,
    ),
    "a new address, and no layout known": (
        build.changed(item(0x54, NEW_ADDRESS)),
        SPECIFICATION_010,
        Change.UNCLEAR,
        Change.UNCLEAR,
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_later_changes(case: str) -> None:
    """An item that was, or may have been, changed is never compared: neither the signed one nor the new."""
    data, profile, name, address = CHANGES[case]
    card = build.licence("hanako", without=(LicenceFile.CHANGES,))
    if data is not None:
        card = replace(card, files={**card.files, LicenceFile.CHANGES: data})
    for stated in (person("hanako"), replace(person("hanako"), name="新名", address="東京都千代田区新町９")):
        result = verify(card, profile=profile, stated=stated)
        facts = result.report.require_facts()
        assert result.changes is not None
        assert (result.changes.name, result.changes.address) == (name, address)
        assert facts["authenticity"] == "signature_verified"
        assert ("name_agrees" in facts) == (name is Change.NONE)
        assert ("address_agrees" in facts) == (address is Change.NONE)
        left = " ".join(text.en for text in result.report.left_to_caller)
        assert ("name: " in left) == (name is not Change.NONE)
        assert ("address: " in left) == (address is not Change.NONE)
    assert state(result, 4) is (StepState.NOT_DONE if data is None else StepState.DONE)


def test_a_changed_item_isn_t_shown() -> None:
    """What goes into the record is the present item or nothing."""
    files = {**build.document("hanako")["files"]}
    del files["DF1/EF04"]
    found = by_kind(build.document("hanako", files=files))
    assert (found.shown.name, found.shown.address) == (None, None)
    assert found.shown.birth_date == person("hanako").birth_date
    assert by_kind(build.document("hanako")).shown == Person(
        "関所　花子", "東京都千代田区架空町１−２−３", date(1990, 4, 1)
    )


# --- texts ---


def test_external_characters_can_t_be_compared() -> None:
    """A name with an external character is unknown, and a difference elsewhere is a difference all the same."""
    said = person("external")
    facts = verify(build.licence("external"), stated=said).report.require_facts()
    assert "name_agrees" not in facts
    assert "address_agrees" not in facts
    facts = verify(build.licence("external"), stated=replace(said, name="﨑崎　三郎")).report.require_facts()
    assert facts["name_agrees"] is False


@pytest.mark.parametrize("low", [0xF1, 0xF4, 0xF7, 0xFA])
def test_each_external_character_is_a_substitute(low: int) -> None:
    """FFF1 to FFF7 and FFFA; FFF8 and FFFB are no characters."""
    assert read_text(build.jis("関") + bytes([0xFF, low]), item="name") == "関〓"


def test_a_hole_in_the_table_is_a_substitute() -> None:
    """A place of JIS X 0208 without a character can't be compared either."""
    assert read_text(b"\x2d\x21\x2f\x7e", item="name") == "〓〓"


def test_other_texts_differ() -> None:
    """Another name, address and date of birth are said to differ."""
    stated = Person("関所　一子", "東京都千代田区架空町9-9-9", date(1990, 4, 2))
    facts = verify(build.licence("hanako"), stated=stated).report.require_facts()
    assert {facts[f"{one}_agrees"] for one in ("name", "address", "birth_date")} == {False}


def test_nothing_stated_is_nothing_compared() -> None:
    """Absent facts are unknown, never false."""
    facts = verify(build.licence("hanako"), stated=Person()).report.require_facts()
    assert not [name for name in facts if name.endswith("_agrees")]


def test_a_date_of_birth_that_isn_t_one_is_unknown() -> None:
    """Unknown parts of a date of birth make it unknown as a whole."""
    result = verify(build.licence("hanako", change={"birth_date": b"4020000"}))
    assert "birth_date_agrees" not in result.report.require_facts()


def test_unknown_items_are_named() -> None:
    """An item nobody knows is signed with the rest, named, and not read."""
    files = build.files("hanako")
    signed = {**files, LicenceFile.ENTRIES: filled(build.entries("hanako") + item(0x7E, b"new"), 880)}
    signed[LicenceFile.SIGNATURE] = build.signature_over(signed, "kakuu")
    result = verify(UnverifiedLicence(signed))
    assert result.verified is not None
    assert "DF1/EF01 7E" in result.report.steps[1].reason.en


# --- the individual number ---


def test_a_licence_number_passes_whatever_its_check_digit() -> None:
    """Twelve digits that happen to end like an individual number are a licence's number."""
    number = build.DECLARED["licences"]["taro"]["number"]
    assert has_valid_check_digit(number)
    assert by_kind(build.document("taro")).identifier == number


@pytest.mark.parametrize("field", ["name", "alias", "address", "condition_1"])
def test_an_individual_number_in_a_text_is_refused(field: str) -> None:
    """Said to be one, or alone in its text: refused with nothing recorded, in any text, used or not."""
    card = build.licence("hanako", change={field: build.jis("個人番号　１２３４５６７８９０１８")})
    with pytest.raises(IndividualNumber) as raised:
        verify(card)
    assert "1234" not in str(raised.value)


# --- the record on a My Number card ---


def test_a_record_names_nobody() -> None:
    """A licence record is authenticated, and says nothing of name, address or date of birth."""
    result = verify_one(build.record())
    facts = result.report.require_facts()
    assert dict(facts) == {
        "document": "driving_licence",
        "authenticity": "signature_verified",
        "shows": frozenset(),
        "valid_until": date(2029, 5, 1),
        "no_expiry": False,
    }
    assert isinstance(result.verified, VerifiedRecord)
    assert result.number == "309000000012"
    assert state(result, 3) is StepState.NOT_DONE


def test_a_record_by_what_is_known_of_it() -> None:
    """The profile of the specification doesn't know where last day and number stand: neither is made up."""
    result = verify_one(build.record(), profile=SPECIFICATION_010)
    assert set(result.report.require_facts()) == {"document", "authenticity", "shows"}
    assert result.number is None
    assert state(result, 4) is StepState.NOT_DONE


def test_a_record_without_key_or_signature() -> None:
    """Read and not authenticated, with the reason."""
    unsigned = replace(build.record(), wef03=None)
    for result in (verify_one(build.record(), trust=()), verify_one(unsigned)):
        assert authenticity(result) == "read_not_authenticated"
        assert state(result, 2) is StepState.NOT_DONE
    unknown = verify_one(build.record("forger"))
    assert (authenticity(unknown), state(unknown, 2)) == ("read_not_authenticated", StepState.COULD_NOT_CHECK)


# --- the shape of every verifier ---


def test_documents_of_both_forms_are_verified() -> None:
    """A card's document and a record's; each form has keys of its own."""
    assert by_kind(build.document("hanako")).report.require_facts()["authenticity"] == "signature_verified"
    record = by_kind(build.record_document())
    assert record.report.require_facts()["authenticity"] == "signature_verified"
    assert (record.identifier, record.shown) == ("309000000012", Person())
    untrusted = by_kind(build.document("hanako"), trusted=False)
    assert untrusted.report.require_facts()["authenticity"] == "read_not_authenticated"


def test_the_application_decides_whom_it_is_compared_with() -> None:
    """For an application, what the document states about a person counts for nothing."""
    asked = Asked(application="A-1", moment=MOMENT, stated=person("taro"))
    facts = by_kind(build.document("hanako"), asked=asked).report.require_facts()
    assert {facts["name_agrees"], facts["birth_date_agrees"]} == {False}


def test_a_report_holds_nothing_personal() -> None:
    """No name, address, number, date of birth or domicile, in no form of it, refused or not."""
    documents: list[Any] = [build.document(slug) for slug in build.DECLARED["licences"]]
    for document in documents:
        told = json.dumps(by_kind(document).report.as_document(), ensure_ascii=False)
        for secret in ("関所", "架空", "1990-04-01", "0000000", "123456789018"):
            assert secret not in told


def test_items_of_this_kind_are_this_verifier_s() -> None:
    """Nobody attests a chip reading of a driving licence."""
    assert DRIVING_LICENCE.covers[0].holds("chip_read", {"document": "driving_licence"})
    assert not DRIVING_LICENCE.covers[0].holds("chip_read", {"document": "passport"})


def test_a_profile_s_changes_stand_in_the_file_of_changes() -> None:
    """An item outside EF04, or its flag, isn't one."""
    for tag in (0x12, 0x50):
        with pytest.raises(ValueError, match="51 to 97"):
            replace(SPECIFICATION_010, change_items={tag: Changed.NAME})
