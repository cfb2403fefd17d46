import domain.base.models
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0006_api_tokens'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='apitoken',
            index=domain.base.models.UidIndex(autosummarize=True, fields=['uid'], name='apitoken_found_by', opclasses=['uuid_bloom_ops(n_distinct_per_range=4096)']),
        ),
    ]
