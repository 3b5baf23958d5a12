"""A simulated agency: it writes and signs messages, sends them over HTTP, and checks who answered.

For tests and the demonstration. It speaks for nobody: its papers are made up. Whatever is wrong with a message can be
put into it by whoever tests: every method takes changes, and :meth:`send` takes any payload.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sekisho.disclosure.agency import encodings, profile, schemas
from sekisho.disclosure.agency.desk import ADDRESS
from sekisho.disclosure.agency.profile import (
    AUTHORISATION,
    COUNTRY,
    DOCUMENT,
    LD_TASK,
    LP_TASK,
    NOTIFICATION,
    entry,
    xsi,
)
from sekisho.disclosure.agency.status import text_of
from sekisho.disclosure.parties.signing import Signed, require_signed, sign
from sekisho.disclosure.parties.wire import MAX_ANSWER, HttpWire, Wire

SCAN: Final = b"%PDF-1.7\n% a made-up paper\n%%EOF\n"
"""What stands for the scan of a paper."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A signer with a key of its own, in memory."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate, repr=False)
    name: str = "simulated"

    @property
    def public_key(self) -> bytes:
        """Its public half."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature."""
        return self.private.sign(message)


@dataclass(frozen=True, slots=True)
class SimulatedAgency:
    """An agency called ``id`` towards the provider with the ledger ``origin`` and the public ``key``, at ``url``."""

    id: str
    url: str
    origin: str
    key: str
    now: Callable[[], datetime]
    keys: KeyPair = field(default_factory=KeyPair)
    wire: Wire = field(default_factory=HttpWire)
    encoding: encodings.Encoding = encodings.JSON

    # --- messages ----------------------------------------------------------------------------------------------------

    def message(self, actions: Sequence[Mapping[str, Any]], *, transaction: str | None = None) -> dict[str, Any]:
        """A message with actions, numbered from 0."""
        return {
            "Header": {
                "SenderIdentifier": self.endpoint(self.id),
                "ReceiverIdentifier": self.endpoint(self.origin),
                "TransactionIdentifier": transaction or str(uuid.uuid4()),
                "Timestamp": self.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "Version": {
                    "ETSIVersion": schemas.ETSI_VERSION,
                    "NationalProfileOwner": profile.OWNER,
                    "NationalProfileVersion": profile.PROFILE_VERSION,
                },
            },
            "Payload": {
                "RequestPayload": {
                    "ActionRequests": {
                        "ActionRequest": [{"ActionIdentifier": at, **one} for at, one in enumerate(actions)]
                    }
                }
            },
        }

    def send(self, message: Mapping[str, Any] | bytes, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Send a message, signed now; the response payload. Raises ``NotSigned`` where somebody else answered, and what
        the wire raises."""
        body = message if isinstance(message, bytes) else self.encoding.write(message).encode()
        signed = sign(
            self.keys, sender=self.id, receiver=self.origin, at=self.now(), address=ADDRESS, body=body
        )
        given = dict(signed.headers() if headers is None else headers)
        reply = self.wire.send(self.url, ADDRESS, body, {"content-type": self.encoding.media_type} | given)
        answered = "" if headers is not None else signed.signature
        answer = Signed.read(reply.headers)
        told = self.encoding.read(reply.body, most=MAX_ANSWER)
        receiver = told["Header"]["ReceiverIdentifier"]["UniqueIdentifier"]
        require_signed(
            answer,
            key=self.key,
            receiver=receiver,
            address=ADDRESS,
            body=reply.body,
            now=self.now(),
            answers=answered if receiver else "",
        )
        payload: dict[str, Any] = told["Payload"]["ResponsePayload"]
        return payload

    def act(self, *actions: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Send actions; their responses in order."""
        payload = self.send(self.message(actions))
        if "ErrorInformation" in payload:
            return [payload]
        found: list[dict[str, Any]] = payload["ActionResponses"]["ActionResponse"]
        return found

    def create(self, *objects: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Create objects in one message."""
        return self.act(*({"CREATE": {"HI1Object": dict(one)}} for one in objects))

    def update(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Update an object."""
        return self.act({"UPDATE": {"HI1Object": dict(content)}})[0]

    def get(self, object_id: str) -> dict[str, Any]:
        """An object as it stands."""
        (found,) = self.act({"GET": {"Identifier": object_id}})
        content: dict[str, Any] = found["GETResponse"]["HI1Object"] if "GETResponse" in found else found
        return content

    def list(self, name: str | None = None, *, since: datetime | None = None) -> Sequence[dict[str, Any]]:
        """Lines of the agency's objects."""
        asked: dict[str, Any] = {} if name is None else {"ObjectType": entry("ObjectType", name)}
        if since is not None:
            asked["LastChanged"] = text_of(since)
        found: Sequence[dict[str, Any]] = self.act({"LIST": asked})[0]["LISTResponse"].get("ListResponseRecord", [])
        return found

    def deliver_receipt(self, delivery: Mapping[str, Any]) -> dict[str, Any]:
        """Say that a delivery arrived."""
        receipt = {
            "@xsi:type": xsi(NOTIFICATION),
            "ObjectIdentifier": str(uuid.uuid4()),
            "AssociatedObjects": {"AssociatedObject": [delivery["ObjectIdentifier"]]},
            "notification:NotificationType": entry("NotificationType", "Receipt"),
            "notification:NotificationTimestamp": text_of(self.now()),
        }
        return self.act({"DELIVER": {"Identifier": delivery["ObjectIdentifier"], "HI1Object": receipt}})[0]

    # --- objects -----------------------------------------------------------------------------------------------------

    def endpoint(self, name: str) -> dict[str, str]:
        """An endpoint in Japan."""
        return {"CountryCode": COUNTRY, "UniqueIdentifier": name}

    def document(self, data: bytes = SCAN, *, kind: str = "request", **changed: Any) -> dict[str, Any]:
        """A scan."""
        return {
            "@xsi:type": xsi(DOCUMENT),
            "ObjectIdentifier": str(uuid.uuid4()),
            "doc:DocumentType": entry("DocumentType", kind),
            "doc:DocumentBody": {
                "doc:Contents": base64.b64encode(data).decode(),
                "doc:ContentType": "application/pdf",
                "doc:Checksum": hashlib.sha256(data).hexdigest(),
                "doc:ChecksumType": "SHA-256",
            },
        } | changed

    def authorisation(
        self,
        kind: str,
        number: str,
        *,
        created: datetime,
        until: datetime | None = None,
        documents: Sequence[str] = (),
        national: Mapping[str, Any] | None = None,
        **changed: Any,
    ) -> dict[str, Any]:
        """A paper: its kind (a type of request), number and date."""
        found: dict[str, Any] = {
            "@xsi:type": xsi(AUTHORISATION),
            "ObjectIdentifier": str(uuid.uuid4()),
            "auth:AuthorisationReference": number,
            "auth:AuthorisationLegalType": entry("LegalType", kind),
            "auth:AuthorisationCreationTimestamp": text_of(created),
            "auth:AuthorisationCSPID": {"auth:CSPID": [self.endpoint(self.origin)]},
            "auth:NationalAuthorisationParameters": {"auth:CountryCode": COUNTRY, **(national or {})},
        }
        if until is not None:
            found["auth:AuthorisationTimespan"] = {"auth:EndTime": text_of(until)}
        if documents:
            found["AssociatedObjects"] = {"AssociatedObject": list(documents)}
        return found | changed

    def task(
        self,
        authorisation: Mapping[str, Any],
        values: Sequence[tuple[str, str, str]],
        *,
        at: Sequence[datetime] = (),
        begin: datetime | None = None,
        end: datetime | None = None,
        wanted: str = "Log",
        number: str = "1",
        keep_until: datetime | None = None,
        preserved: Sequence[str] = (),
        extends: str | None = None,
        **changed: Any,
    ) -> dict[str, Any]:
        """What is asked for. ``values`` are owner, name and value; ``keep_until`` makes it a preservation."""
        details: dict[str, Any] = {
            "task:Type": entry("RequestType", wanted),
            "task:RequestValues": {
                "task:RequestValue": [
                    {"task:FormatType": {"task:FormatOwner": owner, "task:FormatName": name}, "task:Value": value}
                    for owner, name, value in values
                ]
            },
        }
        if begin is not None and end is not None:
            details["task:StartTime"], details["task:EndTime"] = text_of(begin), text_of(end)
        if len(at) == 1 and keep_until is None:
            details["task:ObservedTime"] = text_of(at[0])
        elif at:
            details["task:ObservedTimes"] = [text_of(one) for one in at]
        named = [authorisation["ObjectIdentifier"], *([extends] if extends else [])]
        found: dict[str, Any] = {
            "@xsi:type": xsi(LD_TASK if keep_until is None else LP_TASK),
            "ObjectIdentifier": str(uuid.uuid4()),
            "AssociatedObjects": {"AssociatedObject": named},
            "task:RequestDetails": details,
            "task:CSPID": self.endpoint(self.origin),
        }
        if keep_until is None:
            found["task:Reference"] = f"{COUNTRY}-{self.id}-{number}"
        else:
            found["task:DesiredPreservationExpiration"] = text_of(keep_until)
        if preserved:
            references = [{"task:ReferenceValue": one} for one in preserved]
            found["task:AlternativePreservationReferences"] = {"task:AlternativePreservationReference": references}
        return found | changed
