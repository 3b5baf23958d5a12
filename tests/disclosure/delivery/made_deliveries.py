"""Cases that are decided, and their packages."""

from __future__ import annotations

from datetime import date
from typing import Any

from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Handed, Mode, Package
from sekisho.disclosure.hearing.record import Answer
from sekisho.disclosure.hearing.record import Channel as By
from tests.disclosure.claims_made import CLAIM, SENDER, claimed, decided
from tests.disclosure.logs_made import searched
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk

TODAY = date(2026, 11, 23)
REQUESTER = "関所県警察本部 サイバー犯罪対策課"


def warrant(desk: Desk, **changed: Any) -> str:
    """A warrant whose items are permitted."""
    made = searched(desk, **{"items": [item(wanted=["log", "subscriber"])], **changed})
    return decided(desk, made.id, *range(1, made.items + 1)).id


def agreed_claim(desk: Desk, **changed: Any) -> str:
    """A claim to which the sender agreed, permitted."""
    made, hearings = claimed(desk, **changed), desk.service.hearings
    hearings.draft(made.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    hearings.sent(made.id, 1, channel=By.POST, on=TODAY, by=desk["kaiji"])
    hearings.answer(made.id, 1, Answer.AGREES, on=TODAY, how="回答書", by=desk["uketsuke"])
    return decided(desk, made.id).id


def packed(desk: Desk, case_id: str, *, mode: Mode = Mode.PAPER, by: str = "kaiji", **more: Any) -> Package:
    """A package for whoever asked."""
    known = desk.service.find(case_id, by=desk[by]).case
    assert known is not None
    name = known.requester.name
    return DeliveryDesk(desk.service).prepare(case_id, "requester", name, mode=mode, by=desk[by], **more)[0]


def released(desk: Desk, case_id: str, package: Package, *, how: str = "手渡し", by: str = "kaiji") -> Handed:
    """Handed over."""
    channel = Channel.PAPER if package.mode is Mode.PAPER else Channel.MEDIUM
    return DeliveryDesk(desk.service).release(case_id, package.id, channel=channel, how=how, by=desk[by])


def handed(desk: Desk, case_id: str, *, by: str = "kaiji") -> Handed:
    """Packed on paper and handed over."""
    return released(desk, case_id, packed(desk, case_id, by=by), by=by)
