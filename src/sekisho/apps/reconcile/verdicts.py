"""Whether something that is sent is told, and why it is said so: the words of the reconciler.

These verdicts speak of a text and of what was seen. None of them is one of law (:mod:`sekisho.apps.law.verdicts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Final

from sekisho.apps.evidence import Grade, Place
from sekisho.apps.flows import Seen
from sekisho.apps.items import ITEMS
from sekisho.apps.purposes import PURPOSES
from sekisho.apps.reconcile.names import Renamed
from sekisho.errors import Lang

PLACES_SHOWN: Final = 5
"""How many places a document names; their number is told beside them."""


@unique
class Verdict(StrEnum):
    """How something observed stands in the notice. ``NOT_MEASURED`` wherever it can't be known: never clear from
    absence, and never omitted where the notice wasn't read whole."""

    CLEAR = "clear"
    VAGUE = "vague"
    OMITTED = "omitted"
    INCORRECT = "incorrect"
    NOT_MEASURED = "not_measured"

    @property
    def ja(self) -> str:
        """The word for people, in Japanese."""
        return _JA[self]

    @property
    def en(self) -> str:
        """The word for people, in English."""
        return self.value.replace("_", " ")


_JA: Final = {
    Verdict.CLEAR: "明記",
    Verdict.VAGUE: "あいまい",
    Verdict.OMITTED: "記載なし",
    Verdict.INCORRECT: "食い違い",
    Verdict.NOT_MEASURED: "測定不能",
}


@unique
class Reason(StrEnum):
    """Why. Each belongs to one verdict (:data:`WEIGHED`) and has a sentence in both languages (:data:`SENTENCES`)."""

    TOLD = "told"
    SERVICE_UNSAID = "service_unsaid"
    FORMER_NAME = "former_name"
    HANDLER_VAGUE = "handler_vague"
    INFORMATION_WIDER = "information_wider"
    INFORMATION_VAGUE = "information_vague"
    SENDER_PURPOSE_VAGUE = "sender_purpose_vague"
    RECIPIENT_PURPOSE_VAGUE = "recipient_purpose_vague"
    NO_NOTICE = "no_notice"
    RECIPIENT_OMITTED = "recipient_omitted"
    HANDLER_OMITTED = "handler_omitted"
    INFORMATION_OMITTED = "information_omitted"
    SENDER_PURPOSE_OMITTED = "sender_purpose_omitted"
    RECIPIENT_PURPOSE_OMITTED = "recipient_purpose_omitted"
    PURPOSE_OMITTED = "purpose_omitted"
    DENIED = "denied"
    NOTICE_UNREAD = "notice_unread"
    NOTICE_READ_IN_PART = "notice_read_in_part"
    NAMES_UNMATCHED = "names_unmatched"
    PURPOSE_UNMATCHED = "purpose_unmatched"
    CONTENTS_UNSEEN = "contents_unseen"
    EMBEDDED_TOLD = "embedded_told"
    EMBEDDED_UNTOLD = "embedded_untold"
    HOST_WRITTEN = "host_written"
    DECLARED_ONLY = "declared_only"


_V, _R = Verdict, Reason
WEIGHED: Final[dict[Reason, Verdict]] = {
    _R.TOLD: _V.CLEAR,
    **dict.fromkeys((_R.SERVICE_UNSAID, _R.FORMER_NAME, _R.HANDLER_VAGUE, _R.INFORMATION_WIDER, _R.INFORMATION_VAGUE,
                     _R.SENDER_PURPOSE_VAGUE, _R.RECIPIENT_PURPOSE_VAGUE), _V.VAGUE),
    **dict.fromkeys((_R.NO_NOTICE, _R.RECIPIENT_OMITTED, _R.HANDLER_OMITTED, _R.INFORMATION_OMITTED,
                     _R.SENDER_PURPOSE_OMITTED, _R.RECIPIENT_PURPOSE_OMITTED, _R.PURPOSE_OMITTED), _V.OMITTED),
    _R.DENIED: _V.INCORRECT,
    **dict.fromkeys((_R.NOTICE_UNREAD, _R.NOTICE_READ_IN_PART, _R.NAMES_UNMATCHED, _R.PURPOSE_UNMATCHED,
                     _R.CONTENTS_UNSEEN, _R.EMBEDDED_TOLD, _R.EMBEDDED_UNTOLD, _R.HOST_WRITTEN, _R.DECLARED_ONLY),
                    _V.NOT_MEASURED),
}  # fmt: skip
"""The verdict that each reason alone gives."""

SENTENCES: Final[dict[Reason, tuple[str, str]]] = {
    _R.TOLD: ("公表に書かれている。", "The notice tells it."),
    _R.SERVICE_UNSAID: ("会社の名はあるが、どのサービスかは公表から分からない（法令が求めるのは取り扱う者の名称）。",
                        "The company is named and not which of its services (the law asks for the company)."),
    _R.FORMER_NAME: ("以前の名で書かれている。今の名に改める。", "It is told under a former name. Write today's."),
    _R.HANDLER_VAGUE: ("取り扱う者の書き方があいまい。名称を書く。", "Who handles it is told vaguely. Write the name."),
    _R.INFORMATION_WIDER: ("より広い言葉で書かれている。送られた情報の名を書く。",
                           "It is told in a wider word. Name what is sent."),
    _R.INFORMATION_VAGUE: ("「等」など何でも含む言葉でしか書かれていない。情報の名を書く。",
                           "Only words that cover anything may mean it. Name what is sent."),
    _R.SENDER_PURPOSE_VAGUE: ("自社の利用目的があいまい。具体的に書く。",
                              "The operator's purpose is vague. Write it in concrete words."),
    _R.RECIPIENT_PURPOSE_VAGUE: ("送信先の利用目的があいまい。具体的に書く。",
                                 "The recipient's purpose is vague. Write it in concrete words."),
    _R.NO_NOTICE: ("くまなく探して、公表・通知が見つからない。公表ページを作る。",
                   "A complete search found no notice. Make one."),
    _R.RECIPIENT_OMITTED: ("公表に送信先の欄がない。欄を加える。", "The notice has no row on it. Add one."),
    _R.HANDLER_OMITTED: ("取り扱う者の名称がない（サービス名だけ）。会社の名称を書く。",
                         "Who handles it isn't named (a service's name only). Write the company's name."),
    _R.INFORMATION_OMITTED: ("この情報が書かれていない。書き加える。", "This information isn't told. Add it."),
    _R.SENDER_PURPOSE_OMITTED: ("自社の利用目的が書かれていない。書き加える。",
                                "The operator's purpose isn't told. Add it."),
    _R.RECIPIENT_PURPOSE_OMITTED: ("送信先の利用目的が書かれていない。書き加える。",
                                   "The recipient's purpose isn't told. Add it."),
    _R.PURPOSE_OMITTED: ("観測された利用目的が書かれていない。書き加える。",
                         "The purpose observed isn't told. Add it."),
    _R.DENIED: ("公表は送っていないと述べているが、送信を観測した。公表か送信を直す。",
                "The notice says that it isn't sent, and it was observed. Correct the notice or stop sending."),
    _R.NOTICE_UNREAD: ("公表を読めていないので、比べられない。", "The notice wasn't read; nothing can be compared."),
    _R.NOTICE_READ_IN_PART: ("公表の読めた部分にはない。読めない部分を人が確かめる。",
                             "It isn't in the part of the notice that was read. Somebody must read the rest."),
    _R.NAMES_UNMATCHED: ("公表に、誰のことか照合できない名がある。この送信先かどうか人が確かめる。",
                         "The notice has names that couldn't be matched. Somebody must see whether one is this."),
    _R.PURPOSE_UNMATCHED: ("公表の利用目的の言葉が、観測された目的と同じか分からない。人が確かめる。",
                           "The notice's words for the purpose may mean the one observed. Somebody must see."),
    _R.CONTENTS_UNSEEN: ("送信先の名だけが見え、何が送られたか分からない。中身の見える方法で測り直す。",
                         "Only who receives was seen, not what. Measure it in a way that shows the contents."),
    _R.EMBEDDED_TOLD: ("アプリに組み込まれ、公表に欄がある。送信は観測していない。",
                       "It is in the app's file and the notice has a row. Nothing sent was observed."),
    _R.EMBEDDED_UNTOLD: ("アプリに組み込まれているが、送信は観測していない。動かして測るか、使わないなら取り除く。",
                         "It is in the app's file; nothing sent was observed. Run and measure it, or remove it."),
    _R.HOST_WRITTEN: ("アプリの中にホスト名が書かれているだけで、部品の目印も送信もない。動かして測る。",
                      "A host is written in the app's file; that is no module and no sending. Run and measure it."),
    _R.DECLARED_ONLY: ("公表にあり、この計測では観測していない。多く書くことは違反ではない。",
                       "The notice tells it and this scan didn't see it. Telling more is no offence."),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One recipient, service, information and purpose, and how it stands in the notice.

    ``recipient`` is the key of :func:`sekisho.apps.law.sent.key_of`; ``purpose`` is one that was *observed* (traffic
    seldom tells any), ``told_purposes`` are the notice's. ``grade`` is the strongest evidence; ``evidence`` is of that
    grade alone. ``note`` is the reader's own sentence where the notice couldn't be read. ``renamed`` are the former
    names it is told under, each with where that comes from.
    """

    recipient: str
    service: str
    information: str | None
    purpose: str | None
    verdict: Verdict
    reasons: tuple[Reason, ...]
    grade: Grade
    evidence: tuple[Seen, ...] = ()
    notice_places: tuple[Place, ...] = ()
    told_purposes: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    note: tuple[str, str] = ("", "")

    @property
    def order(self) -> tuple[str, str, str]:
        """Where it stands in a list."""
        return (self.recipient, self.information or "", self.purpose or "")

    def sentence(self, lang: Lang) -> str:
        """What is so, why, and what to do next."""
        at = 0 if lang == "ja" else 1
        what = self.service or self.recipient
        if self.information is not None:
            item = ITEMS.get(self.information)
            name = (item.ja if lang == "ja" else item.en) if item else self.information
            what += f"：{name}" if lang == "ja" else f": {name}"
        if self.purpose is not None and self.purpose in PURPOSES:
            name = PURPOSES[self.purpose].ja if lang == "ja" else PURPOSES[self.purpose].en
            what += f"（{name}）" if lang == "ja" else f" ({name})"
        said = [*(SENTENCES[reason][at] for reason in self.reasons), self.note[at]]
        between = "" if lang == "ja" else " "
        return f"{what}{'：' if lang == 'ja' else ': '}{between.join(each for each in said if each)}"

    def as_document(self) -> dict[str, Any]:
        """The row for machines."""
        return {
            "recipient": self.recipient,
            "service": self.service,
            "information": self.information,
            "purpose": self.purpose,
            "verdict": self.verdict.value,
            "verdict_ja": self.verdict.ja,
            "reasons": [reason.value for reason in self.reasons],
            "ja": self.sentence("ja"),
            "en": self.sentence("en"),
            "grade": self.grade.value,
            "evidence": places_of(self.evidence),
            "evidence_count": len(self.evidence),
            "notice": [place.path for place in self.notice_places],
            "told_purposes": list(self.told_purposes),
            "renamed": [each.as_document() for each in self.renamed],
        }


def places_of(evidence: tuple[Seen, ...]) -> list[dict[str, Any]]:
    """The first places of evidence, for machines."""
    return [
        {"target": target.name, "sha256": target.sha256, "path": piece.place.path, "offset": piece.place.offset,
         "layers": list(piece.place.layers)}
        for target, piece in evidence[:PLACES_SHOWN]
    ]  # fmt: skip


def place_order(seen: Seen) -> tuple[str, ...]:
    """By what evidence is put in order."""
    target, piece = seen
    offset = -1 if piece.place.offset is None else piece.place.offset
    return (target.kind.value, target.name, target.sha256, piece.place.path, f"{offset:020d}",
            "/".join(piece.place.layers), piece.host or "", piece.signature or "", piece.consent.value,
            str(piece.cleartext), piece.words)  # fmt: skip
