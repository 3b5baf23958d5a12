"""Forged numbers written so that one reader sees an agreed number and another a forged one: each is judged by all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sekisho.calls.connector.publication import Publication
from sekisho.calls.connector.screener import Screener
from sekisho.calls.connector.settings import checked
from sekisho.calls.connector.spool_reader import complete_files, read_spool_file
from sekisho.calls.screening import bundle
from sekisho.calls.screening.agreements import Agreement, NumberSet, Shows, to_json
from sekisho.calls.screening.call import Direction
from sekisho.calls.screening.compile import compiled_json, shipped
from sekisho.calls.screening.decision import Outcome
from sekisho.calls.windows import Shape, SharedFile, Watch
from sekisho.calls.windows.observe import Observer
from tests.calls.connector.proxy import KEY

NOW = 1_795_402_800.0
OWN = "0398760000"
OWN_AGREEMENT = Agreement(
    id="customer-2026", trunk="customer", direction=Direction.EGRESS, shows=Shows.OWN_NUMBERS,
    numbers=NumberSet([OWN, "0398760001"]), otherwise=Outcome.REJECT, begins=date(2020, 1, 1), extensions=True,
)  # fmt: skip


def publish_agreements(root: Path, *agreements: Agreement) -> None:
    """Publish the shipped rules with these agreements."""
    parts = {"rules.json": compiled_json(shipped(), name="shipped"), "agreements.json": to_json(list(agreements))}
    bundle.write(root, parts, made_at=datetime(2026, 11, 23, tzinfo=UTC))


def _unheard(text: str, bad: bool) -> None:
    del text, bad


@pytest.fixture(name="screener")
def _screener(tmp_path: Path) -> Screener:
    for name in ("bundle", "spool"):
        (tmp_path / name).mkdir()
    publish_agreements(tmp_path / "bundle", OWN_AGREEMENT)
    said = checked(
        {
            "bundle": str(tmp_path / "bundle"), "spool": str(tmp_path / "spool"), "public_key": KEY.public.hex(),
            "spool_max_bytes": 1 << 30,
            "trunks": [
                {"id": "customer", "direction": "egress", "addresses": ["192.0.2.1"]},
                {"id": "gateway", "direction": "abroad", "addresses": ["192.0.2.2"]},
            ],
        }
    )  # fmt: skip
    return Screener(said, Publication(said.bundle), log=_unheard)


def _said(screener: Screener, *lines: str | bytes, uri: str = "sip:0312340000@a", source: str = "192.0.2.1") -> str:
    head = [f"INVITE {uri} SIP/2.0".encode(), *(one if isinstance(one, bytes) else one.encode() for one in lines)]
    decision = screener.screen(b"\r\n".join(head) + b"\r\n\r\n", source, NOW).decision
    return decision.outcome.value


_FORGED: Sequence[tuple[str, ...]] = (
    (f"From: <sip:{OWN}@a>;tag=1", "From: <sip:0335810110@a>;tag=1"),
    (f"From: <sip:{OWN}@a>;tag=1", "f: <sip:0335810110@a>;tag=1"),
    (f"From: <sip:{OWN}@a>, <sip:0335810110@a>;tag=1",),
    (f"P-Asserted-Identity: <tel:{OWN}>", "From: <sip:0335810110@anonymous.invalid>;tag=1"),
    (f'From: Police "x <sip:{OWN}@a>" <sip:0335810110@a>;tag=1',),
    (f"From: <sip:{OWN}@a> <sip:0335810110@a>;tag=1",),
    (f"From: <sip:{OWN}@a>;tag=1", f"P-Asserted-Identity: <sip:{OWN}@a> <tel:0335810110>"),
    (f"From: <sip:{OWN}@a>;tag=1", "Remote-Party-ID: <sip:0335810110@a>;party=calling;screen=yes"),
    (f"From: <sip:{OWN}@a>;tag=1", "P-Preferred-Identity: <tel:+81335810110>"),
    (f'From: "03-3581-0110" <sip:{OWN}@a>;tag=1',),
    (f'From: "+81 3 3581 0110" <sip:{OWN}@a>;tag=1',),
    (f"From: ０３３５８１０１１０ <sip:{OWN}@a>;tag=1",),
    (f"From: <sip:{OWN}@a>;tag=1", f'P-Asserted-Identity: "0335810110" <tel:{OWN}>'),
    (f"From: <sip:{OWN}@a>;tag=1", "P-Asserted-Identity: <tel:3581-0110;phone-context=+813>"),
    (f"From: <sip:{OWN}@a>;tag=1", "P-Asserted-Identity: <sip:%30%33%33%35%38%31%30%31%31%30@a>"),
    (f"From: <sip:184{OWN}@a>;tag=1",),
    (f"From: <sip:{OWN}@a>;tag=1", *[f"P-Asserted-Identity: <tel:{OWN}>"] * 64, "P-Asserted-Identity: <tel:110>"),
)


@pytest.mark.parametrize("lines", _FORGED, ids=range(len(_FORGED)))
def test_no_spelling_gets_a_forged_number_past_an_agreement(screener: Screener, lines: tuple[str, ...]) -> None:
    """A second From, a name that is a number, brackets in quotes, other headers that phones show: all are judged."""
    assert _said(screener, *lines) == "reject"


_HONEST: Sequence[tuple[str, ...]] = (
    (f'From: "03-9876-0000" <sip:{OWN}@a>;tag=1',),
    (f'From: "営業部 3" <sip:{OWN}@a>;tag=1', f"P-Asserted-Identity: <tel:+81{OWN[1:]}>"),
    (f'From: "1001" <sip:{OWN}@a>;tag=1', "Remote-Party-ID: <sip:1001@pbx>;party=calling"),
    (f"From: <sip:{OWN}@a>;tag=1", "Remote-Party-ID: <sip:0312340000@pbx>;party=called"),
    (f"From: <sip:{OWN}@a>;tag=1", f"P-Preferred-Identity: <sip:{OWN}@a>"),
    (f'From: Bob "the, boss" <sip:{OWN}@a>;tag=1',),
    ("From: <sip:anonymous@anonymous.invalid>;tag=1", f"P-Asserted-Identity: <tel:{OWN}>", "Privacy: id"),
    ("From: <sip:anonymous-7@anonymous.invalid>;tag=1", f"P-Asserted-Identity: <tel:{OWN}>", "Privacy: id"),
    (f"From: <sip:{OWN}@a>;tag=1", f"P-Asserted-Identity: <sip:{OWN}@a>, <tel:+81398760000>"),
)


@pytest.mark.parametrize("lines", _HONEST, ids=range(len(_HONEST)))
def test_honest_spellings_of_an_agreed_number_pass(screener: Screener, lines: tuple[str, ...]) -> None:
    """An exchange's names and extensions, the called party's identity and a withheld call aren't forged numbers."""
    assert _said(screener, *lines) == "pass"


def test_an_extension_is_a_forged_number_where_the_agreement_allows_none(screener: Screener, tmp_path: Path) -> None:
    """A short number that a phone would show passes beside an agreed one only where the agreement says so."""
    shown: Sequence[tuple[str, ...]] = (
        (f"From: <sip:{OWN}@a>;tag=1", "Remote-Party-ID: <sip:1001@pbx>;party=calling"),
        ("From: <sip:1001@pbx>;tag=1", f"P-Asserted-Identity: <tel:{OWN}>"),
    )
    assert [_said(screener, *lines) for lines in shown] == ["pass", "pass"]
    publish_agreements(tmp_path / "bundle", replace(OWN_AGREEMENT, extensions=False))
    screener.between_calls(NOW + 60)
    assert [_said(screener, *lines) for lines in shown] == ["reject", "reject"]
    assert _said(screener, f"From: <sip:{OWN}@a>;tag=1") == "pass"


def test_a_preferred_identity_from_abroad_is_judged(screener: Screener) -> None:
    """A Japanese fixed number in a header that some networks show is withheld, whatever From holds."""
    lines = ["From: <sip:+442071234567@a>;tag=1", "Remote-Party-ID: <sip:+81335810110@a>"]
    assert _said(screener, *lines, source="192.0.2.2") == "anonymise"


def test_an_area_does_not_make_a_number_an_emergency_call(screener: Screener) -> None:
    """``tel:110`` in the context of seven digits is a subscriber's number that ends in 110; in Japan's, it is 110."""
    forged = "From: <sip:0335810110@a>;tag=1"
    assert _said(screener, forged, uri="tel:110;phone-context=+81-44-5555") == "reject"
    for uri in ("tel:110;phone-context=+81", "tel:110;phone-context=+813", "tel:119;phone-context=example.jp"):
        assert _said(screener, forged, uri=uri) == "pass"


def test_a_caller_cannot_make_its_evidence_too_long_to_be_kept(screener: Screener, tmp_path: Path) -> None:
    """However much is written into a call's headers, the record is shortened, says so, and keeps the decision."""
    long = "\x01" * 490
    lines = [
        f"From: <sip:{OWN}{long}@a>;tag=1", *[f"Diversion: <sip:{OWN}{long}@a>"] * 20, f"Call-ID: {long}",
        *[f"P-Asserted-Identity: <sip:0{long}@a>"] * 20, "Privacy: " + ";".join(f"{one}{long}" for one in range(9)),
    ]  # fmt: skip
    assert _said(screener, *lines, uri=f"sip:0{'あ' * 20_000}@a") == "reject"
    screener.close()
    assert screener.counts["evidence_written",] == 1
    (file,) = [read_spool_file(path, KEY) for path in complete_files(tmp_path / "spool")]
    record = json.loads(file.records[0])
    assert (record["outcome"], record["trunk"], record["shortened"]) == ("reject", "customer", True)


def test_a_trunk_for_which_there_is_no_room_is_counted(screener: Screener, tmp_path: Path) -> None:
    """A file full of other trunks: the call is judged as ever, and that it isn't watched is told."""
    watch = Watch(SharedFile(tmp_path / "windows", Shape(trunks=1, last_calls=10, callers=64, ranges=16)))
    watch.own_numbers("another", OWN, agreed=None)
    screener._observer = Observer(watch)  # the file of one trunk that only a test makes
    assert _said(screener, f"From: <sip:{OWN}@a>;tag=1") == "pass"
    assert screener.counts["watch_failed", "no_room"] == 1
