from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0005_job_found_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='handovers',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='How often it was handed to them again since it began to wait, up to five.'),
        ),
    ]
