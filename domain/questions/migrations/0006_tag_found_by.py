import domain.base.models
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('questions', '0005_question_found_by'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='tag',
            index=domain.base.models.UidIndex(autosummarize=True, fields=['uid'], name='tag_found_by', opclasses=['uuid_bloom_ops(n_distinct_per_range=4096)']),
        ),
    ]
