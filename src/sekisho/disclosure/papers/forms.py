"""Empty forms for what arrives on paper: the clerk copies the paper onto one, then types it in. Pure.

The fields are those of the typed entry, in the order in which the papers have them (刑事訴訟法197条2項–5項).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sekisho.disclosure.papers.errors import PaperRefused
from sekisho.disclosure.papers.kinds import PAPERS, Audience, PaperKind, PaperSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One field to fill in: its name, what to look at, how many lines it has, and choices to tick."""

    name: str
    hint: str = ""
    lines: int = 1
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryForm:
    """An empty form: nothing of any case stands on it."""

    kind: PaperKind
    brand: str = ""

    def __post_init__(self) -> None:
        """``PaperRefused`` for a kind that is no form."""
        if self.kind not in FORMS:
            raise PaperRefused(field="kind", problem="not an entry form")

    @property
    def spec(self) -> PaperSpec:
        """What is said of this form."""
        return PAPERS[self.kind]

    @property
    def sections(self) -> tuple[tuple[str, tuple[Blank, ...]], ...]:
        """The fields by section."""
        return FORMS[self.kind]

    @property
    def audience(self) -> Audience:
        """Staff alone."""
        return self.spec.audience


_YES_NO: Final = ("あり", "なし")
_PAPER: Final = (
    "文書",
    (
        Blank(name="文書番号", hint="ない場合は受け付けず、質問書で確かめる"),
        Blank(name="文書の日付", hint="和暦のまま写す"),
        Blank(name="根拠条文", hint="書かれているとおり"),
        Blank(name="宛先は当社か", choices=("はい", "いいえ")),
        Blank(name="原本か", choices=("原本", "写し・ファクシミリ", "電子データ")),
        Blank(name="公印・記名押印", choices=_YES_NO),
        Blank(name="受領日時", hint="日本時間。例 令和8年11月23日 10時05分"),
    ),
)
_WHO: Final = (
    "照会者・要請者",
    (
        Blank(name="官署・部署"),
        Blank(name="官職（階級）", choices=("検察官", "検察事務官", "司法警察員", "司法巡査", "その他")),
        Blank(name="氏名"),
        Blank(name="所在地"),
        Blank(name="連絡先", hint="書面の番号は控えるだけ。折り返しは公表された代表番号へ"),
    ),
)
_TARGET: Final = (
    "対象（1項目ごと。足りなければ続紙）",
    (
        Blank(name="番号・識別子", hint="IPアドレス・電話番号・アカウント等", lines=2),
        Blank(name="送信元ポート・プロトコル"),
        Blank(name="接続先"),
        Blank(name="日時・期間", hint="始めと終わり。書かれている精度のまま", lines=2),
        Blank(name="時間帯の表示", choices=("日本時間", "UTC", "書かれていない（質問書へ）")),
    ),
)
_SECRECY: Final = (
    "秘密の保持・確認",
    (
        Blank(name="漏らさないことの求め（197条5項）", choices=_YES_NO),
        Blank(name="その期間"),
        Blank(name="文書番号の確認", hint="確認した日時・相手", lines=2),
        Blank(name="代表番号への折返し", hint="番号の出所・日時・相手", lines=2),
        Blank(name="受付者"),
        Blank(name="確認者（受付者と別の人）"),
    ),
)
FORMS: Final = {
    PaperKind.INQUIRY_FORM: (
        _PAPER,
        _WHO,
        _TARGET,
        (
            "照会事項",
            (
                Blank(name="求める事項", hint="書かれているとおり", lines=4),
                Blank(name="必要性の記載", choices=_YES_NO),
                Blank(name="個々の通信に関わるか", choices=("関わる（令状が必要）", "関わらない", "わからない")),
                Blank(name="回答の方法・期限"),
            ),
        ),
        _SECRECY,
    ),
    PaperKind.PRESERVATION_FORM: (
        _PAPER,
        _WHO,
        _TARGET,
        (
            "保全",
            (
                Blank(name="保全を求める記録の種類", hint="通信の内容は対象外", lines=2),
                Blank(name="業務上記録しているものに限られているか", choices=("はい", "いいえ")),
                Blank(name="求める期間", hint="30日以内。始めの日・終わりの日・日数"),
                Blank(name="延長か", choices=("新規", "延長（先の文書番号を下に）")),
                Blank(name="先の文書番号・通算日数", hint="通算60日まで"),
                Blank(name="差押え等のために必要との記載", choices=_YES_NO),
                Blank(name="延長の場合、特に必要との記載", choices=_YES_NO),
            ),
        ),
        _SECRECY,
    ),
}
"""The sections of each form."""
