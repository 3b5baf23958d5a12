"""What a case held ends with it: working copies at closing, the record after its years, each with a certificate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from sekisho.destruction import certificate
from sekisho.destruction.certificate import DISCLOSURE
from sekisho.destruction.errors import ProbeFailed
from sekisho.destruction.probing import SubprocessProber
from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.closing import Ended, Endings, issued
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.errors import CaseRefused, UnknownCase
from sekisho.disclosure.intake.refused import Came, RefusedIntakes, Via
from sekisho.disclosure.listing import Filters
from sekisho.disclosure.progress import RefusalReason
from sekisho.keys import KeyFile
from sekisho.keys.errors import KeyDestroyed
from tests.disclosure.delivery.made_deliveries import handed
from tests.disclosure.logs_made import searched, store_for
from tests.disclosure.made_cases import item
from tests.disclosure.world import NOW, Desk
from tests.logs.keeping import Unasked
from tests.logs.lookup.made import Store


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs behind the desk."""
    made = store_for(desk, monkeypatch)
    yield made
    made.lookups.close()


def delivered(desk: Desk) -> str:
    """A case that was delivered, with a working copy; its id."""
    found = searched(desk, items=[item(wanted=["log"])])
    desk.service.papers.attach(found.id, "draft", b"secret rows", keep=Keep.WORK, by=desk["kaiji"])
    desk.service.papers.attach(found.id, "image", b"the warrant", keep=Keep.RECORD, by=desk["kaiji"])
    desk.service.deciding.decide(found.id, {1: (Choice.DISCLOSE, "令状どおり")}, by=desk["kaiji"])
    handed(desk, found.id)
    return found.id


def test_closing_ends_the_working_copies_with_a_certificate(desk: Desk, store: Store, key_file: KeyFile) -> None:
    """After closing what was found opens for nobody, shown by another process; the record and its evidence stay."""
    case_id = delivered(desk)
    key = f"disclosure-work/{case_id}"
    with SubprocessProber(desk.workspace.path, key_file) as prober:
        ends = Endings(desk.workspace, prober, by="kaiji")
        assert ends.due() == []
        with pytest.raises(UnknownCase):
            ends.run(key)
        desk.service.close(case_id, "交付済み", by=desk["kaiji"])
        assert ends.due() == [key]
        assert ends.run(key) in (Ended.LIVE, Ended.FINAL)
    with pytest.raises(KeyDestroyed):
        desk.service.deciding.results(case_id, by=desk["kaiji"])
    papers = {one.kind: one for one in desk.service.papers.every(case_id, by=desk["kaiji"])}
    with pytest.raises(KeyDestroyed):
        desk.service.papers.find(case_id, papers["draft"].id, by=desk["kaiji"])
    assert desk.service.papers.find(case_id, papers["image"].id, by=desk["kaiji"])[1] == b"the warrant"
    assert desk.service.deciding.evidence(case_id, by=desk["kansa"])[0]["outcome"] == "unique"
    assert desk.service.timeline(case_id, by=desk["kansa"])[-1].said is not None
    desk.workspace.checkpoint()
    told = certificate.check(orjson.dumps(issued(desk.workspace, key)), key=None, formats=(DISCLOSURE,))
    assert (told.key, told.said["planned"]["rows"]) == (key, {"disclosure_outcome": 1, "disclosure_attachment": 2})


def test_a_run_that_was_killed_goes_on(desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after any step, the next run ends it; the leaves of each step are there once."""
    case_id = delivered(desk)
    desk.service.close(case_id, "交付済み", by=desk["kaiji"])
    key = f"disclosure-work/{case_id}"
    for step in ("_destroy", "_probe", "_certify"):
        with monkeypatch.context() as patch:

            def stop(*_: object) -> None:
                raise ProbeFailed(why="power")

            patch.setattr(Endings, step, stop)
            with pytest.raises(ProbeFailed):
                Endings(desk.workspace, Unasked(desk.workspace.keyring), by="kaiji").run(key)
    assert Endings(desk.workspace, Unasked(desk.workspace.keyring), by="kaiji").run(key) is not Ended.PROBED
    for kind in ("planned", "probed", "certified"):
        assert store.leaves(f"disclosure.destruction_{kind}") == 1
    with pytest.raises(UnknownCase):
        issued(desk.workspace, "disclosure-work/d0")


def months(ends: Endings) -> list[str]:
    """The months' keys whose end was taken as far as it goes."""
    return [key for key, _ in ends.run_all() if key.startswith("disclosure-index/")]


def test_a_month_of_refusals_alone_ends_too(desk: Desk) -> None:
    """No case came of what was refused: its leaves open for the years after the month, and for nobody afterwards."""
    refused, came = RefusedIntakes(desk.workspace), Came.of(Via.INSIDE, "json", b"{}")
    leaf = refused.note(CaseRefused(field="type", problem="one"), came, by=desk["uketsuke"])
    ends = Endings(desk.workspace, Unasked(desk.workspace.keyring), by="kakunin")
    desk.clock.advance(datetime(2031, 11, 30, 14, 59, tzinfo=UTC) - NOW)
    assert ends.due() == []
    assert [one.leaf for one in refused.every(by=desk["kansa"])] == [leaf]
    desk.clock.advance(timedelta(minutes=1))
    assert months(ends) == ["disclosure-index/2026-11"]
    assert refused.every(by=desk["kansa"]) == []


def test_the_record_ends_after_its_years_and_the_index_with_the_last(desk: Desk) -> None:
    """Five years after closing the record goes, then the month's index; what stays tells of nobody."""
    made = desk.received()
    desk.service.refuse(made.id, RefusalReason.NOT_AUTHENTIC, "偽造", by=desk["kakunin"])
    desk.service.close(made.id, "拒否", by=desk["kakunin"])
    ends = Endings(desk.workspace, Unasked(desk.workspace.keyring), by="kakunin")
    assert ends.due() == []
    desk.clock.advance(timedelta(days=5 * 365 + 3))
    assert ends.due() == [f"disclosure/{made.id}"]
    assert [key for key, _ in ends.run_all()] == [f"disclosure/{made.id}"]
    assert months(ends) == []
    desk.clock.advance(timedelta(days=6))
    assert months(ends) == ["disclosure-index/2026-11"]
    left = desk.service.find(made.id, by=desk["kansa"])
    assert left.case is None
    assert left.type.value == "search_seizure"
    assert [one.event for one in desk.service.timeline(made.id, by=desk["kansa"])][1] == "refuse.not_authentic"
    assert desk.service.count(Filters(number="令和8年（る）第1号"), by=desk["kansa"]) == 0
