"""The operator's file of entries: strict, and nothing counts that nobody confirmed."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.apps.law.facts import Basis, OptOutKind
from sekisho.apps.notice.entries import TEXT_MOST, read_entries
from sekisho.apps.notice.errors import EntriesRefused
from tests.apps.notice.town import TODAY, entries

HEAD = "operator: 甲社\nservice: 乙\nrecipients:\n  adco:\n"


def test_entries_are_read() -> None:
    """Words in one language or two, kinds and purposes by name, an opt-out, a ground, who confirmed it when."""
    given = entries()
    analytics = given.recipients["google-analytics"]
    assert analytics.information == ("cookie_id", "ip_address", "user_agent", "page_viewed")
    assert analytics.purpose is not None
    assert (analytics.purpose.ja, analytics.purposes) == ("利用状況の分析", ("analytics",))
    assert analytics.since == date(2025, 4, 1)
    stop = given.recipients["user-local"].stop
    assert stop is not None
    assert stop.kind is OptOutKind.SENDING
    assert given.recipients["town.example"].basis is Basis.OWN_IDENTIFIER
    assert all(each.counts(TODAY) for each in given.recipients.values())


@pytest.mark.parametrize("line", [
    "    handlr: 甲社",
    "    information: [cookies]",
    "    purpose: [ads]",
    "    purpose: []",
    "    policy: javascript:alert(1)",
    "    policy: //evil.example/",
    "    policy: https://",
    '    policy: "https://a.example/ b"',
    "    opt_out: data:text/html,x",
    "    basis: because",
    "    confirmed: {by: 法務 花子}",
    "    confirmed: {by: 法務 花子, day: tomorrow}",
    "    stop: {stops: both}",
    "    stop: 電話",
    f"    more: {'あ' * (TEXT_MOST + 1)}",
    "    handler: {en: A K.K.}",
])  # fmt: skip
def test_what_isnt_meant_is_refused(line: str) -> None:
    """A misspelt key, an unknown kind, a link that runs something, half a confirmation: refused with the line."""
    with pytest.raises(EntriesRefused) as refused:
        read_entries(f"{HEAD}{line}\n", "entries.yaml")
    assert refused.value.fields["line"] >= 4


def test_a_half_filled_sketch_is_read() -> None:
    """Keys without a value are as if they weren't there, and make nothing confirmed."""
    given = read_entries(f"{HEAD}    handler:   # who\n    confirmed: {{by: , day: }}\n  statco:\nchanges:\n", "e.yaml")
    assert given.recipients["adco"].handler is None
    assert given.recipients["adco"].confirmed is None
    assert given.changes == ()
    assert read_entries("operator: 甲社\nservice: 乙\nrecipients:\n", "e.yaml").recipients == {}
    with pytest.raises(EntriesRefused, match="operator"):
        read_entries("operator:\nservice: 乙\n", "e.yaml")


def test_an_entry_counts_from_its_day() -> None:
    """Confirmed tomorrow is not confirmed today; unconfirmed is never."""
    given = read_entries(f"{HEAD}    confirmed: {{by: 甲, day: 2026-11-25}}\n  statco: {{handler: 丙社}}\n", "e.yaml")
    assert not given.recipients["adco"].counts(TODAY)
    assert given.recipients["adco"].counts(date(2026, 11, 25))
    assert not given.recipients["statco"].counts(TODAY)
