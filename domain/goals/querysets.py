"""Which goals, and what they cover."""

from typing import TYPE_CHECKING, Any

from domain.base.querysets import OwnedQuerySet

if TYPE_CHECKING:
    from domain.goals.models import Goal


class GoalQuerySet(OwnedQuerySet["Goal"]):
    """Goals. Those that were read together know each other."""

    def _fetch_all(self) -> None:
        """Note on each goal with which others it was read.

        What is computed for one of them can then be computed for all, in as many statements.
        """
        is_read = self._result_cache is not None
        super()._fetch_all()
        rows: list[Any] = self._result_cache or []
        if not is_read and rows and isinstance(rows[0], self.model):
            for goal in rows:
                goal.read_with = rows


class GoalLinkQuerySet(OwnedQuerySet[Any]):
    """Lists and tags of goals."""

    def live(self) -> Any:
        """Links of goals that are not in the trash."""
        return self.filter(goal__deleted_at=None)
