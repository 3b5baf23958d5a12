"""Whatever is refused at intake is on record, within bounds, and tells of nobody."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from sekisho.access.errors import ScopeMissing
from sekisho.disclosure.errors import CaseRefused, UnknownCase
from sekisho.disclosure.intake.csv_batch import read_batch
from sekisho.disclosure.intake.desk import IntakeDesk, Taken
from sekisho.disclosure.intake.errors import FileRefused
from sekisho.disclosure.intake.json_form import MAX_JSON, read_head, read_json
from sekisho.disclosure.intake.papers import read_paper
from sekisho.disclosure.intake.refused import INTAKE_LEAF, MORE, MOST_AN_HOUR, Came, Via
from sekisho.disclosure.intake.standard_form import read_standard_form
from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.progress import State
from sekisho.errors import InputRefused
from sekisho.store.outbox import outbox
from tests.disclosure.intake.made_requests import draft, item, packed, request
from tests.disclosure.intake.test_desk import intake
from tests.disclosure.world import Desk

__all__ = ["intake"]

NOON = "2026-11-20T12:00:00+09:00"


def leaves(desk: Desk) -> int:
    """Leaves about what was refused."""
    with desk.workspace.database.read() as connection:
        query = select(func.count()).select_from(outbox).where(outbox.c.kind == INTAKE_LEAF)
        return int(connection.execute(query).scalar_one())


def read(data: bytes, form: str) -> Any:
    """A draft by the reader of a form."""
    if form == "json":
        return read_json(data)
    if form == "csv":
        return read_batch(io.BytesIO(data)).draft(read_head({k: v for k, v in request().items() if k != "items"}))
    written = orjson.loads(data)
    return read_standard_form(written) if form == "standard" else read_paper(CaseType.SEARCH_SEIZURE, written)


BAD_HEADS = {
    "not JSON": (b"{", "json"),
    "a key twice": (b'{"type":"search_seizure","type":"search_seizure"}', "json"),
    "an unknown type": (packed(type="curiosity"), "json"),
    "a field that no request has": (packed(suspect="x"), "json"),
    "nobody asks": (packed(requester={"name": " "}), "json"),
    "a fact that nobody states": (packed(facts={"outcome": "unique"}), "json"),
    "a file without heading": (b"203.0.113.5,2000\n", "csv"),
    "UTF-16": ("address,time".encode("utf-16"), "csv"),
    "a standard form of another shape": (b'{"colour": 1}', "standard"),
    "a paper of somebody who can't send it": (orjson.dumps({"requester_kind": "bar_association"}), "paper"),
}


@pytest.mark.parametrize("name", BAD_HEADS)
def test_a_head_that_is_no_case_leaves_a_leaf(desk: Desk, intake: IntakeDesk, name: str) -> None:
    """By every form: who, when, how, why and the hash of the bytes; nothing of what they say, and no case."""
    data, form = BAD_HEADS[name]
    came = Came.of(Via.COMMAND, form, data)
    with pytest.raises(InputRefused) as caught:  # noqa: PT012  reading and taking are one intake
        with intake.refused.noting(came, by=desk["uketsuke"]):
            made = read(data, form)
        intake.take(made, by=desk["uketsuke"], original=data, came=came)
    assert leaves(desk) == 1
    assert desk.service.count(by=desk["uketsuke"]) == 0
    (found,) = intake.refused.every(by=desk["kansa"])
    told = (found.said["reason"], found.said["by"], found.said["via"], found.said["form"], found.said["sha256"])
    assert told == (caught.value.reason, "uketsuke", "command", form, hashlib.sha256(data).hexdigest())
    assert found.at == desk.clock.now()


def taken(desk: Desk, intake: IntakeDesk, **changed: Any) -> Taken:
    """A request taken in."""
    return intake.take(draft(**changed), by=desk["uketsuke"], original=packed(**changed))


BAD_INPUTS: dict[str, tuple[dict[str, Any], str]] = {
    "no document number": ({"document": {"number": ""}}, "no_document_number"),
    "a forged checksum": ({"checksum": {"sha256": "0" * 64}}, "checksum_differs"),
    "an expired warrant": ({"document": {"valid_until": "R8.11.22"}}, "document_expired"),
    "a scope without end": ({"items": [item(time=None, begin=NOON, end="")]}, "no_end"),
    "a private address": ({"items": [item(value="192.168.1.1")]}, "private_address"),
    "IPv6 with a zone id": ({"items": [item(value="fe80::1%eth0", port=None)]}, "zone_id"),
    "a date without zone": ({"items": [item(time="2026-11-20T12:00:00")]}, "zone_missing"),
    "a day that no era has": ({"items": [item(time="平成32年4月1日12時0分0秒（日本時間）")]}, "not_of_era"),
}


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_is_asked_back_on_record(desk: Desk, intake: IntakeDesk, name: str) -> None:
    """Each of the bad inputs becomes a case with its question, each a step in the ledger, and isn't searchable."""
    changed, code = BAD_INPUTS[name]
    made = taken(desk, intake, **changed)
    assert made.entry.state is State.QUESTIONED
    assert made.letter is not None
    assert code in made.letter.fields
    steps = desk.service.timeline(made.entry.id, by=desk["uketsuke"])
    assert {"receive", "question"} <= {one.event for one in steps}
    assert leaves(desk) == 0


def test_what_is_told_and_not_asked(desk: Desk, intake: IntakeDesk) -> None:
    """Another provider's address is told, and 和暦 is read; both are entered and on record."""
    other = taken(desk, intake, items=[item(value="198.51.100.1")])
    assert {one.code.value for one in other.checked.findings} & {"not_our_address", "reserved_address"}
    assert len(desk.service.timeline(other.entry.id, by=desk["uketsuke"])) > 1
    noon = item(time="令和8年11月20日12時00分00秒（日本時間）")
    era = taken(desk, intake, document={"number": "第2号"}, items=[noon])
    assert (era.entry.state, era.entry.items) == (State.RECEIVED, 1)


def test_a_million_identifiers(desk: Desk, intake: IntakeDesk) -> None:
    """They are counted, refused as a whole and asked for in parts; none of them is kept."""
    lines = b"address,time\n" + b"203.0.113.5,2026-11-20T12:00:00+09:00\n" * 1_000_000
    made = intake.take(read(lines, "csv"), by=desk["uketsuke"])
    assert (made.entry.state, made.entry.items) == (State.QUESTIONED, 0)
    assert made.letter is not None
    assert made.letter.fields == ("too_many_items",)


def test_a_flood_is_bounded_across_restarts(desk: Desk, intake: IntakeDesk) -> None:
    """So many leaves an hour and one that says there were more; the next hour has leaves again."""
    error, came = CaseRefused(field="type", problem="one of a list"), Came.of(Via.HTTP, "json", b"x")
    for _ in range(MOST_AN_HOUR + 5):
        # A desk made anew has counted nothing itself: the ledger's own rows are what is counted.
        IntakeDesk(desk.workspace, desk.service).refused.note(error, came, by=desk["uketsuke"])
    assert leaves(desk) == MOST_AN_HOUR + 1
    assert intake.refused.every(by=desk["kansa"])[0].said["step"] == MORE
    desk.clock.advance(timedelta(hours=1))
    assert intake.refused.note(error, came, by=desk["uketsuke"]) is not None


def test_nothing_of_a_person_is_in_it(desk: Desk, intake: IntakeDesk) -> None:
    """A field's name that the sender made up isn't repeated, and the row's own columns name nobody."""
    with pytest.raises(CaseRefused), intake.refused.noting(Came.of(Via.HTTP, "json", None), by=desk["uketsuke"]):
        read_json(packed(**{"疑義 太郎": 1}))
    (found,) = intake.refused.every(by=desk["uketsuke2"])
    assert (found.said["field"], found.said["sha256"]) == (None, None)
    with desk.workspace.database.read() as connection:
        row = connection.execute(select(outbox).where(outbox.c.kind == INTAKE_LEAF)).one()
    assert b"uketsuke" not in row.leaf + row.body
    assert row.owner == "disclosure-index/2026-11"


def test_who_may_note_and_read(desk: Desk, intake: IntakeDesk) -> None:
    """Only whoever takes in makes leaves, only the desk reads them; a refused answer names no case."""
    with pytest.raises(ScopeMissing), intake.refused.noting(Came.of(Via.HTTP, "json", b""), by=desk["kensaku"]):
        read_json(b"{")
    with pytest.raises(ScopeMissing):
        intake.refused.every(by=desk["kensaku"])
    secret = taken(desk, intake, items=[item(port=None)], secrecy={"state": "ordered"}).entry.id
    with pytest.raises(CaseRefused):
        intake.answered(secret, draft(requester={"name": " "}), by=desk["uketsuke"])
    with pytest.raises(UnknownCase):
        intake.answered(secret, draft(requester={"name": " "}), by=desk["uketsuke2"])
    (found,) = intake.refused.every(by=desk["uketsuke2"])
    assert found.said["answer"] is True
    assert secret not in str(found.document())


def test_too_large_to_read(desk: Desk, intake: IntakeDesk) -> None:
    """What is larger than any request is refused before it is parsed."""
    data = b" " * (MAX_JSON + 1)
    with pytest.raises(FileRefused), intake.refused.noting(Came.of(Via.COMMAND, "json", None), by=desk["uketsuke"]):
        read_json(data)
    assert leaves(desk) == 1
