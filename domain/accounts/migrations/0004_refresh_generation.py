from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_two_factor"),
    ]

    operations = [
        migrations.AddField(
            model_name="authsession",
            name="generation",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="The latest generation of which a refresh token was used.",
            ),
        ),
        migrations.AddField(
            model_name="refreshlink",
            name="generation",
            field=models.PositiveIntegerField(
                default=0, help_text="How many exchanges it is away from the sign-in."
            ),
        ),
    ]
