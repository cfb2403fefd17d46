"""Who practises: a name, an address, a time zone, and habits that shape a history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import slugify

from domain.lists.models import BuiltIn
from project.fake_data.chance import generator

DOMAIN = "@drillbook.example"
DEMO_EMAIL = f"demo{DOMAIN}"
ADMIN_EMAIL = f"admin{DOMAIN}"

_FIRST_NAMES = (
    "Aiko", "Amara", "Anja", "Arjun", "Bruno", "Camila", "Chidi", "Daniel", "Elif", "Emma",
    "Farid", "Freya", "Gabriela", "Hana", "Hugo", "Ines", "Ivan", "Jamal", "Jing", "Jonas",
    "Kofi", "Lars", "Leila", "Lucía", "Maja", "Malik", "Mei", "Mateo", "Nadia", "Nikolai",
    "Noor", "Olivia", "Omar", "Priya", "Rafael", "Sanna", "Tomás", "Yara", "Yusuf", "Zoë",
)  # fmt: skip
_LAST_NAMES = (
    "Adeyemi", "Andersson", "Bauer", "Castillo", "Chen", "Costa", "Dubois", "Fischer", "García",
    "Haddad", "Hansen", "Ito", "Ivanova", "Jensen", "Kaya", "Kim", "Kowalska", "Kumar", "Lopes",
    "Mensah", "Moreau", "Müller", "Nakamura", "Nguyen", "Novák", "Okafor", "Patel", "Petrov",
    "Rossi", "Santos", "Sato", "Schmidt", "Silva", "Singh", "Smith", "Tanaka", "Torres", "Virtanen",
    "Walker", "Yilmaz",
)  # fmt: skip
_TIMEZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Madrid", "Europe/Istanbul", "America/New_York",
    "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo", "Asia/Shanghai",
    "Africa/Lagos", "Australia/Sydney", "UTC",
)  # fmt: skip
_LANGUAGES = ("Python", "Python", "Python", "Java", "C++", "JavaScript", "TypeScript", "Go", "C#")


@dataclass(frozen=True)
class Person:
    """Somebody's account and habits.

    ``talent`` shifts the odds of solving; ``growth`` is how far they rise over the history, both in
    log-odds. ``regularity`` is the share of weekdays with practice, ``rates`` the share of attempts
    that they grade. ``pace`` multiplies the time that they need. Who ``clones`` a built-in list
    has all of its questions; others make a list of their own.
    """

    email: str
    display_name: str
    timezone: str
    talent: float = 0.0
    growth: float = 2.6
    regularity: float = 0.6
    rates: float = 0.6
    pace: float = 1.0
    languages: tuple[str, ...] = ("Python",)
    settings: Mapping[str, Any] = field(default_factory=dict)
    clones: BuiltIn | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Their time zone."""
        return ZoneInfo(self.timezone)


DEMO = Person(
    email=DEMO_EMAIL,
    display_name="Demo",
    timezone="Europe/Berlin",
    regularity=0.7,
    languages=("Python", "TypeScript"),
    settings={"daily_goal_minutes": 60},
    clones=BuiltIn.BLIND_75,
)


def email_of(seed: int, number: int) -> str:
    """The address of a seed's n-th person, without making the rest of them."""
    first, last = _name(generator(seed, f"name/{number}"))
    return f"{slugify(first)}.{slugify(last)}.{seed}.{number}{DOMAIN}"


def person(seed: int, number: int) -> Person:
    """The n-th person of a seed; the others make no difference to them."""
    first, last = _name(generator(seed, f"name/{number}"))
    rng = generator(seed, f"person/{number}")
    main = rng.choice(_LANGUAGES)
    return Person(
        email=email_of(seed, number),
        display_name=f"{first} {last}",
        timezone=rng.choice(_TIMEZONES),
        talent=rng.uniform(-0.6, 0.6),
        growth=rng.uniform(2.0, 3.2),
        regularity=rng.uniform(0.3, 0.75),
        rates=rng.choice([0.0, 0.3, 0.7, 1.0]),
        pace=rng.uniform(0.75, 1.35),
        languages=(main, rng.choice(_LANGUAGES)) if rng.random() < 0.3 else (main,),
        settings=_settings(rng),
    )


def _name(rng: Random) -> tuple[str, str]:
    return rng.choice(_FIRST_NAMES), rng.choice(_LAST_NAMES)


def _settings(rng: Random) -> dict[str, Any]:
    return {
        "desired_retention": rng.choice([0.85, 0.9, 0.9, 0.9, 0.92]),
        "maximum_interval_days": rng.choice([180, 365, 365]),
        "new_per_day": rng.choice([2, 3, 5, 5]),
        "daily_goal_minutes": rng.choice([None, 30, 45, 60, 90]),
        "week_start": rng.choice(["MONDAY", "MONDAY", "SUNDAY"]),
    }
