"""Rows of another kind than their source was declared for answer questions like any other, and are lacking like any."""

from __future__ import annotations

import io
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from sekisho.logs import manifest
from sekisho.logs.intervals.days import moment_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.asked import read_asked
from sekisho.logs.manifest import DayState
from sekisho.logs.policies import Policies
from sekisho.logs.purge.remains import forget
from sekisho.logs.sources import Network, SourceSpec, prefixes
from sekisho.logs.subscribers.identifiers import IdentifierKind
from sekisho.logs.tables import log_input
from tests.logs.declared import declare_all
from tests.logs.formats.test_radius_detail import record
from tests.logs.lookup.made import DAY, PUBLIC, Store, at

LOG_FORMAT = '$remote_addr - $remote_user [$time_local] "$request" $status $remote_port $msec'
RULES = [
    {"kind": "cp.login", "method": "POST", "path": "/login", "status": "2xx"},
    {"kind": "cp.post", "method": "POST", "path": "/posts"},
]
CP = ["cp.login", "cp.post"]
POSTED, POST = "12:00:01", ("taro", "/posts")
QUIET = {"heartbeat_seconds": 5 * 86_400, "clock_seconds": 0, "tick_seconds": 0}


def declared(
    store: Store, format_: str, kind: LogKind, name: str = "bras", covers: tuple[Network, ...] = (), **more: Any
) -> None:
    """A source of a real format that may be silent for days, under policies for every kind."""
    if not Policies(store.workspace).every():
        declare_all(store.workspace)
    spec = SourceSpec(name, "関所通信", "hikari", kind, format_, covers=covers, settings={**QUIET, **more})
    store.logs.add_source(spec, by="admin")


def taken(store: Store, raw: bytes, name: str = "bras") -> None:
    """Taken in as a file."""
    store.logs.ingest(io.BytesIO(raw), name)


def accounting(status: str, time: str, user: int, ports: str | None = None, inside: bool = True) -> bytes:
    """A record of a session, with a range of ports of the public address where one is told."""
    moment = at(time) // 1_000_000
    told = {
        "Acct-Status-Type": status,
        "Acct-Session-Id": f'"{user}"',
        "User-Name": f'"line-{user}"',
        "Framed-IP-Address": f"100.64.0.{user}" if inside else None,
        "Event-Timestamp": str(moment),
        "Timestamp": str(moment),
    }
    return record(told, more=[f'Nat-Port-Range = "{PUBLIC} {ports}"'] if ports else [])


def bras(*sessions: bytes) -> bytes:
    """Sessions, and somebody else's some days before and after, so that all the time between was heard."""
    before = accounting("Start", "-47:00:00", 99) + accounting("Stop", "-46:00:00", 99)
    return before + b"".join(sessions) + accounting("Start", "47:00:00", 99) + accounting("Stop", "47:30:00", 99)


def web(time: str, account: str, path: str, port: int = 2000) -> bytes:
    """A line of nginx."""
    moment = moment_of(at(time))
    stamp = moment.strftime("%d/%b/%Y:%H:%M:%S +0000")
    line = f'{PUBLIC} - {account} [{stamp}] "POST {path} HTTP/1.1" 200 {port} {moment.timestamp():.3f}\n'
    return line.encode()


def board(*lines: bytes) -> bytes:
    """Lines, between log-ins of somebody from elsewhere."""
    return web("-47:00:00", "x", "/login", 9) + b"".join(lines) + web("47:00:00", "x", "/login", 9)


@pytest.mark.parametrize("inside", [True, False], ids=["inside address", "line alone"])
def test_a_bras_alone_that_logs_port_ranges_answers_who_had_a_port(store: Store, inside: bool) -> None:
    """Its translations name the holder, though it was declared for sessions; a port that nobody had is nobody's."""
    declared(store, "freeradius-detail", LogKind.AP_AUTH)
    held = [("11:00:00", 1, "1024-2047"), ("11:00:00", 2, "2048-3071")]
    starts = [accounting("Start", time, user, ports, inside) for time, user, ports in held]
    stops = [accounting("Stop", "13:00:00", user, ports, inside) for _, user, ports in held]
    taken(store, bras(*starts, *stops))
    for port, line in ((1500, "line-1"), (2500, "line-2")):
        answer = store.who(port=port)
        assert (answer["outcome"], answer["branches"][0]["lines"]) == ("unique", [line])
        assert answer["address"]["intervals"][0]["kind"] == "ap.nat"
    assert store.who(port=9000)["outcome"] == "none"


def lacks(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """What is lacking, and of which kind."""
    return [(one["why"], one["kind"]) for one in answer["weak"]]


def inputs(store: Store) -> list[tuple[int, int]]:
    """What the database keeps of when each input's records were."""
    with store.workspace.database.read() as connection:
        return [(row.first, row.last) for row in connection.execute(select(log_input.c.first, log_input.c.last))]


def test_an_account_that_a_sources_other_kind_names_is_seen(store: Store) -> None:
    """One logged in and another posted from the same port in the window: nobody alone, whatever was declared."""
    declared(store, "nginx", LogKind.CP_LOGIN, log_format=LOG_FORMAT, rules=RULES)
    taken(store, board(web("12:00:00", "hanako", "/login"), web("12:00:01", "taro", "/posts")))
    answer = store.who(grant=store.grant(kinds=CP))
    assert answer["outcome"] == "ambiguous"
    assert {one["subject"] for one in answer["address"]["intervals"]} == {"hanako", "taro"}


def test_a_kind_that_isnt_granted_is_lacking_where_its_rows_are_kept(store: Store) -> None:
    """A log-in alone isn't unique on a day of which posts are kept: one may name another; on other days it is."""
    declared(store, "nginx", LogKind.CP_LOGIN, log_format=LOG_FORMAT, rules=RULES)
    taken(store, board(web("-12:00:00", "hanako", "/login"), web("12:00:00", "hanako", "/login"), web(POSTED, *POST)))
    grant = store.grant(kinds=["cp.login"])
    answer = store.who(grant=grant)
    assert (answer["outcome"], *lacks(answer)) == ("ambiguous", ("not_granted", "cp.post"))
    assert store.who(read_asked(PUBLIC, 2000, "2026-11-19T12:00:00+09:00"), grant=grant)["outcome"] == "unique"


def test_a_purged_day_of_the_other_kind_is_lacking(store: Store) -> None:
    """What the posts of the day could have told is gone: nobody is named by what is left, and nobody isn't either."""
    declared(store, "nginx", LogKind.CP_LOGIN, log_format=LOG_FORMAT, rules=RULES)
    taken(store, board(web("12:00:00", "hanako", "/login"), web(POSTED, *POST)))
    moments = inputs(store)

    def purge(connection: Connection) -> None:
        forget(connection, LogKind.CP_POST, DAY + timedelta(days=1), leaf="-")
        manifest.set_day(connection, LogKind.CP_POST, DAY, DayState.PURGED, at=store.workspace.clock.now(), leaf="-")

    store.workspace.commit(purge)
    grant = store.grant(kinds=CP)
    answer = store.who(grant=grant)
    assert (answer["outcome"], *lacks(answer)) == ("ambiguous", ("purged", "cp.post"))
    assert store.who(grant=grant, port=2001)["outcome"] == "expired"
    assert store.who(address="2001:db8::5", grant=grant)["outcome"] == "none"
    assert inputs(store) != moments


def test_a_trail_knows_what_a_sources_other_kind_could_tell(store: Store) -> None:
    """Posts of a source declared for log-ins: found, whole where it was heard; without leave to read them lacking."""
    declared(store, "nginx", LogKind.CP_LOGIN, log_format=LOG_FORMAT, rules=RULES)
    taken(store, board(web(POSTED, *POST)))

    def ask(*kinds: str, end: str = "24:00:00") -> tuple[list[str], list[str]]:
        account = [{"kind": "account", "value": "taro"}]
        grant = store.grant(identifiers=account, kinds=list(kinds), end="2026-11-23T11:00:00+09:00")
        span, by = (at("00:00:00"), at(end)), store.people["kanri"]
        made = store.lookups.trail("taro", *span, grant=grant, by=by, named=IdentifierKind.ACCOUNT).document
        assert made["complete"] is not bool(made["missing"])
        return [one["kind"] for one in made["assignments"]], [one["why"] for one in made["missing"]]

    assert ask(*CP) == (["cp.post"], [])
    assert ask("cp.post") == (["cp.post"], ["not_granted"])
    assert ask("cp.login") == ([], ["not_granted"])
    assert ask(*CP, end="80:00:00") == (["cp.post"], ["not_heard"])


def test_which_of_its_kinds_a_source_was_declared_for_changes_no_answer(store: Store) -> None:
    """Log-ins and posts of anybody on many ports: the answer is by the accounts in the window, and the same of two
    sources that log the same of an address each, one declared for log-ins, the other for posts."""
    chance = random.Random(2024)  # noqa: S311 - examples, no secret
    every = [(account, path) for account in ("hanako", "taro") for path in ("/login", "/posts")]
    lines = {2000 + at: chance.sample(every, chance.randint(0, 4)) for at in range(30)}
    for kind, address in ((LogKind.CP_LOGIN, PUBLIC), (LogKind.CP_POST, "203.0.113.6")):
        covers = prefixes([f"{address}/32"])
        declared(store, "nginx", kind, kind.value, covers, log_format=LOG_FORMAT, rules=RULES)
        told = [web("12:00:00", account, path, port) for port, each in lines.items() for account, path in each]
        taken(store, board(*told).replace(PUBLIC.encode(), address.encode()), kind.value)
    grants = [store.grant(kinds=kinds) for kinds in (CP, CP[:1], CP[1:])]
    expected = {0: "none", 1: "unique", 2: "ambiguous"}
    for port, each in lines.items():
        answers = [
            [store.who(address=one, port=port, grant=grant) for one in (PUBLIC, "203.0.113.6")] for grant in grants
        ]
        for one, other in answers:
            assert one["outcome"] == other["outcome"]
        assert answers[0][0]["outcome"] == expected[len({account for account, _ in each})]
        assert {one["outcome"] for one, _ in answers[1:]} <= {"ambiguous", "coverage_gap"}
