"""One written-out case for each rule of the builder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sekisho.logs.columns import Addresses
from sekisho.logs.events import Action, Events
from sekisho.logs.intervals.build import Built, LimitMeans, build
from sekisho.logs.intervals.flow import FOLD
from sekisho.logs.kinds import LogKind
from sekisho.logs.rows import Known
from tests.logs.intervals.made import HOUR, SECOND, Said, Told, events, told

START, STOP, INTERIM, RESTART = Action.START, Action.STOP, Action.INTERIM, Action.RESTART
T = 1_800_000_000 * SECOND


def made(*said: Said, limit_means: LimitMeans = LimitMeans.LONGEST) -> Built:
    """The records as one batch."""
    return build(events(said), None, source=7, limit_means=limit_means)


def at(seconds: float, action: Action, who: str | None = "a", **more: object) -> Said:
    """A record so many seconds after ``T``."""
    return replace(Said(T + round(seconds * SECOND), action, who), **more)  # type: ignore[arg-type]  # names are checked


def spans(rows: list[Told]) -> list[tuple[str, float, float, float]]:
    """Who, from when to when, and firm until when, in seconds after ``T``."""
    seconds = [[(value - T) / SECOND for value in (row.start, row.end, row.confirmed)] for row in rows]
    return [(row.who, start, end, firm) for row, (start, end, firm) in zip(rows, seconds, strict=True)]


def test_start_and_stop_are_one_firm_row() -> None:
    """What was logged at both ends is firm between them, and nothing stays open."""
    found = made(at(0, START), at(10, INTERIM), at(60, STOP))
    assert spans(told(found.closed)) == [("a", 0, 60, 60)]
    assert [(row.start_known, row.end_known) for row in told(found.closed)] == [(Known.LOGGED, Known.LOGGED)]
    assert len(found.open) == 0


def test_a_lost_stop_leaves_the_rest_doubtful() -> None:
    """The next assignment ends a holding whose stop was lost; firm is only what an interim record had confirmed."""
    found = made(at(0, START), at(20, INTERIM), at(60, START, "b"), at(90, STOP, "b"))
    assert spans(told(found.closed)) == [("a", 0, 60, 20), ("b", 60, 90, 90)]
    assert told(found.closed)[0].end_known is Known.NEXT_ASSIGNMENT
    assert (found.tally.stops_lost, found.tally.starts_lost) == (1, 0)


def test_a_lost_start_claims_no_more_than_the_stop() -> None:
    """A stop alone proves that it was so at that moment and nothing before it."""
    found = made(at(60, STOP))
    assert spans(told(found.closed)) == [("a", 60, 60, 60)]
    assert told(found.closed)[0].start_known is Known.UNSEEN
    assert found.tally.starts_lost == 1


def test_a_stop_that_tells_its_start_is_whole() -> None:
    """A stop with the session's start (or its length) makes up for the start that was lost."""
    assert spans(told(made(at(60, STOP, own=T + 5 * SECOND)).closed)) == [("a", 5, 60, 60)]


def test_a_stop_of_a_later_session_doesnt_confirm_an_earlier_one() -> None:
    """A stop that says its session began later than the start on record is another session's."""
    found = told(made(at(0, START), at(60, STOP, own=T + 40 * SECOND)).closed)
    assert spans(found) == [("a", 0, 40, 0), ("a", 40, 60, 60)]


def test_a_stop_with_another_session_id_doesnt_confirm_an_earlier_session() -> None:
    """The same user got the same address twice; the device's session ids tell the two apart."""
    found = told(made(at(0, START, session="1"), at(60, STOP, session="2")).closed)
    assert spans(found) == [("a", 0, 60, 0), ("a", 60, 60, 60)]


def test_an_interim_record_alone_begins_a_holding() -> None:
    """Heard of by an interim record: open from there, and firm from one to the next."""
    found = made(at(10, INTERIM), at(40, INTERIM))
    assert spans(told(found.open)) == [("a", 10, 40, 40)]
    assert (told(found.open)[0].start_known, told(found.open)[0].end_known) == (Known.UNSEEN, Known.OPEN)


def test_the_release_of_somebody_else_ends_both() -> None:
    """If b releases what a is known to hold, a's stop and b's start were lost: neither is firm in between."""
    found = told(made(at(0, START, "a"), at(60, STOP, "b"), at(90, STOP, "a")).closed)
    assert spans(found) == [("a", 0, 60, 0), ("a", 90, 90, 90), ("b", 60, 60, 60)]


def test_a_repeat_is_counted_and_changes_nothing() -> None:
    """Datagrams that come twice, wherever in the input."""
    said = [at(0, START), at(60, STOP), at(0, START), at(60, STOP), at(70, START, "b"), at(60, STOP)]
    found = made(*said)
    assert spans(told(found.closed)) == [("a", 0, 60, 60)]
    assert spans(told(found.open)) == [("b", 70, 70, 70)]
    assert found.tally.repeated == 3


def test_a_retransmitted_start_off_by_its_delay_is_a_repeat() -> None:
    """Arrival minus Acct-Delay-Time, both in whole seconds, may differ by one; the session id says it is the same."""
    found = made(
        at(0, START, session="1"), at(1, START, session="1"), at(60, STOP, session="1"), at(61, STOP, session="1")
    )
    assert spans(told(found.closed)) == [("a", 0, 60, 60)]
    assert found.tally.repeated == 2


@pytest.mark.parametrize("swapped", [False, True])
def test_release_and_assignment_of_one_second_in_either_order(swapped: bool) -> None:
    """The last holder's release comes before the next one's assignment, however the file has them."""
    pair = [at(60, STOP, "a"), at(60, START, "b")]
    said = [at(0, START, "a"), *(reversed(pair) if swapped else pair), at(90, STOP, "b")]
    assert spans(told(made(*said).closed)) == [("a", 0, 60, 60), ("b", 60, 90, 90)]


def test_a_whole_session_within_one_second_of_a_handover() -> None:
    """a releases, b has it for less than a second, c follows: in the file b and c are the wrong way round."""
    said = [
        at(0, START, "a"),
        at(60, START, "c"),
        at(60, START, "b"),
        at(60, STOP, "b"),
        at(60, STOP, "a"),
        at(90, STOP, "c"),
    ]
    assert spans(told(made(*said).closed)) == [("a", 0, 60, 60), ("b", 60, 60, 60), ("c", 60, 90, 90)]


def test_cards_that_stamp_out_of_turn() -> None:
    """A release stamped a few milliseconds after the next assignment still is the last holder's."""
    said = [at(0, START, "a"), at(60, START, "b"), at(60.004, STOP, "a"), at(90, STOP, "b")]
    assert spans(told(made(*said).closed)) == [("a", 0, 60.004, 60.004), ("b", 60, 90, 90)]


def test_beyond_the_jitter_stamps_are_believed() -> None:
    """Ten seconds are no jitter: then a really stopped something while b had it, and nothing of b's is firm."""
    said = [at(0, START, "a"), at(60, START, "b"), at(70, STOP, "a"), at(90, STOP, "b")]
    assert spans(told(made(*said).closed)) == [("a", 0, 60, 0), ("a", 70, 70, 70), ("b", 60, 70, 60), ("b", 90, 90, 90)]


def test_an_interim_record_after_its_stop_opens_nothing() -> None:
    """Of one second, the interim record came after the stop in the file: nothing is held any more."""
    found = made(at(0, START), at(60, STOP), at(60, INTERIM))
    assert (spans(told(found.closed)), len(found.open)) == ([("a", 0, 60, 60)], 0)


def test_a_session_shorter_than_a_second_in_the_wrong_order() -> None:
    """The session id says that stop and start of one second are of one session."""
    found = made(at(60, STOP, session="9"), at(60, START, session="9"))
    assert (spans(told(found.closed)), len(found.open)) == ([("a", 60, 60, 60)], 0)


def test_a_restart_ends_what_the_device_had_given_out() -> None:
    """Accounting-On of one device ends its sessions and no other's; what an interim record confirmed stays firm."""
    found = made(
        at(0, START, "a", origin="nas1"),
        at(30, INTERIM, "a", origin="nas1"),
        at(0, START, "b", origin="nas2", address="203.0.113.10"),
        at(100, RESTART, None, origin="nas1"),
    )
    assert spans(told(found.closed)) == [("a", 0, 100, 30)]
    assert told(found.closed)[0].end_known is Known.RESTART
    assert spans(told(found.open)) == [("b", 0, 0, 0)]


def test_a_session_id_given_again_after_a_restart_is_another_session() -> None:
    """Counters of session ids begin anew at a reboot: the same id before and after it proves no continuity."""
    found = told(
        made(
            at(0, START, session="1", origin="n"),
            at(50, RESTART, None, origin="n"),
            at(90, STOP, session="1", origin="n"),
        ).closed
    )
    assert spans(found) == [("a", 0, 50, 0), ("a", 90, 90, 90)]


def test_stops_of_the_second_of_a_restart_were_said_before_it() -> None:
    """A device that shuts down in order stops every session and then says that it goes off, in the same second."""
    found = told(made(at(0, START, origin="n"), at(50, STOP, origin="n"), at(50, RESTART, None, origin="n")).closed)
    assert spans(found) == [("a", 0, 50, 50)]


def test_a_start_of_the_second_of_a_restart_survives_it() -> None:
    """A device that comes up says so and gives out the first address in the same second."""
    found = made(at(50, START, "b", origin="n"), at(50, RESTART, None, origin="n"))
    assert (len(found.closed), spans(told(found.open))) == (0, [("b", 50, 50, 50)])


def test_a_restart_without_a_name_is_the_whole_source() -> None:
    """A device that doesn't say which it is may be any: everything of the source ended."""
    found = made(at(0, START, origin="nas1"), at(50, RESTART, None))
    assert spans(told(found.closed)) == [("a", 0, 50, 0)]


def test_blocks_of_different_sizes_stand_side_by_side() -> None:
    """Overlapping blocks of two holders contradict each other: both stand, and an answer will be ambiguous."""
    found = told(
        made(
            at(0, START, "a", ports=(1024, 2047)),
            at(10, START, "b", ports=(1536, 1599)),
            at(60, STOP, "a", ports=(1024, 2047)),
            at(70, STOP, "b", ports=(1536, 1599)),
        ).closed
    )
    assert spans(found) == [("a", 0, 60, 60), ("b", 10, 70, 70)]


def test_tcp_and_udp_are_pools_of_their_own() -> None:
    """The same port number is somebody else's in the other protocol."""
    found = told(
        made(
            at(0, START, "a", protocol=6),
            at(10, START, "b", protocol=17),
            at(60, STOP, "a", protocol=6),
            at(70, STOP, "b", protocol=17),
        ).closed
    )
    assert spans(found) == [("a", 0, 60, 60), ("b", 10, 70, 70)]


def test_the_same_port_to_different_destinations() -> None:
    """Where a mapping depends on the destination, it is part of what is held."""
    here = {"destination": "198.51.100.7", "destination_port": 443}
    there = {"destination": "198.51.100.8", "destination_port": 443}
    found = told(
        made(
            at(0, START, "a", **here),
            at(10, START, "b", **there),
            at(60, STOP, "a", **here),
            at(70, STOP, "b", **there),
        ).closed
    )
    assert spans(found) == [("a", 0, 60, 60), ("b", 10, 70, 70)]


def test_a_source_of_starts_is_bounded_and_not_held() -> None:
    """Only the moment of the start is firm; the declared longest duration or the next start ends it."""
    found = made(at(0, START, "a", limit=300 * SECOND), at(100, START, "b", limit=300 * SECOND))
    assert spans(told(found.closed)) == [("a", 0, 100, 0), ("b", 100, 400, 100)]
    assert [row.end_known for row in told(found.closed)] == [Known.NEXT_ASSIGNMENT, Known.LIMIT]
    assert len(found.open) == 0


def test_a_lease_is_firm_until_it_ends() -> None:
    """Nobody else can have a lease's address before; it stays open until its end has passed."""
    said = [at(0, START, "a", limit=600 * SECOND)]
    found = made(*said, limit_means=LimitMeans.LEASE)
    assert (len(found.closed), spans(told(found.open))) == (0, [("a", 0, 0, 0)])
    later = build(
        events([at(700, START, "z", address="203.0.113.10")]), found.open, source=7, limit_means=LimitMeans.LEASE
    )
    assert spans(told(later.closed)) == [("a", 0, 600, 600)]
    assert told(later.closed)[0].end_known is Known.LIMIT


def test_a_renewed_lease_is_firm_throughout() -> None:
    """Renewals within the lease, as starts or as interim records, leave no doubtful stretch."""
    for again in (START, INTERIM):
        found = told(
            made(
                at(0, START, limit=600 * SECOND),
                at(500, again, limit=600 * SECOND),
                at(2000, START, "z"),
                limit_means=LimitMeans.LEASE,
            ).closed
        )
        assert all(row.confirmed == row.end for row in found)
        assert (found[0].start, found[-1].end) == (T, T + 1100 * SECOND)


def test_a_lease_that_somebody_else_gets_early_was_given_back() -> None:
    """If somebody else has the address before the lease ends, its release was lost: nothing is firm but the start."""
    found = told(
        made(
            at(0, START, "a", limit=600 * SECOND),
            at(300, START, "b", limit=600 * SECOND),
            at(2000, START, "z"),
            limit_means=LimitMeans.LEASE,
        ).closed
    )
    assert spans(found) == [("a", 0, 300, 0), ("b", 300, 900, 900)]


def test_a_lease_given_back_ends_then() -> None:
    """A release in a later batch ends a lease that was held over."""
    first = made(at(0, START, limit=600 * SECOND), limit_means=LimitMeans.LEASE)
    second = build(events([at(300, STOP)]), first.open, source=7, limit_means=LimitMeans.LEASE)
    assert spans(told(second.closed)) == [("a", 0, 300, 300)]


def test_whole_records_are_firm_and_stand_alone() -> None:
    """One record for all of it; its neighbours neither end it nor are ended by it."""
    found = told(made(at(60, Action.WHOLE, "a", own=T), at(30, Action.WHOLE, "b", own=T + 10 * SECOND)).closed)
    assert spans(found) == [("a", 0, 60, 60), ("b", 10, 30, 30)]


def test_a_point_has_no_length() -> None:
    """A log-in is a moment: it ends nothing and holds nothing."""
    found = told(made(at(60, Action.POINT, "a"), at(60, Action.POINT, "b")).closed)
    assert [(row.who, row.start, row.end, row.end_known) for row in found] == [
        (who, T + 60 * SECOND, T + 60 * SECOND, Known.NOT_LOGGED) for who in "ab"
    ]


def test_what_ends_before_it_starts_is_refused_by_its_number() -> None:
    """The record's number comes back; the rest goes on."""
    found = made(
        at(0, START), at(60, STOP), at(50, Action.WHOLE, own=T + 55 * SECOND), at(80, STOP, "c", own=T + 90 * SECOND)
    )
    assert found.refused.tolist() == [3, 4]
    assert spans(told(found.closed)) == [("a", 0, 60, 60)]


def test_prefixes_are_resources_by_their_length() -> None:
    """A delegated /56 and the /64 of the same beginning are two; so are a prefix and an address."""
    said = [
        at(0, START, "a", address="2001:db8:1::/56"),
        at(5, START, "b", address="2001:db8:1::/64"),
        at(60, STOP, "a", address="2001:db8:1::/56"),
        at(70, STOP, "b", address="2001:db8:1::/64"),
    ]
    found = told(build(events(said, LogKind.AP_AUTH), None, source=1).closed)
    assert [(row.address, *row.span) for row in found] == [
        ("2001:db8:1::/56", "a", T, T + 60 * SECOND, T + 60 * SECOND),
        ("2001:db8:1::/64", "b", T + 5 * SECOND, T + 70 * SECOND, T + 70 * SECOND),
    ]


def test_several_addresses_of_a_session_are_held_apart() -> None:
    """A RADIUS session has an IPv4 address and a prefix: each family is a batch of its own, with the same session."""
    v4 = [at(0, START, session="1"), at(60, STOP, session="1")]
    v6 = [replace(one, address="2001:db8:2::/64") for one in v4]
    assert [spans(told(made(*said).closed)) for said in (v4, v6)] == [[("a", 0, 60, 60)]] * 2


def test_an_address_that_changes_at_an_interim_record() -> None:
    """The interim record begins the new address; the old one is doubtful after its last word, whoever has it next."""
    found = made(
        at(0, START, session="1"),
        at(20, INTERIM, session="1"),
        at(40, INTERIM, session="1", address="203.0.113.10"),
        at(60, STOP, session="1", address="203.0.113.10"),
    )
    assert spans(told(found.closed)) == [("a", 40, 60, 60)]
    assert spans(told(found.open)) == [("a", 0, 20, 20)]


def test_an_hour_that_comes_twice_makes_nothing_firm() -> None:
    """A start in it may have been an hour later, an end too."""
    found = told(
        made(at(0, START, "a"), at(60, STOP, "a", fold=True), at(70, START, "b", fold=True), at(9000, STOP, "b")).closed
    )
    assert spans(found) == [("a", 0, 60 + FOLD / SECOND, 60), ("b", 70, 9000, 70)]
    assert (found[0].end_known, found[1].start_known) == (Known.TWICE, Known.TWICE)
    assert FOLD == HOUR


def test_an_open_table_meets_only_what_is_said_of_it() -> None:
    """A small batch against a large open table: those nobody spoke of stay as they are, byte for byte."""
    many = build(
        Events(
            LogKind.AP_NAT,
            np.arange(5_000),
            np.full(5_000, 1, np.uint8),
            np.full(5_000, T, np.int64),
            Addresses.v4(np.arange(5_000, dtype=np.uint32) + 0xCB007100),
        ),
        None,
        source=1,
    ).open
    last = build(events([Said(T + SECOND, STOP, None, (0, 65535), "203.0.113.9")]), many, source=1)
    assert (len(last.closed), len(last.open)) == (1, 4_999)
    assert spans(told(last.closed)) == [("", 0, 1, 1)]
    assert "203.0.113.9" not in {row.address for row in told(last.open)}


def test_rows_are_of_an_address() -> None:
    """Events without one can't become rows."""
    bare = Events(LogKind.AP_NAT, np.arange(1), np.ones(1, np.uint8), np.zeros(1, np.int64))
    with pytest.raises(ValueError, match="of an address"):
        build(bare, None, source=1)


def test_notes_of_open_rows_hold_a_reference_too() -> None:
    """A reference of a record survives beside the session in the open table, and the session isn't in ended rows."""
    first = made(at(0, START, session="1", reference="post\x00 9"))
    assert first.open.reference is not None
    second = build(events([at(60, STOP, session="1", reference="post\x00 9")]), first.open, source=7)
    assert second.closed.reference is not None
    assert second.closed.reference.text(0) == "post\x00 9"
    third = build(events([at(60, STOP, session="2", reference="post\x00 9")]), first.open, source=7)
    assert spans(told(third.closed)) == [("a", 0, 60, 0), ("a", 60, 60, 60)]
