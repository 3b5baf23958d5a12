"""What is left on the disk of a case whose keys were destroyed: nothing that was said, found or handed over, and not
the ciphertext either, which a key backup could open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from sekisho.clock import FixedClock
from sekisho.destruction.probing import SubprocessProber
from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.due import disclosure_tasks
from sekisho.disclosure.hearing.record import Answer, Channel
from sekisho.disclosure.tables import disclosure_attachment, disclosure_case, disclosure_item, disclosure_outcome
from sekisho.due import State, run_all
from sekisho.keys import KeyFile, make_key_file
from sekisho.keys.disk import RealDisk
from sekisho.keys.mortal import MortalRing
from sekisho.workspace import Workspace
from tests.disclosure.claims_made import CLAIM, SENDER, WANTED, decided, ordered, with_register
from tests.disclosure.delivery.made_deliveries import TODAY, handed
from tests.disclosure.logs_made import store_for
from tests.disclosure.made_cases import item
from tests.disclosure.traces import forms, traces
from tests.disclosure.world import NOW, Desk, desk_of

NAME, OFFICE, OFFICER = "御堂筋 多聞", "関所県関所市波止場町9-8-7", "綾小路 継春"
NUMBER, PHONE, NOTE, DRAFT = "令和8年（発チ）第98765号", "03-0000-7531", "原本を二階の窓口で確かめた", "下書きの中身"
SAID = (NAME, OFFICE, OFFICER, NUMBER, PHONE, NOTE, DRAFT, "203.0.113.5", SENDER.name, SENDER.address, CLAIM.posted)
"""What was said in the case. Its address isn't in any setting of the workspace but within its prefix."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def placed(request: pytest.FixtureRequest, tmp_path: Path, key_file: KeyFile) -> Iterator[Desk]:
    """A desk on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_schema").url
    clock = FixedClock(NOW)
    with Workspace.create(
        tmp_path / "ws", name="関所通信", legal_confirmation="shown", keyring=key_file, database_url=url, clock=clock
    ) as workspace:
        yield desk_of(workspace, clock)


def whole_way(desk: Desk) -> str:
    """A court's order from its intake through a hearing to its closing, with unmistakable words in every place."""
    requester = {"name": NAME, "office": OFFICE, "officer": OFFICER, "contact": PHONE}
    found = ordered(desk, requester={"kind": "claimant", "rank": "", **requester}, items=[item(wanted=WANTED)])
    service = desk.service
    service.papers.attach(found.id, "draft", DRAFT.encode(), keep=Keep.WORK, by=desk["kaiji"])
    service.papers.attach(found.id, "request_scan", NUMBER.encode(), keep=Keep.RECORD, by=desk["kaiji"])
    service.hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    service.hearings.sent(found.id, 1, channel=Channel.POST, on=TODAY, by=desk["kaiji"])
    service.hearings.answer(found.id, 1, Answer.AGREES, on=TODAY, how=NOTE, by=desk["uketsuke"])
    decided(desk, found.id)
    handed(desk, found.id)
    service.wait(found.id, NOTE, by=desk["kaiji"])
    desk.clock.advance(timedelta(days=40))
    service.close(found.id, NOTE, by=desk["kaiji"])
    return found.id


def sealed(desk: Desk, case_id: str) -> list[bytes]:
    """The ciphertext of a case, as it stands in its rows: pieces that nothing else can hold by chance."""
    tables = (
        (disclosure_case, disclosure_case.c.id, ("body",)),
        (disclosure_item, disclosure_item.c.case_id, ("body",)),
        (disclosure_outcome, disclosure_outcome.c.case_id, ("result", "evidence")),
        (disclosure_attachment, disclosure_attachment.c.case_id, ("body",)),
    )
    with desk.workspace.database.read() as connection:
        return [
            bytes(row[0])[at : at + 32]
            for table, of, names in tables
            for name in names
            for row in connection.execute(select(table.c[name]).where(of == case_id))
            for at in (len(row[0]) // 2,)
            if len(row[0]) > 64
        ]


def server_files(desk: Desk) -> Path:
    """Where a PostgreSQL server keeps its files: tables and write-ahead log, of which former ciphertext is part."""
    with desk.workspace.database.read() as connection:
        found = Path(connection.execute(text("SHOW data_directory")).scalar_one())
    if not os.access(found / "base", os.R_OK):
        pytest.skip("the server's files can't be read from here: only the workspace's were searched")
    return found


def keys_of(desk: Desk, case_id: str) -> dict[str, bytes]:
    """The keys of a case, in the clear."""
    ring = desk.workspace.keyring
    assert isinstance(ring, MortalRing)
    return {name: secret for name, _, secret in ring.secrets_for_backup() if case_id in name}


def test_nothing_is_left_of_a_case(
    placed: Desk, key_file: KeyFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file of the workspace, after working copies and record have ended, while it is open and after closing: not
    one of the case's words, keys or ciphertexts, in any form. All of the ciphertexts were there before."""
    desk = placed
    store = store_for(desk, monkeypatch)
    with_register(desk)
    case_id = whole_way(desk)
    before, keys = sealed(desk, case_id), keys_of(desk, case_id)
    assert len(keys) == 2
    assert len(before) >= 6
    root = desk.workspace.path
    sqlite = (root / "database.sqlite3").exists()
    if sqlite:
        assert {one for _, one in traces(root, before)} >= set(before)
    assert traces(root, [*SAID, *keys.values()]) == []
    desk.clock.advance(timedelta(days=6 * 366))
    with SubprocessProber(root, key_file) as prober:
        entries = list(run_all(disclosure_tasks(desk.workspace, prober, by=desk["kansa"])))
    assert {one.state for one in entries} == {State.DONE}, entries
    ended = {one.fields.get("key") for one in entries}
    assert {f"disclosure/{case_id}", f"disclosure-work/{case_id}"} <= ended
    wanted: list[bytes | str] = [*SAID, *keys.values(), *before]
    assert traces(root, wanted) == []
    if not sqlite:
        assert traces(server_files(desk), [*SAID, *keys.values()]) == []
    store.lookups.close()
    desk.workspace.close()
    assert traces(tmp_path, wanted) == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """Each way of writing a value is found by it, so that finding nothing means something."""
    for number, form in enumerate(sorted(forms(NAME) | forms(bytes(range(32))))):
        (tmp_path / str(number)).write_bytes(b"xx" + form + b"yy")
    assert {form for _, form in traces(tmp_path, [NAME, bytes(range(32))])} == forms(NAME) | forms(bytes(range(32)))
    make_key_file(tmp_path / "key", RealDisk())
    assert [name for name, _ in traces(tmp_path, ["no such words"])] == []
