from django.db import migrations, models

from domain.base.text import folded


def fold_names(apps, schema_editor):
    tags = apps.get_model("questions", "Tag").objects
    for tag in tags.only("name").iterator():
        tags.filter(pk=tag.pk).update(name_key=folded(tag.name))


class Migration(migrations.Migration):
    dependencies = [("questions", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="tag",
            name="name_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=200),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="tag", name="tag_name"),
        migrations.RunPython(fold_names, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("owner", "kind", "name_key"),
                name="tag_name",
                violation_error_code="name_taken",
                violation_error_message="You already have a tag of this kind with this name.",
            ),
        ),
    ]
