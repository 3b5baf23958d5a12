"""The town is visited, and what is found is what is sent, state by state."""

from __future__ import annotations

import pytest

from bench.apps_town import hostile, town
from bench.apps_town.declared import operators, parties, truth
from bench.apps_town.grade import grade
from sekisho.apps.collector import Collected, collect
from sekisho.apps.collector.lexicon import Meaning
from sekisho.apps.evidence import Consent, Grade
from sekisho.apps.recipients import Found, shipped
from tests.apps.collector.conftest import Planned

pytestmark = pytest.mark.chromium

CHOICES = (Consent.BEFORE, Consent.ACCEPTED, Consent.REJECTED)
EVERY = (*CHOICES, Consent.OPTED_OUT)
AUDITED = "www.hayaokuri.example"
BROWSERS_OWN = (".gvt1.com", ".gstatic.com", ".googleapis.com", ".google.com")
"""What some builds of the browser ask for by themselves, no page: the resolver's rules end it on loopback too."""


@pytest.fixture(name="audit", scope="module")
def _audit(place: town.Town, planned: Planned) -> tuple[Collected, town.Town]:
    return collect(planned(operators()[AUDITED].address, max_pages=5), resolver=place.resolver), place


def test_all_that_is_sent_is_found_in_its_state_and_nothing_else(audit: tuple[Collected, town.Town]) -> None:
    """Forty-three third parties on five pages in four states: none missed, none invented, all rightly split."""
    seen, place = audit
    found = grade(AUDITED, seen.requests, EVERY, ("top", "article", "form", "shop", "notice"))
    assert (found.missed, found.invented, found.recall_percent) == (frozenset(), frozenset(), 100.0)
    known = {*operators(), *parties()}
    asked = {each.host for each in place.hits() if not each.host.endswith(hostile.QUARTER)} - known
    assert {each for each in asked if not each.endswith(BROWSERS_OWN)} == set()


def test_what_goes_through_another_names_it(audit: tuple[Collected, town.Town]) -> None:
    """Each request that a third party's tag or redirect caused names that third party among its causes."""
    seen, _ = audit
    through = {each.host: each.via for each in truth(AUDITED) if each.via}
    checked = 0
    for request in seen.requests:
        via = through.get(request.host)
        # On the page where the choice is made, the page itself loads what its running tags may send from now on.
        if via and request.consent in {Consent.BEFORE, Consent.REJECTED, Consent.OPTED_OUT}:
            assert any(f"//{via}/" in each for each in request.initiators), request.url
            checked += 1
    assert checked > 20


def test_values_typed_into_a_form_are_found_though_it_was_not_sent(audit: tuple[Collected, town.Town]) -> None:
    """What a tag takes when a field is left is found, plain and hashed, before and after consent; no form was sent."""
    seen, place = audit
    taken = {(each.host, each.information, each.consent, bool(each.place.layers)) for each in seen.reading.pieces
             if each.words.startswith("typed into a form")}  # fmt: skip
    for information in ("name", "email", "address", "birth_date"):
        assert ("sdk-user.karte.io", information, Consent.BEFORE, False) in taken
    assert ("connect.facebook.net", "email", Consent.ACCEPTED, True) in taken
    assert {host for host, *_ in taken} == {"sdk-user.karte.io", "connect.facebook.net"}
    assert not any(each.target == "/sent" for each in place.hits())


def test_cookies_storage_and_fingerprints_name_who_made_them(audit: tuple[Collected, town.Town]) -> None:
    """A cookie by an answer or a script, a storage key and a canvas each name the address that made it."""
    observed = audit[0].observed
    cookies = {(each.name, each.domain, each.how, each.set_by.split("/")[2]) for each in observed.cookies}
    assert ("uid", "tr.line.me", "header", "tr.line.me") in cookies
    assert ("_town", AUDITED, "script", "connect.facebook.net") in cookies
    assert {each.set_by.split("/")[2] for each in observed.storage} == {
        "cdn-edge.karte.io", "js.repro.io", "statics.a8.net",
    }  # fmt: skip
    prints = {(each.kind, each.by.split("/")[2], each.consent) for each in observed.fingerprints}
    assert prints == {("canvas", "www.clarity.ms", Consent.ACCEPTED)}


def test_the_result_says_how_it_was_made(audit: tuple[Collected, town.Town]) -> None:
    """Waits and settings stand in it; requests are numbered; notice and pictures are there."""
    seen, _ = audit
    facts = dict(seen.reading.facts)
    assert (facts["settle_s"], facts["quiet_s"], facts["cache"]) == ("0.6", "0.3", "off")
    assert [each.number for each in seen.requests] == list(range(1, len(seen.requests) + 1))
    assert {each.grade for each in seen.reading.pieces} == {Grade.OBSERVED}
    (notice,) = seen.observed.notices
    assert {clicks for _, clicks in notice.clicks} == {0, 1}
    assert "送信先" in notice.html
    assert all(each.data[:2] == b"\xff\xd8" for each in seen.observed.screenshots)
    assert {each.about for each in seen.observed.screenshots} == {"page", "notice", "choice"}
    assert {each.reason for each in seen.reading.not_measured} == {"fields_unclear", "worker_unwatched"}


def test_a_rejection_behind_settings_is_found_and_measured(place: town.Town, planned: Planned) -> None:
    """Two boxes unticked and kept are a rejection of four presses, with smaller and paler letters; so is the notice."""
    seen = collect(planned("https://www.kurai.example/external", max_pages=2, states=CHOICES))
    found = grade("www.kurai.example", seen.requests, CHOICES, ("notice",))
    assert (found.missed, found.invented) == (frozenset(), frozenset())
    (banner,) = seen.observed.banners
    yes, no = banner.easiest(Meaning.ACCEPT), banner.easiest(Meaning.REJECT, Meaning.NECESSARY)
    assert yes is not None
    assert no is not None
    assert (yes.steps, no.steps, yes.px, no.px) == (1, 4, 22.0, 10.0)
    assert yes.contrast > 4.5 > no.contrast
    assert banner.ticked == ("広告配信", "アクセス解析")
    assert (banner.area_ratio or 0) > 5
    (notice,) = seen.observed.notices
    assert (notice.body_px, notice.link_px) == (10.0, 10.0)


def test_a_tracker_behind_an_own_name_is_told_by_its_alias(place: town.Town, planned: Planned) -> None:
    """With a resolver the cloaked host is the third party's; without one, that this isn't known is said."""
    address = operators()["www.kakure.example"].address
    plan = planned(address, max_pages=1, states=(Consent.BEFORE,), honey_seed="")
    seen = collect(plan, resolver=place.resolver)
    (host,) = {(each.host, each.cname) for each in seen.requests if each.cname}
    assert host == ("metrics.kakure.example", ("kakure.cname.ebis.ne.jp",))
    found = shipped().matcher().host(*host)
    assert isinstance(found, Found)
    assert found.recipient.id == "ad-ebis"
    assert any(each.host == "metrics.kakure.example" for each in seen.reading.pieces)
    blind = collect(plan)
    assert "cname_not_asked" in {each.reason for each in blind.reading.not_measured}


def test_a_notice_two_clicks_away_is_found_and_an_unclear_banner_not_pressed(
    place: town.Town, planned: Planned
) -> None:
    """The clicks are counted; where a banner only says OK, acceptance isn't measured and nothing is called accepted."""
    states = (Consent.BEFORE, Consent.ACCEPTED)
    seen = collect(planned(operators()["www.tooi.example"].address, max_pages=2, states=states))
    (notice,) = seen.observed.notices
    assert {clicks for _, clicks in notice.clicks} == {2}
    assert {each.consent for each in seen.requests} == {Consent.BEFORE}
    assert {each.reason for each in seen.reading.not_measured} == {"banner_unclear", "cname_not_asked"}


def test_sending_without_encryption_and_without_any_notice_is_seen(place: town.Town, planned: Planned) -> None:
    """A site over plain HTTP without notice or banner: cleartext is marked, a choice isn't measured."""
    seen = collect(planned(operators()["www.nashi.example"].address, states=(Consent.BEFORE, Consent.REJECTED)))
    found = grade("www.nashi.example", seen.requests, (Consent.BEFORE,), ("top", "article", "form", "shop"))
    assert (found.missed, found.invented, seen.observed.notices) == (frozenset(), frozenset(), ())
    assert all(each.cleartext for each in seen.requests)
    assert ("no_banner", "http://www.nashi.example/ (rejected)") in {
        (each.reason, each.place.path) for each in seen.reading.not_measured
    }


@pytest.mark.parametrize("host", ["www.waku.example", "www.kage.example"])
def test_a_banner_in_a_frame_or_a_shadow_tree_is_pressed(place: town.Town, planned: Planned, host: str) -> None:
    """A third party's framed banner and a web component's are read and pressed like any other."""
    seen = collect(planned(operators()[host].address, max_pages=1, states=CHOICES, honey_seed=""))
    found = grade(host, seen.requests, CHOICES, ("top",))
    assert (found.missed, found.invented) == (frozenset(), frozenset())
    assert len(seen.observed.banners) == 1
