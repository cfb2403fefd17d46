from django.conf import settings
from django.db import migrations, models

from domain.audit import guard


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["actor", "-at", "-uid"], name="auditevent_actor_at"),
        ),
        migrations.RunPython(guard.install, guard.remove),
    ]
