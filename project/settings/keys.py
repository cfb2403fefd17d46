"""The secrets that sign access tokens."""

from project.settings.environment import Environment, refuse

SIGNING_KEY_LENGTH = 32
FORM = f"id:secret pairs, separated by commas, each secret of at least {SIGNING_KEY_LENGTH} characters"


def signing_keys(env: Environment) -> dict[str, str]:
    """Read JWT_SECRET_KEYS, ``2026-11:secret,2026-08:secret``, and JWT_SECRET_KEY.

    Returns:
        Secrets by key id. The first one signs, all of them verify; JWT_SECRET_KEY's id is "default".
    """
    keys: dict[str, str] = {}
    for position, pair in enumerate(_pairs(env), start=1):
        key_id, _, secret = (part.strip() for part in pair.partition(":"))
        if not key_id or key_id in keys:
            refuse("JWT_SECRET_KEYS", FORM, f"no id of its own in pair {position}")
        if len(secret) < SIGNING_KEY_LENGTH:
            refuse("JWT_SECRET_KEYS", FORM, f"{len(secret)} characters in pair {position}")
        keys[key_id] = secret
    if single := env.secret("JWT_SECRET_KEY", minimum=SIGNING_KEY_LENGTH):
        keys.setdefault("default", single)
    return keys


def _pairs(env: Environment) -> list[str]:
    return [pair for pair in env.text("JWT_SECRET_KEYS", expected=FORM).split(",") if pair.strip()]
