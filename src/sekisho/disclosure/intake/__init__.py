"""From what somebody sent to a case: forms, files and papers are read, looked over, and asked back about.

::

    json_form · csv_batch · standard_form · papers ──read──▶ Draft ──validation.check──▶ Checked
                                                                     findings, and the case to enter
    Checked ──question_letter──▶ what goes back        items ──fees.quote──▶ what it costs

A reader takes nothing for granted: what it can't read becomes a finding, a time without a zone above all. Nothing here
says that a paper is genuine or a ground good: that is the review's and the gate's.
"""
