"""Small rulebooks for tests: from YAML texts through the loader, and from dataclasses where no text is needed.

The catalogue is made up: a *gate* one passes at the counter or online, with papers and seals for evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from textwrap import dedent, indent
from typing import Any

from sekisho.engine.conclude import Confirmation, Outcome, judge
from sekisho.engine.facts import Case, Catalogue, ChangedBy, EvidenceSpec, FactSpec, FactType, Item, Text, Value
from sekisho.engine.nodes import ALWAYS, Node
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import (
    CompletedOn,
    DatedSet,
    Edge,
    EventSpec,
    Excepting,
    Instrument,
    KindOfNo,
    Message,
    Provision,
    ProvisionVersion,
    Role,
    Rule,
    Rulebook,
    Selection,
    Strength,
    TextState,
)
from sekisho.rulebook.loader import load_sources

APPLICANT, OPERATOR, NOBODY = ChangedBy.APPLICANT, ChangedBy.OPERATOR, ChangedBy.NOBODY
DAY = date(2026, 6, 1)
FAR = date(9999, 12, 31)
SHOWN = Confirmation(required=False, confirmed={})
NOTHING = Selection()


def _spec(
    name: str, kind: FactType, *values: str, by: ChangedBy = NOBODY, cost: int = 1, low: int = 0, high: int = 100
) -> FactSpec:
    return FactSpec(name, kind, Text(f"{name}の題", f"title of {name}"), values, by, cost, low, high)


def _evidence(kind: str, by: ChangedBy, cost: int, *attributes: FactSpec) -> EvidenceSpec:
    at = _spec("at", FactType.DATE, by=APPLICANT)
    return EvidenceSpec(
        kind, Text(f"{kind}の題", f"title of {kind}"), {spec.name: spec for spec in (at, *attributes)}, by, cost
    )


CATALOGUE = Catalogue.of(
    (
        _spec("event", FactType.ENUM, "pass", "leave"),
        _spec("channel", FactType.ENUM, "counter", "online", by=APPLICANT, cost=20),
        _spec("age", FactType.INT),
        _spec("score", FactType.INT, by=APPLICANT, cost=4),
        _spec("born_here", FactType.BOOL),
        _spec("stranger", FactType.BOOL),
        _spec("agreed", FactType.BOOL, by=APPLICANT, cost=2),
        _spec("told", FactType.BOOL, by=OPERATOR, cost=1),
        _spec("colour", FactType.ENUM, "red", "green", "blue", by=APPLICANT, cost=3),
        _spec("marks", FactType.SET, "a", "b", "c", by=APPLICANT, cost=5),
        _spec("since", FactType.DATE),
        _spec("until", FactType.DATE),
    ),
    (
        _evidence(
            "paper",
            APPLICANT,
            10,
            _spec("document", FactType.ENUM, "licence", "passport", "book", by=APPLICANT),
            _spec("name_agrees", FactType.BOOL, by=APPLICANT, cost=6),
            _spec("photo", FactType.BOOL, by=APPLICANT, cost=6),
            _spec("checked", FactType.BOOL, by=OPERATOR, cost=2),
            _spec("pages", FactType.INT),
            _spec("shows", FactType.SET, "name", "photo", "address", by=APPLICANT),
            _spec("issued_on", FactType.DATE, by=APPLICANT),
            _spec("valid_until", FactType.DATE, by=APPLICANT),
        ),
        _evidence(
            "seal",
            APPLICANT,
            3,
            _spec("good", FactType.BOOL, by=APPLICANT, cost=3),
            _spec("state", FactType.ENUM, "fine", "revoked", "could_not_check", by=OPERATOR, cost=2),
        ),
        _evidence(
            "letter",
            OPERATOR,
            6,
            _spec("delivered", FactType.BOOL, by=OPERATOR, cost=3),
            _spec("document", FactType.ENUM, "letter", "card", by=OPERATOR),
        ),
        _evidence("oath", NOBODY, 1, _spec("sworn", FactType.BOOL)),
    ),
    ("event", "channel"),
)
"""Facts of every type and every changer; kinds of evidence that applicant, operator and nobody provide."""


def case(evidence: Mapping[str, list[Item]] | None = None, /, **facts: Value) -> Case:
    """A case at the counter, passing the gate, unless told otherwise."""
    return Case(
        {"event": "pass", "channel": "counter", **facts},
        {kind: list(items) for kind, items in (evidence or {}).items()},
    )


def text(words: str) -> Text:
    """A text that tells its language."""
    return Text(f"{words}（日）", f"{words} (en)")


def rule(rule_id: str, role: Role = Role.METHOD, **changed: Any) -> Rule:
    """A rule by law, in force for ever, about every case, for the duty ``show``; change what the test is about."""
    method = role is Role.METHOD
    fields: dict[str, Any] = {
        "id": rule_id,
        "role": role,
        "title": text(f"title {rule_id}"),
        "duties": ("show",) if role in (Role.METHOD, Role.DUTY, Role.SCOPE) else (),
        "method": rule_id if method else None,
        "provisions": ("act.1",),
        "provisions_by_event": {},
        "party": "operator",
        "applies": {},
        "when": ALWAYS,
        "requires": ALWAYS,
        "completion": None,
        "completed_on": CompletedOn.PRESENTED if method else None,
        "excepts": (),
        "strength": Strength.DUTY,
        "start": Edge(date(2000, 1, 1), date(1999, 1, 1), "act"),
        "end": None,
        "text_state": TextState.VERBATIM,
        "source": "act 1",
        "message": Message(text(f"staff {rule_id}"), text(f"applicant {rule_id}"), text(f"how {rule_id}"), None),
        "kind_of_no": KindOfNo.STATUTORY if role is Role.REFUSAL else None,
        "ends_when": text("ends") if role is Role.REFUSAL else None,
        "retention": None,
        "measures": (),
        "examples": (),
        "instrument": "act",
        "content_hash": f"hash of {rule_id}",
        "file": "act/rules.yaml",
        "line": 1,
    }
    return Rule(**(fields | changed))


def exception(condition: Node) -> Excepting:
    """An exception with its own provision."""
    return Excepting(("act.2",), condition, text("exception"))


def _provision(name: str) -> Provision:
    article = name.partition(".")[2]
    label = Text(f"法{article}条", f"Act art. {article}")
    return Provision(
        name,
        label,
        (ProvisionVersion(label, date(1990, 1, 1), None, TextState.VERBATIM),),
        None,
        "act/provisions.yaml",
        1,
    )


def engine(*rules: Rule, duties: tuple[str, ...] = ("show",), sets: Iterable[DatedSet] = ()) -> LawEngine:
    """An engine over these rules; ``pass`` names the duties, ``leave`` none."""
    kinds = {"act": "act", "guild": "industry", "house": "house", "report": "report"}
    book = Rulebook(
        content_hash="made up",
        instruments={name: Instrument(name, text(name), kind, name) for name, kind in kinds.items()},
        provisions={made.id: made for made in (_provision("act.1"), _provision("act.2"))},
        sets={dated.name: dated for dated in sets},
        events={"pass": EventSpec("pass", text("pass"), duties), "leave": EventSpec("leave", text("leave"), ())},
        duties={duty: text(duty) for duty in duties},
        rules={made.id: made for made in rules},
    )
    return LawEngine(book, CATALOGUE)


def outcome(
    over: LawEngine,
    about: Case,
    *,
    as_of: date = DAY,
    as_known_at: date = FAR,
    selection: Selection = NOTHING,
    confirmation: Confirmation = SHOWN,
) -> Outcome:
    """Judge under everything that is known, with nothing adopted and no confirmation required."""
    return judge(over, about, as_of=as_of, as_known_at=as_known_at, selection=selection, confirmation=confirmation)


# --- YAML -------------------------------------------------------------------------------------------------------------

HEAD = """\
instrument: {id: act, title: {ja: 法, en: Act}, kind: act, source: 'made up'}
duties:
  show: {ja: 提示, en: showing}
events:
  pass: {title: {ja: 通過, en: passing}, duties: [show]}
  leave: {title: {ja: 退去, en: leaving}, duties: []}
provisions:
  - id: act.1
    title: {ja: 1条, en: art. 1}
    versions: [{from: 2000-01-01, label: {ja: 法1条, en: Act art. 1}, text_state: verbatim}]
"""

RULE: dict[str, str] = {
    "id": "show.paper",
    "role": "method",
    "duties": "[show]",
    "method": "paper",
    "title": "{ja: 書類, en: paper}",
    "provisions": "[act.1]",
    "party": "operator",
    "requires": "{exists: {evidence: paper, where: {photo: {eq: true}}}}",
    "completed_on": "presented",
    "strength": "duty",
    "from": "{date: 2020-01-01, known_from: 2019-01-01, instrument: act}",
    "text_state": "verbatim",
    "source": "act 1",
    "message": "{staff: {ja: 職, en: s}, applicant: {ja: 申, en: a}, how: {ja: 方, en: h}, ended: {ja: 終, en: e}}",
    "examples": (
        "[{name: with, as_of: 2026-06-01, evidence: [{kind: paper, photo: true}], expect: met},"
        " {name: without, as_of: 2026-06-01, expect: unmet}]"
    ),
}
"""A rule as written, key by key; each key on a line of its own, the id on the first."""


def rule_yaml(**changed: str | None) -> str:
    """One rule's text: keys replaced or, with None, left out; ``from_`` stands for ``from``."""
    keys = {name.rstrip("_"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in (RULE | keys).items() if value is not None]
    body = indent("\n".join(lines), "    ")
    return "  - " + body[4:] + "\n"


def sources(*rules: str, head: str = HEAD, more: str = "") -> dict[str, str]:
    """Texts by file: the head in ``act/provisions.yaml``, the rules in ``act/rules.yaml`` from its second line on."""
    found = {"act/provisions.yaml": head}
    if rules:
        found["act/rules.yaml"] = "rules:\n" + "".join(rules)
    if more:
        found["act/more.yaml"] = dedent(more)
    return found


def load(
    *rules: str, head: str = HEAD, more: str = "", lock: Mapping[str, Mapping[str, str | None]] | None = None
) -> Rulebook:
    """Load texts made by :func:`rule_yaml`."""
    return load_sources(sources(*rules, head=head, more=more), CATALOGUE, lock=lock)
