"""When two rows of a file are about one question."""

from domain.base.text import folded
from domain.questions.models import Question
from domain.transfer.formats.imported import ImportedQuestion

# What identifies it: ID, TITLE or UID; the platform, where it has to do with that; and the value.
type QuestionKey = tuple[str, str, str]

ID, TITLE, UID = "id", "title", "uid"


def key_of(imported: ImportedQuestion) -> QuestionKey:
    """By our own id if the file says it, else by that of the platform, else by the title."""
    if imported.uid is not None:
        return UID, "", str(imported.uid)
    return outer_key(imported)


def outer_key(of: ImportedQuestion | Question) -> QuestionKey:
    """The same without our own id, which another person's file has as well."""
    if of.external_id:
        return ID, of.platform, of.external_id
    return title_key(of)


def title_key(of: ImportedQuestion | Question) -> QuestionKey:
    """By the title alone, whatever its case."""
    return TITLE, of.platform, folded(of.title)


def is_about(imported: ImportedQuestion, question: Question) -> bool:
    """Whether what a row says identifies a stored question."""
    return imported.uid == question.uid or outer_key(imported) in (
        outer_key(question),
        title_key(question),
    )
