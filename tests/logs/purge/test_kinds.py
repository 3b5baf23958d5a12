"""What Sekisho itself writes has an end like any log: its own days, policies and certificates."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sekisho.destruction.certificate import check
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import log_key
from sekisho.logs.policy import HOUSE_POLICIES
from tests.logs.conftest import TODAY
from tests.logs.keeping import Keeper, failed

KINDS = sorted(HOUSE_POLICIES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("declared", [False, True])
def test_a_day_of_it_is_purged_on_its_day(keeper: Keeper, kind: str, declared: bool) -> None:
    """After the house's period, or the operator's own: not a day early, then with a certificate, and nothing that was
    encrypted under the day's key opens any more."""
    if declared:
        keeper.declare(kind=kind, period="7d")
    days = 7 if declared else {"quarantine": 30, "export": 180}.get(kind, 90)
    key, ring = log_key(kind, TODAY), keeper.workspace.keyring
    ring.ensure(key)
    sealed = ring.encrypt(key, b"what was written", aad=b"")
    keeper.go_to(TODAY + timedelta(days=days))
    assert failed(keeper.due()) == []
    assert ring.decrypt(key, sealed, aad=b"") == b"what was written"
    keeper.go_to(TODAY + timedelta(days=days + 1))
    assert failed(keeper.due()) == []
    with pytest.raises(KeyDestroyed):
        ring.decrypt(key, sealed, aad=b"")
    found = check(keeper.certificate(key), key=None)
    assert (found.said["planned"]["policies"] == ["house"]) is not declared
