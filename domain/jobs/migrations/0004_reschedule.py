from django.db import migrations, models


class Migration(migrations.Migration):

    while_serving = (
        "the database refuses no kind, and what the version before writes stays allowed; but its "
        "workers end a job of the new kind as FAILED (retryJob), and its web processes cannot show "
        "the kind: restart workers first, then web"
    )

    dependencies = [
        ('jobs', '0003_preview'),
    ]

    operations = [
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(choices=[('IMPORT', 'Imports a file'), ('PREVIEW', 'Tells what importing a file would do'), ('REVERT', 'Takes an import back'), ('EXPORT', 'Writes an export'), ('RESCHEDULE', 'Plans all reviews anew, as new settings have it')], help_text='What it does.', max_length=10),
        ),
    ]
