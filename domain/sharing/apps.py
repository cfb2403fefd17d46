from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "domain.sharing"
    label = "sharing"
    verbose_name = "Shared pictures"
