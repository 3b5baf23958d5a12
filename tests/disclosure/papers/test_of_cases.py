"""Papers printed from a case as it stands: every kind that the command offers, and the four of later steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from sekisho.cli.disclosure_print import PRINTABLE, Asked, made
from sekisho.cli.errors import Usage
from sekisho.disclosure.attaching import add_link
from sekisho.disclosure.desk_settings import DeskSettings, Setting
from sekisho.disclosure.hearing.errors import NobodyToTell
from sekisho.disclosure.hearing.record import Answer, Channel
from sekisho.disclosure.papers.errors import PaperRefused
from sekisho.disclosure.papers.forms import FORMS
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.papers.printing import print_paper
from tests.disclosure.agency.conftest import ADMIN
from tests.disclosure.chain.conftest import OFFICE, Chain, chain
from tests.disclosure.claims_made import CLAIM, SENDER, claimed, ordered, with_register
from tests.disclosure.conftest import clock, desk, key_file, workspace
from tests.disclosure.logs_made import store_for
from tests.disclosure.made_cases import item
from tests.disclosure.test_holding import preservation
from tests.disclosure.world import Desk
from tests.logs.lookup.made import Store

__all__ = ["chain", "clock", "desk", "key_file", "workspace"]
TODAY = date(2026, 11, 23)
NAMED = "令和8年（発チ）第1号"


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Logs, a register and the operator's name behind the desk."""
    found = store_for(desk, monkeypatch)
    with_register(desk)
    DeskSettings(desk.workspace).make(Setting.OFFICE, OFFICE, by=ADMIN)
    yield found
    found.lookups.close()


def printed(desk: Desk, case_id: str, kind: PaperKind, *, by: str = "kaiji", **more: Any) -> str:
    """The text of a case's paper, from its PDF, without spaces."""
    asked = Asked(**{"office": None, "number": "開示-8-40", "dated": TODAY, **more})
    done = print_paper(made(desk.workspace, case_id, kind, asked, by=desk[by]))
    text = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(done.pdf)).pages).split())
    assert str(OFFICE["name"]) in text
    assert f"1/{done.pages}頁" in text
    return text


def test_every_kind_can_be_printed() -> None:
    """The command offers each kind of paper that there is but the empty forms, which have a command of their own."""
    assert set(PRINTABLE) | set(FORMS) == set(PaperKind)


def test_an_extension(desk: Desk, store: Store) -> None:
    """Both last days, the first and all days of the holds that were extended; before it there is no such paper."""
    del store
    quiet = "2026-11-18T12:00:00+09:00"
    about = [item(wanted=["log"], begin=quiet, end=quiet)]
    first = preservation(desk, items=about)
    desk.service.holding.hold(first.id, by=desk["kensaku"])
    asked = preservation(desk, type="preservation_extension", items=about)
    until = date(2027, 1, 22)
    desk.service.holding.extend(asked.id, first.id, until=until, why="解析中", by=desk["kensaku"])
    text = printed(desk, asked.id, PaperKind.HOLD_EXTENSION, by="kensaku")
    days = ("令和8年11月23日", "令和8年12月23日まで", "令和9年1月22日まで", "60日")
    for words in (*days, "この日時の記録は残っていません"):
        assert words in text, words
    with pytest.raises(PaperRefused):
        printed(desk, first.id, PaperKind.HOLD_EXTENSION, by="kensaku")


def opposed(desk: Desk, case_id: str) -> None:
    """Asked, and against it."""
    hearings = desk.service.hearings
    hearings.draft(case_id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    hearings.sent(case_id, 1, channel=Channel.POST, on=TODAY, by=desk["kaiji"])
    hearings.answer(case_id, 1, Answer.OPPOSES, on=TODAY, how="回答書", reasons="事実です", by=desk["uketsuke"])


def test_the_sheet_for_an_answer(desk: Desk, store: Store) -> None:
    """It goes out with the letter: to the operator, with the letter's number, day, term, and the sender's name alone of
    what is known of them."""
    del store
    found = claimed(desk)
    desk.service.hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    text = printed(desk, found.id, PaperKind.OPINION_ANSWER, inquiry=1)
    ticks = ("同意します", "同意しません")
    for words in (*ticks, "開示-8-40により照会", "2週間以内", "架空七海", "関所掲示板株式会社御中"):
        assert words in text, words
    for words in ("203.0.113.5", "霞7-7", "請求花子", "名誉権"):
        assert words not in text, words
    with pytest.raises(Usage):
        printed(desk, found.id, PaperKind.OPINION_ANSWER)


def test_notice_to_whoever_opposed(desk: Desk, store: Store) -> None:
    """The court, its order, both days and the sender's own item; nobody who didn't oppose gets one."""
    del store
    found = ordered(desk, requester={"kind": "court", "name": "関所地方裁判所"})
    with pytest.raises(Usage):
        printed(desk, found.id, PaperKind.SENDER_NOTICE)
    opposed(desk, found.id)
    text = printed(desk, found.id, PaperKind.SENDER_NOTICE, objector="1")
    for words in ("架空七海様", "霞7-7", "関所地方裁判所", NAMED, "第6条第2項", "令和8年11月23日", "203.0.113.5"):
        assert words in text, words
    for wrong in ("x/1", "1/1", "-", "d0123456789abcdef/1"):
        with pytest.raises(NobodyToTell):
            printed(desk, found.id, PaperKind.SENDER_NOTICE, objector=wrong)


def test_notice_to_whoever_opposed_before(desk: Desk, store: Store) -> None:
    """Who opposed the claim out of court is told of the order by the claim's letter, about the order's own items."""
    del store
    first = claimed(desk)
    opposed(desk, first.id)
    other = "2026-11-20T11:30:00+09:00"
    items = [item(wanted=["civil.1"], begin=other, end=other), item(2, wanted=["civil.1", "civil.2"])]
    order = ordered(desk, requester={"kind": "court", "name": "関所地方裁判所"}, items=items)

    def tie(connection: Any) -> None:
        add_link(connection, order.id, "parent", first.id, at=desk.clock.now(), by="kaiji")

    desk.workspace.commit(tie)
    (who,) = desk.service.hearings.untold(order.id, by=desk["kaiji"])
    text = printed(desk, order.id, PaperKind.SENDER_NOTICE, objector=who)
    assert "架空七海様" in text
    assert "12時00分" in text
    assert "11時30分" not in text


def test_the_next_provider_is_told_on_paper(chain: Chain) -> None:
    """What was sent in stage 1 is a paper too: the applicant, name and address by item, the last day, and nothing of
    what was found; printing it before or afterwards says the same."""
    cp = chain.cp
    case_id = cp.ordered()
    before = printed(cp.desk, case_id, PaperKind.NEXT_PROVIDER, number=case_id)
    cp.outgoing.tell(case_id, by=cp.desk["kaiji"])
    (kept,) = cp.desk.service.papers.every(case_id, by=cp.desk["kaiji"], kind="next_provider_paper")
    data = cp.desk.service.papers.find(case_id, kept.id, by=cp.desk["kaiji"])[1]
    sent = "".join("".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())
    assert sent == before == printed(cp.desk, case_id, PaperKind.NEXT_PROVIDER, number=case_id)
    assert "関所地方裁判所の提供命令の申立人様" in sent
    assert "関所地方裁判所御中" not in sent
    for words in ("ap株式会社", "関所県関所市2", "令和9年1月25日まで", "関所地方裁判所", "第15条", case_id):
        assert words in sent, words
    assert "203.0.113" not in sent
    cp.desk.clock.advance(timedelta(days=1))
    cp.outgoing.tell(case_id, by=cp.desk["kaiji"])
    assert len(cp.desk.service.papers.every(case_id, by=cp.desk["kaiji"], kind="next_provider_paper")) == 1


def test_the_name_on_papers_is_an_option_or_a_setting(desk: Desk, store: Store, tmp_path: Path) -> None:
    """A file goes before the settings."""
    del store
    file = tmp_path / "office.json"
    file.write_text(json.dumps({**OFFICE, "desk": "別の窓口"}), encoding="utf-8")
    found = claimed(desk)
    desk.service.hearings.draft(found.id, (1,), SENDER, CLAIM, by=desk["kaiji"])
    assert "別の窓口" in printed(desk, found.id, PaperKind.OPINION_INQUIRY, inquiry=1, office=str(file))
    assert "別の窓口" not in printed(desk, found.id, PaperKind.OPINION_INQUIRY, inquiry=1)
