"""From a post to a subscriber through two instances over HTTP; and one hop further, to whom a line was sold."""

from __future__ import annotations

import orjson

from sekisho.disclosure.progress import State
from sekisho.logs.lookup.answer import Outcome
from tests.disclosure.chain.conftest import Chain


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
    ap.searched(taken.entry.id)
    (result,) = ap.desk.service.deciding.results(taken.entry.id, by=ap.desk["kaiji"])
    assert result.outcome is Outcome.UNIQUE
    assert result.answers[0]["branches"][0]["contractors"][0]["contract"] == "C-1"
    events = [one.event for one in cp.desk.service.timeline(case_id, by=cp.desk["kansa"])]
    assert events[-6:] == ["next_named", "decide", "deliver", "filing_notified", "handover", "forwarded"]
