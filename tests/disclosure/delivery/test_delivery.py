"""An answer leaves once, encrypted, with just what was wanted, and the ledger says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sekisho.destruction.certificate import check as check_certificate
from sekisho.destruction.probing import SubprocessProber
from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.closing import Ended, Endings, issued
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.delivery.errors import ReceiptMismatch
from sekisho.disclosure.delivery.manifest import check
from sekisho.disclosure.delivery.service import Channel, DeliveryDesk, Mode
from sekisho.disclosure.errors import CaseRefused, TermOpen, UnknownAttachment
from sekisho.disclosure.progress import State
from sekisho.keys import KeyFile
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import disclosure_work_key
from tests.disclosure.delivery.made_deliveries import (
    REQUESTER,
    TODAY,
    agreed_claim,
    packed,
    released,
    warrant,
)
from tests.disclosure.delivery.opened import by_openssl, private_pem, recipient_key
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store


def test_a_warrants_answer_is_opened_by_its_recipient(desk: Desk, store: Store, tmp_path: Path) -> None:
    """Packed, handed over, opened with openssl: the manifest holds, the ledger's leaf is told, a receipt is taken."""
    case_id, deliveries = warrant(desk), DeliveryDesk(desk.service)
    private = ec.generate_private_key(ec.SECP256R1())
    package, passphrase = deliveries.prepare(
        case_id, "requester", REQUESTER, mode=Mode.KEY, key=recipient_key(private), by=desk["kaiji"]
    )
    assert passphrase is None
    assert desk.service.find(case_id, by=desk["kaiji"]).state is State.DECIDED
    handed = deliveries.release(case_id, package.id, channel=Channel.LINE, how="専用線", by=desk["kaiji"])
    assert desk.service.find(case_id, by=desk["kaiji"]).state is State.DELIVERED
    code, tar = by_openssl(tmp_path, handed.data, private_pem(private))
    assert code == 0
    manifest, files = check(tar)
    assert manifest == package.manifest
    assert manifest.recipient["key"] == recipient_key(private).fingerprint
    assert manifest.ledger["checkpoint"]
    assert manifest.ledger["leaf_index"] is not None
    (told,) = orjson.loads(files["answer.json"])["items"]
    assert told["contents"]["subscriber"] == [
        {
            "name": "架空 七海",
            "address": "関所市霞7-7",
            "valid_from": "2026-04-01",
            "valid_to": None,
        }
    ]
    assert told["contents"]["log"][0]["ports"] == [1024, 2047]
    last = desk.service.timeline(case_id, by=desk["kansa"])[-1]
    assert (last.event, last.ledger_index) == ("deliver", handed.ledger_index)
    assert last.said is not None
    assert last.said["said"]["sha256"] == package.sha256
    with pytest.raises(ReceiptMismatch):
        deliveries.receipt(
            case_id, package.id, received_on=TODAY, signed_by="検見川", sha256="0" * 64, by=desk["uketsuke"]
        )
    deliveries.receipt(
        case_id, package.id, received_on=TODAY, signed_by="検見川", sha256=package.sha256, by=desk["uketsuke"]
    )
    assert desk.service.timeline(case_id, by=desk["kansa"])[-1].event == "receipt"


def test_nothing_of_the_answer_stands_in_the_clear(desk: Desk, store: Store, tmp_path: Path) -> None:
    """Neither the database nor any file of the workspace holds the name, the address or the passphrase."""
    case_id, deliveries = warrant(desk), DeliveryDesk(desk.service)
    package, passphrase = deliveries.prepare(case_id, "requester", REQUESTER, mode=Mode.PASSPHRASE, by=desk["kaiji"])
    handed = deliveries.release(case_id, package.id, channel=Channel.MEDIUM, how="USB 1", by=desk["kaiji"])
    assert passphrase is not None
    assert handed.key is not None
    assert by_openssl(tmp_path, handed.data, handed.key, passphrase=passphrase)[0] == 0
    (tmp_path / "package.tar").unlink()
    for file in (tmp_path / "ws").rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        for word in ("架空 七海", "関所市霞7-7", passphrase, "answer.json"):
            assert word.encode() not in data


def test_a_claim_is_answered_with_its_items_alone(desk: Desk, store: Store) -> None:
    """Name and address were asked for: the number, the mail address, the account and the rows stay."""
    case_id = agreed_claim(desk)
    handed = released(desk, case_id, packed(desk, case_id))
    _, files = check(handed.data)
    (told,) = orjson.loads(files["answer.json"])["items"]
    assert {name: one["values"] for name, one in told["contents"].items()} == {
        "civil.1": ["架空 七海"],
        "civil.2": ["関所市霞7-7"],
    }
    # Digests may hold any digits by chance, so what is told is looked at, and everything only for whole values.
    for word in ("090", "nana@", "1234567", "line-7", "100.64", "八郎", "C-7"):
        assert word.encode() not in files["answer.json"]
    for word in ("09000000007", "nana@", "line-7", "100.64", "八郎"):
        assert word.encode() not in handed.data


@pytest.mark.parametrize(
    ("wanted", "values"),
    [
        ("civil.3", ["09000000007"]),
        ("civil.4", ["nana@example.jp"]),
        ("civil.14", ["C-7"]),
    ],
)
def test_each_civil_item(desk: Desk, store: Store, wanted: str, values: list[Any]) -> None:
    """Each item gives its own content and nothing of another."""
    case_id = agreed_claim(desk, items=[item(wanted=[wanted])])
    _, files = check(released(desk, case_id, packed(desk, case_id)).data)
    (told,) = orjson.loads(files["answer.json"])["items"]
    assert list(told["contents"]) == [wanted]
    assert told["contents"][wanted]["values"] == values


def test_a_refused_item_does_not_leave(desk: Desk, store: Store) -> None:
    """Of two items one is refused: the package holds the other alone."""
    case_id = warrant(desk, items=[item(wanted=["log"]), item(2, port=2001, wanted=["log"])])
    desk.service.deciding.decide(case_id, {1: (Choice.DISCLOSE, "可"), 2: (Choice.REFUSE, "範囲外")}, by=desk["kaiji"])
    package = packed(desk, case_id)
    assert [one["item"] for one in package.manifest.items] == [1]
    _, files = check(released(desk, case_id, package).data)
    assert [one["item"] for one in orjson.loads(files["answer.json"])["items"]] == [1]


def test_a_letter_goes_with_it(desk: Desk, store: Store) -> None:
    """The answer's letter is packed; a paper of another kind isn't."""
    case_id, papers = warrant(desk), desk.service.papers
    letter = papers.attach(case_id, "answer_letter", b"%PDF-1.7 made up", keep=Keep.WORK, by=desk["kaiji"])
    _, files = check(released(desk, case_id, packed(desk, case_id, letters=(letter.id,))).data)
    assert files["letter-01.pdf"] == b"%PDF-1.7 made up"
    again = warrant(desk)
    scan = papers.attach(again, "scan", b"%PDF-1.7 request", keep=Keep.RECORD, by=desk["uketsuke"])
    with pytest.raises(CaseRefused):
        packed(desk, again, letters=(scan.id,))
    with pytest.raises(UnknownAttachment):
        packed(desk, again, letters=(letter.id,))


def test_after_the_window_the_working_copies_end_with_a_certificate(
    desk: Desk, store: Store, key_file: KeyFile
) -> None:
    """Objections are waited for; then the package, the letter to the sender and what was found are gone for good."""
    case_id, deliveries = agreed_claim(desk), DeliveryDesk(desk.service)
    package = packed(desk, case_id)
    released(desk, case_id, package)
    deliveries.wait(case_id, "当事者への告知が済んだ", by=desk["kaiji"])
    with pytest.raises(TermOpen):
        desk.service.close(case_id, "終了", by=desk["kaiji"])
    desk.clock.advance(timedelta(days=31))
    desk.service.close(case_id, "異議なし", by=desk["kaiji"])
    work = disclosure_work_key(case_id)
    endings = Endings(desk.workspace, SubprocessProber(desk.workspace.path, key_file), by="admin")
    assert work in endings.due()
    assert endings.run(work) in (Ended.LIVE, Ended.FINAL)
    desk.workspace.checkpoint()
    document = issued(desk.workspace, work)
    assert check_certificate(orjson.dumps(document), key=None).key == work
    with pytest.raises(KeyDestroyed):
        desk.service.papers.content(case_id, package.id, by=desk["kansa"])
    (kept,) = deliveries.packages(case_id, by=desk["kansa"])
    assert kept == package
