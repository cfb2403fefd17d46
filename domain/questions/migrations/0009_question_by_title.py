import domain.base.querysets
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('questions', '0008_fold_titles'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='question',
            index=models.Index(models.F('owner'), domain.base.querysets.ByCodePoint('title_key'), models.F('uid'), name='question_by_title'),
        ),
    ]
