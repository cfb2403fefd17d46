"""The ASGI application, for servers that speak only that."""

from django.core.asgi import get_asgi_application

from project.env_file import choose_settings

choose_settings("project.settings.production")

application = get_asgi_application()
