"""Prices, prefixes and the name on papers: set once on record, from a day on, used where no option says otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from ipaddress import ip_address
from typing import Any

import orjson
import pytest

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, StaffKind, scopes_of
from sekisho.disclosure.desk_settings import LEAF, DeskSettings, Setting
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.desk import IntakeDesk
from sekisho.disclosure.intake.errors import PrefixTableRefused, PriceTableRefused
from sekisho.disclosure.intake.fees import DEFAULT_YEN
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.papers.errors import PaperRefused
from sekisho.ledger import parse_leaf
from tests.disclosure.agency.conftest import ADMIN
from tests.disclosure.world import Desk

TODAY = date(2026, 11, 23)
OFFICE = {"name": "関所通信株式会社", "address": ["関所県関所市霞1-1"], "signs": "法務部長", "desk": "法務部"}


def leaves(desk: Desk) -> list[dict[str, Any]]:
    """What the ledger says of settings."""
    workspace, found = desk.workspace, []
    workspace.settle()
    workspace.checkpoint()
    ledger = workspace.ledger()
    for index in range(ledger.size):
        if parse_leaf(ledger.leaf(index)).kind == LEAF:
            opened = workspace.open_leaf(index)
            assert opened is not None
            found.append(orjson.loads(opened.body))
    return found


def test_prices_hold_from_their_day(desk: Desk) -> None:
    """Before anything is set the default holds; what is set for next month doesn't hold today, and the former price of
    a day that is over can still be told."""
    settings = DeskSettings(desk.workspace)
    assert settings.prices().price(CaseType.BAR_INQUIRY) == DEFAULT_YEN
    settings.make(Setting.PRICES, {"per_identifier": 4000}, by=ADMIN)
    settings.make(Setting.PRICES, {"per_identifier": 6000}, valid_from=date(2026, 12, 1), by=ADMIN)
    assert settings.prices().price(CaseType.BAR_INQUIRY) == 4000
    desk.clock.advance(timedelta(days=10))
    assert settings.prices().price(CaseType.BAR_INQUIRY) == 6000
    assert settings.prices(TODAY).price(CaseType.BAR_INQUIRY) == 4000
    assert [(one.valid_from.isoformat(), one.by) for one in settings.every(Setting.PRICES)] == [
        ("2026-11-23", "admin"),
        ("2026-12-01", "admin"),
    ]


def test_each_change_is_a_leaf_and_the_same_again_is_none(desk: Desk) -> None:
    """Two settings are two leaves with their hash, who and with which proof; repeating one changes nothing."""
    settings = DeskSettings(desk.workspace)
    for each in (5500, 5500, 5600):
        settings.make(Setting.PRICES, {"per_identifier": each}, by=ADMIN)
    assert [(one["setting"], one["by"], one["proof"]) for one in leaves(desk)] == [("prices", "admin", "token")] * 2
    assert len({one["sha256"] for one in leaves(desk)}) == 2


def test_what_cant_be_set(desk: Desk) -> None:
    """A day that is over, a wrong table, somebody without the right or without a token: refused, and nothing is set."""
    settings = DeskSettings(desk.workspace)
    wrong: list[tuple[Setting, dict[str, Any], type[Exception]]] = [
        (Setting.PRICES, {"per_identifier": -1}, PriceTableRefused),
        (Setting.OTHERS, {"隣町電信": ["203.0.113.0/33"]}, PrefixTableRefused),
        (Setting.OFFICE, {"name": "関所通信"}, PaperRefused),
    ]
    for name, value, error in wrong:
        with pytest.raises(error):
            settings.make(name, value, by=ADMIN)
    with pytest.raises(CaseRefused):
        settings.make(Setting.PRICES, {}, valid_from=TODAY - timedelta(days=1), by=ADMIN)
    with pytest.raises(ScopeMissing):
        settings.make(Setting.PRICES, {}, by=desk["kaiji"])
    stated = Principal("admin", StaffKind.PERSON, scopes_of([Role.ADMINISTRATOR]), Proof.STATED, None, None)
    with pytest.raises(ProofTooWeak):
        settings.make(Setting.PRICES, {}, by=stated)
    assert settings.every() == []
    assert settings.office() is None


def test_the_intake_knows_the_prefixes_that_are_set(desk: Desk) -> None:
    """From the moment they are set, without a restart; those of an option go before them."""
    intake = IntakeDesk(desk.workspace, desk.service)
    address = ip_address("198.51.100.7")
    assert intake.surroundings().others.name_of(address) is None
    DeskSettings(desk.workspace).make(Setting.OTHERS, {"隣町電信": ["198.51.100.0/24"]}, by=ADMIN)
    assert intake.surroundings().others.name_of(address) == "隣町電信"
    given = IntakeDesk(desk.workspace, desk.service, others=())
    assert given.surroundings().others.name_of(address) is None


def test_the_name_on_papers(desk: Desk) -> None:
    """It is read as papers read it."""
    settings = DeskSettings(desk.workspace)
    settings.make(Setting.OFFICE, OFFICE, by=ADMIN)
    office = settings.office()
    assert office is not None
    assert (office.name, office.address) == ("関所通信株式会社", ("関所県関所市霞1-1",))
