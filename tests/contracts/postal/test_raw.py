"""Raw evidence and the post: what was verified once stands when the post arrives, and is kept with the contract."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sekisho.contracts.lifecycle.holdings import HOLDINGS
from sekisho.contracts.lifecycle.service import ContractLife
from sekisho.contracts.postal.service import PostalDesk
from sekisho.contracts.service import Asking
from tests.contracts.applications import ADDRESS
from tests.contracts.cards import application, raw, signature, trusting
from tests.contracts.lifecycle.lives import BY, CLERK, Shop, keys_in, open_shop
from tests.contracts.postal.test_legs import TRACKING, event, resident_record

ACTING = {"acting": True, "name": "関所 薫", "address": ADDRESS, "birth_date": "1970-01-01"}
EVIDENCE = next(each for each in HOLDINGS if each.name == "contract_evidence")


def test_a_signature_is_not_asked_for_twice(tmp_path: Path) -> None:
    """The subject signs with a card, the representative waits for post: the delivery completes it without a second
    signature, each person has a day, and the evidence follows the contract from key to key until it is gone."""
    shop: Shop = open_shop(tmp_path)
    desk = trusting(shop.desk)
    theirs = resident_record(shop.today, person="representative", name="関所 薫", birth_date="1970-01-01")
    made = application(raw(signature(desk)), theirs, representative=ACTING)
    first = desk.decide(made, CLERK, Asking())
    assert first.document["verdict"] == "accept_on_completion", first.document["verdict"]
    post = PostalDesk(shop.workspace, lambda: desk)
    post.add(first.id, event(shop, "sent", addressed_to="representative_residence"), CLERK)
    shop.pass_days(2)
    done = post.add(first.id, event(shop, "delivered", number=TRACKING), CLERK)
    assert done.decision is not None
    document = done.decision.document
    assert document["verdict"] == "accept"
    record = document["record"]
    assert record["counterparty"]["verified_on"] == "2026-11-23"
    assert record["representative"]["verified_on"] == "2026-11-25"
    [signed] = record["counterparty"]["documents"]
    assert (signed["origin"], signed["kept_as"]) == ("verified", first.document["evidence"][0]["id"])
    [evidence] = keys_in(shop.workspace, EVIDENCE)
    ContractLife(shop.workspace).begin([done.decision.id], by=BY)
    shop.go_to(date(2027, 2, 1))
    shop.due(ask=False)
    assert keys_in(shop.workspace, EVIDENCE) == {evidence: "contract/2027-02"}
    assert desk.evidence.find(evidence).document["report"]["failure"] is None
    assert shop.leaf_opens(evidence)
    shop.life.end("T-1", on=None, by=BY)
    assert keys_in(shop.workspace, EVIDENCE) == {evidence: "contract/last/2030-02-01"}
    shop.go_to(date(2030, 2, 1))
    shop.due(ask=False)
    assert shop.leaf_opens(evidence)
    shop.pass_days(1)
    shop.due(ask=False)
    assert not shop.leaf_opens(evidence)
    assert not shop.leaf_opens(first.id)
    shop.workspace.close()


def test_evidence_that_nothing_came_of_goes_with_its_application(tmp_path: Path) -> None:
    """Evidence of an application that was turned away, and evidence that was never decided on: the house's period."""
    shop = open_shop(tmp_path)
    desk = trusting(shop.desk)
    desk.decide(application(raw(signature(desk)), representative=ACTING), CLERK, Asking())
    shop.go_to(date(2026, 12, 1))
    shop.due(ask=False)
    assert set(keys_in(shop.workspace, EVIDENCE).values()) == {"contract/last/2027-05-23"}
    shop.workspace.close()
