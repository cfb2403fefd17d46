from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ProjectConfig(AppConfig):
    """Makes the commands, templates and static files of ``project`` known to Django."""

    name = "project"

    def ready(self) -> None:
        # gqlauth's migrations create its captcha table whether or not we use it; without the model
        # `makemigrations` would write a migration that drops it into site-packages.
        import gqlauth.captcha.models  # noqa: F401

        # Tasks belong to this application from now on; without it they would belong to none.
        import project.celery  # noqa: F401
        from project.observability import starting

        starting.start()


class DrillbookAdminConfig(AdminConfig):
    """Django's admin, on a site of our own."""

    default_site = "project.admin_site.DrillbookAdminSite"
