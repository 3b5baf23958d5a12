"""Drawing conditions, cases and small rulebooks: made for telling two evaluations apart, not for being plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from sekisho.engine.columns import PastCase
from sekisho.engine.facts import Case, Catalogue, ChangedBy, EvidenceSpec, FactSpec, FactType, Text, Value
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
from sekisho.engine.rules import (
    DatedSet,
    Edge,
    EventSpec,
    Excepting,
    Instrument,
    KindOfNo,
    Message,
    Role,
    Rule,
    Rulebook,
    Selection,
    Strength,
    TextState,
)
from sekisho.engine.verdicts import Verdict

NO_TEXT = Text("", "")
FIRST, LAST = date(2023, 12, 28), date(2024, 3, 2)
"""A leap year's end of January and February lie between."""

_DOCUMENTS = ("licence", "passport", "card", "book")


def _spec(name: str, kind: FactType, *values: str) -> FactSpec:
    return FactSpec(name, kind, NO_TEXT, values, high=5)


CATALOGUE = Catalogue.of(
    (
        _spec("event", FactType.ENUM, "join", "leave"),
        _spec("who", FactType.ENUM, "person", "firm"),
        _spec("flag", FactType.BOOL),
        _spec("other", FactType.BOOL),
        _spec("document", FactType.ENUM, *_DOCUMENTS),
        _spec("second", FactType.ENUM, "book", "letter", "licence"),
        _spec("lines", FactType.INT),
        _spec("limit", FactType.INT),
        _spec("born", FactType.DATE),
        _spec("today", FactType.DATE),
        _spec("colours", FactType.SET, "red", "green", "blue"),
        _spec("wanted", FactType.SET, "blue", "white", "red"),
    ),
    tuple(
        EvidenceSpec(
            kind,
            NO_TEXT,
            {
                spec.name: spec
                for spec in (
                    _spec("at", FactType.DATE),
                    _spec("until", FactType.DATE),
                    _spec("document", FactType.ENUM, *documents),
                    _spec("agrees", FactType.BOOL),
                    _spec("pages", FactType.INT),
                    _spec("shows", FactType.SET, "name", "photo"),
                )
            },
            ChangedBy.APPLICANT,
            1,
        )
        # The same attribute has other codes in the other kind.
        for kind, documents in (("shown", _DOCUMENTS), ("posted", ("letter", "book", "passport")))
    ),
    ("event", "who"),
)
"""Every type of fact, and two kinds of evidence."""

SETS: Mapping[str, DatedSet] = {
    "good": DatedSet(
        "good",
        (
            (date(2024, 1, 5), date(2024, 2, 1), frozenset({"licence", "book"})),
            (date(2024, 2, 1), None, frozenset({"licence", "passport", "letter"})),
        ),
    )
}

days = st.one_of(
    st.dates(FIRST, LAST),
    st.sampled_from([date(2024, 1, 31), date(2024, 2, 29), date(1969, 12, 31), date(2023, 8, 31)]),
)


def values(spec: FactSpec) -> st.SearchStrategy[Value]:
    """Known values of a fact."""
    if spec.type is FactType.BOOL:
        return st.booleans()
    if spec.type is FactType.ENUM:
        return st.sampled_from(spec.values)
    if spec.type is FactType.SET:
        return st.frozensets(st.sampled_from(spec.values))
    return st.integers(0, 5) if spec.type is FactType.INT else days


def _some(specs: Mapping[str, FactSpec], always: tuple[str, ...] = ()) -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries(
        {name: values(specs[name]) for name in always},
        optional={name: values(spec) for name, spec in specs.items() if name not in always},
    )


cases = st.builds(
    Case,
    _some(CATALOGUE.facts, CATALOGUE.dimensions),
    st.fixed_dictionaries(
        {},
        optional={
            kind: st.lists(_some(spec.attributes), min_size=1, max_size=8) for kind, spec in CATALOGUE.evidence.items()
        },
    ),
)
"""Cases with any fact missing but the dimensions, and up to eight items of a kind."""


@st.composite
def past_cases(draw: st.DrawFn) -> PastCase:
    """Cases with their own dates on both axes."""
    return PastCase(
        draw(st.text("abc-0189山𠮷", max_size=4)),
        draw(st.dates(FIRST, LAST)),
        draw(st.dates(FIRST, LAST)),
        draw(st.sampled_from([None, *Verdict])),
        draw(cases),
    )


_COMPARABLE = {
    FactType.BOOL: (Op.EQ,),
    FactType.ENUM: (Op.EQ,),
    FactType.SET: (Op.EQ, Op.CONTAINS),
    FactType.INT: (Op.EQ, Op.LT, Op.LTE, Op.GT, Op.GTE),
    FactType.DATE: (Op.EQ, Op.LT, Op.LTE, Op.GT, Op.GTE, Op.WITHIN),
}


@st.composite
def atoms(draw: st.DrawFn, kind: str | None = None) -> Atom:
    """Comparisons the loader accepts, with literals, references and dated sets."""
    of_item = kind is not None and draw(st.integers(0, 3)) > 0
    own = CATALOGUE.evidence[kind].attributes if kind is not None else CATALOGUE.facts
    spec = draw(st.sampled_from(list((own if of_item else CATALOGUE.facts).values())))
    op = draw(st.sampled_from([*_COMPARABLE[spec.type], *([Op.IN, Op.IN] if spec.type is FactType.ENUM else [])]))
    if op is Op.IN:
        if draw(st.booleans()):
            return Atom(spec.name, of_item, op, SetRef("good"))
        return Atom(spec.name, of_item, op, tuple(draw(st.sets(st.sampled_from(spec.values), min_size=1))))
    others = [Ref(other.name, False) for other in CATALOGUE.facts.values() if other.type is spec.type]
    if kind is not None:
        others += [Ref(other.name, True) for other in own.values() if other.type is spec.type]
    if op is Op.WITHIN:
        months = draw(st.integers(0, 14))
        period = Period(months, draw(st.integers(0 if months else 1, 40)), draw(st.sampled_from(others)))
        return Atom(spec.name, of_item, op, period)
    if draw(st.booleans()):
        return Atom(spec.name, of_item, op, draw(st.sampled_from(others)))
    value = draw(values(spec))
    if op is Op.CONTAINS and isinstance(value, frozenset):
        return Atom(spec.name, of_item, op, tuple(sorted(value)))
    return Atom(spec.name, of_item, op, value)


@st.composite
def nodes(draw: st.DrawFn, depth: int = 4, kind: str | None = None) -> Node:
    """Condition trees up to ``depth`` below here; inside ``where`` of ``kind`` they may speak of its items."""
    if depth == 0:
        return draw(atoms(kind))
    below = nodes(depth - 1, kind)
    form = draw(st.integers(0, 8))
    if form == 0:
        return AllOf(tuple(draw(st.lists(below, max_size=3))))
    if form == 1:
        return AnyOf(tuple(draw(st.lists(below, max_size=3))))
    if form == 2:
        return Not(draw(below))
    if form == 3:
        return Unless(draw(below), ("p",), draw(below))
    if form == 4:
        return Cited("named", ("p",), draw(below))
    if form in (5, 6):
        of = draw(st.sampled_from(sorted(CATALOGUE.evidence)))
        where = draw(nodes(depth - 1, of))
        if form == 5:
            return Exists(of, where)
        op = draw(st.sampled_from([Op.EQ, Op.LT, Op.LTE, Op.GT, Op.GTE]))
        return Count(of, where, op, draw(st.integers(0, 4)))
    return draw(atoms(kind))


DUTIES = ("identity", "authority")


@st.composite
def rules(draw: st.DrawFn, number: int) -> Rule:
    """One rule of any role, strength and interval."""
    role = draw(st.sampled_from([*Role, Role.DUTY, Role.METHOD, Role.METHOD, Role.SCOPE]))
    start = draw(st.dates(FIRST - timedelta(days=20), LAST))
    ends = draw(st.booleans())
    conditions = st.one_of(st.just(ALWAYS), nodes(depth=2))
    return Rule(
        id=f"rule.{number:02d}",
        role=role,
        title=NO_TEXT,
        duties=tuple(draw(st.lists(st.sampled_from(DUTIES), min_size=1, max_size=2, unique=True))),
        method=draw(st.sampled_from(["show", "post"])) if role is Role.METHOD else None,
        provisions=("p",),
        provisions_by_event={},
        party="operator",
        applies=draw(
            st.fixed_dictionaries(
                {},
                optional={
                    name: st.frozensets(st.sampled_from(CATALOGUE.facts[name].values), min_size=1)
                    for name in CATALOGUE.dimensions
                },
            )
        ),
        when=draw(conditions),
        requires=draw(conditions),
        completion=draw(st.one_of(st.none(), nodes(depth=1))) if role is Role.METHOD else None,
        completed_on=None,
        excepts=tuple(
            Excepting(("p",), condition, NO_TEXT) for condition in draw(st.lists(nodes(depth=1), max_size=2))
        ),
        strength=draw(st.sampled_from([*Strength, Strength.DUTY, Strength.DUTY])),
        start=Edge(start if draw(st.integers(0, 5)) else None, draw(st.dates(FIRST, LAST)), "i", start),
        end=Edge(start + timedelta(days=draw(st.integers(1, 40))), draw(st.dates(FIRST, LAST)), "i") if ends else None,
        text_state=TextState.VERBATIM,
        source="",
        message=Message(NO_TEXT, NO_TEXT, None, None),
        kind_of_no=KindOfNo.STATUTORY if role is Role.REFUSAL else None,
        ends_when=None,
        retention=None,
        measures=(),
        examples=(),
        instrument=draw(st.sampled_from(["act", "house"])),
        content_hash=f"hash-{number}",
        file="",
        line=0,
    )


def _plain(rule: Rule, role: Role, duties: tuple[str, ...]) -> Rule:
    """The rule made one that meets every case, so that few cases fall silent and verdicts of all kinds come up."""
    edge = Edge(FIRST - timedelta(days=100), FIRST - timedelta(days=100), "i")
    return replace(rule, role=role, duties=duties, applies={}, when=ALWAYS, start=edge, end=None, excepts=())


def _book(made: list[Rule], events: Mapping[str, tuple[str, ...]]) -> Rulebook:
    return Rulebook(
        content_hash="",
        instruments={name: Instrument(name, NO_TEXT, "act", "") for name in ("act", "house")},
        provisions={},
        sets=SETS,
        events={event: EventSpec(event, NO_TEXT, duties) for event, duties in events.items()},
        duties=dict.fromkeys(DUTIES, NO_TEXT),
        rules={rule.id: rule for rule in made},
    )


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    """Up to a dozen rules; where they say nothing of a duty, the law is silent."""
    made = [
        _plain(draw(rules(number)), role, duties)
        for number, (role, duties) in enumerate(((Role.METHOD, DUTIES), *((Role.DUTY, (duty,)) for duty in DUTIES)))
        if draw(st.integers(0, 9))
    ]
    made += [draw(rules(number)) for number in range(3, 3 + draw(st.integers(0, 9)))]
    return _book(made or [draw(rules(99))], {"join": DUTIES, "leave": DUTIES[:1]})


_SIMPLE: tuple[Node, ...] = (
    ALWAYS,
    ALWAYS,
    *(Atom(name, False, Op.EQ, value) for name in ("flag", "other") for value in (True, False)),
)


@st.composite
def plain_rulebooks(draw: st.DrawFn) -> Rulebook:
    """One duty with several methods, requirements and grounds on two facts: which rules decide is all that varies."""
    simple: st.SearchStrategy[Node] = st.sampled_from(_SIMPLE)
    strengths = st.sampled_from([Strength.DUTY, Strength.DUTY, Strength.HOUSE])
    roles = [
        Role.DUTY,
        *draw(
            st.lists(
                st.sampled_from([*[Role.METHOD] * 4, Role.REQUIREMENT, Role.REQUIREMENT, Role.REFUSAL, Role.SCOPE]),
                max_size=6,
            )
        ),
    ]
    base = draw(rules(0))
    made = [
        replace(
            _plain(base, role, DUTIES[:1]),
            id=f"rule.{number:02d}",
            content_hash=f"hash-{number}",
            requires=draw(simple),
            completion=draw(st.one_of(st.none(), simple)) if role is Role.METHOD else None,
            strength=draw(strengths),
        )
        for number, role in enumerate(roles)
    ]
    return _book(made, {"join": DUTIES[:1], "leave": DUTIES[:1]})


@st.composite
def selections(draw: st.DrawFn, rulebook: Rulebook) -> Selection:
    """Any instruments adopted, any proposals simulated."""
    proposals = [rule.id for rule in rulebook.rules.values() if rule.strength is Strength.PROPOSAL]
    return Selection(
        draw(st.frozensets(st.sampled_from(sorted(rulebook.instruments)))),
        draw(st.frozensets(st.sampled_from(proposals))) if proposals else frozenset(),
    )
