from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "domain.goals"
    label = "goals"
    verbose_name = "Goals"
