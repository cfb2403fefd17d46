from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "domain.transfer"
    label = "transfer"
    verbose_name = "Transfer"
