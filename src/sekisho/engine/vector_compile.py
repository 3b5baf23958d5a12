"""Compiling condition nodes to the steps of :mod:`sekisho.engine.vector`, each different condition once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sekisho.engine.evaluate import MET, UNMET
from sekisho.engine.facts import Catalogue, FactSpec, FactType
from sekisho.engine.nodes import (
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
from sekisho.engine.vector import (
    Against,
    Comparison,
    Conjunction,
    Constant,
    Disjunction,
    HowMany,
    Negation,
    SomeItem,
    Step,
    ToItems,
)

_BY_TYPE = {
    Op.EQ: frozenset(FactType),
    Op.IN: frozenset({FactType.ENUM}),
    Op.CONTAINS: frozenset({FactType.SET}),
    Op.LT: frozenset({FactType.INT, FactType.DATE}),
    Op.LTE: frozenset({FactType.INT, FactType.DATE}),
    Op.GT: frozenset({FactType.INT, FactType.DATE}),
    Op.GTE: frozenset({FactType.INT, FactType.DATE}),
    Op.WITHIN: frozenset({FactType.DATE}),
}


class Compiler:
    """Makes steps of nodes, one for each different condition at each level."""

    def __init__(self, catalogue: Catalogue) -> None:
        """``catalogue`` gives names their types; conditions are taken as the loader accepts them."""
        self._catalogue = catalogue
        self._made: dict[tuple[str | None, Node], Step] = {}
        self._parts: dict[tuple[object, ...], Step] = {}
        self.count = 0

    def step(self, node: Node, kind: str | None = None) -> Step:
        """The step for ``node`` inside ``where`` of ``kind`` (None: outside).

        Raises ``ValueError`` for a comparison that has no meaning for the fact's type, which no loader lets pass.
        """
        level = None if self._about_case(node) else kind
        found = self._made.get((level, node))
        if found is None:
            found = self._made[level, node] = self._make(node, level)
        return found

    def _next(self) -> int:
        self.count += 1
        return self.count - 1

    def _about_case(self, node: Node) -> bool:
        """Whether the node says the same for all items: it, and what is below it, name no attribute of theirs."""
        if isinstance(node, Exists | Count):
            return True
        if isinstance(node, Atom):
            operand = node.operand.of if isinstance(node.operand, Period) else node.operand
            return not node.of_item and not (isinstance(operand, Ref) and operand.of_item)
        if isinstance(node, AllOf | AnyOf):
            return all(self._about_case(part) for part in node.parts)
        if isinstance(node, Unless):
            return self._about_case(node.exception) and self._about_case(node.require)
        return self._about_case(node.part)

    def _make(self, node: Node, kind: str | None) -> Step:
        if isinstance(node, Atom):
            return self._atom(node, kind)
        if isinstance(node, AllOf):
            return self._joined(Conjunction, self._flat(node, AllOf), kind, MET)
        if isinstance(node, AnyOf):
            return self._joined(Disjunction, self._flat(node, AnyOf), kind, UNMET)
        if isinstance(node, Unless):
            return self._joined(Disjunction, [node.exception, node.require], kind, UNMET)
        if isinstance(node, Cited):
            return self.step(node.part, kind)
        if isinstance(node, Not):
            part = self._lifted(self.step(node.part, kind), kind)
            return self._once(("not", part.index), lambda: Negation(self._next(), kind, (part,)))
        if isinstance(node, Exists):
            return self._exists(node)
        where = self._lifted(self.step(node.where, node.kind), node.kind)
        return HowMany(self._next(), node, where)

    def _flat(self, node: Node, of: type[AllOf] | type[AnyOf]) -> list[Node]:
        if isinstance(node, Cited) and isinstance(node.part, of):
            return self._flat(node.part, of)
        if not isinstance(node, of):
            return [node]
        return [below for part in node.parts for below in self._flat(part, of)]

    def _joined(
        self, make: type[Conjunction] | type[Disjunction], nodes: Sequence[Node], kind: str | None, empty: int
    ) -> Step:
        parts = list(dict.fromkeys(self.step(node, kind) for node in nodes))
        if kind is not None:
            # What concerns the case is worked out per case first, then brought to the items once.
            of_case = [part for part in parts if part.kind is None]
            parts = [part for part in parts if part.kind is not None]
            if of_case:
                parts.append(self._lifted(self._together(make, of_case, None, empty), kind))
        return self._together(make, parts, kind, empty)

    def _together(
        self, make: type[Conjunction] | type[Disjunction], parts: Sequence[Step], kind: str | None, empty: int
    ) -> Step:
        if not parts:
            return self._once(("constant", empty), lambda: Constant(self._next(), empty))
        if len(parts) == 1:
            return parts[0]
        ordered = tuple(sorted(parts, key=lambda part: part.index))
        key = (make.__name__, *(part.index for part in ordered))
        return self._once(key, lambda: make(self._next(), kind, ordered))

    def _exists(self, node: Exists) -> Step:
        # Some item meets (A of the case and B of the item) just where A holds and some item meets B.
        parts = self._flat(node.where, AllOf)
        of_case = [part for part in parts if self._about_case(part)]
        of_item = [part for part in parts if not self._about_case(part)]
        where = self._lifted(self._joined(Conjunction, of_item, node.kind, MET), node.kind)
        some = self._once(("exists", node.kind, where.index), lambda: SomeItem(self._next(), node.kind, where))
        return self._together(
            Conjunction, list(dict.fromkeys([some, *(self.step(part) for part in of_case)])), None, MET
        )

    def _lifted(self, step: Step, kind: str | None) -> Step:
        if kind is None or step.kind is not None or isinstance(step, Constant):
            return step
        return self._once(("items", kind, step.index), lambda: ToItems(self._next(), kind, step))

    def _once(self, key: tuple[object, ...], make: Callable[[], Step]) -> Step:
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = make()
        return found

    def _atom(self, atom: Atom, kind: str | None) -> Step:
        spec = self._spec(atom.name, atom.of_item, kind)
        operand = atom.operand.of if isinstance(atom.operand, Period) else atom.operand
        if spec.type not in _BY_TYPE[atom.op]:
            raise ValueError(f"'{atom.op.value}' has no meaning for {atom.name}, which is {spec.type.value}")
        if isinstance(operand, SetRef) and atom.op is not Op.IN:
            raise ValueError(f"'{atom.op.value}' does not take the set {operand.name}")
        if not isinstance(operand, Ref):
            return Comparison(self._next(), kind, atom, spec)
        other = self._spec(operand.name, operand.of_item, kind)
        if other.type is not spec.type or atom.op is Op.IN:
            raise ValueError(f"{atom.name} cannot be compared with {other.name} by '{atom.op.value}'")
        return Against(self._next(), kind, atom, operand, spec, other)

    def _spec(self, name: str, of_item: bool, kind: str | None) -> FactSpec:
        specs: Mapping[str, FactSpec] = self._catalogue.facts
        if of_item:
            specs = {} if kind is None else self._catalogue.evidence[kind].attributes
        if name not in specs:
            raise ValueError(f"the catalogue has no {name}")
        return specs[name]
