from django.db import migrations, transaction

from domain.base.text import index_of

ROWS_A_TRANSACTION = 500


def index_anew(apps, schema_editor):
    questions = apps.get_model("questions", "Question").objects
    # Those without notes have the words of their titles alone, as before.
    noted = questions.exclude(notes="").order_by("pk").only("title", "notes", "search_words")
    after = 0
    while after is not None:
        after = index_batch(noted.filter(pk__gt=after))


@transaction.atomic
def index_batch(noted):
    """Index some of them, which nobody can change meanwhile; give the last one's key, or None."""
    held = list(noted.select_for_update()[:ROWS_A_TRANSACTION])
    for question in held:
        question.search_words = index_of(question.title, question.notes)
    noted.bulk_update(held, ["search_words"])
    return held[-1].pk if held else None


class Migration(migrations.Migration):
    while_serving = "it goes on finding the same, and only its own changes lack the mark until saved"
    # A transaction for each batch: writers wait for one at most, and what they save stays.
    atomic = False
    dependencies = [("questions", "0003_trash")]
    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
