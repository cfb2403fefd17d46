"""Takes the questions of an import off the study list that they were put on."""

from domain.base.errors import NotFound
from domain.base.writing import hold
from domain.lists import placing
from domain.lists.models import StudyList, StudyListItem
from domain.transfer.undoing.columns import restore_rows
from domain.transfer.undoing.undo import Undo


def take_off(undo: Undo) -> None:
    """Take them off; a list that nobody touched since is as it was, with all positions."""
    added = undo.created_ids(StudyListItem)
    for pk, change in undo.changed(StudyList).items():
        try:
            study_list = hold(StudyList(pk=pk))
        except NotFound:
            # It is in the trash, and stays as it is there.
            continue
        is_untouched = study_list.version == change.after["version"]
        items = placing.held_items(study_list)
        StudyListItem.objects.filter(study_list=study_list, pk__in=added).delete()
        left = [item for item in items if item.pk not in added]
        if is_untouched:
            moved = undo.changed(StudyListItem)
            restore_rows([item for item in left if item.pk in moved], moved, undo)
            restore_rows([study_list], undo.changed(StudyList), undo)
        else:
            placing.number(left)
            placing.changed(study_list, undo.actor, undo.at)
    undo.progress.advance(len(added))
