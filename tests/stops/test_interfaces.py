"""The whole way once more, by commands and over HTTP: what one person may not do is refused there too."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from sekisho.access import service as access
from sekisho.access.roles import Scope
from sekisho.api.app import create_app
from sekisho.cli.main import root
from tests.stops.world import FIXED, MOBILE, NOW, World, made_world, notice, request


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A settled workspace, closed."""
    made_world(tmp_path).workspace.close()
    return tmp_path


def run(folder: Path, *words: object, expect: int = 0) -> Any:
    """A command's JSON."""
    given = ["--workspace", str(folder / "w"), *map(str, words), "--json"]
    done = CliRunner().invoke(root, given, standalone_mode=True)
    assert done.exit_code == expect, done.output
    return json.loads(done.stdout)


def token(folder: Path, name: str, *scopes: str) -> Path:
    """A file with somebody's token."""
    words = [word for scope in scopes for word in ("--scope", scope)]
    issued = run(folder, "--by", "admin", "staff", "token", name, *words)
    file = folder / f"{name}.token"
    file.touch(0o600)
    file.write_text(issued["token"])
    return file


def written(folder: Path, document: dict[str, Any], name: str) -> Path:
    """A file with a document."""
    file = folder / name
    file.write_text(json.dumps(document))
    return file


def test_by_commands(folder: Path) -> None:
    """A paper, a call-back, two people, the core's reference, the report on paper, the denial, the month."""
    # Commands go by the machine's clock: days that are past on any.
    numbers = [{"number": one, "crime_on": "2025-11-10"} for one in (FIXED, MOBILE)]
    paper = written(folder, request(dated="2025-11-20", numbers=numbers), "request.json")
    by, approver = ("--by", "tanto", "stop"), token(folder, "hogo", "approve")
    case = run(folder, *by, "receive", paper)
    assert [one["answer"] for one in case["numbers"]] == ["to_stop", "subscriber_confirmation"]
    assert run(folder, *by, "propose", "stop", case["id"], expect=2)["error"]["reason"] == "stop_wrong_step"
    run(folder, *by, "call-back", case["id"], "--number", "代表（公表）", "--confirmed-by", "甲野")
    proposal = run(folder, *by, "propose", "stop", case["id"])["id"]
    assert run(folder, *by, "order", proposal, expect=3)["error"]["reason"] == "approval_not_given"
    run(folder, "stop", "approve", proposal, "--token-file", approver, "--yes")
    assert run(folder, *by, "order", proposal)["state"] == "ordered"
    assert run(folder, *by, "contractor-report", case["id"], expect=2)["error"]["reason"] == "stop_wrong_step"
    run(folder, *by, "carry-out", proposal, "--reference", "K-0001")
    pdf = folder / "report.pdf"
    report = run(folder, *by, "contractor-report", case["id"], "--pdf", pdf, "--office", "関所通信株式会社")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert run(folder, "stop", "show", report["report"]) == report
    denial = run(folder, *by, "notice", written(folder, notice(dated="2025-11-20"), "notice.json"))["id"]
    denying = run(folder, *by, "propose", "deny", denial)["id"]
    run(folder, "stop", "approve", denying, "--token-file", approver, "--yes")
    run(folder, *by, "order", denying)
    assert run(folder, "stop", "show", denial)["state"] == "in_force"
    assert run(folder, "stop", "count", "sc_tenso")["requests"] == 1
    month = case["received_at"][:7]
    assert run(folder, "stop", "report", "--month", month)["stopped"] == 1
    assert set(run(folder, "stop", "warning", "--month", month)) == {"ja", "en"}
    assert run(folder, "stop", "list")[0]["id"] == case["id"]
    assert run(folder, "stop", "denials")[0]["id"] == denial
    assert run(folder, "stop", "setting")["threshold"] is None
    assert run(folder, "stop", "report", "--month", "11/2026", expect=2)["error"]["reason"] == "stop_request_refused"


def test_over_http(world: World) -> None:
    """The same, by two tokens."""
    tokens = {}
    with world.workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    for name, scopes in (("tanto", {Scope.REQUEST, Scope.READ}), ("hogo", {Scope.APPROVE})):
        issued = world.workspace.change(
            lambda connection, name=name, scopes=scopes: access.issue_token(  # type: ignore[misc]  # bound now
                connection, actor=admin, staff_id=name, scopes=scopes, now=NOW, expires_at=NOW + timedelta(days=1)
            )
        )
        tokens[name] = issued.text
    app = create_app(world.workspace)

    async def sent(method: str, address: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://server.test") as client:
            return await client.request(method, address, json=body, headers=headers)

    def ask(method: str, path: str, body: Any = None, *, by: str = "tanto", expect: int = 200) -> Any:
        headers = {"Authorization": f"Bearer {tokens[by]}"}
        answer = asyncio.run(sent(method, f"/v1/stops{path}", body, headers))
        assert answer.status_code == expect, answer.text
        return answer.json()

    case = ask("POST", "/requests", request(FIXED))["id"]
    ask("POST", f"/requests/{case}/call-back", {"published_number": "代表", "confirmed_by": "甲"})
    proposal = ask("POST", "/proposals", {"act": "stop", "about": [case]})["id"]
    ask("POST", f"/proposals/{proposal}/approve", expect=403)
    ask("POST", f"/proposals/{proposal}/approve", by="hogo")
    ask("POST", f"/proposals/{proposal}/confirm", {"reference": "K-1"}, expect=409)
    ask("POST", f"/proposals/{proposal}/order")
    ask("POST", f"/proposals/{proposal}/confirm", {"reference": "K-1"})
    assert ask("POST", f"/requests/{case}/contractor-report")["numbers"][0]["number"] == FIXED
    assert ask("GET", "/figures/2026-11")["stopped"] == 1
    assert ask("GET", "/contractors/sc_tenso/count")["denies"] is False
    denial = ask("POST", "/denials", notice())["id"]
    assert ask("GET", "/denials")[0]["id"] == denial
    ask("GET", "/requests/sr_0", expect=404)
    for body in ({"act": "harm", "about": [case]}, {"act": "stop"}, {"act": "lift", "about": [denial]}, {"x": 1}):
        ask("POST", "/proposals", body, expect=422)


def test_the_approver_sees_what_is_approved(folder: Path) -> None:
    """Each number with its contractor, or whom and for how long: not only how many. Without the scope nothing shows."""
    by = ("--by", "tanto", "stop")
    given = request(dated="2025-11-20", numbers=[{"number": FIXED, "crime_on": "2025-11-10"}])
    case = run(folder, *by, "receive", written(folder, given, "request.json"))
    run(folder, *by, "call-back", case["id"], "--number", "代表番号", "--confirmed-by", "甲野")
    asked = run(folder, *by, "propose", "stop", case["id"])["id"]
    noticed = run(folder, *by, "notice", written(folder, notice(dated="2025-11-20"), "notice.json"))["id"]
    denying = run(folder, *by, "propose", "deny", noticed)["id"]

    def shown(proposal: str, file: Path) -> str:
        words = ["--workspace", str(folder / "w"), "stop", "approve", proposal, "--token-file", str(file)]
        return CliRunner().invoke(root, words, input="n\n").stderr

    approver, asker = token(folder, "hogo", "approve"), token(folder, "tanto2", "request")
    assert FIXED in shown(asked, approver)
    assert "架空転送株式会社" in shown(asked, approver)
    assert "架空転送株式会社" in shown(denying, approver)
    assert "180" in shown(denying, approver)
    assert FIXED not in shown(asked, asker)


def test_a_number_is_given_back_and_goes_to_somebody_else(folder: Path) -> None:
    """By command: until it is given back nobody else gets it."""
    by = ("--by", "tanto", "stop")
    other = {"id": "sc_other", "name": "別の契約者", "address": "架空県2"}
    run(folder, *by, "contractor", written(folder, other, "c.json"))
    rows = {"numbers": [{"number": FIXED, "contractor": "sc_other", "from": "2026-04-01"}]}
    run(folder, *by, "assign", written(folder, rows, "n.json"), expect=2)
    assert run(folder, *by, "give-back", FIXED, "--on", "2026-03-31") == {"on": "2026-03-31"}
    run(folder, *by, "give-back", FIXED, "--on", "2026-03-31", expect=2)
    assert run(folder, *by, "assign", folder / "n.json") == {"numbers": 1}


def test_what_is_kept_over_http(world: World) -> None:
    """Kinds with their periods, one declared by whoever may; no certificate of a key that lives."""
    app = create_app(world.workspace)
    issued = {}
    with world.workspace.database.read() as connection:
        admin = access.stated_principal(connection, "admin", required=Scope.STAFF_ADMIN)
    for name, scopes in (("tanto", [Scope.REQUEST, Scope.READ]), ("madoguchi", [Scope.READ])):
        act = partial(
            access.issue_token, actor=admin, staff_id=name, scopes=scopes, expires_at=NOW + timedelta(days=9), now=NOW
        )
        issued[name] = str(world.workspace.change(act).text)

    async def ask(name: str, method: str, path: str, **more: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sekisho") as client:
            headers = {"Authorization": f"Bearer {issued[name]}"}
            return await client.request(method, f"/v1/stops/keeping{path}", headers=headers, **more)

    async def walk() -> None:
        kind = (await ask("madoguchi", "GET", "")).json()["kinds"][0]["kind"]
        body = {"days": 30, "reason": "短くする"}
        assert (await ask("madoguchi", "POST", f"/{kind}", json=body)).status_code == 403
        assert (await ask("tanto", "POST", f"/{kind}", json=body)).json() == {"kind": kind, "days_after_end": 30}
        assert (await ask("tanto", "POST", "/none", json=body)).json()["title"] == "stop_period_refused"
        assert (await ask("tanto", "POST", f"/{kind}", json={"days": 30})).status_code == 422
        found = (await ask("madoguchi", "GET", "")).json()["kinds"][0]
        assert (found["days_after_end"], found["declared"]["reason"]) == (30, "短くする")
        refused = await ask("madoguchi", "GET", "/certificates/stops/2026-11")
        assert (refused.status_code, refused.json()["title"]) == (404, "unknown_stop_certificate")

    asyncio.run(walk())
