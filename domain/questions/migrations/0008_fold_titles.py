from django.db import migrations, transaction

from domain.base.text import folded

ROWS_A_TRANSACTION = 500


def fold_titles(apps, schema_editor):
    unfolded = apps.get_model("questions", "Question").objects.filter(title_key="").order_by("pk")
    after = 0
    while after is not None:
        after = fold_batch(unfolded.only("title", "title_key").filter(pk__gt=after))


@transaction.atomic
def fold_batch(unfolded):
    """Fold some of them, which nobody can change meanwhile; give the last one's key, or None."""
    held = list(unfolded.select_for_update()[:ROWS_A_TRANSACTION])
    for question in held:
        question.title_key = folded(question.title)
    unfolded.model.objects.bulk_update(held, ["title_key"])
    return held[-1].pk if held else None


class Migration(migrations.Migration):
    while_serving = "it never reads the column; what it writes is sorted anew once it is saved"
    # A transaction for each batch: writers wait for one at most, and what they save stays.
    atomic = False
    dependencies = [("questions", "0007_question_title_key")]
    operations = [migrations.RunPython(fold_titles, migrations.RunPython.noop)]
