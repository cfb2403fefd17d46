import domain.base.querysets
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('questions', '0010_tag_by_name'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='tag',
            options={'base_manager_name': 'objects', 'ordering': [domain.base.querysets.ByCodePoint('name_key'), 'uid']},
        ),
    ]
