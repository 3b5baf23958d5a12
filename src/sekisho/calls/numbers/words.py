"""Kinds and reasons in words, in Japanese and English. Standard library only."""

from __future__ import annotations

from typing import Final

from sekisho.calls.numbers.kinds import CallerUse, Confidence, Kind, Reason
from sekisho.calls.numbers.reading import Asked

KINDS: Final[dict[Kind, tuple[str, str]]] = {
    Kind.FIXED: ("固定電話番号", "fixed line (0AB–J)"),
    Kind.SERVICE: ("付加的役務電話番号", "service number (0AB0)"),
    Kind.M2M: ("データ伝送携帯電話番号", "mobile data (M2M)"),
    Kind.PAGER: ("無線呼出番号", "pager"),
    Kind.MOBILE: ("音声伝送携帯電話番号", "mobile telephone"),
    Kind.IP_PHONE: ("特定IP電話番号", "IP telephone (050)"),
    Kind.FMC: ("FMC電話番号", "fixed-mobile convergence (0600)"),
    Kind.SPECIFIC_CONNECTION: ("特定接続電話番号", "specific connection (091)"),
    Kind.CARRIER_PREFIX: ("事業者設備識別番号", "carrier prefix"),
    Kind.SERVICE_CODE: ("付加的役務識別番号", "service code (1XY)"),
    Kind.EMERGENCY: ("緊急通報番号", "emergency number"),
    Kind.UIFN: ("国際フリーフォン番号", "universal international freephone number"),
    Kind.FOREIGN: ("外国の番号", "foreign number"),
    Kind.FOREIGN_IMPOSSIBLE: ("外国の番号としてあり得ない番号", "no possible foreign number"),
    Kind.COUNTRY_UNASSIGNED: ("割り当てのない国番号", "country code nobody has"),
    Kind.NOT_IN_PLAN: ("この日の番号計画にない番号", "not in the number plan of that day"),
}
"""Kind in Japanese and English."""

REASONS: Final[dict[Reason, tuple[str, str]]] = {
    Reason.NOT_YET_IN_USE: ("計画にはあるが、まだ利用が始まっていません", "in the plan, not yet in use"),
    Reason.RESERVED: ("用途を定めず留保されています", "kept back for a later purpose"),
    Reason.LENGTH: ("桁数が違います", "the number of digits is another"),
    Reason.BEGINNING: ("この始まりの番号はありません", "no number begins so"),
    Reason.NO_PREFIX: ("0・1・+ のいずれでも始まりません", "begins with neither 0, 1 nor +"),
    Reason.TRUNK_ZERO: ("+81 の後に 0 が残っています", "the 0 was left standing after +81"),
    Reason.INCOMPLETE: ("途中までの番号です", "incomplete"),
    Reason.LENGTH_NOT_BOUNDED: ("長さの上限が確かめられていません", "no longest form was found in the texts read"),
    Reason.ROW_UNCERTAIN: ("表のこの行は確かではありません", "this row of the table isn't certain"),
    Reason.TOO_LONG: ("国際番号の上限15桁を超えています", "longer than the fifteen digits of an international number"),
    Reason.AREA_CODE: ("北米番号計画にない市外局番・市内局番です", "an area or exchange code North America can't have"),
    Reason.NOT_DESIGNATED: ("指定状況の表に、この番号を含む指定がありません", "in no designated block of the table"),
    Reason.NOT_IN_SERVICE: ("指定状況の表では、使われていません", "not in use, according to the table"),
}
"""Reason in Japanese and English."""

USES: Final[dict[CallerUse, tuple[str, str]]] = {
    CallerUse.ORDINARY: ("発信者番号になり得る", "can be a caller's number"),
    CallerUse.BY_CONTRACT: ("契約で定めた回線だけの発信者番号", "a caller's number only where a contract sets it"),
    CallerUse.NEVER: ("通常の通話の発信者番号にならない", "never an ordinary call's caller number"),
    CallerUse.UNKNOWN: ("発信者番号になり得るかは確かめられていない", "not known whether it can be a caller's number"),
}
"""Use as a caller's number, in Japanese and English."""

CONFIDENCES: Final[dict[Confidence, tuple[str, str]]] = {
    Confidence.PRIMARY: ("一次資料", "primary source"),
    Confidence.PRESS: ("報道・二次資料", "press or secondary source"),
    Confidence.UNCERTAIN: ("未確認", "uncertain"),
}
"""How a row is known, in Japanese and English."""

ASKED: Final[dict[Asked, tuple[str, str]]] = {
    Asked.NOTHING: ("", ""),
    Asked.WITHHOLD: ("184: 番号を通知しない", "184: number withheld"),
    Asked.SHOW: ("186: 番号を通知する", "186: number shown"),
}
"""What a prefix asked, in Japanese and English."""
