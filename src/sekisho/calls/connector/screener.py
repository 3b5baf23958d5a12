"""One process's screening: from a request's bytes to what becomes of it, with its evidence. Standard library only.

It knows nothing of Kamailio, so it runs in tests and in the redirect server alike. Whatever goes wrong in it, the call
passes as it is and the reason is counted; evidence that can't be written is counted and changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from sekisho.calls.connector.message import MAX_URI, Message, is_emergency, read_message
from sekisho.calls.connector.reading import read_call
from sekisho.calls.connector.settings import ConnectorSettings
from sekisho.calls.connector.spool import MAX_RECORD, SpoolWriter
from sekisho.calls.screening.agreements import Agreement
from sekisho.calls.screening.call import NO_HINTS, Call, IsupHints
from sekisho.calls.screening.decision import Decision, Outcome
from sekisho.calls.windows.observe import Observer, alarm_record

CHECK_SECONDS: Final = 1.0
"""Between two looks at whether new rules were published: one ``stat`` each."""

PASSES: Final = Decision(outcome=Outcome.PASS)
_SHORT_TEXT: Final = 64
_SHORT_LIST: Final = 4
"""Of a record too long for the spool: characters of a text and entries of a list that are kept."""


class Judge(Protocol):
    """What decides: rules and lists as they were published."""

    @property
    def version(self) -> str | None:
        """Which publication is in force; ``None`` where none could be loaded."""
        ...

    @property
    def problem(self) -> str | None:
        """Why the last publication couldn't be loaded; ``None`` once one has."""
        ...

    @property
    def evidence_key(self) -> bytes | None:
        """The public key that evidence is to be sealed to; ``None``: the one of the settings."""
        ...

    def refresh(self) -> bool:
        """Take up what was published since; whether something was. Cheap where nothing changed."""
        ...

    def agreement(self, call: Call) -> Agreement | None:
        """The agreement that a call came in under."""
        ...

    def decide(self, call: Call) -> Decision:
        """What becomes of a call."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the proxy does: the decision, and the words where it is a label."""

    decision: Decision
    label: str = ""


class Screener:
    """Judges requests for one process. Not shared between processes or threads; starts none.

    ``counts`` has what happened since it was last emptied: ``(name, *labels)`` to a number.
    """

    def __init__(self, settings: ConnectorSettings, judge: Judge, *, log: Callable[[str, bool], None]) -> None:
        """Loads the rules; where they can't be loaded calls pass until they can. ``log`` is told of each
        change, and whether it is one for the worse."""
        self._settings = settings
        self._judge = judge
        self._log = log
        self._told: str | None = None
        self._next_check = 0.0
        self._spool = SpoolWriter(settings.spool, settings.public_key, max_bytes=settings.spool_max_bytes)
        self.counts: Counter[tuple[str, ...]] = Counter()
        self._observer: Observer | None = None
        if settings.windows is not None:
            try:
                self._observer = Observer.open(settings.windows)
            except Exception as error:  # calls are judged without it
                self.counts["watch_failed", type(error).__name__] += 1
                log(f"nothing is watched for patterns ({type(error).__name__}: {error})", True)
        self._refresh()

    def screen(self, data: bytes, source: str, now: float, isup: IsupHints = NO_HINTS) -> Verdict:
        """Judge a request that came from ``source`` at ``now`` (seconds since 1970). Never raises."""
        message: Message | None = None
        call: Call | None = None
        try:
            message = read_message(data)
            if is_emergency(message.uri):
                decision = Decision(outcome=Outcome.PASS, reason="emergency_call")
            else:
                trunk = self._settings.trunks.find(source)
                if trunk is None:
                    decision = _open("unknown_trunk")
                else:
                    call = read_call(message, trunk, at=datetime.fromtimestamp(now, UTC), isup=isup)
                    decision = self._judge.decide(call)
        except Exception as error:  # whatever is wrong here, the call must be placed
            decision = _open(f"error_{type(error).__name__}")
        try:
            words = self._settings.words(decision.label) if decision.outcome is Outcome.LABEL else ""
            self.counts["decisions", decision.outcome.value, decision.reason] += 1
            if decision.failed_open is not None:
                self.counts["failed_open", decision.failed_open] += 1
            self._keep(message, call, source, decision, now)
            self._observe(call, now)
            return Verdict(decision, words)
        except Exception as error:  # as above
            self.counts["failed_open", f"error_{type(error).__name__}"] += 1
            return Verdict(PASSES)

    @property
    def version(self) -> str | None:
        """The bundle in use."""
        return self._judge.version

    def between_calls(self, now: float) -> None:
        """What there is to do when no call waits: look for new rules, end an old file of evidence. Never raises."""
        if 0 <= self._next_check - now <= CHECK_SECONDS:
            return
        self._next_check = now + CHECK_SECONDS
        try:
            self._refresh()
            if gone := self._spool.tick(now):
                self.counts["evidence_lost", "file_removed"] += gone
                self._log(f"a file of evidence was removed while it was written: {gone} records are lost", True)
        except Exception as error:  # a folder that can't be read doesn't stop calls
            self.counts["reloads", "failed"] += 1
            self._log(f"looking for new rules failed: {type(error).__name__}", True)

    def close(self) -> None:
        """End the file of evidence."""
        self._spool.close()

    def _refresh(self) -> None:
        if self._judge.refresh():
            self.counts["reloads", "done"] += 1
            self._log(f"rules {self._judge.version} are in force", False)
            self._spool.seal_to(self._judge.evidence_key or self._settings.public_key)
        problem = self._judge.problem
        if problem is not None and problem != self._told:
            self.counts["reloads", "failed"] += 1
            kept = self._judge.version
            self._log(f"{problem} {'Calls pass unjudged.' if kept is None else f'{kept} stays in force.'}", True)
        self._told = problem

    def _observe(self, call: Call | None, now: float) -> None:
        if self._observer is None or call is None:
            return
        try:
            before = self._observer.unwatched
            alarms = self._observer.observe(call, self._judge.agreement(call))
            if self._observer.unwatched > before:
                self.counts["watch_failed", "no_room"] += 1
            for alarm in alarms:
                self.counts["alarms", alarm.pattern.value] += 1
                if not self._spool.write(alarm_record(alarm, call), now, known_source=True):
                    self.counts["evidence_lost", self._spool.problem or "unknown"] += 1
        except Exception as error:  # the call was judged already
            self.counts["watch_failed", type(error).__name__] += 1

    def _keep(self, message: Message | None, call: Call | None, source: str, decision: Decision, now: float) -> None:
        said = _evidence(message, call, source, decision, now, self._judge.version)
        record = _packed(said)
        if len(record) > MAX_RECORD:
            # Nobody keeps their call out of the evidence by what they write into it.
            record = _packed({**{name: _short(value) for name, value in said.items()}, "shortened": True})
        known = self._settings.trunks.find(source) is not None
        if self._spool.write(record, now, known_source=known):
            self.counts["evidence_written",] += 1
        else:
            self.counts["evidence_lost", self._spool.problem or "unknown"] += 1


def _packed(said: dict[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode()


def _short(value: Any) -> Any:
    """A value of a record that was too long, so that all of them fit."""
    if isinstance(value, list):
        return [_short(one) for one in value[:_SHORT_LIST]]
    return value[:_SHORT_TEXT] if isinstance(value, str) else value


def _open(why: str) -> Decision:
    return Decision(outcome=Outcome.PASS, reason="not_judged", failed_open=why)


def _evidence(
    message: Message | None, call: Call | None, source: str, decision: Decision, now: float, version: str | None
) -> dict[str, Any]:
    """What a decision rested on. What isn't said is left out; nothing of a call's content is in it."""
    said: dict[str, Any] = {
        "at": round(now * 1_000_000),
        "from": source,
        "outcome": decision.outcome.value,
        "reason": decision.reason,
        "rules": version,
        "rule": decision.rule,
        "basis": list(decision.basis),
        "consent": decision.consent,
        "sip_status": decision.sip_status,
        "label": decision.label,
        "failed_open": decision.failed_open,
    }
    if message is not None:
        said["call_id"] = (message.first("call-id") or "")[:MAX_URI]
        said["request_uri"] = message.uri[:MAX_URI]
    if call is not None:
        said |= {
            "trunk": call.trunk,
            "direction": call.direction.value,
            "called": call.called,
            "asserted": call.asserted,
            "asserted_others": list(call.asserted_others[:8]),
            "presented": call.presented,
            "privacy": sorted(call.privacy)[:8],
            "diverted_by": list(call.diverted_by),
            "line": call.line,
            "emergency_callback": call.emergency_callback,
            "unreadable": sorted(call.unreadable),
        }
        if call.isup != NO_HINTS:
            screening = call.isup.screening
            said["isup"] = {
                "international": call.isup.international,
                "screening": None if screening is None else screening.value,
                "restricted": call.isup.restricted,
            }
        for name, value in (("roaming", call.roaming.value), ("signature", call.signature.value)):
            if value != "not_checked":
                said[name] = value
    return {name: value for name, value in said.items() if value not in (None, [], "", False)}
