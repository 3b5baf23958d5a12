"""Errors of the checks: what a caller gave that can't be meant.

::

    InputRefused
    ├── UnknownQuestion      an answer to a question that nobody asks
    ├── AnswerRefused        an answer that isn't one of the choices, or evidence that isn't a SHA-256
    └── UnknownObservation   a fact by a name that isn't in the vocabulary
"""

from __future__ import annotations

from sekisho.errors import InputRefused


class UnknownQuestion(InputRefused):
    """No question has this id."""

    reason = "unknown_question"
    ja = "質問「{question}」はありません。質問票の一覧にある名前で答えてください。"
    en = "There is no question '{question}'. Answer under a name of the questionnaire."


class AnswerRefused(InputRefused):
    """The answer can't be taken."""

    reason = "answer_refused"
    ja = "質問「{question}」への答えを受け取れません（{problem}）。直してからもう一度出してください。"
    en = "The answer to '{question}' can't be taken ({problem}). Correct it and hand it in again."


class UnknownObservation(InputRefused):
    """No plain fact has this name."""

    reason = "unknown_observation"
    ja = "「{name}」という事実はありません。docs/apps/law.md の一覧にある名前を使ってください。"
    en = "There is no fact '{name}'. Use a name of the list in docs/apps/law.md."
