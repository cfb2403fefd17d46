"""What is over goes: accounts whose time has come, and sessions that nobody can use any more."""

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from domain.accounts import erasing
from domain.accounts.models import AuthSession, Role, TwoFactorChallenge, User
from domain.audit import services as audit
from domain.base import timeouts

# A token that comes back within this time still tells that somebody took it.
KEPT = timedelta(days=30)
PEOPLE_AT_ONCE = 50
ROWS_AT_ONCE = 1000


def erase_due_accounts(*, at: datetime) -> int:
    """Erase the accounts whose deletion is due, for good; give their number."""
    erased = 0
    while batch := _erase_some(at):
        erased += batch
    return erased


def purge_sessions(*, at: datetime) -> int:
    """Forget sessions that ended ``KEPT`` ago or longer, with their tokens; give their number."""
    before = at - KEPT
    over = AuthSession.objects.filter(Q(expires_at__lte=before) | Q(revoked_at__lte=before))
    purged = 0
    while batch := list(over.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        with transaction.atomic():
            _refresh_tokens().filter(link__session__in=batch).delete()
            AuthSession.objects.filter(pk__in=batch).delete()
        purged += len(batch)
    return purged


def purge_refresh_tokens(*, at: datetime) -> int:
    """Forget the tokens that were exchanged ``KEPT`` ago or longer; give their number.

    Their sessions may be open: by now they have other tokens.
    """
    return _purge(_refresh_tokens().filter(revoked__lte=at - KEPT))


def purge_challenges(*, at: datetime) -> int:
    """Forget sign-ins whose code never came; give their number."""
    return _purge(TwoFactorChallenge.objects.filter(expires_at__lte=at))


@transaction.atomic
def _erase_some(at: datetime) -> int:
    # One who is made an administrator on the admin site stays: there must always be one.
    due = User.objects.filter(deletion_scheduled_for__lte=at).exclude(role=Role.ADMIN)
    # Who is just cancelling it is left alone.
    held = due.order_by("pk").select_for_update(skip_locked=True)
    people = list(held.values_list("pk", flat=True)[:PEOPLE_AT_ONCE])
    if people:
        # Who changed a row is found by reading whole tables.
        timeouts.lift()
        erasing.erase(people)
    for _ in people:
        audit.record(verb="account.erased", at=at, actor=None)
    return len(people)


def _purge(rows: "models.QuerySet[Any]") -> int:
    purged = 0
    while batch := list(rows.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        rows.model._default_manager.filter(pk__in=batch).delete()
        purged += len(batch)
    return purged


def _refresh_tokens() -> Any:
    # By name: the domain may not import gqlauth, whose table this is.
    return apps.get_model(settings.REFRESH_TOKEN_MODEL).objects
