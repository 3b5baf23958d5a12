"""The chain attacked: wrong peers, replays, other purposes, before its time and after it; and killed in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import httpx
import orjson
import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.disclosure import rows
from sekisho.disclosure.agency.simulator import KeyPair
from sekisho.disclosure.chain.errors import (
    NextUnknown,
    NoNotice,
    NotTaken,
    OrderLapsed,
    OtherProvider,
    PurposeLocked,
)
from sekisho.disclosure.chain.handover import ADDRESS, FORWARDED
from sekisho.disclosure.chain.outgoing import Outgoing
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.due import disclosure_tasks
from sekisho.disclosure.errors import NotApart, WrongState
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.parties.errors import NotSigned
from sekisho.disclosure.parties.signing import sign
from sekisho.disclosure.parties.wire import HttpWire, Reply, Wire
from sekisho.disclosure.parties.wire_errors import PartyUnreachable
from sekisho.disclosure.progress import Part
from sekisho.disclosure.record import Origin
from tests.disclosure.agency.conftest import ADMIN
from tests.disclosure.chain.conftest import PETITION, TODAY, Chain
from tests.disclosure.made_cases import item


class Torn:
    """A wire that breaks before the message goes, or after it was taken."""

    def __init__(self, when: str) -> None:
        """``before`` or ``after``."""
        self.when = when
        self.bodies: list[bytes] = []

    def send(self, url: str, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """As ``Wire.send``, broken."""
        self.bodies.append(body)
        if self.when == "after":
            HttpWire().send(url, address, body, headers)
        raise PartyUnreachable(problem="torn")


@pytest.mark.parametrize("when", ["before", "after"])
def test_torn_while_handing_over(chain: Chain, when: str) -> None:
    """Killed before or after the other side took it, then repeated by a fresh process: one handover, one receipt."""
    cp, ap = chain.cp, chain.ap
    case_id = chain.told()
    torn = Torn(when)
    with pytest.raises(PartyUnreachable):
        Outgoing(cp.desk.service, wire=torn).forward(case_id, "ap", by=cp.desk["kaiji"])
    for _ in range(2):
        cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])
    assert len(ap.incoming.every(by=ap.desk["uketsuke"])) == 1
    events = [one.event for one in cp.desk.service.timeline(case_id, by=cp.desk["kansa"])]
    assert (events.count("handover"), events.count("forwarded")) == (1, 1)


def test_nothing_is_passed_on_before_the_notice(chain: Chain) -> None:
    """Neither before stage 1 nor before the notice, nor to another provider, nor by whoever searched or took it in."""
    cp = chain.cp
    case_id = cp.ordered()
    with pytest.raises(WrongState):
        cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])
    with pytest.raises(WrongState):
        chain.notice(case_id)
    cp.outgoing.tell(case_id, by=cp.desk["kaiji"])
    with pytest.raises(NoNotice):
        cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])
    for who in ("kensaku", "uketsuke"):
        with pytest.raises(ScopeMissing):
            cp.outgoing.forward(case_id, "ap", by=cp.desk[who])
    with pytest.raises(NotApart):
        cp.outgoing.forward(case_id, "ap", by=_reviewer_too(chain, case_id))
    assert chain.ap.incoming.every(by=chain.ap.desk["uketsuke"]) == []


def _reviewer_too(chain: Chain, case_id: str) -> Principal:
    """A releaser who reviewed this very case."""
    desk = chain.cp.desk
    desk.workspace.commit(
        lambda connection: rows.add_members(
            connection, case_id, [("kakunin2", Part.REVIEW)], at=desk.clock.now(), by="kakunin2"
        )
    )
    return desk["kakunin2"]


def test_two_months_and_no_longer(chain: Chain) -> None:
    """A notice after the last day comes too late, whatever anybody states of it; the order has lapsed."""
    cp = chain.cp
    case_id = cp.ordered()
    cp.outgoing.tell(case_id, by=cp.desk["kaiji"])
    (term,) = [
        one for one in cp.desk.service.deadlines(case_id, by=cp.desk["kaiji"]) if one.kind == "identification_lapse"
    ]
    assert term.due_on >= date(2027, 1, 23)
    cp.desk.clock.advance(timedelta(days=80))
    with pytest.raises(OrderLapsed):
        cp.outgoing.notified(
            case_id, "ap", PETITION, on=term.due_on + timedelta(days=1), document=b"n", by=cp.desk["uketsuke"]
        )
    for name in ("order.filing_notified", "order.filing_in_time"):
        cp.desk.service.set_fact(case_id, name, True, origin=Origin.CHECKED, note="x", by=cp.desk["kakunin"])
    with pytest.raises(NoNotice):
        cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])


def test_a_notice_counts_by_the_day_on_which_it_came(chain: Chain) -> None:
    """It came on the last day and was typed in after the daily run: the order hasn't lapsed, and is passed on. One that
    came a day later is too late."""
    cp = chain.cp
    case_id = cp.ordered()
    cp.outgoing.tell(case_id, by=cp.desk["kaiji"])
    due = cp.outgoing._petitions.lapse_on(case_id, "ap")
    days = timedelta(days=(due - TODAY).days + 3)
    for one in (cp, chain.ap):
        one.desk.clock.advance(days)
    daily = disclosure_tasks(cp.desk.workspace, None, by=cp.desk["kansa"])[0]
    list(daily.run())
    assert [one.event for one in cp.desk.service.timeline(case_id, by=cp.desk["kansa"])][-1] == "order_lapsed"
    notified = partial(cp.outgoing.notified, case_id, "ap", PETITION, document=b"n", by=cp.desk["uketsuke"])
    with pytest.raises(OrderLapsed):
        notified(on=due + timedelta(days=1))
    notified(on=due)
    states = [one.state for one in cp.desk.service.deadlines(case_id, by=cp.desk["kaiji"])]
    assert states == ["done"]
    cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])
    assert len(chain.ap.incoming.every(by=chain.ap.desk["uketsuke"])) == 1


def test_the_purpose_is_locked(chain: Chain) -> None:
    """Another petition, another type of request, other items, twice with other contents: none opens a handover."""
    cp, ap = chain.cp, chain.ap
    case_id = chain.told()
    cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])
    (waiting,) = ap.incoming.every(by=ap.desk["uketsuke"])
    assert "203.0.113.5" not in str(waiting.document())
    wrong: list[dict[str, Any]] = [
        chain.petition(number="令和8年（発チ）第99号"),
        chain.petition("search_seizure"),
        chain.petition("investigation_inquiry"),
        chain.petition("voluntary_claim"),
        chain.petition(items=[item(value="203.0.113.77")]),
    ]
    for paper in wrong:
        with pytest.raises(PurposeLocked):
            ap.incoming.open_case(waiting.id, paper, by=ap.desk["uketsuke"])
    for who in ("kakunin", "kensaku", "kaiji"):
        with pytest.raises(ScopeMissing):
            ap.incoming.open_case(waiting.id, chain.petition(), by=ap.desk[who])
    first = ap.incoming.open_case(waiting.id, chain.petition(), by=ap.desk["uketsuke"])
    again = ap.incoming.open_case(waiting.id, chain.petition(), by=ap.desk["uketsuke"])
    assert first.entry.id == again.entry.id
    assert ap.incoming.every(by=ap.desk["uketsuke"]) == []


def test_what_lapsed_is_lost(chain: Chain) -> None:
    """After the petition's time nobody can open what was handed over, and its key is destroyed on record."""
    cp, ap = chain.cp, chain.ap
    case_id = chain.told()
    cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])
    (waiting,) = ap.incoming.every(by=ap.desk["uketsuke"])
    assert ap.incoming.lapse(today=waiting.lapse_on, by="sekisho") == []
    ap.desk.clock.advance(timedelta(days=120))
    with pytest.raises(PurposeLocked):
        ap.incoming.open_case(waiting.id, chain.petition(), by=ap.desk["uketsuke"])
    today = waiting.lapse_on + timedelta(days=32)
    assert ap.incoming.lapse(today=today, by="sekisho") == [waiting.id]
    assert ap.incoming.lapse(today=today, by="sekisho") == []
    (shown,) = ap.incoming.every(by=ap.desk["uketsuke"], state="lapsed")
    assert (shown.petition, shown.items) == (None, None)
    assert not ap.desk.workspace.keyring.exists(f"disclosure/{waiting.id}")


def handover(chain: Chain, **changed: Any) -> bytes:
    """A handover as the content provider would write it."""
    written = {
        "format": "sekisho/handover/1",
        "id": "h" + "1" * 32,
        "sender": "cp",
        "receiver": chain.ap.parties.origin,
        "purpose": "disclosure_order_petition",
        "order": {"court": "関所地方裁判所", "number": "令和8年（モ）第7号", "dated": "2026-11-22"},
        "petition": PETITION.document(),
        "lapse_on": "2027-01-25",
        "items": [
            {
                "number": 1,
                "civil": [5, 8],
                "address": "203.0.113.5",
                "port": 2000,
                "link": None,
                "begin": "2026-11-20T12:00:00+09:00",
                "end": "2026-11-20T12:00:00+09:00",
            }
        ],
    }
    return orjson.dumps(written | changed)


def post(chain: Chain, body: bytes, *, party: str = "cp", receiver: str = "", keys: Any = None, later: int = 0) -> int:
    """Post it to the access provider; the status."""
    signer = keys or chain.cp.parties.signer()
    at = chain.ap.desk.clock.now() + timedelta(minutes=later)
    signed = sign(
        signer, sender=party, receiver=receiver or chain.ap.parties.origin, at=at, address=ADDRESS, body=body
    )
    return httpx.post(chain.ap.url + ADDRESS, content=body, headers=signed.headers()).status_code


def changed_item(**changed: Any) -> Callable[[Chain], bytes]:
    """A handover whose only item is changed."""

    def made(chain: Chain) -> bytes:
        one = orjson.loads(handover(chain))["items"][0]
        return handover(chain, items=[one | changed])

    return made


WRONG: list[Callable[[Chain], bytes]] = [
    lambda chain: handover(chain, sender="other"),
    lambda chain: handover(chain, receiver="sekisho/other"),
    lambda chain: handover(chain, purpose="investigation"),
    lambda chain: handover(chain, lapse_on="2026-10-22"),
    lambda chain: handover(chain, petition={**PETITION.document(), "dated": "2027-01-01"}),
    lambda chain: handover(chain, items=[]),
    lambda chain: handover(chain, items=[{}] * 1001),
    lambda chain: handover(chain, more=1),
    lambda chain: handover(chain, id="h1"),
    lambda _: b"[1]",
    lambda _: b"{" * 100_000,
    changed_item(civil=[1]),
    changed_item(civil=[5, 2]),
    changed_item(civil=[]),
    changed_item(civil=[True]),
    changed_item(address="203.0.113.5/24"),
    changed_item(address="fe80::1%eth0x\n"),
    changed_item(port=70_000),
    changed_item(begin="2026-11-20T12:00:00"),
    changed_item(end="2026-11-20T11:00:00+09:00"),
    changed_item(link="line-7"),
    changed_item(name="架空 太郎"),
]


def test_a_handover_wrong_in_one_way(chain: Chain) -> None:
    """Each field wrong by itself is refused, and nothing is entered; the same one right is taken, once."""
    for made in WRONG:
        assert 400 <= post(chain, made(chain)) < 500
    assert chain.ap.incoming.every(by=chain.ap.desk["uketsuke"]) == []
    good = handover(chain)
    assert [post(chain, good), post(chain, good)] == [200, 200]
    assert post(chain, changed_item(port=2001)(chain)) == 409
    assert len(chain.ap.incoming.every(by=chain.ap.desk["uketsuke"])) == 1


def test_only_the_peer_itself_is_heard(chain: Chain) -> None:
    """A stranger, another key, another receiver, an old message, an ended peer: 401 each, without telling which."""
    good = handover(chain)
    assert post(chain, good, keys=KeyPair()) == 401
    assert post(chain, good, party="stranger") == 401
    assert post(chain, good, receiver="sekisho/other") == 401
    assert post(chain, good, later=-6) == 401
    assert httpx.post(chain.ap.url + ADDRESS, content=good).status_code == 401
    chain.ap.parties.end("cp", by=ADMIN)
    assert post(chain, good) == 401
    assert chain.ap.incoming.every(by=chain.ap.desk["uketsuke"]) == []


def test_somebody_else_answers(chain: Chain) -> None:
    """A receipt that another key signed, or for something else, isn't one: the handover stays open."""
    cp = chain.cp
    case_id = chain.told()

    class Impostor:
        """Answers in the receiver's name."""

        def send(self, url: str, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
            """As ``Wire.send``."""
            del url, body
            told = b"{}"
            signed = sign(
                KeyPair(), sender=chain.ap.parties.origin, receiver="cp", at=cp.desk.clock.now(), address=address,
                body=told, answers=headers["sekisho-signature"],
            )  # fmt: skip
            return Reply(200, signed.headers(), told)

    class Refuser:
        """A relay that is out of order."""

        def send(self, url: str, address: str, body: bytes, headers: Mapping[str, str]) -> Reply:
            """As ``Wire.send``."""
            del url, address, body, headers
            return Reply(503, {}, b"<html>")

    wires: list[tuple[Wire, type[Exception]]] = [(Impostor(), NotSigned), (Refuser(), NotTaken)]
    for wire, error in wires:
        with pytest.raises(error):
            Outgoing(cp.desk.service, wire=wire).forward(case_id, "ap", by=cp.desk["kaiji"])
    cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])


def test_the_records_say_who_is_next(chain: Chain) -> None:
    """A person can't choose another provider than the records show, and nobody is named where they show none."""
    cp = chain.cp
    cp.parties.add(
        {"id": "other", "kind": "provider", "name": "別", "address": "別所1", "key": "aa" * 32,
         "prefixes": ["198.51.100.0/24"]}, by=ADMIN,
    )  # fmt: skip
    case_id = cp.searched(cp.entered())
    with pytest.raises(OtherProvider):
        cp.outgoing.name(case_id, by=cp.desk["kaiji"], chosen={1: "other"})
    with pytest.raises(NotPermittedByLaw):
        cp.desk.service.deciding.decide(case_id, {1: (Choice.FORWARD, "x")}, by=cp.desk["kaiji"])
    nobody = cp.searched(cp.entered(items=[item(kind="line", value="user-9", port=None, wanted=["log"])]))
    with pytest.raises(NextUnknown):
        cp.outgoing.name(nobody, by=cp.desk["kaiji"])
    assert FORWARDED.isdisjoint({1, 2, 3, 4})


def test_an_own_subscriber_is_never_passed_on(chain: Chain) -> None:
    """Whom the register names as the access provider's own contractor leads nowhere, whoever is chosen."""
    ap = chain.ap
    case_id = ap.searched(ap.entered(items=[item()]))
    for chosen in (None, {1: "cp"}):
        with pytest.raises(NextUnknown):
            ap.outgoing.name(case_id, by=ap.desk["kaiji"], chosen=chosen)
