"""What a name in a notice may mean, and which names nobody has any more."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.apps.evidence import Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.flows import flows_of
from sekisho.apps.law.facts import Known, Notice, NoticeRow, Stated
from sekisho.apps.recipients import Confidence, shipped
from sekisho.apps.reconcile.meeting import with_candidates
from sekisho.apps.reconcile.names import Names, read_renamed, shipped_names
from sekisho.apps.reconcile.reconcile import reconcile
from sekisho.apps.reconcile.verdicts import Reason, Verdict
from sekisho.rulebook.errors import RulebookRefused


def test_a_renamed_company_means_services_of_the_present_one() -> None:
    """The old name of a merged company finds the services of the company it became, with day and source."""
    names = shipped_names()
    assert "yahoo-japan-ads" in names.services("ヤフー㈱")
    assert "line-tag" in names.services("ＬＩＮＥ株式会社")
    former = names.former("LINE 株式会社")
    assert former is not None
    assert (former.now, former.until) == ("LINEヤフー株式会社", date(2023, 9, 30))
    assert former.confidence is Confidence.CONFIRMED
    assert former.source.startswith("https://")


def test_former_names_of_the_knowledge_base_are_known_too() -> None:
    """A service's own former name is told with its row's source; a present or unknown name is no former one."""
    names = shipped_names()
    former = names.former("うごくひと")
    assert former is not None
    assert former.source
    assert names.former("LINEヤフー株式会社") is None
    assert names.former("株式会社はちどり広告社") is None


def test_chains_end() -> None:
    """A company that was renamed twice is followed; two names that point at each other don't go round for ever."""
    text = """renamed:
  - {former: 甲社, now: 乙社, source: made up, date: 2026-11-24, confidence: unconfirmed}
  - {former: 乙社, now: User Insight, source: made up, date: 2026-11-24, confidence: unconfirmed}
  - {former: 丙社, now: 丁社, source: made up, date: 2026-11-24, confidence: unconfirmed}
  - {former: 丁社, now: 丙社, source: made up, date: 2026-11-24, confidence: unconfirmed}
"""
    names = Names(shipped(), read_renamed(text, "made-up.yaml"))
    assert names.services("甲社")
    assert names.services("丙社") == frozenset()


def test_a_faulty_table_is_refused() -> None:
    """A row without a source is no row."""
    with pytest.raises(RulebookRefused):
        read_renamed("renamed:\n  - {former: 甲, now: 乙, date: 2026-11-24, confidence: confirmed}\n", "made-up.yaml")


def _row(recipient: str) -> NoticeRow:
    return NoticeRow(recipient=recipient, handler=Stated.CLEAR, information=frozenset({"cookie_id"}),
                     information_stated=Stated.CLEAR, sender_purpose=Stated.CLEAR,
                     recipient_purpose=Stated.CLEAR)  # fmt: skip


def test_an_old_notice_is_told_the_present_name() -> None:
    """A notice that names the company it was before isn't omitting it: the finding says the former name and since."""
    flows = flows_of([Reading(
        target=Target(name="x.har", sha256="", kind=TargetKind.HAR),
        pieces=(Piece(grade=Grade.OBSERVED, place=Place(path="r 1"), host="tr.line.me", information="cookie_id"),),
    )], shipped(), ())  # fmt: skip
    who = flows[0].key.recipient
    (one,) = reconcile(flows, Known(Notice(rows=(_row("LINE株式会社"),))))
    assert who in shipped_names().services("LINE株式会社")
    assert one.verdict is Verdict.VAGUE
    assert Reason.FORMER_NAME in one.reasons
    assert one.as_document()["renamed"][0]["now"] == "LINEヤフー株式会社"


def test_a_row_on_a_company_serves_those_who_look_by_key() -> None:
    """For checks that look for a row by key alone, a company's row is given for its services that were seen."""
    flows = flows_of([Reading(
        target=Target(name="x.har", sha256="", kind=TargetKind.HAR),
        pieces=(Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host="ui.userlocal.jp"),),
    )], shipped(), ())  # fmt: skip
    notice = with_candidates(Notice(rows=(_row("株式会社ユーザーローカル"),)), flows, shipped_names())
    assert [row.recipient for row in notice.rows] == ["株式会社ユーザーローカル", "user-local"]
