from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('questions', '0006_tag_found_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='question',
            name='title_key',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=1020),
        ),
    ]
