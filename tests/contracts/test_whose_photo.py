"""A verified face match counts for the person whose chip holds the photo it was compared with, and for nobody else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cbor2
import pytest
from sqlalchemy import select, update

from sekisho.contracts.evidence.driving_licence.profile import USE_LICENCE_KEY, LicenceFile
from sekisho.contracts.evidence.face_match.profile import USE_PROVIDER
from sekisho.contracts.evidence.passport.profile import USE_AUTHORITY, USE_REVOCATION_LIST
from sekisho.contracts.evidence.residence_card.kind import RESIDENCE_CARD
from sekisho.contracts.evidence.verifier import Asked, photo_digests
from sekisho.contracts.evidence_desk import _BODY
from sekisho.contracts.service import Answer, Asking, Caller, ContractService
from sekisho.contracts.tables import contract_evidence
from sekisho.workspace import Workspace
from tests.contracts.cards import application, made
from tests.contracts.evidence.fixtures import driving_licence as licences
from tests.contracts.evidence.fixtures import face_match as faces
from tests.contracts.evidence.fixtures import mdoc as phones
from tests.contracts.evidence.fixtures import mynumber_card as cards
from tests.contracts.evidence.fixtures import passport as passports
from tests.contracts.evidence.fixtures import residence_card as residents
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.tlv_writing import filled, item

CLERK = Caller("stated:clerk", may_attest=True)
NOBODY = Caller("unnamed", may_attest=False)
APP = {"software": "operators_own"}
HANAKO = licences.stated("hanako")
TARO = licences.stated("taro")
HANAKOS, TAROS = licences.PHOTO, licences.PHOTO + b"\xff\xd9"
"""Photos in the chips."""
ACTING = {"acting": True, "relation": "legal_representative", "kind": "resident", **TARO}
IMAGE = {
    "kind": "document_image",
    "person": "subject",
    "at": "2026-11-23",
    "document": "driving_licence",
    "shows": ["name", "address", "birth_date", "photo", "thickness"],
    "valid_until": "2028-06-01",
    "altered": False,
    **HANAKO,
    **APP,
}
"""A document's picture, which somebody attests."""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace that trusts everybody's made-up keys."""
    with made(tmp_path) as workspace:
        trust = ContractService(workspace).trust
        trust.add(USE_PROVIDER, "kakuu.json", faces.provider_file("kakuu"), by="stated:legal")
        for name in licences.DECLARED["keys"]:
            trust.add(USE_LICENCE_KEY, name, licences.public_key(name), by="stated:legal")
        authority = passports.authority("japan")
        trust.add(USE_AUTHORITY, "japan.cer", authority.certificate, by="stated:legal")
        trust.add(USE_REVOCATION_LIST, "japan.crl", state_pki.crl(authority), by="stated:legal")
        for use, files in phones.trust().items():
            for file in files:
                trust.add(use, file.name, file.content, by="stated:legal")
        yield workspace


@pytest.fixture
def desk(workspace: Workspace) -> ContractService:
    """The desk over it."""
    return ContractService(workspace)


def raw(kind: str, format_: str, document: dict[str, Any], person: str, **more: Any) -> dict[str, Any]:
    """An item with raw evidence."""
    return {"kind": kind, "person": person, "raw": {"format": format_, "document": document}, **more}


def licence(slug: str = "hanako", photo: bytes = HANAKOS, *, person: str = "subject") -> dict[str, Any]:
    """A licence card read by its chip, with this photo in it, signed."""
    files = licences.files(slug) | {LicenceFile.PHOTO: filled(item(0x5F40, photo), 2000)}
    files[LicenceFile.SIGNATURE] = licences.signature_over(files, licences.DECLARED["licences"][slug]["key"])
    sent = {file.value: base64.b64encode(data).decode() for file, data in files.items()}
    return raw("chip_read", "driving_licence", licences.document(slug, files=sent, stated=None), person, **APP)


def passport(**more: Any) -> dict[str, Any]:
    """Hanako's passport."""
    read = passports.passport("japan")
    groups = {str(number): base64.b64encode(data).decode() for number, data in read.groups.items()}
    return raw(
        "chip_read",
        "passport",
        {"sod": base64.b64encode(read.sod).decode(), "groups": groups},
        "subject",
        **(APP | more),
    )


def face(desk: ContractService, photo: bytes, *, person: str = "subject") -> dict[str, Any]:
    """A provider's result that the person is the one in this photo."""
    nonce = desk.evidence.challenge(application="T-1", purpose="face_match").nonce.hex()
    digest = hashlib.sha256(photo).hexdigest()
    signed = faces.result(faces.claims(transaction="T-1", nonce=nonce, reference_sha256=digest))
    return raw("face_image", "face_match", {"result": signed, "photos": [digest]}, person, **APP)


def decide(desk: ContractService, *items: dict[str, Any], caller: Caller = CLERK, **changed: Any) -> Answer:
    """Decide Hanako's application with these items."""
    subject = {"kind": "natural", **HANAKO} | changed.pop("subject", {})
    return desk.decide(application(*items, subject=subject, **changed), caller, Asking(explain=True))


def told(answer: Answer) -> dict[int, str]:
    """What is told of photos, by the item it is about."""
    return {
        one["item"]: one["en"] for one in answer.document["not_checked"] if one["what"] == "evidence_of_which_photo"
    }


def same(desk: ContractService) -> list[object]:
    """What the last decision's rules got of each face, as it is kept."""
    last = list(desk.cases())[-1]
    return [one.get("same_person_as_document") for one in last.case.evidence["face_image"]]


def test_the_photo_of_the_chip_decides(desk: ContractService) -> None:
    """Chip and face of one person, in either order, are what the method asks for; nothing is told of the photo."""
    answer = decide(desk, licence(), face(desk, HANAKOS))
    assert (answer.document["verdict"], told(answer), same(desk)) == ("accept", {}, [True])
    assert decide(desk, face(desk, HANAKOS), licence()).document["verdict"] == "accept"


def test_the_photo_of_another_persons_chip_does_not(desk: ContractService) -> None:
    """A stolen licence, and the face of somebody else whose own licence is read as well: the fact is taken away."""
    for items in ((licence(),), (licence(), licence("taro", TAROS))):
        answer = decide(desk, *items, face(desk, TAROS))
        assert (answer.document["verdict"], same(desk)) == ("need_evidence", [None])
        assert f"evidence[{len(items)}] was compared with another photo" in told(answer)[len(items)]
        assert answer.document["evidence"][-1]["origin"] == "verified"


def test_a_chip_of_another_alone_is_no_chip_of_the_person(desk: ContractService) -> None:
    """A card that shows another name isn't the applicant's, whoever's face it holds."""
    answer = decide(desk, licence("taro", TAROS), face(desk, TAROS))
    assert (answer.document["verdict"], same(desk), set(told(answer))) == ("need_evidence", [None], {1})


def test_an_unsigned_chip_lends_no_face_to_a_signed_one(desk: ContractService) -> None:
    """Anybody can write a card that nobody signs: its photo counts only where no signed chip shows the person."""
    card = raw("chip_read", "mynumber_card", cards.document("hanako", stated=None), "subject", **APP)
    assert licences.PHOTO == HANAKOS  # which the card has too
    answer = decide(desk, licence("hanako", TAROS), card, face(desk, HANAKOS))
    assert (answer.document["verdict"], same(desk), set(told(answer))) == ("need_evidence", [None], {2})
    alone = decide(desk, card, face(desk, HANAKOS))
    assert (alone.document["verdict"], same(desk)) == ("need_evidence", [True])
    assert "signature was not verified" in told(alone)[1]


def test_evidence_by_its_id_still_has_its_photo(desk: ContractService, workspace: Workspace) -> None:
    """What is tied at once is tied later; what was kept without a photo is tied to none."""
    first = decide(desk, licence(), face(desk, HANAKOS))
    chip, match = (one["id"] for one in first.document["evidence"])
    kept = [
        {"kind": "chip_read", "person": "subject", "evidence": chip, **APP},
        {"kind": "face_image", "person": "subject", "evidence": match, **APP},
    ]
    again = decide(desk, *kept)
    assert (again.document["verdict"], told(again)) == ("accept", {})
    swapped = decide(desk, licence("hanako", TAROS), kept[1])
    assert (swapped.document["verdict"], set(told(swapped))) == ("need_evidence", {1})
    with workspace.database.read() as connection:
        row = connection.execute(select(contract_evidence).where(contract_evidence.c.id == match)).one()
    body = _BODY.open(workspace.keyring, row.body, row_id=match, key=row.key)
    del body["photo_digests"]
    sealed = _BODY.seal(workspace.keyring, body, row_id=match, key=row.key)
    workspace.commit(
        lambda connection: connection.execute(
            update(contract_evidence).where(contract_evidence.c.id == match).values(body=sealed)
        ),
        (),
    )
    older = decide(desk, *kept)
    assert (older.document["verdict"], set(told(older))) == ("need_evidence", {1})


def test_the_representatives_photo_is_not_the_subjects(desk: ContractService) -> None:
    """Each person's face is looked for among that person's chips."""
    chips = (licence(), licence("taro", TAROS, person="representative"))
    right = decide(desk, *chips, face(desk, HANAKOS), face(desk, TAROS, person="representative"), representative=ACTING)
    assert (told(right), same(desk)) == ({}, [True, True])
    swapped = decide(
        desk, *chips, face(desk, TAROS), face(desk, HANAKOS, person="representative"), representative=ACTING
    )
    assert (set(told(swapped)), same(desk)) == ({2, 3}, [None, None])
    assert swapped.document["verdict"] == "need_evidence"


def test_a_passports_photo(desk: ContractService) -> None:
    """Data group 2 as read is the passport's photo; the licence's isn't, though both are of one person."""
    person = {"name": passports.stated("japan")[0]}
    group = passports.passport("japan").groups[2]
    decide(desk, passport(), face(desk, group), subject=person)
    assert same(desk) == [True]
    other = decide(desk, passport(), face(desk, HANAKOS), subject=person)
    assert (same(desk), set(told(other))) == ([None], {1})


def test_a_smartphones_photo(desk: ContractService) -> None:
    """The record on a smartphone is a chip's equal."""
    name, address, birth = phones.stated("hanako")
    person = {"name": name, "address": address, "birth_date": birth.isoformat()}
    photo = phones.DECLARED["cards"]["hanako"]["photo"].encode()
    signed = base64.b64encode(cbor2.dumps(phones.card("hanako").issued())).decode()
    record = raw("card_substitute_record", "smartphone_card", {"issuer_signed": signed}, "subject")
    answer = decide(desk, record, face(desk, photo), subject=person)
    assert answer.document["evidence"][0]["report"]["failure"] is None
    assert (same(desk), told(answer)) == ([True], {})
    decide(desk, record, face(desk, HANAKOS), subject=person)
    assert same(desk) == [None]


@pytest.mark.parametrize("slug", sorted(residents.DECLARED["cards"]))
def test_a_residence_cards_photo(slug: str) -> None:
    """The value of D1 in either generation; a child's card has none."""
    ready = RESIDENCE_CARD.prepare({}, moment=faces.MOMENT)
    found = ready.verify(json.dumps(residents.document(slug)).encode(), Asked(application="", moment=faces.MOMENT))
    assert found.report.failure is None
    photo = residents.contents(slug).get("D1", b"")
    assert found.photo_digests == photo_digests(photo if any(photo) else None)


def test_without_a_chip_it_is_the_senders_word(desk: ContractService) -> None:
    """Beside an attested document the match counts as it did, and it is told; beside nothing it is of no document."""
    answer = decide(desk, IMAGE, face(desk, HANAKOS))
    assert same(desk) == [True]
    assert "by the sender's word" in told(answer)[1]
    for items, caller in (((), CLERK), ((IMAGE,), NOBODY)):
        nothing = decide(desk, *items, face(desk, HANAKOS), caller=caller)
        assert same(desk) == [None]
        assert "a photo of no document" in told(nothing)[len(items)]


def test_another_persons_document_is_none_of_the_subjects(desk: ContractService) -> None:
    """A picture of the representative's document vouches for no photo of the subject."""
    theirs = IMAGE | {"person": "representative"} | TARO
    answer = decide(desk, theirs, face(desk, HANAKOS), representative=ACTING)
    assert (same(desk), set(told(answer))) == ([None], {1})


def test_digests_of_photos_stay_in_the_encrypted_body(desk: ContractService, workspace: Workspace) -> None:
    """A photo's digest finds its person again: neither answer, report, application nor leaf shows one."""
    answer = decide(desk, licence(), face(desk, HANAKOS))
    digest = hashlib.sha256(HANAKOS).hexdigest()
    assert digest not in json.dumps(answer.document)
    for one in answer.document["evidence"]:
        assert digest not in json.dumps(desk.evidence.find(one["id"]).document)
    with workspace.database.read() as connection:
        for row in connection.execute(select(contract_evidence)):
            columns = row._mapping
            assert not any(digest in str(columns[name]) for name in columns if name != "body")
            body = _BODY.open(workspace.keyring, row.body, row_id=row.id, key=row.key)
            assert body["photo_digests"] == [digest]
            assert digest not in json.dumps([body["report"], body["attributes"]])
