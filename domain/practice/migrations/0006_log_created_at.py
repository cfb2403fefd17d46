import domain.base.models
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('practice', '0005_log_import_batch'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='questionlog',
            index=domain.base.models.BlockRangeIndex(autosummarize=True, fields=['created_at'], name='questionlog_created_at', opclasses=['timestamptz_minmax_multi_ops']),
        ),
    ]
