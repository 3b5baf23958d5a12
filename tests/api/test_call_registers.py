"""``/v1/calls`` beyond single entries: agreements by two people, lines, lists, rule sets, bundles; bad calls."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from sekisho.access.roles import Scope
from tests.api.call_desk import HttpCalls, calls_over_http
from tests.calls.desk import NUMBER, CallDesk, manifest
from tests.calls.listing.conftest import desk  # noqa: F401  the fixture of that package
from tests.calls.listing.test_publishing import AGREEMENT, CONSENT
from tests.calls.numbers.test_designations import LIST, as_csv

LINE = "0399998888"
SETTINGS = {"anonymous_calls": {"wish": "label"}}
CALL: dict[str, Any] = {"trunk": "t1", "direction": "domestic", "called": "0398765432", "asserted": NUMBER}


@pytest.fixture(name="http")
def _http(desk: CallDesk) -> Iterator[HttpCalls]:  # noqa: F811  asks for the fixture
    with calls_over_http(desk) as made:
        yield made


def test_agreements_take_two_tokens_of_two_people(http: HttpCalls) -> None:
    """Asked for, approved by somebody else, made, ended. One person stays one with a second token; an approval that is
    used, of another proposal, or of none makes nothing."""
    asked = http.post("tanto", "/agreements", agreements=[AGREEMENT])
    step = f"/proposals/{asked['id']}"
    assert http.refused("tanto", f"{step}/approve") == "scope_missing"
    http.tokens["twice"] = http.token("tanto", Scope.REQUEST)
    assert http.refused("twice", f"{step}/make") in ("approval_not_given", "too_few_approvers")
    assert http.refused("hogo", f"{step}/make") == "scope_missing"
    assert http.ask("tanto", "GET", "/agreements").json()["agreements"] == []
    http.post("hogo", f"{step}/approve")
    http.post("tanto", f"{step}/make")
    assert http.refused("tanto", f"{step}/make") == "call_proposal_decided"
    other = http.post("tanto", "/agreements", agreements=[{**AGREEMENT, "id": "ag-2", "trunk": "t2"}])
    assert http.refused("tanto", f"/proposals/{other['id']}/make") in ("approval_not_given", "too_few_approvers")
    http.post("tanto", f"/proposals/{other['id']}/withdraw")
    assert http.refused("hogo", "/proposals/cp_none/approve") == "unknown_call_proposal"
    end = http.post("tanto", "/agreements/ag-1/end", on="2026-12-01")
    assert (end["kind"], end["on"]) == ("end_agreement", "2026-12-01")
    assert http.refused("tanto", f"/proposals/{end['id']}/make") in ("approval_not_given", "too_few_approvers")
    http.post("hogo", f"/proposals/{end['id']}/approve")
    http.post("tanto", f"/proposals/{end['id']}/make")
    assert http.refused("tanto", "/agreements/ag-1/end", on="tomorrow") == "query_refused"
    found = http.ask("madoguchi", "GET", "/agreements").json()
    assert [(one["id"], one["until"]) for one in found["agreements"]] == [("ag-1", "2026-12-01")]


def test_sent_again_it_is_one(http: HttpCalls) -> None:
    """With the same key the same request is the same proposal, consent and appeal; another body is refused."""
    appeal = {"number": NUMBER, "contact": "架空太郎", "grounds": "誤り"}
    line = {"line": LINE, "settings": SETTINGS, "consent": CONSENT}
    wanted = {"suspicious_calls": {"wish": "label", "consent": "約款"}}
    default = {"settings": wanted, "basis": "包括", "document": "約款"}
    for who, address, body, changed in (
        ("tanto", "/agreements", {"agreements": [AGREEMENT]}, {"agreements": [{**AGREEMENT, "trunk": "t9"}]}),
        ("tanto", "/defaults", default, {**default, "basis": "別の理由"}),
        ("madoguchi", "/lines", line, {**line, "line": "0399997777"}),
        ("madoguchi", "/appeals", appeal, {**appeal, "grounds": "別の理由"}),
    ):
        key = f"k-{address}"
        first = http.post(who, address, key=key, **body)
        assert http.post(who, address, key=key, **body)["id"] == first["id"]
        assert http.refused(who, address, key=key, **changed) == "idempotency_key_reused"
        assert http.post(who, address, key=f"{key}-2", **changed)["id"] != first["id"]
    assert len(http.ask("tanto", "GET", "/appeals").json()["appeals"]) == 2


def test_lines(http: HttpCalls) -> None:
    """Entered with its consent, read by whoever serves it, withdrawn; nobody else reads a line's wishes or list, and a
    consent that was withdrawn isn't brought back by sending the request again."""
    body = {"line": LINE, "settings": SETTINGS, "consent": CONSENT}
    http.post("madoguchi", "/lines", key="k", **body)
    http.post("madoguchi", "/lists/entries", number=NUMBER, action="reject", reason="mine", line=LINE)
    assert http.post("madoguchi", "/lines/find", line=LINE)["list"][0]["first"] == NUMBER
    assert http.refused("hogo", "/lines/find", line=LINE) == "scope_missing"
    shown = http.ask("hogo", "GET", "/lists").text
    assert LINE not in shown
    assert NUMBER not in shown
    http.post("madoguchi", "/lines/end", line=LINE)
    http.post("madoguchi", "/lines", key="k", **body)
    assert http.refused("madoguchi", "/lines/find", line=LINE) == "unknown_call_line"
    assert http.refused("madoguchi", "/lines", **{**body, "consent": {}}) == "call_line_refused"


def test_lists_rules_and_bundles(http: HttpCalls) -> None:
    """A signed list is taken in, published, replayed in vain; a rule set that isn't sound changes nothing; rolled back
    to a former bundle. Who may only read may do none of it."""
    http.desk.register()
    content = b"number,action,reason\n0311112222,label,fraud\n"
    signed = {"manifest": json.loads(manifest(content, version=2)), "content": base64.b64encode(content).decode()}
    assert http.post("tanto", "/lists/imports", **signed)["entries"] == 1
    old = {**signed, "manifest": json.loads(manifest(content, version=1))}
    assert http.refused("tanto", "/lists/imports", **old) == "list_replayed"
    assert http.refused("tanto", "/lists/imports", **{**signed, "content": "!"}) == "query_refused"
    forged = {**signed, "manifest": {**signed["manifest"], "version": 3}}
    assert http.refused("tanto", "/lists/imports", **forged) == "list_not_signed"
    assert http.post("tanto", "/bundles")["current"]["number"] == 1
    assert http.refused("tanto", "/rule-sets", rules="rules: []") == "screening_rules_refused"
    assert http.refused("tanto", "/rule-sets", rules="rules: [") in ("rulebook_refused", "screening_rules_refused")
    http.post("tanto", "/bundles")
    assert http.post("tanto", "/bundles/1/roll-back")["current"]["rolled_back_to"] == 1
    assert http.refused("tanto", "/bundles/99/roll-back") == "unknown_call_bundle"
    assert http.post("tanto", "/rule-sets/end-shadow")["current"]["number"] == 4
    for address, body in (
        ("/lists/imports", signed), ("/bundles", {}), ("/bundles/1/roll-back", {}), ("/rule-sets", {"rules": "x"}),
        ("/rule-sets/end-shadow", {}), ("/agreements", {"agreements": []}), ("/lists/free", {"number": NUMBER}),
    ):  # fmt: skip
        for who in ("madoguchi", "hogo"):
            assert http.refused(who, address, **body) == "scope_missing", address


def test_designations(http: HttpCalls) -> None:
    """MIC's tables are taken in and published in one act; what can't be read changes nothing; a clerk may not."""
    files = {"fixed.csv": base64.b64encode(as_csv(LIST)).decode()}
    assert http.ask("madoguchi", "GET", "/designations").json() == {"held": None}
    made = http.post("tanto", "/designations", files=files, as_of="2026-09-01")
    assert (made["held"]["blocks"], made["held"]["tables"], made["bundle"]["number"]) == (2, ["03"], 1)
    assert "designations.json" in made["bundle"]["files"]
    assert http.refused("tanto", "/designations", files=files, as_of="2026-08-01") == "designations_refused"
    broken: tuple[dict[str, Any], ...] = (
        {"files": {"x": "!"}}, {"files": []}, {"files": {"x": 1}}, {"files": files, "as_of": "soon"}, {"more": 1},
    )  # fmt: skip
    for wrong in broken:
        assert http.refused("tanto", "/designations", **wrong) == "query_refused"
    assert http.refused("madoguchi", "/designations", files=files, as_of="2026-09-01") == "scope_missing"
    assert http.ask("madoguchi", "GET", "/designations").json()["held"] == made["held"]


def test_appeals(http: HttpCalls) -> None:
    """Listed, appealed, freed and published in one act; decided once."""
    http.desk.enter(action="reject")
    http.post("tanto", "/bundles")
    made = http.post("madoguchi", "/appeals", number=NUMBER, contact="架空太郎", grounds="誤り")
    assert http.refused("madoguchi", f"/appeals/{made['id']}/uphold", note="誤登録") == "scope_missing"
    assert http.post("tanto", f"/appeals/{made['id']}/uphold", note="誤登録")["bundle"]["number"] == 2
    assert http.desk.hit(NUMBER) == "pass"
    assert http.refused("tanto", f"/appeals/{made['id']}/reject", note="x") == "call_appeal_decided"


HUGE = "9" * 100_000


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"asserted": "abc12345"}, 200), ({"asserted": "1" * 40}, 200), ({"asserted": "０３１２３４５６７８"}, 200),
        ({"asserted": None}, 200), ({"asserted": NUMBER, "presented": "09012345678", "asserted_others": ["110"]}, 200),
        ({"asserted": "\u0000\u202e"}, 200), ({"called": ""}, 200), ({"asserted": HUGE}, 413),
        ({"diverted_by": ["9" * 300] * 50}, 200), ({"privacy": ["id"] * 51}, 422), ({"asserted": "1" * 301}, 422),
    ],
)  # fmt: skip
def test_bad_calls(http: HttpCalls, changed: dict[str, Any], status: int) -> None:
    """Letters, forty digits, full-width digits, no caller's number, contradicting ones: judged, with a reason. What is
    no call, or far too long, is refused, and nothing that was sent is told back. 110 connects with any of it."""
    http.post("tanto", "/bundles")
    found = http.ask("madoguchi", "POST", "/decisions", json={**CALL, **changed})
    assert found.status_code == status, found.text
    if status == 200:
        assert found.json()["reason"]
        urgent = http.post("madoguchi", "/decisions", **{**CALL, **changed, "called": "110"})
        assert (urgent["outcome"], urgent["reason"]) == ("pass", "emergency_call")
    else:
        assert "9" * 10 not in found.text
