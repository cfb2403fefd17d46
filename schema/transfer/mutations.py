"""Bringing in what was practised elsewhere."""

from dataclasses import asdict

import strawberry
import strawberry_django
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from domain.base.errors import DomainError
from domain.transfer import importing
from domain.transfer.refusals import refusal
from schema.context import Info
from schema.directives import RateLimited, SignedIn
from schema.idempotency import once
from schema.transfer.types import ImportQuestionsInput, ImportResult


class ContentOrUpload(DomainError):
    """A file comes in exactly one way."""

    code = "content_or_upload"
    message = "Send either content or upload, not both and not neither."


class NotAFile(DomainError):
    """An upload is a file of a multipart request, not a value of its JSON."""

    code = "not_a_file"
    message = "Send the file itself, as a part of a multipart/form-data request."


@strawberry.type
class TransferMutations:
    @strawberry_django.mutation(
        extensions=[RateLimited(limit=30, seconds=60), SignedIn()],
        handle_django_errors=True,
        description="Import questions, tags and attempts from a file: the whole of it, or nothing "
        "and a message for each broken row.",
    )
    def import_questions(self, info: Info, input: ImportQuestionsInput) -> ImportResult:
        return once(
            info,
            input,
            lambda: ImportResult.of(
                importing.import_questions(
                    owner=info.context.user,
                    content=content_of(input),
                    format=input.format,
                    at=info.context.now,
                )
            ),
            encode=asdict,
            decode=ImportResult.stored,
        )


def content_of(input: ImportQuestionsInput) -> str | bytes:
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
        raise refusal("too_large", f"The file has more than {settings.IMPORT_MAX_BYTES} bytes.")
    # A mutation that is made again reads it again.
    upload.seek(0)
    content: bytes = upload.read()
    return content
