"""One person stays one through HTTP: with two tokens, with another role, through another interface, or at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from sekisho.access import service as access
from sekisho.access.roles import Role, Scope
from tests.api.disclosure_desk import CASES, HttpDesk, a_request, decision, over_http
from tests.disclosure.conftest import clock, desk, key_file, workspace  # noqa: F401  fixtures of that package
from tests.disclosure.logs_made import store_for
from tests.disclosure.test_grants_end import fire, turn
from tests.disclosure.world import Desk


@pytest.fixture
def http(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpDesk]:  # noqa: F811  asks for the fixture
    """A desk with logs, over HTTP."""
    store = store_for(desk, monkeypatch)
    with over_http(desk) as made:
        yield made
    store.lookups.close()
    desk.service.searching.close()


def another_token(http: HttpDesk, who: str, *scopes: Scope) -> str:
    """One more token of somebody."""
    made, now = http.desk, http.desk.clock.now()
    with made.workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    until = now + timedelta(days=9)
    issue = partial(access.issue_token, actor=admin, staff_id=who, scopes=scopes, expires_at=until, now=now)
    return str(made.workspace.change(issue).text)


def asked(http: HttpDesk) -> str:
    """A warrant whose search was asked for; its id."""
    case = http.reviewed()
    http.post("kensaku", f"/{case}/search/request")
    return case


def test_two_tokens_are_one_person(http: HttpDesk) -> None:
    """An approval with each of somebody's tokens is one approval."""
    case = asked(http)
    http.tokens["twice"] = another_token(http, "hogo", Scope.APPROVE)
    http.post("hogo", f"/{case}/search/approve")
    assert http.refused("twice", f"/{case}/search/approve") == "too_few_approvers"
    assert http.refused("kensaku", f"/{case}/search/run") == "too_few_approvers"


def test_a_token_lives_no_longer_than_its_holders_role(http: HttpDesk) -> None:
    """Whoever left, or lost the role, does nothing with the token they have; what they approved counts no more."""
    case = asked(http)
    for who in ("kakunin", "hogo"):
        http.post(who, f"/{case}/search/approve")
    fire(http.desk, "hogo")
    turn(http.desk, "kakunin", Role.DISCLOSURE_REVIEWER, Role.LOG_CUSTODIAN)
    assert http.refused("hogo", f"/{case}/search/approve") == "token_revoked"
    assert http.refused("kakunin", f"/{case}/search/approve") == "scope_missing"
    assert http.refused("kensaku", f"/{case}/search/run") == "disclosure_approver_gone"
    http.tokens["kakunin"] = another_token(http, "kakunin", Scope.LOG_SEARCH, Scope.READ, Scope.REQUEST)
    for step in ("request", "run"):
        assert http.refused("kakunin", f"/{case}/search/{step}") == "disclosure_parts_not_apart"
    assert http.state(case) == "reviewed"


def test_approvals_run_out(http: HttpDesk) -> None:
    """What was approved and not run within its time is asked for and approved anew."""
    case = http.reviewed(document={**a_request()["document"], "valid_until": "令和8年12月28日"})
    http.post("kensaku", f"/{case}/search/request")
    for who in ("kakunin", "hogo"):
        http.post(who, f"/{case}/search/approve")
    http.desk.clock.advance(timedelta(days=7, minutes=1))
    http.tokens["kensaku"] = another_token(http, "kensaku", Scope.LOG_SEARCH, Scope.READ, Scope.REQUEST)
    assert http.refused("kensaku", f"/{case}/search/run") in ("disclosure_grants_missing", "approval_expired")
    assert http.state(case, "kensaku") == "reviewed"


def test_two_approve_at_once(http: HttpDesk) -> None:
    """Of approvals given at the same moment each is given and in the case, or not given and told so; none is lost."""
    case = asked(http)
    address = f"{CASES}/{case}/search/approve"
    wanted = [("POST", address, {"token": http.tokens[who], "json": {}}) for who in ("hogo", "kakunin") * 3]
    got = asyncio.run(http.api.requests(wanted))
    assert {one.status_code for one in got} <= {200, 403, 404, 409}
    # A repeat that finds its own step the case's last is answered like the first; that it counts once is asked below.
    assert any(one.status_code == 200 for one in got)
    for who in ("hogo", "kakunin"):
        http.ask(who, "POST", f"/{case}/search/approve", {})
    steps = [one for one in http.get("kansa", f"/{case}/timeline")["timeline"] if one["event"] == "search_approved"]
    assert sorted(one["by"] for one in steps) == ["hogo", "kakunin"]
    http.post("kensaku", f"/{case}/search/run")
    assert http.state(case) == "found"


def test_what_is_approved_is_what_was_shown(http: HttpDesk) -> None:
    """An approver who names what they were shown approves nothing that was asked for since."""
    case = http.reviewed()
    (first,) = http.post("kensaku", f"/{case}/search/request")["grants"]
    http.fact(case, "document.issued_by_judge", value=False, who="kakunin2")
    http.fact(case, "document.issued_by_judge", who="kakunin2")
    (second,) = http.post("kensaku", f"/{case}/search/request")["grants"]
    assert http.refused("hogo", f"/{case}/search/approve", {"grants": [first["id"]]}) == "disclosure_grants_moved"
    http.post("hogo", f"/{case}/search/approve", {"grants": [second["id"]]})


def test_a_reviewer_alone_moves_nothing_that_was_decided(http: HttpDesk) -> None:
    """A fact stated otherwise after the decision sends it back; after the delivery it is refused."""
    case = http.decided()
    http.fact(case, "document.issued_by_judge", value=False, who="kakunin2")
    assert http.state(case) == "found"
    assert http.refused("kaiji", f"/{case}/decisions", decision(1)) == "not_permitted_by_law"
    case = http.decided()
    package = http.post("kaiji", f"/{case}/packages", {"name": "検見川 守", "mode": "paper"})["package"]["package"]
    http.post("kaiji", f"/{case}/packages/release", {"package": package, "channel": "paper", "how": "x"})
    said = {"name": "document.issued_by_judge", "value": False, "note": "x"}
    assert http.refused("kakunin", f"/{case}/facts", said) == "fact_refused"
    assert http.state(case) == "delivered"


def test_nobody_approves_through_the_agencies_address(http: HttpDesk) -> None:
    """The interface for agencies takes no staff token and knows no approval."""
    case = asked(http)
    for who in ("kensaku", "hogo"):
        got = http.api.request(
            "POST", "/v1/agency/ts103120", token=http.tokens[who], json={"case": case, "approve": True}
        )
        assert got.status_code >= 400
    assert http.refused("kensaku", f"/{case}/search/run") == "too_few_approvers"
