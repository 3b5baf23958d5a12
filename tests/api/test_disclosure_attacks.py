"""The two-person rule and hidden cases, attacked through HTTP in every way that the interface allows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from sekisho.access.errors import RolesConflict
from sekisho.access.roles import Role
from sekisho.api.disclosure_steps import STEPS
from sekisho.logs.lookup.errors import UnknownGrant
from sekisho.logs.lookup.grants import Grants
from tests.api.disclosure_desk import CASES, VIEWS, HttpDesk, a_request, decision, hired, over_http
from tests.disclosure.conftest import clock, desk, key_file, workspace  # noqa: F401  fixtures of that package
from tests.disclosure.logs_made import store_for
from tests.disclosure.made_cases import item
from tests.disclosure.world import STAFF, Desk

SECRET = {"state": "asked"}
NOBODY = "d0123456789abcdef"


@pytest.fixture
def http(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpDesk]:  # noqa: F811  asks for the fixture
    """A desk with logs, over HTTP."""
    store = store_for(desk, monkeypatch)
    with over_http(desk) as made:
        yield made
    store.lookups.close()
    desk.service.searching.close()


BODIES: dict[str, Any] = {
    "next/notified": {"peer": "ap", "court": "東京地裁", "number": "1", "dated": "2026-11-20", "data": "eA=="},
    "next/forward": {"peer": "ap"},
    "corrections": {"name": "document.in_writing", "value": False, "note": "x"},
    "corrections/confirm": {"number": 1},
    "secrecy": {"ground": "document", "note": "x"},
    "secrecy/confirm": {"number": 1},
    "inspection": {"why": "x"},
    "question": {"question": "x"},
    "facts": {"name": "document.in_writing", "value": True, "note": "x"},
    "review": {"note": "x"},
    "refuse": {"reason": "scope_unspecified", "note": "x"},
    "withdraw": {"document": "x"},
    "close": {"note": "x"},
    "members": {"staff_id": "kensaku"},
    "deadlines": {"kind": "house", "started_on": "2026-11-23", "due_on": "2026-11-30"},
    "deadlines/end": {"kind": "house"},
    "decisions": decision(1),
    "hold/extend": {"of": NOBODY, "until": "2026-12-01", "why": "x"},
    "hold/release": {"reason": "withdrawn"},
    "hold/review": {"note": "x"},
    "emergency/call": {"staff_id": "bengoshi"},
    "emergency/approve": {"note": "x"},
    "emergency/review": {"note": "x"},
    "hearing/draft": {
        "items": [1],
        "sender": {"name": "x", "address": "x"},
        "claim": {"claimant": "x", "place": "x", "posted": "x", "right": "x", "reasons": "x"},
    },
    "hearing/sent": {"inquiry": 1, "channel": "post"},
    "hearing/reached": {"inquiry": 1},
    "hearing/extend": {"inquiry": 1, "until": "2026-12-20", "reason": "x"},
    "hearing/answer": {"inquiry": 1, "answer": "agrees", "how": "x"},
    "hearing/unheard": {"items": [1], "why": "unreachable", "reason": "x"},
    "hearing/confirm": {"number": 1},
    "hearing/told": {"objector": "1", "channel": "post", "note": "x"},
    "papers": {"kind": "evidence", "data": "eA=="},
    "packages": {"name": "x", "mode": "paper"},
    "packages/release": {"package": "p0123456789abcdef", "channel": "paper", "how": "x"},
    "packages/again": {"package": "p0123456789abcdef", "channel": "paper", "how": "x"},
    "packages/receipt": {"package": "p0123456789abcdef", "signed_by": "x"},
    "wait": {"note": "x"},
}
"""A body for each step that is well formed."""


def leaves(http: HttpDesk, case: str) -> int:
    """How many steps a case has."""
    return len(http.get("kansa", f"/{case}/timeline")["timeline"])


# --- one person isn't two --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", sorted(set(STAFF) - {"kakunin", "kakunin2"}))
def test_only_a_reviewer_reviews(http: HttpDesk, who: str) -> None:
    """Nobody's token but a reviewer's reviews; whoever took it in has no such scope, and can't come by it."""
    case = http.received()
    before = leaves(http, case)
    assert http.refused(who, f"/{case}/review", {"note": "x"}) in ("scope_missing", "unknown_disclosure_case")
    assert (http.state(case), leaves(http, case)) == ("received", before)


def test_the_roles_of_two_parts_never_meet(http: HttpDesk) -> None:
    """Nobody is given the roles of clerk and reviewer, searcher and releaser, or searcher and approver."""
    for name, roles in (
        ("a", (Role.DISCLOSURE_CLERK, Role.DISCLOSURE_REVIEWER)),
        ("b", (Role.LOG_CUSTODIAN, Role.DISCLOSURE_RELEASER)),
        ("c", (Role.LOG_CUSTODIAN, Role.PRIVACY_OFFICER)),
        ("e", (Role.DISCLOSURE_AUDITOR, Role.DISCLOSURE_RELEASER)),
    ):
        with pytest.raises(RolesConflict):
            hired(http.desk, name, *roles)


def test_a_clerk_who_also_searches_doesnt_search_what_they_took_in(http: HttpDesk) -> None:
    """Two roles that may meet in one person still don't meet in one case."""
    said = http.post("kensaku2", "", {"request": a_request()})
    case = said["case"]["id"]
    for name in ("authenticity.number_confirmed", "authenticity.called_back", "document.in_writing",
                 "document.original_received", "document.addressed_to_us", "document.issued_by_judge"):  # fmt: skip
        http.fact(case, name, who="kensaku2")
    http.post("kakunin", f"/{case}/review", {"note": "原本を確認"})
    assert http.refused("kensaku2", f"/{case}/search/request") == "disclosure_parts_not_apart"
    assert http.refused("kensaku2", f"/{case}/search/run") == "disclosure_parts_not_apart"


def test_who_reviewed_doesnt_release(http: HttpDesk) -> None:
    """A reviewer who is a releaser too decides, packs and hands over in other cases, not in theirs."""
    case = http.received()
    http.checked(case)
    http.post("kakunin2", f"/{case}/review", {"note": "原本を確認"})
    http.post("kensaku", f"/{case}/search/request")
    for who in ("kakunin", "hogo"):
        http.post(who, f"/{case}/search/approve")
    http.post("kensaku", f"/{case}/search/run")
    assert http.refused("kakunin2", f"/{case}/decisions", decision(1)) == "disclosure_parts_not_apart"
    http.post("kaiji", f"/{case}/decisions", decision(1))
    body = {"name": "検見川 守", "mode": "paper"}
    assert http.refused("kakunin2", f"/{case}/packages", body) == "disclosure_parts_not_apart"
    package = http.post("kaiji", f"/{case}/packages", body)["package"]["package"]
    handing = {"package": package, "channel": "paper", "how": "x"}
    assert http.refused("kakunin2", f"/{case}/packages/release", handing) == "disclosure_parts_not_apart"
    assert http.state(case) == "decided"


@pytest.mark.parametrize("step", ["decisions", "packages", "packages/release", "packages/again", "wait"])
def test_the_searchers_token_releases_nothing(http: HttpDesk, step: str) -> None:
    """Whoever searched can't decide, pack or hand over, at whatever address."""
    case = http.decided()
    before = leaves(http, case)
    assert http.refused("kensaku", f"/{case}/{step}", BODIES[step]) in ("scope_missing", "proof_too_weak")
    assert (http.state(case), leaves(http, case)) == ("decided", before)


# --- approvals -------------------------------------------------------------------------------------------------------


def test_nobody_approves_what_they_asked_for_or_took_in(http: HttpDesk) -> None:
    """Not the searcher, not the clerk, not the releaser or auditor, nor somebody of another desk."""
    case = http.reviewed()
    http.post("kensaku", f"/{case}/search/request")
    for who in ("kensaku", "kensaku2", "uketsuke", "uketsuke2", "kaiji", "kansa", "madoguchi", "bengoshi"):
        reason = http.refused(who, f"/{case}/search/approve")
        assert reason in ("scope_missing", "own_request", "disclosure_parts_not_apart", "unknown_disclosure_case"), who
    assert http.refused("kensaku", f"/{case}/search/run") == "too_few_approvers"


def test_one_approver_is_not_two(http: HttpDesk) -> None:
    """The same person's approval again, alone or ten times at once, never makes the second."""
    case = http.reviewed()
    http.post("kensaku", f"/{case}/search/request")
    wanted = [("POST", f"{CASES}/{case}/search/approve", {"token": http.tokens["hogo"], "json": {}}) for _ in range(10)]
    codes = sorted(got.status_code for got in asyncio.run(http.api.requests(wanted)))
    assert codes[0] == 200
    assert http.refused("hogo", f"/{case}/search/approve") in ("too_few_approvers", "disclosure_case_moved")
    assert http.refused("kensaku", f"/{case}/search/run") == "too_few_approvers"
    assert http.state(case) == "reviewed"


def test_approvals_of_one_search_dont_serve_another(http: HttpDesk) -> None:
    """What two people approved is that case's scope: an amended or another case needs its own, and approvals aren't
    used twice."""
    case, other = http.reviewed(), http.reviewed(items=[item(wanted=["log"], port=2001)])
    http.post("kensaku", f"/{case}/search/request")
    for who in ("kakunin", "hogo"):
        http.post(who, f"/{case}/search/approve")
    assert http.refused("kensaku", f"/{other}/search/run") == "disclosure_grants_missing"
    http.post("kensaku", f"/{case}/search/run")
    assert http.refused("kakunin", f"/{case}/search/approve") == "disclosure_grants_missing"
    assert http.refused("kensaku", f"/{other}/search/run") == "disclosure_grants_missing"


def test_the_grant_of_a_case_asks_nothing_else(http: HttpDesk) -> None:
    """The searcher can't use the desk's grant at the log store's own address for another address or a wider time."""
    case = http.reviewed()
    (grant,) = http.post("kensaku", f"/{case}/search/request")["grants"]
    for who in ("kakunin", "hogo"):
        http.post(who, f"/{case}/search/approve")
    http.post("kensaku", f"/{case}/search/run")
    for question in (
        {"address": "203.0.113.5", "port": 3000, "time": "2026-11-20T12:00:00+09:00"},
        {"address": "203.0.113.6", "port": 2000, "time": "2026-11-20T12:00:00+09:00"},
        {"address": "203.0.113.5", "port": 2000, "time": "2026-11-20T13:00:00+09:00"},
        {"address": "203.0.113.5", "port": 2000, "time": "2026-11-20T12:00:00+09:00", "within": "1h"},
    ):
        body = {"grant": grant["id"], **question}
        got = http.api.request("POST", "/v1/logs/who", token=http.tokens["kensaku"], json=body)
        assert got.status_code >= 400, question


def test_a_stranger_doesnt_run_an_approved_search(http: HttpDesk) -> None:
    """Another custodian can't run what the first asked for: grants name their caller."""
    case = http.reviewed()
    http.post("kensaku", f"/{case}/search/request")
    for who in ("kakunin", "hogo"):
        http.post(who, f"/{case}/search/approve")
    assert http.refused("kensaku2", f"/{case}/search/run") == "disclosure_grants_missing"


def test_a_revoked_or_foreign_token_does_nothing(http: HttpDesk) -> None:
    """No token, a made-up one, and somebody else's name in the body: 401, 401, refused."""
    case = http.reviewed()
    for token in (None, "sk_0000000000000000_" + "0" * 64):
        got = http.api.request("POST", f"{CASES}/{case}/search/approve", token=token, json={})
        assert got.status_code == 401
    assert http.refused("kakunin", f"/{case}/search/approve", {"by": "hogo"}) == "disclosure_case_refused"


def test_a_step_out_of_turn_is_refused(http: HttpDesk) -> None:
    """Deciding before searching, packing before deciding, handing over a package of another case."""
    case = http.reviewed()
    assert http.refused("kaiji", f"/{case}/decisions", decision(1)) == "disclosure_wrong_state"
    packing = {"name": "検見川 守", "mode": "paper"}
    assert http.refused("kaiji", f"/{case}/packages", packing) == "disclosure_wrong_state"
    one, two = http.decided(), http.decided(document={**a_request()["document"], "number": "第2号"})
    package = http.post("kaiji", f"/{one}/packages", {"name": "検見川 守", "mode": "paper"})["package"]["package"]
    handing = {"package": package, "channel": "paper", "how": "x"}
    assert http.refused("kaiji", f"/{two}/packages/release", handing) == "unknown_disclosure_package"
    paper = http.api.request("GET", f"{CASES}/{two}/papers/{package}", token=http.tokens["kaiji"])
    assert (paper.status_code, paper.json()["title"]) == (404, "unknown_disclosure_attachment")


def test_who_may_not_see_what_was_found(http: HttpDesk) -> None:
    """Results are for whoever searched or decides: not for the clerk, another custodian, a privacy officer."""
    case = http.found()
    for who in ("uketsuke", "uketsuke2", "kensaku2", "hogo", "madoguchi", "bengoshi"):
        status, said = http.ask(who, "GET", f"/{case}/results")
        assert status in (403, 404), (who, said)
    for who in ("kaiji", "kensaku"):
        assert http.get(who, f"/{case}/results")["results"]


def test_search_evidence_as_a_paper_isnt_a_way_round(http: HttpDesk) -> None:
    """A package isn't given as a paper to anybody, with whatever scope: it leaves by the step that hands it over."""
    case = http.decided()
    package = http.post("kaiji", f"/{case}/packages", {"name": "検見川 守", "mode": "paper"})["package"]["package"]
    for who in sorted(set(STAFF) - {"madoguchi"}):
        got = http.api.request("GET", f"{CASES}/{case}/papers/{package}", token=http.tokens[who])
        assert got.status_code in (403, 404, 422), (who, got.content[:200])


# --- hidden cases ----------------------------------------------------------------------------------------------------


OUTSIDERS = ("uketsuke2", "kakunin", "kakunin2", "kensaku", "kensaku2", "kaiji", "hogo", "bengoshi")
"""Everybody of the desk who isn't on the hidden case."""


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_hidden_case_answers_as_one_that_isnt_there(http: HttpDesk, who: str) -> None:
    """Every address below a hidden case gives an outsider the very answer that an id nobody has gives."""
    case = http.received(secrecy=SECRET)
    before = leaves(http, case)
    for view in VIEWS:
        mine, none = (
            http.api.request("GET", f"{CASES}/{each}{view}", token=http.tokens[who]) for each in (case, NOBODY)
        )
        assert (mine.status_code, mine.content.replace(case.encode(), b"")) == (
            none.status_code,
            none.content.replace(NOBODY.encode(), b""),
        ), view
    for step in STEPS:
        body = BODIES.get(step.path, {})
        mine, none = (
            http.api.request("POST", f"{CASES}/{each}/{step.path}", token=http.tokens[who], json=body)
            for each in (case, NOBODY)
        )
        assert mine.status_code >= 400
        assert (mine.status_code, mine.content.replace(case.encode(), b"")) == (
            none.status_code,
            none.content.replace(NOBODY.encode(), b""),
        ), step.path
    assert leaves(http, case) == before


def test_a_hidden_case_is_in_no_list_and_no_count(http: HttpDesk) -> None:
    """Pages, counts, searches by number and requester, cursors: with a hidden case as without."""
    http.received()
    asked = (
        "",
        "?all=true",
        "?number=第9号",
        "?requester=関所県警察本部 サイバー犯罪対策課",
        "?limit=1",
        "?state=received",
    )
    before = {who: [http.get(who, one) for one in asked] for who in OUTSIDERS}
    http.received(secrecy=SECRET, document={**a_request()["document"], "number": "第9号"})
    assert {who: [http.get(who, one) for one in asked] for who in OUTSIDERS} == before
    assert http.get("uketsuke", "?number=第9号")["total"] == 1
    assert http.get("kansa", "?number=第9号")["total"] == 1


def test_a_hidden_case_isnt_found_by_its_grants_and_holds(http: HttpDesk) -> None:
    """The log store's own lists of grants and holds name a hidden case's to nobody who isn't on it."""
    case = http.received(secrecy=SECRET)
    for who in ("kakunin", "kensaku", "hogo", "kaiji"):
        http.post("uketsuke", f"/{case}/members", {"staff_id": who})
    http.checked(case)
    http.post("kakunin", f"/{case}/review", {"note": "原本を確認"})
    (grant,) = http.post("kensaku", f"/{case}/search/request")["grants"]
    for path in ("/v1/logs/holds", "/v1/logs/policies"):
        for who in ("kensaku2", "kakunin2"):
            got = http.api.request("GET", path, token=http.tokens[who])
            assert case not in got.text
            assert grant["id"] not in got.text
    grants = Grants(http.desk.workspace)
    for who in ("kensaku2", "kakunin2", "hogo"):
        assert grants.every(by=http.desk[who]) == []
        with pytest.raises(UnknownGrant):
            grants.show(grant["id"], by=http.desk[who])
    assert [one.id for one in grants.every(by=http.desk["kensaku"])] == [grant["id"]]


def test_ids_cant_be_guessed_by_making_one(http: HttpDesk) -> None:
    """The id that an idempotency key gives hangs on who asks: another clerk's same key finds nothing of theirs."""
    first = http.post("uketsuke", "", {"request": a_request(secrecy=SECRET)}, key="2026-001")["case"]["id"]
    second = http.post("uketsuke2", "", {"request": a_request(secrecy=SECRET)}, key="2026-001")["case"]["id"]
    assert first != second
    assert http.ask("uketsuke2", "GET", f"/{first}")[0] == 404


def test_a_member_sees_and_others_still_dont(http: HttpDesk) -> None:
    """Whoever is named sees the case from then on; a member can't be named by an outsider."""
    case = http.received(secrecy=SECRET)
    assert http.refused("uketsuke2", f"/{case}/members", {"staff_id": "uketsuke2"}) == "unknown_disclosure_case"
    http.post("uketsuke", f"/{case}/members", {"staff_id": "kakunin"})
    assert http.get("kakunin", f"/{case}")["secret"] is True
    assert http.ask("kakunin2", "GET", f"/{case}")[0] == 404
