"""A question about a company as one JSON document, and an answer kept as one.

::

    {"number": "1234567890123",
     "stated": {"name": "…", "address": "…"}}                              optional

asks. A document with an answer in it doesn't::

    {"number": "1234567890123",
     "answer": {"state": "found", "answered_by": "…", "fetched_by": "…", "fetched_at": "2026-11-23T12:00:00+09:00"}}

Such an answer isn't signed, so it can be kept and shown and never proves anything by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sekisho.contracts.errors import WrongValue
from sekisho.contracts.evidence.document_fields import Fields
from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.model import (
    Lookup,
    LookupState,
    SavedAnswer,
    StatedCompany,
    UnverifiedRequest,
)

MAX_NUMBER = 40
"""Characters of a number as written: thirteen digits with hyphens and spaces between."""


@dataclass(frozen=True, slots=True)
class LookupDocument:
    """What a document holds."""

    request: UnverifiedRequest
    stated: StatedCompany


def read_document(raw: bytes) -> LookupDocument:
    """Read a document; raises an ``ApplicationRefused`` that names the field. Says nothing about the number."""
    root = Fields.of(raw, required={"number"}, optional={"stated", "answer"})
    said = root.object("stated", optional={"name", "address"})
    answer = None
    if root.has("answer"):
        if root.has("stated"):
            raise WrongValue(field="stated", expected="left out beside 'answer'")
        kept = root.object("answer", required={"state", "answered_by", "fetched_by", "fetched_at"})
        answer = SavedAnswer(
            LookupState(kept.choice("state", tuple(one.value for one in LookupState))),
            kept.slug("answered_by"),
            kept.slug("fetched_by"),
            kept.moment("fetched_at"),
        )
    return LookupDocument(
        UnverifiedRequest(root.text("number", limit=MAX_NUMBER), answer),
        StatedCompany(said.optional_text("name"), said.optional_text("address")),
    )


def answer_document(number: CorporateNumber, lookup: Lookup, *, fetched_by: str) -> dict[str, Any]:
    """An answer to keep beside a decision: who was asked by whom and when, and how it ended.

    Holds neither name nor address: those stand in the statutory record, once.
    """
    return {
        "number": number.digits,
        "answer": {
            "state": lookup.state.value,
            "answered_by": lookup.answered_by,
            "fetched_by": fetched_by,
            "fetched_at": lookup.asked_at.isoformat(),
        },
    }
