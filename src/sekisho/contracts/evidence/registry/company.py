"""Names and head offices of companies, compared; and the corporate number with its check digit.

Used by the lookups and by the certificate of the commercial registry. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

from sekisho.contracts import agreement
from sekisho.contracts.evidence.registry.errors import CorporateNumberWrong
from sekisho.engine.facts import Text, Value

_THIRTEEN = re.compile(r"[0-9]{13}")
_SHORT_FORMS = (
    # How people write the kind of company; the registry always writes it out (会社法6条2項, 商業登記法).
    (re.compile(r"\(株\)"), "株式会社"),
    (re.compile(r"\(有\)"), "有限会社"),
    (re.compile(r"\(同\)"), "合同会社"),
    (re.compile(r"\(資\)"), "合資会社"),
    (re.compile(r"\(名\)"), "合名会社"),
)


def check_digit(body: str) -> int:
    """The check digit (検査用数字) of the last twelve digits of a corporate number.

    9 − (Σ Pn·Qn mod 9), Pn the n-th digit from the right, Qn 1 where n is odd and 2 where it is even
    (法人番号の指定等に関する省令 平成26年財務省令第70号 2条; [C2] as published by the National Tax Agency).
    """
    total = sum(int(digit) * (1 if place % 2 == 0 else 2) for place, digit in enumerate(reversed(body)))
    return 9 - total % 9


@dataclass(frozen=True, slots=True)
class CorporateNumber:
    """A corporate number (法人番号, Number Use Act art. 2(15)): thirteen digits whose first checks the rest.

    Public, and no individual number: it may be kept, shown and logged.
    """

    digits: str

    def __post_init__(self) -> None:
        """Raises :class:`CorporateNumberWrong` for anything but such a number."""
        if not _THIRTEEN.fullmatch(self.digits) or int(self.digits[0]) != check_digit(self.digits[1:]):
            raise CorporateNumberWrong

    @classmethod
    def written(cls, text: str) -> Self:
        """As people write it: full-width digits, hyphens and spaces are levelled."""
        return cls(re.sub(r"[\s‐‑‒–—―−ー-]", "", unicodedata.normalize("NFKC", text)))

    @property
    def registered_number(self) -> str:
        """The registry's own number (会社法人等番号, 商業登記法7条): the last twelve digits, of a registered body."""
        return self.digits[1:]


def names_agree(shown: str, stated: str) -> bool | None:
    """Whether two company names are the same; (株) is 株式会社. None where it is impossible to tell."""
    return agreement.names_agree(_written_out(shown), _written_out(stated))


def offices_agree(shown: str, stated: str) -> bool | None:
    """Whether two head offices are the same; None where it is impossible to tell."""
    return agreement.addresses_agree(shown, stated)


def comparison(
    *, name: str | None, address: str | None, stated_name: str | None, stated_address: str | None
) -> dict[str, Value]:
    """The ``…_agrees`` attributes that are known: both sides are there and can be compared."""
    facts: dict[str, Value] = {}
    if name is not None and stated_name is not None:
        same = names_agree(name, stated_name)
        if same is not None:
            facts["name_agrees"] = same
    if address is not None and stated_address is not None:
        same = offices_agree(address, stated_address)
        if same is not None:
            facts["address_agrees"] = same
    return facts


def told(agreement: dict[str, Value]) -> Text:
    """What a comparison found, for the note of its step. Holds neither name nor address."""
    words = {True: ("一致", "agrees"), False: ("不一致", "differs")}
    unknown = ("判定できない", "unknown")
    name, address = (
        words[agreement[one] is True] if one in agreement else unknown for one in ("name_agrees", "address_agrees")
    )
    return Text(f"名称は{name[0]}、所在地は{address[0]}", f"name: {name[1]}, head office: {address[1]}")


def _written_out(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name)
    for short, long in _SHORT_FORMS:
        plain = short.sub(long, plain)
    return plain
