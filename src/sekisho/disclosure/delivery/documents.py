"""What leaves of what was found for an item: what its request wanted and the decision permits, field by field. Pure.

Everything else that a look-up told stays: whose other lines there are, which source said it, how the operator's
register calls its other columns. A field that isn't listed here never leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sekisho.disclosure.civil_items import CIVIL_ITEMS
from sekisho.disclosure.deciding import Choice, Released
from sekisho.disclosure.delivery.errors import NothingWanted

PERSON: Final = {
    "name": ("name", "氏名", "名称", "氏名又は名称", "契約者名", "full_name"),
    "address": ("address", "住所", "所在地"),
    "birth_date": ("birth_date", "生年月日", "date_of_birth"),
    "phone": ("tel", "telephone", "phone_number", "電話番号"),
    "email": ("mail", "email_address", "電子メールアドレス", "メールアドレス"),
}
"""What a register's column is, by its name. Other columns never leave."""
_SUBSCRIBER: Final = ("name", "address", "birth_date", "phone", "email")
_CIVIL_PERSON: Final = {1: "name", 2: "address", 3: "phone", 4: "email"}
_CIVIL_IDENTIFIER: Final = {3: "phone", 4: "email", 7: "iccid", 11: "iccid", 12: "phone"}
_CIVIL_ADDRESS: Final = frozenset({5, 9})
_CIVIL_TIME: Final = frozenset({8, 13})
_CIVIL_REFERENCE: Final = 14
_LOG: Final = ("resource", "ports", "protocol", "start", "start_known", "end", "end_known", "firm", "kind")


def answer(case_id: str, released: Sequence[Released]) -> list[dict[str, Any]]:
    """The answer's items: those to be disclosed, each with its wanted contents. Raises ``NothingWanted``."""
    return [_item(case_id, one) for one in released if one.decision.choice is Choice.DISCLOSE]


def _item(case_id: str, one: Released) -> dict[str, Any]:
    item, answers = one.item, one.result.answers
    contents = {wanted: found for wanted in item.wanted if (found := _wanted(wanted, answers))}
    if not contents:
        raise NothingWanted(case=case_id, item=item.number)
    return {
        "item": item.number,
        "asked": {
            "kind": item.kind.value,
            "value": item.value,
            "port": item.port,
            "begin": item.begin.isoformat(),
            "end": item.end.isoformat(),
        },
        "outcome": one.result.outcome.value,
        "contents": contents,
        "not_on_record": sorted(set(item.wanted) - set(contents)),
    }


def _wanted(wanted: str, answers: Sequence[Mapping[str, Any]]) -> Any:
    if wanted == "subscriber":
        return [_person(one) for one in _contractors(answers)]
    if wanted == "log":
        return [{name: one[name] for name in _LOG} for one in _intervals(answers)]
    if not wanted.startswith("civil."):
        return None
    number = int(wanted.removeprefix("civil."))
    values = _civil(number, answers)
    return {"title": CIVIL_ITEMS[number].title.ja, "values": values} if values else None


def _civil(number: int, answers: Sequence[Mapping[str, Any]]) -> list[Any]:
    found: list[Any] = []
    for one in _contractors(answers):
        if number in _CIVIL_PERSON:
            found.append(_column(one, _CIVIL_PERSON[number]))
        if number in _CIVIL_IDENTIFIER:
            kind = _CIVIL_IDENTIFIER[number]
            found += [each["value"] for each in one["identifiers"] if each["kind"] == kind]
        if number == _CIVIL_REFERENCE:
            found.append(one["contract"])
    for one in _intervals(answers):
        if number in _CIVIL_ADDRESS:
            found.append({"address": one["resource"], "ports": one["ports"]})
        if number in _CIVIL_TIME:
            found.append({"start": one["start"], "end": one["end"]})
    return [one for at, one in enumerate(found) if one and one not in found[:at]]


def _person(contractor: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name in _SUBSCRIBER if (value := _column(contractor, name))}
    return {**told, "valid_from": contractor["valid_from"], "valid_to": contractor["valid_to"]}


def _column(contractor: Mapping[str, Any], name: str) -> str | None:
    person = contractor["person"]
    return next((str(person[column]) for column in PERSON[name] if person.get(column)), None)


def _contractors(answers: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    told: list[Mapping[str, Any]] = []
    for one in answers:
        told += one.get("contractors") or ()
        for branch in one.get("branches") or ():
            told += branch["contractors"] or ()
    yield from (one for at, one in enumerate(told) if one not in told[:at])


def _intervals(answers: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in answers:
        yield from one.get("assignments") or ()
        yield from one.get("address", {}).get("intervals") or ()
