import domain.base.querysets
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('lists', '0003_studylist_found_by'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='studylist',
            index=models.Index(models.F('owner'), domain.base.querysets.ByCodePoint('name_key'), models.F('uid'), name='studylist_by_name'),
        ),
    ]
