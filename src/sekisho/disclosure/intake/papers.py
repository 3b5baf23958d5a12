"""Papers by typed entry: what a clerk reads off a paper, field by field, becomes a draft. Pure.

What stands on the paper is declared, never checked: that its number was confirmed and its sender called back is stated
by whoever did it. Fields that a case has no place for (a suspect's name, a list of what is ordered) stay with the
request's papers, under its key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.draft import Checksum, Draft, Head
from sekisho.disclosure.intake.entries import Asked, flag, items, listing, mapping, text
from sekisho.disclosure.intake.paper_forms import PAPER_FORMS, FieldKind, PaperField, PaperForm
from sekisho.disclosure.kinds import CaseType, RequesterKind
from sekisho.disclosure.reading import checked_value, one_of
from sekisho.disclosure.record import Flag, SecrecyState

MAX_WORDS: Final = 20_000
"""Characters of a field of several lines: ten pages."""
MAX_LIST: Final = 1_000
"""Entries of a list, such as the 目録 of a warrant."""
MAX_NUMBER: Final = 1_000_000
"""Largest number in a field: all of them count days or extensions."""


def read_paper(kind: CaseType, written: Mapping[str, Any], *, computed_sha256: str = "") -> Draft:
    """A request from what was typed off its paper. ``computed_sha256``: of the image or file that is attached, where
    one is; the form's own ``sha256`` must be the same.

    Raises ``CaseRefused`` (a type that isn't typed in, a field that the paper doesn't have or of another shape),
    ``FactRefused``.
    """
    form = PAPER_FORMS.get(kind)
    if form is None:
        raise CaseRefused(field="type", problem=f"one of {', '.join(PAPER_FORMS)}")
    found = mapping(written, "", frozenset(one.name for one in form.fields))
    typed = {one.name: _value(one, found.get(one.name)) for one in form.fields if one.kind is not FieldKind.ITEMS}
    asked, count = items(found.get("items"), "items", Asked(form.data_class, form.wanted))
    stated = str(typed["sha256"]).strip().lower()
    if stated and not re.fullmatch(r"[0-9a-f]{64}", stated):
        raise CaseRefused(field="sha256", problem="64 hexadecimal digits")
    sums = (Checksum("document", stated, computed_sha256),) if stated and computed_sha256 else ()
    return Draft(_head(form, typed, computed_sha256 or stated), asked, count, (), sums)


def _head(form: PaperForm, typed: Mapping[str, Any], digest: str) -> Head:
    facts: dict[str, bool | int | str] = {"document.in_writing": True}
    for one in form.fields:
        if one.fact is not None and typed[one.name] is not None:
            facts[one.fact] = checked_value(one.fact, typed[one.name])
    return Head(
        type=form.type,
        requester_kind=_requester(form, typed["requester_kind"]),
        requester={
            "name": typed["agency"],
            "office": typed["unit"],
            "contact": typed["contact"],
            "officer": typed["officer"],
            "rank": typed["rank"],
        },
        number=typed["number"],
        dated=typed["dated"],
        title=typed["title"] or form.title.ja,
        valid_until=typed.get("valid_until", ""),
        # Only what the paper itself names: an inquiry without its basis is asked about by the gate.
        legal_provision=typed["legal_provision"],
        sha256=digest,
        secrecy=one_of(SecrecyState, typed.get("secrecy") or "none", "secrecy"),
        secrecy_until=typed.get("secrecy_until", ""),
        flags=frozenset(one_of(Flag, one, "flags") for one in typed["flags"]),
        facts=facts,
        knows=tuple(typed["knows"]),
        brand=typed["brand"],
        zone=typed["zone"],
        received_at=typed["received_at"],
        entry={one.name: typed[one.name] for one in form.fields if not one.of_case and typed[one.name] not in _EMPTY},
    )


_EMPTY: Final[tuple[object, ...]] = (None, "", [])


def _requester(form: PaperForm, written: str) -> RequesterKind:
    """The kind that was typed; where only one may send this paper it needn't be."""
    if not written and len(form.requesters) == 1:
        return form.requesters[0]
    found = one_of(RequesterKind, written, "requester_kind")
    if found not in form.requesters:
        raise CaseRefused(field="requester_kind", problem=f"one of {', '.join(form.requesters)}")
    return found


def _value(field: PaperField, written: object) -> Any:
    if field.kind is FieldKind.FLAG:
        return flag(written, field.name)
    if field.kind is FieldKind.LIST:
        found = listing(written, field.name)
        if len(found) > MAX_LIST:
            raise CaseRefused(field=field.name, problem=f"at most {MAX_LIST}")
        return [text(one, field.name) for one in found]
    if field.kind is FieldKind.NUMBER:
        if written is None:
            return None
        if isinstance(written, bool) or not isinstance(written, int) or not 0 <= written <= MAX_NUMBER:
            raise CaseRefused(field=field.name, problem=f"a whole number from 0 to {MAX_NUMBER}")
        return written
    return text(written, field.name, **({"most": MAX_WORDS} if field.kind is FieldKind.WORDS else {}))
