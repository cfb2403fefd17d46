"""Which other origins' pages may call the API from a browser (CORS)."""

import re

from project.settings.environment import Environment, refuse

ANY = "*"
FORM = "origins such as https://app.example.com without a path"
# Lower case, as browsers send it: anything else would never be equal.
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")


def allowed_origins(env: Environment) -> tuple[list[str], bool]:
    """Read CORS_ALLOWED_ORIGINS.

    Returns:
        The origins, and whether any origin is allowed (a lone ``*``).
    """
    found = env.items(
        "CORS_ALLOWED_ORIGINS",
        of=f"{FORM}, or *",
        valid=lambda origin: origin == ANY or bool(_ORIGIN.fullmatch(origin)),
    )
    if ANY in found and len(found) > 1:
        refuse("CORS_ALLOWED_ORIGINS", "* alone, or origins", "both")
    return ([], True) if ANY in found else (found, False)


def with_credentials(env: Environment, *, any_origin: bool) -> bool:
    """Read CORS_ALLOW_CREDENTIALS: whether those pages may send the refresh cookie."""
    credentials = env.flag("CORS_ALLOW_CREDENTIALS", default=False)
    if credentials and any_origin:
        refuse("CORS_ALLOW_CREDENTIALS", "false while CORS_ALLOWED_ORIGINS is *", "true")
    return credentials
