"""The WSGI application that granian, gunicorn and ``runserver`` serve."""

from django.core.wsgi import get_wsgi_application

from project.env_file import choose_settings

choose_settings("project.settings.production")

application = get_wsgi_application()
