"""Sends a handover to the next provider, and believes nothing but its own signed receipt for these very bytes."""

from __future__ import annotations

import hashlib
from datetime import datetime

import orjson

from sekisho.disclosure.chain.errors import NotTaken, ReceiptWrong
from sekisho.disclosure.chain.handover import ADDRESS
from sekisho.disclosure.parties.party import Party
from sekisho.disclosure.parties.register import Parties
from sekisho.disclosure.parties.signing import Signed, require_signed
from sekisho.disclosure.parties.wire import Wire


def send(parties: Parties, wire: Wire, party: Party, handover_id: str, body: bytes, *, now: datetime) -> bytes:
    """The receipt. Sending the same again is given the same. Raises ``PartyUnreachable``, ``NotTaken``, ``NotSigned``
    (somebody else answered), ``ReceiptWrong``."""
    signed = parties.sign(body, sender=party.known_as, receiver=party.origin, address=ADDRESS)
    reply = wire.send(party.url, ADDRESS, body, signed.headers())
    if reply.status != 200:
        raise NotTaken(party=party.id, problem=reply.problem)
    answer = Signed.read(reply.headers)
    if answer.party != party.origin:
        raise ReceiptWrong(handover=handover_id)
    require_signed(
        answer,
        key=party.key,
        receiver=party.known_as,
        address=ADDRESS,
        body=reply.body,
        now=now,
        answers=signed.signature,
    )
    told = orjson.loads(reply.body)
    if (told.get("handover"), told.get("sha256")) != (handover_id, hashlib.sha256(body).hexdigest()):
        raise ReceiptWrong(handover=handover_id)
    return reply.body
