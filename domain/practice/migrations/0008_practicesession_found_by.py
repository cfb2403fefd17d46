import domain.base.models
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('practice', '0007_questionlog_found_by'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='practicesession',
            index=domain.base.models.UidIndex(autosummarize=True, fields=['uid'], name='practicesession_found_by', opclasses=['uuid_bloom_ops(n_distinct_per_range=4096)']),
        ),
    ]
