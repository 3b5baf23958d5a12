"""The Japanese number plan (電気通信番号計画, 令和元年総務省告示第6号) as a dated table. Standard library only.

Read from the top: of the rows in force on a day, the first that has a number's beginning and length takes it. A change
of the plan is an ``ends`` here and a new row; nothing else says what a number is.

``PAGE`` is the ministry's page on the number system, which lists the kinds with their forms and says that they are
those since 22 May 2019; so no row reaches further back. What a row leaves open is in its ``note``.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sekisho.calls.numbers.kinds import CallerUse, Confidence, Kind, Reason, Row

FIRST: Final = date(2019, 5, 22)
"""The first day the table speaks of: the number system of the 2018 amendment (平成30年法律24号) came into force."""
CHANGED_060: Final = date(2024, 12, 20)
"""令和6年総務省告示第441号: 060-1 to 060-9 became numbers for mobile telephony."""
USED_060: Final = date(2026, 7, 1)
"""The operators said 「2026年7月以降順次」: the first day on which a subscriber can have one."""
LAST_COMPARED: Final = date(2026, 11, 23)
"""The day the rows were last compared with their sources."""

PAGE: Final = "総務省「電気通信番号制度」番号の種別の表 (soumu.go.jp/joho_tsusin/top/tel_number)"
_GUIDELINE: Final = f"{PAGE}; 発信者番号としての可否は公表文書からの推論"
_060: Final = "総務省・携帯電話事業者5社の発表 2024-12-20 (ascii.jp 4242300, gadget.phileweb)"

_PRIMARY, _PRESS, _UNCERTAIN = Confidence.PRIMARY, Confidence.PRESS, Confidence.UNCERTAIN
_ANY_LONGER: Final = True

PLAN: Final[tuple[Row, ...]] = (
    Row(
        id="emergency", kind=Kind.EMERGENCY, forms=("110", "118", "119"), lengths=(3,), use=CallerUse.NEVER,
        source=PAGE, confidence=_PRIMARY, begins=FIRST,
        note="An emergency service that calls back shows another number: judge the call, not this row.",
    ),
    Row(
        id="emergency-and-more", kind=Kind.NOT_IN_PLAN, forms=("110", "118", "119"), lengths=(4,),
        open_ended=_ANY_LONGER, use=CallerUse.NEVER, source=PAGE, confidence=_PRIMARY, begins=FIRST,
        reason=Reason.LENGTH, note="Three digits are the whole number; kept from being read as 1XY.",
    ),
    Row(
        id="service-code", kind=Kind.SERVICE_CODE, forms=("1[0-9][0-9]",), lengths=(3,), use=CallerUse.UNKNOWN,
        source=PAGE, confidence=_PRIMARY, begins=FIRST, note="Which codes are in use isn't part of the table.",
    ),
    Row(
        id="service-code-long", kind=Kind.SERVICE_CODE, forms=("1[0-9][0-9]",), lengths=(4,), open_ended=_ANY_LONGER,
        use=CallerUse.UNKNOWN, source=PAGE, confidence=_UNCERTAIN, begins=FIRST, reason=Reason.LENGTH_NOT_BOUNDED,
        note="「1XY（3桁以上）」: the page gives no longest form. A foreign number without its plus looks the same.",
    ),
    Row(
        id="carrier-0091xy", kind=Kind.CARRIER_PREFIX, forms=("0091",), lengths=(6,), open_ended=_ANY_LONGER,
        use=CallerUse.NEVER, source=PAGE, confidence=_PRIMARY, begins=FIRST,
    ),
    Row(
        id="carrier-002yz", kind=Kind.CARRIER_PREFIX, forms=("002[0-9]",), lengths=(5,), open_ended=_ANY_LONGER,
        use=CallerUse.NEVER, source=PAGE, confidence=_PRIMARY, begins=FIRST,
    ),
    Row(
        id="carrier-00xy", kind=Kind.CARRIER_PREFIX, forms=("00[1345678][0-9]",), lengths=(4,),
        open_ended=_ANY_LONGER, use=CallerUse.NEVER, source=PAGE, confidence=_PRIMARY, begins=FIRST,
        note="「Xは0,2,9を除く」.",
    ),
    Row(
        id="service-0ab0", kind=Kind.SERVICE, forms=("0120", "0170", "0180", "0570", "0990"), lengths=(10,),
        use=CallerUse.BY_CONTRACT, source=_GUIDELINE, confidence=_PRIMARY, begins=FIRST,
    ),
    Row(
        id="service-0800", kind=Kind.SERVICE, forms=("0800",), lengths=(11,), use=CallerUse.BY_CONTRACT,
        source=_GUIDELINE, confidence=_PRIMARY, begins=FIRST,
    ),
    Row(
        id="m2m-0200", kind=Kind.M2M, forms=("0200",), lengths=(14,), use=CallerUse.NEVER, source=_GUIDELINE,
        confidence=_PRIMARY, begins=FIRST,
        note="Given out from some day of 2019 (ITmedia 2024-10-09); which one wasn't read.",
    ),
    Row(
        id="pager", kind=Kind.PAGER, forms=("0204",), lengths=(11,), use=CallerUse.UNKNOWN, source=PAGE,
        confidence=_PRIMARY, begins=FIRST,
    ),
    Row(
        id="m2m-020", kind=Kind.M2M, forms=("020[1-35-9]",), lengths=(11,), use=CallerUse.NEVER, source=_GUIDELINE,
        confidence=_PRIMARY, begins=FIRST, note="「Cは0,4を除く」.",
    ),
    Row(
        id="ip-phone", kind=Kind.IP_PHONE, forms=("050[1-9]",), lengths=(11,), use=CallerUse.ORDINARY, source=PAGE,
        confidence=_PRIMARY, begins=FIRST,
    ),
    Row(
        id="fmc", kind=Kind.FMC, forms=("0600",), lengths=(11,), use=CallerUse.ORDINARY, source=PAGE,
        confidence=_PRIMARY, begins=FIRST,
    ),
    Row(
        id="060-reserved", kind=Kind.NOT_IN_PLAN, forms=("060[1-9]",), lengths=(11,), use=CallerUse.NEVER,
        source="ITmedia Mobile 2024-10-09 「『060-1～9』で始まる番号は用途保留」", confidence=_PRESS, begins=FIRST,
        ends=CHANGED_060, reason=Reason.RESERVED,
    ),
    Row(
        id="060-designated", kind=Kind.NOT_IN_PLAN, forms=("060[1-9]",), lengths=(11,), use=CallerUse.NEVER,
        source=_060, confidence=_PRESS, begins=CHANGED_060, ends=USED_060, reason=Reason.NOT_YET_IN_USE,
        note="Operators could be given blocks; no subscriber had a number. A test call may have shown one.",
    ),
    Row(
        id="mobile-060", kind=Kind.MOBILE, forms=("060[1-9]",), lengths=(11,), use=CallerUse.ORDINARY, source=_060,
        confidence=_PRESS, begins=USED_060,
        note="「順次」: which block is in use on which day is in the table of designations only.",
    ),
    Row(
        id="mobile", kind=Kind.MOBILE, forms=("070[1-9]", "080[1-9]", "090[1-9]"), lengths=(11,),
        use=CallerUse.ORDINARY, source=PAGE, confidence=_PRIMARY, begins=FIRST,
    ),
    Row(
        id="specific-connection", kind=Kind.SPECIFIC_CONNECTION, forms=("091[0-9]",), lengths=(9, 10, 11, 12, 13),
        use=CallerUse.UNKNOWN, source=PAGE, confidence=_UNCERTAIN, begins=FIRST,
        note="「091CDE…（13桁以下）」: the page gives no shortest form; nine digits are an assumption.",
    ),
    Row(
        id="fixed", kind=Kind.FIXED, forms=("0[1-9][1-9][0-9]",), lengths=(10,), use=CallerUse.ORDINARY, source=PAGE,
        confidence=_PRIMARY, begins=FIRST,
        note="Where the area code ends is in the table of designations; the plan doesn't say.",
    ),
)  # fmt: skip
"""Every row there has been since :data:`FIRST`."""

CHANGES: Final = tuple(sorted({day for row in PLAN for day in (row.begins, row.ends) if day is not None}))
"""The days on which the table changes, the first among them."""


def rows_on(on: date) -> tuple[Row, ...]:
    """The rows in force on ``on``, in their order."""
    return tuple(row for row in PLAN if row.begins <= on and (row.ends is None or on < row.ends))
