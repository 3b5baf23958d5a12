"""The explanation tree of an outcome, and its sentences, made on demand from the trace.

The tree says for each rule: its provisions, each condition with the evidence item, the fact, its value and where that
came from, and the truth found. Sentences depend on audience and language and are made from the same tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sekisho.engine.conclude import Finding, Outcome
from sekisho.engine.evaluate import MET, NodeIndex, slots
from sekisho.engine.facts import Catalogue, FactSpec, Text, Value
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Cited, Count, Exists, Node, Not, Period, Ref, SetRef, Unless
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Role, Rule
from sekisho.engine.verdicts import RuleVerdict, Truth


class Audience(Enum):
    """Who a sentence is for. What one must not see is never made for them."""

    STAFF = "staff"
    APPLICANT = "applicant"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Explained:
    """One node of the tree. ``item`` is the position of the evidence item of ``kind``; ``origin`` how it is known."""

    node_id: int
    form: str
    truth: Truth | None
    kind: str | None
    item: int | None
    name: str | None
    operator: str | None
    operand: object
    value: Value | None
    origin: str | None
    provisions: tuple[str, ...]
    parts: tuple[Explained, ...]


Origin = Callable[[str, int], str | None]
"""``(kind, position) -> how that evidence item came to be known`` (verified, attested …); the desk's knowledge."""


Place = tuple[int, int, str | None]
"""One node in one case: ``(node id, position of the item or -1, kind of the item)``."""

Truths = Mapping[tuple[int, int], int]
"""A trace by node id and position."""


def truths_of(outcome: Outcome) -> Truths:
    """The outcome's trace, to look up in."""
    return {(node_id, position): truth for node_id, truth, position in outcome.trace}


class Explainer:
    """Builds explanations for one engine."""

    def __init__(self, engine: LawEngine) -> None:
        """Holds the engine's index and catalogue, and sentences made about nodes and values of small domains."""
        self._index: NodeIndex = engine.index
        self._catalogue: Catalogue = engine.catalogue
        self._told: dict[tuple[object, ...], Text] = {}

    def trees(self, rule: Rule, outcome: Outcome, truths: Truths, origin: Origin) -> Iterator[tuple[str, Explained]]:
        """The trees of one rule's conditions by slot, of those that were evaluated."""
        for slot, _ in slots(rule):
            first = self._index.first(rule.id, slot)
            if (first, -1) in truths:
                yield slot, self._tree(first, -1, None, truths, outcome, origin)

    def _tree(
        self,
        node_id: int,
        position: int,
        kind: str | None,
        truths: Truths,
        outcome: Outcome,
        origin: Origin,
    ) -> Explained:
        node = self._index.entries[node_id][2]
        children = self._index.children[node_id]
        parts: list[Explained] = []
        if isinstance(node, Exists | Count):
            items = outcome.case.evidence.get(node.kind, ())
            parts = [
                self._tree(children[0], at, node.kind, truths, outcome, origin)
                for at in range(len(items))
                if (children[0], at) in truths
            ]
        else:
            parts = [self._tree(child, position, kind, truths, outcome, origin) for child in children]
        value = None
        if isinstance(node, Atom):
            known = outcome.case.evidence[kind][position] if node.of_item and kind else outcome.case.facts
            value = known.get(node.name)
        about = node.kind if isinstance(node, Exists | Count) else kind
        found = truths.get((node_id, position))
        return Explained(
            node_id=node_id,
            form=_FORMS[type(node)],
            truth=None if found is None else Truth(found),
            kind=about,
            item=position if position >= 0 and not isinstance(node, Exists | Count) else None,
            name=node.name if isinstance(node, Atom | Cited) else None,
            operator=node.op.value if isinstance(node, Atom | Count) else None,
            operand=_plain_operand(node),
            value=value,
            origin=origin(kind, position) if isinstance(node, Atom) and node.of_item and kind else None,
            provisions=node.provisions if isinstance(node, Cited | Unless) else (),
            parts=tuple(parts),
        )

    def why_not(self, rule: Rule, outcome: Outcome, truths: Truths, most: int) -> list[Text]:
        """Because of what a rule isn't met, in at most ``most`` sentences for staff: the first of :meth:`problems`."""
        told: dict[Text, None] = {}
        for slot in ("when", "requires"):
            first = self._index.first(rule.id, slot)
            if (first, -1) not in truths:
                continue
            for place in self.problems((first, -1, None), outcome, truths):
                told[self._sentence_at(place, outcome, truths)] = None
                if len(told) == most:
                    return list(told)
        return list(told)

    def problems(self, place: Place, outcome: Outcome, truths: Truths) -> list[Place]:
        """The conditions because of which one isn't met: missing items, and comparisons that failed or are unknown.

        Of several items or alternatives the one that comes nearest is told, as a person would.
        """
        node_id, position, kind = place
        if truths.get((node_id, position)) == MET:
            return []
        node = self._index.entries[node_id][2]
        if isinstance(node, Atom | Not | Count):
            return [place]
        parts: list[Place] = [(part, position, kind) for part in self._index.children[node_id]]
        if isinstance(node, Exists):
            items = range(len(outcome.case.evidence.get(node.kind, ())))
            parts = [(parts[0][0], at, node.kind) for at in items if (parts[0][0], at) in truths]
        if not parts:
            return [place]
        if isinstance(node, AnyOf | Unless | Exists):
            return min((self.problems(part, outcome, truths) for part in parts), key=len)
        return [found for part in parts for found in self.problems(part, outcome, truths)]

    def _sentence_at(self, place: Place, outcome: Outcome, truths: Truths) -> Text:
        """:meth:`sentence` in both languages. Kept where no more can be kept than the catalogue has values."""
        node_id, position, kind = place
        node = self._index.entries[node_id][2]
        value: object = None
        if isinstance(node, Atom):
            of_item = node.of_item and kind is not None
            value = (outcome.case.evidence[str(kind)][position] if of_item else outcome.case.facts).get(node.name)
        elif isinstance(node, Exists):
            value = bool(outcome.case.evidence.get(node.kind))
        key = (node_id, truths.get((node_id, position)), kind, value)
        found = self._told.get(key)
        if found is None:
            part = self._tree(node_id, position, kind, truths, outcome, _untold)
            found = Text(self.sentence(part, "ja"), self.sentence(part, "en"))
            if value is None or isinstance(value, bool | str):
                self._told[key] = found
        return found

    def sentence(self, part: Explained, lang: str) -> str:
        """One line about one node, for staff and auditors; applicants get the rule's own plain words instead."""
        mark = (
            {Truth.MET: "✓", Truth.UNMET: "✗", Truth.UNKNOWN: "?"}.get(part.truth, "·")
            if part.truth is not None
            else "·"
        )
        return f"{mark} {self._words(part, lang)}"

    def _words(self, part: Explained, lang: str) -> str:
        ja = lang == "ja"
        if part.form == "atom" and part.name is not None:
            spec = self._spec(part)
            wanted = _show(part.operand, spec, lang)
            got = ("不明" if ja else "unknown") if part.value is None else _show(part.value, spec, lang)
            operator = _OPERATORS[part.operator or "eq"].in_(lang)
            return (
                f"{spec.title.in_(lang)}: {got}（{operator} {wanted}）"
                if ja
                else (f"{spec.title.in_(lang)}: {got} ({operator} {wanted})")
            )
        if part.form in ("exists", "count") and part.kind is not None:
            title = self._catalogue.evidence[part.kind].title.in_(lang)
            if not part.parts and part.form == "exists":
                return f"{title}がありません" if ja else f"no item: {title}"
            if part.form == "count":
                operator = _OPERATORS[part.operator or "eq"].in_(lang)
                return (
                    f"{title}の数（{operator} {part.operand}）"
                    if ja
                    else f"count of {title} ({operator} {part.operand})"
                )
            return title
        if part.form == "cited":
            return (
                f"{part.name}（{', '.join(part.provisions)}）" if ja else f"{part.name} ({', '.join(part.provisions)})"
            )
        return _FORM_WORDS[part.form].in_(lang)

    def _spec(self, part: Explained) -> FactSpec:
        name = str(part.name)
        if part.kind is not None and part.item is not None:
            return self._catalogue.evidence[part.kind].attributes[name]
        return self._catalogue.facts[name]


def _untold(_kind: str, _position: int) -> None:
    """No origin: a sentence doesn't name it."""


def finding_sentence(finding: Finding, audience: Audience, lang: str) -> str:
    """What a finding says to its audience: the rule's own words, or what to do where it ended or isn't met."""
    message = finding.rule.message
    if finding.verdict is RuleVerdict.NOT_APPLICABLE and finding.reason is not None:
        if finding.reason.value == "ended" and message.ended is not None:
            return message.ended.in_(lang)
        return _REASONS[finding.reason.value].in_(lang)
    if finding.verdict is not RuleVerdict.MET and finding.rule.role in _CLAIMS:
        # What such a rule says is true where it is met: said elsewhere, it would be a claim about the applicant.
        return _NOT_MET[finding.verdict].in_(lang)
    if finding.verdict is RuleVerdict.MET:
        return (message.applicant if audience is Audience.APPLICANT else message.staff).in_(lang)
    # Advice says what staff should do; the person it may be about gets words that hold whatever was found.
    staff_only = finding.rule.role is Role.ADVICE and audience is Audience.APPLICANT
    if message.how is not None and not staff_only:
        return message.how.in_(lang)
    return (message.applicant if audience is Audience.APPLICANT else message.staff).in_(lang)


_CLAIMS = (Role.DUTY, Role.SCOPE, Role.REFUSAL)

_NOT_MET = {
    RuleVerdict.UNMET: Text("この申込みには当てはまりません", "not the case here"),
    RuleVerdict.UNKNOWN: Text("当てはまるかどうか、まだ分かりません", "not known yet whether this is the case"),
}

_FORMS: dict[type[Node], str] = {
    Atom: "atom",
    AllOf: "all",
    AnyOf: "any",
    Not: "not",
    Unless: "unless",
    Exists: "exists",
    Count: "count",
    Cited: "cited",
}

_FORM_WORDS = {
    "all": Text("すべて", "all of"),
    "any": Text("いずれか", "any of"),
    "not": Text("次でないこと", "not"),
    "unless": Text("例外に当たるか、次を満たす", "the exception, or else"),
}

_OPERATORS = {
    "eq": Text("=", "="),
    "in": Text("次のいずれか:", "one of"),
    "contains": Text("次を含む:", "contains"),
    "lt": Text("<", "<"),
    "lte": Text("≤", "≤"),
    "gt": Text(">", ">"),
    "gte": Text("≥", "≥"),
    "within": Text("期間内:", "within"),
}

_REASONS = {
    "ended": Text("終了しています", "has ended"),
    "not_yet_in_force": Text("まだ施行されていません", "not yet in force"),
    "date_not_fixed": Text("施行日がまだ決まっていません", "the date of entry into force isn't fixed yet"),
    "not_yet_known": Text("その時点ではまだ知られていません", "not known yet at that time"),
    "condition_not_met": Text("この申込みには当てはまりません", "not about this application"),
    "excepted": Text("例外に当たります", "an exception applies"),
}


def _plain_operand(node: Node) -> object:
    if isinstance(node, Count):
        return node.number
    if not isinstance(node, Atom):
        return None
    operand = node.operand
    if isinstance(operand, Period):
        return {"months": operand.months, "days": operand.days, "of": operand.of.name}
    if isinstance(operand, Ref):
        return {"attribute" if operand.of_item else "fact": operand.name}
    if isinstance(operand, SetRef):
        return {"set": operand.name}
    return list(operand) if isinstance(operand, tuple) else operand


def _show(value: object, spec: FactSpec, lang: str) -> str:
    if isinstance(value, bool):
        return ("はい" if value else "いいえ") if lang == "ja" else ("yes" if value else "no")
    if isinstance(value, dict):
        if "set" in value:
            return str(value["set"])
        if "of" in value:
            span = f"{value['months']}か月" if value["months"] else f"{value['days']}日"
            return (
                span if lang == "ja" else (f"{value['months']} months" if value["months"] else f"{value['days']} days")
            )
        return str(next(iter(value.values())))
    if isinstance(value, frozenset | list):
        return "・".join(_show(member, spec, lang) for member in sorted(value, key=str))
    return value.isoformat() if isinstance(value, date) else str(value)
