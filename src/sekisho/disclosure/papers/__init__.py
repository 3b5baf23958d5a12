"""Papers of the disclosure desk: what is sent, signed and filled in, as HTML and PDF.

::

    case ──Frame.of──▶ frame ┐
    what was found, decided ─┴─▶ one frozen dataclass per paper ──template──▶ HTML ──▶ PDF
                                 (raises where the paper mustn't exist)

    kinds.py      which papers there are, for whom, for which requests         pure
    frame.py      who sends to whom, number, day; the secrecy check            pure
    shown.py      identifiers, times and answers in words                      pure
    era.py        Japanese eras                                                pure
    answers.py    回答書・弁護士会照会回答書・照会への質問書・手数料見積書・他の提供者の名称等の通知書
    keeping.py    保全通知書・保全期間延長通知書
    sender.py     意見照会書・回答用紙・発信者への開示通知書
    decisions.py  開示決定通知書・不開示決定通知書
    handing.py    提供書・送付書・目録・受領書
    from_desk.py  papers from what the intake, the hearing and the delivery prepared
    forms.py      empty forms for what arrives on paper
    template.py   the HTML templates, the packaged ones or an operator's
    pdf.py        HTML to PDF, without network, the same bytes each time
    printing.py   a paper to both

What this package does not do: it decides nothing, asks no gate and sends nothing. Whoever makes a paper has decided;
here only what could never be right is refused (:mod:`sekisho.disclosure.papers.errors`).
"""
