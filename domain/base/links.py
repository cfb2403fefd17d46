"""Links to other sites."""

from django.core.validators import URLValidator
from django.utils.deconstruct import deconstructible


# To migrations it is Django's own, from which it differs in its words alone.
@deconstructible(path="django.core.validators.URLValidator")
class LinkValidator(URLValidator):
    """Refuses what is no address, and says how one begins."""

    message = "Send a link that begins with http:// or https://."
