"""Contracts, post, rentals, ``due`` and certificates on the command line."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.clock import SystemClock, japan_date
from tests.cli.conftest import ACCEPTED, Shop, document, run


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How much later it is than it is: append to it."""
    passed = [timedelta()]
    real = SystemClock.now

    monkeypatch.setattr(SystemClock, "now", lambda clock: real(clock) + passed[-1])
    return passed


def decided(shop: Shop, file: Path = ACCEPTED) -> str:
    """A decision by the clerk; its id."""
    found: str = document(shop.run("contract", "decide", file, "--json", by="clerk"))["id"]
    return found


def test_a_contract_from_beginning_to_certificate(either_shop: Shop, later: list[timedelta], tmp_path: Path) -> None:
    """Begun, delivered, ended; three years later ``due`` destroys it, and the certificate holds without a workspace."""
    shop = either_shop
    decision = decided(shop)
    begun = document(shop.run("contract", "begin", decision, "--reference", "C-1", "--json", by="clerk"))
    assert (begun["reference"], begun["state"]) == ("C-1", "running")
    again = document(shop.run("contract", "begin", decision, "--reference", "C-1", "--json", by="clerk"))
    assert (again["id"], again["ledger_index"]) == (begun["id"], None)
    assert shop.run("contract", "delivered", "C-1", by="clerk").exit_code == 0
    ended = document(shop.run("contract", "end", "C-1", "--note", "解約", "--json", by="clerk"))
    assert ended["key"] == f"contract/last/{ended['kept_until']}"
    assert "C-1" in shop.run("contract", "list").stdout
    later.append(timedelta(days=3 * 366))
    plan = document(shop.run("due", "--plan", "--json"))
    assert {"destroy"} <= {each["what"] for each in plan}
    done = document(shop.run("due", "--json", by="keeper"))
    assert {each["state"] for each in done} == {"done"}
    told = shop.run("contract", "destruction-certificate", "list", "--json")
    states = {each["key"]: each["state"] for each in document(told)}
    assert states[ended["key"]] == "final"
    file = tmp_path / "certificate.json"
    issued = shop.run("contract", "destruction-certificate", "issue", ended["key"], "--out", file)
    assert issued.exit_code == 0, issued.output
    key = document(shop.run("ledger", "verify", "--json"))["key"]
    checked = document(run("contract", "destruction-certificate", "verify", file, "--key", key, "--json"))
    assert (checked["holds"], checked["state"], checked["key"]) == (True, "final", ended["key"])
    spoken = run("contract", "destruction-certificate", "verify", file)
    assert key in spoken.stdout
    assert run("contract", "destruction-certificate", "verify", file, "--key", "00" * 32).exit_code == 1
    assert shop.run("contract", "show", decision).exit_code == 3
    assert shop.run("due", by="keeper").exit_code == 0


def test_who_may_do_what(shop: Shop) -> None:
    """Destroying takes a key custodian, a contract somebody who may decide, post somebody who may attest."""
    decision = decided(shop)
    assert shop.run("due", by="clerk").exit_code == 3
    assert shop.run("due").exit_code == 2
    assert shop.run("contract", "begin", decision, by="keeper").exit_code == 3
    sent = ["--event", "sent", "--tracking-number", "1", "--at", "2026-11-23T10:00:00+09:00"]
    assert shop.run("contract", "delivery", "add", decision, *sent, by="legal").exit_code == 3
    assert shop.run("contract", "period", "--months", "3", "--reason", "x", by="clerk").exit_code == 3


def test_the_ends_of_a_contract(shop: Shop) -> None:
    """Ended by mistake: withdrawn, ended again; a decision attached; what can't be is a sentence and exit code 2."""
    first, second, third = (decided(shop) for _ in range(3))
    assert shop.run("contract", "begin", first, "--reference", "C-1", by="clerk").exit_code == 0
    assert shop.run("contract", "attach", "C-1", second, by="clerk").exit_code == 0
    assert shop.run("contract", "begin", third, "--reference", "C-1", by="clerk").exit_code == 2
    assert shop.run("contract", "withdraw-end", "C-1", by="clerk").exit_code == 2
    assert shop.run("contract", "end", "C-1", by="clerk").exit_code == 0
    today = japan_date(SystemClock().now()).isoformat()
    assert shop.run("contract", "correct-end", "C-1", "--on", today, by="clerk").exit_code == 0
    assert shop.run("contract", "correct-end", "C-1", "--on", "2099-01-01", by="clerk").exit_code == 2
    back = document(shop.run("contract", "withdraw-end", "C-1", "--note", "誤り", "--json", by="clerk"))
    assert (back["state"], back["kept_until"]) == ("running", None)
    assert shop.run("contract", "not-made", third, by="clerk").exit_code == 0
    assert document(shop.run("contract", "unresolved", "--all", "--json")) == []
    assert shop.run("contract", "end", "nothing", by="clerk").exit_code == 2


def test_the_houses_period(shop: Shop) -> None:
    """Six months unless declared; a declaration needs a reason and is within three years."""
    assert document(shop.run("contract", "period", "--json"))["months"] == 6
    assert shop.run("contract", "period", "--months", "3", by="legal").exit_code == 2
    assert shop.run("contract", "period", "--months", "99", "--reason", "x", by="legal").exit_code == 2
    declared = document(
        shop.run("contract", "period", "--months", "3", "--reason", "問い合わせの期間", "--json", by="legal")
    )
    assert (declared["months"], declared["declared_by"]) == (3, "stated:legal")


def test_post_and_what_waits(shop: Shop, tmp_path: Path) -> None:
    """Sent, delivered and complete; the worklist of open legs is empty then."""
    application = json.loads(ACCEPTED.read_bytes())
    day = japan_date(SystemClock().now())
    shown = application["evidence"][0]
    application["channel"] = "remote"
    application.pop("decided_at", None)
    application.pop("applied_at", None)
    application["evidence"] = [
        {
            "kind": "document_original",
            "person": "subject",
            "at": day.isoformat(),
            "document": "resident_record_copy",
            "issued_on": (day - timedelta(days=9)).isoformat(),
            "altered": False,
            **{name: shown[name] for name in ("name", "address", "birth_date") if name in shown},
        }
    ]
    file = tmp_path / "application.json"
    file.write_text(json.dumps(application))
    first = decided(shop, file)
    (leg,) = document(shop.run("contract", "delivery", "open", "--json"))
    assert (leg["decision"], leg["last_event"]) == (first, None)
    at = SystemClock().now().isoformat(timespec="seconds")
    number = ["--tracking-number", "123-45-67890-1", "--at", at]
    sent = shop.run(
        "contract", "delivery", "add", first, "--event", "sent", *number,
        "--post", "registered_non_forwarding", "--addressed-to", "residence", by="clerk",
    )  # fmt: skip
    assert sent.exit_code == 0, sent.output
    reported = tmp_path / "reported.json"
    reported.write_text("{}")
    delivered = ["--event", "delivered", *number, "--reported", str(reported)]
    add = ["contract", "delivery", "add", first, *delivered]
    told = document(shop.run(*add, "--json", by="clerk"))
    assert (told["complete"], told["completes"]) == (True, first)
    assert told["decision"]["id"] in shop.run(*add, by="clerk").stdout
    listed = document(shop.run("contract", "delivery", "list", first, "--json"))
    assert [each["event"] for each in listed["events"]] == ["sent", "delivered"]
    assert re.search(told["decision"]["id"], shop.run("contract", "delivery", "list", first).stdout)
    assert document(shop.run("contract", "delivery", "open", "--json")) == []


def test_a_rental_and_its_three_days(shop: Shop, later: list[timedelta], tmp_path: Path) -> None:
    """Accepted today, it stands in the worklist; after the third day it is late, and ``due`` ends with 1."""
    application = json.loads(ACCEPTED.read_bytes())
    day = japan_date(SystemClock().now())
    application["event"] = "rental"
    application.pop("decided_at", None)
    application.pop("applied_at", None)
    for item in application["evidence"]:
        item["at"] = day.isoformat()
    file = tmp_path / "application.json"
    file.write_text(json.dumps(application))
    made = document(shop.run("contract", "decide", file, "--json", by="clerk"))
    assert made["verdict"] == "accept", made["verdict"]
    (waiting,) = document(shop.run("contract", "rentals", "--json"))
    assert (waiting["decision"], waiting["late"]) == (made["id"], False)
    assert document(shop.run("contract", "rentals", "--due", "--json")) == []
    later.append(timedelta(days=4))
    assert made["id"] in shop.run("contract", "rentals", "--due").stdout
    assert shop.run("due", by="keeper").exit_code == 1
    assert shop.run("due", "--json", by="keeper").exit_code == 1
    record = tmp_path / "rental.json"
    record.write_text(
        json.dumps(
            {
                "units": 1,
                "phone_numbers": ["090-0000-0001"],
                "payment_method": "cash",
                "handed_over_by": "shop-012/tanaka",
                "handed_over_at": f"{day.isoformat()}T00:00:00+09:00",
            }
        )
    )
    recorded = document(shop.run("contract", "record-rental", made["id"], record, "--json", by="clerk"))
    assert recorded["late"] is True
    assert shop.run("contract", "record-rental", made["id"], "-", by="clerk", stdin=record.read_bytes()).exit_code == 0
    assert shop.run("due", by="keeper").exit_code == 0
