"""How a person's practice is going: aggregates over their attempts, computed by the database."""

from domain.practice.statistics.attempts import Attempts
from domain.practice.statistics.daily import HeatmapDay, heatmap
from domain.practice.statistics.report import Report
from domain.practice.statistics.retention import RetentionAtAge, retention_by_age
from domain.practice.statistics.tags import TagScore, TagScores

__all__ = [
    "Attempts",
    "HeatmapDay",
    "Report",
    "RetentionAtAge",
    "TagScore",
    "TagScores",
    "heatmap",
    "retention_by_age",
]
