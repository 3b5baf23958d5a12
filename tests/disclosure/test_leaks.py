"""Leaks: three separate reports with their own terms, filled in, printed, recorded as submitted by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import orjson
import pytest
from sqlalchemy import select

from sekisho.access.errors import ProofTooWeak, ScopeMissing
from sekisho.clock import JAPAN
from sekisho.destruction import certificate
from sekisho.destruction.probing import SubprocessProber
from sekisho.disclosure.closing import issued
from sekisho.disclosure.due import disclosure_tasks
from sekisho.disclosure.leak_report import CATEGORIES, FIELDS, Category, LeakField, LeakReport, LeakStanding, Stage
from sekisho.disclosure.leaks import Leaks, kept_until
from sekisho.disclosure.papers.printing import text_of
from sekisho.disclosure.reports import leak_paper
from sekisho.disclosure.reports.errors import (
    LeakIncomplete,
    LeakMoved,
    LeakRefused,
    LeakState,
    NoSuchReport,
    SameOfficer,
)
from sekisho.disclosure.tables import disclosure_leak
from sekisho.keys import KeyFile
from sekisho.keys.errors import KeyDestroyed
from tests.disclosure.world import Desk

NOTICED = datetime(2026, 11, 20, 9, 30, tzinfo=JAPAN)
TODAY = date(2026, 11, 23)
FIRST = {"company": "関所通信株式会社", "registration": "登録番号 第999号", "summary": "11月19日に誤送信、20日に発覚"}
ALL = {one.value: f"{title.ja}の記載" for one, title in FIELDS.items()}
EVERY = frozenset(Category)


def opened(
    desk: Desk, *categories: Category, malice: bool = False, fields: Mapping[str, str] = FIRST
) -> tuple[LeakReport, ...]:
    """An incident that the privacy officer took down."""
    found = frozenset(categories) or EVERY
    return Leaks(desk.workspace).open(NOTICED, found, fields, malice=malice, by=desk["hogo"])


def test_each_category_has_its_own_report_and_terms(desk: Desk) -> None:
    """Secrecy and user information: promptly and in thirty days; personal data: five and thirty; each by itself."""
    made = opened(desk)
    assert [one.category for one in made] == [Category.SECRECY, Category.USERS, Category.PERSONAL]
    assert len({one.incident for one in made}) == 1
    leaks = Leaks(desk.workspace)
    terms = {one.category: [(t.kind, str(t.due_on)) for t in leaks.deadlines(one.id, by=desk["hogo"])] for one in made}
    secrecy = [("secrecy_leak_first", "2026-11-22"), ("secrecy_leak_details", "2026-12-21")]
    assert terms[Category.SECRECY] == terms[Category.USERS] == secrecy
    assert terms[Category.PERSONAL] == [("personal_leak_first", "2026-11-24"), ("personal_leak_final", "2026-12-21")]
    (malicious,) = opened(desk, Category.PERSONAL, malice=True)
    assert leaks.deadlines(malicious.id, by=desk["hogo"])[1].kind == "personal_leak_final_malice"


def test_from_the_first_report_to_the_details(desk: Desk) -> None:
    """The first report goes with what is known; the details need all ten fields; each ends its own term only."""
    leaks = Leaks(desk.workspace)
    made = opened(desk)
    one = made[0].id
    with pytest.raises(LeakIncomplete) as caught:
        leaks.submitted(one, Stage.DETAILS, on=TODAY, office="関東総合通信局", by=desk["hogo"])
    assert caught.value.fields["missing"] == [
        "content", "subjects", "cause", "damage", "publication", "response", "prevention",
    ]  # fmt: skip
    first = leaks.submitted(one, Stage.FIRST, on=TODAY, office="関東総合通信局", reference="電話", by=desk["hogo"])
    again = leaks.submitted(one, Stage.FIRST, on=TODAY, office="関東総合通信局", reference="電話", by=desk["hogo"])
    assert first == again
    assert first.state is LeakStanding.FIRST_REPORTED
    states = {t.kind: t.state for t in leaks.deadlines(one, by=desk["hogo"])}
    assert states == {"secrecy_leak_first": "done", "secrecy_leak_details": "open"}
    assert {t.state for t in leaks.deadlines(made[1].id, by=desk["hogo"])} == {"open"}
    leaks.fill(one, ALL, by=desk["hogo"])
    done = leaks.submitted(one, Stage.DETAILS, on=TODAY, office="関東総合通信局", by=desk["hogo"])
    assert (done.state, len(done.filed)) == (LeakStanding.REPORTED, 2)
    with pytest.raises(LeakState):
        leaks.fill(one, {"cause": "別の原因"}, by=desk["hogo"])
    with pytest.raises(LeakState):
        leaks.submitted(one, Stage.FIRST, on=TODAY, office="別の局", by=desk["hogo"])
    assert leaks.find(made[1].id, by=desk["kansa"]).state is LeakStanding.OPEN


def test_that_none_is_needed_takes_two_people(desk: Desk) -> None:
    """Whoever opened it can't end it alone; another may, with a reason; then its terms are over."""
    leaks = Leaks(desk.workspace)
    one = opened(desk, Category.PERSONAL)[0].id
    with pytest.raises(SameOfficer):
        leaks.not_needed(one, "個人データではない", by=desk["hogo"])
    with pytest.raises(LeakRefused):
        leaks.not_needed(one, " ", by=desk["kakunin"])
    found = leaks.not_needed(one, "暗号化されており対象外", by=desk["kakunin"])
    assert (found.state, found.why_not) == (LeakStanding.NOT_NEEDED, "暗号化されており対象外")
    assert {t.state for t in leaks.deadlines(one, by=desk["hogo"])} == {"cancelled"}
    with pytest.raises(LeakState):
        leaks.submitted(one, Stage.FIRST, on=TODAY, office="委員会", by=desk["hogo"])


def test_who_may_do_what(desk: Desk) -> None:
    """The privacy officer writes, auditors read, nobody else sees that there is one; submitting shows a token."""
    leaks = Leaks(desk.workspace)
    one = opened(desk)[0].id
    for name in ("uketsuke", "kensaku", "kaiji", "madoguchi", "bengoshi"):
        with pytest.raises(ScopeMissing):
            leaks.find(one, by=desk[name])
        with pytest.raises(ScopeMissing):
            leaks.every(by=desk[name])
    with pytest.raises(ScopeMissing):
        leaks.fill(one, ALL, by=desk["kansa"])
    with pytest.raises(ProofTooWeak):
        leaks.submitted(one, Stage.FIRST, on=TODAY, office="局", by=desk.stated("hogo"))
    assert len(leaks.every(by=desk["kansa"])) == 3
    with pytest.raises(NoSuchReport):
        leaks.find("k0-secrecy", by=desk["hogo"])


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"price": "x"}, "price"), ({"cause": "x" * 8_001}, "cause")],
)
def test_what_is_no_field_is_refused(desk: Desk, fields: dict[str, str], field: str) -> None:
    """Only the ten fields, of a bounded length."""
    with pytest.raises(LeakRefused) as caught:
        opened(desk, fields=fields)
    assert caught.value.fields["field"] == field


def test_days_that_cannot_be_are_refused(desk: Desk) -> None:
    """Noticed in the future or without zone; submitted before it was known, or tomorrow; no category."""
    leaks = Leaks(desk.workspace)
    later = desk.clock.now() + timedelta(seconds=1)
    for at, categories in ((later, EVERY), (NOTICED.replace(tzinfo=None), EVERY), (NOTICED, frozenset[Category]())):
        with pytest.raises(LeakRefused):
            leaks.open(at, categories, FIRST, by=desk["hogo"])
    one = opened(desk)[0].id
    for day in (date(2026, 11, 19), date(2026, 11, 24)):
        with pytest.raises(LeakRefused):
            leaks.submitted(one, Stage.FIRST, on=day, office="局", by=desk["hogo"])


def test_of_two_changes_at_once_one_wins(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who filled in fields against an older state is told to look again, and nothing is lost."""
    leaks = Leaks(desk.workspace)
    one = opened(desk)[0].id
    stale = leaks._known(one)
    leaks.fill(one, {"cause": "設定の誤り"}, by=desk["hogo"])
    monkeypatch.setattr(leaks, "_known", lambda _: stale)
    with pytest.raises(LeakMoved):
        leaks.fill(one, {"cause": "不明"}, by=desk["kakunin"])
    assert Leaks(desk.workspace).find(one, by=desk["hogo"]).fields[LeakField.CAUSE] == "設定の誤り"


def test_nothing_of_it_is_in_the_clear(desk: Desk) -> None:
    """What the report says is under the incident's key."""
    opened(desk)
    with desk.workspace.database.read() as connection:
        row = connection.execute(select(disclosure_leak)).first()
    assert row is not None
    assert "関所通信株式会社".encode() not in row.body


def test_the_form_has_the_ten_fields(desk: Desk) -> None:
    """In order, with office, basis and last day; what isn't known reads 調査中 at first and isn't printed at last."""
    one = opened(desk, Category.SECRECY)[0]
    text = text_of(leak_paper.html_of(one, Stage.FIRST, TODAY))
    places = [text.index("".join(title.ja.split())) for title in FIELDS.values()]
    assert places == sorted(places)
    assert len(FIELDS) == 10
    for said in ("関所通信株式会社", "調査中", "第一報", "管轄の総合通信局", "28条1項2号イ", "令和8年11月22日"):
        assert said in text
    with pytest.raises(LeakIncomplete):
        leak_paper.html_of(one, Stage.DETAILS, TODAY)
    assert "関東総合通信局" in text_of(leak_paper.html_of(one, Stage.FIRST, TODAY, office="関東総合通信局"))
    whole = Leaks(desk.workspace).fill(one.id, ALL, by=desk["hogo"])
    details = text_of(leak_paper.html_of(whole, Stage.DETAILS, TODAY))
    assert "調査中" not in details
    assert "令和8年12月21日" in details


def test_the_form_is_escaped_and_the_same_each_time(desk: Desk) -> None:
    """Markup and letters that turn text around are shown as what they are; two PDFs are equal."""
    made = opened(desk, Category.PERSONAL, fields={**FIRST, "summary": "<script>x</script>\u202e逆"})[0]
    html = leak_paper.html_of(made, Stage.FIRST, TODAY)
    assert "<script>" not in html
    assert "〔U+202E〕" in html
    first, second = (leak_paper.pdf(made, Stage.FIRST, TODAY) for _ in range(2))
    assert first.data == second.data
    assert first.data.startswith(b"%PDF-")
    assert first.pages == 1


def test_every_category_is_described() -> None:
    """None lacks an office or a basis."""
    assert set(CATEGORIES) == EVERY
    assert all(one.office.ja and one.source for one in CATEGORIES.values())


def settled(desk: Desk) -> LeakReport:
    """An incident of one category, reported in full today; its report."""
    (made,) = opened(desk, Category.USERS, fields=ALL)
    return Leaks(desk.workspace).submitted(made.id, Stage.DETAILS, on=TODAY, office="総務省", by=desk["hogo"])


def test_reports_end_after_five_years_with_a_certificate(desk: Desk, key_file: KeyFile) -> None:
    """Nothing goes while a report is open or its years run; then `sekisho due` destroys the key, probes and certifies,
    and the others are read on."""
    (still,) = opened(desk, Category.PERSONAL)
    one = settled(desk)
    two = opened(desk, Category.SECRECY, Category.USERS, fields=ALL)
    leaks = Leaks(desk.workspace)
    leaks.submitted(two[0].id, Stage.DETAILS, on=TODAY, office="総務省", by=desk["hogo"])
    key = f"disclosure/{one.incident}"
    desk.clock.advance(datetime(2031, 11, 23, 12, tzinfo=JAPAN) - desk.clock.now())
    with SubprocessProber(desk.workspace.path, key_file) as prober:
        task = next(
            one for one in disclosure_tasks(desk.workspace, prober, by=desk["hogo"]) if one.name == "disclosure-keys"
        )
        assert list(task.run()) == []
        desk.clock.advance(timedelta(days=1))
        assert [(entry.what, entry.fields["key"]) for entry in task.plan()] == [("destroy", key)]
        assert leaks.find(one.id, by=desk["hogo"]) == one
        assert [(entry.what, entry.fields["key"]) for entry in task.run()] == [("destroyed", key)]
    with pytest.raises(KeyDestroyed):
        leaks.find(one.id, by=desk["hogo"])
    assert {report.id for report in leaks.every(by=desk["hogo"])} == {still.id, two[0].id, two[1].id}
    with desk.workspace.database.read() as connection:
        body = select(disclosure_leak.c.body).where(disclosure_leak.c.id == one.id)
        assert connection.execute(body).scalar_one() == b""
    desk.workspace.checkpoint()
    told = certificate.check(orjson.dumps(issued(desk.workspace, key)), key=None, formats=(certificate.DISCLOSURE,))
    assert (told.key, told.said["planned"]["rows"]) == (key, {"disclosure_leak": 1})


def test_no_report_is_kept_longer_for_another_incident(desk: Desk) -> None:
    """Each incident's years run from the end of its own last report, however it ended."""
    leaks = Leaks(desk.workspace)
    (made,) = opened(desk, Category.USERS)
    desk.clock.advance(timedelta(days=2))
    leaks.not_needed(made.id, "宛先の誤りではなかった", by=replace(desk["hogo"], staff_id="hogo2"))
    with desk.workspace.database.read() as connection:
        assert kept_until(connection) == {made.incident: date(2031, 11, 25)}
