from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "domain.practice"
    label = "practice"
    verbose_name = "Practice"
