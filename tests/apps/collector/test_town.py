"""The town is what it says: a truth to grade by must be one."""

from __future__ import annotations

import pytest

from bench.apps_town.declared import KINDS, operators, parties, truth
from bench.apps_town.grade import grade, states_of
from sekisho.apps.evidence import Consent
from sekisho.apps.recipients import Found, shipped
from sekisho.apps.traffic import Request


def test_every_third_party_is_a_recipient_of_the_knowledge_base() -> None:
    """At least forty impersonated hosts, each of the row that the declaration says."""
    matcher = shipped().matcher()
    foreign = {host: each for host, each in parties().items() if not host.endswith(".example")}
    assert len(foreign) >= 40
    for host, party in foreign.items():
        found = matcher.host(host)
        assert isinstance(found, Found)
        assert found.recipient.id == party.recipient, host


def test_what_goes_through_another_can_get_there() -> None:
    """Whatever is sent through a party is sent in a state and on a page where that party is sent to itself."""
    for operator in operators().values():
        sent = truth(operator.host)
        for each in sent:
            if each.via:
                assert each.via in {up.host for up in sent if (up.state, up.kind) == (each.state, each.kind)}


@pytest.mark.parametrize("host", sorted(operators()))
def test_grading_sees_what_is_missed_and_what_is_made_up(host: str) -> None:
    """A visit that finds nothing misses everything; one that reports another state invents it."""
    kinds = operators()[host].kinds()
    nothing = grade(host, (), states_of(host), kinds)
    assert nothing.missed == nothing.expected
    assert nothing.recall_percent == 0
    stray = Request(number=1, url="https://x.nend.net/", host="x.nend.net", consent=Consent.BEFORE,
                    page=f"https://{host}{KINDS['top']}")  # fmt: skip
    assert grade(host, (stray,), states_of(host), kinds).invented == {(Consent.BEFORE, "top", "nend")}
