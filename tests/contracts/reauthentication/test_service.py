"""Accounts in a real workspace, on both databases: what is configured, and what its tables never hold in the clear."""

from __future__ import annotations

from typing import Any

import pytest

from sekisho.contracts.reauthentication.errors import NoRelyingParty, RelyingPartyRefused
from sekisho.contracts.reauthentication.service import AccountService, Ground
from tests.contracts.reauthentication.surroundings import Shop


def test_nothing_personal_or_secret_stands_in_the_tables(shop: Shop) -> None:
    """Account, name, credential and secret are encrypted; ledger leaves hold none of them."""
    from sqlalchemy import text

    ground = Ground(decision=shop.open("customer-secret"))
    device = shop.add_passkey(ground, "customer-secret")
    app = shop.add_totp(ground, "customer-secret")
    begun = shop.begin("customer-secret", application="A-SECRET")
    shop.answer(begun, "customer-secret", passkey=shop.with_passkey(begun, device))
    words = ["customer-secret", "関所 玲", "A-SECRET", shop.secrets[app], shop.passkeys[device].credential_id.hex()]
    tables = ("contract_account", "contract_authenticator", "contract_step_up", "contract_authentication")
    with shop.workspace.database.read() as connection:
        stored = "".join(
            str([bytes(each).hex() if isinstance(each, (bytes, memoryview)) else each for each in row])
            for table in (*tables, "contract_challenge", "contract_account_proofing")
            for row in connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608  names of ours
        )
    told = b"".join(
        body
        for kind in ("account_opened", "authenticator_registered", "authentication")
        for body in shop.leaves(f"contract.{kind}")
    ).decode()
    for word in words:
        assert word not in stored
        assert word.encode().hex() not in stored
        assert word not in told


# --- configuration ---------------------------------------------------------------------------------------------------


def test_the_domain_is_configured_and_on_record(shop: Shop) -> None:
    """One at a time, exact; a page outside the domain is refused."""
    shop.accounts.set_relying_party("example.jp", name="E", origins=["https://example.jp"], by="stated:legal")
    assert shop.accounts.relying_party().origins == ("https://example.jp",)
    assert len(shop.leaves("contract.relying_party_set")) == 2
    with pytest.raises(RelyingPartyRefused):
        shop.accounts.set_relying_party("example.jp", name="E", origins=["https://evil.example"], by="x")


def test_without_a_domain_there_are_no_passkeys(tmp_path: Any) -> None:
    """Said so, and codes work all the same."""
    from tests.contracts.reauthentication.surroundings import make

    with make(tmp_path) as workspace:
        shop = Shop.over(workspace)
        ground = Ground(decision=shop.open())
        with pytest.raises(NoRelyingParty):
            AccountService(workspace).relying_party()
        with pytest.raises(NoRelyingParty):
            shop.registration.passkey_options("customer-1", ground, label="電話")
        shop.add_totp(ground)
