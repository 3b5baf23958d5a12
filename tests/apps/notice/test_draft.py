"""The draft: everybody who was seen has a row, and what nobody confirmed isn't in it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.apps.evidence import Grade, Piece, Place, Reading, Target, TargetKind
from sekisho.apps.flows import flows_of
from sekisho.apps.law.facts import Known
from sekisho.apps.notice.draft import draft
from sekisho.apps.notice.model import NoticeDocument
from sekisho.apps.notice.render import as_json, html
from sekisho.apps.recipients import shipped
from sekisho.apps.reconcile.reconcile import reconcile
from sekisho.apps.reconcile.verdicts import Verdict
from tests.apps.notice.town import ENTRIES, TODAY, entries, flows, new_one

REASON = next(f"{line}\n" for line in ENTRIES.splitlines() if "reason:" in line)
CONTACT = next(f"{line}\n" for line in ENTRIES.splitlines() if line.startswith("contact:"))


def _missing(document: NoticeDocument) -> set[tuple[str, str]]:
    return {(each.key, each.what) for each in document.missing}


def test_a_confirmed_notice_is_complete() -> None:
    """Everybody seen is told by confirmed words: rows, an opt-out with its seven items, a ground with its reason."""
    document = draft(flows(), entries(), on=TODAY)
    assert document.complete
    assert [row.key for row in document.rows] == ["google-analytics", "meta"]
    assert [stop.row.key for stop in document.stops] == ["user-local"]
    assert [one.key for one in document.not_needed] == ["town.example"]
    assert document.updated == date(2026, 11, 20)


def test_a_complete_notice_omits_nothing() -> None:
    """Held against the same flows, what the notice tells is clear for every recipient and kind that was seen."""
    seen = flows()
    found = reconcile(seen, Known(draft(seen, entries(), on=TODAY).as_notice()))
    assert {one.verdict for one in found if one.evidence} == {Verdict.CLEAR}


def test_a_new_recipient_stands_as_to_be_confirmed() -> None:
    """Somebody without an entry has a row without words; what was observed stands as unconfirmed."""
    document = draft(flows(*new_one()), entries(), on=TODAY)
    (row,) = [row for row in document.rows if row.key == "vendor-unknown.example"]
    assert (row.handler, row.purpose, row.information) == (None, None, ())
    assert row.unconfirmed == ("ip_address", "precise_location")
    assert _missing(document) == {("vendor-unknown.example", "entry")}


def test_words_that_nobody_confirmed_are_never_printed() -> None:
    """An entry without a confirmation, or confirmed later, leaves none of its words in page or copy."""
    confirmed = "    confirmed: {by: 法務 花子, day: 2026-11-20}\n"
    at = ENTRIES.index("  meta:")
    for other in ("", "    confirmed: {by: 法務 花子, day: 2026-11-25}\n"):
        text = ENTRIES[:at] + ENTRIES[at:].replace(confirmed, other, 1)
        document = draft(flows(), entries(text), on=TODAY)
        assert ("meta", "confirmed") in _missing(document)
        for written in (html(document), as_json(document).decode()):
            assert "購入や申込み" not in written
            assert "Meta Platforms" not in written


@pytest.mark.parametrize(("cut", "what"), [
    ("    handler: Google LLC\n", ("google-analytics", "handler")),
    ("    purpose: [measurement]\n", ("meta", "purpose")),
    ("    recipient_purpose: [advertising]\n", ("meta", "recipient_purpose")),
    ("      limits: {ja: 使えなくなるものはありません。, en: Nothing.}\n", ("user-local", "stop.limits")),
    (REASON, ("town.example", "reason")),
    (CONTACT, ("", "contact")),
])  # fmt: skip
def test_what_is_lacking_is_named(cut: str, what: tuple[str, str]) -> None:
    """Each matter that a confirmed entry leaves out is named with its recipient; nothing is filled in."""
    assert cut in ENTRIES
    document = draft(flows(), entries(ENTRIES.replace(cut, "")), on=TODAY)
    assert what in _missing(document)
    assert not document.complete


def test_an_opt_out_that_says_nothing_lacks_its_items() -> None:
    """Relying on an opt-out without telling it leaves what stops, how and its limits to be confirmed."""
    at, end = ENTRIES.index("    stop:\n"), ENTRIES.index("    confirmed", ENTRIES.index("    stop:\n"))
    document = draft(flows(), entries(ENTRIES[:at] + ENTRIES[end:]), on=TODAY)
    assert {what for key, what in _missing(document) if key == "user-local"} == {"stop.stops", "stop.how",
                                                                                "stop.limits"}  # fmt: skip


def test_what_was_observed_beyond_an_entry_is_named() -> None:
    """A confirmed entry that doesn't have a kind that was observed is not the whole truth, and says so."""
    text = ENTRIES.replace("information: [cookie_id, page_viewed]", "information: [page_viewed]")
    document = draft(flows(), entries(text), on=TODAY)
    assert ("meta", "unconfirmed") in _missing(document)
    assert "cookie_id" in next(each.ja for each in document.missing)


def test_a_ground_without_a_reason_keeps_the_row() -> None:
    """Who is said to need no notice without a reason stays in the list."""
    cut = '    reason: {ja: ログインを保つ番号を当社だけに送ります。, en: "It keeps you signed in."}\n'
    document = draft(flows(), entries(ENTRIES.replace(cut, "")), on=TODAY)
    assert document.not_needed == ()
    assert "town.example" in {row.key for row in document.rows}


def test_telling_more_and_code_alone_hold_nothing_up() -> None:
    """An entry that no scan saw is told and noted; code that isn't seen to send is noted and not told."""
    apk = Reading(target=Target(name="a.apk", sha256="", kind=TargetKind.ANDROID), pieces=(
        Piece(grade=Grade.EMBEDDED, place=Place(path="classes.dex"), signature="com.appsflyer"),))  # fmt: skip
    only_code = flows_of([apk], shipped(), ())
    document = draft(only_code, entries(), on=TODAY)
    assert document.complete
    assert document.in_file == ("appsflyer",)
    assert "google-analytics" in document.unseen
    assert "appsflyer" not in {row.key for row in document.rows}


def test_jargon_in_the_operators_words_is_told() -> None:
    """A technical term is named with the entry it stands in; explained in brackets it is none."""
    for words, found in (("SDKの改善", (("meta", "SDK"),)), ("SDK（アプリの部品）の改善", ())):
        text = ENTRIES.replace("more: 購入や申込みがあったこと", f"more: {words}")
        assert draft(flows(), entries(text), on=TODAY).jargon == found


@given(st.lists(st.sampled_from(sorted(entries().recipients)), unique=True), st.booleans())
@settings(max_examples=40, deadline=None)
def test_nothing_seen_is_left_out(confirmed: list[str], more: bool) -> None:
    """Whoever was seen is told, excepted with a reason, or missing; complete means that nothing is to be confirmed."""
    text = ENTRIES
    for key in set(entries().recipients) - set(confirmed):
        at = text.index(f"  {key}:")
        text = text[:at] + text[at:].replace("    confirmed: {by: 法務 花子, day: 2026-11-20}\n", "", 1)
    document = draft(flows(*(new_one() if more else ())), entries(text), on=TODAY)
    told = {row.key for row in document.rows} | {stop.row.key for stop in document.stops}
    told |= {one.key for one in document.not_needed}
    seen = {"google-analytics", "meta", "user-local", "town.example"} | ({"vendor-unknown.example"} if more else set())
    assert told == seen
    assert document.complete == (set(confirmed) == set(entries().recipients) and not more)
    assert document.complete == ("要確認" not in html(document))
