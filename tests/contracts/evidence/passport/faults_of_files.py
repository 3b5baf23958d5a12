"""What can be wrong with a passport's files before anybody's signature is looked at."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sekisho.contracts.evidence.passport import profile
from sekisho.contracts.evidence.passport.model import ActiveAnswer, UnverifiedPassport
from tests.contracts.evidence.faults import Faults, listed
from tests.contracts.evidence.fixtures import passport as build
from tests.contracts.evidence.fixtures import state_pki
from tests.contracts.evidence.fixtures.der_writing import oid, tlv
from tests.contracts.evidence.passport.made_wrong import (
    OTHER,
    changed,
    digests,
    given,
    indefinite,
    object_of,
    resigned,
    right,
    signer,
)

SIZES: Faults[UnverifiedPassport] = listed(
    {
        (0, "passport_file_too_large"): {
            "a huge SOD": lambda: replace(right(), sod=bytes(profile.MAX_SOD + 1)),
            "a huge group": lambda: given({**right().groups, 2: bytes(profile.MAX_GROUP + 1)}),
            "many large groups": lambda: given(dict.fromkeys(range(1, 6), bytes(profile.MAX_GROUP))),
            "a huge EF.COM": lambda: replace(right(), com=bytes(profile.MAX_COM + 1)),
            "a huge certificate": lambda: replace(right(), signer=bytes(20_000)),
            "a huge answer": lambda: replace(right(), active=ActiveAnswer(bytes(8), bytes(2000))),
        },
        (0, "passport_file_malformed"): {
            "group 17": lambda: given({**right().groups, 17: b"\x61\x00"}),
        },
    }
)

ENCODING: Faults[UnverifiedPassport] = listed(
    {
        (1, "der_truncated"): {
            "an empty SOD": lambda: replace(right(), sod=b""),
            "a truncated SOD": lambda: replace(right(), sod=right().sod[:-1]),
            "a length bomb": lambda: replace(right(), sod=b"\x77\x84\x7f\xff\xff\xff\x30\x00"),
        },
        (1, "der_trailing_bytes"): {
            "a SOD with more after it": lambda: replace(right(), sod=right().sod + b"\x00"),
            "a security object with more after it": lambda: object_of(
                build.security_object(digests(), "sha256") + b"\x00"
            ),
            "an EF.COM with more after it": lambda: replace(right(), com=build.com([1, 2]) + b"\x00"),
        },
        (1, "der_indefinite_length"): {
            "an indefinite length": lambda: replace(right(), sod=indefinite()),
            "nothing but depth": lambda: replace(right(), sod=b"\x77\x80" * 5),
        },
        (1, "der_overlong_length"): {
            "an overlong length": lambda: replace(right(), sod=b"\x77\x83\x00" + right().sod[2:]),
        },
        (1, "der_too_many_elements"): {
            "too many elements": lambda: replace(right(), sod=tlv(0x77, b"\x05\x00" * 10_000)),
        },
        (1, "der_unexpected_element"): {
            "another tag": lambda: replace(right(), sod=b"\x78" + right().sod[1:]),
            "signed data of version 2": lambda: replace(
                right(), sod=right().sod.replace(b"\x02\x01\x03\x31", b"\x02\x01\x02\x31", 1)
            ),
            "more certificates than any": lambda: resigned(certificates=[signer().certificate] * 9),
            "a signer of version 2": lambda: resigned(signer_version=2),
            "not signed data": lambda: replace(
                right(), sod=right().sod.replace(oid("1.2.840.113549.1.7.2"), oid("1.2.840.113549.1.7.1"), 1)
            ),
            "another content": lambda: replace(
                right(),
                sod=tlv(
                    0x77,
                    state_pki.signed_data(
                        "2.23.136.1.1.2",
                        build.security_object(digests(), "sha256"),
                        signer().hand,
                        issuer=signer().authority.name,
                        serial=signer().serial,
                        certificates=[signer().certificate],
                    ),
                ),
            ),
            "a security object of version 2": lambda: object_of(build.security_object(digests(), "sha256", version=2)),
            "a security object of version 2 without versions": lambda: object_of(
                build.security_object(digests(), "sha256").replace(b"\x02\x01\x00", b"\x02\x01\x02", 1)
            ),
            "version 1 without its versions": lambda: object_of(
                build.security_object(digests(), "sha256").replace(b"\x02\x01\x00", b"\x02\x01\x01", 1)
            ),
            "group 17 listed": lambda: object_of(build.security_object({**digests(), 17: bytes(32)}, "sha256")),
            "a list of one": lambda: object_of(build.security_object({1: digests()[1]}, "sha256")),
            "a list of none": lambda: object_of(build.security_object({}, "sha256")),
            "short digests": lambda: object_of(build.security_object({1: b"", 2: b""}, "sha256")),
        },
        (1, "passport_group_listed_twice"): {
            "one group listed twice": lambda: object_of(
                build.security_object([*digests().items(), (2, bytes(32))], "sha256")
            ),
        },
        (1, "algorithm_refused"): {
            "digests by SHA-1": lambda: object_of(
                build.security_object(
                    {n: hashlib.sha1(data, usedforsecurity=False).digest() for n, data in right().groups.items()},
                    "sha1",
                )
            ),
        },
        (1, "passport_group_not_signed"): {
            "EF.COM lists what isn't signed": lambda: replace(right(), com=build.com([1, 2, 15])),
        },
        (1, "passport_file_malformed"): {
            "an EF.COM in another order": lambda: replace(
                right(), com=tlv(0x60, b"\x5f\x36\x06040000", b"\x5f\x01\x040107", tlv(0x5C, b"\x61\x75"))
            ),
            "an EF.COM with more in it": lambda: replace(right(), com=tlv(0x60, build.com([1, 2])[2:], b"\x05\x00")),
            "EF.COM lists an unknown tag": lambda: replace(right(), com=build.com([1, 2])[:-1] + b"\x01"),
            "an EF.COM that is something else": lambda: replace(right(), com=b"\x61" + build.com([1, 2])[1:]),
        },
    }
)

GROUPS: Faults[UnverifiedPassport] = listed(
    {
        (2, "passport_group_not_signed"): {
            "a group that isn't signed": lambda: given({**right().groups, 11: tlv(0x6B, b"\x5c\x00")}),
            "a chip key that isn't signed": lambda: given({**right().groups, 15: build.group_15(OTHER.spki())}),
        },
        (2, "passport_group_altered"): {
            "an altered zone": lambda: given(
                {**right().groups, 1: build.group_1(build.zone(build.DECLARED["passports"]["japan-named"]))}
            ),
            "another face": lambda: given({**right().groups, 2: changed(right().groups[2], -1)}),
            "a wrong digest in the SOD": lambda: object_of(
                build.security_object({**digests(), 2: bytes(32)}, "sha256")
            ),
        },
        (2, "passport_group_missing"): {
            "no zone": lambda: given({2: right().groups[2]}),
            "no group at all": lambda: given({}),
        },
        (2, "passport_group_mislabelled"): {
            "groups exchanged": lambda: given({1: right().groups[2], 2: right().groups[1]}),
            "an empty group": lambda: given({**right().groups, 2: b""}),
        },
        (2, "der_trailing_bytes"): {
            "a group with more after it": lambda: given({**right().groups, 2: right().groups[2] + b"\x00"}),
        },
        (2, "der_truncated"): {
            "a truncated group": lambda: given({**right().groups, 2: right().groups[2][:-1]}),
        },
    }
)
