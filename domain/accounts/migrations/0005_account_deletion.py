from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_refresh_generation'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='deletion_scheduled_for',
            field=models.DateTimeField(editable=False, help_text='When the account and all its data will be erased (UTC); null if they will stay.', null=True),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(fields=['-date_joined', '-uid'], name='user_joined'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('deletion_scheduled_for__isnull', False)), fields=['deletion_scheduled_for'], name='user_deletion'),
        ),
    ]
