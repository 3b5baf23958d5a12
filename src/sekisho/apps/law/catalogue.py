"""The catalogue of items (``rulebook/apps/spsi/catalogue.yaml``), read strictly.

It isn't a rulebook: a rule has conditions, examples and a strength, an item of a guideline has a degree that nobody has
confirmed and words of its own. See ADR 0013.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from functools import cache
from importlib.resources import files
from typing import Final

from sekisho.apps.law.verdicts import Degree, Layer
from sekisho.apps.law.vocabulary import DERIVED, OBSERVATIONS
from sekisho.engine.facts import Text
from sekisho.engine.rules import TextState
from sekisho.rulebook import parse
from sekisho.rulebook.document import Place, read

CATALOGUE_FILE: Final = "apps/spsi/catalogue.yaml"


@unique
class Actor(Enum):
    """Whom an item addresses."""

    COVERED_PROVIDER = "covered_provider"
    APP_PROVIDER = "app_provider"
    MODULE_PROVIDER = "module_provider"
    AD_NETWORK = "ad_network"
    STORE = "store"
    OS = "os"
    MOBILE_OPERATOR = "mobile_operator"
    AGENT = "agent"
    ISP = "isp"
    MANUFACTURER = "manufacturer"
    LARGE_CARRIER = "large_carrier"
    SERVER_MANAGER = "server_manager"
    LISTING_SITE = "listing_site"
    ASSOCIATION = "association"
    DESIGNATED_CARRIER = "designated_carrier"


@unique
class Check(Enum):
    """How an item can be looked at."""

    STATIC = "static"
    TRAFFIC = "traffic"
    SCREEN = "screen"
    DOCUMENT = "document"
    ASKED = "asked"
    DECLARATION = "declaration"


@unique
class Automation(Enum):
    """How far a program gets: alone, with a person's approval, or not without asking."""

    AUTOMATIC = "automatic"
    ASSISTED = "assisted"
    ASKED = "asked"


@unique
class Confidence(Enum):
    """How well it is known that the item exists and says this, the best known first."""

    STATUTE = "statute"
    REPORT = "report"
    WEB = "web"
    WEB_SECONDARY = "web_secondary"
    MEMORY = "memory"
    DERIVED = "derived"
    GUESS = "guess"


@unique
class Ask(Enum):
    """Whether a person is asked.

    ``ALSO``: facts and answer are both needed. ``INSTEAD``: where nothing could be measured, an answer with evidence
    counts; what was observed isn't outweighed by it. ``ONLY``: no program sees it.
    """

    NO = "no"
    ALSO = "also"
    INSTEAD = "instead"
    ONLY = "only"


_DEGREES: Final = frozenset(
    {"duty", "effort", "basic", "desirable", "benchmark", "basic_or_desirable", "terms", "monitoring"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """An article: e-Gov's law id, article, revision id of the text that was read (未記録 where it wasn't recorded)."""

    law: str
    article: str
    revision: str
    text_state: TextState


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item. ``rule`` names the rule that judges it; ``facts`` what must hold where no rule does."""

    id: str
    layer: Layer
    actors: frozenset[Actor]
    degree: Degree
    gist: Text
    checks: tuple[Check, ...]
    automation: Automation
    confidence: Confidence
    source: str
    rule: str
    facts: tuple[str, ...]
    ask: Ask
    legal_basis: tuple[LegalBasis, ...]


_KEYS = frozenset({"id", "layer", "actors", "degree", "degree_confirmed", "gist", "checks", "automation", "confidence",
                   "source", "rule", "facts", "ask", "legal_basis"})  # fmt: skip
_OPTIONAL = frozenset({"rule", "facts", "legal_basis"})


def read_catalogue(text: str, file: str) -> Mapping[str, Item]:
    """The items of one file, in its order. Raises ``RulebookRefused`` with file and line at the first fault."""
    top = frozenset({"versions", "items"})
    written = read(text, file).mapping(top, top)
    keys = frozenset({"id", "title", "obtained"})
    versions = [each.mapping(keys, keys) for each in written["versions"].items()]
    obtained = any(_flag(each["obtained"]) for each in versions)
    found: dict[str, Item] = {}
    for place in written["items"].items():
        made = _item(place, obtained)
        if made.id in found:
            raise place.refuse(f"the item '{made.id}' stands twice")
        found[made.id] = made
    return found


@cache
def load_catalogue() -> Mapping[str, Item]:
    """The catalogue as shipped; read once per process."""
    path = files("sekisho.rulebook") / CATALOGUE_FILE
    return read_catalogue(path.read_text(encoding="utf-8"), CATALOGUE_FILE)


def _flag(place: Place) -> bool:
    if not isinstance(place.value, bool):
        raise place.refuse("true or false is expected here")
    return place.value


def _item(place: Place, obtained: bool) -> Item:
    keys = place.mapping(_KEYS, _KEYS - _OPTIONAL)
    degree = keys["degree"].text()
    if degree not in _DEGREES:
        raise keys["degree"].refuse(f"one of {', '.join(sorted(_DEGREES))} is expected here")
    confirmed = _flag(keys["degree_confirmed"])
    if confirmed and not obtained:
        raise keys["degree_confirmed"].refuse("no version was obtained, so no degree can be confirmed")
    made = Item(
        id=keys["id"].text(),
        layer=parse.choice(Layer, keys["layer"]),
        actors=frozenset(parse.choice(Actor, each) for each in keys["actors"].items()),
        degree=Degree(code=degree, confirmed=confirmed),
        gist=parse.text(keys["gist"]),
        checks=tuple(parse.choice(Check, each) for each in keys["checks"].items()),
        automation=parse.choice(Automation, keys["automation"]),
        confidence=parse.choice(Confidence, keys["confidence"]),
        source=keys["source"].text(),
        rule=keys["rule"].text() if "rule" in keys else "",
        facts=keys["facts"].texts() if "facts" in keys else (),
        ask=parse.choice(Ask, keys["ask"]),
        legal_basis=tuple(map(_basis, keys["legal_basis"].items())) if "legal_basis" in keys else (),
    )
    _whole(made, place)
    return made


def _whole(item: Item, place: Place) -> None:
    for name in item.facts:
        if name not in OBSERVATIONS and name not in DERIVED:
            raise place.refuse(f"there is no fact '{name}'")
    problems = [
        (not item.actors, "an item addresses somebody"),
        (not item.checks, "an item says how it is looked at"),
        (item.layer is Layer.LAW and not item.legal_basis, "an item of the law names its article"),
        (bool(item.rule) == bool(item.facts) and item.ask is Ask.NO, "it has a rule, facts or a question"),
        (bool(item.rule) and item.ask is not Ask.NO, "what a rule asks is in the rule's own questions"),
        ((item.ask is Ask.ONLY) and bool(item.facts), "'only' has no facts"),
        (item.ask in (Ask.ALSO, Ask.INSTEAD) and not item.facts, "'also' and 'instead' stand beside facts"),
    ]
    for wrong, problem in problems:
        if wrong:
            raise place.refuse(f"item '{item.id}': {problem}")


def _basis(place: Place) -> LegalBasis:
    keys = frozenset({"law", "article", "revision", "text_state"})
    written = place.mapping(keys, keys)
    return LegalBasis(law=written["law"].text(), article=written["article"].text(),
                      revision=written["revision"].text(),
                      text_state=parse.choice(TextState, written["text_state"]))  # fmt: skip
