"""Errors of the disclosure desk's cases. The gate's are in :mod:`sekisho.disclosure.gate_errors`.

::

    InputRefused
    ├── CaseRefused            a field of a request can't be accepted; names the field
    │   ├── TooManyItems       more identifiers than one request may have: split it
    │   └── FactRefused        a fact nobody may state, or a value outside its domain
    ├── PaperEnteredBefore     another case has this paper already: a reason is needed to go on
    ├── UnknownCase            no case has this id, or none that one may know of
    ├── UnknownItem            the case has no item of this number
    ├── WrongState             the case is in another state
    ├── CaseMoved              somebody else changed the case at the same moment
    ├── TermOpen               a term still runs
    ├── UnknownAttachment      the case has no paper of this id
    ├── NothingPermitted       the outcome forbids it: an ambiguous answer never leaves
    ├── NotAnEmergency         only an emergency may be approved from outside
    ├── EmergencyReviewOpen    somebody must review an emergency before it is closed
    ├── HearingForbidden       secrecy is asked for: the sender can't be asked
    ├── ItemsUndecided         some items have no decision yet
    ├── NoHoldHere             no hold follows from this type of request
    ├── HoldStands             a hold of the case isn't over
    ├── HoldLetterOpen         its hold is over, and whoever asked for it isn't told yet
    └── WrongCursor            a place in a list that isn't one
    NotPermitted
    └── NotApart               one person would have two parts in one case
    Unavailable
    └── CaseDestroyed          the case's record was destroyed at the end of its time
"""

from __future__ import annotations

from sekisho.disclosure.step_words import STATES, STEPS, called
from sekisho.engine.facts import Text
from sekisho.errors import InputRefused, NotPermitted, Unavailable


class CaseRefused(InputRefused):
    """A field of a request can't be accepted. Fields: ``field``, ``problem``; never the value."""

    reason = "disclosure_case_refused"
    http_status = 422
    ja = "請求の「{field}」を受け付けられません（{problem}）。請求者に確かめてください。"
    en = "The request's '{field}' can't be accepted ({problem}). Ask whoever sent it."


class TooManyItems(CaseRefused):
    """More identifiers than one request may have. Fields: ``field``, ``problem``, ``count``, ``limit``."""

    reason = "too_many_items"
    ja = "1件の請求は{limit}項目までです（{count}項目あります）。分けて出してもらってください。"
    en = "One request has at most {limit} items; this one has {count}. Ask for it in parts."


class FactRefused(CaseRefused):
    """A fact nobody may state, or a value outside its domain. Fields: ``field``, ``problem``."""

    reason = "fact_refused"
    ja = "事実「{field}」を受け付けられません（{problem}）。"
    en = "The fact '{field}' can't be accepted ({problem})."


class PaperEnteredBefore(InputRefused):
    """Another case has this paper already. Fields: ``first`` (its id), ``count``, ``cases``."""

    reason = "disclosure_paper_entered_before"
    http_status = 409
    ja = (
        "同じ文書は案件 {first} で受付済みです（{count}件）。その案件を確かめてください。"
        "改めて受け付ける場合は、理由を添えてください（--again／again）。"
    )
    en = (
        "The case {first} has this paper already ({count} in all). Look at it; to take the paper in again, give the "
        "reason (--again, or 'again')."
    )


class UnknownCase(InputRefused):
    """No case has this id, or none that one may know of: which of them is never told. Fields: ``case``."""

    reason = "unknown_disclosure_case"
    http_status = 404
    ja = "「{case}」という案件はありません。`sekisho disclosure list` で確かめてください。"
    en = "There is no case {case}. See `sekisho disclosure list`."


class UnknownItem(InputRefused):
    """The case has no item of this number. Fields: ``case``, ``item``."""

    reason = "unknown_disclosure_item"
    http_status = 404
    ja = "案件 {case} に項目 {item} はありません。"
    en = "The case {case} has no item {item}."


class WrongState(InputRefused):
    """The case is in another state. Fields: ``case``, ``state``, ``event``."""

    reason = "disclosure_wrong_state"
    http_status = 409
    ja = (
        "案件 {case} は「{state_ja}」なので、「{event_ja}」はできません。"
        "`sekisho disclosure show` で、次にできることを確かめてください。"
    )
    en = "The case {case} is '{state_en}': '{event_en}' isn't possible now. `sekisho disclosure show` says what is."

    def __init__(self, *, case: str, state: str, event: str) -> None:
        """``state`` and ``event`` are codes; the sentences say them in words."""
        is_, act = called(STATES, state), called(STEPS, event)
        super().__init__(
            case=case, state=state, event=event, state_ja=is_.ja, state_en=is_.en, event_ja=act.ja, event_en=act.en
        )


class CaseMoved(InputRefused):
    """Somebody else changed the case at the same moment; nothing was written. Fields: ``case``."""

    reason = "disclosure_case_moved"
    http_status = 409
    ja = "案件 {case} は同時に別の人が変更しました。見直してからもう一度行ってください。"
    en = "Somebody else changed the case {case} at the same moment. Look again, then repeat."


class TermOpen(InputRefused):
    """A term of the case still runs. Fields: ``case``, ``kind``, ``due``."""

    reason = "disclosure_term_open"
    http_status = 409
    ja = "案件 {case} は期間（{kind}）が {due} まで続いています。その翌日から行えます。"
    en = "A term of the case {case} ({kind}) runs to the end of {due}. Do this from the next day on."


class UnknownAttachment(InputRefused):
    """The case has no paper or file of this id. Fields: ``case``, ``attachment``."""

    reason = "unknown_disclosure_attachment"
    http_status = 404
    ja = "案件 {case} に書類「{attachment}」はありません。"
    en = "The case {case} has no paper {attachment}."


class NothingPermitted(InputRefused):
    """What was found forbids a disclosure: only one sure holder is ever named. Fields: ``case``, ``item``,
    ``outcome``."""

    reason = "disclosure_outcome_forbids"
    http_status = 409
    ja = "案件 {case} の項目 {item} は「{outcome}」です。1人に定まらない結果は開示しません。"
    en = "Item {item} of the case {case} is '{outcome}': nothing is disclosed unless one holder is certain."


class NotAnEmergency(InputRefused):
    """Only an emergency may be approved from outside. Fields: ``case``."""

    reason = "disclosure_not_an_emergency"
    http_status = 409
    ja = "案件 {case} は緊急避難でも救助でもありません。社外の承認では進められません。社内で確認してください。"
    en = "The case {case} is neither an emergency nor a rescue: review it inside."


class EmergencyReviewOpen(InputRefused):
    """An emergency is reviewed before it is closed. Fields: ``case``, ``due``."""

    reason = "disclosure_emergency_review_open"
    http_status = 409
    ja = "案件 {case} の緊急の開示はまだ事後の確認を受けていません（期限: {due}）。関わっていない人が確認してください。"
    en = "The emergency {case} was not reviewed afterwards (due {due}). Somebody who had no part in it must do so."


class HearingForbidden(InputRefused):
    """Secrecy is asked for or ordered: nobody may be told by asking them. Fields: ``case``."""

    reason = "disclosure_hearing_forbidden"
    http_status = 409
    ja = "案件 {case} は秘密を守るよう求められています。発信者に照会すると知らせることになるため、できません。"
    en = "The case {case} is to be kept secret: asking the sender would tell them."


class ItemsUndecided(InputRefused):
    """Some items have no decision yet. Fields: ``case``, ``count``, ``first``."""

    reason = "disclosure_items_undecided"
    http_status = 409
    ja = "案件 {case} の{count}項目が決まっていません（項目 {first} から）。"
    en = "{count} items of the case {case} are undecided (from item {first})."


class NoHoldHere(InputRefused):
    """No hold follows from this type of request. Fields: ``case``, ``type``."""

    reason = "disclosure_no_hold"
    http_status = 409
    ja = "案件 {case}（{type}）から記録の保全は生じません。"
    en = "The case {case} ({type}) asks for no hold."


class HoldStands(InputRefused):
    """A hold of the case isn't over. Fields: ``case``, ``hold``, ``until`` (None: no last day)."""

    reason = "disclosure_hold_stands"
    http_status = 409
    ja = "案件 {case} の保全 {hold} が続いています（{until_ja}）。{what_ja}"
    en = "The hold {hold} of the case {case} stands ({until_en}). {what_en}"

    def __init__(self, *, case: str, hold: str, until: str | None, what: Text) -> None:
        """``what`` says what to do."""
        super().__init__(
            case=case,
            hold=hold,
            until=until,
            until_ja="期限の定めなし" if until is None else f"{until} まで",
            until_en="without a last day" if until is None else f"to the end of {until}",
            what_ja=what.ja,
            what_en=what.en,
        )


class HoldLetterOpen(InputRefused):
    """A hold of the case is over, and the letter about that isn't made. Fields: ``case``, ``due``."""

    reason = "disclosure_hold_letter_open"
    http_status = 409
    ja = (
        "案件 {case} の保全は終わりましたが（{due} まで）、通知文がまだありません。"
        "`sekisho due` が作った後で閉じてください。"
    )
    en = (
        "The hold of the case {case} is over (to the end of {due}), and the letter about that isn't there yet. "
        "`sekisho due` makes it; close the case then."
    )


class WrongCursor(InputRefused):
    """A place in a list that isn't one."""

    reason = "disclosure_wrong_cursor"
    ja = "一覧の続きの印が正しくありません。最初から表示し直してください。"
    en = "This isn't a place in the list. Begin again."


class NotApart(NotPermitted):
    """One person would have two parts in one case. Fields: ``case``, ``staff_id``, ``held``, ``wanted``."""

    reason = "disclosure_parts_not_apart"
    ja = "{staff_id} は案件 {case} で「{held}」をしたので「{wanted}」はできません。別の人が行ってください。"
    en = "{staff_id} was '{held}' in the case {case} and can't be '{wanted}'. A colleague must do it."


class CaseDestroyed(Unavailable):
    """The case's record was destroyed at the end of its time. Fields: ``case``."""

    reason = "disclosure_case_destroyed"
    http_status = 410
    ja = "案件 {case} の記録は保存期間が終わり破棄されました。"
    en = "The record of the case {case} was destroyed at the end of its time."
