from domain.base.migrating import AddIndexWhileServing
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('audit', '0002_audit_guard'),
    ]

    operations = [
        AddIndexWhileServing(
            model_name='auditevent',
            index=models.Index(condition=models.Q(('verb__in', ['account.locked', 'account.unlocked'])), fields=['at'], name='auditevent_locks'),
        ),
    ]
