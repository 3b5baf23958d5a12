"""Who receives: services that apps and sites send to, and by which marks they are known.

A row says what its vendor says. What an operator has confirmed stands in the operator's own files, never here. A host
that no row knows stays unknown: it is named by its registrable domain, and nothing is guessed about it.
"""

from sekisho.apps.recipients.knowledge import KnowledgeBase, shipped
from sekisho.apps.recipients.match import Found, Matcher, NotKnown
from sekisho.apps.recipients.recipient import Company, Confidence, Former, MarkKind, Origin, Recipient, Told

__all__ = [
    "Company",
    "Confidence",
    "Former",
    "Found",
    "KnowledgeBase",
    "MarkKind",
    "Matcher",
    "NotKnown",
    "Origin",
    "Recipient",
    "Told",
    "shipped",
]
