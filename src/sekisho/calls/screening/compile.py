"""From screening rules as people write them to the table the decision core loads. Runs where rules are published, not
in the proxy: it reads YAML and the rulebook's provisions.

Refused is a set with a rule that names no legal basis, or one the rulebook doesn't have on the rule's days; that could
change an emergency call or a call-back; that labels or refuses without consent, agreement or stop; that names an
unknown feature or value, can never apply, or shares its priority with another. Nothing of such a set is compiled.
"""  # fmt: skip

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Final

from sekisho.calls.screening import table
from sekisho.calls.screening.errors import RulesRefused
from sekisho.calls.screening.vocabulary import FEATURES
from sekisho.engine.facts import Catalogue, FactSpec, FactType, Text
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Node, Not, Op
from sekisho.engine.rules import Provision, Strength, TextState
from sekisho.rulebook import parse
from sekisho.rulebook.conditions import Vocabulary, parse_condition
from sekisho.rulebook.document import Place, read

RULES_FOLDER: Final = Path(str(files("sekisho.calls.screening") / "rules"))
"""The rules as shipped."""
PROVISIONS_FOLDER: Final = Path(str(files("sekisho.rulebook") / "calls"))
"""The provisions that screening rules may rest on."""
MOST_BOXES: Final = 64
"""Of one rule: a condition with more alternatives is several rules."""
STATUSES: Final = frozenset({603, 607, 608})
_TECHNICAL: Final = "rfc-"
"""Provisions of this beginning say how something is signalled; they allow nothing."""

CATALOGUE: Final = Catalogue.of(
    [FactSpec(name, FactType.ENUM, Text(name, name), values) for name, values in FEATURES.items()], [], ()
)
"""The features, as facts of the engine."""

_EMERGENCY: Final = {"called": frozenset({"emergency"}), "callback": frozenset({"marked", "shaped"})}
_CONSENTS: Final = {
    "line.anonymous": "wish_anonymous", "line.foreign": "wish_foreign", "line.listed": "wish_listed",
    "line.suspicious": "wish_suspicious",
}  # fmt: skip
_NEEDED: Final = frozenset(
    {
        "id", "priority", "title", "when", "outcome", "reason", "basis", "strength", "from", "text_state", "source",
        "message",
    }
)  # fmt: skip
_OPTIONAL: Final = frozenset({"until", "sip_status", "label"})

_Box = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True, eq=False)
class WrittenRule:
    """A rule as written, its condition as nodes, beside what was compiled from it."""

    when: Node
    compiled: table.CompiledRule


@cache
def provisions() -> Mapping[str, Provision]:
    """The provisions of the calls desk as shipped. Raises ``RulebookRefused`` where they can't be read."""
    return read_provisions(
        {path.relative_to(PROVISIONS_FOLDER).as_posix(): path.read_text("utf-8") for path in _yaml(PROVISIONS_FOLDER)}
    )


def read_provisions(sources: Mapping[str, str]) -> dict[str, Provision]:
    """Provisions from texts by file name."""
    found: dict[str, Provision] = {}
    keys = frozenset({"instrument", "provisions"})
    for name, source in sorted(sources.items()):
        document = read(source, name).mapping(keys, keys)
        parse.instrument(document["instrument"])
        for place in document["provisions"].items():
            made = parse.provision(place)
            if made.id in found:
                raise place.refuse(f"the id '{made.id}' stands twice")
            found[made.id] = made
    return found


@cache
def shipped() -> tuple[WrittenRule, ...]:
    """The rules as shipped, checked."""
    return read_rules({path.name: path.read_text("utf-8") for path in _yaml(RULES_FOLDER)})


def _yaml(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.yaml"))


def read_rules(
    sources: Mapping[str, str], known: Mapping[str, Provision] | None = None
) -> tuple[WrittenRule, ...]:
    """Rules from texts by file name, checked one by one and as a set, in order of priority.

    ``known`` are the provisions a basis may name, by default those shipped. Raises :class:`RulesRefused`, and
    ``RulebookRefused`` for what isn't strict YAML or names an unknown feature or value.
    """
    allowed = provisions() if known is None else known
    written: list[WrittenRule] = []
    for name, source in sorted(sources.items()):
        document = read(source, name).mapping(frozenset({"rules"}), frozenset({"rules"}))
        written.extend(_rule(place, allowed) for place in document["rules"].items())
    written.sort(key=lambda rule: (rule.compiled.priority, rule.compiled.begins))
    _check_set(written)
    return tuple(written)


def compiled_json(rules: Sequence[WrittenRule], *, name: str) -> bytes:
    """The artefact that :func:`sekisho.calls.screening.table.load` reads. The same rules give the same bytes."""
    documents = [_document(rule.compiled) for rule in rules]
    digest = hashlib.sha256(json.dumps(documents, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    document = {
        "format": table.FORMAT, "name": name, "digest": digest,
        "features": {feature: list(values) for feature, values in FEATURES.items()}, "rules": documents,
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, sort_keys=True).encode()


def _document(rule: table.CompiledRule) -> dict[str, object]:
    return {
        "id": rule.id, "priority": rule.priority, "from": rule.begins.isoformat(),
        "until": None if rule.ends is None else rule.ends.isoformat(), "outcome": rule.outcome,
        "reason": rule.reason, "basis": list(rule.basis),
        "boxes": [{name: sorted(values) for name, values in box.items()} for box in rule.boxes],
        "sip_status": rule.sip_status, "label": rule.label, "title": dict(rule.title),
        "message": dict(rule.message), "strength": rule.strength, "text_state": rule.text_state,
        "source": rule.source,
    }  # fmt: skip


def _rule(place: Place, known: Mapping[str, Provision]) -> WrittenRule:
    keys = place.mapping(_NEEDED | _OPTIONAL, _NEEDED)
    when = parse_condition(keys["when"], Vocabulary(CATALOGUE, {}, {}))
    found = boxes(when, keys["id"].text())
    title, message = parse.text(keys["title"]), parse.text(keys["message"])
    made = table.CompiledRule(
        id=keys["id"].text(), priority=keys["priority"].integer(), begins=keys["from"].day(),
        ends=keys["until"].day() if "until" in keys else None, outcome=keys["outcome"].text(),
        reason=keys["reason"].text(), basis=keys["basis"].texts(),
        boxes=tuple({name: tuple(sorted(values)) for name, values in box.items()} for box in found),
        sip_status=keys["sip_status"].integer() if "sip_status" in keys else None,
        label=keys["label"].text() if "label" in keys else None, title={"ja": title.ja, "en": title.en},
        message={"ja": message.ja, "en": message.en},
        strength=parse.choice(Strength, keys["strength"]).value,
        text_state=parse.choice(TextState, keys["text_state"]).value, source=keys["source"].text(),
    )  # fmt: skip
    problem = _problem(made) or _problem_with_basis(made, known)
    if problem is not None:
        raise RulesRefused(rule=made.id, problem=problem)
    return WrittenRule(when, made)


def _problem(rule: table.CompiledRule) -> str | None:
    """What makes a single rule unsound."""
    if rule.ends is not None and rule.ends <= rule.begins:
        return "it ends before it begins"
    if rule.outcome not in table.OUTCOMES:
        return f"the outcome is one of {', '.join(sorted(table.OUTCOMES))}"
    if rule.sip_status is not None and rule.sip_status not in STATUSES:
        return "the SIP answer is 603, 607 or 608"
    if not rule.boxes:
        return "its condition can never be met"
    if len(rule.boxes) > MOST_BOXES:
        return f"its condition has more than {MOST_BOXES} alternatives; make several rules of it"
    if rule.outcome == "agreement" and _may(rule, "agreement", "missing"):
        return "it rests on the trunk's agreement, and can apply without one"
    if rule.outcome == "stop" and not all(
        set(box.get("form", ())) == {"stopped"} and set(box.get("direction", ())) == {"egress"} for box in rule.boxes
    ):
        return "it is for stopped numbers on calls of own users, and can apply to others"
    if rule.outcome == "list" and not all(set(box.get("listed", ())) == {"own_asks"} for box in rule.boxes):
        return "it does what an entry asks, and can apply without the subscriber's own entry"
    wish = _CONSENTS.get(rule.outcome)
    if wish is not None and _may(rule, wish, "pass"):
        return f"it rests on the line's consent, and can apply without one ({wish})"
    if rule.outcome == "line.listed" and not all(set(box.get("listed", ())) == {"shared_asks"} for box in rule.boxes):
        return "it is for numbers on a shared list, and can apply to others"
    if rule.outcome != "pass":
        for feature, values in _EMERGENCY.items():
            if any(feature in box and not set(box[feature]) - values for box in rule.boxes):
                return "it would change an emergency call or an emergency authority's call-back"
    return None


def _may(rule: table.CompiledRule, feature: str, value: str) -> bool:
    return any(feature not in box or value in box[feature] for box in rule.boxes)


def _problem_with_basis(rule: table.CompiledRule, known: Mapping[str, Provision]) -> str | None:
    """What is wrong with the legal basis: whatever reads or alters calls needs one (secrecy of communications)."""
    if not rule.basis:
        return "it names no legal basis"
    for provision in rule.basis:
        if provision not in known:
            return f"its basis '{provision}' isn't in the rulebook"
        versions = known[provision].versions
        if rule.begins < versions[0].start:
            return f"its basis '{provision}' begins only on {versions[0].start.isoformat()}"
        last = versions[-1].end
        if last is not None and (rule.ends is None or rule.ends > last):
            return f"its basis '{provision}' ends on {last.isoformat()}"
    if all(provision.startswith(_TECHNICAL) for provision in rule.basis):
        return "its basis is technical only: that says how, and allows nothing"
    return None


def _check_set(rules: Sequence[WrittenRule]) -> None:
    if not rules:
        raise RulesRefused(rule="?", problem="the set is empty")
    compiled = [rule.compiled for rule in rules]
    seen: set[str] = set()
    for rule in compiled:
        if rule.id in seen:
            raise RulesRefused(rule=rule.id, problem="the id stands twice")
        seen.add(rule.id)
    priorities = sorted({rule.priority for rule in compiled})
    for expected, found in enumerate(priorities, 1):
        if found != expected:
            raise RulesRefused(rule="?", problem=f"there is no rule of priority {expected}: is a file missing?")
    for stretch in table.Table("?", "", compiled).stretches:  # refuses one priority twice on a day
        _check_emergency(stretch)


def _check_emergency(stretch: table.Stretch) -> None:
    """On every day the first rule that an emergency call can meet must meet all of them, and let them pass."""
    for feature, values in _EMERGENCY.items():
        for value in values:
            for rule in stretch.rules:
                if not _may(rule, feature, value):
                    continue
                if rule.outcome != "pass":
                    problem = f"on {stretch.begins.isoformat()} it could change an emergency call ({feature} {value})"
                    raise RulesRefused(rule=rule.id, problem=problem)
                if any(set(box) <= {feature} for box in rule.boxes):
                    break
            else:
                raise RulesRefused(
                    rule="?", problem=f"on {stretch.begins.isoformat()} no rule lets {feature} {value} pass"
                )


def boxes(node: Node, rule: str = "?") -> tuple[_Box, ...]:
    """The condition as alternatives, each one set of allowed values for some features; impossible ones left out.

    Raises :class:`RulesRefused` for what tables can't hold: items, periods, references, and exceptions.
    """
    return tuple(box for box in _alternatives(node, rule, wanted=True) if all(box.values()))


def _alternatives(node: Node, rule: str, *, wanted: bool) -> list[_Box]:
    if isinstance(node, Not):
        return _alternatives(node.part, rule, wanted=not wanted)
    if isinstance(node, Atom):
        values = _values(node, rule)
        return [{node.name: values if wanted else frozenset(FEATURES[node.name]) - values}]
    if isinstance(node, AllOf | AnyOf):
        parts = [_alternatives(part, rule, wanted=wanted) for part in node.parts]
        if isinstance(node, AnyOf) is wanted:
            return [box for part in parts for box in part]
        count = 1
        for part in parts:
            count *= len(part)
            if count > MOST_BOXES:
                raise RulesRefused(rule=rule, problem=f"a condition has more than {MOST_BOXES} alternatives")
        return [_meeting(chosen) for chosen in product(*parts)]
    raise RulesRefused(rule=rule, problem=f"screening rules can't use '{type(node).__name__.lower()}'")


def _meeting(chosen: Iterable[_Box]) -> _Box:
    met: _Box = {}
    for box in chosen:
        for name, values in box.items():
            met[name] = met[name] & values if name in met else values
    return met


def _values(atom: Atom, rule: str) -> frozenset[str]:
    if atom.op is Op.EQ and isinstance(atom.operand, str):
        return frozenset({atom.operand})
    if atom.op is Op.IN and isinstance(atom.operand, tuple):
        return frozenset(str(value) for value in atom.operand)
    raise RulesRefused(rule=rule, problem=f"'{atom.name}' is compared in a way that tables can't hold")


def in_force(rules: Sequence[WrittenRule], on: date) -> tuple[WrittenRule, ...]:
    """The rules of a Japan date, in order of priority."""
    return tuple(rule for rule in rules if rule.compiled.in_force(on))
