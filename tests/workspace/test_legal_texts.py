"""What is confirmed and adopted in a workspace, for whichever desk's rulebook."""

from __future__ import annotations

import pytest

from sekisho.contracts.law import load_contracts
from sekisho.disclosure.decide import DisclosureDesk, Law, Permission
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.disclosure.law import disclosure_engine, load_disclosure
from sekisho.engine.conclude import Confirmation
from sekisho.engine.verdicts import Verdict
from sekisho.rulebook.errors import UnknownInstrument, UnknownRule
from sekisho.workspace import Workspace
from sekisho.workspace.legal_texts import LegalTexts
from tests.disclosure.law_cases import TODAY, WARRANT

BY = "stated:houmu"


def asked(confirmation: Confirmation) -> Permission:
    """Whether a search under a warrant in order may be done."""
    return DisclosureDesk(disclosure_engine()).permission(
        WARRANT,
        event=CaseType.SEARCH_SEIZURE,
        act=Act.SEARCH,
        data_class=DataClass.SECRECY,
        on=TODAY,
        law=Law.of(TODAY, confirmation=Confirmation(required=True, confirmed=confirmation.confirmed)),
    )


def test_the_gate_opens_once_the_deciding_rules_are_confirmed(workspace: Workspace) -> None:
    """Rule by rule: what decides waits for confirmation, then no more; a second look sees it too."""
    texts = LegalTexts(workspace, load_disclosure())
    waiting = asked(texts.settings()[1])
    assert waiting.verdict is Verdict.NEEDS_LEGAL_CONFIRMATION
    for rule in waiting.outcome.unconfirmed:
        texts.confirm_rule(rule.id, source="law.txt", source_bytes=b"text", by=BY)
    assert asked(texts.settings()[1]).permitted
    assert asked(LegalTexts(workspace, load_disclosure()).settings()[1]).permitted
    assert {rule.id for rule in waiting.outcome.unconfirmed} & {rule.id for rule in texts.unconfirmed()} == set()


def test_desks_keep_their_confirmations_apart(workspace: Workspace) -> None:
    """A rule of one desk is unknown to the other, and its confirmation confirms nothing there."""
    contracts, disclosure = (LegalTexts(workspace, one) for one in (load_contracts(), load_disclosure()))
    before = len(contracts.unconfirmed())
    with pytest.raises(UnknownRule):
        contracts.confirm_rule("ground.warrant", source="x", source_bytes=b"x", by=BY)
    disclosure.confirm_rule("ground.warrant", source="x", source_bytes=b"x", by=BY)
    assert len(contracts.unconfirmed()) == before
    with pytest.raises(UnknownInstrument):
        contracts.adopt("house-disclosure", by=BY)
    with pytest.raises(UnknownInstrument):
        disclosure.adopt("penal-code", by=BY)
    disclosure.adopt("provider-guideline", by=BY)
    assert disclosure.settings()[0].adopted == {"provider-guideline"}
