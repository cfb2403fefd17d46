"""The admin's pages about practising."""

from domain.practice.admin import logs, reviews, sessions, settings

__all__ = ["logs", "reviews", "sessions", "settings"]
