"""Sentences of a notice into what they say: who gets what for what, what is denied, what users can do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sekisho.apps.policy import words as w
from sekisho.apps.policy.lexicon import GONE, information_in, purposes_in
from sekisho.apps.policy.names import Mention, Names
from sekisho.apps.policy.said import NotSent, Purposes, Said, Sent, Tells, Whose

WORDS_MOST: Final = 200
"""Characters of a statement that are kept as its words."""

_OUT: Final = re.compile(
    r"外部送信|外部へ|外部に(?:送|提|転)|外部の|送信先|(?:に|へ)[^。]{0,40}(?:送信|送ら|送っ|送り|転送|提供|共有"
    r"|開示|渡)|送信(?:し|さ|する|いた)|送られ|受け取"
    r"|第三者|情報収集モジュール|SDK|サードパーティ|提携先|グループ(?:会社|企業)|業務?委託先|委託して|広告配信事業者"
    r"|広告事業者|外部(?:サービス|事業者|ツール)"
    r"|(?:計測|広告)タグ|解析ツール|行動ターゲティング|third.part|\bsend|\bshare|\btransmit|\bdisclose|\bsell"
    r"|provided by"
)
"""Words about sending to somebody else."""
_OUT_HEADING: Final = re.compile(
    r"外部送信|送信先|第三者|情報収集モジュール|SDK|アクセス解析|解析ツール|広告(?:配信|の(?:計測|効果))"
    r"|外部サービス|利用者情報の送信|タグ|委託|"
    r"External|Third.party|パートナー|提供先|共同利用",
    re.IGNORECASE,
)
_TOLD_SENDING: Final = re.compile(r"(?:送信|提供|共有)(?:します|しています|され(?:ます|ています)|いたします)")
_SENDING: Final = re.compile(r"送信|送[らりっる]|提供(?:し|いたし|する|され|を行)|転送|共有|渡[しさ]|受け取|transmit"
                             r"|\bsend|\bshare")
_DEVICE_ONLY: Final = re.compile(r"端末(?:の中|内)(?:だけ|のみ|で)")
_ON_BASIS: Final = re.compile(r"[^、。]{0,30}に(?:基づ|応じ|もとづ)[くいた]{1,2}")
_METHOD: Final = re.compile(
    r"ご?入力(?:いただ|された|して|に(?:より|よって)|画面|フォーム)|自動(?:的に|で)|により取得|から(?:自動|取得|収集"
    r"|提供を受け)|プログラムに(?:より|よって)|取得(?:の)?方法"
    r"|会員登録の際|"
    r"申込書|お申し?込み(?:の|時|画面|フォーム)|ご?登録(?:の際|時に|いただ)|フォームから|Cookieを?(?:用い|使)[^"
    r"。]{0,10}取得|(?:アプリ|端末"
    r"|センサー)から[^。]{0,12}(?:取得|読み取|受け取)|ご提出|書面|お電話で|アクセスした際|automatically"
)
_METHOD_HEADING: Final = re.compile(r"自動的に取得|取得(?:の)?方法|収集(?:の)?方法|取得手段")
_PURPOSE_HEADING: Final = re.compile(r"目的")
_PERMISSION_HEADING: Final = re.compile(r"許可|権限|パーミッション")
_ITEMS_HEADING: Final = re.compile(r"(?:取得|収集|利用|お預かり|記録)(?:する|される|した|している)?[^。]{0,10}"
                                   r"(?:情報|項目|データ)|情報の(?:取得"
                                   r"|収集)|取得項目")
_CONTACT_HEADING: Final = re.compile(r"問い?合わ?せ(?!へ)|窓口|連絡先|苦情|ご?意見|ご?質問|ご?相談|Contact",
                                     re.IGNORECASE)  # fmt: skip
_CONTACT: Final = re.compile(
    r"下記(?:の|まで|に|へ)|(?:電話|TEL|Tel)[ ::]?(?:番号)?[ ::]?\(?[0-9]|(?:メール|E-?mail|Mail)[ ::]"
    r"|[\w.+-]{1,64}@[\w-]{1,60}\.|宛(?:て|先)?(?:$|に|ま|。)|フォーム|お送りください|受け付け|承(?:り|って)|"
    r"ご連絡(?:ください|を|願)|お(?:問い?合わ?せ|申し?出)ください|お願い(?:いた|し)|窓口(?:は|:|まで|に|へ)|〒"
    r"|ヘルプ|まで(?:お|ご)|contact us",
    re.IGNORECASE,
)
_CONTACT_ABOUT: Final = re.compile(r"(?:問い?合わ?せ|ご?相談|苦情|ご?質問|ご?意見)[^。]{0,12}(?:は|先|窓口)[^"
                                   r"。]{0,30}(?:まで|へ|から|窓口"
                                   r"|下記|承|受け付け|フォーム|ください)")
_CHANGES_HEADING: Final = re.compile(r"変更|改[定訂正]|附則|更新|履歴(?:$|の)|Changes")
_CHANGES: Final = re.compile(
    r"(?:ポリシー|方針|規約|本ページ|内容|本書|プライバシー|通知|公表)[^。]{0,24}(?:変更|改[定訂正]|更新|見直)"
    r"|改[定訂正](?:した|する|し|日|を|後|:|$)|制定"
    r"|[0-9]{1,2}日 ?(?:改|制|施行|更新)|"
    r"(?:追加|変更|見直し)(?:を?する|した|を行)(?:とき|場合|際)|最終(?:更新|改[定訂])"
)
_OF_POLICY: Final = re.compile(r"ポリシー|方針|告知|公表|改[定訂]|制定|本ページ")
_PROVIDER: Final = re.compile(
    r"以下、?「(?:当社|弊社|当団体|当方|運営者|提供者|当行|当店|私たち|我々|当サービス|当法人|当会)」|(?:事業者"
    r"|運営者|提供者|会社|アプリ提供者|運営会社|開発者|販売業者"
    r"|配信者)(?:の)?(?:名称?|氏名)?[::]|"
    r"(?:本アプリ|本サービス|当サイト|本サイト|このアプリ|当アプリ|このサービス|本ソフト)は、?[^。]{2,50}(?:が"
    r"|によって|により)(?:、)?(?:提供|運営|開発|配信|制作|発行)"
    r"|(?:代表(?:取締役|社員|者|理事)|所在地|本店|本社)[^。]{0,2}[::]?"
)
_PROVIDER_HEADING: Final = re.compile(r"提供者|事業者(?:の(?:名称|氏名|情報|概要))?$|運営(?:者|会社|主体)|会社"
                                      r"(?:概要|情報)|販売業者|発行者")
_FOR: Final = re.compile(r"([^。、]{1,60}(?:、[^。、]{1,40}){0,3}?)(?:する|の|いただく|もらう)?(?:ため(?!し)|目的"
                         r"(?:で|と|に|の(?!ご)|$"
                         r"|。)|のに(?=利用|使|用い)|用に|べく)|for the purposes? of ([^.]{1,80})|\bto "
                         r"([a-z][^.]{1,80})")
_USES: Final = re.compile(r"([^。]{1,80}?)(?:に|を)(?:利用|使用|用い|使い|使わ|役立て|活用|行(?:い|って)|計測し)")
_AIM: Final = re.compile(r"目的は、?([^。]{1,80})")
_DOES: Final = re.compile(
    r"([^。、]{0,40}(?:計測|測定|分析|解析|把握|防止|検知)(?:し(?!ない)|する|を行|いた)|[^。、]{0,30}(?:防い|防ぎ"
    r"|防ぐ|見分け)|広告[^。、]{0,10}(?:配信"
    r"|表示)(?:し|する|さ|いた|を行)|[^。、]{1,40}を委託"
    r"|(?:認証|広告|分析|解析|計測|決済|本人確認)用の)"
)
_WHAT: Final = re.compile(r"([^。]{1,200}?)(?:を|が)[^。をが]{0,40}(?:送信|送ら|送っ|送り|転送|提供し|提供さ|取得"
                          r"|収集|渡)")
_AND: Final = re.compile(r"[、・,]|および|及び|ならびに|並びに|または|又は|と(?!き|も|し)|や(?!り)")
_NO_THING: Final = re.compile(
    r"(?:ため|は|に|へ|で|が|て|し|際|とき|場合|も|から|より|目的|の|情報|データ|以下|次|当社|当サイト|本アプリ"
    r"|本サービス|アプリ|サイト|お客様|利用者|端末|ツール|タグ|SDK)$"
    r"|に対し|ください"
)
_ITS: Final = re.compile(r"同社(?:は|が|では|に(?:おい|おけ)|の)|送信先(?:は|が|では|に(?:おい|おけ)|の)|提供先(?:は"
                         r"|で|に)|先方|各社(?:は|が|では"
                         r"|に(?:おい|おけ)|の)")
_OURS: Final = re.compile(r"(?:当社|弊社|当サイト|当方|当行|自社)(?:は|が|では|に(?:おい|おけ)|の(?:利用|使用)?目的"
                          r"|も)")
_ANYTHING: Final = re.compile(
    r"(?:^|[、はも])(?:いかなる|一切の|すべての|どのような)?(?:(?:利用者|お客様|ユーザー?|皆様)(?:の|に関する)?)?"
    r"(?:いかなる|一切の|すべての|どのような)?(?:利用者)?(?:情報|データ)(?:等)?(?:を|は|が|も)"
    r"[^。]{0,24}(?:外部|第三者|他社|送信|端末の外)"
    r"|(?:^|[、はも])外部送信(?:は|を|も)|(?:^|[、はも])(?:外部|端末の外)(?:へ|に|への)(?:は|の)?[^。をは]{0,10}送信"
)
"""That nothing at all is sent: no word before says which information."""
_NOT_OURS: Final = re.compile(r"当社(?:の(?:サーバー?|設備|システム))?(?:では|は[^。]{0,10}(?:保持|保存|閲覧)|で"
                              r"(?:保持|保存)|に(?:は)?(?:保存"
                              r"|送信))|(?:保持|保存|閲覧|記録|表示|読み取)[^。]{0,6}(?:ません|ない)")
_COLLECTING: Final = re.compile(r"送信|送[らりっる]|取得|収集|外部|読み取|アクセス|共有|使用して|利用して")
_GIVING: Final = re.compile(r"第三者[^。]{0,30}(?:提供|開示|販売)|(?:提供|開示|販売)[^。]{0,16}(?:ません|ない"
                            r"|ありません)|\bsell\b|個人(?:情報"
                            r"|データ)を[^。]{0,30}提供")
_NO_SENDING: Final = re.compile(r"責任を|リンク(?:先|され)|準拠|裁判|推奨|おすすめします|漏えい|暗号化|教育|安全管理"
                                r"|委託先[^。]{0,20}監督|法令を(?:遵)?守")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads paragraphs of one page. ``own`` are the operator's own names: they receive nothing."""

    names: Names
    own: tuple[str, ...] = ()

    def paragraph(self, text: str, heading: str = "", *, number: int = 0) -> Said:
        """What a paragraph after NFKC says under its heading."""
        said = Said()
        out = _OUT_HEADING.search(heading) is not None
        first = self.names.mentions(text, own=self.own)
        outward = out or _OUT.search(text) is not None or bool(first)
        current: Sent | None = None
        for sentence in w.sentences(text):
            said.sentences += 1
            current = self._sentence(sentence, heading, outward, out, number, said, current)
        self.about(text, heading, said)
        return said

    def _sentence(
        self, sentence: str, heading: str, outward: bool, out: bool, number: int, said: Said, current: Sent | None
    ) -> Sent | None:
        if w.is_defining(sentence) or _NO_SENDING.search(sentence) is not None:
            return current
        if _changes(sentence, heading):
            said.kinds.add(Tells.CHANGES)
            return current
        mentions = list(self.names.mentions(sentence, own=self.own))
        if w.is_control(sentence) and not _tells_sending(sentence):
            said.kinds.add(Tells.INVOLVEMENT)
            if mentions:
                said.mentions += mentions
                said.kinds |= {Tells.RECIPIENT, Tells.EXTERNAL}
            return current
        if _is_contact(sentence, heading) and not mentions:
            return current
        for clause in w.clauses(sentence):
            current = self._clause(clause, sentence, heading, outward, out, number, said, current)
        return current

    def _clause(
        self, clause: str, sentence: str, heading: str, outward: bool, out: bool, number: int, said: Said,
        current: Sent | None,
    ) -> Sent | None:  # fmt: skip
        mentions = self.names.mentions(clause, own=self.own)
        bare = masked(clause, mentions)
        information, left = information_in(bare)
        within = _DEVICE_ONLY.search(sentence) is not None and w.is_negated(sentence)
        if within and not w.is_negated(clause):
            said.denied |= set(information)
            said.purposes |= set(self._purposes(left, heading))
            said.kinds |= {Tells.ITEMS, Tells.PURPOSES} if said.purposes else {Tells.ITEMS}
            return current
        if w.is_negated(clause):
            information = information_in(_ON_BASIS.sub("", bare))[0]
            self._denied(clause, sentence, information, mentions, out, number, said)
            return current
        purposes = self._purposes(left, heading)
        follows = current is not None and bool(current.mentions)
        worded = _SENDING.search(clause) is not None or _OUT.search(sentence) is not None
        sends = outward and (bool(mentions) or follows or worded or out)
        open_ = _open(left)
        said.vague |= open_
        if not sends:
            said.information |= set(information)
            said.purposes |= set(purposes)
            if information:
                said.kinds.add(Tells.ITEMS)
            if purposes:
                said.kinds.add(Tells.PURPOSES)
            return current
        said.kinds.add(Tells.EXTERNAL)
        said.information |= set(information)
        said.purposes |= set(purposes)
        said.mentions += mentions
        told = ((Tells.INFORMATION, information), (Tells.RECIPIENT, mentions), (Tells.PURPOSE, purposes))
        said.kinds |= {kind for kind, there in told if there}
        return _into(current, clause, list(mentions), set(information), purposes, left, number, said)

    def _purposes(self, left: str, heading: str) -> tuple[str, ...]:
        regions = [next(group for group in match.groups() if group) for match in _FOR.finditer(left)]
        regions += [match.group(1) for match in _USES.finditer(left)]
        regions += [match.group(1) for pattern in (_AIM, _DOES) for match in pattern.finditer(left)]
        if _PURPOSE_HEADING.search(heading) is not None:
            regions.append(left)
        return purposes_in(" ".join(regions), tuple(regions)) if regions else ()

    def _denied(
        self, clause: str, sentence: str, information: tuple[str, ...], mentions: tuple[Mention, ...], out: bool,
        number: int, said: Said,
    ) -> None:  # fmt: skip
        said.negated = True
        said.denied |= set(information)
        outward = out or _OUT.search(clause) is not None or _GIVING.search(clause) is not None or bool(mentions)
        said.kinds.add(Tells.EXTERNAL if outward else Tells.ITEMS)
        if _DEVICE_ONLY.search(sentence) is not None:
            said.kinds |= {Tells.ITEMS, Tells.EXTERNAL}
        always = (
            not w.is_conditional(sentence)
            and _GIVING.search(clause) is None
            and _NOT_OURS.search(clause) is None
            and _COLLECTING.search(clause) is not None
        )
        anything = not information and _ANYTHING.search(clause) is not None and _SENDING.search(clause) is not None
        said.not_sent.append(NotSent(number=number, words=clause[:WORDS_MOST], information=frozenset(information),
                                     mentions=mentions, anything=anything, always=always))  # fmt: skip

    def about(self, text: str, heading: str, said: Said) -> None:
        """Provider, contact, changes, consent: what doesn't stand in one sentence only."""
        outward = Tells.EXTERNAL in said.kinds
        method = _METHOD.search(text) is not None or _METHOD_HEADING.search(heading) is not None
        if method and Tells.ITEMS in said.kinds and not outward:
            said.kinds.add(Tells.METHOD)
        involving = w.is_involving(text) or _PERMISSION_HEADING.search(heading) is not None
        if involving and not (said.negated and outward):
            said.kinds.add(Tells.INVOLVEMENT)
        ours = any(name in text for name in self.own)
        contact = _is_contact(text, heading)
        if contact:
            said.kinds.add(Tells.CONTACT)
        provider = _PROVIDER.search(text) is not None
        if (provider and not outward) or (ours and (provider or contact or _PROVIDER_HEADING.search(heading))):
            said.kinds.add(Tells.PROVIDER)


def _more_told(left: str) -> bool:
    """Whether what is sent is told in more words than were understood."""
    for match in _WHAT.finditer(left):
        parts = (each.strip() for each in _AND.split(match.group(1)) if GONE not in each and "※" not in each)
        if any(len(each) > 1 and _NO_THING.search(each) is None for each in parts):
            return True
    return False


def masked(text: str, mentions: tuple[Mention, ...] | list[Mention]) -> str:
    """The text without the names in it."""
    for each in reversed(mentions):
        text = f"{text[: each.start]}※{text[each.end :]}"
    return text


def _tells_sending(sentence: str) -> bool:
    return _TOLD_SENDING.search(sentence) is not None


def _changes(sentence: str, heading: str) -> bool:
    about = _CHANGES_HEADING.search(heading) is not None or _OF_POLICY.search(sentence) is not None
    return about and _CHANGES.search(sentence) is not None


def _is_contact(text: str, heading: str) -> bool:
    if _CONTACT_ABOUT.search(text) is not None:
        return True
    return _CONTACT_HEADING.search(heading) is not None and _CONTACT.search(text) is not None


def _open(left: str) -> bool:
    """Whether a statement leaves open who, what or what for; 「…などの（kind）」 gives only an example of a kind."""
    bare = re.sub(rf"(?:など|等)の{GONE}", "", left)
    return bool(w.vague_words(bare))


def _into(
    current: Sent | None, clause: str, mentions: list[Mention], information: set[str], purposes: tuple[str, ...],
    left: str, number: int, said: Said,
) -> Sent | None:  # fmt: skip
    """Adds a clause to the statement it belongs to: the one before, unless it names somebody new."""
    known = {each.words for each in current.mentions} if current is not None else set()
    new = [each for each in mentions if each.words not in known]
    if current is None or (new and current.mentions and (current.information or current.purposes)):
        current = Sent(number=number, words=clause[:WORDS_MOST])
        said.sent.append(current)
    current.mentions += new
    current.information |= information
    vague = w.vague_recipients(left)
    current.vague |= bool(vague)
    current.sends |= _SENDING.search(clause) is not None
    current.open |= w.vague_open(re.sub(rf"(?:など|等)の{GONE}", "", left)) or _more_told(left)
    if purposes or w.vague_purpose(left) or any(each.search(left) for each in (_FOR, _USES, _AIM)):
        whose = Whose.RECIPIENT if _ITS.search(clause) else Whose.SENDER if _OURS.search(clause) else Whose.UNSAID
        into = current.purposes.setdefault(whose, Purposes())
        into.slugs |= set(purposes)
        into.said = True
    return current
