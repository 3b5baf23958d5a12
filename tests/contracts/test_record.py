"""The statutory record of 規則8条1項: who was verified, when, by which method, on which documents, by whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.record import StatutoryRecord
from sekisho.engine.conclude import Confirmation
from sekisho.engine.nodes import AllOf, Atom, Not, Op
from sekisho.engine.rules import Role
from sekisho.engine.verdicts import Verdict
from tests.contracts.applications import ADDRESS, NAME, item, written
from tests.contracts.desk import (
    ALONE,
    BASE,
    SIGNATURE,
    copy_and_post,
    decide,
    either,
    engine,
    law,
    method,
    of_person,
    shown,
)
from tests.engine.builders import rule

CHIP = method(
    "chip",
    AllOf((of_person("chip_read", "subject", shown("name_agrees")), of_person("face_image", "subject"))),
)
ACTING = {"acting": True, "name": "関所 薫", "address": ADDRESS, "birth_date": "1970-01-01"}


def _chip(**changed: Any) -> dict[str, Any]:
    base = {
        "kind": "chip_read",
        "person": "subject",
        "at": "2026-04-02",
        "document": "driving_licence",
        "identifier": "第123456789012号",
        "name": NAME,
    }
    return item(base, **changed)


FACE = {"kind": "face_image", "person": "subject", "at": "2026-04-02"}


def _record(made: dict[str, Any], *rules: Any, **law_changed: Any) -> StatutoryRecord:
    found = decide(engine(*BASE, *rules), made, law(**law_changed))
    assert found.record is not None
    return found.record


def test_the_fields_of_article_8_1_are_there() -> None:
    """Item (i) who verified, (ii) who recorded, (iii)(a) the day, (b) identity items, (c) method, (d) documents."""
    record = _record(written(evidence=[_chip(), FACE]), CHIP)
    assert (record.verified_by, record.recorded_by) == ("shop-012/tanaka", "shop-012/suzuki")
    person = record.counterparty
    assert person is not None
    assert person.day == date(2026, 4, 2)
    assert (person.identity.name, person.identity.address) == (NAME, ADDRESS)
    assert person.identity.birth_date == date(1990, 5, 1)
    assert person.method.id == "chip"
    assert record.representative is None
    assert record.body is None
    documents = [(shown.kind, shown.document, shown.identifier, shown.at, shown.origin) for shown in person.documents]
    assert documents == [
        ("chip_read", "driving_licence", "第123456789012号", date(2026, 4, 2), "attested"),
        ("face_image", None, None, date(2026, 4, 2), "attested"),
    ]


def test_only_the_documents_that_met_the_method_are_in_the_record() -> None:
    """Not the one that differed, not the other person's, and nothing another method would have used."""
    wrong = _chip(name="別人 某", identifier="other")
    theirs = _chip(person="representative", identifier="theirs", name=None)
    record = _record(written(evidence=[wrong, theirs, _chip(), FACE, item(at="2026-04-02")]), CHIP)
    assert record.counterparty is not None
    assert [shown.identifier for shown in record.counterparty.documents] == ["第123456789012号", None]


def test_the_certificate_stands_where_there_is_no_document() -> None:
    """For an electronic signature item (iii)(d) asks for what tells the certificate apart."""
    record = _record(written(evidence=[item(identifier="serial 42")]), SIGNATURE)
    assert record.counterparty is not None
    [certificate] = record.counterparty.documents
    assert (certificate.kind, certificate.document, certificate.identifier) == (
        "electronic_signature",
        "jpki_signing",
        "serial 42",
    )


def test_both_people_are_recorded_each_with_their_own_documents() -> None:
    """Item (iv): of the representative the same as of the counterparty."""
    theirs = method(
        "rep", of_person("document_shown", "representative"), "representative_identity", title=SIGNATURE.title
    )
    paper = {"kind": "document_shown", "person": "representative", "at": "2026-04-02", "document": "passport"}
    record = _record(written(representative=ACTING, evidence=[item(at="2026-04-02"), paper]), SIGNATURE, theirs)
    assert record.counterparty is not None
    assert record.representative is not None
    assert record.counterparty.identity.name == NAME
    assert record.representative.identity.name == "関所 薫"
    assert [shown.document for shown in record.representative.documents] == ["passport"]
    assert [shown.document for shown in record.counterparty.documents] == ["jpki_signing"]


def test_each_person_has_a_day_of_their_own() -> None:
    """Items (iii)(a) and (iv)(a): who was verified on Monday was, though the other was only on Wednesday."""
    theirs = method(
        "rep", of_person("document_shown", "representative"), "representative_identity", title=SIGNATURE.title
    )
    paper = {"kind": "document_shown", "person": "representative", "at": "2026-04-02", "document": "passport"}
    made = written(representative=ACTING, evidence=[item(at="2026-03-31"), paper])
    record = _record(made, SIGNATURE, theirs)
    assert record.counterparty is not None
    assert record.representative is not None
    assert (record.counterparty.day, record.representative.day) == (date(2026, 3, 31), date(2026, 4, 2))


def test_the_post_is_part_of_the_record_and_an_open_leg_has_no_day() -> None:
    """Art. 8(2): the day of verification is that of delivery; until then there is none."""
    day = "2026-03-30"
    copy = {"kind": "document_copy", "person": "subject", "at": day, "document": "driving_licence"}
    post = {"kind": "postal_item", "person": "subject", "at": day, "identifier": "1234-56-78901"}
    at = {"decided_at": f"{day}T10:00:00+09:00", "applied_at": None}
    waiting = _record(written(evidence=[copy, post], **at), copy_and_post())
    assert waiting.counterparty is not None
    assert waiting.counterparty.day is None
    assert [shown.kind for shown in waiting.counterparty.documents] == ["document_copy", "postal_item"]
    done = _record(written(evidence=[copy, {**post, "delivered": True}], **at), copy_and_post())
    assert done.counterparty is not None
    assert done.counterparty.day == date(2026, 3, 30)
    assert done.counterparty.documents[1].identifier == "1234-56-78901"


def test_of_two_methods_the_recorded_one_is_the_one_that_decided() -> None:
    """Where one of two fulfilled methods is confirmed, the record is of that one."""
    both = written(evidence=[_chip(), FACE, item(at="2026-04-02")])
    assert _named(_record(both, CHIP, SIGNATURE)) == "chip"
    confirmed = {made.id: made.content_hash for made in (*BASE, SIGNATURE)}
    confirmation = Confirmation(required=True, confirmed=confirmed)
    assert _named(_record(both, CHIP, SIGNATURE, confirmation=confirmation)) == "signature"


def _named(record: StatutoryRecord) -> str:
    assert record.counterparty is not None
    return record.counterparty.method.id


def test_the_body_of_a_state_like_subject_is_named() -> None:
    """Item (v): the acting person is verified, and the body's name recorded."""
    subject = {"kind": "state_like", "name": "架空県"}
    theirs = method("rep", of_person("document_shown", "representative"), "representative_identity")
    paper = {"kind": "document_shown", "person": "representative", "at": "2026-04-02"}
    out = rule("scope.body", Role.SCOPE, duties=("identity",))
    over = engine(BASE[1], ALONE, out, theirs)
    found = decide(over, written(subject=subject, representative=ACTING, evidence=[paper]))
    assert found.record is not None
    assert found.record.body == "架空県"
    assert found.record.counterparty is None
    assert found.record.representative is not None


def test_an_item_that_meets_two_conditions_is_listed_once() -> None:
    """And one that only an alternative asked for is listed where it met it."""
    twice = AllOf((of_person("chip_read", "subject"), of_person("chip_read", "subject", shown("name_agrees"))))
    record = _record(written(evidence=[_chip()]), method("twice", twice))
    assert record.counterparty is not None
    assert len(record.counterparty.documents) == 1
    either_one = either(of_person("chip_read", "subject"), of_person("document_shown", "subject"))
    other = _record(written(evidence=[_chip()]), method("either", either_one))
    assert other.counterparty is not None
    assert [shown.kind for shown in other.counterparty.documents] == ["chip_read"]


def test_there_is_no_record_of_what_was_not_accepted() -> None:
    """Evidence that doesn't suffice, or a refusal, verifies nobody."""
    assert decide(engine(*BASE, SIGNATURE), written(evidence=[])).record is None
    no = rule("no", Role.REFUSAL, requires=Not(Atom("event", False, Op.EQ, "transfer")))
    refused = decide(engine(*BASE, SIGNATURE, no), written())
    assert refused.verdict is Verdict.REFUSE
    assert refused.record is None


def test_the_origin_of_each_document_is_named() -> None:
    """Whether a verifier checked it or somebody vouched for it."""
    found = decide(engine(*BASE, SIGNATURE), written(), origin=Origin.VERIFIED)
    assert found.record is not None
    assert found.record.counterparty is not None
    assert {shown.origin for shown in found.record.counterparty.documents} == {"verified"}
