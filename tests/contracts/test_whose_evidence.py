"""Evidence that holds counts for the person it is tied to, and for nobody where it may be anybody's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from sekisho.contracts.evidence_desk import Submitted
from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.outside.parties import OutsideParties
from sekisho.contracts.reauthentication.service import Ground
from sekisho.contracts.service import Answer, Asking
from tests.contracts.reauthentication.surroundings import (
    CLERK,
    HOLDER,
    AnyGood,
    Shop,
    additional_line,
    jpki_answer,
    make,
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A workspace with the services."""
    with make(tmp_path) as workspace:
        yield Shop.over(workspace)


def line(shop: Shop, **item: Any) -> Answer:
    """The decision on a second line whose record matches, with this authentication."""
    written = additional_line("")
    written["evidence"][1] = {"kind": "authentication", "person": "subject", **item}
    return shop.contracts.decide(written, CLERK, Asking())


def origins(answer: Answer) -> list[str]:
    """Of the items that a verifier looked at."""
    return [one["origin"] for one in answer.document["evidence"]]


def test_anybodys_card_authenticates_nobody(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user certificate names nobody: an impostor's own card, valid in all it says, isn't the contractor's answer."""
    shop.trust_jpki()
    monkeypatch.setattr(OutsideParties, "revocation", lambda _self, _format: AnyGood())
    made = shop.contracts.evidence.challenge(application="A-2", purpose="authentication", agreed_to="x")
    answer = line(shop, raw={"format": "jpki", "document": jpki_answer(made.nonce, made.text)})
    assert answer.document["evidence"][0]["report"]["facts"]["jpki_authentication"] is True
    assert answer.document["verdict"] == "need_evidence"
    assert origins(answer) == [Origin.DECLARED.value]
    assert "evidence_of_whom" in {one["what"] for one in answer.document["not_checked"]}
    again = line(shop, evidence=answer.document["evidence"][0]["id"])
    assert (again.document["verdict"], origins(again)) == ("need_evidence", [Origin.DECLARED.value])


def trusted_passkey(shop: Shop) -> str:
    """A registered passkey whose registration is among the trust files too; its id."""
    shop.configure()
    made = shop.add_passkey(Ground(decision=shop.open()))
    [told] = shop.accounts.authenticators("customer-1")
    shop.contracts.trust.add(
        "passkey_registration", "phone.json", orjson.dumps(told["registration"]), by="stated:legal"
    )
    return made


def test_anybodys_passkey_authenticates_nobody(shop: Shop) -> None:
    """A registration among the trust files isn't an account's: the answer holds, and counts for nobody."""
    made = trusted_passkey(shop)
    issued = shop.contracts.evidence.challenge(application="A-2", purpose="passkey-assertion", agreed_to="x")
    document = {"credential": shop.passkeys[made].answer(issued.nonce)}
    answer = line(shop, raw={"format": "passkey", "document": document})
    assert answer.document["evidence"][0]["report"]["failure"] is None
    assert (answer.document["verdict"], origins(answer)) == ("need_evidence", [Origin.DECLARED.value])


def test_a_saved_step_up_is_no_second_one(shop: Shop) -> None:
    """An old answer under a challenge, time and application that the sender wrote is refused: none of it is ours."""
    made = trusted_passkey(shop)
    nonce = bytes(range(32))
    credential = shop.passkeys[made].answer(nonce)
    shop.clock.advance(timedelta(days=30))
    now = shop.clock.now()
    document = {
        "application": "A-2",
        "step_up": "0" * 32,
        "acr_values": ["aal2"],
        "max_age": 600,
        "answers": [
            {
                "means": "passkey",
                "at": now.isoformat(),
                "challenge": {"nonce": nonce.hex(), "expires_at": "2099-01-01T00:00:00+09:00"},
                "credential": credential,
            }
        ],
    }
    found = shop.contracts.evidence.verify(
        Submitted("reauthentication", "A-2", "subject", HOLDER, document), by=CLERK.id
    )
    assert found.document["state"] == "refused"
    assert found.document["report"]["failure"]["reason"] == "nonce_unknown"


def test_a_step_up_that_ran_here_counts(shop: Shop) -> None:
    """Its account is the person's: the evidence by id is what the law asks for."""
    shop.configure()
    made = shop.add_passkey(Ground(decision=shop.open()))
    begun = shop.begin()
    reached = shop.answer(begun, passkey=shop.with_passkey(begun, made))
    answer = line(shop, evidence=reached.evidence)
    assert (answer.document["verdict"], origins(answer)) == ("accept", [Origin.VERIFIED.value])
