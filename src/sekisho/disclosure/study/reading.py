"""An operator's own stage times, from a JSON or YAML mapping. Pure.

::

    name_supplied: [3, 10, 40]                          low, typical, high in days
    transfer: {low: 0.1, typical: 0.25, high: 1}
    voluntary_answer: {measured: [12, 20.5, 31, …]}     at least 20 measured times
    hold_request: 2                                     always the same
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sekisho.disclosure.study.errors import StudyRefused
from sekisho.disclosure.study.stages import StageName
from sekisho.disclosure.study.times import Measured, Times, Triangle, fixed

_CORNERS = ("low", "typical", "high")


def read_times(document: Any) -> dict[StageName, Times]:
    """Each named stage's times. Raises ``StudyRefused``, ``TooFewTimes``, naming the stage."""
    if not isinstance(document, Mapping):
        raise StudyRefused(field="times", problem="a mapping of stages")
    found = {}
    for name, value in document.items():
        if name not in set(StageName):
            raise StudyRefused(field=str(name)[:64], problem=f"one of {', '.join(StageName)}")
        found[StageName(name)] = _times(value, name)
    return found


def _times(value: Any, field: str) -> Times:
    if isinstance(value, Mapping):
        if set(value) == {"measured"} and isinstance(value["measured"], list):
            return Measured.of([_number(one, field) for one in value["measured"]], field)
        if set(value) != set(_CORNERS):
            raise StudyRefused(field=field, problem="low, typical and high, or measured")
        value = [value[name] for name in _CORNERS]
    if isinstance(value, list):
        if len(value) != 3:
            raise StudyRefused(field=field, problem="three numbers: low, typical, high")
        low, typical, high = (_number(one, field) for one in value)
        return Triangle(low, typical, high).checked(field)
    return fixed(_number(value, field)).checked(field)


def _number(value: Any, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise StudyRefused(field=field, problem="numbers of days")
    try:
        return float(value)
    except OverflowError:
        raise StudyRefused(field=field, problem="numbers of days") from None
