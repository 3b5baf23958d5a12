"""Errors of the agency interface. Each has a code of this product's profile, told in a TS 103 120 error object.

::

    InputRefused
    └── AgencyRefused          a message or an action that can't be accepted
        ├── NotValid           it doesn't fit the specification's schema
        ├── WrongEndpoint      another sender, receiver or version than it should name
        ├── UnknownObject      no object of this id that the sender may know of
        ├── ObjectTaken        the id stands for another object
        ├── NotSupported       an object or action that isn't offered here
        ├── ProfileRefused     a field doesn't say what this profile needs
        ├── NotForAgency       the agency isn't registered for this
        ├── RequestRefused     the request can't be entered; tells why
        ├── NotNow             its state doesn't allow the action
        └── NotInXml           it holds what the XML encoding has no place for
"""

from __future__ import annotations

from typing import ClassVar, Final

from sekisho.errors import InputRefused

UNREADABLE: Final = 1001
"""The message isn't JSON or XML as it says, or is too large."""
NOT_SIGNED: Final = 1003
MESSAGE_CHANGED: Final = 1006
REFUSED_BY_DESK: Final = 3001
"""A request was refused by people here; the description names the reason."""
OTHER: Final = 2998
"""Something else in what was sent can't be accepted."""
UNAVAILABLE: Final = 2999
"""It could not be done now; this says nothing about the answer."""


class AgencyRefused(InputRefused):
    """A message or an action that can't be accepted."""

    code: ClassVar[int] = OTHER
    reason = "agency_refused"
    http_status = 422


class NotValid(AgencyRefused):
    """It doesn't fit the schema. Fields: ``place``, ``problem``; never the value."""

    code = 1002
    reason = "agency_message_not_valid"
    ja = "電文が TS 103 120 V1.15.1 の形式に合いません（{place}: {problem}）。"
    en = "The message doesn't fit TS 103 120 V1.15.1 ({place}: {problem})."


class WrongEndpoint(AgencyRefused):
    """Another sender, receiver or version than it should name. Fields: ``field``, ``wanted``."""

    code = 1004
    reason = "agency_wrong_endpoint"
    ja = "ヘッダーの「{field}」は {wanted} でなければなりません。"
    en = "The header's {field} must be {wanted}."


class UnknownObject(AgencyRefused):
    """No object of this id that the sender may know of. Fields: ``object``."""

    code = 2001
    reason = "agency_unknown_object"
    http_status = 404
    ja = "オブジェクト {object} はありません。"
    en = "There is no object {object}."


class ObjectTaken(AgencyRefused):
    """The id stands for another object. Fields: ``object``."""

    code = 2002
    reason = "agency_object_taken"
    http_status = 409
    ja = "オブジェクト {object} は別の内容で登録されています。変更は UPDATE で送ってください。"
    en = "The object {object} stands with another content. Send a change as UPDATE."


class NotSupported(AgencyRefused):
    """An object or action that isn't offered here. Fields: ``action``, ``type``."""

    code = 2003
    reason = "agency_not_supported"
    ja = "{type} への {action} は受け付けていません。"
    en = "{action} isn't offered for {type}."


class ProfileRefused(AgencyRefused):
    """A field doesn't say what this profile needs. Fields: ``field``, ``problem``."""

    code = 2004
    reason = "agency_profile_refused"
    ja = "「{field}」を受け付けられません（{problem}）。"
    en = "{field} can't be accepted ({problem})."


class NotForAgency(AgencyRefused):
    """The agency isn't registered for this. Fields: ``field``, ``problem``."""

    code = 2005
    reason = "agency_not_registered_for"
    http_status = 403
    ja = "貴庁の登録では「{field}」を受け付けられません（{problem}）。"
    en = "By the agency's registration {field} can't be accepted ({problem})."


class RequestRefused(AgencyRefused):
    """The request can't be entered. Fields: ``why_ja``, ``why_en``, ``codes``."""

    code = 2006
    reason = "agency_request_refused"
    ja = "請求を受け付けられません。{why_ja}"
    en = "The request can't be entered. {why_en}"


class NotNow(AgencyRefused):
    """Its state doesn't allow the action. Fields: ``object``, ``status``."""

    code = 2007
    reason = "agency_not_now"
    http_status = 409
    ja = "オブジェクト {object} は「{status}」なので、この操作はできません。"
    en = "The object {object} is {status}: this can't be done."


class NotInXml(AgencyRefused):
    """It holds what the XML encoding has no place for: it was sent in JSON. Fields: ``place``."""

    code = 2008
    reason = "agency_not_in_xml"
    http_status = 409
    ja = "「{place}」はXMLでは表せません。JSON（application/json）で照会してください。"
    en = "{place} can't be said in XML. Ask for it in JSON (application/json)."
