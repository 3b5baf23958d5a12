"""``sekisho call screen`` and ``sekisho call rules``: what becomes of a call, and by which rules."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.calls.feature_words import in_words
from sekisho.calls.screening import bundle as bundles
from sekisho.calls.screening import compile as compiler
from sekisho.calls.screening import table
from sekisho.calls.screening.bundle import Bundle
from sekisho.calls.screening.call_document import call_from
from sekisho.calls.screening.decision import Decision, Outcome
from sekisho.calls.screening.errors import BundleRefused, CallRefused
from sekisho.calls.screening.screen import Screen
from sekisho.calls.screening.table import CompiledRule
from sekisho.calls.screening.vocabulary import named
from sekisho.cli.errors import FileRefused
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import SystemClock, japan_date

MOST_BYTES = 1_000_000
_OUTCOMES = {
    Outcome.PASS: ("そのままつなぐ", "passes as it is"),
    Outcome.LABEL: ("注意の表示を付けてつなぐ", "rings with a label"),
    Outcome.ANONYMISE: ("非通知にしてつなぐ", "rings without its number"),
    Outcome.ANNOUNCE: ("音声の案内を先に流す", "hears an announcement first"),
    Outcome.REJECT: ("つながない", "is refused"),
}
_STATES = {
    "verbatim": ("条文を読んだ", "the text was read"),
    "summary": ("要旨を読んだ", "a summary was read"),
    "unverified": ("本文は未確認", "the text was not read"),
}


@click.command()
@click.argument("described", metavar="CALL.json", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--bundle",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="判定に使う一式のフォルダ（既定: 出荷時の規則だけ） / The bundle to judge by; shipped rules alone if none.",
)
@output_options
@pass_session
def screen(session: Session, described: Path, folder: Path | None) -> None:
    """通話1件を判定し、理由・規則・根拠を示す / Judge one call and say why, by which rule, on which basis.

    通話には何も起きない。何も記録しない。atのない通話は、いまの通話とみなす。
    Nothing happens to any call, and nothing is recorded. A call without "at" is one of this moment.
    """
    used = _bundle(folder)
    written = _json(described)
    if isinstance(written, dict) and "at" not in written:
        written = {**written, "at": SystemClock().now().isoformat()}
    one = call_from(written)
    core = Screen(used)
    decision, shadow = core.decide_with_shadow(one)
    try:
        features, _ = core.explain(one)
        described_by = named(features)
    except (LookupError, ValueError, TypeError):
        described_by = {}
    rule = next((each for each in used.rules.rules if each.id == decision.rule), None)
    if session.json:
        session.answer(
            {
                "decision": _document(decision),
                "shadow": None if shadow is None else _document(shadow),
                "rule": None if rule is None else _rule_document(rule),
                "features": described_by,
                "bundle": {"name": used.name or None, "rules": used.rules.name, "digest": used.rules.digest},
            }
        )
    else:
        _say(session, decision, rule, described_by)


@click.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="いつの規則か（既定: 今日） / The rules of which day.")
@output_options
@pass_session
def rules(session: Session, on: datetime | None) -> None:
    """通話判定の規則を、優先順に根拠とともに示す / The screening rules in their order, with their legal basis.

    業界のガイドラインの一つは非公表で、規則は公表された資料からの推論。
    One of the industry's guidelines isn't public: the rules are inferred from what was published.
    """
    day = japan_date(SystemClock().now()) if on is None else on.date()
    known = compiler.provisions()
    found = [each.compiled for each in compiler.in_force(compiler.shipped(), day)]
    if session.json:
        session.answer({"on": day.isoformat(), "rules": [_rule_document(each) for each in found]})
        return
    lang = session.lang
    for each in found:
        session.say(f"{each.priority:>2}  {each.id}  → {each.outcome}")
        session.say(f"    {each.title[lang]}")
        labels = [known[name].title.in_(lang) for name in each.basis]
        session.say_in(
            f"    根拠: {'、'.join(labels)}（{_STATES[each.text_state][0]}）",
            f"    basis: {'; '.join(labels)} ({_STATES[each.text_state][1]})",
        )
    session.say_in(
        f"{len(found)}件（{day.isoformat()}）", f"{len(found)} rules on {day.isoformat()}"
    )


def _bundle(folder: Path | None) -> Bundle:
    if folder is None:
        return Bundle(rules=table.load(compiler.compiled_json(compiler.shipped(), name="shipped")))
    if not (folder / bundles.CURRENT).is_file():
        return bundles.load(folder)
    watched = bundles.Folder(folder)
    watched.reload_if_changed()
    if watched.bundle is None:
        raise BundleRefused(part=bundles.CURRENT, problem=watched.last_failure or "?")
    return watched.bundle


def _json(path: Path) -> object:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileRefused(path=str(path), why=error.strerror or "?") from None
    if len(raw) > MOST_BYTES:
        raise CallRefused(field="call", problem=f"more than {MOST_BYTES} bytes")
    try:
        found: object = json.loads(raw)
    except (ValueError, RecursionError):
        raise CallRefused(field="call", problem="not JSON") from None
    return found


def _document(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome.value, "reason": decision.reason, "rule": decision.rule,
        "basis": list(decision.basis), "consent": decision.consent, "sip_status": decision.sip_status,
        "label": decision.label, "failed_open": decision.failed_open,
    }  # fmt: skip


def _rule_document(rule: CompiledRule) -> dict[str, Any]:
    return {
        "id": rule.id, "priority": rule.priority, "from": rule.begins.isoformat(),
        "until": None if rule.ends is None else rule.ends.isoformat(), "outcome": rule.outcome,
        "reason": rule.reason, "basis": list(rule.basis), "strength": rule.strength, "text_state": rule.text_state,
        "source": rule.source, "title": dict(rule.title), "message": dict(rule.message),
    }  # fmt: skip


def _say(session: Session, decision: Decision, rule: CompiledRule | None, features: dict[str, str]) -> None:
    at = 0 if session.lang == "ja" else 1
    status = "" if decision.sip_status is None else f" ({decision.sip_status})"
    session.say(f"{_OUTCOMES[decision.outcome][at]}{status}  [{decision.reason}]")
    if rule is not None:
        session.say(f"   {rule.message[session.lang]}")
        session.say_in(f"   規則: {rule.id}", f"   rule: {rule.id}")
        known = compiler.provisions()
        labels = [known[name].title.in_(session.lang) if name in known else name for name in decision.basis]
        state = _STATES[rule.text_state][at]
        session.say_in(f"   根拠: {'、'.join(labels)}（{state}）", f"   basis: {'; '.join(labels)} ({state})")
    if decision.consent is not None:
        session.say_in(f"   同意: {decision.consent}", f"   consent: {decision.consent}")
    if decision.failed_open is not None:
        session.say_in(
            f"   判定できなかったため、そのまま通す（{decision.failed_open}）",
            f"   it couldn't be judged, so it passes ({decision.failed_open})",
        )
    for feature, code in features.items():
        name, value = in_words(feature, code, session.lang)
        session.say(f"   - {name}: {value}")
