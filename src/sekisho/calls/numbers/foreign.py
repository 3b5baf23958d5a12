"""Foreign numbers by ``phonenumbers`` (Apache-2.0, libphonenumber's data): lengths, beginnings and kinds per country.

Apart from the core, which needs the standard library only, and many times slower (docs/benchmarks.md): for pages, lists
and reports, not for each call. Never asked about Japanese numbers, of which it misreads 020 and 091.
"""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from sekisho.calls.numbers.classify import Classified
from sekisho.calls.numbers.kinds import Kind

DATA: str = f"phonenumbers {phonenumbers.__version__}"
"""Whose data answered; to be shown beside it."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What libphonenumber says of a foreign number.

    ``possible``: its length can be; ``valid``: its beginning is one the country's plan has. Neither says that it is
    anybody's. ``kind`` is libphonenumber's word in lower case (``mobile``, ``fixed_line_or_mobile``, ``unknown`` …);
    ``shown`` the number as written internationally.
    """

    region: str | None
    possible: bool
    valid: bool
    kind: str
    shown: str


def examine(classified: Classified) -> Foreign | None:
    """What is known of a foreign number; ``None`` for one that isn't foreign or has no international form."""
    if classified.e164 is None or classified.kind not in (Kind.FOREIGN, Kind.UIFN):
        return None
    try:
        parsed = phonenumbers.parse(classified.e164)
    except NumberParseException:
        return Foreign(region=None, possible=False, valid=False, kind="unknown", shown=classified.e164)
    return Foreign(
        region=phonenumbers.region_code_for_number(parsed),
        possible=phonenumbers.is_possible_number(parsed),
        valid=phonenumbers.is_valid_number(parsed),
        kind=PhoneNumberType.to_string(phonenumbers.number_type(parsed)).lower(),
        shown=phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
    )
