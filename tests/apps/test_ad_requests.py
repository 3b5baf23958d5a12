"""Requests for advertisements among an app's traffic, and what they say of apps for children."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from sekisho.apps.ad_requests import KEPT_MOST, AdWatch
from sekisho.apps.evidence import Grade, NotMeasured, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.facts_of import Material
from sekisho.apps.flows import flows_of
from sekisho.apps.law.facts import Fact, Known, Unmeasured
from sekisho.apps.law.questions import Answers
from sekisho.apps.looking import Asked, look
from sekisho.apps.recipients import shipped
from sekisho.apps.reconcile.origin import Origin
from sekisho.apps.traffic import Request
from sekisho.apps.visiting import SimulatedBrowser, WebPages
from sekisho.apps.youth.check import check_youth
from sekisho.apps.youth.facts import AdRequest, Audience, YouthFacts
from sekisho.apps.youth_of import FAMILIES, KIDS, youth_of

ON = date(2026, 11, 24)
AD = "https://googleads.g.doubleclick.net/mads/gma?"
UUID = "38400000-8cf0-11bd-b23e-10b96e40000d"
GAP = NotMeasured(place=Place(path="x"), reason="har_cut_off", ja="切れている。", en="It is cut off.")


def reading(kind: TargetKind, *facts: tuple[str, str], pieces: tuple[Piece, ...] = (), name: str = "",
            gaps: tuple[NotMeasured, ...] = ()) -> Reading:  # fmt: skip
    """A reading of one target."""
    target = Target(name=name or f"a.{kind.value}", sha256="00", kind=kind)
    return Reading(target=target, pieces=pieces, facts=facts, not_measured=gaps)


def watched(*urls: str) -> tuple[AdRequest, ...]:
    """What is found among requests to these addresses."""
    watch = AdWatch("a.har")
    watch.see_all(Request(number=number, url=url, host=url.split("/")[2]) for number, url in enumerate(urls, 1))
    return tuple(watch.found)


def youth(*readings: Reading, ads: dict[str, tuple[AdRequest, ...]] | None = None) -> YouthFacts:
    """What is known of an app."""
    material = Material(service="x", readings=readings, ad_requests=ads or {})
    return youth_of(material, flows_of(readings, shipped(), ()))


def test_what_is_a_request_for_an_advertisement() -> None:
    """The service delivers advertisements and the address says so; analysis, pictures and unknown hosts are none."""
    found = watched(f"{AD}tfcd=1", f"{AD}rdid={UUID}", "https://www.google-analytics.com/g/collect?ads=1",
                    "https://googleads.g.doubleclick.net/logo.png", "https://cdn.kakuu.example/ads/x",
                    "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1/")  # fmt: skip
    assert [(each.place.path, each.tags, each.advertising_id) for each in found] == [
        ("a.har: request 1", frozenset({"tfcd"}), False), ("a.har: request 2", frozenset(), True)
    ]  # fmt: skip


def test_it_keeps_a_bounded_number() -> None:
    """A recording of nothing but such requests keeps some and says so."""
    watch = AdWatch("a.har")
    watch.see_all(Request(number=1, url=AD, host="googleads.g.doubleclick.net") for _ in range(KEPT_MOST + 1))
    assert (len(watch.found), watch.full) == (KEPT_MOST, True)


def test_an_untagged_request_of_an_app_for_children(tmp_path: Path) -> None:
    """From the recording to the finding: an app of the kids category asks for advertisements without a tag; own hosts
    go to the reader too."""
    entries = [{"startedDateTime": "2026-11-24T00:00:00Z", "request": {"method": "GET", "url": url, "headers": []},
                "response": {"status": 200, "headers": []}} for url in (AD, "https://api.shop.example/x")]  # fmt: skip
    (tmp_path / "a.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    (tmp_path / "rating.json").write_text(json.dumps({"data": {"attributes": {KIDS: "FIVE_AND_UNDER"}}}))
    har, rating = str(tmp_path / "a.har"), str(tmp_path / "rating.json")
    asked = Asked(service="x", targets=(har, rating), own_hosts=("shop.example",), origins={har: Origin.IOS})
    material = look(asked, collector=SimulatedBrowser({}), pages=WebPages())
    (recorded,) = [each for each in material.readings if each.target.kind is TargetKind.HAR]
    assert not any(piece.host == "api.shop.example" for piece in recorded.pieces)
    facts = youth_of(material, flows_of(material.readings, shipped(), material.own_hosts))
    (found,) = [each for each in check_youth(facts, Answers(), on=ON) if each.aspect == "child_tags"]
    assert found.verdict.value == "not_addressed"
    assert found.evidence[0].path.endswith("a.har: request 1")


def test_a_recording_without_such_requests_shows_nothing() -> None:
    """None seen isn't none sent; a recording that wasn't read whole, or none at all, isn't measured."""
    none = youth(reading(TargetKind.ANDROID), reading(TargetKind.HAR))
    assert none.ad_requests == Known(())
    assert youth(reading(TargetKind.ANDROID), reading(TargetKind.HAR, gaps=(GAP,))).ad_requests == Unmeasured.of(GAP)
    assert isinstance(youth(reading(TargetKind.ANDROID)).ad_requests, Unmeasured)
    for facts in (none, youth(reading(TargetKind.ANDROID))):
        verdicts = {each.verdict.value for each in check_youth(facts, Answers(), on=ON)}
        assert verdicts.isdisjoint({"addressed", "agrees"})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [((), None), (((FAMILIES, "true"),), True), (((FAMILIES, "TRUE"),), True), (((FAMILIES, "x"),), None)],
)
def test_the_families_policy(facts: tuple[tuple[str, str], ...], expected: bool | None) -> None:
    """Only what the Play form answers is known; an app that answers it has children among its users."""
    found = youth(reading(TargetKind.PLAY_DATA_SAFETY, *facts))
    assert (found.families.value if isinstance(found.families, Known) else None) is expected
    told: Fact[Audience] = found.audience
    assert isinstance(told, Known) is (expected is True)
    if isinstance(told, Known):
        assert told.value is Audience.MIXED


def test_what_only_the_screen_shows_is_not_measured() -> None:
    """When an age was asked isn't known from traffic; the sentence has what the recording tells."""
    gate = youth(reading(TargetKind.ANDROID), reading(TargetKind.HAR, ("first_request", "2026-11-24T00:00:00+00:00"))
                 ).age_gate  # fmt: skip
    assert isinstance(gate, Unmeasured)
    assert "2026-11-24" in gate.ja


def test_marks_in_the_file() -> None:
    """Billing, functions for guardians and age signals are told where their marks are; absence tells nothing."""
    full = youth(reading(TargetKind.ANDROID, ("permission", "com.android.vending.BILLING"),
                         ("age_signals_library", "true"), ("framework", "PermissionKit 1.0")))  # fmt: skip
    assert isinstance(full.payment, Known)
    assert isinstance(full.age_signals, Known)
    assert isinstance(full.guardian_marks, Known)
    assert full.guardian_marks.value == ("PermissionKit 1.0",)
    empty = youth(reading(TargetKind.ANDROID))
    assert isinstance(empty.payment, Unmeasured)
    assert isinstance(empty.guardian_marks, Unmeasured)


def test_behaviour_is_compared_with_the_rating() -> None:
    """Advertisements that were seen contradict a rating that says there are none."""
    piece = Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host="x.vendor.example",
                  information="advertising_data")  # fmt: skip
    facts = youth(reading(TargetKind.IOS), reading(TargetKind.HAR, pieces=(piece,)),
                  reading(TargetKind.AGE_RATING, ("advertising", "false")))  # fmt: skip
    (found,) = [each for each in check_youth(facts, Answers(), on=ON) if each.aspect == "money-advertising"]
    assert found.verdict.value in {"differs", "not_addressed"}
