"""Flows out of the document of a scan: the other way round than ``Flow.as_document()``.

Takes a scan's document, an object with ``flows``, or a list of flows. Strict: what isn't as a scan writes it is
refused, so that no flow is lost in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from sekisho.apps.evidence import Consent, Grade, Piece, Place, Target, TargetKind
from sekisho.apps.flows import Flow, FlowKey, Seen
from sekisho.apps.notice.errors import ScanDocumentRefused
from sekisho.apps.recipients import Told

BYTES_MOST: Final = 256 << 20
"""A scan with a million places has less."""


def flows_in(data: bytes, name: str) -> tuple[Flow, ...]:
    """The flows of a scan's document. Raises :class:`ScanDocumentRefused`."""
    if len(data) > BYTES_MOST:
        raise ScanDocumentRefused(file=name, problem=f"more than {BYTES_MOST} bytes")
    try:
        known = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ScanDocumentRefused(file=name, problem="not JSON") from error
    flows = known.get("flows") if isinstance(known, dict) else known
    if not isinstance(flows, list):
        raise ScanDocumentRefused(file=name, problem="no list of flows")
    found = []
    for number, each in enumerate(flows, 1):
        try:
            found.append(_flow(each))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ScanDocumentRefused(file=name, problem=f"flow {number}: {type(error).__name__}") from error
    return tuple(found)


def _flow(known: Mapping[str, Any]) -> Flow:
    key = FlowKey(
        recipient=_text_or_none(known["recipient"]), domain=_text_or_none(known["domain"]),
        service=_text(known["service"]), information=_text_or_none(known["information"]),
        purpose=_text_or_none(known["purpose"]), own=_truth(known["own"]),
    )  # fmt: skip
    says = known["vendor_says"]
    return Flow(
        key=key, candidates=tuple(map(_text, known["candidates"])), former=tuple(map(_text, known["former"])),
        vendor_says=Told(items=tuple(map(_text, says["items"])), purposes=tuple(map(_text, says["purposes"]))),
        **{grade.value: tuple(_seen(key, grade, each) for each in known[grade.value]) for grade in Grade},
    )  # fmt: skip


def _seen(key: FlowKey, grade: Grade, known: Mapping[str, Any]) -> Seen:
    target, place = known["target"], known["place"]
    offset = place["offset"]
    if offset is not None and (not isinstance(offset, int) or isinstance(offset, bool)):
        raise TypeError
    return (
        Target(name=_text(target["name"]), sha256=_text(target["sha256"]), kind=TargetKind(target["kind"])),
        Piece(
            grade=grade, place=Place(path=_text(place["path"]), offset=offset,
                                     layers=tuple(map(_text, place["layers"]))),
            host=_text_or_none(known["host"]), signature=_text_or_none(known["signature"]),
            company=_text_or_none(known["company"]), information=key.information, purpose=key.purpose,
            consent=Consent(known["consent"]), cleartext=_truth(known["cleartext"]), words=_text(known["words"]),
        ),
    )  # fmt: skip


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value
