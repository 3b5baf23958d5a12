"""What a smartphone My Number card must look like: kind of document, elements, signer, and the bounds.

Marks of certainty: [C2] the same in several independent public sources (a wallet maker's developer documentation and
three readers); [U] from one source or unconfirmed. The card's own specification wasn't at hand: whoever runs this for
real compares the values with the issuer's (カード代替電磁的記録) and, where they differ, configures its own profile
(``smartphone_card_profile``, see :func:`read_profile`): nothing in the verifier repeats a value that stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from sekisho.contracts.application import parse_json
from sekisho.contracts.errors import ApplicationRefused
from sekisho.contracts.evidence.mdoc.errors import ProfileRefused
from sekisho.contracts.individual_number import announces
from sekisho.engine.facts import Text

MAX_RECORD: Final = 160 * 1024
"""Bytes of a response. A photo of the card has some 20 KB."""
MAX_DOCUMENT: Final = 256 * 1024
"""Bytes of the JSON around it: base64 makes 214 KiB of the largest response."""
MAX_SECURITY_OBJECT: Final = 32 * 1024
"""Bytes. 100 digests of 64 bytes have 7 KB; so has the largest status claim, many times over."""
MAX_ITEM: Final = 128 * 1024
"""Bytes of one element with its number and chance: the photo is the largest."""
MAX_TEXT: Final = 500
"""Characters of a name or an address, as for applications."""
LEAST_RANDOM: Final = 16
"""Bytes of chance in each element (ISO/IEC 18013-5 §9.1.2.5)."""
MAX_DIGEST_NUMBER: Final = 2**31 - 1
"""ISO/IEC 18013-5 §9.1.2.5: a digest's number is below 2^31."""
MAX_SIGNATURE: Final = 132
"""Bytes: ES512 has 2 × 66."""

SIGNER_USAGE: Final = "1.0.18013.5.1.2"
"""Extended key usage of a document signer (ISO/IEC 18013-5 Annex B.1.4); taken to be the Japanese card's too [U]."""

_ISO = "org.iso.23220.1"
_JP = "org.iso.23220.1.jp"
_VARIANTS: Final = ("_unicode", "_latin1", "_jp")


class Item(Enum):
    """What the specified record (特定電磁的記録) consists of: these four and no others (要旨)."""

    NAME = ("name", Text("氏名", "name"))
    ADDRESS = ("address", Text("住所", "address"))
    BIRTH_DATE = ("birth_date", Text("生年月日", "date of birth"))
    PHOTO = ("photo", Text("写真", "photo"))

    def __init__(self, slug: str, title: Text) -> None:
        """Fields beside the value."""
        self.slug = slug
        self.title = title


Element = tuple[str, str]
"""Namespace and identifier of an element."""


@dataclass(frozen=True, slots=True)
class RecordProfile:
    """The kind of document and where its items stand.

    ``elements`` says which element is which item; ``ignored`` are elements that are known and not used; ``refused``
    carry an individual number. An element in none of them is passed over; the report counts it and the ignored.
    """

    name: str
    document: str
    elements: Mapping[Element, Item]
    ignored: frozenset[Element] = frozenset()
    refused: frozenset[Element] = field(default=frozenset())
    signer_usage: str = SIGNER_USAGE

    def __post_init__(self) -> None:
        """Each item has exactly one place: two could contradict each other."""
        if not self.document or sorted(one.slug for one in self.elements.values()) != sorted(one.slug for one in Item):
            raise ValueError("a profile names a kind of document, and one element for each of the four items")
        if self.refused & self.elements.keys():
            raise ValueError("an element that is refused is no item")

    def carries_number(self, element: Element) -> bool:
        """Whether an individual number stands in this element, by the profile or by its own name."""
        identifier = element[1]
        for variant in _VARIANTS:
            identifier = identifier.removesuffix(variant)
        return element in self.refused or announces(identifier)


PRODUCTION: Final = RecordProfile(
    "smartphone-card-production",
    "org.iso.23220.1.jp.mnc",  # [C2]
    {
        (_JP, "full_name_unicode"): Item.NAME,  # [C2]
        (_JP, "resident_address_unicode"): Item.ADDRESS,  # [C2]
        (_ISO, "birth_date"): Item.BIRTH_DATE,  # [C2] name; [U] that it is a full-date (tag 1004)
        (_JP, "portrait"): Item.PHOTO,  # [C2]
    },
    # The era's form of the birth date says nothing more; the specified record holds neither sex nor the rest (要旨).
    ignored=frozenset(
        {
            (_JP, "birth_date_unicode"),  # [C2]
            (_JP, "sex_unicode"),  # [C2]
            (_ISO, "sex"),  # [C2]
            (_JP, "local_gov_code_unicode"),  # [C2]
            (_ISO, "age_in_years"),  # [C2]
        }
    ),
    refused=frozenset({(_JP, "individual_number_unicode")}),  # [C2]
)
"""The profile of real phones, as far as it is known."""

_FIELDS: Final = frozenset({"name", "document", "elements", "ignored", "refused", "signer_usage"})
_NEEDED: Final = frozenset({"name", "document", "elements"})


def read_profile(raw: bytes, *, name: str) -> RecordProfile:
    """A profile from the operator's file; raises :class:`ProfileRefused`.

    ::

        {"name": "card-2027", "document": "org.example.card",
         "elements": {"name": ["namespace", "identifier"], "address": […], "birth_date": […], "photo": […]},
         "ignored": [["namespace", "identifier"]], "refused": [["namespace", "identifier"]],     optional
         "signer_usage": "1.0.18013.5.1.2"}                                                      optional
    """
    try:
        found = parse_json(raw)
        if not found.keys() >= _NEEDED or not found.keys() <= _FIELDS:
            raise ProfileRefused(name=name, problem=f"fields are {', '.join(sorted(_FIELDS))}")
        elements = found["elements"]
        slugs = {item.slug: item for item in Item}
        if not isinstance(elements, dict) or elements.keys() != slugs.keys():
            raise ProfileRefused(name=name, problem=f"elements are {', '.join(sorted(slugs))}")
        return RecordProfile(
            _text(found["name"]),
            _text(found["document"]),
            {_element(place): slugs[slug] for slug, place in elements.items()},
            _elements(found.get("ignored", [])),
            _elements(found.get("refused", [])),
            _text(found.get("signer_usage", SIGNER_USAGE)),
        )
    except (ValueError, ApplicationRefused) as error:
        raise ProfileRefused(name=name, problem="not such a profile in JSON") from error


def _text(found: Any) -> str:
    if not isinstance(found, str) or not 0 < len(found) <= MAX_TEXT or not found.isprintable():
        raise ValueError("text")
    return found


def _element(found: Any) -> Element:
    if not isinstance(found, list) or len(found) != 2:
        raise ValueError("element")
    return _text(found[0]), _text(found[1])


def _elements(found: Any) -> frozenset[Element]:
    if not isinstance(found, list):
        raise ValueError("elements")  # noqa: TRY004  # read_profile turns every wrong form into one refusal
    return frozenset(_element(one) for one in found)
