"""Errors of the papers.

::

    InputRefused
    ├── PaperRefused           a field of a paper can't be accepted; names the field
    │   ├── NotAskedFor        something would be told that the request didn't ask for
    │   └── NothingToTell      something would be told where nobody was found for certain
    ├── WrongPaper             this paper doesn't belong to this type of request
    ├── TemplateRefused        an operator's template can't be used
    │   └── TemplateReachesOut it asks for a file or an address
    └── TemplateDrops          an operator's template leaves out what must stand on the paper
    NotPermitted
    └── SecrecyForbidsPaper    secrecy was asked for or ordered: nobody but the requester may be written to

A machine without Japanese letters is :class:`sekisho.pdf.JapaneseFontMissing`.
"""

from __future__ import annotations

from sekisho.errors import InputRefused, NotPermitted


class PaperRefused(InputRefused):
    """A field of a paper can't be accepted. Fields: ``field``, ``problem``; never the value."""

    reason = "disclosure_paper_refused"
    http_status = 422
    ja = "書面の「{field}」を受け付けられません（{problem}）。直してもう一度作成してください。"
    en = "The paper's '{field}' can't be accepted ({problem}). Correct it and make the paper again."


class NotAskedFor(PaperRefused):
    """Something would be told that the request didn't ask for. Fields: its parent's, ``item``, ``content``."""

    reason = "disclosure_paper_not_asked_for"
    ja = "項目 {item} の「{content}」は請求されていません。請求された項目だけを記載してください。"
    en = "The request's item {item} doesn't ask for '{content}'. Tell only what was asked for."


class NothingToTell(PaperRefused):
    """Something would be told where nobody was found for certain. Fields: ``field``, ``problem``, ``item``."""

    reason = "disclosure_paper_nothing_to_tell"
    ja = "項目 {item} は1人に定まっていません（{problem}）。定まらない結果の内容は、どの書面にも記載できません。"
    en = "Item {item} names nobody for certain ({problem}). What isn't certain stands on no paper."


class WrongPaper(InputRefused):
    """This paper doesn't belong to this type of request. Fields: ``paper``, ``paper_ja``, ``case_ja``, ``case_en``."""

    reason = "disclosure_wrong_paper"
    http_status = 409
    ja = "「{paper_ja}」は「{case_ja}」の案件では作れません。案件の種類に合う書面を選んでください。"
    en = "The paper '{paper}' isn't made for '{case_en}'. Choose one that belongs to this type of request."


class TemplateRefused(InputRefused):
    """An operator's template can't be used. Fields: ``template``, ``problem``."""

    reason = "disclosure_template_refused"
    http_status = 422
    ja = "ひな形「{template}」を使えません（{problem}）。docs/disclosure-papers.md に沿って直してください。"
    en = "The template '{template}' can't be used ({problem}). Correct it as docs/disclosure-papers.md says."


class TemplateReachesOut(TemplateRefused):
    """A template asks for something outside itself: nothing is fetched for a paper. Fields as its parent's."""

    reason = "disclosure_template_reaches_out"
    ja = "ひな形「{template}」が外部のファイルやアドレスを参照しています（{problem}）。参照を取り除いてください。"
    en = "The template '{template}' refers to a file or address outside itself ({problem}). Remove the reference."


class TemplateDrops(InputRefused):
    """An operator's template leaves out what must stand on the paper. Fields: ``template``, ``fields`` (a list)."""

    reason = "disclosure_template_drops"
    http_status = 422
    ja = "ひな形「{template}」に必要な記載がありません（{fields}）。加えてください。"
    en = "The template '{template}' leaves out what must stand there ({fields}). Add it."


class SecrecyForbidsPaper(NotPermitted):
    """Secrecy was asked for or ordered: a paper to anybody but the requester can't be made.

    Fields: ``paper``, ``paper_ja``. For staff who may see the case; it never reaches the subscriber.
    """

    reason = "disclosure_secrecy_forbids_paper"
    http_status = 409
    ja = (
        "漏らさないよう求められ、又は命じられている案件なので「{paper_ja}」は作れません。"
        "秘密を守る求めや命令が終わったと確かめられるまで、契約者や他の提供者には知らせないでください。"
    )
    en = (
        "Secrecy was asked for or ordered in this case, so '{paper}' can't be made. Tell neither a subscriber nor "
        "another provider until it is confirmed that the secrecy has ended."
    )
