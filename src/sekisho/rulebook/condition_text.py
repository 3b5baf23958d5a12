"""Conditions in words: what a lawyer reads instead of nodes. Made from the nodes the engine evaluates, never beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sekisho.engine.facts import Catalogue, FactSpec, FactType, Text
from sekisho.engine.nodes import (
    ALWAYS,
    AllOf,
    AnyOf,
    Atom,
    Cited,
    Count,
    Exists,
    Node,
    Not,
    Op,
    Period,
    Ref,
    SetRef,
    Unless,
)
from sekisho.engine.rules import Rulebook
from sekisho.rulebook.terminal_text import WIDTH, wrap
from sekisho.rulebook.words import value_in_words

_COMPARED = {
    Op.EQ: Text("{0}が{1}", "{0} is {1}"),
    Op.LT: Text("{0}が{1}より前（小さい）", "{0} is before (less than) {1}"),
    Op.LTE: Text("{0}が{1}以前（以下）", "{0} is {1} or before (less)"),
    Op.GT: Text("{0}が{1}より後（大きい）", "{0} is after (more than) {1}"),
    Op.GTE: Text("{0}が{1}以後（以上）", "{0} is {1} or after (more)"),
}
_NUMBERED = {
    Op.EQ: Text("{0}が{1}", "{0} is {1}"),
    Op.LT: Text("{0}が{1}未満", "{0} is less than {1}"),
    Op.LTE: Text("{0}が{1}以下", "{0} is {1} or less"),
    Op.GT: Text("{0}が{1}を超える", "{0} is more than {1}"),
    Op.GTE: Text("{0}が{1}以上", "{0} is {1} or more"),
}
_DATED = {
    Op.EQ: Text("{0}が{1}と同じ日", "{0} is the same day as {1}"),
    Op.LT: Text("{0}が{1}より前", "{0} is before {1}"),
    Op.LTE: Text("{0}が{1}以前", "{0} is on or before {1}"),
    Op.GT: Text("{0}が{1}より後", "{0} is after {1}"),
    Op.GTE: Text("{0}が{1}以後", "{0} is on or after {1}"),
}


@dataclass(frozen=True, slots=True)
class ConditionWriter:
    """Writes conditions as they read on ``day``: sets have that day's members, citations that day's letters."""

    rulebook: Rulebook
    catalogue: Catalogue
    day: date
    lang: str

    def lines(self, node: Node, *, indent: int = 0, width: int = WIDTH) -> list[str]:
        """The condition as indented lines."""
        if node == ALWAYS:
            return [" " * indent + ("（条件なし）" if self.lang == "ja" else "(no condition)")]
        written: list[str] = []
        for depth, text in self._written(node, None, 0):
            lead = " " * (indent + 2 * depth) + "– "
            head, *rest = wrap(text, width - len(lead))
            written.append(lead + head)
            written += [" " * len(lead) + line for line in rest]
        return written

    def document(self, node: Node) -> dict[str, Any]:
        """The condition as JSON values, names and operators as in the rule files."""
        if isinstance(node, Atom):
            return {"fact" if not node.of_item else "attribute": node.name, node.op.value: _operand(node)}
        if isinstance(node, AllOf | AnyOf):
            parts = [self.document(part) for part in node.parts]
            return {"all" if isinstance(node, AllOf) else "any": parts}
        if isinstance(node, Not):
            return {"not": self.document(node.part)}
        if isinstance(node, Unless):
            return {
                "unless": {
                    "except": self.document(node.exception),
                    "provisions": list(node.provisions),
                    "require": self.document(node.require),
                }
            }
        if isinstance(node, Exists):
            return {"exists": {"evidence": node.kind, "where": self.document(node.where)}}
        if isinstance(node, Count):
            return {"count": {"evidence": node.kind, "where": self.document(node.where), node.op.value: node.number}}
        return {"use": node.name, "provisions": list(node.provisions), "condition": self.document(node.part)}

    def citation(self, provisions: Iterable[str]) -> str:
        """The provisions by their citation on the day."""
        return "・".join(provision_label(self.rulebook, name, self.day, self.lang) for name in provisions)

    def _written(self, node: Node, kind: str | None, depth: int) -> list[tuple[int, str]]:
        ja = self.lang == "ja"
        if isinstance(node, Atom):
            return [(depth, self._atom(node, kind))]
        if isinstance(node, Cited):
            # The named condition's own words say it; what it adds is where it comes from.
            (at, first), *rest = self._written(node.part, kind, depth)
            cited = self.citation(node.provisions)
            return [(at, f"{first}（{cited}）" if ja else f"{first} ({cited})"), *rest]
        if isinstance(node, AllOf | AnyOf):
            parts = _flat(node)
            if len(parts) == 1:
                return self._written(parts[0], kind, depth)
            if isinstance(node, AllOf):
                head = "次のすべて" if ja else "all of these"
            else:
                head = "次のいずれか" if ja else "any of these"
            return [(depth, head), *(line for part in parts for line in self._written(part, kind, depth + 1))]
        if isinstance(node, Not):
            return self._negated(node, kind, depth)
        if isinstance(node, Unless):
            cited = self.citation(node.provisions)
            return [
                (depth, "次を満たすこと" if ja else "this is met"),
                *self._written(node.require, kind, depth + 1),
                (depth, f"ただし、次に当たるときを除く（{cited}）" if ja else f"unless ({cited})"),
                *self._written(node.exception, kind, depth + 1),
            ]
        return self._items(node, depth)

    def _negated(self, node: Not, kind: str | None, depth: int) -> list[tuple[int, str]]:
        ja = self.lang == "ja"
        inner = self._written(node.part, kind, depth)
        if len(inner) == 1:
            return [(depth, f"「{inner[0][1]}」でない" if ja else f"not: {inner[0][1]}")]
        return [(depth, "次に当たらない" if ja else "not:"), *self._written(node.part, kind, depth + 1)]

    def _items(self, node: Exists | Count, depth: int) -> list[tuple[int, str]]:
        ja = self.lang == "ja"
        title = self.catalogue.evidence[node.kind].title.in_(self.lang)
        inner = [] if node.where == ALWAYS else self._written(node.where, node.kind, depth + 1)
        if isinstance(node, Count):
            number = _NUMBERED[node.op].in_(self.lang)
            head = number.format(f"「{title}」の数" if ja else f"the number of “{title}”", node.number)
        elif inner:
            head = f"「{title}」のうち一つが、次を満たす" if ja else f"one “{title}” of which"
        else:
            head = f"「{title}」がある" if ja else f"there is “{title}”"
        return [(depth, head), *inner]

    def _atom(self, atom: Atom, kind: str | None) -> str:
        spec, operand, ja = self._spec(atom.name, atom.of_item, kind), atom.operand, self.lang == "ja"
        title = spec.title.in_(self.lang)
        if isinstance(operand, Period):
            span = _span(operand, self.lang)
            other = self._spec(operand.of.name, operand.of.of_item, kind).title.in_(self.lang)
            return f"{title}から{span}以内に「{other}」がある" if ja else f"“{other}” is within {span} from “{title}”"
        if isinstance(operand, Ref):
            other = self._spec(operand.name, operand.of_item, kind).title.in_(self.lang)
            compared = _DATED if spec.type is FactType.DATE else _NUMBERED if spec.type is FactType.INT else _COMPARED
            return compared[atom.op].in_(self.lang).format(f"「{title}」", f"「{other}」")
        if spec.type is FactType.BOOL and atom.op is Op.EQ:
            if operand is True:
                return title
            return f"「{title}」ではない" if ja else f"not: {title}"
        if atom.op in (Op.IN, Op.CONTAINS):
            return self._among(title, atom)
        if isinstance(operand, frozenset):
            listed = ("・" if ja else ", ").join(sorted(value_in_words(value, self.lang) for value in operand))
            return f"{title}がちょうど {listed}" if ja else f"{title}: exactly {listed}"
        compared = _DATED if spec.type is FactType.DATE else _NUMBERED if spec.type is FactType.INT else _COMPARED
        return compared[atom.op].in_(self.lang).format(title, value_in_words(operand, self.lang))

    def _among(self, title: str, atom: Atom) -> str:
        ja = self.lang == "ja"
        if isinstance(atom.operand, SetRef):
            members: Iterable[object] = sorted(self.rulebook.sets[atom.operand.name].on(self.day))
        else:
            members = atom.operand if isinstance(atom.operand, tuple) else (atom.operand,)
        words = [value_in_words(member, self.lang) for member in members]
        listed = ("・" if ja else ", ").join(words) or ("（この日は該当なし）" if ja else "(nothing on that day)")
        if atom.op is Op.CONTAINS:
            return f"{title}に {listed} がすべてある" if ja else f"{title}: includes {listed}"
        if len(words) == 1:
            return f"{title}が{listed}" if ja else f"{title} is {listed}"
        return f"{title}が次のいずれか: {listed}" if ja else f"{title} is one of: {listed}"

    def _spec(self, name: str, of_item: bool, kind: str | None) -> FactSpec:
        if of_item and kind is not None:
            return self.catalogue.evidence[kind].attributes[name]
        return self.catalogue.facts[name]


def provision_label(rulebook: Rulebook, name: str, day: date, lang: str) -> str:
    """How a provision is cited on ``day``: item letters move. Outside its dates, as it was or will be."""
    provision = rulebook.provisions.get(name)
    if provision is None:
        return name
    version = provision.on(day) or (provision.versions[0] if day < provision.versions[0].start else provision.versions[-1])
    return version.label.in_(lang)


def _flat(node: AllOf | AnyOf) -> list[Node]:
    """The parts, with parts of the same form taken up into it."""
    found: list[Node] = []
    for part in node.parts:
        if type(part) is type(node) and isinstance(part, AllOf | AnyOf):
            found += _flat(part)
        else:
            found.append(part)
    return found


def _span(period: Period, lang: str) -> str:
    parts = []
    if period.months:
        parts.append(f"{period.months}か月" if lang == "ja" else f"{period.months} months")
    if period.days:
        parts.append(f"{period.days}日" if lang == "ja" else f"{period.days} days")
    return ("と" if lang == "ja" else " and ").join(parts)


def _operand(atom: Atom) -> object:
    operand = atom.operand
    if isinstance(operand, Period):
        of = {"attribute" if operand.of.of_item else "fact": operand.of.name}
        return {"months": operand.months, "days": operand.days, "of": of}
    if isinstance(operand, Ref):
        return {"attribute" if operand.of_item else "fact": operand.name}
    if isinstance(operand, SetRef):
        return {"set": operand.name}
    if isinstance(operand, date):
        return operand.isoformat()
    return sorted(operand) if isinstance(operand, frozenset) else list(operand) if isinstance(operand, tuple) else operand
