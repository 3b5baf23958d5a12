"""What is accepted of passports, as named constants with their sources. There is one strictness and no switch."""

from __future__ import annotations

from typing import Final

MAX_SOD: Final = 32 * 1024
"""Bytes. ICAO 9303-10 sets none; a SOD with its signer's certificate has 2 to 4 KiB, and short offsets end at 32."""

MAX_COM: Final = 1024
"""Bytes. EF.COM lists at most 16 tags and two versions (ICAO 9303-10 §4.6.1): some 30 bytes."""

MAX_GROUP: Final = 256 * 1024
"""Bytes of one data group. Face images have 15 to 40 KiB; ICAO 9303-10 §4.7.2 recommends no more."""

MAX_ALL_GROUPS: Final = 1024 * 1024
"""Bytes of all groups together: a chip holds less."""

MAX_RESPONSE: Final = 1024
"""Bytes of an answer to a challenge: RSA with 4096 bits has 512."""

CHALLENGE: Final = 8
"""Bytes of the challenge of active authentication (ICAO 9303-11 §6.1)."""

GROUP_TAGS: Final = {
    1: 0x61,
    2: 0x75,
    3: 0x63,
    4: 0x76,
    5: 0x65,
    6: 0x66,
    7: 0x67,
    8: 0x68,
    9: 0x69,
    10: 0x6A,
    11: 0x6B,
    12: 0x6C,
    13: 0x6D,
    14: 0x6E,
    15: 0x6F,
    16: 0x70,
}
"""Tags of the data groups (ICAO 9303-10, table 36)."""

MAX_AUTHORITIES: Final = 16
"""Country certificates of one name that are tried for one signer: no state has had more generations and links."""

MAX_LIST: Final = 8 * 1024 * 1024
"""Bytes of a master list: the German one of 2026 has 588 certificates in 1 MiB."""

MAX_LIST_CERTIFICATES: Final = 5_000
"""Certificates in a master list: some 200 states with up to ten generations and links."""

MAX_CRL: Final = 512 * 1024
"""Bytes of a country's revocation list: a state has some hundred signers, of which few were ever revoked, and this is
room for 13,000."""

USE_AUTHORITY: Final = "passport_country_authority"
USE_MASTER_LIST: Final = "passport_master_list"
USE_LIST_SIGNER: Final = "passport_master_list_signer"
USE_REVOCATION_LIST: Final = "passport_revocation_list"
