"""What the disclosure desk tells about itself: to the public, to an inspector, to the person concerned, of a leak.

::

    counting.py           counts that single nobody out                                        pure
    halves.py             half-years                                                           pure
    transparency.py       the half-yearly report: what is counted, as JSON and CSV             pure
    transparency_page.py  the same as HTML                                                     pure
    published.py          counted from the workspace, published once for each half-year
    case_file.py          what an inspection file says of a case
    inspection.py         the inspection file: made by an auditor alone, on record
    proofs.py             leaves with what opens them, for the verifier that travels along
    data_subject.py       what a person is told of what was given to others                    pure
    personal_answer.py    the same, asked of the workspace
    leak_paper.py         the leak report as HTML and PDF                                      pure but for fonts
    errors.py             one class per reason

Leaks themselves are :mod:`sekisho.disclosure.leaks`'s.
"""
