import domain.base.models
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='job',
            index=domain.base.models.BlockRangeIndex(autosummarize=True, fields=['finished_at'], name='job_finished_at', opclasses=['timestamptz_minmax_multi_ops']),
        ),
    ]
