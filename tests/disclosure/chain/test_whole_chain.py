"""From a post to a subscriber through two instances over HTTP; and one hop further, to whom a line was sold."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import orjson

from sekisho.disclosure.chain.handover import Paper
from sekisho.disclosure.deciding import Choice
from sekisho.disclosure.progress import State
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.rows import Known
from sekisho.logs.service import LogService
from tests.disclosure.agency.conftest import look
from tests.disclosure.chain.conftest import ORDER_FACTS, TODAY, Chain, introduce, provider
from tests.disclosure.made_cases import item
from tests.logs.lookup.made import Row


def test_from_a_post_to_the_subscriber(chain: Chain) -> None:
    """The applicant is told a name; the items go to the access provider alone, which finds just its own subscriber."""
    cp, ap = chain.cp, chain.ap
    case_id = cp.ordered()
    assert cp.outgoing.tell(case_id, by=cp.desk["kaiji"]).state is State.DELIVERED
    (paper,) = cp.desk.service.papers.every(case_id, by=cp.desk["kaiji"], kind="next_provider")
    told = cp.desk.service.papers.find(case_id, paper.id, by=cp.desk["kaiji"])[1]
    assert orjson.loads(told)["next"] == [
        {"item": 1, "party": "ap", "name": "ap株式会社", "address": "関所県関所市2"}
    ]
    assert b"203.0.113.5" not in told
    chain.notice(case_id)
    cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])

    (waiting,) = ap.incoming.every(by=ap.desk["uketsuke"])
    assert (waiting.party, waiting.petition, waiting.items) == ("cp", "令和8年（発チ）第3号", 1)
    taken = ap.incoming.open_case(waiting.id, chain.petition(), by=ap.desk["uketsuke"])
    assert taken.letter is None
    opened = ap.desk.service.find(taken.entry.id, by=ap.desk["uketsuke"]).case
    assert opened is not None
    (asked,) = opened.items
    assert (asked.value, asked.port, asked.begin.isoformat()) == ("203.0.113.5", 2000, "2026-11-20T12:00:00+09:00")
    look(ap.desk, taken.entry.id, "order.petition_served", "document.in_writing", "document.addressed_to_us")
    ap.searched(taken.entry.id)
    (result,) = ap.desk.service.deciding.results(taken.entry.id, by=ap.desk["kaiji"])
    assert result.outcome is Outcome.UNIQUE
    assert result.answers[0]["branches"][0]["contractors"][0]["contract"] == "C-1"
    events = [one.event for one in cp.desk.service.timeline(case_id, by=cp.desk["kansa"])]
    assert events[-6:] == ["next_named", "decide", "deliver", "filing_notified", "handover", "forwarded"]


def test_a_line_that_was_sold_is_the_resellers(chain: Chain, tmp_path: Path) -> None:
    """The access provider finds a wholesale contract, names the reseller, and passes on what both call the line."""
    cp, ap = chain.cp, chain.ap
    with ExitStack() as stack:
        mvno = provider(tmp_path / "mvno", "MVNO", stack)
        mvno.store.source("radius", LogKind.AP_AUTH, covers=["100.64.0.0/10"])
        introduce(ap, mvno, "mvno", "ap", contracts=["W-9"])
        introduce(mvno, ap, "ap", "mvno")
        posted = LogService(cp.desk.workspace).source("posts")
        cp.store.put(
            posted, Row("12:00:00", "12:00:00.000001", subject="user-2", ports=(3000, 3000), end_known=Known.NOT_LOGGED)
        )
        case_id = cp.ordered(items=[item(kind="line", value="user-2", port=None, wanted=["log"])])
        cp.outgoing.tell(case_id, by=cp.desk["kaiji"])
        chain.notice(case_id)
        cp.outgoing.forward(case_id, "ap", by=cp.desk["kaiji"])
        (waiting,) = ap.incoming.every(by=ap.desk["uketsuke"])
        paper = chain.petition("identification_order", wanted=["civil.5", "civil.8", "civil.14"])
        middle = ap.incoming.open_case(waiting.id, paper, by=ap.desk["uketsuke"]).entry.id
        look(ap.desk, middle, *ORDER_FACTS)
        ap.searched(middle)
        (named,) = ap.outgoing.name(middle, by=ap.desk["kaiji"])
        assert (named.party, named.name) == ("mvno", "mvno株式会社")
        ap.desk.service.deciding.decide(middle, {1: (Choice.FORWARD, "卸先")}, by=ap.desk["kaiji"])
        ap.outgoing.tell(middle, by=ap.desk["kaiji"])
        further = Paper("関所地方裁判所", "令和8年（発チ）第4号", TODAY)
        ap.outgoing.notified(middle, "mvno", further, on=TODAY, document=b"n", by=ap.desk["uketsuke"])
        ap.outgoing.forward(middle, "mvno", by=ap.desk["kaiji"])

        (last,) = mvno.incoming.every(by=mvno.desk["uketsuke"])
        opened = mvno.incoming.open_case(
            last.id, chain.petition(number=further.number), by=mvno.desk["uketsuke"]
        ).entry.id
        case = mvno.desk.service.find(opened, by=mvno.desk["uketsuke"]).case
        assert case is not None
        assert [(one.kind.value, one.value, one.port) for one in case.items] == [("line", "line-9", None)]
