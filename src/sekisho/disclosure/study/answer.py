"""One study, whole: shares, what drives them, what a change buys, what it costs; and as JSON values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sekisho.disclosure.study.cost import Cost, Rescue, costs, rescues
from sekisho.disclosure.study.questions import Asked, Difference, differences
from sekisho.disclosure.study.routes import ROUTES
from sekisho.disclosure.study.simulate import Cell, Draws, Driver, Study, cells, drivers
from sekisho.disclosure.study.stages import AS_OF, STAGES, StageName
from sekisho.engine.facts import Text
from sekisho.logs.sizing import Inputs

SIMULATED: Final = Text(
    "これはシミュレーションで、統計ではありません。記録が消えて特定できなかった割合の公的な数字はありません。"
    "結果を最も左右するのは、被害者が最初の申立てまでにかけた日数で、これは仮定です。"
    "事実として公表しないでください。",
    "These are simulations, not statistics: no official figure exists of how often a record was gone. What drives them "
    "most is how long the victim waits before the first filing, which is an assumption. Don't publish them as facts.",
)
"""Said with every result."""
ERRORS: Final = Text(
    "標準誤差は乱数によるばらつきだけを表し、仮定の誤りは含みません。",
    "Standard errors tell of the random draws alone, not of how wrong the assumptions may be.",
)


@dataclass(frozen=True, slots=True)
class Studied:
    """The answer. ``drivers`` has a row for each cell; ``costs`` is empty without a log plan, ``rescues`` without a
    number of cases."""

    study: Study
    asked: Asked
    cells: tuple[Cell, ...]
    drivers: tuple[tuple[Driver, ...], ...]
    differences: tuple[Difference, ...]
    costs: tuple[Cost, ...]
    rescues: tuple[Rescue, ...]


def make(
    study: Study, asked: Asked | None = None, *, sizing: Inputs | None = None, cases_a_year: float | None = None
) -> Studied:
    """Simulate and compare. ``sizing``: the operator's numbers for ``sekisho log plan``; ``cases_a_year``: how many
    requests reach the operator. Raises ``StudyRefused``, ``TooFewTimes``."""
    given, wanted = study.checked(), (asked or Asked()).checked()
    draws = Draws(given)
    found = cells(draws)
    compared = differences(draws, wanted)
    priced = () if sizing is None else costs(sizing, given.retention, wanted.more_days)
    return Studied(
        given,
        wanted,
        found,
        tuple(drivers(draws, one.delay, one.route) for one in found),
        compared,
        priced,
        () if not priced or cases_a_year is None else rescues(compared, priced, cases_a_year),
    )


def _said(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"ja": text.ja, "en": text.en}


def stages_used(study: Study) -> tuple[StageName, ...]:
    """The stages that the study's routes and hops go through, in order."""
    mine = {stage for route in study.routes for stage in ROUTES[route].stages}
    if study.setting.hops:
        mine |= {StageName.IDENTIFICATION_ORDER, StageName.NAME_SUPPLIED, StageName.TRANSFER}
    return tuple(stage for stage in StageName if stage in mine)


def document(found: Studied) -> dict[str, Any]:
    """As JSON values, every assumption with its source."""
    given, setting = found.study, found.study.setting
    return {
        "simulated": _said(SIMULATED),
        "errors": _said(ERRORS),
        "draws": given.draws,
        "seed": given.seed,
        "defaults_as_of": AS_OF.isoformat(),
        "retention_days": list(given.retention),
        "setting": {
            "hops": setting.hops,
            "login_days": None if setting.login is None else setting.login.document(),
            "hold_at_once": setting.hold_at_once,
            "transfer_hours": setting.transfer_hours,
            "faster_days": setting.faster_days,
        },
        "asked": {
            "more_days": found.asked.more_days,
            "faster_days": found.asked.faster_days,
            "transfer_hours": found.asked.transfer_hours,
        },
        "stages": [
            {
                "stage": stage.value,
                "title": _said(STAGES[stage].title),
                "days": given.times_of(stage).document(),
                "own": stage in given.times,
                "source": None if stage in given.times else _said(STAGES[stage].source),
                "chosen": None if stage in given.times else _said(STAGES[stage].chosen),
            }
            for stage in stages_used(given)
        ],
        "scenarios": [
            {
                "delay": one.delay.document(),
                "route": one.route.value,
                "stages": [stage.value for stage in ROUTES[one.route].stages],
                "median_days": round(one.middle, 1),
                "lost": [
                    {"days": days, "share": lost.share, "error": lost.error}
                    for days, lost in zip(given.retention, one.lost, strict=True)
                ],
                "drivers": [
                    {
                        "stage": "delay" if each.stage is None else each.stage.value,
                        "mean_days": round(each.days, 2),
                        "variance_share": round(each.variance, 4),
                    }
                    for each in parts
                ],
            }
            for one, parts in zip(found.cells, found.drivers, strict=True)
        ],
        "differences": [_difference(one) for one in found.differences],
        "costs": [
            {
                "days": one.days,
                "stored_bytes": one.stored,
                "yen_per_month": one.yen,
                "more_days_yen_per_month": one.more_yen,
            }
            for one in found.costs
        ],
        "rescues": [
            {
                **_difference(one.difference),
                "cases_a_year": one.cases,
                "yen_a_year": one.yen,
                "yen_per_case": one.yen_per_case,
            }
            for one in found.rescues
        ],
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "change": one.change.value,
        "delay": one.delay.document(),
        "route": one.route.value,
        "days": one.kept,
        "before": one.before,
        "after": one.after,
        "saved": one.saved,
        "error": one.error,
        "worth_days": None if one.worth_days is None else round(one.worth_days, 1),
    }
