import domain.base.models
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('goals', '0001_initial'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='goal',
            index=domain.base.models.UidIndex(autosummarize=True, fields=['uid'], name='goal_found_by', opclasses=['uuid_bloom_ops(n_distinct_per_range=4096)']),
        ),
    ]
