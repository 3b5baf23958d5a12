"""The script Kamailio runs (``app_python3``). Standard library only, in Kamailio's own Python.

It decides and says so in ``$var(…)``; ``kamailio.cfg`` acts. So what becomes of a call stands in the configuration that
its operator reads, emergency calls don't come here at all, and where this script fails the configuration goes on.

Kept to: no thread, no waiting, no ``sys.exit``, no ``KSR.x.modf``; everything is loaded in ``child_init``, after the
fork. Nothing here raises: Kamailio counts an exception as an error of the route.
"""

from __future__ import annotations

import base64
import gc
from importlib import import_module
from typing import Any

from sekisho.calls.connector.publication import Publication
from sekisho.calls.connector.reading import isup_hints
from sekisho.calls.connector.screener import Screener, Verdict
from sekisho.calls.connector.settings import read_settings
from sekisho.calls.screening.call import NO_HINTS, IsupHints
from sekisho.clock import SystemClock

KSR: Any = import_module("KSR")
"""Kamailio itself, which has no types and is there inside it only."""
_CLOCK = SystemClock()


class Script:
    """What Kamailio calls: one object a process."""

    def __init__(self, settings_path: str) -> None:
        """Reads nothing yet: the processes fork after this."""
        self._path = settings_path
        self._screener: Screener | None = None

    def child_init(self, rank: int) -> int:
        """Load settings and rules in a process that handles calls (``rank`` above 0)."""
        if rank <= 0:
            return 0
        try:
            settings = read_settings(self._path)
            self._screener = Screener(settings, Publication(settings.bundle), log=_log)
            # Rules and tables stay: the collector needn't walk them while a call waits. What calls leave behind goes
            # by reference counts; the collector looks for the rest after as many objects as thousands of calls make.
            gc.collect()
            gc.freeze()
            gc.set_threshold(100_000, 20, 20)
        except Exception as error:  # calls pass without it
            _log(f"screening can't start ({type(error).__name__}: {error}); calls pass unjudged", True)
        return 0

    def screen(self, message: Any, *arguments: Any) -> int:
        """Judge the request being handled: sets ``$var(sk_outcome)``, ``$var(sk_status)`` and ``$var(sk_label)``."""
        del message, arguments
        try:
            if self._screener is None:
                KSR.xhttp_prom.counter_inc_l1("failed_open", 1, "not_started")
                return 1
            _say(self._screener.screen(_bytes(), str(KSR.pv.get("$si")), _now(), _hints()))
        except Exception as error:  # the call passes
            KSR.pv.sets("$var(sk_outcome)", "pass")
            KSR.xhttp_prom.counter_inc_l1("failed_open", 1, f"script_{type(error).__name__}")
        return 1

    def afterwards(self, message: Any, *arguments: Any) -> int:
        """Called once a request is on its way: counts, looks for new rules."""
        del message, arguments
        try:
            if self._screener is not None:
                self._screener.between_calls(_now())
                _count(self._screener)
        except Exception as error:  # nothing hangs on it
            _log(f"counting failed: {type(error).__name__}", True)
        return 1


def _now() -> float:
    return _CLOCK.now().timestamp()


def _say(verdict: Verdict) -> None:
    decision = verdict.decision
    if decision.sip_status is not None:
        KSR.pv.seti("$var(sk_status)", decision.sip_status)
    if verdict.label:
        KSR.pv.sets("$var(sk_label)", f'"{verdict.label}"')
    KSR.pv.sets("$var(sk_reason)", decision.reason)
    # Last: until it is set the call passes.
    KSR.pv.sets("$var(sk_outcome)", decision.outcome.value)


def _bytes() -> bytes:
    try:
        return str(KSR.pv.get("$mb")).encode()
    except UnicodeDecodeError:
        # Kamailio hands texts over as UTF-8 and raises for any other bytes.
        return base64.b64decode(KSR.pv.get("$(mb{s.encode.base64})"))


def _hints() -> IsupHints:
    kind = str(KSR.pv.get("$cT")).lower()
    if "multipart/" not in kind and "application/isup" not in kind:
        return NO_HINTS
    return isup_hints(
        nature=str(KSR.pv.get("$sipt_calling_party_nai")),
        screening=str(KSR.pv.get("$sipt_screening")),
        presentation=str(KSR.pv.get("$sipt_presentation")),
    )


def _count(screener: Screener) -> None:
    for (name, *labels), number in screener.counts.items():
        if len(labels) == 2:
            KSR.xhttp_prom.counter_inc_l2(name, number, *labels)
        elif labels:
            KSR.xhttp_prom.counter_inc_l1(name, number, *labels)
        else:
            KSR.xhttp_prom.counter_inc_l0(name, number)
    screener.counts.clear()


def _log(text: str, bad: bool) -> None:
    (KSR.err if bad else KSR.notice)(f"sekisho: {text}\n")
