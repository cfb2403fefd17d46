from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "domain.idempotency"
    label = "idempotency"
    verbose_name = "Idempotency"
