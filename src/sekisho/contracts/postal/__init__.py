"""Postal legs: what was sent, what became of it, and the decision that waits for it (規則3条1項1号ロ・ニ〜ヘ, 8条2項).

A decision that is accepted on completion names no verified person yet. What is sent gets a tracking number here; when
the post tells that it was delivered or came back, the same application is decided again with that event among its
evidence. The new decision names the first, and its legal act's day is the day of delivery.

    leg.py       postings and delivery events, read strictly; the evidence that follows from them   (pure)
    tables.py    postings, events, and which decision completes which
    service.py   adding an event, finishing one that was interrupted, what is still on its way
"""
