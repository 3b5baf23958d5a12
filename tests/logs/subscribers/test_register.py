"""The register: taken in whole, found by exact match on a date, gone with its keys."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from sekisho.clock import FixedClock
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.tables import log_register, log_subscriber, log_subscriber_index
from sekisho.logs.subscribers.errors import IdentifierRefused, RegisterRefused
from sekisho.logs.subscribers.identifiers import IdentifierKind, identifier
from sekisho.logs.subscribers.read import read_register
from sekisho.logs.subscribers.record import Contractor
from sekisho.logs.subscribers.register import SubscriberRegister
from tests.logs.lookup.made import DAY, Row, Store
from tests.logs.lookup.test_outcomes import HERE, lacks

TODAY = date(2026, 11, 23)
CSV = """contract,line,phone,iccid,imei,account,email,payment,valid_from,valid_to,氏名,住所
C-1,taro@example,090-0000-0001,8981100000000000018,35-209900-176148-1,u1,Taro@Example.jp,P-77,2026-04-01,,架空 太郎,1
C-2,jiro@example,090-0000-0002,,,,,,2026-04-01,2026-10-31,架空 次郎,
C-3,hana@example,090-0000-0002|090-0000-0003,,,,,,2026-11-01,,架空 花子,
"""
WHO = {"kinds": ["subscriber"], "ground": "investigation_inquiry", "begin": "2026-04-01T00:00:00+09:00"}


def take(store: Store, text: str = CSV, *, since: date = date(2026, 4, 1), as_of: date = TODAY) -> Any:
    """Take a register in."""
    rows = read_register(text.encode(), lines=False)
    return SubscriberRegister(store.workspace).take_in(rows, covers_from=since, as_of=as_of, by="admin")


def ask(store: Store, kind: str, value: str, day: date = DAY) -> tuple[str, list[str]]:
    """The outcome and the contracts."""
    wanted = identifier(IdentifierKind(kind), value)
    grant = store.grant(**WHO, identifiers=[{"kind": kind, "value": value}])
    found = store.lookups.contractor(wanted, day, grant=grant, by=store.people["kanri"]).document
    return found["outcome"], [one["contract"] for one in found["contractors"]]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("line", "taro@example"),
        ("phone", "０９０－００００－０００１"),
        ("phone", "+81 90 0000 0001"),
        ("iccid", "8981100000000000018F"),
        ("imei", "352099001761487"),
        ("imei", "3520990017614823"),
        ("account", "u1"),
        ("email", "TARO@example.JP"),
        ("payment", "P-77"),
    ],
)
def test_each_identifier_finds_the_contractor_however_it_is_written(store: Store, kind: str, value: str) -> None:
    """Exact match in one form."""
    take(store)
    assert ask(store, kind, value) == ("unique", ["C-1"])


def test_the_contractor_is_that_of_the_day(store: Store) -> None:
    """A number that was given to somebody else: each on their days, nobody before, nobody knows outside."""
    take(store)
    assert ask(store, "phone", "090-0000-0002", date(2026, 10, 31)) == ("unique", ["C-2"])
    assert ask(store, "phone", "090-0000-0002", date(2026, 11, 1)) == ("unique", ["C-3"])
    assert ask(store, "phone", "090-0000-0003", date(2026, 10, 31)) == ("none", [])
    assert ask(store, "phone", "090-0000-0009") == ("none", [])
    take(store, CSV, since=date(2026, 11, 1), as_of=TODAY)
    assert ask(store, "phone", "090-0000-0003", date(2026, 11, 1)) == ("unique", ["C-3"])


def test_without_a_register_of_the_day_nobody_knows(store: Store) -> None:
    """None taken in, or one that covers other days."""
    assert ask(store, "phone", "090-0000-0001") == ("coverage_gap", [])
    take(store, since=date(2026, 11, 21))
    assert ask(store, "phone", "090-0000-0001") == ("coverage_gap", [])


def test_two_contracts_of_one_day_are_ambiguous(store: Store) -> None:
    """An inconsistent register names nobody as the one."""
    take(store, CSV + "C-4,,090-0000-0001,,,,,,2026-11-01,,架空 三郎,\n")
    outcome, contracts = ask(store, "phone", "090-0000-0001")
    assert (outcome, sorted(contracts)) == ("ambiguous", ["C-1", "C-4"])


def test_a_newer_register_takes_the_place_of_what_it_contains(store: Store) -> None:
    """Rows and indexes of the old one are removed; the store holds one register."""
    take(store)
    take(store, CSV.replace("C-1", "C-1b"))
    assert ask(store, "account", "u1") == ("unique", ["C-1b"])
    with store.workspace.database.read() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (log_register, log_subscriber, log_subscriber_index)
        ]
    assert counts == [1, 3, 12]


def test_a_register_that_breaks_off_counts_for_nothing(store: Store) -> None:
    """The one before still answers; the next clears the rest away."""
    take(store)
    with pytest.raises(RegisterRefused) as caught:
        take(store, CSV.replace("C-1", "C-9") + "C-5,,abc,,,,,,2026-04-01,,,\n")
    assert caught.value.fields["line"] == 5
    assert ask(store, "account", "u1") == ("unique", ["C-1"])
    take(store, CSV)
    with store.workspace.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(log_register)).scalar_one() == 1


def test_what_ended_goes_with_the_key_of_its_last_day(store: Store, clock: FixedClock) -> None:
    """Purged: expired, not "none"; nothing in the database opens it or finds it; the others stay."""
    take(store)
    store.workspace.destroy_key("log/subscriber/2026-10-31", reason="period over", by="admin")
    assert ask(store, "phone", "090-0000-0002", date(2026, 10, 30)) == ("expired", [])
    assert ask(store, "phone", "090-0000-0002", date(2026, 11, 1)) == ("unique", ["C-3"])
    clock.advance(timedelta(days=1))
    taken = take(store, as_of=date(2026, 11, 24))
    assert taken.refused == 1
    assert ask(store, "phone", "090-0000-0002", date(2026, 10, 30)) == ("expired", [])


def test_nothing_personal_stands_in_the_database(store: Store) -> None:
    """Neither names nor numbers, whatever file of the workspace is looked at."""
    take(store)
    store.workspace.settle()
    secrets = [text.encode() for text in ("架空 太郎", "09000000001", "090-0000-0001", "taro@example", "P-77")]
    for path in store.workspace.path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret in content for secret in secrets), path


def test_the_chain_ends_at_the_contractor_where_the_grant_allows_it(store: Store) -> None:
    """The line's contract on the day; a line the register doesn't know is named and the whole isn't unique."""
    take(store)
    nat = store.source("cgn", LogKind.AP_NAT, covers=HERE)
    store.put(nat, Row("11:00:00", "13:00:00", subject="taro@example"))
    store.put(nat, Row("11:00:00", "13:00:00", subject="nobody@example", ports=(3000, 3511)))
    kinds = ["ap.nat", "ap.auth", "subscriber"]
    answer = store.who(grant=store.grant(kinds=kinds))
    assert (answer["outcome"], answer["reached"]) == ("unique", "contractor")
    (branch,) = answer["branches"]
    assert branch["contractors"][0]["person"]["氏名"] == "架空 太郎"
    answer = store.who(grant=store.grant())
    assert (answer["outcome"], answer["branches"][0]["contractors"]) == ("unique", None)
    answer = store.who(port=3000, grant=store.grant(kinds=kinds))
    assert (answer["outcome"], lacks(answer)) == ("coverage_gap", {("contractor", "not_in_register")})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("contract,valid_from\nC-1,2026-13-01\n", 2),
        ("contract,valid_from,valid_to\nC-1,2026-04-01,2026-03-31\n", 2),
        ("contract,valid_from\n,2026-04-01\n", 2),
        ("contract,valid_from\nC-1\n", 2),
        ("contract,valid_from,valid_from\nC-1,2026-04-01,2026-04-01\n", 1),
        ("contract,valid_from,個人番号\nC-1,2026-04-01,1\n", 1),
        ("contract,valid_from,phone\nC-1,2026-04-01,12\n", 2),
        ('contract,valid_from\n"C-1,2026-04-01\n', 2),
        ("contract,valid_from\nC-1,2026-04-01\n" + "C" * 2000 + ",2026-04-01\n", 3),
    ],
)
def test_a_file_that_is_no_register_is_refused_with_its_line(text: str, line: int) -> None:
    """Nothing of it is taken in."""
    with pytest.raises(RegisterRefused) as caught:
        list(read_register(text.encode(), lines=False))
    assert caught.value.fields["line"] == line


def test_a_register_may_be_json_lines_or_windows_japanese() -> None:
    """The same rows."""
    expected = Contractor(
        "C-1",
        date(2026, 4, 1),
        None,
        (identifier(IdentifierKind.PHONE, "09000000001"), identifier(IdentifierKind.PHONE, "09000000002")),
        {"氏名": "架空 太郎"},
    )
    numbers = '["090-0000-0001","090-0000-0002"]'
    lines = f'{{"contract":"C-1","valid_from":"2026-04-01","phone":{numbers},"氏名":"架空 太郎"}}\n'
    assert list(read_register(lines.encode(), lines=True)) == [expected]
    csv = "contract,valid_from,phone,氏名\r\nC-1,2026/04/01,09000000001|09000000002,架空 太郎\r\n"
    assert list(read_register(csv.encode("cp932"), lines=False)) == [expected]
    for wrong in (b"{", b"[1]", b'{"contract":"C-1"}', b'{"contract":1,"valid_from":"2026-04-01"}', b"\x80\xff\x80"):
        with pytest.raises(RegisterRefused):
            list(read_register(wrong, lines=True))


def test_an_identifier_that_is_none_is_refused_without_being_repeated() -> None:
    """The error says what is expected, never the value."""
    for kind, wrong in (("phone", "12345"), ("iccid", "12"), ("imei", "x" * 15), ("email", "abc"), ("account", " ")):
        with pytest.raises(IdentifierRefused) as caught:
            identifier(IdentifierKind(kind), wrong)
        assert wrong.strip() == "" or wrong not in str(caught.value.as_document())
