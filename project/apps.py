from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Makes the commands, templates and static files of ``project`` known to Django."""

    name = "project"

    def ready(self) -> None:
        # gqlauth's migrations create its captcha table whether or not we use it; without the model
        # `makemigrations` would write a migration that drops it into site-packages.
        import gqlauth.captcha.models  # noqa: F401
