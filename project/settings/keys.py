"""The keys that sign access tokens."""

from project.settings.environment import Environment, refuse
from schema import keys

SINGLE_FORM = f"a secret of at least {keys.SHORTEST_SECRET} characters, or an Ed25519 key"
FORM = f"id:key pairs, separated by commas, each key {SINGLE_FORM}"


def signing_keys(env: Environment) -> dict[str, str]:
    """Read JWT_SECRET_KEYS, ``2026-11:secret,2026-08:secret``, and JWT_SECRET_KEY.

    Returns:
        Keys by key id; JWT_SECRET_KEY's is "default". The first signs, all of them verify.
    """
    ring: dict[str, str] = {}
    for position, pair in enumerate(_pairs(env), start=1):
        key_id, _, value = (part.strip() for part in pair.partition(":"))
        if not key_id or key_id in ring:
            refuse("JWT_SECRET_KEYS", FORM, f"no id of its own in pair {position}")
        _check("JWT_SECRET_KEYS", FORM, value, where=f" in pair {position}", signs=not ring)
        ring[key_id] = value
    if single := env.text("JWT_SECRET_KEY", expected=SINGLE_FORM):
        _check("JWT_SECRET_KEY", SINGLE_FORM, single, signs=not ring)
        ring.setdefault("default", single)
    return ring


def _check(name: str, form: str, value: str, *, where: str = "", signs: bool) -> None:
    try:
        key = keys.read(value)
    except ValueError as unusable:
        refuse(name, form, f"{unusable}{where}")
    if signs and key.signing is None:
        refuse(name, f"{form}, the first one private", f"a public key{where}")


def _pairs(env: Environment) -> list[str]:
    return [pair for pair in env.text("JWT_SECRET_KEYS", expected=FORM).split(",") if pair.strip()]
