import domain.base.models
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('lists', '0002_trash'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='studylist',
            index=domain.base.models.UidIndex(autosummarize=True, fields=['uid'], name='studylist_found_by', opclasses=['uuid_bloom_ops(n_distinct_per_range=4096)']),
        ),
    ]
