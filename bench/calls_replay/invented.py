"""Numbers nobody was meant by, and the ways of writing them.

How they are chosen:

* Fixed Japanese numbers have a real area code, for the shape, and an exchange (市内局番) that begins with 1. Exchanges
  begin with 2 to 9, for 1XY codes would be dialled otherwise; so these can be nobody's, the police stations' too.
* Mobile, IP, FMC and service numbers have no such gap. They are drawn at random within blocks drawn at random, never
  taken from a list; whom one belongs to, if anybody, isn't known, and none is ever dialled or kept in a file.
* Foreign numbers are from the ranges that regulators keep free for stories where there are such (North America
  555-01xx, Ofcom, ACMA, ARCEP, Bundesnetzagentur, ComReg); elsewhere they are drawn at random in the country's shape.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

AREAS: Final = (
    "03", "06", "011", "022", "025", "027", "028", "042", "043", "044", "045", "046", "047", "048", "049",
    "052", "053", "054", "058", "059", "072", "073", "075", "076", "078", "079", "082", "083", "084", "086",
    "087", "088", "089", "092", "093", "096", "097", "098", "099", "0144", "0166", "0178", "0234", "0266",
    "0284", "0294", "0467", "0532", "0568", "0594", "0742", "0749", "0776", "0834", "0857", "0877", "0942",
    "0957", "0985",
)  # fmt: skip
"""Area codes, with their 0. What follows one here begins with 1."""
UNDESIGNATED_AREAS: Final = ("045", "052", "092", "0467", "0776")
"""In these, exchanges that begin with 0 stand for blocks that nobody was given."""

FIXED_LENGTH: Final = 10
MOBILE_LENGTH: Final = 11


def fixed(rng: Random, area: str | None = None, *, ending: str = "") -> str:
    """A fixed number of the right length, exchange beginning with 1; ``ending`` are its last digits."""
    begun = (area or rng.choice(AREAS)) + "1"
    return begun + digits(rng, FIXED_LENGTH - len(begun) - len(ending)) + ending


def undesignated(rng: Random) -> str:
    """A number of a fixed number's length in a block that no operator has: the exchange begins with 0."""
    begun = rng.choice(UNDESIGNATED_AREAS) + "0"
    return begun + digits(rng, FIXED_LENGTH - len(begun))


def within(rng: Random, block: str, length: int) -> str:
    """A number of ``length`` digits that begins with ``block``."""
    return block + digits(rng, length - len(block))


def digits(rng: Random, count: int) -> str:
    """``count`` decimal digits; none where ``count`` is 0."""
    return f"{rng.randrange(10**count):0{count}d}" if count > 0 else ""


def forged_at(index: int) -> str:
    """The ``index``-th of 40 million fixed numbers, in an order that looks like none; distinct for distinct indices.

    Raises :class:`IndexError` beyond them.
    """
    if not 0 <= index < FORGED:
        raise IndexError(index)
    place = (index * _STRIDE + _START) % FORGED
    which, rest = divmod(place, 1_000_000)
    return f"{_THREE_DIGIT_AREAS[which]}1{rest:06d}"


_THREE_DIGIT_AREAS: Final = tuple(area for area in AREAS if len(area) == 3)
FORGED: Final = len(_THREE_DIGIT_AREAS) * 1_000_000
_STRIDE: Final = 7_368_787
"""A prime that doesn't divide the count: multiplying by it visits every number once."""
_START: Final = 1_234_577

_SHAPES: Final[dict[str, tuple[str, ...]]] = {
    # N is a digit of 2-9, # any. The first group are ranges kept free for stories.
    "north_america": (
        "+1212555014#", "+1310555017#", "+1415555012#", "+1312555015#", "+1604555013#", "+1416555016#", "+1876555018#",
        "+1671555019#", "+1808555010#",
    ),
    "britain": ("+447700900###", "+442079460###", "+441632960###"),
    "europe": (
        "+33199######", "+336399#####", "+493023125###", "+491764040####", "+35320913####", "+39061#######",
        "+39347#######", "+3491#######", "+31201######", "+41441######", "+43664########", "+4681######",
        "+48221######", "+420221######", "+351211######", "+79011######", "+77011######", "+380441######",
    ),
    "east_asia": (
        "+8613#########", "+8615#########", "+861012######", "+821012######", "+82212######", "+8869########",
        "+88622#######", "+8529#######", "+8536#######",
    ),
    "south_asia": (
        "+639#########", "+849########", "+668########", "+60121######", "+659#######", "+62812#######",
        "+9198########", "+97798########", "+88017########", "+9477#######", "+959########", "+9230########",
    ),
    "elsewhere": (
        "+61255500###", "+61491570###", "+642112#####", "+55119########", "+525512######", "+51912######",
        "+5491112######", "+27821######", "+97150#######", "+96650#######", "+20101#######", "+234803#######",
        "+2250712######", "+97059#######", "+870773######", "+881612######", "+67912#####", "+688123##",
    ),
}  # fmt: skip
REGIONS: Final = tuple(_SHAPES)


def foreign(rng: Random, region: str) -> str:
    """A foreign number with its plus; never one that ends like a police station's."""
    while True:
        made = filled(rng, rng.choice(_SHAPES[region]))
        if not made.endswith("0110"):
            return made


def filled(rng: Random, shape: str) -> str:
    """A shape with each ``#`` made a digit."""
    return "".join(str(rng.randrange(10)) if each == "#" else each for each in shape)


def _plus(number: str) -> str:
    return number if number.startswith("+") else "+81" + number[1:]


_WIDE: Final = str.maketrans("0123456789+", "０１２３４５６７８９＋")
FORMS: Final[dict[str, Callable[[str], str]]] = {
    "national": lambda number: number,
    "e164": _plus,
    "no_plus": lambda number: _plus(number)[1:],
    "idd": lambda number: "010" + _plus(number)[1:],
    "trunk_zero": lambda number: "+81" + number,
    "plus_1": lambda number: "+1" + number,
    "plus_180": lambda number: "+180" + number[1:],
    "with_184": lambda number: "184" + number,
    "with_186": lambda number: "186" + number,
    "hyphens": lambda number: f"{number[:-8]}-{number[-8:-4]}-{number[-4:]}",
    "full_width": lambda number: _plus(number).translate(_WIDE),
}
"""How a number is written: national digits (or a foreign number with its plus) to what a header held."""
