"""The shipped rows: without faults, honest about what nobody read, and enough of the Japanese market."""

from __future__ import annotations

import re

import pytest

from bench.apps_recipients import coverage, vendors
from sekisho.apps.recipients import Confidence, Found, Matcher, NotKnown, Told, shipped
from sekisho.apps.recipients.knowledge import from_texts, shipped_texts

KNOWN = shipped()
OURS = Matcher(KNOWN.rows)


def test_the_shipped_files_have_no_faults() -> None:
    """Every file loads strictly, and no two rows contradict each other."""
    assert len(from_texts(shipped_texts())) >= 150


def test_nothing_shipped_is_confirmed_by_an_operator() -> None:
    """What an operator confirmed is never among what is given out."""
    assert {row.operator_confirmed for row in KNOWN.rows} == {Told()}


def test_what_rests_on_memory_is_unconfirmed() -> None:
    """A row from memory is unconfirmed, and so is each of its marks that stands in no source that was read."""
    from_memory = [row for row in KNOWN.rows if row.source == "memory"]
    assert from_memory
    for row in from_memory:
        read = {mark for origin in row.origins for mark in origin.marks}
        assert row.confidence is Confidence.UNCONFIRMED
        for _, mark in row.marks():
            assert row.confidence_of(mark) is (Confidence.CONFIRMED if mark in read else Confidence.UNCONFIRMED)


def test_no_row_names_somebody_it_does_not_know() -> None:
    """A company is a name or nothing: no remarks in its place."""
    for row in KNOWN.rows:
        assert not re.search("以外|未詳|未確認|:", row.company.ja + row.company.en), row.id


@pytest.mark.parametrize("vendor", vendors())
def test_every_vendor_named_has_a_row(vendor: str) -> None:
    """Each vendor that the survey names is found by that name; not every one has a mark it could be seen by."""
    assert OURS.company(vendor)


def test_coverage_reaches_its_goal() -> None:
    """At least 95 % of the vendors named can be seen by a mark, and third-party-web alone is far below."""
    figures = coverage()
    assert figures["jp_vendor_coverage_percent"] >= 95
    assert figures["jp_vendor_coverage_third_party_web_percent"] < 50


SEEN = [
    ("cdn.karte.io", "karte"),
    ("tr.line.me", "line-tag"),
    ("api.line.me", "line-platform"),
    ("yads.c.yimg.jp", "yahoo-japan-ads"),
    ("s.yjtag.jp", "yahoo-tag-manager"),
    ("px.a8.net", "a8"),
    ("www.google-analytics.com", "google-analytics"),
    ("fonts.gstatic.com", "google-fonts"),
    ("www.clarity.ms", "clarity"),
    ("GUM.Criteo.com.", "criteo"),
]


@pytest.mark.parametrize(("host", "expected"), SEEN)
def test_hosts_are_known(host: str, expected: str) -> None:
    """The narrower service wins over the platform it lies in; case and a final dot don't matter."""
    found = KNOWN.matcher().host(host)
    assert isinstance(found, Found)
    assert found.recipient.id == expected


CLASSES = [
    ("net.nend.android.NendAdView", "nend"),
    ("Lcom/five_corp/ad/FiveAd;", "five"),
    ("com.google.android.gms.ads.AdView", "admob"),
    ("com.google.android.gms.common.api.Api", "google-play-services"),
    ("jp.maio.sdk", "maio"),
]


@pytest.mark.parametrize(("name", "expected"), CLASSES)
def test_classes_are_known(name: str, expected: str) -> None:
    """A class belongs to the longest package that it lies in."""
    found = OURS.android_class(name)
    assert found is not None
    assert found.recipient.id == expected


def test_line_is_not_part_of_other_words() -> None:
    """A name is found as a whole: ``line`` isn't in ``infonline``, and a package ends at a dot."""
    assert OURS.company("INFOnline") == ()
    assert OURS.android_class("com.linecorp.linesdkother.A") is None
    assert isinstance(OURS.host("infoline.me"), NotKnown)


RENAMED = ["Facebook, Inc.", "FACEBOOK INC", "Ｆａｃｅｂｏｏｋ　Ｉｎｃ．", "meta platforms", "メタ"]


@pytest.mark.parametrize("name", RENAMED)
def test_renamed_companies_are_found(name: str) -> None:
    """A company is found by old and new names, however its form and width are written."""
    assert "meta" in {each.recipient.id for each in OURS.company(name)}


@pytest.mark.parametrize("name", ["ヤフー株式会社", "ヤフー（株）", "㈱ヤフー", "(株) ヤフー"])
def test_company_forms(name: str) -> None:
    """株式会社, （株） and ㈱, before or after, are the same company."""
    assert "yahoo-japan-ads" in {each.recipient.id for each in OURS.company(name)}


def test_a_former_name_says_until_when() -> None:
    """Zホールディングス became LINEヤフー on 2023-10-01: the old name's last day is told."""
    before = {each.recipient.id: each for each in OURS.company("Zホールディングス株式会社")}["yahoo-japan-ads"]
    assert before.former
    assert before.until is not None
    assert before.until.isoformat() == "2023-09-30"
