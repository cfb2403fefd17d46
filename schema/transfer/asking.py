"""From what clients send to what the services of imports take."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from domain.base.errors import DomainError
from domain.base.text import tidy
from domain.transfer.options import ImportOptions
from domain.transfer.refusals import refusal
from schema.context import Info
from schema.lists.types import StudyList
from schema.scoping import get_owned
from schema.transfer.inputs import ImportFileInput, ImportOptionsInput

LONGEST_NAME = 255
LONGEST_OPTION = 255
MOST_DAYS = 36_500


class ContentOrUpload(DomainError):
    """A file comes in exactly one way."""

    code = "content_or_upload"
    message = "Send either content or upload, not both and not neither."


class NotAFile(DomainError):
    """An upload is a file of a multipart request, not a value of its JSON."""

    code = "not_a_file"
    message = "Send the file itself, as a part of a multipart/form-data request."


class BadReviewDays(DomainError):
    """History has an age."""

    code = "bad_review_days"
    message = "Send 0 to %(limit)d days."


class BadColumns(DomainError):
    """Each field of a spreadsheet comes from one column."""

    code = "bad_columns"
    message = "Name each field once: it comes from one column."


class OptionTooLong(DomainError):
    """What a person asks for is kept with their import for good."""

    code = "option_too_long"
    message = "Send at most %(limit)d characters."


def asked_by(input: ImportFileInput, info: Info) -> dict[str, Any]:
    """What an input asks for, as the services take it.

    Raises:
        ContentOrUpload, NotAFile, BadReviewDays, BadColumns, OptionTooLong: see there.
        ImportRefused: the upload is too large to be read.
        NotFound: of the study list.
    """
    return {
        "owner": info.context.user,
        "at": info.context.now,
        "content": content_of(input),
        "file_name": _name_of(input.upload),
        "format": input.format,
        "error_policy": input.error_policy,
        "options": _options(input.options, info),
    }


def content_of(input: ImportFileInput) -> str | bytes:
    """The file, however it was sent.

    Raises:
        ContentOrUpload: both or neither was sent.
        NotAFile: the upload is a value in the JSON.
        ImportRefused: the upload is too large to be read.
    """
    if (input.content is None) == (input.upload is None):
        raise ContentOrUpload(field="content")
    if input.content is not None:
        return input.content
    upload: object = input.upload
    if not isinstance(upload, UploadedFile):
        raise NotAFile(field="upload")
    if (upload.size or 0) > settings.IMPORT_MAX_BYTES:
        limit = settings.IMPORT_MAX_BYTES
        raise refusal("too_large", f"The file has more than {limit:,} bytes. Import it in parts.")
    # A mutation that is made again reads it again.
    upload.seek(0)
    content: bytes = upload.read()
    return content


def _name_of(upload: object) -> str:
    name = upload.name if isinstance(upload, UploadedFile) else None
    return tidy("".join(filter(str.isprintable, name or "")))[:LONGEST_NAME]


def _options(said: ImportOptionsInput | None, info: Info) -> ImportOptions:
    if said is None:
        return ImportOptions()
    if said.review_days is not None and not 0 <= said.review_days <= MOST_DAYS:
        raise BadReviewDays(field="review_days", limit=MOST_DAYS)
    if len(said.company or "") > LONGEST_OPTION:
        raise OptionTooLong(field="company", limit=LONGEST_OPTION)
    list_id = said.study_list
    study_list = list_id and get_owned(StudyList, list_id, info, field="study_list")
    return ImportOptions(
        day_first=said.day_first,
        columns=_columns(said),
        company=tidy(said.company or ""),
        window=said.window,
        accepted_only=said.accepted_only,
        review_days=said.review_days,
        study_list=study_list.uid if study_list else None,
    )


def _columns(said: ImportOptionsInput) -> dict[str, str]:
    columns = said.columns or []
    named = {str(column.field): column.header for column in columns}
    if len(named) < len(columns):
        raise BadColumns(field="columns")
    if any(len(header) > LONGEST_OPTION for header in named.values()):
        raise OptionTooLong(field="columns", limit=LONGEST_OPTION)
    return named
