"""Conditions in words: what a lawyer reads instead of nodes. Made from the very nodes that the engine evaluates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
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
from sekisho.rulebook.words import value_in_words, value_words

MAX_INLINE = 4
"""Members of a list that still stand in the line; a longer one is listed once, below."""

_COMPARED = {Op.EQ: Text("{0}: {1}", "{0}: {1}")}
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


@dataclass(slots=True)
class Notes:
    """Named conditions and lists of a text, each explained once: what it is called there, and its lines."""

    conditions: dict[tuple[str, str | None], tuple[str, str, Node, str | None]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)

    def condition(self, node: Cited, kind: str | None, citation: str) -> str:
        """The letter under which a named condition is explained."""
        letter = _letter(len(self.conditions))
        return self.conditions.setdefault((node.name, kind), (letter, citation, node.part, kind))[0]

    def listed(self, name: str) -> str:
        """The number under which a named set is listed."""
        return self.lists.setdefault(name, str(len(self.lists) + 1))


@dataclass(frozen=True, slots=True)
class ConditionWriter:
    """Writes conditions as they read on ``day``: sets have that day's members, citations that day's letters."""

    rulebook: Rulebook
    catalogue: Catalogue
    day: date
    lang: str

    def lines(self, node: Node, notes: Notes, *, indent: int = 0, width: int = WIDTH) -> list[str]:
        """The condition as indented lines; what is longer or used often goes to ``notes``."""
        if node == ALWAYS:
            return [" " * indent + ("（条件なし）" if self.lang == "ja" else "(no condition)")]
        return self._laid_out(self._written(node, None, 0, notes), indent, width)

    def note_lines(self, notes: Notes, *, indent: int = 0, width: int = WIDTH) -> list[str]:
        """Every note, in the order of its letter or number; notes that these need are added and follow."""
        ja = self.lang == "ja"
        written: list[str] = []
        done = 0
        while done < len(notes.conditions):
            (name, _), (letter, citation, node, kind) = list(notes.conditions.items())[done]
            done += 1
            head = f"〔{letter}〕{name}（{citation}）" if ja else f"[{letter}] {name} ({citation})"
            written.append(" " * indent + head)
            written += self._laid_out(self._written(node, kind, 0, notes), indent + 2, width)
        for name, number in notes.lists.items():
            head = f"〔一覧{number}〕{name}: " if ja else f"[list {number}] {name}: "
            lead = " " * indent
            first, *rest = wrap(head + self._members(name), width - indent - 4)
            written += [lead + first, *(lead + "    " + line for line in rest)]
        return written

    def statements(self, node: Node) -> list[str]:
        """Every single demand of the condition, each in one line of its own, without the structure between them.

        For comparing two conditions: lists stand by their names, and named conditions by what they say.
        """
        found: list[str] = []
        self._state(node, None, (), found)
        return list(dict.fromkeys(found))

    def _state(self, node: Node, kind: str | None, lead: tuple[str, ...], found: list[str]) -> None:
        ja = self.lang == "ja"
        if isinstance(node, Atom):
            if (
                isinstance(node.operand, SetRef)
                and len(self.rulebook.sets[node.operand.name].on(self.day)) > MAX_INLINE
            ):
                title = self._spec(node.name, node.of_item, kind).title.in_(self.lang)
                words = f"{title}: 〔{node.operand.name}〕" if ja else f"{title}: [{node.operand.name}]"
            else:
                words = self._atom(node, kind, Notes())
            found.append(" ".join((*lead, words)))
        elif isinstance(node, AllOf | AnyOf):
            for part in node.parts:
                self._state(part, kind, lead, found)
        elif isinstance(node, Not):
            self._state(node.part, kind, (*lead, "次に当たらない:" if ja else "not:"), found)
        elif isinstance(node, Cited):
            self._state(node.part, kind, lead, found)
        elif isinstance(node, Unless):
            self._state(node.require, kind, lead, found)
            self._state(node.exception, kind, (*lead, "例外:" if ja else "exception:"), found)
        else:
            title = self.catalogue.evidence[node.kind].title.in_(self.lang)
            within = (*lead, f"「{title}」" if ja else f"“{title}”")
            if isinstance(node, Count):
                found.append(
                    " ".join((*within, _NUMBERED[node.op].in_(self.lang).format("数" if ja else "number", node.number)))
                )
            elif node.where == ALWAYS:
                found.append(" ".join(within))
            self._state(node.where, node.kind, within, found)

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
        return ("・" if self.lang == "ja" else ", ").join(
            provision_label(self.rulebook, name, self.day, self.lang) for name in provisions
        )

    def _laid_out(self, written: list[tuple[int, str]], indent: int, width: int) -> list[str]:
        lines: list[str] = []
        for depth, text in written:
            lead = " " * (indent + 2 * depth) + "– "
            head, *rest = wrap(text, width - len(lead))
            lines.append(lead + head)
            lines += [" " * len(lead) + line for line in rest]
        return lines

    def _written(self, node: Node, kind: str | None, depth: int, notes: Notes) -> list[tuple[int, str]]:
        ja = self.lang == "ja"
        if isinstance(node, Atom):
            return [(depth, self._atom(node, kind, notes))]
        if isinstance(node, Cited):
            cited = self.citation(node.provisions)
            if isinstance(node.part, Atom):
                words = self._atom(node.part, kind, notes)
                return [(depth, f"{words}（{cited}）" if ja else f"{words} ({cited})")]
            letter = notes.condition(node, kind, cited)
            return [(depth, f"条件〔{letter}〕を満たす（{cited}）" if ja else f"condition [{letter}] is met ({cited})")]
        if isinstance(node, AllOf | AnyOf):
            parts = _flat(node)
            if len(parts) == 1:
                return self._written(parts[0], kind, depth, notes)
            if isinstance(node, AllOf):
                head = "次のすべて" if ja else "all of these"
            else:
                head = "次のいずれか" if ja else "any of these"
            return [(depth, head), *(line for part in parts for line in self._written(part, kind, depth + 1, notes))]
        if isinstance(node, Not):
            inner = self._written(node.part, kind, depth + 1, notes)
            if len(inner) == 1:
                return [(depth, f"次に当たらない: {inner[0][1]}" if ja else f"not: {inner[0][1]}")]
            return [(depth, "次に当たらない" if ja else "not:"), *inner]
        if isinstance(node, Unless):
            return self._excepted(node, kind, depth, notes)
        return self._items(node, depth, notes)

    def _excepted(self, node: Unless, kind: str | None, depth: int, notes: Notes) -> list[tuple[int, str]]:
        """What is required, and below it the exception that takes its place."""
        cited = self.citation(node.provisions)
        (at, first), *rest = self._written(node.require, kind, depth, notes)
        but = f"。ただし、次に当たるときは要らない（{cited}）" if self.lang == "ja" else f", unless ({cited}):"
        return [(at, first + but), *rest, *self._written(node.exception, kind, depth + 1, notes)]

    def _items(self, node: Exists | Count, depth: int, notes: Notes) -> list[tuple[int, str]]:
        ja = self.lang == "ja"
        title = self.catalogue.evidence[node.kind].title.in_(self.lang)
        where = _flat(node.where) if isinstance(node.where, AllOf) else [node.where]
        inner = [line for part in where for line in self._written(part, node.kind, depth + 1, notes)]
        if isinstance(node, Count):
            counted = f"次をすべて満たす「{title}」の数" if ja else f"the number of “{title}” of which all hold"
            head = _NUMBERED[node.op].in_(self.lang).format(counted, node.number)
        elif inner:
            one = f"one and the same “{title}” of which all hold"
            head = f"「{title}」のうち一つが、次をすべて満たす" if ja else one
        else:
            head = f"「{title}」がある" if ja else f"there is “{title}”"
        return [(depth, head), *inner]

    def _atom(self, atom: Atom, kind: str | None, notes: Notes) -> str:
        spec, operand, ja = self._spec(atom.name, atom.of_item, kind), atom.operand, self.lang == "ja"
        title = spec.title.in_(self.lang)
        if isinstance(operand, Period):
            span = _span(operand, self.lang)
            other = self._spec(operand.of.name, operand.of.of_item, kind).title.in_(self.lang)
            return f"{title}から{span}以内に「{other}」がある" if ja else f"“{other}” is within {span} from “{title}”"
        if isinstance(operand, Ref):
            other = self._spec(operand.name, operand.of_item, kind).title.in_(self.lang)
            compared = _DATED if spec.type is FactType.DATE else _NUMBERED if spec.type is FactType.INT else _COMPARED
            sides = (f"「{title}」", f"「{other}」") if ja else (f"“{title}”", f"“{other}”")
            return compared[atom.op].in_(self.lang).format(*sides)
        if spec.type is FactType.BOOL and atom.op is Op.EQ:
            if operand is True:
                return title
            return f"「{title}」に当たらない" if ja else f"not: {title}"
        if atom.op in (Op.IN, Op.CONTAINS):
            return self._among(title, atom, notes)
        if isinstance(operand, frozenset):
            listed = ("・" if ja else ", ").join(sorted(value_in_words(value, self.lang) for value in operand))
            return f"{title}がちょうど {listed}" if ja else f"{title}: exactly {listed}"
        compared = _DATED if spec.type is FactType.DATE else _NUMBERED if spec.type is FactType.INT else _COMPARED
        return compared[atom.op].in_(self.lang).format(title, value_in_words(operand, self.lang))

    def _among(self, title: str, atom: Atom, notes: Notes) -> str:
        ja = self.lang == "ja"
        if isinstance(atom.operand, SetRef):
            members = self.rulebook.sets[atom.operand.name].on(self.day)
            if len(members) > MAX_INLINE:
                number = notes.listed(atom.operand.name)
                return f"{title}: 〔一覧{number}〕のいずれか" if ja else f"{title}: one of [list {number}]"
            listed = self._members(atom.operand.name)
        else:
            values = atom.operand if isinstance(atom.operand, tuple) else (atom.operand,)
            listed = ("・" if ja else ", ").join(value_in_words(value, self.lang) for value in values)
        if atom.op is Op.CONTAINS:
            return f"{title}: {listed} をすべて含む" if ja else f"{title}: includes {listed}"
        return f"{title}: {listed} のいずれか" if ja else f"{title}: one of {listed}"

    def _members(self, name: str) -> str:
        """A set's members on the day, in the catalogue's order."""
        order = list(value_words())
        members = self.rulebook.sets[name].on(self.day)
        ranked = sorted(members, key=lambda member: (order.index(member) if member in order else len(order), member))
        if not ranked:
            return "（この日は該当なし）" if self.lang == "ja" else "(nothing on that day)"
        return ("・" if self.lang == "ja" else ", ").join(value_in_words(member, self.lang) for member in ranked)

    def _spec(self, name: str, of_item: bool, kind: str | None) -> FactSpec:
        if of_item and kind is not None:
            return self.catalogue.evidence[kind].attributes[name]
        return self.catalogue.facts[name]


def provision_label(rulebook: Rulebook, name: str, day: date, lang: str) -> str:
    """How a provision is cited on ``day``: item letters move. Outside its dates, as it was or will be."""
    provision = rulebook.provisions.get(name)
    if provision is None:
        return name
    first, last = provision.versions[0], provision.versions[-1]
    version = provision.on(day) or (first if day < first.start else last)
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
    if isinstance(operand, frozenset):
        return sorted(operand)
    return list(operand) if isinstance(operand, tuple) else operand


def _letter(number: int) -> str:
    """A, B … Z, then AA, AB …"""
    first, last = divmod(number, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + last)
