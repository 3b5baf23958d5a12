"""Keys of contracts: survivors are re-wrapped, ends have their day; what is destroyed goes no sooner and no later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sekisho.contracts.lifecycle.certificate import check
from sekisho.contracts.lifecycle.certificates import issued, listed
from sekisho.contracts.lifecycle.destroying import State
from sekisho.contracts.lifecycle.errors import ContractRecordsDestroyed, UnknownCertificate
from sekisho.contracts.lifecycle.moving import Mover
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import contract_end_key
from tests.contracts.lifecycle.lives import BY, Shop, said


def test_a_running_contract_stays_readable_while_its_months_keys_go(shop: Shop) -> None:
    """Over four months each key is destroyed on its day; row and leaf of the contract open all the time."""
    decision = shop.accepted("K-1")
    begun = shop.life.begin([decision], by=BY).contract
    assert shop.key_of(decision) == "contract/2026-11"
    for day, key, destroyed in [
        (date(2026, 12, 1), "contract/2026-12", set()),
        (date(2026, 12, 31), "contract/2026-12", set()),
        (date(2027, 1, 1), "contract/2027-01", {"contract/2026-11"}),
        (date(2027, 2, 1), "contract/2027-02", {"contract/2026-11", "contract/2026-12"}),
    ]:
        shop.go_to(day)
        entries = shop.due()
        assert not [each for each in entries if each.state == "failed"]
        assert shop.key_of(decision) == key
        assert {end.name for end in shop.workspace.keyring.destructions()} == destroyed
        assert shop.readable(decision)
        assert shop.leaf_opens(decision)
        assert shop.leaf_opens(begun.id)
        assert shop.life.find("K-1").id == begun.id


def test_an_ended_contract_is_kept_three_years_and_then_gone(shop: Shop) -> None:
    """On the last day everything opens; the day after nothing does, and another process was refused."""
    decision = shop.accepted("K-1")
    begun = shop.life.begin([decision], by=BY).contract
    shop.go_to(date(2027, 2, 10))
    shop.due()
    ended = shop.life.end("K-1", on=date(2027, 2, 9), by=BY).contract
    last = contract_end_key(date(2027, 2, 9))
    assert last == "contract/last/2030-02-09"
    assert (ended.key, shop.key_of(decision), ended.settled) == (last, last, True)
    shop.go_to(date(2030, 2, 9))
    shop.due()
    assert shop.readable(decision)
    assert shop.leaf_opens(decision)
    assert shop.leaf_opens(begun.id)
    shop.go_to(date(2030, 2, 10))
    entries = shop.due()
    assert ("destroyed", "done") in said(entries, "contract-keys")
    assert not shop.readable(decision)
    assert not shop.leaf_opens(decision)
    assert not shop.leaf_opens(begun.id)
    assert last in {end.name for end in shop.workspace.keyring.destructions()}
    gone = shop.life.find(begun.id)
    assert (gone.reference, gone.document()["state"]) == (None, "destroyed")
    with pytest.raises(ContractRecordsDestroyed):
        shop.life.withdraw_end(begun.id, by=BY)
    assert {each.key: each.state for each in listed(shop.workspace)}[last] is State.FINAL


def test_the_certificate_is_checked_without_the_workspace(small: Shop) -> None:
    """What was destroyed, when, how many rows and leaves, and that the probe was refused; by the ledger's key alone."""
    decision = small.accepted("K-1")
    small.life.begin([decision], by=BY)
    small.life.end("K-1", on=None, by=BY)
    last = contract_end_key(small.today)
    with pytest.raises(UnknownCertificate):
        issued(small.workspace, last)
    small.go_to(date(2029, 11, 24))
    small.due()
    small.workspace.checkpoint()
    import orjson

    from sekisho.ledger import fingerprint

    found = check(orjson.dumps(issued(small.workspace, last)), key=fingerprint(small.workspace.ledger_public_key))
    assert (found.key, found.state, found.key_compared) == (last, "final", True)
    assert found.rows == {"contract_decision": 1, "contract": 1, "contract_event": 1}
    assert (found.leaves, found.erased, found.backups) == (3, 3, [])


def test_what_led_to_nothing_goes_after_the_houses_period(shop: Shop) -> None:
    """An application that was turned away is kept six months from its day, then its key is destroyed."""
    refused = shop.turned_away("K-9")
    shop.go_to(date(2026, 12, 1))
    shop.due()
    assert shop.key_of(refused) == "contract/last/2027-05-23"
    shop.go_to(date(2027, 5, 23))
    shop.due()
    assert shop.readable(refused)
    shop.go_to(date(2027, 5, 24))
    shop.due()
    assert not shop.readable(refused)
    assert not shop.leaf_opens(refused)


def test_a_declared_period_holds_for_what_is_moved_later(small: Shop) -> None:
    """The operator's own period, with its reason, instead of the six months; what has its day already keeps it."""
    early = small.turned_away("K-8")
    small.go_to(date(2026, 12, 1))
    small.due()
    small.life.declare_period(1, reason="申込みの問い合わせは1か月で終わる", by=BY)
    late = small.turned_away("K-9")
    small.go_to(date(2027, 1, 1))
    small.due()
    assert small.key_of(early) == "contract/last/2027-05-23"
    assert small.key_of(late) == "contract/last/2027-01-01"
    assert small.life.period().reason.startswith("申込み")


def test_an_accepted_decision_without_a_contract_is_kept_and_named(small: Shop) -> None:
    """It is never let go by itself; it stands in the worklist, late after half a year, until somebody says."""
    decision = small.accepted("K-1")
    small.pass_days(13)
    assert said(small.due(), "contract-unresolved") == []
    small.pass_days(1)
    assert said(small.due(), "contract-unresolved") == [("no_contract_known", "waiting")]
    small.go_to(date(2027, 7, 1))
    assert said(small.due(), "contract-unresolved") == [("no_contract_known", "overdue")]
    assert small.readable(decision)
    assert small.leaf_opens(decision)
    small.life.not_made(decision, by=BY)
    assert said(small.due(), "contract-unresolved") == []
    small.go_to(date(2027, 8, 1))
    small.due()
    # Its six months were over long ago: it goes on the first day that it can.
    assert small.key_of(decision) == "contract/last/2027-08-01"
    small.pass_days(1)
    small.due()
    assert not small.readable(decision)


def test_a_contract_that_began_after_all_brings_its_records_back(small: Shop) -> None:
    """Said to have led to nothing and moved; then it began: its records are those of a running contract again."""
    decision = small.accepted("K-1")
    small.life.not_made(decision, by=BY)
    small.go_to(date(2026, 12, 1))
    small.due()
    assert small.key_of(decision).startswith("contract/last/")
    small.life.begin([decision], by=BY)
    assert small.key_of(decision) == "contract/2026-12"
    assert small.leaf_opens(decision)


def test_an_end_is_corrected_and_withdrawn(small: Shop) -> None:
    """Each moves rows and leaves to where they belong then, and says whether they had been moved before."""
    decision = small.accepted("K-1")
    small.life.begin([decision], by=BY)
    small.pass_days(10)
    small.life.end("K-1", on=small.today - timedelta(days=1), by=BY)
    first = small.key_of(decision)
    small.life.correct_end("K-1", on=small.today - timedelta(days=3), by=BY, note="解約日の訂正")
    assert small.key_of(decision) != first
    assert small.key_of(decision) == contract_end_key(small.today - timedelta(days=3))
    withdrawn = small.life.withdraw_end("K-1", by=BY)
    assert small.key_of(decision) == "contract/2026-12"
    assert withdrawn.ledger_index is not None
    small.workspace.settle()
    opened = small.workspace.open_leaf(withdrawn.ledger_index)
    assert opened is not None
    assert (opened.row.kind, b'"records_had_been_moved":true' in opened.body) == ("contract.end_withdrawn", True)
    assert small.leaf_opens(decision)


def test_an_end_learnt_too_late_still_keeps_until_today(small: Shop) -> None:
    """A contract that ended more than three years ago is kept through the day on which that is learnt."""
    decision = small.accepted("K-1")
    small.life.begin([decision], by=BY)
    small.go_to(date(2031, 1, 10))
    small.due()
    small.life.end("K-1", on=date(2027, 1, 1), by=BY)
    assert small.key_of(decision) == "contract/last/2031-01-10"
    small.due()
    assert small.readable(decision)
    small.pass_days(1)
    small.due()
    assert not small.readable(decision)


def test_a_key_is_not_destroyed_while_something_under_it_does_not_open(small: Shop) -> None:
    """A damaged row is named, the month's key stays, and everything else is moved."""
    from sqlalchemy import text

    bad, good = small.accepted("K-1"), small.accepted("K-2")
    small.life.begin([bad], by=BY)
    small.life.begin([good], by=BY)
    with small.workspace.database.write() as connection:
        connection.execute(
            text("UPDATE contract_decision SET body = :body WHERE id = :id"), {"body": b"\x01" * 99, "id": bad}
        )
    small.go_to(date(2027, 1, 1))
    entries = small.due()
    assert ("could_not_open", "failed") in said(entries, "contract-moves")
    assert ("survivors_left", "failed") in said(entries, "contract-keys")
    assert small.workspace.keyring.exists("contract/2026-11")
    assert small.key_of(good) == "contract/2027-01"


def test_a_second_run_finds_nothing_to_do(small: Shop) -> None:
    """Running again at once moves and destroys nothing, and writes no leaf."""
    small.life.begin([small.accepted("K-1")], by=BY)
    small.turned_away("K-2")
    small.go_to(date(2027, 1, 1))
    small.due()
    small.workspace.settle()
    size = small.workspace.ledger().size if small.workspace.checkpoint() else 0
    again = small.due()
    assert [each for each in again if each.state == "done"] == []
    small.workspace.checkpoint()
    assert small.workspace.ledger().size == size


def test_other_tables_leaves_keep_the_houses_period(small: Shop) -> None:
    """A leaf under a month's key that no row belongs to is neither lost with its month nor kept for ever."""
    leaf = small.workspace.seal(kind="test.said", owner="contract/2026-11", body=b"{}")
    small.workspace.commit(lambda _: None, [leaf])
    small.go_to(date(2027, 1, 1))
    small.due()
    assert small.leaf_opens(leaf.id)
    small.go_to(date(2027, 5, 24))
    small.due()
    with pytest.raises(KeyDestroyed):
        small.workspace.open_leaf(leaf.id)


def test_moving_in_batches_loses_nothing(small: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than a batch holds: all are moved, each once."""
    from sekisho.contracts.lifecycle import holdings, moving

    few = tuple(
        type(each)(each.table, each.belongs, each.owner, each.indexes, each.reference, 2) for each in holdings.HOLDINGS
    )
    monkeypatch.setattr(moving, "HOLDINGS", few)
    monkeypatch.setattr(moving, "LEAVES_AT_ONCE", 2)
    decisions = [small.accepted(f"K-{n}") for n in range(5)]
    for n, decision in enumerate(decisions):
        small.life.begin([decision], by=BY, reference=f"C-{n}")
    small.go_to(date(2026, 12, 1))
    moved = Mover(small.workspace).move_from("contract/2026-11")
    assert moved.rows == 10
    assert {small.key_of(each) for each in decisions} == {"contract/2026-12"}
    assert all(small.leaf_opens(each) for each in decisions)
