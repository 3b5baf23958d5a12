"""Hostile pages cost a bounded time and memory; each is told apart, and none keeps the next from being looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.apps_town import hostile, town
from sekisho.apps.collector import Collected, Limits, collect
from sekisho.apps.evidence import Consent
from tests.apps.collector.conftest import Planned

pytestmark = pytest.mark.chromium

BEFORE = (Consent.BEFORE,)


def _visited(planned: Planned, *names: str) -> tuple[Collected, dict[str, set[str]]]:
    """One visit of all these pages, and the reasons of each."""
    addresses = tuple(f"https://{hostile.host(each)}/" for each in names)
    seen = collect(planned(addresses[0], pages=addresses[1:], max_pages=len(names), states=BEFORE))
    reasons: dict[str, set[str]] = {each: set() for each in names}
    for missing in seen.reading.not_measured:
        for name in names:
            if hostile.host(name) in missing.place.path:
                reasons[name].add(missing.reason)
    reasons[names[0]].discard("cname_not_asked")
    return seen, reasons


_GROUPS = (
    {
        "nest": {"too_many_frames"}, "alerts": {"dialog_loop"}, "confirms": {"dialog_loop"}, "staying": set(),
        "bounce": {"redirect_loop"}, "csp": set(), "locked": set(), "endless": set(), "download": {"download"},
    },
    {
        "restless": {"never_settled"}, "flood": {"too_many_requests"}, "badcert": {"certificate"},
        "down": {"navigation_failed"}, "slow": {"navigation_failed"}, "windows": set(), "heap": {"page_crashed"},
        "lying": set(), "replaced": {"hook_replaced"},
    },
    {
        "bulk": {"too_much_data"}, "broken": {"load_unfinished"}, "chatter": set(), "spin": {"no_answer"},
        "reload": {"load_unfinished", "never_stays"}, "links": set(),
    },
)  # fmt: skip


_GIVEN_UP = {
    "load_unfinished", "no_answer", "never_settled", "navigation_failed", "page_refused", "page_timeout",
}  # fmt: skip
"""A page that keeps changing may reach a limit of time first, or end what it is asked in between: told all the same."""


@pytest.mark.parametrize("group", _GROUPS, ids=["asking", "flooding", "endless"])
def test_each_trick_is_told_and_none_spoils_the_next(
    place: town.Town, planned: Planned, group: dict[str, set[str]]
) -> None:
    """In one visit every page is looked at or has its own reason why it wasn't, and its requests are kept."""
    seen, reasons = _visited(planned, *group)
    for name, expected in group.items():
        assert reasons[name] <= expected | _GIVEN_UP, name
        assert reasons[name] or not expected, name
    reached = {each.host for each in seen.requests}
    assert all(reasons[each] for each in group if hostile.host(each) not in reached)


def test_a_page_that_eats_memory_ends_its_browser_and_no_other_state(place: town.Town, planned: Planned) -> None:
    """The browser is killed at its limit, with the reason; another state's browser goes on."""
    plan = planned(f"https://{hostile.host('hog')}/", states=(Consent.BEFORE, Consent.REJECTED))
    seen = collect(replace(plan, limits=Limits(memory_bytes=900 * 2**20)))
    reasons = [(each.reason, each.place.path.rpartition(" ")[2]) for each in seen.reading.not_measured]
    assert ("memory_limit", "(before)") in reasons
    assert any(state == "(rejected)" for _, state in reasons)


def test_a_gigabyte_of_page_ends_at_a_limit(place: town.Town, planned: Planned) -> None:
    """A document without end is given up, by its bytes or by its time; what was asked stays recorded."""
    seen, reasons = _visited(planned, "giant")
    assert reasons["giant"] & {"too_much_data", "load_unfinished", "no_answer"}
    assert [each.host for each in seen.requests] == [hostile.host("giant")]


def test_workers_are_said_not_to_be_watched_and_their_requests_are_found(place: town.Town, planned: Planned) -> None:
    """A worker's request is recorded although the tab's own record doesn't have it."""
    seen, reasons = _visited(planned, "worker")
    assert reasons["worker"] == {"worker_unwatched"}
    assert "https://www.clarity.ms/from-worker?x=1" in {each.url for each in seen.requests}


def test_a_form_that_sends_itself_is_held_back(place: town.Town, planned: Planned) -> None:
    """A form whose fields send it when they change is filled and not sent; that it tried is told."""
    seen, _ = _visited(planned, "trap")
    assert len(seen.observed.fields) == 2
    assert seen.observed.held_back
    assert not any(each.target == "/sent" for each in place.hits())


def test_a_banner_that_does_not_listen_makes_no_state(place: town.Town, planned: Planned) -> None:
    """Where the banner stays after its button was pressed, what follows is of an unknown state."""
    address = f"https://{hostile.host('deaf')}/"
    seen = collect(planned(address, max_pages=1, states=(Consent.ACCEPTED,)))
    assert "press_without_effect" in {each.reason for each in seen.reading.not_measured}
    assert Consent.ACCEPTED not in {each.consent for each in seen.requests}


def test_two_banners_at_once_are_not_guessed(place: town.Town, planned: Planned) -> None:
    """Neither of two banners is pressed."""
    seen = collect(planned(f"https://{hostile.host('two')}/", max_pages=1, states=(Consent.BEFORE, Consent.ACCEPTED)))
    assert [each.reason for each in seen.reading.not_measured].count("banner_unclear") == 2
    assert {each.consent for each in seen.requests} == {Consent.BEFORE}
