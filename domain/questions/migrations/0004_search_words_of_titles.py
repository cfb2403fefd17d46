from django.db import migrations

from domain.base.text import index_of


def index_anew(apps, schema_editor):
    questions = apps.get_model("questions", "Question").objects
    # Those without notes have the words of their titles alone, as before.
    noted = questions.exclude(notes="").only("title", "notes")
    for question in noted.iterator(chunk_size=500):
        words = index_of(question.title, question.notes)
        questions.filter(pk=question.pk).update(search_words=words)


class Migration(migrations.Migration):
    while_serving = "it goes on finding the same, and only its own changes lack the mark until saved"
    dependencies = [("questions", "0003_trash")]
    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
