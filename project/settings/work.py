"""Where background work waits."""


def broker_url(redis_url: str) -> str:
    """REDIS_URL as Celery wants it: ``unix:///path?db=1`` has another name there."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    parameters = [pair.replace("db=", "virtual_host=", 1) for pair in query.split("&") if pair]
    return f"redis+socket://{path}" + ("?" + "&".join(parameters) if parameters else "")
