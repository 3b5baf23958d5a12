"""Country codes of ITU-T E.164, assigned and not, as of a day. Standard library only.

A code that isn't in :data:`ASSIGNED` and isn't in :data:`UNCERTAIN` is nobody's: a number under it was made up. The
codes are those of libphonenumber's data, compared by a test with the locked ``phonenumbers``; ITU's own list (annex to
its Operational Bulletin) decides, and wasn't read again. A few codes are reserved, were given back, or are served by
some networks only: those are uncertain, and no number under one is called impossible for its code.

What this doesn't do: judge what follows the code, but for the North American plan (:mod:`…numbers.classify`); that is
``phonenumbers`` (:mod:`sekisho.calls.numbers.foreign`).
"""

from __future__ import annotations

from datetime import date
from typing import Final

AS_OF: Final = date(2026, 11, 23)
"""The day the table was compared with libphonenumber's data."""
SOURCE: Final = "ITU-T E.164 country codes as in libphonenumber's data (phonenumbers 9.0.43, 2026-11-23)"
UNCERTAIN_SOURCE: Final = "ITU-T E.164: state of this code from memory; look it up in ITU's list of assigned codes"

JAPAN: Final = "81"
UIFN: Final = "800"
UIFN_DIGITS: Final = 11
"""800 and eight digits (ITU-T E.169.1)."""
MOST_DIGITS: Final = 15
"""Of an international number, the country code included (ITU-T E.164 section 6.2.1)."""

_CODES: Final = """
    1:US 20:EG 211:SS 212:MA 213:DZ 216:TN 218:LY 220:GM 221:SN 222:MR 223:ML 224:GN 225:CI 226:BF 227:NE 228:TG
    229:BJ 230:MU 231:LR 232:SL 233:GH 234:NG 235:TD 236:CF 237:CM 238:CV 239:ST 240:GQ 241:GA 242:CG 243:CD 244:AO
    245:GW 246:IO 247:AC 248:SC 249:SD 250:RW 251:ET 252:SO 253:DJ 254:KE 255:TZ 256:UG 257:BI 258:MZ 260:ZM 261:MG
    262:RE 263:ZW 264:NA 265:MW 266:LS 267:BW 268:SZ 269:KM 27:ZA 290:SH 291:ER 297:AW 298:FO 299:GL 30:GR 31:NL 32:BE
    33:FR 34:ES 350:GI 351:PT 352:LU 353:IE 354:IS 355:AL 356:MT 357:CY 358:FI 359:BG 36:HU 370:LT 371:LV 372:EE
    373:MD 374:AM 375:BY 376:AD 377:MC 378:SM 380:UA 381:RS 382:ME 383:XK 385:HR 386:SI 387:BA 389:MK 39:IT 40:RO
    41:CH 420:CZ 421:SK 423:LI 43:AT 44:GB 45:DK 46:SE 47:NO 48:PL 49:DE 500:FK 501:BZ 502:GT 503:SV 504:HN 505:NI
    506:CR 507:PA 508:PM 509:HT 51:PE 52:MX 53:CU 54:AR 55:BR 56:CL 57:CO 58:VE 590:GP 591:BO 592:GY 593:EC 594:GF
    595:PY 596:MQ 597:SR 598:UY 599:CW 60:MY 61:AU 62:ID 63:PH 64:NZ 65:SG 66:TH 670:TL 672:NF 673:BN 674:NR 675:PG
    676:TO 677:SB 678:VU 679:FJ 680:PW 681:WF 682:CK 683:NU 685:WS 686:KI 687:NC 688:TV 689:PF 690:TK 691:FM 692:MH
    7:RU 808:001 82:KR 84:VN 850:KP 852:HK 853:MO 855:KH 856:LA 86:CN 870:001 880:BD 881:001 882:001 883:001 886:TW
    90:TR 91:IN 92:PK 93:AF 94:LK 95:MM 960:MV 961:LB 962:JO 963:SY 964:IQ 965:KW 966:SA 967:YE 968:OM 971:AE 972:IL
    973:BH 974:QA 975:BT 976:MN 977:NP 979:001 98:IR 992:TJ 993:TM 994:AZ 995:GE 996:KG 998:UZ
"""

ASSIGNED: Final[dict[str, str]] = {pair.partition(":")[0]: pair.partition(":")[2] for pair in _CODES.split()}
"""Code to country (ISO 3166-1, the largest where several share it; ``001`` for a service of the whole world)."""

UNCERTAIN: Final[dict[str, str]] = {
    "388": "formerly a group of countries (European services); given back",
    "875": "reserved for maritime mobile services",
    "876": "reserved for maritime mobile services",
    "877": "reserved for maritime mobile services",
    "878": "universal personal telecommunication; in libphonenumber's data, in hardly any network",
    "879": "reserved for national non-commercial use",
    "888": "formerly disaster relief; in libphonenumber's data, given back according to later lists",
    "969": "reserved; formerly South Yemen",
    "970": "reserved for Palestine: in use, listed as reserved",
    "991": "a trial of international public correspondence; ended",
    "997": "kept for Kazakhstan",
    "999": "reserved for a global service",
}
"""Code to what makes it uncertain."""
