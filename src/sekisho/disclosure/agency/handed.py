"""What was handed over to an agency on the line: encrypted packages, for as long as the case's working copies live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sekisho.access.principal import Principal
from sekisho.disclosure.agency.status import told
from sekisho.disclosure.attaching import links_of
from sekisho.disclosure.delivery.service import PACKAGE, Channel, DeliveryDesk, Mode
from sekisho.disclosure.progress import Event
from sekisho.disclosure.service import DisclosureService
from sekisho.keys.errors import KeyDestroyed

CMS_TYPE: Final = "application/cms"
"""RFC 7193: what ``openssl cms -decrypt`` opens."""
_EVENTS: Final = (Event.DELIVER.value, "redelivered")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A package that was handed over on the line."""

    id: str
    at: datetime
    manifest: Mapping[str, Any]
    package: bytes
    content_type: str = CMS_TYPE


def of_case(service: DisclosureService, case_id: str, *, by: Principal) -> list[HandedOver]:
    """The packages that were released to the line, encrypted for the agency's own key: what went on a medium or on
    paper never appears here, nor what only a passphrase protects. Empty once the working copies are gone."""
    desk = DeliveryDesk(service)
    with service.steps.workspace.database.read() as connection:
        released = set(links_of(connection, case_id, PACKAGE))
    if not released:
        return []
    on_line = {
        said["package"]: one.at
        for one in service.timeline(case_id, by=by)
        if one.event in _EVENTS and (said := told(one)).get("channel") == Channel.LINE.value
    }
    found = []
    for one in desk.packages(case_id, by=by):
        if one.id in released and one.id in on_line and one.mode is Mode.KEY:
            try:
                data = service.papers.content(case_id, one.id, by=by)[1]
            except KeyDestroyed:
                return []
            found.append(HandedOver(one.id, on_line[one.id], one.manifest.json(), data))
    return found
