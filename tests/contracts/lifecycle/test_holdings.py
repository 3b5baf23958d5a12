"""Everything that lies under a contract's key is known to whoever moves and destroys it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import LargeBinary, insert, select

from sekisho.contracts.lifecycle.holdings import HOLDINGS, Belongs
from sekisho.contracts.reauthentication import rows
from sekisho.contracts.reauthentication.tables import (
    contract_account,
    contract_account_proofing,
    contract_authenticator,
)
from sekisho.keys.errors import KeyDestroyed
from sekisho.store.schema import metadata
from tests.contracts.lifecycle.lives import BY, Shop, keys_in
from tests.store.test_migrations import register_all_tables


def test_every_table_with_a_key_and_a_body_is_declared() -> None:
    """A table of the contract desk that encrypts under a named key would otherwise die with its first month."""
    register_all_tables()
    sealed = {
        table.name
        for table in metadata.tables.values()
        if table.name.startswith("contract")
        and {"key", "body"} <= set(table.columns.keys())
        and isinstance(table.columns["body"].type, LargeBinary)
    }
    # A denial by the number-stop scheme belongs to no contract: it stands under the stop scheme's own key.
    assert {each.name for each in HOLDINGS} == sealed - {"contract_scheme_denial"}


def test_every_index_of_a_declared_table_is_made_anew() -> None:
    """A blind index keyed by a destroyed key would find nothing: each column of that kind is declared."""
    for holding in HOLDINGS:
        if holding.belongs is Belongs.PASSING:
            continue
        blind = {column.name for column in holding.table.columns if column.name.endswith("_index")}
        assert {each.column for each in holding.indexes} == blind, holding.name


def test_what_passes_with_its_month_is_never_looked_for_again() -> None:
    """Challenges and step-ups are of no use after a day; that they aren't moved is a declared choice."""
    assert {each.name for each in HOLDINGS if each.belongs is Belongs.PASSING} == {
        "contract_challenge",
        "contract_step_up",
        "contract_authentication",
    }


def test_an_account_lives_as_long_as_the_contract_of_its_holder(small: Shop) -> None:
    """Account and authenticators are found by their indexes under each new key, and go with the contract."""
    decision = small.accepted("K-1")
    small.life.begin([decision], by=BY)
    ring, key = small.workspace.keyring, "contract/2026-11"
    at = datetime(2026, 11, 23, 3, tzinfo=UTC)
    account, credential = "a" * 32, "b" * 32
    with small.workspace.database.write() as connection:
        connection.execute(
            insert(contract_account),
            {
                "id": account,
                "key": key,
                "body": rows.ACCOUNT_BODY.seal(ring, {"account": "U-1", "holder": {}}, row_id=account, key=key),
                "account_index": rows.ACCOUNT_INDEX.index(ring, "U-1", key=key),
                "opened_at": at,
            },
        )
        proofing = {"decision": decision, "account": account, "purpose": "opening", "at": at}
        connection.execute(insert(contract_account_proofing), proofing)
        connection.execute(
            insert(contract_authenticator),
            {
                "id": credential,
                "account": account,
                "kind": "passkey",
                "key": key,
                "body": rows.AUTHENTICATOR_BODY.seal(ring, {"handle": "h-1"}, row_id=credential, key=key),
                "handle_index": rows.HANDLE_INDEX.index(ring, "h-1", key=key),
                "state": "active",
                "sign_count": 0,
                "failures": 0,
                "registered_at": at,
            },
        )
    small.go_to(date(2027, 1, 1))
    small.due()
    with small.workspace.database.read() as connection:
        found = rows.account_of(connection, ring, "U-1")
        assert found is not None
        assert (found.id, found.key) == (account, "contract/2027-01")
        known = rows.authenticator_with(connection, ring, "h-1")
        assert known is not None
        assert (known.id, known.key) == (credential, "contract/2027-01")
    small.life.end("K-1", on=None, by=BY)
    assert keys_in(small.workspace, HOLDINGS[0])[decision] == "contract/last/2030-01-01"
    with small.workspace.database.read() as connection:
        assert connection.execute(select(contract_account.c.key)).scalar_one() == "contract/last/2030-01-01"
    small.go_to(date(2030, 1, 2))
    small.due()
    with small.workspace.database.read() as connection:
        assert rows.account_of(connection, ring, "U-1") is None
    with pytest.raises(KeyDestroyed):
        small.desk.find(decision)
