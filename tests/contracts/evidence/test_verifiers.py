"""The registry: what each verifier says of itself fits the catalogue, and no two contradict each other."""

from __future__ import annotations

import re

import pytest

from sekisho.contracts.evidence.verifier import Asked, Person, Verifier
from sekisho.contracts.evidence.verifiers import VERIFIERS, uses, verifier_for
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.law import contract_engine
from sekisho.engine.facts import FactType
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Cited, Count, Exists, Node, Unless, children, walk
from tests.contracts.evidence.fixtures.jpki_pki import MOMENT

COVERS_NOTHING = {"registry_information"}
"""The service has no interface for programs that everybody may count on: a clerk who read it may attest it."""

EACH = pytest.mark.parametrize("verifier", VERIFIERS.values(), ids=list(VERIFIERS))


@EACH
def test_what_a_verifier_covers_is_in_the_catalogue(verifier: Verifier) -> None:
    """Kinds, attributes and values it covers or leaves to a person exist."""
    assert bool(verifier.covers) != (verifier.kind in COVERS_NOTHING)
    kinds = [CATALOGUE.evidence[covered.evidence] for covered in verifier.covers]
    for covered, spec in zip(verifier.covers, kinds, strict=True):
        for name, values in covered.where.items():
            attribute = spec.attributes[name]
            for value in values - {None}:
                given = frozenset({value}) if attribute.type is FactType.SET else value
                assert attribute.problem_with(given) is None
    for name in verifier.attested_beside:
        assert any(name in spec.attributes for spec in kinds), name


@EACH
def test_a_verifier_can_be_prepared_without_any_trust(verifier: Verifier) -> None:
    """An operator that has configured nothing gets reports that say so, not a failure to start."""
    assert verifier.prepare({}, moment=MOMENT) is not None
    assert verifier.title.ja
    assert verifier.title.en


def test_names_are_apart() -> None:
    """Names are plain slugs; a use means the same wherever it stands."""
    for name in (*VERIFIERS, *uses()):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name), name
    for verifier in VERIFIERS.values():
        for use in verifier.uses:
            assert uses()[use.name] == use


@pytest.mark.parametrize(
    ("kind", "attributes", "format_"),
    [
        ("electronic_signature", {"certificate": "jpki_signing"}, "jpki"),
        ("electronic_signature", {"certificate": "jpki_signing_smartphone"}, "jpki"),
        ("electronic_signature", {"certificate": "commercial_registry"}, "commercial_register"),
        ("public_corporate_record", {"from_official_site": True}, "corporate_number"),
        ("public_corporate_record", {}, None),
        ("registry_record", {"from_designated_service": True}, None),
        ("authentication", {"jpki_authentication": True}, "jpki"),
        ("authentication", {"jpki_authentication": False}, None),
        ("chip_read", {"document": "passport"}, "passport"),
        ("chip_read", {}, None),
        ("face_image", {}, "face_match"),
        ("face_image", {"compared_by": "staff"}, None),
        ("document_shown", {"document": "passport"}, None),
        ("document_original", {"document": "mynumber_card"}, None),
    ],
)
def test_which_verifier_makes_an_item(kind: str, attributes: dict[str, object], format_: str | None) -> None:
    """By kind and by the attribute that tells documents apart; what only people see is nobody's."""
    found = verifier_for(kind, attributes)
    assert (None if found is None else found.kind) == format_


def test_whom_evidence_is_compared_with() -> None:
    """About an application its own person counts, even where it says nothing; otherwise the document's."""
    other, own = Person(name="別人"), Person(name="見本 太郎")
    assert Asked("A-1", MOMENT, own).about(other) == own
    assert Asked("A-1", MOMENT).about(other) == Person()
    assert Asked("", MOMENT).about(other) == other


def asks_for(node: Node, name: str) -> bool:
    """Whether an item that leaves the attribute out can't meet the condition."""
    if isinstance(node, Atom):
        return node.of_item and node.name == name
    if isinstance(node, AnyOf):
        return all(asks_for(part, name) for part in node.parts)
    if isinstance(node, AllOf | Cited):
        return any(asks_for(part, name) for part in children(node))
    return isinstance(node, Unless) and asks_for(node.require, name)


def test_what_a_verifier_makes_is_not_attested_by_leaving_out_what_tells_it_apart() -> None:
    """Whatever a rule requires of a covered kind, it asks for the attribute, or an item without it is covered too.

    Not of an ``authentication``: the operator's own sign-in may be vouched for, and says no more than its factors.
    """
    looked = 0
    for rule in contract_engine().rulebook.rules.values():
        required = [each for each in (rule.requires, rule.completion) if each is not None]
        for node in (below for each in required for below in walk(each)):
            if not isinstance(node, Exists | Count) or node.kind == "authentication":
                continue
            for verifier in VERIFIERS.values():
                for covered in verifier.covers:
                    for name, values in covered.where.items():
                        if covered.evidence == node.kind:
                            looked += 1
                            assert None in values or asks_for(node.where, name), (rule.id, node.kind, name)
    assert looked > 100
