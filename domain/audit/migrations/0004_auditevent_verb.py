from domain.base.migrating import AddIndexWhileServing
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('audit', '0003_lock_events'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='auditevent',
            index=models.Index(fields=['verb'], name='auditevent_verb'),
        ),
    ]
