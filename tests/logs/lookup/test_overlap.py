"""Blocks that two subscribers have at once: a contradiction of the logs is never settled for one of them."""

from __future__ import annotations

from sekisho.logs.kinds import LogKind
from tests.logs.lookup.made import Row, Store


def test_a_port_in_two_holders_blocks_is_ambiguous_and_one_beside_it_is_not(store: Store) -> None:
    """Both blocks are firm and overlap in some ports: those name nobody, a port in one block alone its holder."""
    nat = store.source("cgn", LogKind.AP_NAT, covers=["203.0.113.0/24"])
    auth = store.source("bras", LogKind.AP_AUTH, covers=["100.64.0.0/10"])
    store.put(
        nat,
        Row("11:00:00", "13:00:00", inside="100.64.1.2", ports=(1024, 2047)),
        Row("11:00:00", "13:00:00", inside="100.64.9.9", ports=(1536, 1599)),
    )
    store.put(
        auth,
        Row("10:00:00", "14:00:00", subject="line-1", address="100.64.1.2", ports=(0, 65535)),
        Row("10:00:00", "14:00:00", subject="line-2", address="100.64.9.9", ports=(0, 65535)),
    )
    both = store.who(port=1550)
    assert both["outcome"] == "ambiguous"
    assert {one["inside"] for one in both["address"]["intervals"]} == {"100.64.1.2", "100.64.9.9"}
    alone = store.who(port=1100)
    assert (alone["outcome"], alone["branches"][0]["lines"]) == ("unique", ["line-1"])
