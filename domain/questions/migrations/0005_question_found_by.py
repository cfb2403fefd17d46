import domain.base.models
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('questions', '0004_search_words_of_titles'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='question',
            index=domain.base.models.UidIndex(autosummarize=True, fields=['uid'], name='question_found_by', opclasses=['uuid_bloom_ops(n_distinct_per_range=4096)']),
        ),
    ]
