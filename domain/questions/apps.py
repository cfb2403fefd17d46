from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "domain.questions"
    label = "questions"
    verbose_name = "Questions"
