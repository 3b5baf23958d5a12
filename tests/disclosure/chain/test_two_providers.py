"""An order that leads to two providers: each has its own two months, and its own end of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from sekisho.disclosure.chain.errors import NoNotice, OrderLapsed
from sekisho.disclosure.chain.handover import Paper
from sekisho.disclosure.chain.outgoing import Outgoing
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.due import disclosure_tasks
from sekisho.disclosure.service import DisclosureService
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Known
from sekisho.store.migrations.versions import r0024_filing_terms
from tests.disclosure.agency.conftest import ADMIN
from tests.disclosure.chain.conftest import TODAY, Chain
from tests.disclosure.made_cases import item
from tests.logs.lookup.made import Row

OTHER = Paper("関所地方裁判所", "令和8年（発チ）第4号", date(2026, 11, 23))


def told_of_two(chain: Chain) -> str:
    """A case of two posts from two providers' addresses, of which the applicant was told both."""
    cp = chain.cp
    cp.parties.add(
        {"id": "bp", "kind": "provider", "name": "bp株式会社", "address": "関所県関所市3", "key": "aa" * 32,
         "prefixes": ["198.51.100.0/24"]}, by=ADMIN,
    )  # fmt: skip
    posts = cp.store.source("posts2", LogKind.CP_POST)
    cp.store.put(
        posts,
        Row("12:00:00", "12:00:00.000001", subject="user-2", address="198.51.100.7", ports=(2000, 2000),
            end_known=Known.NOT_LOGGED),
    )  # fmt: skip
    wanted: dict[str, Any] = {"kind": "line", "port": None, "wanted": ["log"]}
    items = [item(**wanted, value="user-1"), item(**wanted, value="user-2", number=2)]
    case_id = cp.searched(cp.entered(items=items))
    cp.outgoing.name(case_id, by=cp.desk["kaiji"])
    cp.desk.service.deciding.decide(
        case_id, dict.fromkeys((1, 2), (Choice.FORWARD, "提供命令")), by=cp.desk["kaiji"]
    )
    cp.outgoing.tell(case_id, by=cp.desk["kaiji"])
    return case_id


def terms(chain: Chain, case_id: str) -> dict[str | None, str]:
    """How each provider's term stands."""
    found = chain.cp.desk.service.deadlines(case_id, by=chain.cp.desk["kaiji"])
    return {one.party: one.state for one in found if one.kind == "identification_lapse"}


def daily(chain: Chain) -> list[tuple[str, object]]:
    """A daily run at the content provider: what it tells of these terms, and of whom."""
    task = disclosure_tasks(chain.cp.desk.workspace, None, by=chain.cp.desk["kansa"])[0]
    return [(one.state.value, one.fields.get("party")) for one in task.run() if one.what == "identification_lapse"]


def test_one_is_told_of_in_time_and_the_other_lapses(chain: Chain) -> None:
    """The notice about one ends its term alone; the other's lapses on its day, after a restart too, and nothing is
    passed on to that provider while the first gets what is its own."""
    cp = chain.cp
    case_id = told_of_two(chain)
    assert terms(chain, case_id) == {"ap": "open", "bp": "open"}
    chain.notice(case_id)
    assert terms(chain, case_id) == {"ap": "done", "bp": "open"}
    restarted = Outgoing(DisclosureService(cp.desk.workspace))
    with pytest.raises(NoNotice):
        restarted._petitions.find(case_id, "bp", by=cp.desk["kaiji"])
    for end in (cp, chain.ap):
        end.desk.clock.advance(timedelta(days=80))
    assert daily(chain) == [("done", "bp")]
    assert daily(chain) == []
    assert terms(chain, case_id) == {"ap": "done", "bp": "lapsed"}
    with pytest.raises(OrderLapsed):
        restarted.notified(
            case_id, "bp", OTHER, on=TODAY + timedelta(days=75), document=b"n", by=cp.desk["uketsuke"]
        )
    restarted.forward(case_id, "ap", by=cp.desk["kaiji"])
    (came,) = chain.ap.incoming.every(by=chain.ap.desk["uketsuke"])
    assert came.items == 1
    events = [one.event for one in cp.desk.service.timeline(case_id, by=cp.desk["kansa"])]
    assert (events.count("order_lapsed"), events.count("forwarded")) == (1, 1)


def test_a_notice_entered_late_revives_its_own_provider_alone(chain: Chain) -> None:
    """Both have lapsed; a notice that came in time and is typed in afterwards is about its provider, not the other."""
    cp, case_id = chain.cp, told_of_two(chain)
    cp.desk.clock.advance(timedelta(days=80))
    assert sorted(daily(chain)) == [("done", "ap"), ("done", "bp")]
    chain.notice(case_id)
    assert terms(chain, case_id) == {"ap": "done", "bp": "lapsed"}
    known = cp.desk.service.steps.known(case_id, cp.desk["kaiji"])
    with cp.desk.workspace.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM disclosure_deadline WHERE state = 'open'")).scalar() == 0
    one, two = known.entry.case.items if known.entry.case else ()
    gate = cp.desk.service.gate
    facts = [gate._facts(known, [each], None) for each in (one, two)]
    assert [each.get("order.filing_in_time") for each in facts] == [True, False]
    assert "order.filing_notified" not in facts[1]


def test_terms_of_before_are_parted(chain: Chain) -> None:
    """A case's one term, ended for all by one notice, becomes each provider's: ended for the one, open for the other,
    and the list has the case's first day again."""
    case_id = told_of_two(chain)
    chain.notice(case_id)
    database = chain.cp.desk.workspace.database
    with database.write() as connection:
        connection.execute(text("DELETE FROM disclosure_deadline WHERE party = 'bp'"))
        connection.execute(text("ALTER TABLE disclosure_deadline DROP COLUMN party"))
        connection.execute(text("UPDATE disclosure_case SET due_on = NULL"))
    with database.write() as connection, Operations.context(MigrationContext.configure(connection)):
        r0024_filing_terms.upgrade()
    assert terms(chain, case_id) == {"ap": "done", "bp": "open"}
    found = chain.cp.desk.service.find(case_id, by=chain.cp.desk["kaiji"])
    assert found.due_on is not None
    assert found.due_on >= date(2027, 1, 23)
