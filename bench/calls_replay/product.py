"""The made-up operator as the product's own types: what it would register, and the bundle it would publish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from bench.calls_replay.lines import Ask, Line
from bench.calls_replay.trunks import Shows as Showing
from bench.calls_replay.trunks import Trunk
from bench.calls_replay.world import DESIGNATIONS_AS_OF, World
from sekisho.calls.numbers import Block, designations
from sekisho.calls.screening import agreements, bundle
from sekisho.calls.screening.agreements import JAPAN, Agreement, NumberSet, Shows
from sekisho.calls.screening.compile import compiled_json, shipped
from sekisho.calls.screening.decision import Outcome
from sekisho.calls.screening.list_writer import ListWriter
from sekisho.calls.screening.lookups import Choice, LineSettings, Owner, Wish
from sekisho.calls.screening.number_keys import key_of, span_between
from sekisho.calls.screening.settings import write_lines

BEGINS: Final = date(2026, 1, 1)
_SHOWS: Final = {
    Showing.OWN_NUMBERS: Shows.OWN_NUMBERS,
    Showing.SUBSCRIBERS: Shows.OWN_NUMBERS,
    Showing.WHOLESALE: Shows.WHOLESALE,
    Showing.TRANSIT: Shows.TRANSIT,
    Showing.INTERCONNECT: Shows.TRANSIT,
    Showing.ABROAD: Shows.TRANSIT,
    Showing.ROAMING_HUB: Shows.ROAMING_HUB,
    Showing.EMERGENCY: Shows.TRANSIT,
}
_SETTINGS: Final = {
    Ask.LABEL_FOREIGN: ("foreign_calls", Wish.LABEL),
    Ask.REJECT_FOREIGN: ("foreign_calls", Wish.REJECT),
    Ask.ANNOUNCE_ANONYMOUS: ("anonymous_calls", Wish.ANNOUNCE),
    Ask.REJECT_ANONYMOUS: ("anonymous_calls", Wish.REJECT),
    Ask.LABEL_LISTED: ("listed_calls", Wish.LABEL),
    Ask.REJECT_LISTED: ("listed_calls", Wish.REJECT),
}


def unregistered(trunk: Trunk) -> bool:
    """A trunk from the operator's side for which nobody entered what becomes of other numbers: it has no agreement."""
    return trunk.otherwise is None and trunk.shows is Showing.OWN_NUMBERS


def agreement_of(trunk: Trunk) -> Agreement:
    """A trunk's agreement."""
    return Agreement(
        id=f"agreement-{trunk.id}", trunk=trunk.id, direction=trunk.direction, shows=_SHOWS[trunk.shows],
        otherwise=Outcome(trunk.otherwise or "anonymise"), begins=BEGINS, owner=trunk.owner, forwards=trunk.forwards,
        extensions=trunk.extensions,
        numbers=NumberSet(trunk.numbers, trunk.ranges),
    )  # fmt: skip


def settings_of(line: Line) -> LineSettings:
    """What a line asked for."""
    asked = _SETTINGS.get(line.asks)
    return LineSettings() if asked is None else LineSettings(**{asked[0]: Choice(wish=asked[1], consent=line.consent)})


def lists(world: World, *, numbers: int, ranges: int) -> bytes:
    """The lists of the operator and of its lines, filled up to ``numbers`` and ``ranges`` with numbers nobody has."""
    writer = ListWriter()
    held = 0
    for held, each in enumerate(world.listed, 1):
        midnight = None
        if each.until is not None:
            midnight = datetime.combine(each.until + timedelta(days=1), time(), JAPAN)
        writer.add(
            [span_between(each.first, each.last)], list_id=each.list, version=1, entry=held, action=Wish.REJECT,
            owner=Owner.IMPORTED if each.list == "imported" else Owner.OPERATOR, reason=each.reason, expires=midnight,
        )  # fmt: skip
    for line in world.lines.values():
        for place, number in enumerate(line.unwanted):
            key = key_of(number)
            assert key is not None
            writer.add(
                [(key, key)], list_id=f"own-{line.id}", version=1, entry=place, action=Wish.REJECT, sip_status=607,
                owner=Owner.SUBSCRIBER, reason="unwanted", expires=None, line=line.id,
            )  # fmt: skip
    rng = Random(world.seed)  # noqa: S311 - made-up entries
    for entry in range(held, numbers):
        key = key_of(f"+210{rng.randrange(10**9):09d}{entry % 10}")
        assert key is not None
        writer.add(
            [(key, key)], list_id="imported-many", version=1, entry=entry, action=Wish.REJECT, owner=Owner.IMPORTED,
            reason="fraud_reported", expires=None,
        )  # fmt: skip
    for entry in range(ranges):
        first = f"+214{entry:06d}000"
        writer.add(
            [span_between(first, f"{first[:-3]}999")], list_id="operator-many", version=1, entry=entry,
            action=Wish.LABEL, owner=Owner.OPERATOR, reason="range", expires=None,
        )  # fmt: skip
    return writer.content()


def parts(world: World, *, numbers: int = 600_000, ranges: int = 10_000) -> Mapping[str, bytes]:
    """The files of the bundle that this operator publishes, with the rules as they are shipped."""
    snapshot = designations(
        (Block(each.prefix, each.holder, each.area, in_service=each.in_service) for each in world.blocks),
        as_of=DESIGNATIONS_AS_OF,
        source="架空の指定状況",
    )
    agreed = [agreement_of(each) for each in world.trunks.values() if not unregistered(each)]
    return {
        "rules.json": compiled_json(shipped(), name="shipped"),
        "agreements.json": agreements.to_json(agreed),
        "lists.bin": lists(world, numbers=numbers, ranges=ranges),
        "lines.bin": write_lines({each.id: settings_of(each) for each in world.lines.values()}),
        "designations.json": bundle.designations_json(snapshot),
    }
