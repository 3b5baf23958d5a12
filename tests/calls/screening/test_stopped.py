"""The bundle's file of stopped numbers, and the outcome that only it allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.calls.screening import bundle, stopped
from sekisho.calls.screening import compile as compiler
from sekisho.calls.screening.errors import BundleRefused, RulesRefused
from sekisho.calls.screening.screen import Screen
from tests.calls.screening.world import ABROAD, AT, EGRESS, SNAPSHOT, call, shipped_json

NUMBER = "0355550100"


def test_stopped_numbers_come_with_the_bundle(tmp_path: Path) -> None:
    """Written, loaded, judged; with designations and beside a worse number as well."""
    parts = {
        "rules.json": shipped_json(), "agreements.json": b'{"format":1,"agreements":[]}',
        "designations.json": bundle.designations_json(SNAPSHOT), stopped.PART: stopped.write([NUMBER, NUMBER]),
    }  # fmt: skip
    loaded = bundle.load(tmp_path / bundle.write(tmp_path, parts, made_at=AT))
    assert loaded.stopped == {NUMBER}
    core = Screen(loaded)
    assert core.decide(call(direction=EGRESS, trunk="x", asserted=NUMBER)).reason == "number_stopped"
    assert core.decide(call(direction=EGRESS, trunk="x", asserted="0355550101")).reason != "number_stopped"
    worse = core.decide(call(direction=ABROAD, trunk="x", asserted=NUMBER, presented="02012345678"))
    assert worse.outcome == "anonymise"


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"format":2,"numbers":[]}', b'{"format":1,"numbers":["+1"]}', b"null"])
def test_a_file_that_isnt_one_refuses_the_bundle(raw: bytes) -> None:
    """Damaged, of another version, or with what is no national number."""
    with pytest.raises(BundleRefused):
        stopped.read(raw)


def test_a_rule_refuses_by_a_stop_only_stopped_numbers_of_own_users() -> None:
    """``stop`` for anything else isn't compiled: nobody's call is refused without consent, agreement or stop."""
    texts = {path.name: path.read_text("utf-8") for path in sorted(compiler.RULES_FOLDER.glob("*.yaml"))}
    right = "{direction: {eq: egress}}, {form: {eq: stopped}}"
    assert right in texts["15-stopped.yaml"]
    for wrong in (right.replace("egress", "domestic"), right.replace("stopped", "service")):
        changed = {**texts, "15-stopped.yaml": texts["15-stopped.yaml"].replace(right, wrong)}
        with pytest.raises(RulesRefused):
            compiler.read_rules(changed)
