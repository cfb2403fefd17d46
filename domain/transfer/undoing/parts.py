"""Takes away what an import added to questions that the person had."""

from typing import Any

from domain.practice.models import ReviewBaseline
from domain.questions.models import Question, QuestionTag
from domain.transfer.journal import WATCHED, watched_columns
from domain.transfer.storing.batches import in_batches
from domain.transfer.undoing.undo import Undo


def remove(undo: Undo) -> None:
    """Take off the tags and baselines that are as the import left them.

    A question that the import made and that is kept, keeps them.
    """
    for model in (QuestionTag, ReviewBaseline):
        _remove(model, undo)


def _remove(model: Any, undo: Undo) -> None:
    expected, made = undo.created(model), undo.created(Question)
    for batch in in_batches(sorted(expected)):
        rows = model.objects.filter(pk__in=batch).values_list("pk", "question_id", *WATCHED[model])
        gone = [
            pk
            for pk, question, *values in rows
            if question not in made and watched_columns(model, values) == expected[pk]
        ]
        model.objects.filter(pk__in=gone).delete()
        undo.progress.advance(len(batch))
