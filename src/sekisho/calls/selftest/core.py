"""Canaries through the decision core: the published bundle, asked as a proxy asks it. Writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sekisho.calls.screening.agreements import Agreement
from sekisho.calls.screening.bundle import CURRENT, MANIFEST, Bundle, load
from sekisho.calls.screening.call import Call, Direction
from sekisho.calls.screening.decision import Outcome
from sekisho.calls.screening.screen import Screen
from sekisho.calls.selftest.canaries import Canary
from sekisho.calls.selftest.results import Result, Sent, Way
from sekisho.errors import SekishoError

CALLED = "0398765432"
"""A made-up number: nothing is called, and no list or setting of a line is about who was called outwards."""


@dataclass(frozen=True, slots=True)
class Judging:
    """The bundle that is tested. ``bundle`` None: it doesn't load, and ``problem`` says why."""

    bundle: Bundle | None
    folder: str
    sha256: str
    rules_sha256: str
    problem: str | None = None


def judging(root: Path) -> Judging:
    """What proxies judge by now."""
    folder = ""
    try:
        folder = (root / CURRENT).read_text(encoding="ascii").strip()[:8]
        manifest = (root / folder / MANIFEST).read_bytes()
        found = load(root / folder)
        rules = hashlib.sha256((root / folder / "rules.json").read_bytes()).hexdigest()
    except SekishoError as refused:
        return Judging(None, folder, "", "", refused.reason)
    except (OSError, ValueError) as error:
        return Judging(None, folder, "", "", type(error).__name__)
    return Judging(found, folder, hashlib.sha256(manifest).hexdigest(), rules)


def through_core(
    judged: Judging, agreement: Agreement, canaries: Iterable[Canary], *, at: datetime
) -> tuple[Sent, ...]:
    """Ask for each canary what would become of its call.

    A call that the core lets through because it couldn't judge it counts as not caught: a forged one would ring too.
    """
    if judged.bundle is None:
        return tuple(
            Sent(each.kind, Way.CORE, Result.COULD_NOT_CHECK, judged.problem or "no_bundle") for each in canaries
        )
    screen = Screen(judged.bundle)
    sent = []
    for each in canaries:
        call = Call(
            at=at, trunk=agreement.trunk, direction=Direction.EGRESS, called=CALLED, asserted=each.number,
            presented=each.number,
        )  # fmt: skip
        decision = screen.decide(call)
        caught = decision.outcome in (Outcome.ANONYMISE, Outcome.REJECT)
        reason = decision.reason if decision.failed_open is None else f"failed_open: {decision.failed_open}"
        sent.append(Sent(each.kind, Way.CORE, Result.CAUGHT if caught else Result.NOT_CAUGHT, reason[:100]))
    return tuple(sent)
