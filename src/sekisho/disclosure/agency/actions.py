"""What each action does: CREATE, GET, UPDATE, LIST, DELIVER, on the sender's own objects alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from sekisho.access.principal import Principal
from sekisho.disclosure.agency import handed, profile, status
from sekisho.disclosure.agency.errors import NotNow, NotSupported, ProfileRefused, UnknownObject
from sekisho.disclosure.agency.objects import Objects, Stored
from sekisho.disclosure.agency.profile import (
    AUTHORISATION,
    COUNTRY,
    DELIVERY,
    DOCUMENT,
    LD_TASK,
    NOTIFICATION,
    TASKS,
    type_of,
)
from sekisho.disclosure.agency.tasks import Tasks
from sekisho.disclosure.attaching import Keep
from sekisho.disclosure.intake.surroundings import Surroundings
from sekisho.disclosure.parties.party import Party
from sekisho.disclosure.service import DisclosureService

MAX_LISTED: Final = 1_000
"""Lines of a list: the last that changed. A house limit; ``LastChanged`` leads to the rest."""
RECEIPT: Final = "receipt"
_ENTERED: Final = frozenset({AUTHORISATION, DOCUMENT, *TASKS})
_CHANGES: Final = ("CREATE", "UPDATE", "DELIVER")


def is_change(action: Mapping[str, Any]) -> bool:
    """Whether an action writes anything."""
    return any(name in action for name in _CHANGES)


class Actions:
    """The actions of one workspace's agencies. Thread-safe."""

    def __init__(self, service: DisclosureService, *, us: str, around: Callable[[], Surroundings]) -> None:
        """Reads and writes nothing until asked to."""
        self._service, self._us = service, us
        self._objects = Objects(service.steps.workspace)
        self._tasks = Tasks(service, self._objects, us=us, around=around)

    def take(self, party: Party, action: Mapping[str, Any], by: Principal) -> dict[str, Any]:
        """Take one action; its response without its number. Raises ``AgencyRefused`` and what the desk raises."""
        if "CREATE" in action:
            return {"CREATEResponse": self._entered(self._create(party, action["CREATE"]["HI1Object"], by), by)}
        if "UPDATE" in action:
            return {"UPDATEResponse": self._entered(self._update(party, action["UPDATE"]["HI1Object"], by), by)}
        if "GET" in action:
            return {"GETResponse": {"HI1Object": self._find(party, action["GET"]["Identifier"], by)}}
        if "LIST" in action:
            return {"LISTResponse": {"ListResponseRecord": self._list(party, action["LIST"], by)}}
        return {"DELIVERResponse": {"Identifier": self._deliver(party, action["DELIVER"], by)}}

    def _create(self, party: Party, content: dict[str, Any], by: Principal) -> Stored:
        name = type_of(content)
        if name not in _ENTERED:
            raise NotSupported(action="CREATE", type=name[:60])
        self._check_owner(content, party)
        if name == AUTHORISATION:
            profile.check_authorisation(content, party, us=self._us)
        elif name == DOCUMENT:
            profile.check_document(content)
        elif name == LD_TASK:
            profile.check_reference(content, party)
        for one in profile.associated(content):
            self._objects.find(party, one)
        stored = self._objects.enter(party, content)
        return self._tasks.create(party, stored, by) if name in TASKS else stored

    def _update(self, party: Party, content: dict[str, Any], by: Principal) -> Stored:
        stored = self._objects.find(party, content["ObjectIdentifier"])
        if type_of(content) != stored.type:
            raise ProfileRefused(field="@xsi:type", problem="the type that the object has")
        self._check_owner(content, party)
        if stored.type in TASKS:
            return self._tasks.update(party, stored, content, by)
        # What a request may rest on already isn't changed under it: another paper is another object.
        if stored.content == content:
            return stored
        raise NotNow(object=stored.id, status="Received")

    def _check_owner(self, content: Mapping[str, Any], party: Party) -> None:
        if content.get("CountryCode", COUNTRY) != COUNTRY or content.get("OwnerIdentifier", party.id) != party.id:
            raise ProfileRefused(field="OwnerIdentifier", problem="the sender's own")

    def _entered(self, stored: Stored, by: Principal) -> dict[str, Any]:
        return {"Identifier": stored.id, "HI1Object": self._shown(stored, by)}

    def _shown(self, stored: Stored, by: Principal) -> dict[str, Any]:
        found = status.shown(stored, self._tasks.standing(stored, by))
        if stored.type == DOCUMENT:
            # Whoever sent it has it: the answer needn't carry a scan.
            body = {key: value for key, value in found["doc:DocumentBody"].items() if key != "doc:Contents"}
            found["doc:DocumentBody"] = body
        return found

    # --- asking ------------------------------------------------------------------------------------------------------

    def _find(self, party: Party, object_id: str, by: Principal) -> dict[str, Any]:
        try:
            return self._shown(self._objects.find(party, object_id), by)
        except UnknownObject:
            found = self._derived(party, by).get(object_id)
            if found is None:
                raise
            return found

    def _derived(self, party: Party, by: Principal) -> dict[str, dict[str, Any]]:
        """What stands for something that happened: notifications and deliveries of the agency's own tasks."""
        found = {}
        for task_id, name, case_id in self._objects.tasks(party, most=MAX_LISTED):
            task = self._objects.find(party, task_id)
            standing = self._tasks.standing(task, by)
            if standing is None or standing.entry.case is None:
                continue
            made = status.notifications(task_id, standing)
            if name == LD_TASK:
                reference = str(task.content["task:Reference"])
                packages = handed.of_case(self._service, case_id, by=by)
                made += [status.delivery(task, case_id, one, reference=reference) for one in packages]
            found.update({one["ObjectIdentifier"]: one for one in made})
        return found

    def _list(self, party: Party, asked: Mapping[str, Any], by: Principal) -> list[dict[str, Any]]:
        wanted = None
        if "ObjectType" in asked:
            wanted = profile.value_of(asked["ObjectType"], "ObjectType", "ObjectType")
        found = [
            (one.type, self._shown(one, by)) for one in self._objects.every(party, since=None, most=MAX_LISTED)
        ]
        if wanted in (None, NOTIFICATION, DELIVERY):
            found += [(type_of(one), one) for one in self._derived(party, by).values()]
        since = None if "LastChanged" not in asked else _moment(asked["LastChanged"])
        kept = [
            (name, one)
            for name, one in found
            if wanted in (None, name) and (since is None or _moment(one["LastChanged"]) >= since)
        ]
        ordered = sorted(kept, key=lambda pair: (pair[1]["LastChanged"], pair[1]["ObjectIdentifier"]), reverse=True)
        return [status.record_of(one, name) for name, one in ordered[:MAX_LISTED]]

    # --- receipts ----------------------------------------------------------------------------------------------------

    def _deliver(self, party: Party, asked: Mapping[str, Any], by: Principal) -> str:
        """An agency delivers one thing: its receipt for what it was given, as a notification about that delivery."""
        content = asked["HI1Object"]
        if type_of(content) != NOTIFICATION:
            raise NotSupported(action="DELIVER", type=type_of(content)[:60])
        kind = profile.value_of(
            content.get("notification:NotificationType"), "NotificationType", "notification:NotificationType"
        )
        if kind != "Receipt":
            raise NotSupported(action="DELIVER", type=kind[:60])
        delivered = self._derived(party, by).get(asked["Identifier"])
        if delivered is None or type_of(delivered) != DELIVERY:
            raise UnknownObject(object=asked["Identifier"][:64])
        (task_id,) = profile.associated(delivered)
        case_id = self._objects.find(party, task_id).case_id or ""
        text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
        self._service.papers.attach(case_id, RECEIPT, text, keep=Keep.RECORD, by=by)
        found: str = asked["Identifier"]
        return found


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise ProfileRefused(field="LastChanged", problem="a time that exists") from None
