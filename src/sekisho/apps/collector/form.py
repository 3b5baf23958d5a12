"""Types made-up values into a page's forms and leaves them there: whoever takes them before sending is seen to.

Nothing is sent: submitting is prevented in every frame, also by script, and no button is pressed.
"""

from __future__ import annotations

import contextlib
import json
from itertools import groupby
from typing import Any, Final

from playwright.async_api import Error

from sekisho.apps.collector.fields import FieldKind, field_kind
from sekisho.apps.collector.honey import Honey
from sekisho.apps.collector.observed import FieldSeen
from sekisho.apps.collector.tab import Tab, World
from sekisho.apps.evidence import Consent

MAX_FIELDS: Final = 25
"""Fields filled on one page; long applications have more, and repeat their kinds."""
_TYPE_S: Final = 5.0


async def fill(tab: Tab, honey: Honey, page: str, consent: Consent) -> list[FieldSeen]:
    """Fills what fields say they ask for; one line for each field that was seen."""
    seen: list[FieldSeen] = []
    for world in await tab.worlds():
        told = await world.ask(f"look.fields({MAX_FIELDS})")
        if not told:
            continue
        if not seen:
            await tab.hold_forms(hold=True)
        kinds = [_kind(each) for each in told]
        parts = _parts(honey, kinds)
        for index, (each, kind) in enumerate(zip(told, kinds, strict=True)):
            label = str(each["label"] or each["near"] or each["placeholder"] or each["name"])
            seen.append(FieldSeen(page=page, consent=consent, kind=kind, label=label))
            if kind is not None:
                await _type(tab, world, each, parts.get(index) or _written(honey.value(kind), each))
            if len(seen) >= MAX_FIELDS:
                return seen
    return seen


async def _type(tab: Tab, world: World, field: dict[str, Any], text: str) -> None:
    at = int(field["at"])
    if field["tag"] == "select" or field["type"] in {"date", "month"}:
        options = [str(each) for each in field["options"]]
        chosen = next((each for each in options if each and each.lstrip("0") == text.lstrip("0")), None)
        if field["tag"] != "select":
            chosen = text[:7] if field["type"] == "month" else text
        if chosen is not None:
            await world.ask(f"look.choose({at}, {json.dumps(chosen)})")
        return
    with contextlib.suppress(Error):
        if await world.ask(f"look.focus({at})"):
            await tab.bounded(tab.page.keyboard.type(text), _TYPE_S)
            await world.ask(f"look.blur({at})")


def _kind(field: dict[str, Any]) -> FieldKind | None:
    return field_kind(
        input_type=str(field["type"]), autocomplete=str(field["autocomplete"]), label=str(field["label"]),
        near=str(field["near"]), placeholder=str(field["placeholder"]), name=str(field["name"]), id_=str(field["id"]),
    )  # fmt: skip


def _written(value: str, field: dict[str, Any]) -> str:
    """The value in the form that a field has room for: without hyphens where it is shorter than that."""
    most = int(field["most"])
    if most and len(value) > most:
        value = value.replace("-", "")
    return value[:most] if most else value


def _parts(honey: Honey, kinds: list[FieldKind | None]) -> dict[int, str]:
    """A number's parts, where as many fields of its kind stand side by side as it has parts."""
    found: dict[int, str] = {}
    start = 0
    for kind, run in groupby(kinds):
        length = len(list(run))
        parts = honey.value(kind).split("-") if kind in {FieldKind.PHONE, FieldKind.POSTAL_CODE} and kind else []
        if length == len(parts):
            found.update(enumerate(parts, start))
        start += length
    return found
