"""Attempts, what follows from them for reviewing, and sittings at which they are made."""

from domain.practice.models.logs import (
    MAX_CODE_BYTES,
    Help,
    Mistake,
    QuestionLog,
    Rating,
)
from domain.practice.models.reviews import ReviewBaseline, ReviewStage, ReviewState
from domain.practice.models.sessions import PracticePause, PracticeSession, PracticeSessionItem

__all__ = [
    "MAX_CODE_BYTES",
    "Help",
    "Mistake",
    "PracticePause",
    "PracticeSession",
    "PracticeSessionItem",
    "QuestionLog",
    "Rating",
    "ReviewBaseline",
    "ReviewStage",
    "ReviewState",
]
