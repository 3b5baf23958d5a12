"""Messages of agencies answered: TS 103 120 in JSON or XML, signed by a registered agency, each action by itself.

In order, and the numbers stand at the code:

1. size, signature of a registered agency over the exact bytes, for us, now
2. the encoding that its ``Content-Type`` names, the specification's schema, sizes within it
3. the header: sender, receiver, version
4. the same message before: the same answer
5. each action, one after another; one that is refused doesn't undo those before it

Every refusal is an error object, and a leaf in the ledger: of a message that nobody known signed at most
:data:`STRANGERS_AN_HOUR` an hour, of a registered agency's at most :data:`AGENCYS_AN_HOUR`, so that neither can fill
the ledger; what is beyond that is in the program's log. Answers are in
the encoding that was asked in.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from sekisho.access.principal import Principal
from sekisho.clock import japan_date
from sekisho.disclosure.agency import encodings, errors, profile, schemas
from sekisho.disclosure.agency.actions import Actions, is_change
from sekisho.disclosure.agency.encodings import Encoding
from sekisho.disclosure.agency.errors import AgencyRefused, NotValid, WrongEndpoint
from sekisho.disclosure.intake.errors import FileRefused
from sekisho.disclosure.intake.surroundings import Surroundings
from sekisho.disclosure.parties.errors import MessageChanged, NotSigned
from sekisho.disclosure.parties.messages import Messages
from sekisho.disclosure.parties.party import Party, PartyKind
from sekisho.disclosure.parties.register import Parties, actor
from sekisho.disclosure.parties.signing import Signed
from sekisho.disclosure.service import DisclosureService
from sekisho.errors import InputRefused, NotPermitted, SekishoError
from sekisho.keys.schedule import disclosure_index_key
from sekisho.workspace import Workspace

ADDRESS: Final = "/v1/agency/ts103120"
MAX_MESSAGE: Final = 16 * 1024 * 1024
"""Bytes of a message: a document of nine megabytes in Base64, and the rest."""
MAX_ACTIONS: Final = 100
"""Actions of one message. A house limit."""
STRANGERS_AN_HOUR: Final = 60
AGENCYS_AN_HOUR: Final = 600
"""Refusals of one agency that are leaves. A house figure: ten a minute are no mistake of a person's."""
EXCHANGE_LEAF: Final = "disclosure.exchange"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, as bytes and signed; ``status`` is HTTP's."""

    status: int
    media_type: str
    body: bytes
    headers: Mapping[str, str]


class AgencyDesk:
    """Answers agencies for one workspace. Thread-safe."""

    def __init__(self, service: DisclosureService, *, around: Callable[[], Surroundings] = Surroundings) -> None:
        """``around`` is what the intake knows of networks, asked for at each task."""
        self._workspace: Workspace = service.steps.workspace
        self.parties = Parties(self._workspace)
        self._messages = Messages(self._workspace)
        self._actions = Actions(service, us=self.parties.origin, around=around)
        self._strangers = _Budget(STRANGERS_AN_HOUR, timedelta(hours=1))
        # Only registered parties have one: no stranger makes this grow.
        self._known: dict[str, _Budget] = {}

    def answer(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer a message. ``headers``: HTTP's, with lower-case names. Raises nothing for what was sent."""
        party: Party | None = None
        message: dict[str, Any] | None = None
        signature = ""
        content_type = headers.get("content-type", "")
        encoding = encodings.named(content_type)
        try:
            # step 1: size, signature
            if len(body) > MAX_MESSAGE:
                raise FileRefused(problem=f"more than {MAX_MESSAGE} bytes")
            signed = Signed.read(headers)
            party = self.parties.authenticate(signed, kind=PartyKind.AGENCY, address=ADDRESS, body=body)
            signature = signed.signature
            # step 2: the encoding, the schema
            encodings.check_charset(content_type)
            message = encoding.read(body, most=MAX_MESSAGE)
            # step 3: the header
            self._check_header(message["Header"], party)
            # step 4: the same message before
            text = self._once(party, message, body, encoding)
        except SekishoError as error:
            self._refused(error, party, body)
            text = self._whole(error, party, message, encoding)
            status = error.http_status
        else:
            status = 200
        told = text.encode()
        reply = self.parties.sign(
            told, receiver=party.id if party else "", address=ADDRESS, answers=signature
        )
        return Answer(status, encoding.media_type, told, reply.headers())

    # --- how ---------------------------------------------------------------------------------------------------------

    def _once(self, party: Party, message: dict[str, Any], body: bytes, encoding: Encoding) -> str:
        header, number = message["Header"], message["Header"]["TransactionIdentifier"]
        payload = message["Payload"]
        if "RequestPayload" not in payload:
            raise NotValid(place="Payload", problem="a RequestPayload")
        asked = payload["RequestPayload"]["ActionRequests"].get("ActionRequest", [])
        if not 0 < len(asked) <= MAX_ACTIONS:
            raise NotValid(place="ActionRequests", problem=f"1 to {MAX_ACTIONS} actions")
        numbers = [one["ActionIdentifier"] for one in asked]
        if len(set(numbers)) != len(numbers):
            raise NotValid(place="ActionIdentifier", problem="each once")
        changes = any(is_change(one) for one in asked)
        if changes:
            before = self._messages.answered(party, number, body)
            if before is not None:
                return before
        # step 5: each action
        by = actor(party)
        responses = [self._one(party, one, by, body, encoding) for one in asked]
        told = self._text(header, party, {"ActionResponses": {"ActionResponse": responses}}, encoding)
        # An answer that says "not now" isn't kept: sent again, it is tried again.
        final = all(one.get("ErrorInformation", {}).get("ErrorCode") != errors.UNAVAILABLE for one in responses)
        return self._messages.keep(party, number, body, told) if changes and final else told

    def _one(
        self, party: Party, action: Mapping[str, Any], by: Principal, body: bytes, encoding: Encoding
    ) -> dict[str, Any]:
        number = {"ActionIdentifier": action["ActionIdentifier"]}
        try:
            told = number | self._actions.take(party, action, by)
            encoding.check(told)
        except SekishoError as error:
            self._refused(error, party, body, action=action["ActionIdentifier"])
            return number | {"ErrorInformation": _information(error)}
        return told

    def _check_header(self, header: Mapping[str, Any], party: Party) -> None:
        wanted = {
            "SenderIdentifier": {"CountryCode": profile.COUNTRY, "UniqueIdentifier": party.id},
            "ReceiverIdentifier": {"CountryCode": profile.COUNTRY, "UniqueIdentifier": self.parties.origin},
            "Version": _version(),
        }
        for field, value in wanted.items():
            if header[field] != value:
                raise WrongEndpoint(field=field, wanted=" ".join(value.values()))

    def _whole(
        self, error: SekishoError, party: Party | None, message: dict[str, Any] | None, encoding: Encoding
    ) -> str:
        header = {} if message is None else message["Header"]
        return self._text(header, party, {"ErrorInformation": _information(error)}, encoding)

    def _text(
        self, header: Mapping[str, Any], party: Party | None, payload: dict[str, Any], encoding: Encoding
    ) -> str:
        now = self._workspace.clock.now()
        said = {
            "Header": {
                "SenderIdentifier": {"CountryCode": profile.COUNTRY, "UniqueIdentifier": self.parties.origin},
                "ReceiverIdentifier": {
                    "CountryCode": profile.COUNTRY,
                    "UniqueIdentifier": party.id if party else "",
                },
                "TransactionIdentifier": header.get("TransactionIdentifier", "0" * 8 + "-0000" * 3 + "-" + "0" * 12),
                "Timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "Version": _version(),
            },
            "Payload": {"ResponsePayload": payload},
        }
        return encoding.write(said)

    def _refused(self, error: SekishoError, party: Party | None, body: bytes, *, action: int | None = None) -> None:
        """A leaf for what was refused: who, why, and the hash of what they sent."""
        workspace = self._workspace
        now = workspace.clock.now()
        if party is None and not self._strangers.take(now):
            _log.warning("refused an unsigned agency message; more than %s this hour", STRANGERS_AN_HOUR)
            return
        if party is not None:
            budget = self._known.setdefault(party.id, _Budget(AGENCYS_AN_HOUR, timedelta(hours=1)))
            if not budget.take(now):
                _log.warning("refused a message of %s; more than %s this hour", party.id, AGENCYS_AN_HOUR)
                return
        said = {
            "step": "refused",
            "party": None if party is None else party.id,
            "action": action,
            "reason": error.reason,
            "code": _code(error),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        text = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        leaf = workspace.seal(kind=EXCHANGE_LEAF, owner=disclosure_index_key(japan_date(now)), body=text, at=now)
        workspace.commit(lambda _: None, [leaf])


class _Budget:
    """So many in a time, and no more."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._taken: deque[datetime] = deque()
        self._lock = threading.Lock()

    def take(self, now: datetime) -> bool:
        with self._lock:
            while self._taken and now - self._taken[0] >= self._within:
                self._taken.popleft()
            if len(self._taken) >= self._most:
                return False
            self._taken.append(now)
            return True


def _version() -> dict[str, str]:
    return {
        "ETSIVersion": schemas.ETSI_VERSION,
        "NationalProfileOwner": profile.OWNER,
        "NationalProfileVersion": profile.PROFILE_VERSION,
    }


def _code(error: SekishoError) -> int:
    if isinstance(error, AgencyRefused):
        return error.code
    if isinstance(error, FileRefused):
        return errors.UNREADABLE
    if isinstance(error, NotSigned):
        return errors.NOT_SIGNED
    if isinstance(error, MessageChanged):
        return errors.MESSAGE_CHANGED
    return errors.OTHER if isinstance(error, InputRefused | NotPermitted) else errors.UNAVAILABLE


def _information(error: SekishoError) -> dict[str, Any]:
    """The error object. Of what is this server's own affair only that it can't be done now."""
    code = _code(error)
    told = "" if code == errors.UNAVAILABLE else f" {error.sentence('ja')} / {error.sentence('en')}"
    return {"ErrorCode": code, "ErrorDescription": f"{error.reason}:{told}"[: schemas.MAX_TEXT]}
