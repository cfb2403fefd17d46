"""Every address the server answers."""

from django.conf import settings
from django.contrib import admin
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView

from project import downloads, health, sharing
from project.explorer.page import icon, with_explorer
from schema.root import schema
from schema.view import ApiView, sdl

api = csrf_exempt(ApiView.as_view(schema=schema, multipart_uploads_enabled=True, graphql_ide=None))

urlpatterns = [
    # The one cookie that is read here needs a header that no other site can send
    # (schema/accounts/browser.py), so there is nothing for another site to abuse.
    path("graphql", with_explorer(api)),
    path("graphql/schema.graphql", sdl),
    path("", RedirectView.as_view(url="/graphql")),
    path("favicon.ico", icon),
    path("admin/", admin.site.urls),
    path("share/<str:token>/picture.svg", sharing.picture, name="shared-picture"),
    path("exports/<str:token>", downloads.download, name="export-download"),
    path("health/live", health.live),
    path("health/ready", health.ready),
]
if settings.METRICS_TOKEN:
    from project.observability.metrics import metrics

    urlpatterns.append(path("metrics", metrics))
