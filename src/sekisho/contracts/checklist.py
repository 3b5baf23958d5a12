"""What to bring, known before the visit: one list for a kind of case and a day, from the rules alone (measure A2-1).

Four questions are kept apart: who the counterparty is, who the person is who acts for it, whether that person belongs
to the company (在籍), and whether he may act for it (権限). For each: what the law asks on that day, and by which ways
it can be shown, on paper or electronically. Two applicants with the same kind of case get the same list; nobody's data
is needed for it.

A list isn't a decision: it says what suffices as a rule, not that an application is accepted. What is not law on the
day (在籍; authority until the 2026 Act) says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Final

from sekisho.engine.facts import Case, Text
from sekisho.engine.nodes import ALWAYS, Atom, Exists, Op, walk
from sekisho.engine.plan import LawEngine, Plan, RuleProgram, applies_to
from sekisho.engine.rules import Role, Rule, Selection, Strength, text_state_on
from sekisho.rulebook.condition_text import provision_label
from sekisho.rulebook.words import value_words

AFFILIATION_RULE: Final = "proposal.A2-1-affiliation"
"""The report's direction on 在籍: what shows it is read from this rule."""
AUTHORITY_MODEL: Final = "aml-kisoku-12-5"
"""The instrument whose ways of checking authority are expected until the 2026 Act's ordinance is read."""
CORPORATE: Final = frozenset({"corporation", "foreign_corporation"})


class Form(Enum):
    """How something is brought or shown."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    POST = "post"
    """We send something that is received."""
    WE_LOOK_UP = "we_look_up"
    """Nothing to bring: we look it up, or compare it with what we have."""
    WE_CALL = "we_call"
    SAID = "said"


FORM_WORDS: Final[Mapping[Form, Text]] = {
    Form.PAPER: Text("紙・カード", "paper or card"),
    Form.ELECTRONIC: Text("電子", "electronic"),
    Form.POST: Text("郵便の受取り", "receiving post"),
    Form.WE_LOOK_UP: Text("当社が照会", "we look it up"),
    Form.WE_CALL: Text("当社が電話", "we call"),
    Form.SAID: Text("申告", "a statement"),
}

_KINDS: Final[Mapping[str, Form]] = {
    "document_shown": Form.PAPER,
    "document_original": Form.PAPER,
    "document_copy": Form.PAPER,
    "document_image": Form.ELECTRONIC,
    "supplementary_document": Form.PAPER,
    "past_rental_document": Form.PAPER,
    "handset_shown": Form.PAPER,
    "payment_link": Form.PAPER,
    "face_image": Form.ELECTRONIC,
    "chip_read": Form.ELECTRONIC,
    "electronic_signature": Form.ELECTRONIC,
    "card_substitute_record": Form.ELECTRONIC,
    "authentication": Form.ELECTRONIC,
    "reliance_result": Form.ELECTRONIC,
    "postal_item": Form.POST,
    "staff_handover": Form.POST,
    "confirmation_letter": Form.POST,
    "registry_record": Form.WE_LOOK_UP,
    "public_corporate_record": Form.WE_LOOK_UP,
    "record_match": Form.WE_LOOK_UP,
    "carrier_chain_verification": Form.WE_LOOK_UP,
    "statement": Form.SAID,
    "consultation": Form.SAID,
}
"""How evidence of a kind is brought. The two proofs below go by what shows them."""

_SHOWN_BY: Final[Mapping[str, tuple[Form, ...]]] = {
    "cohabiting_or_legal": (Form.PAPER,),
    "letter_of_attorney": (Form.PAPER,),
    "telephone_confirmation": (Form.WE_CALL,),
    "registered_officer": (Form.PAPER, Form.ELECTRONIC, Form.WE_LOOK_UP),
    "otherwise_evident": (Form.WE_LOOK_UP,),
    "gbizid_prime": (Form.ELECTRONIC,),
    "gbizid_member": (Form.ELECTRONIC,),
    "employee_card": (Form.PAPER,),
    "employment_certificate": (Form.PAPER,),
    "insurance_certificate_with_employer": (Form.PAPER,),
    "business_card": (Form.PAPER,),
}
"""How a value of ``authority_proof.proof`` or ``affiliation_proof.shown_by`` is brought."""

_PROOFS: Final = frozenset({"authority_proof", "affiliation_proof"})


class Standing(Enum):
    """What the law says of a question on the day."""

    DUTY = "duty"
    """One of the ways is needed."""
    IN_SOME_CASES = "in_some_cases"
    """Needed or not by what the case is like."""
    NOT_ASKED = "not_asked"
    """Not a duty by law for this kind of case on this day."""
    EXPECTED = "expected"
    """Not law yet; the ways are those that are expected."""
    PROPOSAL = "proposal"
    """A direction of the report, not law: an operator may ask for it by its own terms."""


STANDING_WORDS: Final[Mapping[Standing, Text]] = {
    Standing.DUTY: Text("次のうち一つが必要です", "one of these is needed"),
    Standing.IN_SOME_CASES: Text("場合により、次のうち一つが必要です", "in some cases one of these is needed"),
    Standing.NOT_ASKED: Text("この手続では、法律上は求められません", "not asked for by law here"),
    Standing.EXPECTED: Text(
        "法律上の義務ではまだありません。改正法で次の方法になる見込みです（省令は未制定）",
        "not a duty by law yet; with the amended Act these ways are expected (its ordinance isn't made)",
    ),
    Standing.PROPOSAL: Text(
        "法律上の義務ではありません。お持ちいただくと、会社の方だとわかります",
        "not a duty by law; it shows that you belong to the company",
    ),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way: what it is called, what to do, how it is brought, and what it rests on (``rule`` and its citations).

    ``until`` is the last day's morrow where the way is known to end; ``conditional`` says that it isn't open to every
    case of the kind.
    """

    rule: str
    title: Text
    how: Text
    forms: tuple[Form, ...]
    cited: tuple[Text, ...]
    text_state: str
    until: date | None
    conditional: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question, what the law says of it, its exceptions (``except_where``), and the ways to answer it."""

    key: str
    title: Text
    standing: Standing
    ways: tuple[Way, ...]
    except_where: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """The list for one kind of case on one day."""

    dimensions: Mapping[str, str]
    on: date
    as_known_at: date
    rulebook: str
    questions: tuple[Question, ...]
    notes: tuple[Text, ...]

    def as_document(self) -> dict[str, Any]:
        """For JSON, in both languages."""
        return {
            "dimensions": dict(self.dimensions),
            "on": self.on.isoformat(),
            "as_known_at": self.as_known_at.isoformat(),
            "rulebook": self.rulebook,
            "questions": [
                {
                    "question": question.key,
                    "title": _both(question.title),
                    "standing": question.standing.value,
                    "standing_text": _both(STANDING_WORDS[question.standing]),
                    "except_where": [_both(text) for text in question.except_where],
                    "ways": [_way_document(way) for way in question.ways],
                }
                for question in self.questions
            ],
            "notes": [_both(note) for note in self.notes],
        }


_TITLES: Final = {
    "identity": Text("契約者の確認", "who the counterparty is"),
    "identity.corporate": Text("会社の確認（名称・本店）", "the company: its name and head office"),
    "representative_identity": Text("手続をされる方の本人確認", "who the person is that comes"),
    "affiliation": Text("在籍の確認（会社の方であること）", "belonging: that you are with the company"),
    "authority": Text("権限の確認（任されていること）", "authority: that you may act"),
}

NOTES: Final = (
    Text(
        "在籍（会社の方であること）と権限（任されていること）は別のことです。社員証や名刺は権限を示しません。",
        "Belonging to the company and authority to act are two: an employee or business card shows no authority.",
    ),
    Text(
        "電子的な書類でもかまいません。gBizIDを民間の事業者が使えるかは確認中です。",
        "Electronic documents will do. Whether a private operator may use gBizID is being found out.",
    ),
    Text(
        "この一覧は目安です。受け付けるかどうかは、申込みの内容を見て決まります。",
        "This list is a guide: whether an application is accepted is decided on its contents.",
    ),
)


def checklist(engine: LawEngine, dimensions: Mapping[str, str], *, on: date, as_known_at: date) -> Checklist:
    """The list for a kind of case (every dimension of the catalogue named) under the law of ``on``."""
    plan = engine.plan(Case(dict(dimensions)), as_of=on, as_known_at=as_known_at, selection=Selection())
    corporate = dimensions["subject.kind"] in CORPORATE
    questions = [_duty_question(engine, plan, "identity", on, corporate)]
    if "representative_identity" in plan.duties:
        questions.append(_duty_question(engine, plan, "representative_identity", on, corporate))
    if corporate:
        questions.append(_affiliation(engine, on))
    if "authority" in plan.duties:
        questions.append(_authority(engine, plan, on))
    notes = NOTES if corporate else NOTES[2:]
    return Checklist(dict(dimensions), on, as_known_at, engine.rulebook.content_hash, tuple(questions), notes)


def _duty_question(engine: LawEngine, plan: Plan, duty: str, on: date, corporate: bool) -> Question:
    title = _TITLES["identity.corporate" if duty == "identity" and corporate else duty]
    imposing = [one.rule for one in _binding(plan, Role.DUTY, duty)]
    excusing = [one.rule for one in _binding(plan, Role.SCOPE, duty)]
    if not imposing or any(map(_is_for_all, excusing)):
        return Question(duty, title, Standing.NOT_ASKED, ())
    standing = Standing.DUTY if any(rule.when == ALWAYS for rule in imposing) else Standing.IN_SOME_CASES
    exceptions = {exception.text.en: exception.text for rule in imposing for exception in rule.excepts}
    exceptions |= {rule.title.en: rule.title for rule in excusing}
    ways = [_way(engine, one.rule, plan.event, on) for one in _binding(plan, Role.METHOD, duty)]
    # What people bring stands before what happens without them.
    ways.sort(key=lambda way: way.forms == (Form.WE_LOOK_UP,))
    return Question(duty, title, standing, tuple(ways), tuple(exceptions.values()))


def _authority(engine: LawEngine, plan: Plan, on: date) -> Question:
    asked = _duty_question(engine, plan, "authority", on, corporate=True)
    if asked.standing is not Standing.NOT_ASKED:
        return asked
    book = engine.rulebook
    expected = tuple(
        # Their own titles say whose model they are; an applicant needs what the provision is about.
        replace(_way(engine, rule, plan.event, on), title=book.provisions[rule.provisions[0]].title)
        for rule in book.rules.values()
        if rule.instrument == AUTHORITY_MODEL and rule.role is Role.METHOD and applies_to(rule, plan.dimensions)
    )
    return Question(asked.key, asked.title, Standing.EXPECTED if expected else Standing.NOT_ASKED, expected)


def _affiliation(engine: LawEngine, on: date) -> Question:
    rule = engine.rulebook.rules[AFFILIATION_RULE]
    cited, state, words = _cited(engine, rule, "", on), rule.text_state.value, value_words()
    ways = tuple(
        Way(rule.id, words[value], words[value], _SHOWN_BY[value], cited, state, None, conditional=False)
        for value in _values(rule, "shown_by")
    )
    return Question("affiliation", _TITLES["affiliation"], Standing.PROPOSAL, ways)


def _binding(plan: Plan, role: Role, duty: str) -> Iterator[RuleProgram]:
    return (one for one in plan.programs if one.binding and one.rule.role is role and duty in one.rule.duties)


def _is_for_all(rule: Rule) -> bool:
    return rule.when == ALWAYS and rule.requires == ALWAYS and not rule.excepts


def _way(engine: LawEngine, rule: Rule, event: str, on: date) -> Way:
    how = rule.message.how or rule.message.applicant
    until = rule.end.day or rule.end.not_later_than if rule.end is not None else None
    state = text_state_on(rule, engine.rulebook.provisions, on, (event,))
    conditional = rule.strength is Strength.DUTY and (rule.when != ALWAYS or bool(rule.excepts))
    return Way(rule.id, rule.title, how, _forms(rule), _cited(engine, rule, event, on), state.value, until, conditional)


def _cited(engine: LawEngine, rule: Rule, event: str, on: date) -> tuple[Text, ...]:
    book = engine.rulebook
    return tuple(
        Text(provision_label(book, name, on, "ja"), provision_label(book, name, on, "en"))
        for name in rule.citations(event)
    )


def _forms(rule: Rule) -> tuple[Form, ...]:
    """How the evidence that a method asks for is brought, in the order of :class:`Form`."""
    found: set[Form] = set()
    for root in (rule.requires, rule.completion):
        for node in walk(root) if root is not None else ():
            if isinstance(node, Exists) and node.kind in _KINDS:
                found.add(_KINDS[node.kind])
            elif isinstance(node, Exists) and node.kind in _PROOFS:
                values = _values(rule, "proof") or _values(rule, "shown_by")
                found.update(form for value in values for form in _SHOWN_BY.get(value, ()))
    return tuple(form for form in Form if form in found)


def _values(rule: Rule, attribute: str) -> tuple[str, ...]:
    """The values that the rule's condition admits for an attribute, as they stand in it."""
    found: list[str] = []
    for node in walk(rule.requires):
        if isinstance(node, Atom) and node.of_item and node.name == attribute and node.op in (Op.EQ, Op.IN):
            values = node.operand if isinstance(node.operand, tuple) else (node.operand,)
            found.extend(value for value in values if isinstance(value, str) and value not in found)
    return tuple(found)


def _way_document(way: Way) -> dict[str, Any]:
    return {
        "rule": way.rule,
        "title": _both(way.title),
        "how": _both(way.how),
        "forms": [form.value for form in way.forms],
        "provisions": [_both(label) for label in way.cited],
        "text_state": way.text_state,
        "until": None if way.until is None else way.until.isoformat(),
        "conditional": way.conditional,
    }


def _both(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}
