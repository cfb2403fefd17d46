from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "domain.lists"
    label = "lists"
    verbose_name = "Study lists"
