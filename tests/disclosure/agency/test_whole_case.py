"""A simulated agency drives a whole case over a real server: preservation, warrant, delivery."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sekisho.disclosure.agency import encodings
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.recipient import read_key
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Mode
from sekisho.disclosure.due import disclosure_tasks
from sekisho.disclosure.progress import State
from sekisho.logs.holds.service import Holds
from tests.disclosure.agency.conftest import Line, look
from tests.disclosure.world import Desk

GENUINE = ("authenticity.number_confirmed", "authenticity.called_back", "document.in_writing",
           "document.original_received", "document.addressed_to_us")  # fmt: skip


def checked(desk: Desk, case_id: str, *more: str) -> None:
    """Somebody inside looked at it and called back; a second person reviews."""
    look(desk, case_id, *GENUINE, *more)
    desk.service.review(case_id, "原本を確認", by=desk["kakunin"])


@pytest.mark.parametrize("encoding", [encodings.JSON, encodings.XML], ids=["json", "xml"])
def test_preservation_warrant_delivery(line: Line, tmp_path: Path, encoding: encodings.Encoding) -> None:
    """What an agency asks to be kept is kept, what its warrant names is handed over encrypted, and it can open it."""
    line.agency = replace(line.agency, encoding=encoding)
    desk, agency = line.desk, line.agency
    scan = agency.document()
    paper = line.preservation(documents=[scan["ObjectIdentifier"]])
    keep = line.kept(paper)
    answers = agency.create(scan, paper, keep)
    assert all("CREATEResponse" in one for one in answers), answers
    assert answers[2]["CREATEResponse"]["HI1Object"]["task:Status"]["common:Value"] == "AwaitingReview"
    held = line.case_of(keep)
    case = desk.service.find(held, by=desk["kakunin"]).case
    assert case is not None
    assert case.requester.name == "関所県警察本部 サイバー犯罪対策課"
    assert case.document.sha256 == scan["doc:DocumentBody"]["doc:Checksum"]
    checked(desk, held)
    desk.service.holding.hold(held, by=desk["kensaku"])
    now = agency.get(keep["ObjectIdentifier"])
    assert now["task:Status"]["common:Value"] == "Preserved"
    assert now["task:PreservationExpiration"] == "2026-12-23T23:59:59+09:00"

    line.log()
    warrant = line.warrant()
    asked = line.asked(warrant, preserved=[keep["ObjectIdentifier"]])
    agency.create(warrant, asked)
    case_id = line.case_of(asked)
    checked(desk, case_id, "document.issued_by_judge")
    desk.service.searching.request(case_id, by=desk["kensaku"])
    for name in ("kakunin", "hogo"):
        desk.service.searching.approve(case_id, by=desk[name])
    desk.service.searching.run(case_id, by=desk["kensaku"])
    assert agency.get(asked["ObjectIdentifier"])["task:Status"]["common:Value"] == "InProgress"
    desk.service.deciding.decide(case_id, {1: (Choice.DISCLOSE, "令状どおり")}, by=desk["kaiji"])
    key = generate_private_key(65537, 2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    deliveries = DeliveryDesk(desk.service)
    known = desk.service.find(case_id, by=desk["kaiji"]).case
    assert known is not None
    package, _ = deliveries.prepare(
        case_id, "requester", known.requester.name, mode=Mode.KEY, key=read_key(pem), by=desk["kaiji"]
    )
    assert agency.list("DeliveryObject") == []
    deliveries.release(case_id, package.id, channel=Channel.LINE, how="TS 103 120", by=desk["kaiji"])

    assert agency.get(asked["ObjectIdentifier"])["task:Status"]["common:Value"] == "Disclosed"
    (told,) = agency.list("DeliveryObject")
    delivery = agency.get(told["Identifier"])
    data = base64.b64decode(delivery["delivery:Delivery"]["delivery:BinaryData"]["delivery:Data"])
    assert hashlib.sha256(data).hexdigest() == package.sha256
    manifest = delivery["delivery:Manifest"]["delivery:ExternalSchema"]["delivery:ManifestContents"]
    assert manifest["delivery:JSONSchema"]["case"] == case_id
    (tmp_path / "p").write_bytes(data)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(private)
    opened = subprocess.run(
        ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", "p", "-inkey", "key.pem"],
        cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    assert b"answer.json" in opened.stdout
    assert b"203.0.113.5" in opened.stdout

    assert "DELIVERResponse" in agency.deliver_receipt(delivery)
    assert [one.kind for one in desk.service.papers.every(case_id, by=desk["kaiji"], kind="receipt")] == ["receipt"]
    kinds = [agency.get(one["Identifier"]) for one in agency.list("NotificationObject")]
    assert {one["notification:NotificationType"]["common:Value"] for one in kinds} == {"Preserved", "Delivered"}
    assert desk.service.find(case_id, by=desk["kansa"]).state is State.DELIVERED


def test_a_preservation_that_is_over_is_not_told_as_preserved(line: Line) -> None:
    """Its last day has passed and nobody extended it: the agency is told that nothing is kept any more."""
    desk, agency = line.desk, line.agency
    paper = line.preservation()
    keep = line.kept(paper)
    agency.create(paper, keep)
    held = line.case_of(keep)
    checked(desk, held)
    desk.service.holding.hold(held, by=desk["kensaku"])
    desk.clock.advance(timedelta(days=31))
    list(Holds(desk.workspace).expired(by="keeper"))
    list(disclosure_tasks(desk.workspace, None, by=desk["kansa"])[0].run())
    found = agency.get(keep["ObjectIdentifier"])
    assert found["task:Status"]["common:Value"] == "PreservationEnded"
    assert "task:PreservationExpiration" not in found
    kinds = [agency.get(one["Identifier"]) for one in agency.list("NotificationObject")]
    told = {one["notification:NotificationType"]["common:Value"] for one in kinds}
    assert told == {"Preserved", "PreservationEnded"}


@pytest.mark.parametrize("encoding", [encodings.JSON, encodings.XML], ids=["json", "xml"])
def test_an_extension_names_the_first_request(line: Line, encoding: encodings.Encoding) -> None:
    """刑訴法197条4項: thirty days more for what was kept already, by a paper of its own."""
    line.agency = replace(line.agency, encoding=encoding)
    desk, agency = line.desk, line.agency
    paper = line.preservation()
    keep = line.kept(paper)
    agency.create(paper, keep)
    first = line.case_of(keep)
    checked(desk, first)
    desk.service.holding.hold(first, by=desk["kensaku"])
    facts = paper["auth:NationalAuthorisationParameters"]
    more = {**facts, "sekisho:Facts": {**facts["sekisho:Facts"], "preservation.running": True,
                                       "preservation.days_total": 60}}  # fmt: skip
    second = agency.authorisation(
        "preservation_extension", "関サ保第13号", created=desk.clock.now(), national=more
    )
    until = desk.clock.now() + timedelta(days=30)
    longer = line.kept(second, keep_until=until, extends=keep["ObjectIdentifier"])
    answers = agency.create(second, longer)
    assert all("CREATEResponse" in one for one in answers), answers
    case_id = line.case_of(longer)
    look(desk, case_id, "preservation.days_total", value=60)
    checked(desk, case_id, "preservation.running")
    (hold,) = desk.service.holding.find(first, by=desk["kensaku"])
    assert hold.until is not None
    desk.service.holding.extend(
        case_id, first, until=hold.until + timedelta(days=30), why="解析中", by=desk["kensaku"]
    )
    assert agency.get(longer["ObjectIdentifier"])["task:PreservationExpiration"] == "2027-01-22T23:59:59+09:00"
