"""How many tags a file may hold."""

from domain.transfer.drafts import Key
from domain.transfer.refusals import refusal

# A few bytes make a tag of a question, so that a file within the limits could hold millions.
MAX_TAGGINGS = 250_000
MAX_TAG_NAMES = 5_000


class TagLimits:
    """Counts the tags of a file."""

    def __init__(self) -> None:
        self._names: set[Key] = set()
        self._taggings = 0

    def count(self, key: Key) -> None:
        """Count a tag that is put on a question.

        Raises:
            ImportRefused: too_many_tags.
        """
        self._taggings += 1
        self._names.add(key)
        if self._taggings > MAX_TAGGINGS:
            text = f"The file puts more than {MAX_TAGGINGS:,} tags on questions."
            raise refusal("too_many_tags", f"{text} Import it in parts.")
        if len(self._names) > MAX_TAG_NAMES:
            text = f"The file has more than {MAX_TAG_NAMES:,} different tags."
            raise refusal("too_many_tags", f"{text} Import it in parts.")
