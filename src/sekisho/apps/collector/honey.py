"""Values typed into a site's forms, so that they are recognised if somebody takes them. Nobody has them.

A form is filled and never sent. The values belong to no person: the e-mail's domain and the telephone number's block
are given to nobody (RFC 2606 and JPRS's reserved ``example.jp``; a mobile number of the unassigned block 090-0000).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from sekisho.apps.collector.fields import FieldKind
from sekisho.apps.leaks import Kind, Value

_FAMILY: Final = (("関守", "セキモリ"), ("渡守", "ワタモリ"), ("津守", "ツモリ"), ("野守", "ノモリ"))
_GIVEN: Final = (("架空太", "カクウタ"), ("架空美", "カクミ"), ("試之助", "タメシノスケ"), ("仮名代", "カナヨ"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Honey:
    """One made-up person for one run. Dates are ISO 8601; ``phone`` has hyphens, ``postal_code`` too."""

    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    email: str
    phone: str
    postal_code: str
    address: str
    birth_date: str
    password: str
    search: str

    def value(self, kind: FieldKind) -> str:
        """What is typed into a field of this kind."""
        year, month, day = self.birth_date.split("-")
        return {
            FieldKind.NAME: f"{self.family_name}{self.given_name}",
            FieldKind.FAMILY_NAME: self.family_name,
            FieldKind.GIVEN_NAME: self.given_name,
            FieldKind.KANA: f"{self.family_kana}{self.given_kana}",
            FieldKind.FAMILY_KANA: self.family_kana,
            FieldKind.GIVEN_KANA: self.given_kana,
            FieldKind.EMAIL: self.email,
            FieldKind.PHONE: self.phone,
            FieldKind.POSTAL_CODE: self.postal_code,
            FieldKind.ADDRESS: self.address,
            FieldKind.BIRTH_DATE: self.birth_date,
            FieldKind.BIRTH_YEAR: year,
            FieldKind.BIRTH_MONTH: str(int(month)),
            FieldKind.BIRTH_DAY: str(int(day)),
            FieldKind.PASSWORD: self.password,
            FieldKind.SEARCH: self.search,
        }[kind]

    def known(self) -> tuple[Value, ...]:
        """The values to look for in what was sent (:mod:`sekisho.apps.leaks`)."""
        return tuple(
            Value(kind=kind, text=text, label="typed into a form")
            for kind, text in (
                (Kind.NAME, f"{self.family_name}{self.given_name}"),
                (Kind.KANA, f"{self.family_kana}{self.given_kana}"),
                (Kind.EMAIL, self.email),
                (Kind.PHONE, self.phone),
                (Kind.POSTAL, self.postal_code),
                (Kind.ADDRESS, self.address),
                (Kind.BIRTHDAY, self.birth_date),
                (Kind.PASSWORD, self.password),
                (Kind.SEARCH, self.search),
            )
        )


def honey(seed: str) -> Honey:
    """The person of this seed: the same seed gives the same person, so that a run can be repeated."""
    digest = hashlib.sha256(f"sekisho honey {seed}".encode()).digest()
    family, given = _FAMILY[digest[0] % len(_FAMILY)], _GIVEN[digest[1] % len(_GIVEN)]
    mark = digest[2:8].hex()
    return Honey(
        family_name=family[0], given_name=given[0], family_kana=family[1], given_kana=given[1],
        email=f"sekimori.{mark}@mail.example.jp",
        phone=f"090-0000-{int.from_bytes(digest[8:10]) % 10_000:04d}",
        # 999 begins no postal area but Yamagata's; 9999 is given to no street there.
        postal_code=f"999-{9000 + digest[10] * 3:04d}",
        address=f"架空市試験町{digest[11] % 9 + 1}丁目{digest[12] % 20 + 1}番{digest[13] % 30 + 1}号",
        birth_date=f"{1961 + digest[14] % 30}-{digest[15] % 12 + 1:02d}-{digest[16] % 28 + 1:02d}",
        password=f"Sk-{digest[17:25].hex()}",
        search=f"架空の品{digest[25:28].hex()}",
    )  # fmt: skip
