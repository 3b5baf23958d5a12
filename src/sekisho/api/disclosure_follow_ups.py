"""What follows on a case over HTTP: corrections, the end of secrecy, the next provider, the file for an inspector, and
the answer to a data subject. As :mod:`sekisho.api.disclosure_acts`: nothing is decided here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from sekisho.access.principal import Principal
from sekisho.api.disclosure_acts import Desk, Told
from sekisho.api.disclosure_read import a_day, choice, text, whole
from sekisho.clock import japan_date
from sekisho.disclosure.chain.handover import Paper as Petition
from sekisho.disclosure.chain.outgoing import Outgoing
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.overview import listed
from sekisho.disclosure.reading import checked_value
from sekisho.disclosure.record import MAX_ITEMS
from sekisho.disclosure.reports.inspection import Inspections
from sekisho.disclosure.reports.personal_answer import PersonalAnswers
from sekisho.disclosure.secrecy import Ground


def corrected(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """State how a fact of an answered case was."""
    name = text(said, "name")
    value, note = checked_value(name, said.get("value")), text(said, "note")
    return {"correction": desk.service.corrections.state(case, name, value, note, by=by).document()}


def correction_confirmed(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Confirm that, as somebody else."""
    return {"case": listed(desk.service.corrections.confirm(case, whole(said, "number"), by=by))}


def secrecy_over(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """State that a case's secrecy ended."""
    ground, note = choice(said, "ground", Ground), text(said, "note")
    return {"end": desk.service.secrecy.state(case, ground, note, by=by).document()}


def secrecy_confirmed(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Confirm that, as somebody else."""
    return {"case": listed(desk.service.secrecy.confirm(case, whole(said, "number"), by=by))}


def next_named(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Name the next provider of each item."""
    chosen: dict[int, str] = {}
    written = said.get("items", [])
    if not isinstance(written, list) or len(written) > MAX_ITEMS:
        raise CaseRefused(field="items", problem=f"a list of at most {MAX_ITEMS}")
    for one in written:
        if not isinstance(one, dict) or set(one) != {"number", "peer"}:
            raise CaseRefused(field="items", problem="objects with number and peer")
        chosen[whole(one, "number")] = text(one, "peer")
    found = Outgoing(desk.service).name(case, chosen=chosen or None, by=by)
    return {"next": [one.document() for one in found]}


def next_told(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Tell the applicant its name."""
    return {"case": listed(Outgoing(desk.service).tell(case, number=text(said, "number", ""), by=by))}


def next_notified(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Record the applicant's notice of the petition."""
    petition = Petition(text(said, "court"), text(said, "number"), a_day(said, "dated"))
    on, peer = a_day(said, "on", japan_date(desk.clock.now())), text(said, "peer")
    entry = Outgoing(desk.service).notified(case, peer, petition, on=on, document=_bytes(said), by=by)
    return {"case": listed(entry)}


def next_forwarded(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Hand the items over to the next provider."""
    return {"case": listed(Outgoing(desk.service).forward(case, text(said, "peer"), by=by))}


def inspected(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """Everything about a case, to be verified offline."""
    made = Inspections(desk.service).make(case, text(said, "why"), by=by)
    data = base64.b64encode(made.data).decode()
    return {"name": made.name, "sha256": made.sha256, "secret": made.secret, "data": data}


def own_answer(desk: Desk, case: str, said: Mapping[str, Any], by: Principal) -> Told:
    """The answer to a data subject."""
    del said
    return {"answer": PersonalAnswers(desk.service.steps).answer(case, by=by).document()}


def _bytes(said: Mapping[str, Any]) -> bytes:
    found = said.get("data")
    if not isinstance(found, str):
        raise CaseRefused(field="data", problem="Base64")
    try:
        return base64.b64decode(found, validate=True)
    except (binascii.Error, ValueError):
        raise CaseRefused(field="data", problem="Base64") from None
