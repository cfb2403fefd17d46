"""Puts back what an import changed, column by column, where it still is as the import left it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from domain.archive.canonical import plain
from domain.base.updating import update_each
from domain.base.writing import stamp
from domain.practice.models import ReviewState
from domain.questions.models import Question
from domain.transfer.journal import STAMPS
from domain.transfer.storing.batches import in_batches
from domain.transfer.undoing.undo import Changed, Undo


def restore_columns(model: Any, undo: Undo) -> None:
    """Put back the columns of a table.

    A row that nobody touched since has its version and its stamps again; another one is stamped.
    """
    changed, made = undo.changed(model), undo.created(Question)
    for batch in in_batches(sorted(changed)):
        rows = list(model.objects.filter(pk__in=batch))
        if model is ReviewState:
            # A question that the import made and that is kept, stays suspended.
            rows = [row for row in rows if row.question_id not in made]
        restore_rows(rows, changed, undo)
        undo.progress.advance(len(batch))


def restore_rows(rows: Iterable[Any], changed: dict[int, Changed], undo: Undo) -> None:
    """Put back the columns of some rows of one table."""
    by_columns: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for row in rows:
        names = _restore(row, changed[row.pk], undo)
        if names:
            by_columns[tuple(sorted(names))].append(row)
    for columns, restored in by_columns.items():
        update_each(restored, columns)
        undo.restored += len(restored)


def _restore(row: Any, change: Changed, undo: Undo) -> set[str]:
    """Set what is to be as it was; give the names of the fields."""
    before, after = change
    is_untouched = all(plain(getattr(row, name)) == after[name] for name in STAMPS if name in after)
    names = {name for name in before if plain(getattr(row, name)) == after[name]}
    names -= set() if is_untouched else set(STAMPS)
    for name in names:
        setattr(row, name, row._meta.get_field(name).to_python(before[name]))
    if names and not is_untouched:
        names |= set(stamp(row, actor=undo.actor, at=undo.at))
    if "notes" in names:
        row.index_words()
        names.add("search_words")
    return {row._meta.get_field(name).name for name in names}
