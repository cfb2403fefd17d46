from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practice", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="questionlog", name="questionlog_external_id"),
        migrations.AddConstraint(
            model_name="questionlog",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None), ("external_id__isnull", False)),
                fields=("owner", "platform", "external_id", "question"),
                name="questionlog_external_id",
                violation_error_code="external_id_taken",
                violation_error_message="You already have this submission of this platform.",
            ),
        ),
    ]
