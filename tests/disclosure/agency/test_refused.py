"""Each document and message wrong in one way: an error object, a leaf, and nothing entered; replays; strangers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from sekisho.disclosure.agency import desk as desk_module
from sekisho.disclosure.agency import errors
from sekisho.disclosure.agency.desk import EXCHANGE_LEAF, STRANGERS_AN_HOUR
from sekisho.disclosure.agency.objects import Objects
from sekisho.disclosure.agency.profile import entry
from sekisho.disclosure.agency.simulator import KeyPair
from sekisho.disclosure.agency.tasks import Tasks
from sekisho.disclosure.errors import UnknownCase
from sekisho.disclosure.gate_errors import NotPermittedByLaw
from sekisho.disclosure.parties.errors import NotSigned
from sekisho.disclosure.parties.register import Parties
from sekisho.disclosure.progress import State
from sekisho.disclosure.service import DisclosureService
from sekisho.store.outbox import outbox
from tests.disclosure.agency.conftest import ADDRESS, ADMIN, FACTS, NOON, WARRANT, Line, agency_document
from tests.disclosure.agency.test_whole_case import checked

Wrong = Callable[[Line], list[dict[str, Any]]]


def leaves(line: Line) -> int:
    """Leaves about what was refused."""
    with line.desk.workspace.database.read() as connection:
        query = select(func.count()).select_from(outbox).where(outbox.c.kind == EXCHANGE_LEAF)
        return int(connection.execute(query).scalar_one())


def codes(answers: list[dict[str, Any]]) -> list[int]:
    """The error codes among responses."""
    return [one["ErrorInformation"]["ErrorCode"] for one in answers if "ErrorInformation" in one]


def paper(**changed: Any) -> Wrong:
    """A warrant with something changed."""
    return lambda line: line.agency.create(line.warrant(**changed))


def national(**changed: Any) -> Wrong:
    """A warrant whose national parameters are changed."""
    return paper(national={**WARRANT, **changed})


def task(**changed: Any) -> Wrong:
    """A good warrant, and a task with something changed."""

    def send(line: Line) -> list[dict[str, Any]]:
        warrant = line.warrant()
        return line.agency.create(warrant, line.asked(warrant) | changed)[1:]

    return send


def value(owner: str, name: str, text: str) -> Wrong:
    """A task about something else."""

    def send(line: Line) -> list[dict[str, Any]]:
        warrant = line.warrant()
        return line.agency.create(warrant, line.agency.task(warrant, [(owner, name, text)], at=[NOON]))[1:]

    return send


def scan(**changed: Any) -> Wrong:
    """A document with its body changed."""

    def send(line: Line) -> list[dict[str, Any]]:
        made = line.agency.document()
        made["doc:DocumentBody"] |= changed
        return line.agency.create(made)

    return send


def many(line: Line) -> list[dict[str, Any]]:
    """More identifiers than one request may have."""
    warrant = line.warrant()
    asked = line.agency.task(warrant, [ADDRESS] * 101, at=[NOON + timedelta(seconds=one) for one in range(100)])
    return line.agency.create(warrant, asked)[1:]


def unknown_paper(line: Line) -> list[dict[str, Any]]:
    """A task that names a paper nobody sent."""
    return line.agency.create(line.asked(line.warrant()))


def preservation_as_disclosure(line: Line) -> list[dict[str, Any]]:
    """A preservation request under which a disclosure is asked for."""
    made = line.preservation()
    return line.agency.create(made, line.asked(made))[1:]


CASES: list[tuple[str, Wrong, int]] = [
    ("another paper", paper(**{"auth:AuthorisationLegalType": entry("LegalType", "bar_inquiry")}), 2005),
    ("no such paper", paper(**{"auth:AuthorisationLegalType": entry("LegalType", "x")}), 2004),
    ("another provider", paper(**{"auth:AuthorisationCSPID": {}}), 2004),
    ("another officer", national(**{"sekisho:RequesterKind": "prosecutor"}), 2005),
    ("another country", national(**{"auth:CountryCode": "US"}), 2004),
    ("another parameter", national(**{"sekisho:Name": "x"}), 2004),
    ("another owner", paper(OwnerIdentifier="npa"), 2004),
    ("not valid", paper(**{"auth:AuthorisationReference": 1}), 1002),
    ("forged checksum", scan(**{"doc:Checksum": "0" * 64}), 2004),
    ("changed scan", scan(**{"doc:Contents": "AAAA"}), 2004),
    ("no checksum", scan(**{"doc:ChecksumType": "MD5"}), 2004),
    ("a program", scan(**{"doc:ContentType": "text/html"}), 2004),
    ("a paper nobody sent", unknown_paper, 2001),
    ("another kind of task", preservation_as_disclosure, 2004),
    ("another reference", task(**{"task:Reference": "JP-other-1"}), 2004),
    ("another receiver", task(**{"task:CSPID": {"CountryCode": "JP", "UniqueIdentifier": "x"}}), 2004),
    ("no such format", value("X", "Y", "z"), 2004),
    ("too many", many, 2006),
]


@pytest.mark.parametrize(("name", "wrong", "code"), CASES, ids=[one[0] for one in CASES])
def test_wrong_in_one_way(line: Line, name: str, wrong: Wrong, code: int) -> None:
    """It is refused with its code, once in the ledger, and no case comes of it."""
    del name
    before = leaves(line)
    answers = wrong(line)
    assert codes(answers) == [code], answers
    assert leaves(line) == before + 1
    assert line.desk.service.count(by=line.desk["kansa"]) == 0


ASKED_BACK: list[tuple[str, dict[str, Any], tuple[str, str, str]]] = [
    ("no number", {"auth:AuthorisationReference": ""}, ADDRESS),
    ("expired", {"auth:AuthorisationTimespan": {"auth:EndTime": "2026-11-22T12:00:00Z"}}, ADDRESS),
    ("no port", {}, ("ETSI", "IPv4Address", "203.0.113.5")),
    ("private", {}, ("ETSI", "IPAddressPort", "192.168.0.1:2000")),
    ("zone id", {}, ("ETSI", "IPv6Address", "fe80::1%eth0")),
    ("port out of range", {}, ("ETSI", "IPAddressPort", "203.0.113.5:70000")),
]


@pytest.mark.parametrize(("name", "changed", "asked"), ASKED_BACK, ids=[one[0] for one in ASKED_BACK])
def test_unclear_in_one_way(line: Line, name: str, changed: dict[str, Any], asked: tuple[str, str, str]) -> None:
    """Looked over as every request: what is unclear is asked back or refused, and never goes on by itself."""
    del name
    warrant = line.warrant(**changed)
    made = line.agency.task(warrant, [asked], at=[NOON])
    answer = line.agency.create(warrant, made)[1]
    if "ErrorInformation" in answer:
        assert answer["ErrorInformation"]["ErrorCode"] == 2006
        return
    case_id = line.case_of(made)
    assert line.desk.service.find(case_id, by=line.desk["kansa"]).state is State.QUESTIONED
    assert answer["CREATEResponse"]["HI1Object"]["task:Status"]["common:Value"] == "AwaitingInformation"
    told = [line.agency.get(one["Identifier"]) for one in line.agency.list("NotificationObject")]
    assert [bool(one["notification:NotificationDetails"]) for one in told] == [True]


def test_put_right_and_withdrawn(line: Line) -> None:
    """A question is answered by an UPDATE, once however often it comes; a task is withdrawn by another."""
    warrant = line.warrant()
    asked = line.agency.task(warrant, [("ETSI", "IPv4Address", "203.0.113.5")], at=[NOON])
    line.agency.create(warrant, asked)
    case_id = line.case_of(asked)
    right = line.asked(warrant, ObjectIdentifier=asked["ObjectIdentifier"])
    for _ in range(2):
        answer = line.agency.update(right)
        assert answer["UPDATEResponse"]["HI1Object"]["task:Status"]["common:Value"] == "AwaitingReview"
    assert line.agency.update(right | {"task:Flags": {}})["UPDATEResponse"]["HI1Object"]["Generation"] == 3
    wider = line.agency.task(warrant, [("ETSI", "IPAddressPort", "203.0.113.9:1")], at=[NOON],
                             ObjectIdentifier=asked["ObjectIdentifier"])  # fmt: skip
    assert codes([line.agency.update(wider)]) == [2007]
    assert codes([line.agency.update(warrant | {"auth:AuthorisationReference": "2"})]) == [2007]
    gone = line.agency.update(right | {"task:DesiredStatus": entry("TaskStatus", "Cancelled")})
    assert gone["UPDATEResponse"]["HI1Object"]["task:Status"]["common:Value"] == "Cancelled"
    events = [one.event for one in line.desk.service.timeline(case_id, by=line.desk["kansa"])]
    assert (events.count("answer"), events.count("withdraw")) == (1, 1)


def test_the_same_message_again(line: Line) -> None:
    """A message again is answered with the same bytes; its id with another content is refused; so is an object's."""
    warrant = line.warrant()
    asked = line.asked(warrant)
    actions = [{"CREATE": {"HI1Object": warrant}}, {"CREATE": {"HI1Object": asked}}]
    message = line.agency.message(actions)
    assert line.agency.send(message) == line.agency.send(message)
    other = line.agency.message(actions[:1], transaction=message["Header"]["TransactionIdentifier"])
    assert line.agency.send(other)["ErrorInformation"]["ErrorCode"] == errors.MESSAGE_CHANGED
    another = line.asked(warrant, number="2") | {"ObjectIdentifier": asked["ObjectIdentifier"]}
    assert codes(line.agency.create(another)) == [2002]
    assert line.desk.service.count(by=line.desk["kansa"]) == 1


@pytest.mark.parametrize("when", ["receive", "note", "became"])
def test_restarted_in_the_middle(line: Line, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Stopped between any two of the commits that enter a task, then sent again a day later: one case, whole."""
    warrant = line.warrant()
    scanned = line.agency.document()
    asked = line.asked(warrant, AssociatedObjects={"AssociatedObject": [
        warrant["ObjectIdentifier"], scanned["ObjectIdentifier"]]})  # fmt: skip
    message = line.agency.message([{"CREATE": {"HI1Object": one}} for one in (warrant, scanned, asked)])

    def stop(*given: Any, **named: Any) -> Any:
        raise RuntimeError(given, named)

    target: Any = {"receive": DisclosureService, "note": Tasks, "became": Objects}[when]
    monkeypatch.setattr(target, {"receive": "receive", "note": "_tie", "became": "became"}[when], stop)
    with pytest.raises(NotSigned):
        # The server's fault is answered without an answer of the desk.
        line.agency.send(message)
    monkeypatch.undo()
    line.desk.clock.advance(timedelta(minutes=4))
    payload = line.agency.send(message)
    assert codes(payload["ActionResponses"]["ActionResponse"]) == []
    case_id = line.case_of(asked)
    assert line.desk.service.count(by=line.desk["kansa"]) == 1
    events = [one.event for one in line.desk.service.timeline(case_id, by=line.desk["kansa"])]
    assert events == ["receive", "agency_task"]
    assert len(line.desk.service.papers.every(case_id, by=line.desk["kansa"])) == 2


def test_strangers(line: Line) -> None:
    """Another key, a stranger, a replay after its time, an ended agency: told apart by nobody, and few leaves."""
    message = line.agency.message([{"LIST": {}}])
    code = errors.NOT_SIGNED
    for one in (replace(line.agency, keys=KeyPair()), replace(line.agency, id="stranger")):
        assert one.send(message)["ErrorInformation"]["ErrorCode"] == code
    with pytest.raises(NotSigned):
        # Refused there, and the answer's time isn't this agency's either.
        replace(line.agency, now=lambda: line.desk.clock.now() - timedelta(minutes=6)).send(message)
    assert line.agency.send(message, headers={})["ErrorInformation"]["ErrorCode"] == code
    for _ in range(STRANGERS_AN_HOUR + 5):
        line.agency.send(b"{}", headers={})
    assert leaves(line) == STRANGERS_AN_HOUR
    Parties(line.desk.workspace).end(line.agency.id, by=ADMIN)
    assert line.agency.send(message, headers={})["ErrorInformation"]["ErrorCode"] == code


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"Header":1,"Header":2}', b"\xff", b'{"a":' * 2000, orjson.dumps({"Header": {}})],
)
def test_not_a_message(line: Line, body: bytes) -> None:
    """What isn't a message is refused as one: an error object, whatever was sent."""
    assert line.agency.send(body)["ErrorInformation"]["ErrorCode"] in (errors.UNREADABLE, 1002)


def test_one_agency_sees_nothing_of_another(line: Line) -> None:
    """Objects, cases, notifications: another agency's are as if they weren't there; ids may even be the same."""
    warrant = line.warrant()
    asked = line.asked(warrant)
    line.agency.create(warrant, asked)
    other = replace(line.agency, id="other-kenkei", keys=KeyPair())
    Parties(line.desk.workspace).add(agency_document(other), by=ADMIN)
    for one in (warrant, asked):
        assert codes([other.get(one["ObjectIdentifier"])]) == [2001]
    assert other.list() == []
    assert codes(other.create(other.task(warrant, [ADDRESS], at=[NOON]))) == [2001]
    assert "CREATEResponse" in other.create(warrant)[0]


def test_nothing_is_skipped(line: Line) -> None:
    """However the agency swears to it, no fact of its own opens the gate, and it can't review what it sent."""
    genuine = {"authenticity.called_back": True, "authenticity.number_confirmed": True}
    sworn = {**FACTS, **genuine}
    warrant = line.warrant(national={**WARRANT, "sekisho:Facts": sworn})
    asked = line.asked(warrant)
    line.agency.create(warrant, asked)
    case_id = line.case_of(asked)
    service, desk = line.desk.service, line.desk
    service.review(case_id, "x", by=desk["kakunin"])
    with pytest.raises(NotPermittedByLaw):
        service.searching.request(case_id, by=desk["kensaku"])
    for name in ("people.reviewed", "scope.within_order", "hearing.asked"):
        refused = line.warrant(national={**WARRANT, "sekisho:Facts": {name: True}})
        assert codes(line.agency.create(refused, line.asked(refused))[1:]) == [errors.OTHER]


def test_a_secret_request_is_known_to_its_contacts(line: Line) -> None:
    """What is to be kept secret is seen by the staff named for the agency, and by nobody else."""
    warrant = line.warrant(national={**WARRANT, "sekisho:Secrecy": "asked"})
    asked = line.asked(warrant)
    line.agency.create(warrant, asked)
    case_id = line.case_of(asked)
    assert line.desk.service.find(case_id, by=line.desk["kakunin"]).secret
    with pytest.raises(UnknownCase):
        line.desk.service.find(case_id, by=line.desk["kakunin2"])
    assert line.agency.get(asked["ObjectIdentifier"])["task:Status"]["common:Value"] == "AwaitingReview"


def test_the_end_of_a_preservation_is_asked_for(line: Line) -> None:
    """An agency asks to end what is preserved; people here release it."""
    made = line.preservation()
    keep = line.kept(made)
    line.agency.create(made, keep)
    case_id = line.case_of(keep)
    checked(line.desk, case_id)
    line.desk.service.holding.hold(case_id, by=line.desk["kensaku"])
    told = line.agency.update(keep | {"task:DesiredStatus": entry("TaskStatus", "Cancelled")})
    assert told["UPDATEResponse"]["HI1Object"]["task:Status"]["common:Value"] == "CancellationRequested"
    assert line.desk.service.find(case_id, by=line.desk["kansa"]).state is State.HOLDING


def test_a_known_agency_cannot_fill_the_ledger_either(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many refusals an hour there is no leaf more; each is answered all the same."""
    monkeypatch.setattr(desk_module, "AGENCYS_AN_HOUR", 2)
    for _ in range(4):
        assert codes(line.agency.create(line.warrant(national={**WARRANT, "colour": "red"})))
    assert leaves(line) == 2
