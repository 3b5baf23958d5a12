"""The two encodings of TS 103 120, chosen by a message's ``Content-Type``; its answer is in the same.

The media type isn't signed, and needn't be: a message in XML begins with ``<``, and no message in JSON does.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any, Final

import orjson

from sekisho.disclosure.agency import schemas, xml_messages
from sekisho.disclosure.intake.errors import FileRefused
from sekisho.disclosure.intake.json_form import parse


class Encoding(abc.ABC):
    """One encoding: bytes into a message that fits the specification's schemas, and a message into text."""

    media_type: str

    @abc.abstractmethod
    def read(self, data: bytes, *, most: int) -> dict[str, Any]:
        """A message of at most ``most`` bytes. Raises ``FileRefused``, ``NotValid``."""

    @abc.abstractmethod
    def write(self, message: Mapping[str, Any]) -> str:
        """A message as text, to be sent in UTF-8. Raises ``NotInXml``."""

    @abc.abstractmethod
    def check(self, response: Mapping[str, Any]) -> None:
        """Whether a response to an action can be written. Raises ``NotInXml``."""


class _Json(Encoding):
    media_type = "application/json"

    def read(self, data: bytes, *, most: int) -> dict[str, Any]:
        if len(data) > most:
            raise FileRefused(problem=f"more than {most} bytes")
        return schemas.check(parse(data))

    def write(self, message: Mapping[str, Any]) -> str:
        return orjson.dumps(message).decode()

    def check(self, response: Mapping[str, Any]) -> None:
        """Every response is JSON."""


class _Xml(Encoding):
    media_type = "application/xml"

    def read(self, data: bytes, *, most: int) -> dict[str, Any]:
        return schemas.check(xml_messages.read_message(data, most=most))

    def write(self, message: Mapping[str, Any]) -> str:
        return xml_messages.write_message(message)

    def check(self, response: Mapping[str, Any]) -> None:
        xml_messages.check_response(response)


JSON: Final[Encoding] = _Json()
XML: Final[Encoding] = _Xml()


def named(content_type: str) -> Encoding:
    """The encoding of a ``Content-Type``: XML for ``application/xml``, JSON for everything else."""
    return XML if content_type.partition(";")[0].strip().lower() == XML.media_type else JSON


def check_charset(content_type: str) -> None:
    """Messages are in UTF-8, and none says otherwise. Raises ``FileRefused``."""
    for one in content_type.split(";")[1:]:
        name, _, value = one.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() != "utf-8":
            raise FileRefused(problem="charset utf-8")
