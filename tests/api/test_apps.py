"""``/v1/apps``: files scanned over HTTP, kept, and asked about."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.call_desk import HttpCalls, calls_over_http
from tests.calls.desk import CallDesk
from tests.calls.listing.conftest import desk  # noqa: F401  the fixture of that package
from tests.cli.test_app_scan import KARTE, OTHER, OWN, har


@pytest.fixture
def http(desk: CallDesk) -> Any:  # noqa: F811  the fixture above
    """A workspace over HTTP, everybody with a token."""
    with calls_over_http(desk) as served:
        yield served


def asked(http: HttpCalls, who: str, method: str, address: str, **more: Any) -> Any:
    """A request under ``/v1/apps``."""
    return http.ask(who, method, f"/../apps{address}", **more)


WHERE = "?name=a.har&service=madeup&own_host=shop.example.jp"


def test_a_file_is_scanned_kept_and_compared(http: HttpCalls) -> None:
    """The answer is the scan; the second one says who is new; both are listed and found."""
    first = asked(http, "madoguchi", "POST", f"/scans{WHERE}", content=har(OWN, KARTE))
    assert first.status_code == 200, first.text
    assert [each["recipient"] for each in first.json()["recipients"]] == ["karte"]
    second = asked(http, "tanto", "POST", f"/scans{WHERE}", content=har(OWN, KARTE, OTHER)).json()
    assert [(each["kind"], each["recipient"]) for each in second["changes"]] == [("new_recipient", "example.net")]
    listed = asked(http, "tanto", "GET", "/scans?service=madeup").json()
    assert [each["number"] for each in listed] == [2, 1]
    found = asked(http, "tanto", "GET", f"/scans/{listed[0]['id']}").json()
    assert found["recipients"] == second["recipients"]
    assert asked(http, "tanto", "GET", "/scans/as_none").status_code == 404


@pytest.mark.parametrize(
    ("address", "content", "reason"),
    [
        ("/scans?name=a.bin&service=madeup", b"\x7fELF", "app_target_unknown"),
        ("/scans?name=https://x.example/&service=a", b"", "query_refused"),
        ("/scans?name=a.har", b"", "query_refused"),
        (f"/scans{WHERE}&consent_state=maybe", b"", "query_refused"),
        (f"/scans{WHERE}&recorded_from=moon", b"", "query_refused"),
    ],
)
def test_what_cannot_be_scanned_is_refused(http: HttpCalls, address: str, content: bytes, reason: str) -> None:
    """A file of no kind, a site, a missing service, a state that isn't one: a reason each, and nothing kept."""
    told = asked(http, "tanto", "POST", address, content=content)
    assert 400 <= told.status_code < 500
    assert told.json()["title"] == reason
    assert asked(http, "tanto", "GET", "/scans").json() == []


def test_questions_are_answered_by_name(http: HttpCalls) -> None:
    """An answer has who gave it; papers are named by their hash alone; who may only decide may not answer."""
    paper = "ab" * 32
    body = {"service": "madeup", "answers": [{"question": "covered", "value": "yes", "evidence": [paper]}]}
    assert asked(http, "madoguchi", "POST", "/answers", json=body).json()["title"] == "scope_missing"
    assert asked(http, "tanto", "POST", "/answers", json=body).json() == {"service": "madeup", "answers": 1}
    wrong = {"service": "madeup", "answers": [{"question": "covered", "value": "yes", "evidence": ["paper.pdf"]}]}
    assert asked(http, "tanto", "POST", "/answers", json=wrong).status_code in (400, 422)
    found = asked(http, "tanto", "GET", "/questions?service=madeup").json()
    (answer,) = [each["answer"] for each in found if each["answer"]]
    assert (answer["value"], answer["who"], answer["counts"]) == ("yes", "tanto", True)
