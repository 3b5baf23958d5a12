"""Scans in a workspace: kept encrypted, compared, scanned again on their day, and gone with their key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from sekisho.access.errors import ScopeMissing
from sekisho.apps.changes import ChangeKind
from sekisho.apps.collector import Collected, Plan
from sekisho.apps.collector.errors import BrowserMissing
from sekisho.apps.ending import endings
from sekisho.apps.errors import ScanRefused, UnknownScan
from sekisho.apps.evidence import Consent, Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.facts_of import Material
from sekisho.apps.law.questions import Answer, Answers
from sekisho.apps.scan import Scan, scan
from sekisho.apps.schedule import AppTask, Schedules
from sekisho.apps.service import AppScans
from sekisho.apps.traffic import Request
from sekisho.apps.visiting import SimulatedBrowser, Site, WebPages
from sekisho.due import State
from tests.stops.world import World, made_world

HOME = "https://shop.example/"
TYPED = "taro.kaku.0412@mail.example.jp"


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> Iterator[World]:
    made = made_world(tmp_path)
    with made.workspace:
        yield made


def scanned(*hosts: str, words: str = "") -> Scan:
    """A scan in which these hosts were sent to."""
    pieces = tuple(Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host=host, words=words) for host in hosts)
    read = Reading(target=Target(name="a.har", sha256="00", kind=TargetKind.HAR), pieces=pieces)
    return scan(Material(service="架空", readings=(read,)), answers=Answers(), on=date(2026, 11, 24))


def request(host: str) -> Request:
    """A request of the site."""
    return Request(number=1, url=f"https://{host}/", host=host, consent=Consent.BEFORE, page=HOME)


def test_what_was_recorded_is_not_in_the_database_in_the_clear(world: World) -> None:
    """A document opens with the month's key alone; the ledger has its hash, services and companies, no page's words."""
    scans = AppScans(world.workspace)
    stored, found = scans.keep(scanned("a.example", words=TYPED), by=world["tanto"])
    assert found == ()
    assert TYPED in str(scans.find(stored.id)[1])
    files = [path for path in world.workspace.path.rglob("*") if path.is_file()]
    assert not any(TYPED.encode() in path.read_bytes() for path in files)
    (leaf,) = world.leaves("apps.scan")
    assert (leaf["sha256"], leaf["recipients"], leaf["by"]) == (stored.digest, 1, "tanto")


def test_who_is_new_is_an_event_of_its_own(world: World) -> None:
    """The second scan is compared with the first; a new recipient has a leaf and a row."""
    scans = AppScans(world.workspace)
    scans.keep(scanned("a.example"), by=world["tanto"])
    stored, found = scans.keep(scanned("a.example", "b.example"), by=world["madoguchi"])
    assert [(each.kind, each.recipient) for each in found] == [(ChangeKind.NEW_RECIPIENT, "b.example")]
    assert scans.changed(stored.id) == ({"kind": "new_recipient", "recipient": "b.example", "what": ""},)
    (leaf,) = world.leaves("apps.new_recipient")
    assert leaf["recipients"] == ["b.example"]
    with pytest.raises(ScopeMissing):
        scans.keep(scanned("a.example"), by=world["hogo"])


def test_old_scans_go_with_their_key(world: World) -> None:
    """What was forgotten is gone at once; the month's key ends when nothing is left under it; the last scan stays."""
    scans = AppScans(world.workspace)
    old, _ = scans.keep(scanned("a.example"), by=world["tanto"])
    world.clock.advance(timedelta(days=40))
    last, _ = scans.keep(scanned("a.example"), by=world["tanto"])
    assert scans.forget(date(2027, 6, 1), by=world["tanto"]) == 1
    assert endings(world.workspace, None, by="").due() == ["apps/2026-11"]
    with pytest.raises(UnknownScan):
        scans.find(old.id)
    assert [each.id for each in scans.history("架空")] == [last.id]


def test_answers_are_somebodys(world: World) -> None:
    """The latest answer counts, under the name of who entered it, whatever name stands in it."""
    scans = AppScans(world.workspace)
    first = Answer(question="change_control", value="no", who="x", on=date(2026, 11, 20))
    scans.answer("架空", [first, replace(first, value="yes", on=date(2026, 11, 21))], by=world["tanto"])
    found = scans.answers("架空").of("change_control", on=date(2026, 11, 24))
    assert found is not None
    assert (found.value, found.who) == ("yes", "tanto")
    with pytest.raises(ScopeMissing):
        scans.answer("架空", [first], by=world["madoguchi"])


def test_a_site_is_scanned_again_on_its_day(world: World) -> None:
    """Once for each period; a recipient that is new waits for somebody, late from the first moment."""
    scans, browser = AppScans(world.workspace), SimulatedBrowser({HOME: Site(requests=(request("a.vendor.example"),))})
    schedules = Schedules(scans, collector=browser, pages=WebPages())
    schedules.set("架空", [HOME], every_days=7, by=world["tanto"])
    assert [each.state for each in AppTask(schedules, by=None).plan()] == [State.PLANNED]
    assert [each.what for each in AppTask(schedules, by=world["tanto"]).run()] == ["scan"]
    assert list(AppTask(schedules, by=world["tanto"]).run()) == []
    world.clock.advance(timedelta(days=7))
    more = SimulatedBrowser({HOME: Site(requests=(request("a.vendor.example"), request("b.other.example")))})
    again = Schedules(scans, collector=more, pages=WebPages())
    told = list(AppTask(again, by=world["tanto"]).run())
    assert [(each.what, each.state) for each in told] == [("scan", State.DONE), ("new_recipient", State.OVERDUE)]
    schedules.stop("架空", by=world["tanto"])
    assert schedules.every() == ()


class NoBrowser:
    """A machine without a browser."""

    def visit(self, plan: Plan) -> Collected:
        """There is nothing to visit with."""
        raise BrowserMissing(path=str(plan.chromium), detail="none")


def test_a_site_that_could_not_be_visited_keeps_its_day(world: World) -> None:
    """Without a browser nothing is kept, the failure is told, and the site is due still."""
    scans = AppScans(world.workspace)
    schedules = Schedules(scans, collector=NoBrowser(), pages=WebPages())
    schedules.set("架空", [HOME], every_days=7, by=world["tanto"])
    assert [each.state for each in AppTask(schedules, by=world["tanto"]).run()] == [State.FAILED]
    assert scans.history() == ()
    assert len(schedules.due()) == 1


@pytest.mark.parametrize(
    ("targets", "every"), [(["a.har"], 7), ([HOME], 0), ([HOME], 400), ([], 7), ([HOME, HOME], 7), ([HOME] * 200, 7)]
)
def test_what_cannot_be_scheduled(world: World, targets: list[str], every: int) -> None:
    """A file, no site, one twice, too often or too seldom."""
    schedules = Schedules(AppScans(world.workspace), collector=NoBrowser(), pages=WebPages())
    with pytest.raises(ScanRefused):
        schedules.set("架空", targets, every_days=every, by=world["tanto"])
