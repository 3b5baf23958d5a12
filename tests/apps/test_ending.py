"""The end of a month's key: another process is asked before and after, there is a certificate, a kill is survived."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from sekisho.apps.ending import AppKeys, endings, issued
from sekisho.apps.errors import UnknownAppCertificate
from sekisho.apps.evidence import Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.facts_of import Material
from sekisho.apps.law.questions import Answers
from sekisho.apps.scan import scan
from sekisho.apps.service import AppScans
from sekisho.apps.tables import app_scan
from sekisho.clock import FixedClock
from sekisho.destruction import certificate
from sekisho.destruction.probing import SubprocessProber
from sekisho.due import State
from sekisho.keys import KeyFile
from sekisho.ledger.verify import verify_ledger
from sekisho.workspace import Workspace
from tests.apps.ending_child import BEFORE, opens, ran
from tests.stops.world import NOW, World, made_world

ROOT = Path(__file__).parents[2]
KEY = "apps/2026-11"
LATER = 40
"""Days after which the month and a whole one more are over."""


def keep(world: World, host: str) -> None:
    """Keeps a scan in which this host was sent to."""
    piece = Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host=host)
    read = Reading(target=Target(name="a.har", sha256="00", kind=TargetKind.HAR), pieces=(piece,))
    made = scan(Material(service="架空", readings=(read,)), answers=Answers(), on=date(2026, 11, 24))
    AppScans(world.workspace).keep(made, by=world["tanto"])


def filled(world: World) -> None:
    """One scan in November, one forty days later."""
    keep(world, "a.example")
    world.clock.advance(timedelta(days=LATER))
    keep(world, "b.example")


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> Iterator[World]:
    made = made_world(tmp_path)
    with made.workspace:
        yield made


def test_what_was_forgotten_opens_in_no_copy(world: World, tmp_path: Path) -> None:
    """A copy of the database, taken before, opens nowhere after; the certificate holds, and the ledger with it."""
    filled(world)
    with world.workspace.database.read() as connection:
        rows = connection.execute(select(app_scan).where(app_scan.c.key == KEY)).all()
    copied = [{"id": row.id, "key": row.key, "body": base64.b64encode(row.body).decode()} for row in rows]
    assert opens(world.workspace, copied) == [True]
    with pytest.raises(UnknownAppCertificate):
        issued(world.workspace, KEY)
    assert AppScans(world.workspace).forget(BEFORE, by=world["tanto"]) == 1
    key_file = KeyFile(tmp_path / "w.key")
    with SubprocessProber(world.workspace.path, key_file) as prober:
        ends = endings(world.workspace, prober, by="tanto")
        assert {key: ends.run(key).value for key in ends.due()} == {KEY: "final"}
        assert ends.due() == []
    file = tmp_path / "copy.json"
    file.write_text(json.dumps(copied))
    words = [sys.executable, "-m", "tests.apps.ending_child", str(world.workspace.path), str(key_file.path)]
    done = subprocess.run([*words, "open", str(file)], cwd=ROOT, capture_output=True, check=True, timeout=120)
    assert json.loads(done.stdout) == [False]
    world.workspace.checkpoint()
    document = orjson.dumps(issued(world.workspace, KEY))
    found = certificate.check(document, key=None, formats=(certificate.APPS,))
    assert (found.key, found.state) == (KEY, "final")


def test_a_month_that_is_not_over_keeps_its_key(world: World) -> None:
    """Forgotten early, the scan is gone and the key is on the daily list when its time has come, once."""
    keep(world, "a.example")
    keep(world, "b.example")
    world.clock.advance(timedelta(days=10))
    keep(world, "b.example")
    assert AppScans(world.workspace).forget(BEFORE, by=world["tanto"]) == 2
    assert list(AppKeys(world.workspace, None, by=None).plan()) == []
    world.clock.advance(timedelta(days=LATER))
    assert [each.state for each in AppKeys(world.workspace, None, by=None).plan()] == [State.PLANNED]
    assert [(each.what, each.state) for each in ran(world.workspace)] == [("destroyed", State.DONE)]
    assert ran(world.workspace) == []


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyFile]:
    """A desk with something to forget."""
    root = tmp_path_factory.mktemp("ending")
    world = made_world(root)
    with world.workspace:
        filled(world)
    return root / "w", KeyFile(root / "w.key")


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_commit(prepared: tuple[Path, KeyFile], tmp_path: Path, when: str) -> None:
    """kill -9 at each commit, each run on a copy of its own: the next run finishes, the key is destroyed once and
    certified once, and the ledger holds."""
    count = 0
    while True:
        count += 1
        path = tmp_path / f"{when}-{count}"
        shutil.copytree(prepared[0], path)
        words = [sys.executable, "-m", "tests.apps.ending_child", str(path), str(prepared[1].path), str(LATER)]
        done = subprocess.run([*words, when, str(count)], cwd=ROOT, capture_output=True, timeout=120, check=False)
        assert done.returncode in (-9, 0), done.stderr.decode()
        clock = FixedClock(NOW + timedelta(days=LATER))
        with Workspace.open(path, mode="write", keyring=prepared[1], clock=clock) as workspace:
            ran(workspace)
            assert ran(workspace) == []
            assert [one.name for one in workspace.keyring.destructions()] == [KEY]
            assert len(AppScans(workspace).history("架空")) == 1
            workspace.checkpoint()
            assert verify_ledger(
                workspace.ledger_directory, public_key=workspace.ledger_public_key, origin=workspace.origin
            ).holds
            assert certificate.check(orjson.dumps(issued(workspace, KEY)), key=None).state == "final"
        if done.returncode == 0:
            break
    assert count > 3
