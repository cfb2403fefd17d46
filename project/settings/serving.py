"""Where the production server listens."""

import re
from ipaddress import ip_address

from project.settings.environment import Environment, refuse

FORM = "an IP address of this machine, or localhost"


def listening_address(env: Environment) -> str:
    """Read PROD_HOST."""
    value = env.text("PROD_HOST", "127.0.0.1", expected=FORM)
    if value == "localhost":
        return "127.0.0.1"
    try:
        return str(ip_address(re.sub(r"^\[(.*)\]$", r"\1", value)))
    except ValueError:
        refuse("PROD_HOST", FORM, repr(value))
