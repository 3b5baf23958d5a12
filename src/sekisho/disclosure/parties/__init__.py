"""Who may send messages to the disclosure desk: agencies and other providers, each registered with its own key.

``party`` says who they are (pure), ``signing`` how a message is signed (pure), ``register`` keeps them, ``messages``
knows a message again that was sent twice. What a message may do is :mod:`sekisho.disclosure.agency`'s and
:mod:`sekisho.disclosure.chain`'s.
"""
