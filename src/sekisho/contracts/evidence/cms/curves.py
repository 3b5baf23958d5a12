"""The prime curves of travel documents, and the only way to a curve from parameters written out: exact equality.

ICAO 9303-12 §4.4 has the parameters written out instead of a curve's name. Taking a curve because most of its
parameters match is the fault of CVE-2020-0601 (the generator wasn't compared), so p, a, b, G, n and, where it is given,
h must all be those of one known curve. Values: SEC 2 version 2 (§2.3–2.9), RFC 5639 §3 (the r1 curves).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.errors import CurveRefused


@dataclass(frozen=True, slots=True)
class Curve:
    """A known curve y² = x³ + ax + b over the field of p, with generator (gx, gy) of order n; the cofactor is 1."""

    name: str
    oid: str
    p: int
    a: int
    b: int
    gx: int
    gy: int
    n: int
    primitive: ec.EllipticCurve

    @property
    def field_bytes(self) -> int:
        """Bytes of one coordinate."""
        return (self.p.bit_length() + 7) // 8

    def generators(self) -> tuple[bytes, bytes]:
        """The generator written in full and compressed (SEC 1 §2.3.3)."""
        x = self.gx.to_bytes(self.field_bytes, "big")
        return b"\x04" + x + self.gy.to_bytes(self.field_bytes, "big"), bytes([2 + (self.gy & 1)]) + x


KNOWN: Final = (
    Curve(
        name="P-224",
        oid="1.3.132.0.33",
        p=int("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000000000000000000000001", 16),
        a=int("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFE", 16),
        b=int("B4050A850C04B3ABF54132565044B0B7D7BFD8BA270B39432355FFB4", 16),
        gx=int("B70E0CBD6BB4BF7F321390B94A03C1D356C21122343280D6115C1D21", 16),
        gy=int("BD376388B5F723FB4C22DFE6CD4375A05A07476444D5819985007E34", 16),
        n=int("FFFFFFFFFFFFFFFFFFFFFFFFFFFF16A2E0B8F03E13DD29455C5C2A3D", 16),
        primitive=ec.SECP224R1(),
    ),
    Curve(
        name="P-256",
        oid="1.2.840.10045.3.1.7",
        p=int("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF", 16),
        a=int("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC", 16),
        b=int("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B", 16),
        gx=int("6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296", 16),
        gy=int("4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5", 16),
        n=int("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16),
        primitive=ec.SECP256R1(),
    ),
    Curve(
        name="P-384",
        oid="1.3.132.0.34",
        p=int(
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF",
            16,
        ),
        a=int(
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFC",
            16,
        ),
        b=int(
            "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF",
            16,
        ),
        gx=int(
            "AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7",
            16,
        ),
        gy=int(
            "3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F",
            16,
        ),
        n=int(
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
            16,
        ),
        primitive=ec.SECP384R1(),
    ),
    Curve(
        name="P-521",
        oid="1.3.132.0.35",
        p=int(
            "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
            16,
        ),
        a=int(
            "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
            "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC",
            16,
        ),
        b=int(
            "51953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E93"
            "7B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00",
            16,
        ),
        gx=int(
            "C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE759"
            "28FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66",
            16,
        ),
        gy=int(
            "11839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42"
            "640C550B9013FAD0761353C7086A272C24088BE94769FD16650",
            16,
        ),
        n=int(
            "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F9"
            "66B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
            16,
        ),
        primitive=ec.SECP521R1(),
    ),
    Curve(
        name="brainpoolP256r1",
        oid="1.3.36.3.3.2.8.1.1.7",
        p=int("A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377", 16),
        a=int("7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9", 16),
        b=int("26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6", 16),
        gx=int("8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262", 16),
        gy=int("547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997", 16),
        n=int("A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7", 16),
        primitive=ec.BrainpoolP256R1(),
    ),
    Curve(
        name="brainpoolP384r1",
        oid="1.3.36.3.3.2.8.1.1.11",
        p=int(
            "8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123ACD3A729901D1A71874700133107EC53",
            16,
        ),
        a=int(
            "7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F8AA5814A503AD4EB04A8C7DD22CE2826",
            16,
        ),
        b=int(
            "4A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D57CB4390295DBC9943AB78696FA504C11",
            16,
        ),
        gx=int(
            "1D1C64F068CF45FFA2A63A81B7C13F6B8847A3E77EF14FE3DB7FCAFE0CBD10E8E826E03436D646AAEF87B2E247D4AF1E",
            16,
        ),
        gy=int(
            "8ABE1D7520F9C2A45CB1EB8E95CFD55262B70B29FEEC5864E19C054FF99129280E4646217791811142820341263C5315",
            16,
        ),
        n=int(
            "8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7CF3AB6AF6B7FC3103B883202E9046565",
            16,
        ),
        primitive=ec.BrainpoolP384R1(),
    ),
    Curve(
        name="brainpoolP512r1",
        oid="1.3.36.3.3.2.8.1.1.13",
        p=int(
            "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA703308717D4D9B009BC66842"
            "AECDA12AE6A380E62881FF2F2D82C68528AA6056583A48F3",
            16,
        ),
        a=int(
            "7830A3318B603B89E2327145AC234CC594CBDD8D3DF91610A83441CAEA9863BC2DED5D5AA8253AA1"
            "0A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D77FC94CA",
            16,
        ),
        b=int(
            "3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D"
            "77FC94CADC083E67984050B75EBAE5DD2809BD638016F723",
            16,
        ),
        gx=int(
            "81AEE4BDD82ED9645A21322E9C4C6A9385ED9F70B5D916C1B43B62EEF4D0098EFF3B1F78E2D0D48D"
            "50D1687B93B97D5F7C6D5047406A5E688B352209BCB9F822",
            16,
        ),
        gy=int(
            "7DDE385D566332ECC0EABFA9CF7822FDF209F70024A57B1AA000C55B881F8111B2DCDE494A5F485E"
            "5BCA4BD88A2763AED1CA2B2FA8F0540678CD1E0F3AD80892",
            16,
        ),
        n=int(
            "AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330870553E5C414CA92619"
            "418661197FAC10471DB1D381085DDADDB58796829CA90069",
            16,
        ),
        primitive=ec.BrainpoolP512R1(),
    ),
)
"""The curves of ICAO 9303-12 §4.4 that ``cryptography`` computes with; the smaller brainpool curves it hasn't."""

BY_OID: Final = {curve.oid: curve for curve in KNOWN}
BY_P: Final = {curve.p: curve for curve in KNOWN}

_PRIME_FIELD = "1.2.840.10045.1.1"


def named(oid: str, where: str) -> Curve:
    """The curve of this name; CurveRefused where it isn't one of :data:`KNOWN`."""
    curve = BY_OID.get(oid)
    if curve is None:
        raise CurveRefused(where=where, differs=f"the name {oid} isn't known")
    return curve


def explicit(parameters: der.Element, where: str) -> Curve:
    """The curve whose p, a, b, G, n and h (where given) are exactly these (X9.62 ECParameters); else CurveRefused."""
    fields = der.Fields(parameters, where)
    if der.integer(fields.take(der.INTEGER), where) not in {1, 2, 3}:
        raise CurveRefused(where=where, differs="version")
    field = der.Fields(fields.take(der.SEQUENCE), where)
    if der.oid(field.take(der.OID), where) != _PRIME_FIELD:
        raise CurveRefused(where=where, differs="not over a prime field")
    curve = BY_P.get(der.integer(field.take(der.INTEGER), where))
    field.end()
    coefficients = der.Fields(fields.take(der.SEQUENCE), where)
    a = coefficients.take(der.OCTET_STRING).content
    b = coefficients.take(der.OCTET_STRING).content
    coefficients.maybe(der.BIT_STRING)  # the seed a and b were drawn from: says nothing about which curve this is
    coefficients.end()
    base = fields.take(der.OCTET_STRING).content
    order = der.integer(fields.take(der.INTEGER), where)
    cofactor = fields.maybe(der.INTEGER)
    fields.end()
    if curve is None:
        raise CurveRefused(where=where, differs="p")
    differs = [
        name
        for name, same in (
            ("a", int.from_bytes(a, "big") == curve.a),
            ("b", int.from_bytes(b, "big") == curve.b),
            ("G", base in curve.generators()),
            ("n", order == curve.n),
            ("h", cofactor is None or der.integer(cofactor, where) == 1),
        )
        if not same
    ]
    if differs:
        raise CurveRefused(where=where, differs=", ".join(differs))
    return curve
