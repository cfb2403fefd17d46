"""The chance that a question is recalled at a moment: FSRS's forgetting curve, also as SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import fsrs
from django.db.models import F, FloatField, Value
from django.db.models.functions import Cast, Greatest, Power

from domain.accounts.models import UserSettings
from domain.base.moments import MICROSECONDS_A_DAY, Microseconds, microseconds, whole

_DECAY = 20  # its place among the parameters
_AT_STABILITY = 0.9  # stability is the time until the chance has fallen to this


@dataclass(frozen=True)
class Curve:
    """``(1 + factor · days / stability) ** decay``, the chance of recall after so many days."""

    decay: float
    factor: float

    @classmethod
    def of(cls, settings: UserSettings) -> "Curve":
        """The curve that a person's parameters describe."""
        return cls.from_parameters(settings.fsrs_parameters)

    @classmethod
    def from_parameters(cls, parameters: Sequence[float] | None) -> "Curve":
        """The same for 21 numbers, or for FSRS's own."""
        decay = -(parameters or fsrs.scheduler.DEFAULT_PARAMETERS)[_DECAY]
        return cls(decay, _AT_STABILITY ** (1 / decay) - 1)

    def recall(self, *, stability: float, days: int) -> float:
        """The chance after whole days, 0 to 1."""
        return float((1 + self.factor * max(0, days) / stability) ** self.decay)

    def days_until(self, chance: float, *, stability: float) -> float:
        """After how many days the chance has fallen to this."""
        return float(stability / self.factor * (chance ** (1 / self.decay) - 1))

    def recall_at(self, at: datetime, *, path: str = "") -> Any:
        """The chance at a moment, as an expression over rows; null where nothing is remembered.

        Args:
            path: leads to the review state, such as ``review__``; rows themselves when empty.
        """
        ratio = days_since(f"{path}last_review_at", at) * Value(self.factor) / F(f"{path}stability")
        return Power(Value(1.0) + ratio, Value(self.decay), output_field=FloatField())


def days_since(column: str, at: datetime) -> Any:
    """Whole days from a column's moment to another, none before it, as an expression."""
    passed = whole(microseconds(at)) - Microseconds(F(column))
    return Cast(Greatest(Value(0), passed) / whole(MICROSECONDS_A_DAY), FloatField())
