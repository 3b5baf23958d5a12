"""The disclosure desk beside its cases over HTTP: reports, leaks, parties, settings, and what follows on a case."""

from __future__ import annotations

import asyncio
import base64
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from sekisho.access.roles import Role
from tests.api.disclosure_desk import HOUSE, HttpDesk, hired, over_http
from tests.disclosure.conftest import clock, desk, key_file, workspace  # noqa: F401  fixtures of that package
from tests.disclosure.logs_made import store_for
from tests.disclosure.parties.test_parties import provider
from tests.disclosure.world import Desk

AT = "/v1/disclosure"
SECRET = {"state": "asked", "until": None}
LEAK = {
    "noticed_at": "2026-11-20T09:30:00+09:00",
    "categories": ["secrecy", "personal"],
    "fields": {"company": "関所通信株式会社"},
}


@pytest.fixture
def http(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpDesk]:  # noqa: F811  asks for the fixture
    """A desk with logs, over HTTP, with an administrator and a second privacy officer."""
    store = store_for(desk, monkeypatch)
    with over_http(desk) as made:
        made.tokens["hogo9"] = hired(desk, "hogo9", Role.PRIVACY_OFFICER)
        made.tokens["kanri9"] = hired(desk, "kanri9", Role.ADMINISTRATOR)
        yield made
    store.lookups.close()
    desk.service.searching.close()


def ask(http: HttpDesk, who: str, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
    """One request beside the cases; status and document."""
    headers = {} if key is None else {"Idempotency-Key": key}
    more = {} if body is None else {"json": body}
    got = http.api.request(method, AT + path, token=http.tokens[who], headers=headers, **more)
    return got.status_code, got.json() if "json" in got.headers["content-type"] else got.content


def good(http: HttpDesk, who: str, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
    """One that must succeed."""
    status, said = ask(http, who, method, path, body, key)
    assert status == 200, said
    return said


def title(http: HttpDesk, who: str, method: str, path: str, body: Any = None, key: str | None = None) -> str:
    """The reason for which one is refused."""
    status, said = ask(http, who, method, path, body, key)
    assert status >= 400, said
    assert said["message"]["ja"] != said["message"]["en"]
    return str(said["title"])


@pytest.mark.parametrize("who", ["madoguchi", "bengoshi", "kensaku"])
def test_who_has_nothing_to_do_with_it_reads_and_changes_nothing(http: HttpDesk, who: str) -> None:
    """No address beside the cases opens to a sign-up clerk, an outside approver or a log custodian."""
    before = http.api.size()
    for method, address in HOUSE:
        body: dict[str, Any] | None = {} if method == "POST" else None
        assert title(http, who, method, address.removeprefix(AT), body) == "scope_missing", address
    assert http.api.size() == before


def test_changes_are_for_whose_part_they_are(http: HttpDesk) -> None:
    """A clerk sets, registers and publishes nothing; an administrator reads no leak and no report."""
    before = http.api.size()
    for who, method, path, body in (
        ("uketsuke", "POST", "/settings", {"name": "prices", "value": {}}),
        ("kaiji", "POST", "/parties", provider()),
        ("kaiji", "POST", "/parties/ap/end", {}),
        ("kakunin", "POST", "/reports/2026-H1/publish", {}),
        ("kakunin", "GET", "/reports/2026-H2", None),
        ("uketsuke", "POST", "/leaks", LEAK),
        ("kaiji", "GET", "/leaks", None),
        ("kanri9", "GET", "/leaks", None),
        ("kanri9", "GET", "/reports/2026-H2", None),
        ("kanri9", "GET", "/refused", None),
        ("kansa", "POST", "/leaks", LEAK),
    ):
        assert title(http, who, method, path, body) == "scope_missing", (who, path)
    assert http.api.size() == before


def test_the_report_is_published_once(http: HttpDesk) -> None:
    """Seen by the auditor, not before its half is over; what is published stands, and the desk reads it."""
    http.received()
    assert good(http, "kansa", "GET", "/reports/2026-H2")["half"] == "2026-H2"
    assert title(http, "kansa", "POST", "/reports/2026-H2/publish", {}) == "disclosure_half_not_over"
    assert title(http, "kaiji", "GET", "/reports/2026-H1/published") == "disclosure_half_not_published"
    made = good(http, "kansa", "POST", "/reports/2026-H1/publish", {})
    size = http.api.size()
    assert good(http, "kansa", "POST", "/reports/2026-H1/publish", {}) == made
    assert good(http, "kaiji", "GET", "/reports/2026-H1/published") == made
    assert (set(made), http.api.size()) == ({"report", "csv", "ja", "en"}, size)
    assert title(http, "kansa", "GET", "/reports/2026-H3") == "disclosure_half_refused"


def test_a_leak_goes_through_its_steps(http: HttpDesk) -> None:
    """Taken down once under its key, filled in, printed, submitted; that none is needed says another person."""
    first = good(http, "hogo", "POST", "/leaks", LEAK, key="k1")["leaks"]
    size = http.api.size()
    assert good(http, "hogo", "POST", "/leaks", LEAK, key="k1")["leaks"] == first
    assert http.api.size() == size
    other = {**LEAK, "categories": ["secrecy"]}
    assert title(http, "hogo", "POST", "/leaks", other, key="k1") == "idempotency_key_reused"
    assert good(http, "hogo9", "POST", "/leaks", LEAK, key="k1")["leaks"][0]["id"] != first[0]["id"]
    secrecy, personal = (one["id"] for one in first)
    assert [one["due_on"] for one in first[0]["deadlines"]] == ["2026-11-22", "2026-12-21"]
    assert first[0]["missing"]["first"]
    filled = good(http, "hogo", "POST", f"/leaks/{secrecy}/fill", {"fields": {"summary": "誤送信（架空）"}})
    assert filled["fields"]["summary"] == "誤送信（架空）"
    sent = {"stage": "first", "office": "総務省（架空）", "on": "2026-11-23"}
    _, incomplete = ask(http, "hogo", "POST", f"/leaks/{secrecy}/submitted", sent)
    assert incomplete["title"] == "leak_report_incomplete"
    assert incomplete["message"]["ja"].startswith("第一報に必要な記載がありません")
    assert "registration" not in incomplete["message"]["ja"]
    rest = dict.fromkeys(filled["missing"]["first"], "架空")
    good(http, "hogo", "POST", f"/leaks/{secrecy}/fill", {"fields": rest})
    assert good(http, "kansa", "GET", f"/leaks/{secrecy}/form/first").startswith(b"%PDF")
    done = good(http, "hogo", "POST", f"/leaks/{secrecy}/submitted", sent)
    assert done["state"] == "first_reported"
    why = {"why": "実害がない（架空）"}
    assert title(http, "hogo", "POST", f"/leaks/{personal}/not-needed", why) == "leak_report_same_officer"
    assert good(http, "hogo9", "POST", f"/leaks/{personal}/not-needed", why)["state"] == "not_needed"
    assert good(http, "kansa", "GET", f"/leaks/{personal}")["state"] == "not_needed"
    assert len(good(http, "kansa", "GET", "/leaks")["leaks"]) == 4


def test_a_leak_sent_twice_at_once_is_one(http: HttpDesk) -> None:
    """Two requests with one key at the same moment: one incident, one leaf."""
    before = http.api.size()
    more = {"token": http.tokens["hogo"], "json": LEAK, "headers": {"Idempotency-Key": "k2"}}
    got = asyncio.run(http.api.requests([("POST", f"{AT}/leaks", more), ("POST", f"{AT}/leaks", dict(more))]))
    assert [one.status_code for one in got] == [200, 200], [one.text for one in got]
    assert got[0].json() == got[1].json()
    assert http.api.size() == before + 1


def test_parties_and_settings_are_an_administrators(http: HttpDesk) -> None:
    """Registered once, ended for good; a setting is in force from its day, the former stays in the history."""
    made = good(http, "kanri9", "POST", "/parties", provider())
    size = http.api.size()
    assert good(http, "kanri9", "POST", "/parties", provider()) == made
    assert http.api.size() == size
    assert title(http, "kanri9", "POST", "/parties", provider(key="bb" * 32)) == "disclosure_party_taken"
    listed = good(http, "uketsuke", "GET", "/parties")
    assert ([one["id"] for one in listed["parties"]], len(listed["our_key"])) == (["ap"], 64)
    good(http, "kanri9", "POST", "/parties/ap/end", {})
    assert title(http, "kanri9", "POST", "/parties/ap/end", {}) == "unknown_disclosure_party"
    assert good(http, "uketsuke", "GET", "/parties")["parties"] == []
    prefixes = {"隣の通信（架空）": ["203.0.113.128/25"]}
    done = good(http, "kanri9", "POST", "/settings", {"name": "others", "value": prefixes})
    assert done["name"] == "others"
    found = good(http, "kaiji", "GET", "/settings")
    assert (found["in_force"]["others"]["value"], len(found["history"])) == (prefixes, 1)
    past = {"name": "others", "value": prefixes, "valid_from": "2026-01-01"}
    assert title(http, "kanri9", "POST", "/settings", past)
    assert title(http, "kanri9", "POST", "/settings", {"name": "colour", "value": {}})


def test_what_was_refused_at_intake_is_listed(http: HttpDesk) -> None:
    """To clerks, reviewers and auditors, with a limit that is checked."""
    http.ask("uketsuke", "POST", "", {"request": {"type": "nonsense"}})
    (one,) = good(http, "uketsuke", "GET", "/refused?limit=5")["refused"]
    assert one["said"]["by"] == "uketsuke" if "said" in one else one["by"] == "uketsuke"
    for query in ("?limit=0", "?limit=x", "?all=true"):
        assert title(http, "uketsuke", "GET", f"/refused{query}") == "query_refused"


def test_a_correction_and_an_end_of_secrecy_take_two(http: HttpDesk) -> None:
    """Stated by one, confirmed by another; whoever stated it confirms nothing."""
    case = http.decided()
    made = http.post("kaiji", f"/{case}/packages", {"name": "検見川 守", "mode": "paper"})["package"]["package"]
    http.post("kaiji", f"/{case}/packages/release", {"package": made, "channel": "paper", "how": "手渡し"})
    stated = {"name": "document.issued_by_judge", "value": False, "note": "令状が無効だった（架空）"}
    number = http.post("kakunin", f"/{case}/corrections", stated)["correction"]["number"]
    assert http.refused("kakunin", f"/{case}/corrections/confirm", {"number": number}) == "disclosure_parts_not_apart"
    http.post("kakunin2", f"/{case}/corrections/confirm", {"number": number})
    (one,) = http.get("kansa", f"/{case}/corrections")["corrections"]
    assert one["confirmed_by"] == "kakunin2"
    hidden = http.received(secrecy=SECRET, knows=["kakunin", "kakunin2"])
    end = http.post("kakunin", f"/{hidden}/secrecy", {"ground": "document", "note": "解除書（架空）"})["end"]
    assert http.refused("kakunin", f"/{hidden}/secrecy/confirm", {"number": end["number"]})
    http.post("kakunin2", f"/{hidden}/secrecy/confirm", {"number": end["number"]})
    assert hidden in str(http.get("kaiji"))
    assert http.get("kansa", f"/{hidden}/secrecy")["ends"][0]["confirmed_by"] == "kakunin2"


def test_the_inspection_file_and_the_next_provider(http: HttpDesk) -> None:
    """The file is the auditor's alone and a zip with its own check; what isn't an order names no next provider, and an
    answer to a data subject is given only where a person asked for their own."""
    case = http.decided()
    assert http.refused("kaiji", f"/{case}/inspection", {"why": "x"}) == "scope_missing"
    made = http.post("kansa", f"/{case}/inspection", {"why": "総務省の検査（架空）"})
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(made["data"]))) as archive:
        assert "verify.py" in [name.rpartition("/")[2] for name in archive.namelist()]
    for path, body in (("next", {}), ("next/told", {}), ("next/forward", {"peer": "ap"}), ("own-answer", {})):
        assert http.refused("kaiji", f"/{case}/{path}", body), path
    assert http.refused("kaiji", f"/{case}/next", {"items": [1]}) == "disclosure_case_refused"
