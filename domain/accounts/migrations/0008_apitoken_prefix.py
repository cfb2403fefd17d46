from domain.base.migrating import AddIndexWhileServing
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0007_apitoken_found_by'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='apitoken',
            index=models.Index(fields=['prefix'], name='apitoken_prefix'),
        ),
    ]
