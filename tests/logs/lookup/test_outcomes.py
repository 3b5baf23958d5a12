"""Each outcome comes exactly where it should, and what is lacking is named."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from sekisho.clock import FixedClock
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.answer import Outcome
from sekisho.logs.lookup.asked import read_asked
from sekisho.logs.lookup.errors import QuestionRefused
from sekisho.logs.lookup.ports import Lack
from sekisho.logs.lookup.readers import Readers
from sekisho.logs.lookup.who import LinkName
from sekisho.logs.lookup.words import ENDS, LACKS, LINKS, OUTCOMES
from sekisho.logs.manifest import SegmentState
from sekisho.logs.rows import Known
from tests.logs.lookup.made import DAY, OTHER, PUBLIC, Row, Store, asked

NAT, AUTH = LogKind.AP_NAT, LogKind.AP_AUTH
HERE = ["203.0.113.0/24"]


def lacks(answer: dict[str, Any]) -> set[tuple[str, str]]:
    """The weak links: which, and why."""
    return {(one["link"], one["why"]) for one in answer["weak"]}


def whole_chain(store: Store) -> None:
    """A translation, the session behind it, and logs that were heard."""
    nat = store.source("cgn", NAT, covers=HERE)
    auth = store.source("bras", AUTH, covers=["100.64.0.0/10"])
    store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2"))
    store.put(auth, Row("09:00:00", "18:00:00", subject="taro@example", address="100.64.1.2", ports=(0, 65535)))


def test_a_whole_chain_is_unique_and_shows_each_link_with_its_source(store: Store) -> None:
    """Address to inside address to line, each with interval, source and how its ends are known; recorded first."""
    whole_chain(store)
    before = store.leaves("log.lookup")
    answer = store.who()
    assert answer["outcome"] == "unique"
    assert answer["branches"][0]["lines"] == ["taro@example"]
    (first,) = answer["address"]["intervals"]
    assert (first["inside"], first["source"], first["kind"], first["fraction"]) == ("100.64.1.2", "cgn", "ap.nat", 1.0)
    (second,) = answer["branches"][0]["session"]["intervals"]
    assert (second["subject"], second["source"], second["end_known"]) == ("taro@example", "bras", "logged")
    assert second["start"] == f"{DAY}T09:00:00+09:00"
    assert answer["weak"] == []
    assert store.leaves("log.lookup") == before + 1


def test_a_translation_that_names_the_line_needs_no_session(store: Store) -> None:
    """The row's own subject ends the chain."""
    nat = store.source("cgn", NAT, covers=HERE)
    store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2", subject="line-7"))
    answer = store.who()
    assert (answer["outcome"], answer["branches"][0]["lines"]) == ("unique", ["line-7"])
    assert answer["branches"][0]["session"] is None


@pytest.mark.parametrize(
    "second",
    [
        Row("12:00:01", "12:30:00", inside="100.64.9.9"),
        Row("11:59:00", "11:59:59", inside="100.64.9.9"),
        Row("12:00:01", "12:30:00", inside="100.64.9.9", confirmed="12:00:01"),
    ],
    ids=["after", "before", "doubtful"],
)
def test_somebody_else_in_the_window_makes_it_ambiguous(store: Store, second: Row) -> None:
    """Another holder within the margin, firm or not, before or after: all are shown, nobody is named."""
    nat = store.source("cgn", NAT, covers=HERE)
    store.source("bras", AUTH, covers=["100.64.0.0/10"])
    store.put(nat, Row("11:59:59", "12:00:01", inside="100.64.1.2"), second)
    answer = store.who()
    assert answer["outcome"] == "ambiguous"
    assert {one["inside"] for one in answer["address"]["intervals"]} == {"100.64.1.2", "100.64.9.9"}
    assert ("address", "doubtful") in lacks(answer)


def test_a_holding_that_may_have_ended_is_ambiguous(store: Store) -> None:
    """Only its doubtful stretch meets the window."""
    nat = store.source("cgn", NAT, covers=HERE)
    store.put(nat, Row("09:00:00", "13:00:00", inside="100.64.1.2", confirmed="10:00:00", end_known=Known.OPEN))
    answer = store.who()
    assert answer["outcome"] == "ambiguous"
    assert answer["address"]["intervals"][0]["firm"] is False


def test_nobody_is_none_only_with_logs_that_were_whole(store: Store) -> None:
    """Heard all the time and no row: nobody. A gap within the window: nobody knows."""
    nat = store.source("cgn", NAT, covers=HERE, heard=False)
    store.heard(nat, "-24:00:00", "11:00:00")
    store.heard(nat, "11:59:59", "24:00:00")
    store.put(nat, Row("09:00:00", "09:30:00", inside="100.64.1.2"))
    assert store.who(time="12:30:00")["outcome"] == "none"
    answer = store.who(time="12:00:00")
    assert (answer["outcome"], lacks(answer)) == ("coverage_gap", {("address", "not_heard")})


def test_a_gap_of_another_source_that_could_have_answered_is_never_unique(store: Store) -> None:
    """One translator names somebody, another of the same addresses was silent."""
    whole_chain(store)
    store.source("cgn2", NAT, covers=HERE, heard=False)
    answer = store.who()
    assert (answer["outcome"], lacks(answer)) == ("ambiguous", {("address", "not_heard")})


def test_an_address_of_somebody_else_is_the_next_providers(store: Store) -> None:
    """No source covers it, and the sources say what they cover."""
    store.source("cgn", NAT, covers=HERE)
    grant = store.grant(targets=[OTHER])
    assert store.who(address=OTHER, grant=grant)["outcome"] == "next_provider"


def test_without_any_source_nobody_knows(store: Store) -> None:
    """An empty store never says that nobody had it."""
    answer = store.who()
    assert (answer["outcome"], lacks(answer)) == ("coverage_gap", {("address", "no_source")})


def test_a_purged_day_is_expired_also_when_its_key_goes_between_opening_and_answering(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open reader doesn't outlive its key: destroyed after the rows were read, the answer is made anew."""
    whole_chain(store)
    grant = store.grant()
    assert store.who(grant=grant)["outcome"] == "unique"
    assert len(store.lookups._readers) == 2
    read = Readers.read
    gone: list[object] = []

    def destroying(self: Readers, *arguments: Any) -> Any:
        found = read(self, *arguments)
        if not gone:
            gone.append(store.workspace.destroy_key(f"log/ap.nat/{DAY}", reason="period over", by="admin"))
        return found

    monkeypatch.setattr(Readers, "read", destroying)
    answer = store.who(grant=grant)
    assert gone
    assert (answer["outcome"], lacks(answer)) == ("expired", {("address", "purged")})


def test_a_session_log_that_is_gone_makes_the_chain_expired(store: Store) -> None:
    """The first link stands, the second was deleted: the chain says which."""
    whole_chain(store)
    store.workspace.destroy_key(f"log/ap.auth/{DAY}", reason="period over", by="admin")
    answer = store.who()
    assert answer["address"]["outcome"] == "unique"
    assert (answer["outcome"], lacks(answer)) == ("expired", {("session", "purged")})


def damage(store: Store, segment: str, how: str) -> None:
    """Remove a segment's file, or flip a bit in it."""
    (path,) = store.workspace.path.glob(f"logs/*/*/{segment}.segment")
    if how == "missing":
        path.unlink()
        return
    content = bytearray(path.read_bytes())
    place = {"damaged_rows": 40, "damaged_footer": len(content) - 30}[how]
    content[place] ^= 4
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["missing", "damaged_rows", "damaged_footer"])
def test_a_damaged_store_is_a_gap_and_never_nobody(store: Store, how: str) -> None:
    """A file gone or with a flipped bit: neither somebody nor nobody."""
    nat = store.source("cgn", NAT, covers=HERE)
    (segment,) = store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2", subject="line-7"))
    damage(store, segment, how)
    answer = store.who()
    expected = "segment_missing" if how == "missing" else "segment_damaged"
    assert (answer["outcome"], lacks(answer)) == ("coverage_gap", {("address", expected)})


def test_damage_beside_an_answer_makes_it_ambiguous(store: Store) -> None:
    """One segment names somebody, another of that day can't be read."""
    nat = store.source("cgn", NAT, covers=HERE)
    row = Row("11:00:00", "13:00:00", inside="100.64.1.2", subject="line-7")
    store.put(nat, row)
    (segment,) = store.put(nat, Row("09:00:00", "09:10:00", inside="100.64.1.3", subject="line-8"))
    damage(store, segment, "missing")
    assert store.who()["outcome"] == "ambiguous"


def test_a_later_version_of_a_row_takes_its_place_wherever_it_lies(store: Store) -> None:
    """Taken as open at noon, known since to have ended at ten: the earlier version doesn't answer."""
    nat = store.source("cgn", NAT, covers=HERE)
    store.put(nat, Row("09:00:00", "13:00:00", inside="100.64.1.2", session=7), state=SegmentState.SEALED)
    assert store.who()["address"]["outcome"] == "unique"
    store.put(nat, Row("09:00:00", "10:00:00", inside="100.64.1.2", session=7), state=SegmentState.LATE)
    assert store.who()["outcome"] == "none"


def test_a_window_across_midnight_joins_the_pieces_of_one_holding(store: Store) -> None:
    """Two days' segments, one holding: its pieces cover the window together."""
    nat = store.source("cgn", NAT, covers=HERE)
    store.put(nat, Row("-1:00:00", "01:00:00", inside="100.64.1.2", subject="line-7"))
    answer = store.who(time="00:00:00")
    assert answer["outcome"] == "unique"
    assert sum(one["fraction"] for one in answer["address"]["intervals"]) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("session", "outcome", "why"),
    [
        ((), "coverage_gap", "nobody"),
        ((Row("09:00:00", "18:00:00", subject="a"), Row("11:00:00", "12:30:00", subject="b")), "ambiguous", "doubtful"),
        ((Row("09:00:00", "12:00:00", subject="a"),), "ambiguous", "doubtful"),
    ],
    ids=["nobody", "two", "part"],
)
def test_a_weak_session_is_named_and_never_unique(
    store: Store, session: tuple[Row, ...], outcome: str, why: str
) -> None:
    """Nobody, two, or one for part of the time behind the inside address."""
    nat = store.source("cgn", NAT, covers=HERE)
    auth = store.source("bras", AUTH, covers=["100.64.0.0/10"])
    store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2"))
    for one in session:
        row = Row(one.start, one.end, subject=one.subject, address="100.64.1.2", ports=(0, 65535))
        store.put(auth, row)
    answer = store.who()
    assert (answer["outcome"], lacks(answer)) == (outcome, {("session", why)})


def test_without_session_logs_the_chain_breaks_there(store: Store) -> None:
    """No source of sessions, one that covers other addresses, and one that the grant leaves out."""
    nat = store.source("cgn", NAT, covers=HERE)
    store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2"))
    assert lacks(store.who()) == {("session", "no_source")}
    store.source("elsewhere", AUTH, covers=["10.0.0.0/8"])
    answer = store.who()
    assert (answer["outcome"], lacks(answer)) == ("coverage_gap", {("session", "no_source")})
    store.source("bras", AUTH, covers=["100.64.0.0/10"])
    answer = store.who(grant=store.grant(kinds=["ap.nat"]))
    assert (answer["outcome"], lacks(answer)) == ("coverage_gap", {("session", "not_granted")})


def test_inside_addresses_in_use_twice_are_told_apart_by_realm(store: Store) -> None:
    """Two access networks with one inside range: without realms two lines, with them the right one."""
    nat = store.source("cgn", NAT, covers=HERE, settings={"realm": "east"})
    east = store.source("bras-east", AUTH, covers=["100.64.0.0/10"], settings={"realm": "east"})
    west = store.source("bras-west", AUTH, covers=["100.64.0.0/10"], settings={"realm": "west"})
    store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2"))
    for source, subject in ((east, "taro"), (west, "jiro")):
        store.put(source, Row("09:00:00", "18:00:00", subject=subject, address="100.64.1.2", ports=(0, 65535)))
    answer = store.who()
    assert (answer["outcome"], answer["branches"][0]["lines"]) == ("unique", ["taro"])


def test_a_row_that_names_nobody_is_no_answer(store: Store) -> None:
    """A device that leaves inside addresses out and knows no lines."""
    nat = store.source("cgn", NAT, covers=HERE)
    store.put(nat, Row("11:00:00", "13:00:00"))
    answer = store.who()
    assert (answer["outcome"], lacks(answer)) == ("ambiguous", {("address", "not_named")})


def test_protocols_have_ports_of_their_own(store: Store) -> None:
    """One port, two protocols, two holders: named with the protocol, ambiguous without."""
    nat = store.source("cgn", NAT, covers=HERE)
    for protocol, subject in ((6, "tcp-line"), (17, "udp-line")):
        store.put(nat, Row("11:00:00", "13:00:00", inside="100.64.1.2", subject=subject, protocol=protocol))
    assert store.who(protocol="tcp")["branches"][0]["lines"] == ["tcp-line"]
    assert store.who()["outcome"] == "ambiguous"


def test_each_clock_is_asked_by_its_own_margin(store: Store) -> None:
    """A source that may be ten seconds off is asked about twelve."""
    nat = store.source("cgn", NAT, covers=HERE, settings={"clock_seconds": 10})
    store.put(nat, Row("11:00:00", "11:59:55", inside="100.64.1.2", subject="a"))
    store.put(nat, Row("11:59:56", "13:00:00", inside="100.64.1.3", subject="b"))
    assert store.who()["outcome"] == "ambiguous"
    assert store.who(time="12:00:30")["outcome"] == "unique"


def test_a_prefix_answers_for_every_address_in_it(store: Store) -> None:
    """IPv6: a delegated prefix, asked by an address within."""
    auth = store.source("dhcp6", AUTH, covers=["2001:db8::/32"])
    row = Row("09:00:00", "18:00:00", subject="taro", address="2001:db8:0:100::/56", ports=(0, 65535))
    store.put(auth, row)
    answer = store.who(address="2001:db8:0:1ff::1", port=443)
    assert (answer["outcome"], answer["branches"][0]["lines"]) == ("unique", ["taro"])
    assert answer["address"]["intervals"][0]["resource"] == "2001:db8:0:100::/56"
    assert store.who(address="2001:db8:0:200::1", port=443)["outcome"] == "none"


def test_a_content_providers_posts_end_at_the_account(store: Store) -> None:
    """Points in time name accounts; there is no chain behind them."""
    posts = store.source("board", LogKind.CP_POST)
    point = Row("12:00:00", "12:00:00.000001", subject="account-9", ports=(2000, 2000), end_known=Known.NOT_LOGGED)
    store.put(posts, point)
    answer = store.who(grant=store.grant(kinds=["cp.post"]))
    assert (answer["outcome"], answer["reached"]) == ("unique", "address")
    assert answer["branches"][0]["lines"] == ["account-9"]


def test_a_content_log_that_is_not_granted_may_name_another(store: Store) -> None:
    """Within the window one account logged in from the port and another posted from it: with only one of the logs
    granted nobody is named alone, and nobody isn't an answer; with both, both are shown; where no other log is kept
    for the address, one is enough."""
    logins = store.source("site", LogKind.CP_LOGIN)
    point = partial(Row, ports=(2000, 2000), end_known=Known.NOT_LOGGED)
    store.put(logins, point("12:00:00", "12:00:00.000001", subject="account-1"))
    login, both = store.grant(kinds=["cp.login"]), store.grant(kinds=["cp.login", "cp.post"])
    assert store.who(grant=login)["outcome"] == "unique"
    store.source("elsewhere", LogKind.CP_POST, covers=["198.51.100.0/24"])
    assert store.who(grant=login)["outcome"] == "unique"
    posts = store.source("board", LogKind.CP_POST)
    store.put(posts, point("12:00:01", "12:00:01.000001", subject="account-2"))
    answer = store.who(grant=login)
    assert answer["outcome"] == "ambiguous"
    assert [one["why"] for one in answer["weak"]] == ["not_granted"]
    assert store.who(grant=login, time="15:00:00")["outcome"] == "coverage_gap"
    answer = store.who(grant=both)
    assert answer["outcome"] == "ambiguous"
    assert {line for one in answer["branches"] for line in one["lines"]} == {"account-1", "account-2"}


def test_a_post_without_a_port_is_never_the_one_who_had_it(store: Store) -> None:
    """A server that logs no source port: somebody else behind the same address may have had the port asked about. Asked
    for the address alone, what is logged is all there is."""
    posts = store.source("board", LogKind.CP_POST)
    point = Row("12:00:00", "12:00:00.000001", subject="account-9", ports=(0, 65535), end_known=Known.NOT_LOGGED)
    store.put(posts, point)
    grant = store.grant(kinds=["cp.post"])
    answer = store.who(grant=grant)
    assert (answer["outcome"], answer["branches"][0]["lines"]) == ("ambiguous", ["account-9"])
    assert store.who(grant=grant, port=None)["outcome"] == "unique"


def test_a_time_that_has_not_come_is_refused(store: Store, clock: FixedClock) -> None:
    """And one without an offset, and values that can't be."""
    clock.advance(timedelta(days=-4))
    with pytest.raises(QuestionRefused):
        store.who(time="12:00:00")
    for wrong in (
        {"time": "2026-11-20T12:00:00"},
        {"time": "0001-01-01T00:00:00+23:59"},
        {"time": "9999-12-31T23:59:59-23:59"},
        {"port": 70_000},
        {"address": "203.0.113"},
        {"within": "2 weeks"},
        {"protocol": "tcpp"},
    ):
        values: dict[str, Any] = {"address": PUBLIC, "port": 1, "time": "2026-11-20T12:00:00Z", **wrong}
        with pytest.raises(QuestionRefused):
            read_asked(**values)


def test_every_code_has_its_words() -> None:
    """Outcomes, lacks, links and ends are all told in both languages."""
    assert set(OUTCOMES) == set(Outcome)
    assert set(LACKS) == set(Lack)
    assert set(LINKS) == set(LinkName)
    assert set(ENDS) == set(Known)


def test_asked_margins() -> None:
    """``--within`` in its forms."""
    assert asked(within="1.5s").within == 1_500_000
    assert asked(within="500ms").within == 500_000
    assert asked(within="3").within == 3_000_000
