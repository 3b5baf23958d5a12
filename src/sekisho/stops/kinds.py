"""The closed lists of the stops desk. Pure."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class StopEvent(StrEnum):
    """What is to be done."""

    STOP_NUMBER = "stop_number"
    """(1)ア: stop a number on a police request."""
    REPORT_CONTRACTOR = "report_contractor"
    """(1)イ: report who held it to the National Police Agency."""
    DENY_CONTRACTOR = "deny_contractor"
    """(2): refuse new numbers to a contractor whom the National Police Agency named."""
    STOP_STOCK = "stop_stock"
    """(3): stop all numbers of a denied contractor in one act."""
    WHOLESALE_NUMBERS = "wholesale_numbers"
    """Give numbers to another operator (卸電気通信役務)."""


@unique
class NumberKind(StrEnum):
    """The kinds of number that the scheme tells apart."""

    FIXED = "fixed_number"
    """固定電話番号, 0AB–J."""
    IP050 = "ip_phone_number"
    """特定IP電話番号, 050."""
    SERVICE = "service_number"
    """付加的役務電話番号: 0120, 0800, 0570 …"""
    MOBILE = "mobile_number"
    """音声伝送携帯電話番号."""
    FOREIGN = "foreign_number"
    EMERGENCY = "emergency_number"
    """緊急通報番号."""
    OTHER = "other_number"


COVERED = (NumberKind.FIXED, NumberKind.IP050)
"""What the scheme covers."""


@unique
class Association(StrEnum):
    """Through which association the operator takes part in the scheme."""

    TCA = "tca"
    JUSA = "jusa"
    NONE = "no_association"


@unique
class Holding(StrEnum):
    """Who has a number, as this operator knows it."""

    OURS = "held_here"
    """It is given to a contractor of this operator, or in stock with one."""
    WHOLESALED = "wholesaled"
    """It is in a range given to another operator, who has the contractor."""
    PORTED_AWAY = "ported_away"
    NOT_IN_SERVICE = "not_in_service"
    """This operator's, and given to nobody."""
    NOT_OURS = "not_held_here"


@unique
class Answer(StrEnum):
    """What became of one number of a request."""

    TO_STOP = "to_stop"
    """It may be stopped; the request still needs its call-back and a second person."""
    NEXT_OPERATOR = "next_operator"
    """The request goes to the operator named."""
    SCHEME_NOT_FOUND = "scheme_not_found"
    """No page of the scheme covers this kind of number, or this day: no stop under the scheme."""
    SUBSCRIBER_CONFIRMATION = "subscriber_confirmation"
    """A mobile number: 契約者確認 at the contract desk."""
    PROTECTED = "protected"
    """An emergency number or a public office: never stopped here."""
    REASSIGNED = "reassigned"
    """Somebody else has it now than at the time of the crime: asked back, not stopped."""
    NOT_IN_SERVICE = "not_in_service"
    NOT_OURS = "not_ours"
    ALREADY_STOPPED = "already_stopped"


@unique
class NumberState(StrEnum):
    """Where a number of a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    """Nothing is to be done here; the answer says why."""
    ASKED = "asked"
    """A stop was asked for, and waits for a second person."""
    STOPPING = "stopping"
    """Approved and ordered; the call core hasn't confirmed."""
    STOPPED = "stopped"
    RESUMED = "resumed"


@unique
class AssignmentState(StrEnum):
    """How a contractor holds a number."""

    IN_USE = "in_use"
    STOCK = "stock"
    """在庫番号: held by the contractor, given to no end user."""
