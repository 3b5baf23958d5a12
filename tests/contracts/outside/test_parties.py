"""Whom a workspace asks: set on record with an encrypted key, asked by the next verification, never in its way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from sekisho.clock import FixedClock
from sekisho.contracts.adapters.bounded_http import AdapterAddressRefused, Key
from sekisho.contracts.evidence.jpki.model import RevocationState
from sekisho.contracts.evidence.jpki.profile import Purpose
from sekisho.contracts.evidence_desk import Submitted
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.outside.errors import AddressTooLong, PartyNotSet, UnknownParty
from sekisho.contracts.outside.parties import PARTIES, OutsideParties, waits_for_somebody
from sekisho.contracts.outside.tables import contract_outside_party
from sekisho.contracts.outside.waiting import MOST
from sekisho.contracts.service import Answer, Asking, Caller, ContractService
from sekisho.contracts.simulators import corporate_registry, jpki_platform
from sekisho.contracts.simulators.corporate_registry import CLOSED, MIHON
from sekisho.contracts.simulators.jpki_platform import Running
from sekisho.contracts.simulators.loopback import Fault
from sekisho.keys.errors import CouldNotDecrypt
from sekisho.workspace import Workspace
from tests.contracts.applications import at_the_counter
from tests.contracts.cards import AT, USES, application, card, jpki, made, raw, signature

BY = "stated:legal"
KEY = Key("made-up-platform-key")
CLERK = Caller("stated:clerk", may_attest=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace that asks nobody yet, on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    with made(tmp_path, url) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> ContractService:
    """Its desk, which trusts the made-up authority and holds no list."""
    found = ContractService(workspace)
    found.trust.add(USES[0], "authority.cer", jpki().authority(Purpose.SIGNING), by=BY)
    return found


@pytest.fixture
def platform() -> Iterator[Running]:
    """A platform operator which knows the applicant's card as good."""
    with jpki_platform.start(clock=FixedClock(AT)) as running:
        running.know(jpki().id_of(card()))
        yield running


def sign(desk: ContractService, **changed: Any) -> Answer:
    """The plain application with a signature of the applicant's card."""
    document = signature(desk, application=changed.get("application", "T-1"))
    return desk.decide(application(raw(document), **changed), CLERK, Asking())


def revocation_step(answer: Answer) -> dict[str, Any]:
    """Step 10 of the signature's report."""
    found: dict[str, Any] = answer.document["evidence"][0]["report"]["steps"][10]
    return found


def looked_up(desk: ContractService, number: str, *, kind: str = "corporate_number") -> Any:
    """Evidence of a lookup."""
    stated = Person("見本商事（株）", "東京都千代田区架空町1-2-3")
    return desk.evidence.verify(Submitted(kind, "T-1", "subject", stated, {"number": number}), by=BY)


# --- set, listed, removed ---------------------------------------------------------------------------------------------


def test_set_listed_replaced_and_removed(workspace: Workspace) -> None:
    """Each change is a leaf that names party and address; of the key nobody is told anything."""
    parties = OutsideParties(workspace)
    first = parties.set("jpki_platform", "https://platform.example/jpki", KEY, by=BY)
    second = parties.set("jpki_platform", "http://127.0.0.1:9", KEY, by="stated:other")
    assert [one.id for one in parties.entries()] == [second.id]
    assert [one.as_document()["simulator"] for one in (first, second)] == [False, True]
    assert parties.remove("jpki_platform", by=BY) == second
    assert parties.entries() == []
    leaves = [workspace.open_leaf(one.id) for one in (first, second)]
    assert [KEY.value in str(leaf) for leaf in leaves] == [False, False]
    assert "platform.example" in str(leaves[0])


def test_the_key_is_encrypted_and_bound_to_its_place(workspace: Workspace) -> None:
    """A copy of the database has nothing to show, and a row moved to another party opens nothing."""
    parties = OutsideParties(workspace)
    parties.set("jpki_platform", "http://127.0.0.1:9", KEY, by=BY)
    with workspace.database.read() as connection:
        row = connection.execute(select(contract_outside_party)).one()
    assert KEY.value.encode() not in row.body
    with workspace.database.write() as connection:
        connection.execute(text("UPDATE contract_outside_party SET name = 'corporate_number'"))
    with pytest.raises(CouldNotDecrypt):
        parties.verifier("corporate_number")


def test_what_cannot_be_set(workspace: Workspace) -> None:
    """An unknown party, an address nobody could believe, one that is too long; and nothing to remove."""
    parties = OutsideParties(workspace)
    with pytest.raises(UnknownParty):
        parties.set("j_lis", "https://x.example", KEY, by=BY)
    with pytest.raises(AdapterAddressRefused):
        parties.set("jpki_platform", "http://platform.example", KEY, by=BY)
    with pytest.raises(AddressTooLong):
        parties.set("jpki_platform", "https://x.example/" + "x" * 300, KEY, by=BY)
    with pytest.raises(PartyNotSet):
        parties.remove("jpki_platform", by=BY)
    with pytest.raises(UnknownParty):
        parties.remove("j_lis", by=BY)
    assert parties.entries() == []


def test_formats_that_ask_have_a_verifier() -> None:
    """What a party is asked for is a format of raw evidence; what asks nobody waits for nobody."""
    from sekisho.contracts.evidence.verifiers import VERIFIERS

    assert all(one.asked_by <= VERIFIERS.keys() for one in PARTIES.values())
    assert waits_for_somebody("jpki")
    assert not waits_for_somebody("passport")


# --- a platform operator ----------------------------------------------------------------------------------------------


def test_a_signature_whose_certificate_the_operator_knows(desk: ContractService, platform: Running) -> None:
    """Accepted on the operator's word, with method, time and who answered in the report."""
    assert sign(desk).document["verdict"] == "need_evidence"  # nobody is asked yet
    desk.outside.set("jpki_platform", platform.address, KEY, by=BY)
    answer = sign(desk)
    assert answer.document["verdict"] == "accept"
    said = revocation_step(answer)["reason"]["en"]
    assert said.startswith("platform, as of 2026-11-23T")
    assert "simulator (127.0.0.1): SIMULATOR platform operator" in said
    assert platform.asked == 1


def test_revoked_and_expired_are_refused_at_their_step(desk: ContractService, platform: Running) -> None:
    """Whoever sent it is told which item, and why."""
    desk.outside.set("jpki_platform", platform.address, KEY, by=BY)
    for state, reason in (
        (RevocationState.REVOKED, "certificate_revoked"),
        (RevocationState.EXPIRED, "certificate_lapsed"),
    ):
        platform.know(jpki().id_of(card()), state)
        answer = sign(desk)
        assert answer.document["verdict"] == "need_evidence"
        [shown] = answer.document["evidence"]
        failed = [step["number"] for step in shown["report"]["steps"] if step["state"] == "failed"]
        assert (shown["origin"], failed, shown["report"]["failure"]["reason"]) == ("refused", [10], reason)


@pytest.mark.parametrize("how", ["down", "unknown", "cannot check", "gone"])
def test_without_an_answer_the_signature_is_not_enough(desk: ContractService, platform: Running, how: str) -> None:
    """Neither good nor bad: the decision asks for evidence, and says that revocation could not be checked."""
    desk.outside.set("jpki_platform", platform.address, KEY, by=BY)
    if how == "down":
        platform.fault = Fault(status=None, body=b"maintenance")
    elif how == "unknown":
        platform.states.clear()
    elif how == "cannot check":
        platform.problem = "maintenance"
    else:
        platform.close()
    answer = sign(desk)
    assert answer.document["verdict"] == "need_evidence"
    assert answer.document["evidence"][0]["origin"] == "verified"
    assert revocation_step(answer)["state"] == "could_not_check"
    facts = answer.document["evidence"][0]["report"]["facts"]
    assert facts["revocation"] == ("unknown" if how == "unknown" else "could_not_check")


def test_the_lists_held_answer_for_an_operator_that_is_down(desk: ContractService, platform: Running) -> None:
    """First whoever is asked, then what is held."""
    platform.fault = Fault(body=b"")
    desk.outside.set("jpki_platform", platform.address, KEY, by=BY)
    desk.trust.add(USES[1], "list.crl", jpki().revocation_list(Purpose.SIGNING, moment=AT), by=BY)
    assert sign(desk).document["verdict"] == "accept"


def test_every_process_asks_whoever_is_set_now(desk: ContractService, workspace: Workspace, platform: Running) -> None:
    """A second desk over the same workspace sees each change with its next verification."""
    other = OutsideParties(workspace)
    other.set("jpki_platform", "http://127.0.0.1:9", KEY, by=BY)
    assert sign(desk).document["verdict"] == "need_evidence"
    other.set("jpki_platform", platform.address, KEY, by=BY)
    assert sign(desk).document["verdict"] == "accept"
    other.remove("jpki_platform", by=BY)
    assert sign(desk).document["verdict"] == "need_evidence"


# --- companies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "official"),
    [("corporate_number", "from_official_site"), ("registry_information", "from_designated_service")],
)
def test_companies_are_looked_up_where_somebody_is_set(desk: ContractService, kind: str, official: str) -> None:
    """Nobody to ask, then an answer, then a company that is closed, then a site that is down."""
    assert looked_up(desk, MIHON.number, kind=kind).document["state"] == "could_not_check"
    with corporate_registry.start() as site:
        desk.outside.set(kind, site.address, KEY, by=BY)
        found = looked_up(desk, MIHON.number, kind=kind).document
        assert (found["state"], found["report"]["facts"][official]) == ("verified", True)
        assert found["report"]["facts"]["name_agrees"] is True
        assert looked_up(desk, CLOSED.number, kind=kind).document["state"] == "refused"
    assert looked_up(desk, MIHON.number, kind=kind).document["state"] == "could_not_check"


# --- waiting ----------------------------------------------------------------------------------------------------------


def test_a_slow_party_holds_up_nobody_else(desk: ContractService, platform: Running) -> None:
    """While as many wait as may, decisions that ask nobody, and evidence that asks nobody, are answered."""
    platform.fault = Fault(wait_seconds=30)
    desk.outside.set("jpki_platform", platform.address, KEY, by=BY)
    asked = [application(raw(signature(desk, application=f"S-{n}")), application=f"S-{n}") for n in range(MOST + 2)]

    async def all_of_them() -> None:
        waiting = [asyncio.ensure_future(desk.decide_async(one, CLERK, Asking())) for one in asked]
        await asyncio.sleep(0.3)
        plain = await desk.decide_async(at_the_counter(decided_at=None, applied_at=None), CLERK, Asking())
        other = Submitted("passport", "T-1", "subject", Person(), {"sod": "AA==", "groups": {"1": "AA=="}})
        refused = await desk.evidence.verify_async(other, by=BY)
        assert (plain.document["verdict"], refused.document["state"]) == ("need_evidence", "refused")
        assert not any(one.done() for one in waiting)
        platform.close()
        answers = await asyncio.gather(*waiting)
        assert {one.document["verdict"] for one in answers} == {"need_evidence"}

    asyncio.run(all_of_them())
