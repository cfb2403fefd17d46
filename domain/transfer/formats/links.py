"""Links in spreadsheets: what they say about a question, and titles that are links."""

import re
from urllib.parse import urlsplit

from domain.questions.platforms import Origin, Platform, origin_of
from domain.transfer.formats.shapes import LEETCODE_PROBLEM, SLUG

_MARKDOWN = re.compile(r"\[(?P<title>[^\[\]]{1,255})\]")
_BARE = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10}/\S{1,2048}", re.IGNORECASE)
_SCHEME = re.compile(r"https?://\S+", re.IGNORECASE)


def link_in(text: str) -> str:
    """The link that a cell holds; empty if it holds none."""
    return _parted(text)[1]


def title_in(text: str) -> str:
    """The title that a cell holds beside or in place of a link; empty if it is only a link."""
    return _parted(text)[0]


def _parted(text: str) -> tuple[str, str]:
    if _SCHEME.fullmatch(text):
        return "", text
    if text.endswith(")"):
        # As Markdown and as Notion write a title with its link.
        title, _, url = text[:-1].rpartition("(")
        if _SCHEME.fullmatch(url):
            marked = _MARKDOWN.fullmatch(title.strip())
            return (marked["title"] if marked else title).strip(), url
    return ("", f"https://{text}") if _BARE.fullmatch(text) else (text, "")


def told_by(url: str) -> tuple[Origin, str]:
    """Where a question comes from by its link, and the link as we keep it."""
    origin = origin_of(url)
    if origin.platform is Platform.LEETCODE and origin.external_id is not None:
        slug = origin.external_id.lower()
        if not SLUG.fullmatch(slug):
            return Origin(Platform.LEETCODE), url
        return Origin(Platform.LEETCODE, slug), LEETCODE_PROBLEM.format(slug=slug)
    return origin, url


def title_of(url: str, origin: Origin) -> str:
    """What to call a question of which only the link is known."""
    name = origin.external_id or _last_part(url)
    return name.replace("-", " ").replace("_", " ").strip().title()[:255] or url[:255]


def _last_part(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return path.rstrip("/").rpartition("/")[2]
