"""``/v1/disclosure/cases``: a case from receipt to receipt over HTTP, lists, batches, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest

from sekisho.disclosure.intake.refused import RefusedIntakes
from tests.api.disclosure_desk import CASES, HttpDesk, a_request, b64, decision, over_http
from tests.disclosure.conftest import clock, desk, key_file, workspace  # noqa: F401  fixtures of that package
from tests.disclosure.logs_made import store_for
from tests.disclosure.made_cases import item
from tests.disclosure.world import Desk


@pytest.fixture
def http(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpDesk]:  # noqa: F811  asks for the fixture
    """A desk with logs, over HTTP."""
    store = store_for(desk, monkeypatch)
    with over_http(desk) as made:
        yield made
    store.lookups.close()
    desk.service.searching.close()


def test_a_case_over_http(http: HttpDesk) -> None:
    """Received, checked, reviewed, searched with two approvals, decided, packed, handed over, receipted: in order, each
    by another token; what is handed over is what its manifest says."""
    case = http.received()
    before = http.get("uketsuke", f"/{case}/permissions")["permissions"]
    assert {(one["act"], one["verdict"]) for one in before} >= {("search", "need_evidence")}
    http.checked(case)
    http.post("kakunin", f"/{case}/review", {"note": "原本を確認"})
    http.post("kensaku", f"/{case}/search/request")
    assert http.refused("kensaku", f"/{case}/search/run") == "too_few_approvers"
    for who in ("kakunin", "hogo"):
        http.post(who, f"/{case}/search/approve")
    assert http.post("kensaku", f"/{case}/search/run")["case"]["state"] == "found"
    (found,) = http.get("kaiji", f"/{case}/results")["results"]
    assert (found["number"], found["outcome"]) == (1, "unique")
    after = {one["act"]: one for one in http.get("kaiji", f"/{case}/permissions")["permissions"]}
    assert (after["disclose"]["verdict"], after["disclose"]["recipients"]) == ("accept", ["requester"])
    assert all(ground["provisions"] for ground in after["disclose"]["grounds"])
    assert http.post("kaiji", f"/{case}/decisions", decision(1))["decisions"][0]["choice"] == "disclose"
    packed = http.post("kaiji", f"/{case}/packages", {"name": "検見川 守", "mode": "paper"})
    package = packed["package"]["package"]
    handing = {"package": package, "channel": "paper", "how": "手渡し"}
    handed = http.post("kaiji", f"/{case}/packages/release", handing)
    data = base64.b64decode(handed["data"])
    assert hashlib.sha256(data).hexdigest() == packed["package"]["sha256"]
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert "answer.json" in tar.getnames()
    assert http.post("kaiji", f"/{case}/packages/release", handing)["ledger_index"] == handed["ledger_index"]
    receipt = {"package": package, "signed_by": "検見川 守"}
    assert http.post("uketsuke", f"/{case}/packages/receipt", receipt)["case"]["state"] == "delivered"
    assert http.post("kaiji", f"/{case}/close", {"note": "終了"})["case"]["state"] == "closed"
    events = [one["event"] for one in http.get("kansa", f"/{case}/timeline")["timeline"]]
    assert [one for one in events if one in ("receive", "review", "search", "find", "decide", "deliver", "close")] == [
        "receive", "review", "search", "find", "decide", "deliver", "close",
    ]  # fmt: skip


def test_asked_back_and_answered(http: HttpDesk) -> None:
    """A time without its zone goes back at once, with both readings; the whole request comes again."""
    unclear = item(wanted=["log"], begin="2026-11-20T12:00:00", end="2026-11-20T12:00:00")
    said = http.post("uketsuke", "", {"request": a_request(items=[unclear])})
    case = said["case"]["id"]
    assert (said["case"]["state"], said["intake"]["verdict"]) == ("questioned", "question")
    assert said["letter"]["audience"] == "requester"
    assert http.refused("kakunin", f"/{case}/review", {"note": "確認"}) == "disclosure_wrong_state"
    again = http.post("uketsuke", f"/{case}/answer", {"request": a_request()})
    assert (again["case"]["state"], again["letter"]) == ("received", None)
    asked = http.post("uketsuke", f"/{case}/question", {"question": "原本はいつ届きますか"})
    assert asked["case"]["state"] == "questioned"


def test_looked_over_and_not_entered(http: HttpDesk) -> None:
    """A dry run says what is lacking and enters nothing."""
    said = http.post("uketsuke", "", {"request": a_request(document={}), "dry_run": True})
    assert said["case"] is None
    assert "no_document_number" in {one["code"] for one in said["intake"]["findings"]}
    assert http.get("kansa")["total"] == 0


def test_a_refused_request_is_on_record(http: HttpDesk) -> None:
    """What is no request leaves a leaf with its hash: no object, a strange field, a head that is no case; only looked
    over, none."""
    refused = RefusedIntakes(http.desk.workspace)
    bad = {"type": "curiosity"}
    assert http.refused("uketsuke", "", {"request": bad, "dry_run": True}) == "disclosure_case_refused"
    assert refused.every(by=http.desk["kansa"]) == []
    bodies: tuple[Any, ...] = ([], {"colour": 1}, {"request": bad}, {"request": a_request(requester={"name": " "})})
    for body in bodies:
        http.refused("uketsuke", "", body)
    http.refused("uketsuke", f"/{http.received(items=[item()])}/answer", {"request": bad})
    found = refused.every(by=http.desk["kansa"])
    assert [one.said["answer"] for one in found] == [True, False, False, False, False]
    assert {one.said["via"] for one in found} == {"http"}
    assert all(one.said["sha256"] for one in found)


def test_the_same_request_twice_is_one(http: HttpDesk) -> None:
    """Under one key a repeat is the case that is there; another request under it is refused."""
    first = http.post("uketsuke", "", {"request": a_request(), "received_at": "2026-11-23T10:00:00+09:00"}, key="k1")
    again = http.post("uketsuke", "", {"request": a_request(), "received_at": "2026-11-23T10:00:00+09:00"}, key="k1")
    assert first["case"]["id"] == again["case"]["id"]
    assert http.get("kansa")["total"] == 1
    other = {"request": a_request(items=[item(port=2001)]), "received_at": "2026-11-23T10:00:00+09:00"}
    status, said = http.ask("uketsuke", "POST", "", other, key="k1")
    assert (status, said["title"]) == (422, "idempotency_key_reused")


def test_a_batch_of_addresses(http: HttpDesk) -> None:
    """A CSV is one request; one with a private address is asked about by its line, and whole it has both items."""
    head = {name: value for name, value in a_request().items() if name != "items"} | {"zone": "JST"}
    lines = "IPアドレス,ポート番号,日時\n203.0.113.5,2000,2026/11/20 12:00:00\n10.0.0.1,80,2026/11/20 12:00:01\n"
    said = http.post("uketsuke", "", {"form": "csv", "request": head, "csv": lines, "wanted": ["log"]})
    assert said["case"]["state"] == "questioned"
    assert {(one["code"], one["line"]) for one in said["intake"]["findings"]} == {("private_address", 3)}
    mended = {"form": "csv", "request": head, "csv": lines.replace("10.0.0.1", "203.0.113.6"), "wanted": ["log"]}
    again = http.post("uketsuke", f"/{said['case']['id']}/answer", mended)
    assert (again["case"]["state"], again["case"]["items"]) == ("received", 2)
    assert (
        http.refused("uketsuke", "", {"form": "csv", "request": head, "csv": "a,b\n1,2\n"}) == "disclosure_file_refused"
    )


def test_lists_go_on_with_a_cursor(http: HttpDesk) -> None:
    """Pages of two over five cases name each once; the filters narrow; a made-up cursor is refused."""
    made = {http.received(document={**a_request()["document"], "number": f"第{n}号"}) for n in range(5)}
    seen, cursor = [], ""
    while True:
        page = http.get("kakunin", f"?limit=2{cursor}")
        seen += [one["id"] for one in page["cases"]]
        assert page["total"] == 5
        if page["cursor"] is None:
            break
        cursor = f"&cursor={page['cursor']}"
    assert (len(seen), set(seen)) == (5, made)
    assert http.get("kakunin", "?number=第3号")["total"] == 1
    assert http.get("kakunin", "?state=reviewed&state=found")["total"] == 0
    assert http.get("kakunin", "?type=search_seizure")["total"] == 5
    for wrong in ("?cursor=abc", "?limit=0", "?limit=x", "?state=x", "?nothing=1", "?due_before=1", "?order=x"):
        assert http.ask("kakunin", "GET", wrong)[0] in (400, 422), wrong


def test_what_names_nobody_is_never_disclosed(http: HttpDesk) -> None:
    """Two had the port around that second: the answer is ambiguous, disclosing it is refused, refusing it is on
    record, and there is nothing to pack."""
    case = http.found(items=[item(wanted=["log"], port=3000, precision="minute")])
    (found,) = http.get("kaiji", f"/{case}/results")["results"]
    assert found["outcome"] == "ambiguous"
    assert http.refused("kaiji", f"/{case}/decisions", decision(1)) == "disclosure_outcome_forbids"
    http.post("kaiji", f"/{case}/decisions", decision(1, choice="refuse", note="1人に定まらない"))
    packing = {"name": "検見川 守", "mode": "paper"}
    assert http.refused("kaiji", f"/{case}/packages", packing) == "disclosure_case_refused"
    assert http.post("kaiji", f"/{case}/close", {"note": "該当者を特定できず"})["case"]["state"] == "closed"


def test_papers_over_http(http: HttpDesk) -> None:
    """What came is kept as it came; a paper is added and read back as bytes that no browser runs; a kind that the desk
    makes itself can't be laid under."""
    case = http.received()
    assert [one["kind"] for one in http.get("kakunin", f"/{case}/papers")["papers"]] == ["request"]
    made = http.post("uketsuke", f"/{case}/papers", {"kind": "evidence", "data": b64(b"<script>")})["paper"]
    got = http.api.request("GET", f"{CASES}/{case}/papers/{made['id']}", token=http.tokens["kakunin"])
    assert (got.content, got.headers["content-disposition"]) == (b"<script>", "attachment")
    for kind in ("search_evidence", "package", "manifest", "hearing"):
        body = {"kind": kind, "data": b64(b"x")}
        assert http.refused("uketsuke", f"/{case}/papers", body) == "disclosure_case_refused"
    assert http.refused("uketsuke", f"/{case}/papers", {"kind": "evidence", "data": "%"}) == "disclosure_case_refused"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {}),
        ("", {"request": []}),
        ("", {"request": {}, "form": "x"}),
        ("", {"request": {}, "x": 1}),
        ("", {"request": {}, "form": "paper"}),
        ("", {"request": {}, "dry_run": "yes"}),
        ("", {"request": {}, "received_at": "2026-11-23T10:00:00"}),
        ("", {"request": {}, "not_known": ["x"]}),
        ("/{}/review", {}),
        ("/{}/review", {"note": 1}),
        ("/{}/review", {"note": "x", "by": "hogo"}),
        ("/{}/facts", {"name": "document.in_writing"}),
        ("/{}/facts", {"name": "people.reviewed", "value": True, "note": "x"}),
        ("/{}/facts", {"name": "document.in_writing", "value": True, "origin": "derived"}),
        ("/{}/decisions", {"decisions": []}),
        ("/{}/decisions", {"decisions": [{"items": [1], "choice": "keep", "note": "x"}]}),
        ("/{}/decisions", {"decisions": [{"items": [True], "choice": "refuse", "note": "x"}]}),
        ("/{}/decisions", {"decisions": [{"items": [1, 1], "choice": "refuse", "note": "x"}]}),
        ("/{}/hold", {"until": "soon"}),
        ("/{}/hearing/draft", {"items": [1], "sender": {}, "claim": {}}),
        ("/{}/hearing/answer", {"inquiry": 0, "answer": "agrees"}),
        ("/{}/packages", {"name": "x", "mode": "key", "key": "x"}),
        ("/{}/refuse", {"reason": "because", "note": "x"}),
    ],
)
def test_bad_bodies_are_told(http: HttpDesk, path: str, body: object) -> None:
    """A body that isn't what a step takes is refused as problem+json with a sentence, and nothing is written."""
    case = http.received()
    before = len(http.get("kansa", f"/{case}/timeline")["timeline"])
    for who in ("uketsuke", "kakunin", "kaiji", "kensaku"):
        status, said = http.ask(who, "POST", path.format(case), body)
        assert 400 <= status < 500, said
        assert said["message"]["ja"]
    assert len(http.get("kansa", f"/{case}/timeline")["timeline"]) == before


def test_the_description_names_every_address(http: HttpDesk) -> None:
    """OpenAPI has each step with its fields, and a summary in both languages."""
    described = http.api.request("GET", "/v1/openapi.json").json()["paths"]
    mine = {path: one for path, one in described.items() if path.startswith(CASES)}
    assert len(mine) > 40
    for path, one in mine.items():
        for method in one.values():
            assert " / " in method["summary"], path
