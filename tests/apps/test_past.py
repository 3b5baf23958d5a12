"""Sent and told, one before the other, from scan to scan: ETR-17 from what was measured alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sekisho.apps.evidence import Consent, Grade, NotMeasured, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.facts_of import Material
from sekisho.apps.law.facts import Fact, History, Known, Notice, NoticeRow, Stated, Unmeasured
from sekisho.apps.law.questions import Answer, Answers
from sekisho.apps.past import Look, history_of, look_of
from sekisho.apps.scan import Scan, scan
from sekisho.apps.service import AppScans
from tests.stops.world import World, made_world

SHA = "ab" * 32
GA = "google-analytics"
GAP = NotMeasured(place=Place(path="x"), reason="har_cut_off", ja="x", en="x")


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> Iterator[World]:
    made = made_world(tmp_path)
    with made.workspace:
        yield made


def row(recipient: str) -> NoticeRow:
    """A row in clear words."""
    clear = Stated.CLEAR
    return NoticeRow(recipient=recipient, handler=clear, information=frozenset({"cookie_id"}), information_stated=clear,
                     sender_purpose=clear, recipient_purpose=clear)  # fmt: skip


def made(scans: AppScans, *hosts: str, rows: tuple[str, ...] = (), gap: bool = False, whole: bool = True) -> Scan:
    """A scan in which these were sent to beside a notice of these rows, judged with what was kept before."""
    pieces = tuple(Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host=host, information="cookie_id",
                         consent=Consent.BEFORE) for host in ("cdn.karte.io", *hosts))  # fmt: skip
    read = Reading(target=Target(name="a.har", sha256="00", kind=TargetKind.HAR), pieces=pieces,
                   not_measured=(GAP,) if gap else ())  # fmt: skip
    notice = Known(Notice(rows=tuple(map(row, rows)), read_whole=whole, japanese=True))
    material = Material(service="架空", readings=(read,), notice=notice, past=scans.past("架空"))
    on = scans.today()
    answers = Answers([Answer(question="covered", value="yes", who="甲", on=date(2026, 11, 1), evidence=(SHA,)),
                       Answer(question="basis", value="publication", who="甲", on=date(2026, 11, 1))])  # fmt: skip
    return scan(material, answers=answers, on=on)


def told(one: Scan) -> list[str]:
    """Sentences of ETR-17 about Google Analytics."""
    (found,) = [each for each in one.findings if each.item == "ETR-17"]
    return [why.ja for why in found.why if why.ja.startswith("Google")]


def kept(world: World, scans: AppScans, one: Scan) -> None:
    """Keeps it; the next is a week later."""
    scans.keep(one, by=world["tanto"])
    world.clock.advance(timedelta(days=7))


@pytest.mark.parametrize("name", [GA, "Google LLC"])
def test_told_before_it_was_sent(world: World, name: str) -> None:
    """A row on it, or on its company, stood there when the same was looked at and nothing was sent: beforehand."""
    scans = AppScans(world.workspace)
    kept(world, scans, made(scans, rows=("karte", name)))
    one, past = made(scans, "www.google-analytics.com", rows=("karte", name)), scans.past("架空")
    found = history_of(past, look_of(one.flows, one.reconciled, one.readings, one.on, past))
    assert isinstance(found, Known)
    (row_of_ga,) = found.value
    assert row_of_ga.recipient == GA
    assert row_of_ga.first_told is not None
    assert row_of_ga.first_told < row_of_ga.first_sent
    # Of the recipient that was there from the beginning nobody knows, so the item as a whole stays open.
    assert told(one) == []


def test_sent_before_it_was_told(world: World) -> None:
    """A scan saw it sent while the whole notice had no row: told too late, and it stays so."""
    scans = AppScans(world.workspace)
    kept(world, scans, made(scans, "www.google-analytics.com", rows=("karte",)))
    kept(world, scans, made(scans, "www.google-analytics.com", rows=("karte", GA)))
    later = made(scans, "www.google-analytics.com", rows=("karte", GA))
    assert any("より前に送信した" in each for each in told(later))
    (found,) = [each for each in later.findings if each.item == "ETR-17"]
    assert found.verdict.value == "not_compliant"


def test_what_began_unseen_stays_unknown(world: World) -> None:
    """Without an earlier scan, from a scan with a gap, or where both are new at once, which came first isn't said."""
    scans = AppScans(world.workspace)
    first = made(scans, "www.google-analytics.com", rows=("karte", GA))
    (found,) = [each for each in first.findings if each.item == "ETR-17"]
    assert found.verdict.value == "not_measured"
    assert any("前回の計測がなく" in why.ja for why in found.why)
    kept(world, scans, made(scans, rows=("karte",), gap=True))
    kept(world, scans, made(scans, rows=("karte", GA), gap=True))
    for one in (made(scans, "www.google-analytics.com", rows=("karte", GA)),):
        assert any("記録がない" in each for each in told(one))


def test_a_notice_that_was_read_in_part_was_not_silent(world: World) -> None:
    """A row that wasn't found in a part of the notice may have stood in the rest."""
    scans = AppScans(world.workspace)
    kept(world, scans, made(scans, "www.google-analytics.com", rows=("karte",), whole=False))
    assert any("記録がない" in each for each in told(made(scans, "www.google-analytics.com", rows=("karte", GA))))


def test_scans_of_one_day_keep_their_order(world: World) -> None:
    """In the morning it was sent untold, in the afternoon it was told: that is too late."""
    scans = AppScans(world.workspace)
    scans.keep(made(scans, "www.google-analytics.com", rows=("karte",)), by=world["tanto"])
    world.clock.advance(timedelta(hours=2))
    assert any("より前に送信した" in each for each in told(made(scans, "www.google-analytics.com", rows=(GA,))))


def test_histories() -> None:
    """The table: a look is who was sent to, who was told, and what was looked at whole."""
    state = ("har", "before")
    day = AppDay()
    quiet = day(told={"a": True}, whole=True)
    sent = day(sent=("a",), told={"a": True})
    untold = day(sent=("a",), told={"a": False})
    silent = day(whole=True)

    def found(*looks: Look) -> Fact[tuple[History, ...]]:
        return history_of(looks[:-1], looks[-1])

    assert isinstance(found(sent), Unmeasured)
    assert found(quiet, sent) == Known((History(recipient="a", first_sent=sent.at, first_told=quiet.at),))
    assert found(replace(quiet, whole=frozenset()), sent) == Known(())
    assert found(silent, sent) == Known(())
    assert found(untold, untold) == Known((History(recipient="a", first_sent=untold.at, first_told=None),))
    assert found(quiet, replace(sent, told={}), sent) == Known(())
    assert state in quiet.whole


class AppDay:
    """Makes looks, each a day after the one before."""

    def __init__(self) -> None:
        self._at = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self, *, sent: tuple[str, ...] = (), told: dict[str, bool] | None = None, whole: bool = False) -> Look:
        """The next one."""
        self._at += timedelta(days=1)
        state = frozenset({("har", "before")})
        looked = state if whole else frozenset()
        return Look(at=self._at, sent=dict.fromkeys(sent, state), told=told or {}, whole=looked)
