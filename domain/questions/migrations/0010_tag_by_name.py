import domain.base.querysets
from domain.base.migrating import AddIndexWhileServing
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('questions', '0009_question_by_title'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='tag',
            index=models.Index(models.F('owner'), domain.base.querysets.ByCodePoint('name_key'), models.F('uid'), name='tag_by_name'),
        ),
    ]
