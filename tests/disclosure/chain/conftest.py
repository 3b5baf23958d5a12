"""Two providers with workspaces, people and servers of their own: a content provider and an access provider."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sekisho.clock import FixedClock
from sekisho.disclosure.chain.handover import Paper
from sekisho.disclosure.chain.incoming import Incoming
from sekisho.disclosure.chain.outgoing import Outgoing
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.desk_settings import DeskSettings, Setting
from sekisho.disclosure.parties.register import Parties
from sekisho.keys import make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.logs.formats import registry
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.rows import Known
from sekisho.logs.service import LogService
from sekisho.logs.subscribers.read import read_register
from sekisho.logs.subscribers.register import SubscriberRegister
from sekisho.workspace import Workspace
from tests.disclosure.agency.conftest import ADMIN, look
from tests.disclosure.made_cases import item
from tests.disclosure.served import served
from tests.disclosure.world import NOW, Desk, desk_of
from tests.logs.lookup.made import Row, Store

REGISTER = """contract,line,valid_from,valid_to,氏名,住所
C-1,line-7,2026-04-01,,架空 太郎,関所県関所市1
W-9,line-9,2026-04-01,,MVNO株式会社,関所県関所市9
"""
OFFICE = {"name": "関所掲示板株式会社", "address": ["関所県関所市霞1-1"], "signs": "法務部長　鹿島 澄",
          "desk": "法務部"}  # fmt: skip
ORDER = {
    "type": "identification_order",
    "requester": {"kind": "court", "name": "関所地方裁判所", "office": "", "contact": "", "officer": "", "rank": ""},
    "document": {
        "number": "令和8年（モ）第7号",
        "dated": "2026-11-22",
        "title": "提供命令",
        "valid_until": None,
        "legal_provision": "情報流通プラットフォーム対処法15条1項",
    },
}
ORDER_FACTS = ("order.court_issued", "order.served", "order.names_next_provider", "document.in_writing",
               "document.addressed_to_us")  # fmt: skip
PETITION = Paper("関所地方裁判所", "令和8年（発チ）第3号", date(2026, 11, 23))
TODAY = date(2026, 11, 23)


@dataclass(slots=True)
class Provider:
    """One provider."""

    desk: Desk
    store: Store
    url: str
    outgoing: Outgoing
    incoming: Incoming
    parties: Parties
    told: dict[str, Any] = field(default_factory=dict)

    def ordered(self, **changed: Any) -> str:
        """An order to name the next provider: received, reviewed, searched, named, decided. Its case."""
        case_id = self.searched(self.entered(**changed))
        self.outgoing.name(case_id, by=self.desk["kaiji"])
        self.desk.service.deciding.decide(case_id, {1: (Choice.FORWARD, "提供命令")}, by=self.desk["kaiji"])
        return case_id

    def entered(self, **changed: Any) -> str:
        """An order that was received."""
        given = {"items": [item(kind="line", value="user-1", port=None, wanted=["log"])], **ORDER, **changed}
        made = self.desk.received(**given)
        look(self.desk, made.id, *ORDER_FACTS)
        return made.id

    def searched(self, case_id: str) -> str:
        """Reviewed and searched."""
        service = self.desk.service
        service.review(case_id, "命令を確認", by=self.desk["kakunin"])
        service.searching.request(case_id, by=self.desk["kensaku"])
        for name in ("kakunin", "hogo"):
            service.searching.approve(case_id, by=self.desk[name])
        service.searching.run(case_id, by=self.desk["kensaku"])
        return case_id


@dataclass(slots=True)
class Chain:
    """Both ends, which know each other."""

    cp: Provider
    ap: Provider

    def told(self) -> str:
        """The content provider's case after stage 1 and the notice of the petition."""
        case_id = self.cp.ordered()
        self.cp.outgoing.tell(case_id, by=self.cp.desk["kaiji"])
        self.notice(case_id)
        return case_id

    def notice(self, case_id: str) -> None:
        """The applicant's notice."""
        self.cp.outgoing.notified(
            case_id, "ap", PETITION, on=TODAY, document=b"notice", by=self.cp.desk["uketsuke"]
        )

    def petition(self, kind: str = "disclosure_order", number: str = PETITION.number, **more: Any) -> dict[str, Any]:
        """The court's paper as the access provider types it in."""
        return {
            "type": kind,
            "requester": {"kind": "court", "name": "関所地方裁判所"},
            "document": {"number": number, "dated": "2026-11-23", "title": "開示命令申立書"},
            "facts": {"order.petition_served": True, "document.in_writing": True},
            "received_at": "2026-11-23T11:00:00+09:00",
            "wanted": ["civil.1", "civil.2"],
        } | more


def provider(path: Path, name: str, stack: ExitStack) -> Provider:
    """A provider with a server."""
    path.mkdir()
    clock = FixedClock(NOW)
    key = make_key_file(path / "key", RealDisk())
    workspace = stack.enter_context(
        Workspace.create(path / "ws", name=name, legal_confirmation="shown", keyring=key, clock=clock)
    )
    desk = desk_of(workspace, clock)
    store = Store(workspace, LogService(workspace), Lookups(workspace))
    stack.callback(store.lookups.close)
    url = stack.enter_context(served(workspace))
    service = desk.service
    DeskSettings(workspace).make(Setting.OFFICE, OFFICE, by=ADMIN)
    return Provider(desk, store, url, Outgoing(service), Incoming(service), Parties(workspace))


def introduce(one: Provider, other: Provider, name: str, own: str, **more: Any) -> None:
    """Register ``other`` at ``one`` under ``name``, where ``one`` is called ``own``."""
    given = {
        "id": name,
        "kind": "provider",
        "name": f"{name}株式会社",
        "address": "関所県関所市2",
        "key": other.parties.signer().public_key.hex(),
        "url": other.url,
        "origin": other.parties.origin,
        "known_as": own,
    } | more
    one.parties.add(given, by=ADMIN)


@pytest.fixture
def chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chain]:
    """A post of user-1 at noon from 203.0.113.5:2000, which the access provider gave to line-7."""
    monkeypatch.setitem(registry._FORMATS, "simple", ("tests.logs.simple_format:make", "for tests"))
    with ExitStack() as stack:
        cp = provider(tmp_path / "cp", "関所掲示板", stack)
        ap = provider(tmp_path / "ap", "関所通信", stack)
        posts = cp.store.source("posts", LogKind.CP_POST)
        cp.store.put(
            posts, Row("12:00:00", "12:00:00.000001", subject="user-1", ports=(2000, 2000), end_known=Known.NOT_LOGGED)
        )
        nat = ap.store.source("cgn", LogKind.AP_NAT, covers=["203.0.113.0/24"])
        auth = ap.store.source("radius", LogKind.AP_AUTH, covers=["100.64.0.0/10"])
        ap.store.put(
            nat,
            Row("11:00:00", "13:00:00", inside="100.64.1.2"),
            Row("11:00:00", "13:00:00", inside="100.64.1.3", ports=(3000, 3999)),
        )
        ap.store.put(
            auth,
            Row("10:00:00", "14:00:00", subject="line-7", address="100.64.1.2", ports=(0, 65535)),
            Row("10:00:00", "14:00:00", subject="line-9", address="100.64.1.3", ports=(0, 65535)),
        )
        rows = read_register(REGISTER.encode(), lines=False)
        SubscriberRegister(ap.desk.workspace).take_in(rows, covers_from=date(2026, 4, 1), as_of=TODAY, by="admin")
        introduce(cp, ap, "ap", "cp", prefixes=["203.0.113.0/24"])
        introduce(ap, cp, "cp", "ap")
        yield Chain(cp, ap)
