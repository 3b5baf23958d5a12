"""A simulated agency, registered at a desk that is served on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from sekisho.access.principal import Principal, Proof
from sekisho.access.roles import Role, StaffKind, scopes_of
from sekisho.clock import JAPAN
from sekisho.disclosure.agency.objects import Objects
from sekisho.disclosure.agency.simulator import SimulatedAgency
from sekisho.disclosure.parties.register import Parties
from sekisho.disclosure.record import Origin
from sekisho.logs.formats import registry
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.service import LogService
from sekisho.logs.sources import Source
from tests.disclosure.conftest import clock, desk, key_file, workspace
from tests.disclosure.served import served
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Row, Store

__all__ = ["clock", "desk", "key_file", "workspace"]

ADMIN = Principal("admin", StaffKind.PERSON, scopes_of([Role.ADMINISTRATOR]), Proof.TOKEN, "t", None)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=JAPAN)
WRITTEN = datetime(2026, 11, 22, 9, 0, tzinfo=JAPAN)
OFFICER = {
    "sekisho:RequesterKind": "judicial_police_officer",
    "sekisho:Office": "関所市霞1-1",
    "sekisho:Officer": "検見川 守",
    "sekisho:Rank": "警部補",
}
KEEP = {
    **OFFICER,
    "sekisho:LegalProvision": "刑事訴訟法197条3項",
    "sekisho:DocumentTitle": "保全要請書",
    "sekisho:Facts": {
        "document.in_writing": True,
        "document.addressed_to_us": True,
        "document.necessity_stated": True,
        "preservation.for_seizure": True,
        "preservation.specially_needed": True,
    },
}
FACTS = {
    "document.in_writing": True,
    "document.original_received": True,
    "document.addressed_to_us": True,
    "document.issued_by_judge": True,
}
WARRANT = {
    **OFFICER,
    "sekisho:LegalProvision": "刑事訴訟法218条1項",
    "sekisho:DocumentTitle": "捜索差押許可状",
    "sekisho:Facts": FACTS,
}
ADDRESS = ("ETSI", "IPAddressPort", "203.0.113.5:2000")


def look(desk: Desk, case_id: str, *names: str, value: bool | int = True) -> None:
    """The clerk looked for themselves, before anybody reviewed it."""
    for name in names:
        desk.service.set_fact(
            case_id, name, value, origin=Origin.CHECKED, note="原本・代表番号 03-0000-0110", by=desk["uketsuke"]
        )


@dataclass(slots=True)
class Line:
    """A desk with its logs, and an agency on the line."""

    desk: Desk
    store: Store
    source: Source
    agency: SimulatedAgency

    def log(self) -> None:
        """One line had the address and port at noon."""
        self.store.put(self.source, Row("11:00:00", "13:00:00", inside="100.64.1.2", subject="line-7"))

    def warrant(self, **changed: Any) -> dict[str, Any]:
        """A warrant of the day before."""
        until = WRITTEN + timedelta(days=6)
        given: dict[str, Any] = {"created": WRITTEN, "until": until, "national": WARRANT} | changed
        return self.agency.authorisation("search_seizure", "令和8年（る）第1号", **given)

    def preservation(self, **changed: Any) -> dict[str, Any]:
        """A preservation request of the day before."""
        given: dict[str, Any] = {"created": WRITTEN, "national": KEEP} | changed
        return self.agency.authorisation("preservation_request", "関サ保第12号", **given)

    def asked(self, paper: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """A task for what logs say of an address at noon."""
        return self.agency.task(paper, [ADDRESS], **({"at": [NOON]} | changed))

    def kept(self, paper: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """A task to keep it for thirty days."""
        until = self.desk.clock.now() + timedelta(days=30)
        return self.agency.task(paper, [ADDRESS], **({"begin": NOON, "end": NOON, "keep_until": until} | changed))

    def case_of(self, task: dict[str, Any]) -> str:
        """The case that a task became."""
        party = Parties(self.desk.workspace).find(self.agency.id)
        return Objects(self.desk.workspace).find(party, task["ObjectIdentifier"]).case_id or ""


def agency_document(agency: SimulatedAgency, **changed: Any) -> dict[str, Any]:
    """What is registered of an agency."""
    return {
        "id": agency.id,
        "kind": "agency",
        "name": "関所県警察本部 サイバー犯罪対策課",
        "address": "関所県関所市霞1-1",
        "contact": "03-0000-0110",
        "key": agency.keys.public_key.hex(),
        "contacts": ["kakunin", "kensaku", "kaiji"],
        "kinds": ["judicial_police_officer"],
        "types": ["search_seizure", "preservation_request", "preservation_extension", "investigation_inquiry"],
    } | changed


@pytest.fixture
def line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Everything, connected."""
    monkeypatch.setitem(registry._FORMATS, "simple", ("tests.logs.simple_format:make", "for tests"))
    store = Store(desk.workspace, LogService(desk.workspace), Lookups(desk.workspace))
    source = store.source("cgn", LogKind.AP_NAT, covers=["203.0.113.0/24"])
    parties = Parties(desk.workspace)
    key = parties.signer().public_key.hex()
    with served(desk.workspace) as url:
        agency = SimulatedAgency("sekisho-kenkei", url, desk.workspace.origin, key, desk.clock.now)
        parties.add(agency_document(agency), by=ADMIN)
        yield Line(desk, store, source, agency)
    store.lookups.close()
