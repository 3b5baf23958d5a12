"""``GET /v1/contracts/checklist``: for a sign-up page to show before the visit."""

from __future__ import annotations

from tests.api.conftest import Api

ADDRESS = "/v1/contracts/checklist"


def test_a_page_gets_the_list(api: Api) -> None:
    """The four questions for a company, on a day."""
    answer = api.request("GET", f"{ADDRESS}?subject=corporation&on=2026-11-23&as_known_at=2026-11-23")
    assert answer.status_code == 200
    made = answer.json()
    assert made["on"] == "2026-11-23"
    assert [one["question"] for one in made["questions"]] == [
        "identity",
        "representative_identity",
        "affiliation",
        "authority",
    ]


def test_an_unknown_kind_is_refused_by_name(api: Api) -> None:
    """Under the name that the parameter has in the address."""
    answer = api.request("GET", f"{ADDRESS}?subject=company")
    assert answer.status_code == 422
    assert answer.json()["fields"]["name"] == "subject"


def test_a_token_is_needed(api: Api) -> None:
    """The law is no secret; the service still answers nobody it doesn't know."""
    assert api.request("GET", f"{ADDRESS}?subject=corporation", token=None).status_code == 401
