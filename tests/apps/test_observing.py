"""Plain facts from what was read: right from words that are there, wrong from what contradicts, else not measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sekisho.apps.evidence import Consent, Grade, NotMeasured, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.facts_of import Material, facts_of
from sekisho.apps.flows import flows_of
from sekisho.apps.law.facts import (
    NOT_LOOKED,
    Denied,
    Fact,
    Inapplicable,
    Known,
    Medium,
    Notice,
    NoticeRow,
    Stated,
    Unmeasured,
)
from sekisho.apps.law.questions import Answers
from sekisho.apps.law.vocabulary import OBSERVATIONS
from sekisho.apps.observing import TELLS
from sekisho.apps.recipients import shipped
from sekisho.apps.reconcile.platform import platform
from sekisho.apps.scan import scan

ON = date(2026, 11, 24)
GAP = NotMeasured(place=Place(path="x"), reason="policy_cut", ja="切れている。", en="It is cut off.")
APK = Target(name="a.apk", sha256="00", kind=TargetKind.ANDROID)
HAR = Target(name="a.har", sha256="01", kind=TargetKind.HAR)
FORM = Target(name="play.csv", sha256="02", kind=TargetKind.PLAY_DATA_SAFETY)
POLICY = Target(name="policy.html", sha256="03", kind=TargetKind.POLICY)
MANIFEST = Target(name="PrivacyInfo.xcprivacy", sha256="04", kind=TargetKind.PRIVACY_MANIFEST)


def policy(*tells: str, gaps: tuple[NotMeasured, ...] = ()) -> Reading:
    """A policy in which rules found these."""
    return Reading(target=POLICY, pieces=(), not_measured=gaps, facts=(("tells", " ".join(tells)),))


def row(recipient: str, *information: str) -> NoticeRow:
    """A row in clear words."""
    clear = Stated.CLEAR
    return NoticeRow(recipient=recipient, handler=clear, information=frozenset(information), information_stated=clear,
                     sender_purpose=clear, recipient_purpose=clear)  # fmt: skip


def form(*types: tuple[str, str, str]) -> Reading:
    """A Data safety form: type, kind of information, manner."""
    pieces = tuple(Piece(grade=Grade.DECLARED, place=Place(path=f"line {number}"), information=kind,
                         words=f"{name} {manner}") for number, (name, kind, manner) in enumerate(types, 2))  # fmt: skip
    return Reading(target=FORM, pieces=pieces)


def seen(host: str, information: str, consent: Consent = Consent.UNKNOWN) -> Piece:
    """Something sent."""
    return Piece(grade=Grade.OBSERVED, place=Place(path="request 1"), host=host, information=information,
                 consent=consent)  # fmt: skip


def observed(*readings: Reading, notice: Fact[Notice] | None = None, medium: Medium = Medium.APP
             ) -> Mapping[str, Fact[bool]]:  # fmt: skip
    """The plain facts of an app of which this was read."""
    material = Material(service="x", readings=(Reading(target=APK, pieces=()), *readings), notice=notice or NOT_LOOKED)
    flows = flows_of(material.readings, shipped(), ())
    stores = platform(flows, material.readings)
    return facts_of(material, flows, medium, stores=stores).observations


def test_every_fact_of_a_policy_and_the_stores_is_given() -> None:
    """No such fact is left as not looked at: each is told, or has the reason why it isn't."""
    found = observed(policy(), notice=Known(Notice()))
    asked = {name for name in OBSERVATIONS if not name.startswith("youth.")}
    assert set(found) == asked
    assert all(isinstance(each, Known | Inapplicable) or each.reason != "not_looked" for each in found.values())
    assert all(each.ja and each.en for each in found.values() if isinstance(each, Unmeasured))


def test_the_words_are_there_or_nobody_knows() -> None:
    """What rules found in a policy is told, at the policy; what they didn't find is never said to be missing."""
    found = observed(policy("p1"))
    assert found["policy.provider"] == Known(True, (Place(path="policy.html"),))
    for name in set(TELLS) - {"policy.provider"}:
        gap = found[name]
        assert isinstance(gap, Unmeasured)
        assert gap.reason == "policy_words_not_found"
    assert observed(policy(gaps=(GAP,)))["policy.contact"] == Unmeasured.of(GAP)
    none = observed()["policy.contact"]
    assert isinstance(none, Unmeasured)
    assert none.reason == "no_policy"


def test_sending_out_is_told_as_it_was_seen() -> None:
    """Right where everybody who was seen has a row; wrong where the policy says that nothing is sent; without traffic,
    or with somebody who isn't found there, it isn't known."""
    sent = Reading(target=HAR, pieces=(seen("t.appsflyer.com", "advertising_id"),))

    def external(notice: Notice, *readings: Reading) -> Fact[bool]:
        return observed(policy("p6"), *readings, notice=Known(notice))["policy.external"]

    assert external(Notice(rows=(row("appsflyer"),)), sent) == Known(True, (Place(path="policy.html"),))
    wrong = external(Notice(denied=(Denied(place=Place(path="policy.html: block 2")),)), sent)
    assert isinstance(wrong, Known)
    assert (wrong.value, wrong.places[0].path) == (False, "policy.html: block 2")
    for notice, readings in ((Notice(rows=(row("appsflyer"),)), ()), (Notice(rows=(row("adco"),)), (sent,))):
        assert isinstance(external(notice, *readings), Unmeasured)


def test_purposes_are_not_taken_for_purposes_of_each_item() -> None:
    """That purposes stand there doesn't show that each item has its own."""
    found = observed(policy("p4"))["policy.purposes"]
    assert isinstance(found, Unmeasured)
    assert found.reason == "purposes_by_item"


@pytest.mark.parametrize(
    ("types", "notice", "expected"),
    [
        ((), Notice(rows=(row("adco", "email"),)), "no_form"),
        ((("PSL_EMAIL", "email", "shared"),), None, "not_looked"),
        ((("PSL_EMAIL", "email", "collected and shared"),), Notice(rows=(row("adco", "email"),)), True),
        ((("PSL_EMAIL", "email", "shared"),), Notice(rows=(row("adco", "contacts"),)), False),
        ((("PSL_EMAIL", "email", "shared"),), Notice(rows=(row("adco", "contacts"),), read_whole=False),
         "told_beyond_form"),
        ((("PSL_EMAIL", "email", "collected"),), Notice(rows=(row("adco", "contacts"),)), "told_beyond_form"),
        ((("PSL_EMAIL", "email", "collected"),), Notice(denied=(Denied(information=frozenset({"email"})),)), False),
        ((("PSL_DEVICE_ID", "device_id", "collected"), ("PSL_DEVICE_ID", "advertising_id", "collected")),
         Notice(denied=(Denied(information=frozenset({"advertising_id"})),)), "little_in_common"),
        ((("PSL_EMAIL", "email", "shared"),), Notice(denied=(Denied(),)), False),
        ((("PSL_EMAIL", "email", "collected"),), Notice(rows=(row("adco", "email"),), read_whole=False),
         "little_in_common"),
    ],
)  # fmt: skip
def test_policy_and_forms(types: tuple[Any, ...], notice: Notice | None, expected: Any) -> None:
    """They contradict where a shared type isn't told or a declared one is denied; they agree only in what both tell."""
    told = None if notice is None else Known(notice, (Place(path="policy.html"),))
    found = observed(*([form(*types)] if types else []), notice=told)["declarations.agree"]
    assert (found.value if isinstance(found, Known) else getattr(found, "reason", None)) == expected


def test_a_form_that_was_read_in_part_agrees_with_nothing() -> None:
    """What stands in the part that wasn't read may contradict."""
    part = replace(form(("PSL_EMAIL", "email", "shared")), not_measured=(GAP,))
    found = observed(part, notice=Known(Notice(rows=(row("adco", "email"),))))["declarations.agree"]
    assert found == Unmeasured.of(GAP)


def test_a_manifest_beside_traffic() -> None:
    """Wrong where something was seen that it doesn't declare, right where all that was seen stands there; an app that
    isn't for iOS has none."""
    assert isinstance(observed()["manifest.agrees"], Inapplicable)

    def beside(*declared: str) -> Fact[bool]:
        pieces = tuple(Piece(grade=Grade.DECLARED, place=Place(path="PrivacyInfo.xcprivacy"), information=each)
                       for each in declared)  # fmt: skip
        readings = (Reading(target=MANIFEST, pieces=pieces),
                    Reading(target=HAR, pieces=(seen("collect.kakuu.example", "email"),)))  # fmt: skip
        flows = flows_of(readings, shipped(), ())
        material = Material(service="x", readings=readings)
        return facts_of(material, flows, Medium.APP, stores=platform(flows, readings)).observations["manifest.agrees"]

    right, wrong = beside("email"), beside("phone")
    assert isinstance(right, Known)
    assert isinstance(wrong, Known)
    assert (right.value, wrong.value) == (True, False)
    assert wrong.places[0].path == "a.har: request 1"


def test_what_is_sensitive_before_permission() -> None:
    """Contacts seen before consent are wrong; that nothing was seen says nothing."""
    early = Reading(target=HAR, pieces=(seen("collect.kakuu.example", "contacts", Consent.BEFORE),))
    found = observed(early)["permission.asked_first"]
    assert isinstance(found, Known)
    assert found.value is False
    later = Reading(target=HAR, pieces=(seen("collect.kakuu.example", "contacts", Consent.ACCEPTED),))
    assert isinstance(observed(later)["permission.asked_first"], Unmeasured)


def test_a_module_that_sends_and_is_untold() -> None:
    """Wrong where its mark is in the file, it was seen sending and the whole policy has no row; else for a person."""
    piece = Piece(grade=Grade.EMBEDDED, place=Place(path="classes.dex"), signature="com.appsflyer")
    mark = Reading(target=replace(APK, name="b.apk"), pieces=(piece,))
    sent = Reading(target=HAR, pieces=(seen("t.appsflyer.com", "advertising_id"),))
    whole, part = Known(Notice(rows=(row("adco"),))), Known(Notice(rows=(row("adco"),), read_whole=False))
    silent = observed(policy("p6"), mark, notice=whole)["policy.modules"]
    assert isinstance(silent, Unmeasured)
    assert silent.reason == "modules_untold"
    found = observed(policy("p6"), mark, sent, notice=whole)["policy.modules"]
    assert found == Known(False, (Place(path="b.apk: classes.dex"),))
    assert isinstance(observed(policy("p6"), mark, sent, notice=part)["policy.modules"], Unmeasured)


def test_nothing_of_it_is_asked_of_a_site() -> None:
    """The guideline speaks of apps: a site has none of these facts, and its items are outside."""
    readings = (Reading(target=replace(HAR, kind=TargetKind.WEB), pieces=()), policy("p1"))
    made = scan(Material(service="x", readings=readings), answers=Answers(), on=ON)
    (found,) = [each for each in made.findings if each.item == "APP-PP-01"]
    assert found.verdict.value == "not_applicable"
