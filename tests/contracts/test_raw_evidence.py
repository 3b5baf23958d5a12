"""Raw evidence in applications: what it proves, what is kept of it, and that an answer counts once."""

from __future__ import annotations

import base64
import copy
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from sekisho.clock import FixedClock
from sekisho.contracts.application import read_kept
from sekisho.contracts.errors import (
    ApplicationRefused,
    EvidenceAfterDecision,
    EvidenceForAnother,
    IndividualNumber,
    MissingField,
    TooLarge,
    UnknownEvidence,
    UnknownField,
    UnknownFormat,
    WrongValue,
)
from sekisho.contracts.evidence_desk import Submitted
from sekisho.contracts.evidence_items import Origin, Person
from sekisho.contracts.service import Answer, Asking, Caller, ContractService
from sekisho.contracts.simulators.jpki import Holder
from sekisho.contracts.tables import contract_decision, contract_evidence
from sekisho.errors import IdempotencyKeyReused
from sekisho.keys.errors import CouldNotDecrypt, KeyDestroyed
from sekisho.workspace import Workspace
from tests.contracts.applications import ADDRESS, LICENCE, NAME, SIGNATURE, item, written
from tests.contracts.cards import AT, REI, application, card, jpki, made, raw, signature, trusting
from tests.contracts.evidence.fixtures import passport as passports

IN_THE_DOCUMENT = "evidence[0].raw.document."

CLERK = Caller("stated:clerk", may_attest=True)
NOBODY = Caller("unnamed", may_attest=False)
STATED = Person(NAME, ADDRESS, REI.birth_date)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ContractService]:
    """A desk that trusts the made-up JPKI, on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    with made(tmp_path, url) as workspace:
        yield trusting(ContractService(workspace))


@pytest.fixture
def workspace(desk: ContractService) -> Workspace:
    """The desk's workspace."""
    return desk._workspace


def decide(desk: ContractService, *items: dict[str, Any], caller: Caller = CLERK, **changed: Any) -> Answer:
    """Decide the plain application with these items."""
    return desk.decide(application(*items, **changed), caller, Asking(explain=True))


def told(answer: Answer) -> dict[str, dict[str, Any]]:
    """What was not checked, by its name; the last of several."""
    return {one["what"]: one for one in answer.document["not_checked"]}


def rows(workspace: Workspace) -> list[Any]:
    """The evidence that was kept, oldest first."""
    with workspace.database.read() as connection:
        return list(connection.execute(select(contract_evidence).order_by(contract_evidence.c.made_at)))


# --- what it proves ---------------------------------------------------------------------------------------------------


def test_a_signature_is_verified_and_decides(desk: ContractService, workspace: Workspace) -> None:
    """The answer says how each item came to be known, shows the steps, and the record names the kept evidence."""
    answer = decide(desk, raw(signature(desk)))
    assert answer.document["verdict"] == "accept"
    [shown] = answer.document["evidence"]
    assert (shown["item"], shown["format"], shown["origin"]) == (0, "jpki", "verified")
    assert [step["state"] for step in shown["report"]["steps"]] == ["done"] * 14
    [document] = answer.document["record"]["counterparty"]["documents"]
    assert (document["origin"], document["kept_as"], document["at"]) == ("verified", shown["id"], "2026-11-23")
    assert document["identifier"] == f"{card().serial:X}"
    assert "evidence_attested" not in told(answer)
    assert NAME not in json.dumps(answer.document["evidence"], ensure_ascii=False)


def test_it_needs_nobody_who_attests(desk: ContractService) -> None:
    """A verifier makes facts, whoever sends the evidence."""
    assert decide(desk, raw(signature(desk)), caller=NOBODY).document["verdict"] == "accept"


@pytest.mark.parametrize("caller", [CLERK, NOBODY])
def test_where_a_verifier_exists_a_statement_counts_nothing(desk: ContractService, caller: Caller) -> None:
    """Whoever vouches for it: the item, its number and the format to send are named."""
    stated = [LICENCE | {"at": "2026-11-23"}, item(SIGNATURE, at="2026-11-23")]
    answer = decide(desk, *stated, caller=caller)
    assert answer.document["verdict"] == "need_evidence"
    assert (told(answer)["raw_evidence_required"]["item"], told(answer)["raw_evidence_required"]["format"]) == (
        1,
        "jpki",
    )
    assert ("evidence_attested" in told(answer)) is caller.may_attest
    assert ("evidence_only_declared" in told(answer)) is not caller.may_attest


def test_each_item_has_its_own_origin(desk: ContractService) -> None:
    """Attested beside verified: the tree of conditions says which is which."""
    answer = decide(desk, LICENCE | {"at": "2026-11-23"}, raw(signature(desk)), channel="face_to_face")
    origins = set()

    def look(part: dict[str, Any]) -> None:
        if "origin" in part:
            origins.add((part["kind"], part["origin"]))
        for below in part.get("parts", ()):
            look(below)

    for finding in answer.document["findings"]:
        for tree in finding["conditions"].values():
            look(tree)
    assert origins == {("document_shown", "attested"), ("electronic_signature", "verified")}
    assert "evidence_attested" in told(answer)


def test_it_is_compared_with_the_person_who_is_stated(desk: ContractService) -> None:
    """Somebody else's card differs from the applicant, and isn't compared with what its own document says."""
    other = jpki().signing_card(Holder("別人 二郎", ADDRESS, REI.birth_date))
    answer = decide(desk, raw(signature(desk, by=other)))
    assert answer.document["evidence"][0]["report"]["facts"]["name_agrees"] is False
    assert answer.document["verdict"] == "need_evidence"
    claimed = signature(desk, by=other) | {"stated": {"name": "別人 二郎"}}
    with pytest.raises(WrongValue, match=r"evidence\[0\]\.raw\.document\.stated"):
        decide(desk, raw(claimed))
    mine = signature(desk, application="T-1") | {"application": "T-2"}
    with pytest.raises(WrongValue, match=r"evidence\[0\]\.raw\.document\.application"):
        decide(desk, raw(mine))


def test_the_representative_is_compared_with_the_representative(desk: ContractService) -> None:
    """Evidence about one person is never compared with another."""
    holder = Holder("関所 薫", ADDRESS, REI.birth_date)
    acting = {"acting": True, "relation": "legal_representative", "kind": "resident"}
    acting |= {"name": holder.name, "address": holder.address, "birth_date": holder.birth_date.isoformat()}
    theirs = raw(signature(desk, by=jpki().signing_card(holder)), person="representative")
    [shown] = decide(desk, theirs, representative=acting).document["evidence"]
    assert shown["report"]["facts"]["name_agrees"] is True


def other_text(document: dict[str, Any]) -> None:
    """Signed over something else."""
    signed = bytearray(base64.b64decode(document["signature"]))
    signed[0] ^= 1
    document["signature"] = base64.b64encode(signed).decode()


def no_pin(document: dict[str, Any]) -> None:
    """The reader says that nobody entered a PIN."""
    document["pin"]["entered"] = False


@pytest.mark.parametrize(("damage", "reason"), [(other_text, "signature_wrong"), (no_pin, "pin_not_entered")])
def test_refused_evidence_proves_nothing(
    desk: ContractService,
    workspace: Workspace,
    damage: Callable[[dict[str, Any]], None],
    reason: str,
) -> None:
    """At most what was found wrong reaches the decision; the report says why, and is kept like any other."""
    document = signature(desk)
    damage(document)
    answer = decide(desk, raw(document))
    assert answer.document["verdict"] == "need_evidence"
    [shown] = answer.document["evidence"]
    assert (shown["origin"], shown["report"]["facts"], shown["report"]["failure"]["reason"]) == (
        "refused",
        None,
        reason,
    )
    assert told(answer)["evidence_refused"]["item"] == 0
    [kept] = rows(workspace)
    assert (kept.id, kept.state) == (shown["id"], "refused")
    [case] = [one.case for one in desk.cases()]
    assert case.evidence["electronic_signature"][0].keys().isdisjoint({"name_agrees", "address_agrees"})


def test_a_revoked_certificate(desk: ContractService) -> None:
    """What is wrong is a finding, so that the decision can say so: it never stands in for a fact."""
    trusting(desk, revoked=(card().serial,))
    answer = decide(desk, raw(signature(desk)))
    assert answer.document["verdict"] == "need_evidence"
    shown = answer.document["evidence"][0]
    assert shown["report"]["findings"]["revocation"] == "revoked"
    before = desk.evidence.verify(submitted(desk), by=CLERK.id)
    decide(desk, named(before.id))
    for stored in desk.cases():
        [wrong] = stored.case.evidence["electronic_signature"]
        assert wrong["revocation"] == "revoked"
        # What kind of proof it would have been isn't told to rules: none of them is met by a refused one.
        assert "certificate" not in wrong


def test_without_trust_nothing_is_believed(tmp_path: Path) -> None:
    """A workspace that trusts nobody refuses a signature, and doesn't fall."""
    with made(tmp_path) as workspace:
        desk = ContractService(workspace)
        answer = decide(desk, raw(signature(desk)))
    assert answer.document["evidence"][0]["report"]["failure"]["reason"] == "issuer_unknown"
    assert answer.document["verdict"] == "need_evidence"


def test_evidence_is_of_the_day_it_was_verified(desk: ContractService) -> None:
    """A decision of an earlier day can't rest on it."""
    with pytest.raises(EvidenceAfterDecision):
        decide(desk, raw(signature(desk)), decided_at="2026-11-22T10:00:00+09:00")


# --- what stands beside it --------------------------------------------------------------------------------------------


def chip(**more: Any) -> dict[str, Any]:
    """A passport's chip as raw evidence."""
    read = passports.passport("japan")
    groups = {str(number): base64.b64encode(data).decode() for number, data in read.groups.items()}
    document = {"sod": base64.b64encode(read.sod).decode(), "groups": groups}
    return {"kind": "chip_read", "person": "subject", "raw": {"format": "passport", "document": document}, **more}


def test_what_only_an_app_can_say_stands_beside(desk: ContractService) -> None:
    """It is attested by those who may, left out where nobody may, and either is said."""
    beside = {"software": "operators_own", "displayed_on_screen": True}
    vouched, declared = decide(desk, chip(**beside)), decide(desk, chip(**beside), caller=NOBODY)
    assert told(vouched)["attested_beside"]["en"].endswith("displayed_on_screen, software")
    assert told(declared)["declared_beside"]["en"].endswith("displayed_on_screen, software")
    first, second = (one.case.evidence["chip_read"][0] for one in desk.cases())
    assert first["software"] == "operators_own"
    assert first["authenticity"] == "read_not_authenticated"
    assert "software" not in second


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"certificate": "jpki_signing"}, WrongValue, "evidence[0].certificate"),
        ({"at": "2026-11-23"}, WrongValue, "evidence[0].at"),
        ({"name_agrees": True}, WrongValue, "evidence[0].name_agrees"),
        ({"identifier": "x"}, UnknownField, "evidence[0].identifier"),
        ({"name": NAME}, UnknownField, "evidence[0].name"),
        ({"evidence": "0" * 32}, UnknownField, "evidence[0].evidence"),
        ({"kind": "chip_read"}, WrongValue, "evidence[0].kind"),
        ({"person": "nobody"}, WrongValue, "evidence[0].person"),
        ({"raw": []}, WrongValue, "evidence[0].raw"),
        ({"raw": {"format": "jpki"}}, MissingField, "evidence[0].raw.document"),
        ({"raw": {"document": {}}}, MissingField, "evidence[0].raw.format"),
        ({"raw": {"format": "telepathy", "document": {}}}, WrongValue, "evidence[0].raw.format"),
        ({"raw": {"format": "jpki", "document": []}}, WrongValue, "evidence[0].raw.document"),
        ({"raw": {"format": "jpki", "document": {}, "colour": 1}}, UnknownField, "evidence[0].raw.colour"),
        ({"raw": {"format": "jpki", "document": {"colour": 1}}}, UnknownField, "evidence[0].raw.document.colour"),
        (
            {"raw": {"format": "passport", "document": {"sod": 1, "groups": {}}}},
            WrongValue,
            "evidence[0].raw.document.sod",
        ),
    ],
)
def test_what_cannot_be_read_is_named_and_leaves_no_trace(
    desk: ContractService, workspace: Workspace, change: dict[str, Any], error: type[ApplicationRefused], field: str
) -> None:
    """The field by its path; nothing is written, and the challenge can still be answered."""
    document = signature(desk)
    with pytest.raises(error) as caught:
        decide(desk, raw(document) | change)
    assert caught.value.fields["field"] == field
    assert (rows(workspace), desk.count_decisions()) == ([], 0)
    assert decide(desk, raw(document)).document["verdict"] == "accept"


def test_an_oversized_document_is_refused(desk: ContractService) -> None:
    """Each document has a bound of its own."""
    with pytest.raises(TooLarge):
        decide(desk, raw(signature(desk) | {"signature": "A" * 2_200_000}))


def test_an_individual_number_in_what_somebody_signed_is_not_kept(desk: ContractService, workspace: Workspace) -> None:
    """A provider's result that holds one is refused as a whole, at the step that reads it."""
    claims = base64.urlsafe_b64encode(json.dumps({"個人番号": 1}).encode()).decode().rstrip("=")
    result = f"e30.{claims}.AAAA"
    asked = Submitted("face_match", "A-1", "subject", Person(), {"result": result})
    with pytest.raises(IndividualNumber) as caught:
        desk.evidence.verify(asked, by="token:1")
    assert (caught.value.step, caught.value.fields["field"].rsplit(".", 1)[-1]) == (0, "result")
    assert rows(workspace) == []


# --- once -------------------------------------------------------------------------------------------------------------


def test_an_answer_counts_once(desk: ContractService, workspace: Workspace) -> None:
    """The same signature again is a replay: it is said, kept, and proves nothing; so is the second of one request."""
    item_ = raw(signature(desk))
    assert decide(desk, item_).document["verdict"] == "accept"
    again = decide(desk, item_)
    assert again.document["verdict"] == "need_evidence"
    assert again.document["evidence"][0]["report"]["failure"]["reason"] == "nonce_used"
    twice = raw(signature(desk))
    both = decide(desk, twice, copy.deepcopy(twice))
    assert [shown["origin"] for shown in both.document["evidence"]] == ["verified", "refused"]
    assert [row.state for row in rows(workspace)].count("verified") == 2


def test_a_challenge_of_another_application_or_time(desk: ContractService) -> None:
    """Issued for another application, or too long ago: refused at the first step."""
    answer = decide(desk, raw(signature(desk, application="T-2")))
    assert answer.document["evidence"][0]["report"]["failure"]["reason"] == "nonce_for_another"
    late = raw(signature(desk))
    clock = desk._workspace.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(minutes=11))
    answer = decide(desk, late)
    assert answer.document["evidence"][0]["report"]["failure"]["reason"] == "nonce_expired"


def test_a_repeated_request_is_the_first_answer(desk: ContractService, workspace: Workspace) -> None:
    """Under one idempotency key the challenge is used once, and the repeat doesn't see it as used."""
    asked = application(raw(signature(desk)))
    first, second = (desk.decide(asked, CLERK, Asking(idempotency_key="k")) for _ in range(2))
    assert (first.id, first.ledger_index) == (second.id, second.ledger_index)
    assert second.document["verdict"] == "accept"
    assert len(rows(workspace)) == 1


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each returned, all begun at the same moment."""
    ready, found = threading.Barrier(len(calls)), dict[int, Any]()

    def one(number: int, call: Callable[[], Any]) -> None:
        ready.wait()
        try:
            found[number] = call()
        except BaseException as error:
            found[number] = error

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in found.values():
        if isinstance(answer, BaseException):
            raise answer
    return [found[number] for number in sorted(found)]


@pytest.mark.parametrize("count", [2, 8])
def test_two_requests_with_one_challenge(desk: ContractService, workspace: Workspace, count: int) -> None:
    """However they race, exactly one succeeds; every other is told that it was used."""
    item_ = raw(signature(desk))
    answers = at_once(*[lambda: decide(desk, copy.deepcopy(item_)) for _ in range(count)])
    assert sorted(answer.document["verdict"] for answer in answers) == ["accept"] + ["need_evidence"] * (count - 1)
    failures = [answer.document["evidence"][0]["report"]["failure"] for answer in answers]
    assert [one["reason"] for one in failures if one is not None] == ["nonce_used"] * (count - 1)
    assert [row.state for row in rows(workspace)].count("verified") == 1


def test_one_request_sent_twice_at_the_same_moment(desk: ContractService, workspace: Workspace) -> None:
    """Under one key both get the one answer, which is the good one: the loser never decides with the used challenge."""
    asked = application(raw(signature(desk)))
    answers = at_once(*[lambda: desk.decide(asked, CLERK, Asking(idempotency_key="k")) for _ in range(4)])
    assert {(answer.id, answer.document["verdict"]) for answer in answers} == {(answers[0].id, "accept")}
    assert (desk.count_decisions(), len(rows(workspace))) == (1, 1)


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_rows_and_leaves(desk: ContractService, workspace: Workspace) -> None:
    """The evidence's leaf comes before the decision's, holds the report and nothing personal, and has a row."""
    answer = decide(desk, raw(signature(desk)))
    [kept] = rows(workspace)
    opened = workspace.open_leaf(kept.id)
    assert opened is not None
    said = json.loads(opened.body)
    assert (opened.row.kind, said["state"], said["format"]) == ("contract.evidence", "verified", "jpki")
    assert NAME not in opened.body.decode()
    assert "T-1" not in opened.body.decode()
    found = desk.evidence.find(kept.id)
    assert found.ledger_index == answer.ledger_index - 1 if answer.ledger_index is not None else False
    assert found.document["report"] == answer.document["evidence"][0]["report"]
    assert NAME.encode() not in kept.body
    decision = workspace.open_leaf(answer.id)
    assert decision is not None
    assert json.loads(decision.body)["evidence"] == [{"item": 0, "origin": "verified", "id": kept.id}]


def test_a_stored_application_is_read_as_it_was_decided(desk: ContractService, workspace: Workspace) -> None:
    """The case of a stored decision is the case that was decided, and the application holds no raw evidence twice."""
    answers = [
        decide(desk, raw(signature(desk)), LICENCE | {"at": "2026-11-23"}),
        decide(desk, item(SIGNATURE, at="2026-11-23")),
        decide(desk, chip()),
    ]
    kept = {one.id: one.case.evidence for one in desk.cases()}
    first, second, third = (kept[answer.id] for answer in answers)
    assert first.keys() == {"electronic_signature", "document_shown"}
    assert first["electronic_signature"][0]["name_agrees"] is True
    assert second == {}
    assert third["chip_read"][0]["shows"] == frozenset({"name", "birth_date", "photo"})
    body = desk._body(answers[0].id)
    assert "raw" not in json.dumps(body["application"])
    assert body["origins"] == ["verified", "attested"]


def test_a_decision_from_before_items_had_origins() -> None:
    """One origin for all of its evidence, as it was stored then."""
    kept = read_kept(written(), now=AT, origin=Origin.ATTESTED, origins=None)
    assert [one.origin for one in kept.evidence] == [Origin.ATTESTED]
    with pytest.raises(WrongValue):
        read_kept(written(), now=AT, origin=Origin.ATTESTED, origins=[])


# --- verified before --------------------------------------------------------------------------------------------------


def submitted(desk: ContractService, **changed: Any) -> Submitted:
    """The applicant's signature, sent by itself."""
    fields: dict[str, Any] = {
        "format": "jpki",
        "application": "T-1",
        "person": "subject",
        "stated": STATED,
        "document": signature(desk),
    }
    return Submitted(**(fields | changed))


def named(evidence: str, **more: Any) -> dict[str, Any]:
    """The item of an application that names kept evidence."""
    return {"kind": "electronic_signature", "person": "subject", "evidence": evidence, **more}


def test_evidence_verified_before_decides(desk: ContractService) -> None:
    """By its id, with the day and the report of then."""
    before = desk.evidence.verify(submitted(desk), by=CLERK.id)
    assert (before.document["state"], before.exit_code) == ("verified", 0)
    answer = decide(desk, named(before.id))
    assert answer.document["verdict"] == "accept"
    assert answer.document["evidence"][0]["id"] == before.id
    assert answer.document["record"]["counterparty"]["documents"][0]["identifier"] == f"{card().serial:X}"


def test_evidence_that_was_refused_stays_refused(desk: ContractService) -> None:
    """Naming it later makes nothing better."""
    document = signature(desk)
    other_text(document)
    before = desk.evidence.verify(submitted(desk, document=document), by=CLERK.id)
    assert (before.document["state"], before.exit_code) == ("refused", 2)
    answer = decide(desk, named(before.id))
    assert answer.document["verdict"] == "need_evidence"
    assert answer.document["evidence"][0]["origin"] == "refused"


@pytest.mark.parametrize(
    "changed",
    [
        {"application": "T-2"},
        {"person": "representative"},
        {"subject": {"kind": "natural", "name": "別人 二郎", "address": ADDRESS, "birth_date": "1990-05-01"}},
        {"subject": {"kind": "natural", "name": NAME, "address": ADDRESS}},
    ],
)
def test_evidence_is_of_one_application_person_and_statement(desk: ContractService, changed: dict[str, Any]) -> None:
    """What was compared with something else proves nothing about this."""
    before = desk.evidence.verify(submitted(desk), by=CLERK.id)
    person = {"person": changed["person"]} if "person" in changed else {}
    rest = {name: value for name, value in changed.items() if name != "person"}
    with pytest.raises(EvidenceForAnother):
        decide(desk, named(before.id) | person, **rest)


def test_what_does_not_exist_is_said(desk: ContractService, workspace: Workspace) -> None:
    """No such evidence, no such format, another kind, no such person; and evidence whose key is gone."""
    with pytest.raises(UnknownEvidence):
        decide(desk, named("0" * 32))
    with pytest.raises(UnknownEvidence):
        desk.evidence.find("0" * 32)
    with pytest.raises(UnknownFormat):
        desk.evidence.verify(submitted(desk, format="telepathy"), by=CLERK.id)
    with pytest.raises(WrongValue):
        desk.evidence.verify(submitted(desk, person="nobody"), by=CLERK.id)
    with pytest.raises(WrongValue):
        desk.evidence.challenge(application="T-1", purpose="No Slug!", agreed_to="x")
    with pytest.raises(WrongValue):
        desk.evidence.challenge(application="T-1\n", purpose="signing", agreed_to="x")
    before = desk.evidence.verify(submitted(desk), by=CLERK.id)
    with pytest.raises(WrongValue, match="electronic_signature"):
        decide(desk, {"kind": "chip_read", "person": "subject", "evidence": before.id})
    [kept] = rows(workspace)
    workspace.destroy_key(kept.key, reason="test", by="keeper")
    with pytest.raises(KeyDestroyed):
        desk.evidence.find(before.id)


def test_a_repeated_submission_is_the_first_report(desk: ContractService, workspace: Workspace) -> None:
    """Under one key, also at the same moment; another request under that key is refused."""
    asked = submitted(desk)
    answers = at_once(*[lambda: desk.evidence.verify(asked, by="a", idempotency_key="k") for _ in range(4)])
    answers.append(desk.evidence.verify(asked, by="a", idempotency_key="k"))
    assert {(one.id, one.document["state"]) for one in answers} == {(answers[0].id, "verified")}
    assert len(rows(workspace)) == 1
    with pytest.raises(IdempotencyKeyReused):
        desk.evidence.verify(submitted(desk), by="a", idempotency_key="k")


def test_two_submissions_with_one_challenge(desk: ContractService) -> None:
    """Exactly one is verified."""
    asked = submitted(desk)
    answers = at_once(*[lambda: desk.evidence.verify(asked, by="a") for _ in range(4)])
    assert sorted(one.document["state"] for one in answers) == ["refused"] * 3 + ["verified"]


def test_the_index_finds_what_belongs_to_an_application(desk: ContractService, workspace: Workspace) -> None:
    """Equal references have equal indexes under one key, and the reference itself stands nowhere."""
    decide(desk, raw(signature(desk)))
    desk.evidence.verify(submitted(desk), by=CLERK.id)
    desk.evidence.verify(submitted(desk, application="T-2", document=signature(desk, application="T-2")), by=CLERK.id)
    first, second, third = (row.application_index for row in rows(workspace))
    assert first == second != third
    with workspace.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(contract_decision)).scalar_one() == 1


def test_a_damaged_row_is_noticed(desk: ContractService, workspace: Workspace) -> None:
    """A body moved from another row doesn't open."""
    one, other = (desk.evidence.verify(submitted(desk), by=CLERK.id) for _ in range(2))
    bodies = {row.id: row.body for row in rows(workspace)}
    table = contract_evidence
    workspace.commit(
        lambda c: c.execute(update(table).where(table.c.id == one.id).values(body=bodies[other.id])).rowcount
    )
    with pytest.raises(CouldNotDecrypt):
        desk.evidence.find(one.id)
