"""Who calls: pools of numbers by what their holders are."""

from __future__ import annotations

from random import Random
from typing import Final

from bench.calls_replay.invented import (
    AREAS,
    MOBILE_LENGTH,
    REGIONS,
    digits,
    filled,
    fixed,
    foreign,
    undesignated,
    within,
)

Pools = dict[str, tuple[str, ...]]

_PEOPLE: Final = 20_000
_MOBILE_BLOCKS: Final = 40
_PARETO: Final = 1.1
"""How unequal callers of a transit trunk are: the smaller, the more calls come from few numbers."""

_AFTER_TABLE: Final = "0609"
"""Blocks designated between the day of the table and the day of the calls."""
UNUSED_AREA: Final = "0987"
"""Its made-up blocks are designated and not in use; nobody else here has a number of it."""

UNUSED_CODES: Final = ("+83", "+210", "+214", "+422", "+671", "+699", "+885")
"""Country codes of the wave of September 2020, which nobody has (Guam is +1 671)."""


def callers(rng: Random) -> Pools:
    """Japanese pools."""
    blocks = {start: _blocks_of(rng, start, 6, _MOBILE_BLOCKS) for start in ("070", "080", "090")}
    new_060 = [each for each in _blocks_of(rng, "060", 6, 20) if not each.startswith(_AFTER_TABLE)]
    ip = _blocks_of(rng, "050", 7, 30)
    mobiles = [within(rng, rng.choice(blocks[start]), MOBILE_LENGTH) for start in blocks for _ in range(_PEOPLE // 2)]
    rng.shuffle(mobiles)
    pools: dict[str, list[str]] = {
        # our own users and customers
        "callcentre": _row(rng, "03", 30),
        "hospital": [fixed(rng, "045")],
        "hotline": [fixed(rng, "052") for _ in range(3)],
        "office": _row(rng, "06", 100),
        "shop": _row(rng, "092", 10),
        "city_hall": _row(rng, "022", 50),
        "service_120": [within(rng, "0120" + digits(rng, 3), 10) for _ in range(4)],
        "service_570": [within(rng, "0570" + digits(rng, 3), 10) for _ in range(3)],
        "service_800": [within(rng, "0800" + digits(rng, 3), MOBILE_LENGTH) for _ in range(3)],
        "reseller_ip": [within(rng, ip[0], MOBILE_LENGTH) for _ in range(300)],
        "wholesale": [within(rng, ip[1], MOBILE_LENGTH) for _ in range(1_500)],
        "ported_in": [fixed(rng) for _ in range(200)],
        "own_mobile": [within(rng, rng.choice(blocks["090"][:5]), MOBILE_LENGTH) for _ in range(5_000)],
        "own_060": [within(rng, new_060[0], MOBILE_LENGTH) for _ in range(500)],
        "own_fmc": [within(rng, "0600" + digits(rng, 3), MOBILE_LENGTH) for _ in range(200)],
        "own_ip": [within(rng, ip[2], MOBILE_LENGTH) for _ in range(2_000)],
        "overseas_line": [within(rng, ip[3], MOBILE_LENGTH)],
        # other operators' users
        "fixed": [fixed(rng) for _ in range(_PEOPLE)],
        "mobile": mobiles,
        "mobile_060": [within(rng, rng.choice(new_060[1:]), MOBILE_LENGTH) for _ in range(3_000)],
        "ip_phone": [within(rng, rng.choice(ip[4:]), MOBILE_LENGTH) for _ in range(5_000)],
        "fmc": [within(rng, "0600" + digits(rng, 3), MOBILE_LENGTH) for _ in range(300)],
        "freephone": [within(rng, "0120" + digits(rng, 3), 10) for _ in range(60)],
        "ported_out": [fixed(rng) for _ in range(400)],
        "specific": [within(rng, "0914" + digits(rng, 3), MOBILE_LENGTH) for _ in range(10)],
        # offices
        "police": sorted({fixed(rng, area, ending="0110") for area in AREAS for _ in range(40)}),
        "fire": [fixed(rng, ending="0119") for _ in range(200)],
        "embassy": [fixed(rng, "03") for _ in range(60)],
        "government": [fixed(rng, "03") for _ in range(100)],
        "ends_0110": [within(rng, rng.choice(blocks["090"]), 7) + "0110" for _ in range(80)],
        # nobody's
        "undesignated": [undesignated(rng) for _ in range(2_000)],
        "after_table": [within(rng, _AFTER_TABLE + digits(rng, 2), MOBILE_LENGTH) for _ in range(40)],
        "designated_unused": [fixed(rng, UNUSED_AREA) for _ in range(20)],
        "m2m": [within(rng, "0201", MOBILE_LENGTH) for _ in range(200)],
        "extension": ["201", "3305", "8001", "12"],
        "too_long": [digits(rng, 40) for _ in range(40)],
        "letters": ["anonymous", "Unavailable", "restricted", "keishicho", "警視庁", "asserted;cpc=ordinary"],
    }
    pools["roamer"] = mobiles[:3_000]
    pools["transit_heavy"] = _heavy(rng, [*pools["fixed"], *mobiles], 40_000)
    return {name: tuple(made) for name, made in pools.items()}


def foreign_callers(rng: Random) -> Pools:
    """Foreign pools, and those under codes nobody has."""
    pools: dict[str, list[str]] = {region: [foreign(rng, region) for _ in range(3_000)] for region in REGIONS}
    everyone = [each for region in REGIONS for each in pools[region]]
    pools["foreign"] = everyone
    pools["foreign_heavy"] = _heavy(rng, everyone, 20_000)
    pools["foreign_0110"] = [f"+1{rng.randrange(201, 990)}5550110" for _ in range(80)]
    pools["foreign_0110"] += [filled(rng, "+4420####0110") for _ in range(80)]
    pools["foreign_honest_0110"] = [filled(rng, "+63917###0110") for _ in range(20)]
    pools["uifn"] = [filled(rng, "+800########") for _ in range(40)]
    pools["unused_code"] = [code + digits(rng, 9) for code in UNUSED_CODES for _ in range(700)]
    pools["nanp_impossible"] = [filled(rng, f"+1{first}##555####") for first in "01" for _ in range(400)]
    pools["foreign_too_long"] = [filled(rng, "+4479" + "#" * 14) for _ in range(100)]
    pools["sprayed"] = [filled(rng, "+68612#####") for _ in range(20_000)]
    pools["wangiri"] = [filled(rng, "+24389#######")]
    pools["app_numbers"] = [filled(rng, "+177555501##") for _ in range(60)]
    pools["foreign_listed"] = [foreign(rng, rng.choice(REGIONS)) for _ in range(300)]
    pools["foreign_listed_range"] = [filled(rng, "+60189####77") for _ in range(100)]
    reported = set(pools["foreign_listed"])
    freed = (foreign(rng, rng.choice(REGIONS)) for _ in range(60))
    pools["foreign_freed"] = [each for each in freed if each not in reported]
    pools["japanese_listed"] = [fixed(rng) for _ in range(200)]
    return {name: tuple(made) for name, made in pools.items()}


def _blocks_of(rng: Random, start: str, length: int, count: int) -> list[str]:
    """Distinct blocks that begin with ``start``, the digit after it not 0."""
    made: set[str] = set()
    while len(made) < count:
        made.add(start + str(rng.randrange(1, 10)) + digits(rng, length - len(start) - 1))
    return sorted(made)


def _row(rng: Random, area: str, count: int) -> list[str]:
    """Numbers that follow each other, as an office has them."""
    first = fixed(rng, area)[:-4]
    begin = rng.randrange(0, 9_000)
    return [f"{first}{begin + each:04d}" for each in range(count)]


def _heavy(rng: Random, numbers: list[str], calls: int) -> list[str]:
    """As many entries as calls, each number as often as it calls: a few very often, most once."""
    made: list[str] = []
    while len(made) < calls:
        made += [rng.choice(numbers)] * min(int(rng.paretovariate(_PARETO)), 2_000, calls - len(made))
    rng.shuffle(made)
    return made
