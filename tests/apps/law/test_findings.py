"""What a finding carries besides its verdict: articles with their revision, sentences, thresholds, confirmation."""

from __future__ import annotations

import json
from typing import Any

from sekisho.apps.law.check import check
from sekisho.apps.law.facts import House
from sekisho.apps.law.rules import load_apps
from sekisho.apps.law.verdicts import Finding, LawVerdict, Layer
from sekisho.engine.conclude import Confirmation
from tests.apps.law.situations import TODAY, answers_of, facts_of


def _found(given: dict[str, Any], **more: Any) -> dict[str, Finding]:
    return {one.item: one for one in check(facts_of(given), answers_of(given), on=TODAY, **more)}


def test_a_finding_of_law_names_article_revision_and_text_state() -> None:
    """The Ordinance with the revision that was read; the Act says that none was recorded."""
    found = _found({})
    (article,) = found["ETR-03"].provisions
    assert (article.label.ja, article.text_state) == ("規則22条の2の29第1号", "summary")
    assert article.revision == "360M50001000025_20260810_508M60000008107"
    assert found["ETR-06"].provisions[0].text_state == "unverified"
    assert found["ETR-17"].provisions[0].revision == "未記録"
    assert not any(one.provisions for one in found.values() if one.layer is not Layer.LAW)


def test_a_recipient_left_out_is_named_with_its_place_and_what_to_do() -> None:
    """The sentence names who, the evidence where, the step what."""
    one = _found({"rows": [], "sendings": [{"to": "statco"}]})["ETR-04"]
    assert "statco" in one.why[0].ja
    assert one.evidence[0].path == "request 1"
    assert "statco" in one.next_step[0].ja


def test_a_threshold_says_that_it_is_the_house_s() -> None:
    """Operations and letter size: changed by the house, never turned into a breach of law."""
    given = {"reach": {"home": 3}, "display": {"px": 10}}
    for item in ("ETR-08", "ETR-09"):
        strict = _found(given)[item]
        assert strict.verdict is LawVerdict.TO_CONFIRM
        assert "自社" in strict.why[0].ja
        assert "法令に数値はない" in strict.why[0].ja
    loose = _found(given, house=House(max_clicks=3, min_font_px=10))
    assert loose["ETR-08"].verdict is loose["ETR-09"].verdict is LawVerdict.COMPLIANT


def test_what_is_already_seen_is_told_while_a_person_must_still_say() -> None:
    """With the service's coverage unanswered, a missing recipient is named though nothing is concluded."""
    one = _found({"covered": "unanswered", "rows": []})["ETR-04"]
    assert one.verdict is LawVerdict.TO_CONFIRM
    assert any("adco" in why.ja for why in one.why)
    assert any("covered" in why.ja for why in one.why)


def test_a_way_looked_for_by_words_is_not_a_complete_search() -> None:
    """Where links were followed by their words only, not finding the notice leaves it to a person."""
    import dataclasses

    from sekisho.apps.law.facts import Known, Reach

    facts = dataclasses.replace(facts_of({}), reach=Known((Reach(page="home", clicks=None),)))
    found = {one.item: one for one in check(facts, answers_of({}), on=TODAY)}
    assert found["ETR-09"].verdict is LawVerdict.TO_CONFIRM


def test_unread_texts_hold_conclusions_back_where_the_workspace_asks_for_it() -> None:
    """With confirmation required, law's conclusions wait for it; a confirmed rule concludes again."""
    nothing = Confirmation(required=True, confirmed={})
    held = _found({"rows": []}, confirmation=nothing)
    assert held["ETR-03"].verdict is LawVerdict.TO_CONFIRM
    assert any("rulebook confirm" in step.ja for step in held["ETR-03"].next_step)
    rule = load_apps().rules["apps.requirement.etr-03"]
    read = Confirmation(required=True, confirmed={rule.id: rule.content_hash})
    assert _found({"rows": []}, confirmation=read)["ETR-03"].verdict is LawVerdict.NOT_COMPLIANT


def test_findings_are_documents_in_one_order() -> None:
    """The same facts give the same JSON, item by item in the catalogue's order."""
    given = {"medium": "app", "rows": []}
    once, again = ([one.as_document() for one in check(facts_of(given), answers_of(given), on=TODAY)] for _ in range(2))
    assert json.dumps(once, ensure_ascii=False) == json.dumps(again, ensure_ascii=False)
    assert [one["item"] for one in once][:2] == ["ETR-01", "ETR-02"]
    assert len(once) == 101
