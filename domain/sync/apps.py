from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class SyncConfig(AppConfig):
    name = "domain.sync"
    label = "sync"
    verbose_name = "Sync"

    def ready(self) -> None:
        """Have the triggers made anew after migrations, whichever table those alter."""
        pre_migrate.connect(stand_aside, sender=self)
        post_migrate.connect(renew, sender=self)


def stand_aside(*, using: str, **_: Any) -> None:
    """Before migrations."""
    # The triggers speak of models, which are not loaded when this module is.
    from domain.sync import triggers

    triggers.stand_aside(using)


def renew(*, using: str, plan: Any = None, **_: Any) -> None:
    """After migrations; ``flush``, which has no plan, sends the signal too."""
    from domain.sync import triggers

    if plan is not None:
        triggers.renew(using)
