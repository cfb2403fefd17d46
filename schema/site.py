"""What this server takes and how long it keeps things: for whoever writes a client.

No number stands here: each is read where it is enforced.
"""

from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

import strawberry
from django.conf import settings
from django.db.models import Model

from domain.accounts.models import User
from domain.accounts.passwords import MAX_LENGTH
from domain.accounts.services import api_tokens, challenges
from domain.base.bulk import MOST_ROWS
from domain.goals.services.goals import MAX_GOALS
from domain.idempotency.models import MAX_KEY
from domain.idempotency.services import VALID
from domain.jobs.services import MOST_ACTIVE
from domain.lists.models import StudyList
from domain.lists.services.items import MAX_ITEMS
from domain.lists.services.lists import MAX_STUDY_LISTS
from domain.practice import queue
from domain.practice.models.logs import MAX_CODE_BYTES
from domain.questions.models import MAX_TEXT, Question, Tag
from domain.questions.services.tagging import MAX_TAGS
from domain.sharing.services import MAX_LINKS
from domain.sync import reading
from domain.transfer.exporting import inline
from domain.transfer.services import exports
from domain.trash.emptying import KEPT_DAYS
from schema import documents, limits, paging, persisted, pricing, stream, values, view
from schema.context import Info


def number(value: int, description: str) -> Any:
    """A limit that the code sets."""
    return strawberry.field(default=value, description=description)


def setting(name: str, description: str) -> Any:
    """A limit that the operator may set."""
    return strawberry.field(
        default_factory=lambda: getattr(settings, name), description=description
    )


def longest(model: type[Model], column: str, description: str) -> Any:
    """How many characters a column takes."""
    return number(model._meta.get_field(column).max_length, description)  # type: ignore[union-attr, arg-type]


@cache
def _schema_hash() -> str:
    return sha256(view.SDL.read_bytes()).hexdigest()


@strawberry.type(description="What one operation may be. More is refused before it runs.")
class OperationLimits:
    cost: int = number(pricing.MAX_COST, "The most that it may cost; rateLimit says what it does.")
    depth: int = number(limits.MAX_DEPTH, "Levels of fields within fields.")
    aliases: int = number(limits.MAX_ALIASES, "Aliases, fragments spread.")
    root_fields: int = number(limits.MAX_ROOT_FIELDS, "Fields at the root, fragments spread.")
    fields: int = number(documents.MAX_FIELDS, "Fields in the whole document.")
    tokens: int = number(documents.MAX_TOKENS, "Tokens in the whole document.")
    variable_values: int = number(
        values.MAX_VALUES, "Values in the variables, of people who are not signed in."
    )
    most_variable_values: int = number(
        values.MOST_VALUES,
        "Values in the variables, if a single field at the root takes all of them.",
    )
    request_bytes: int = setting("DATA_UPLOAD_MAX_MEMORY_SIZE", "The body of a request.")
    document_characters: int = number(
        view.LONGEST_DOCUMENT, "The document's text; what is long belongs into variables."
    )
    persisted_bytes: int = number(
        persisted.LONGEST_BYTES, "The text of a document that is kept under its hash."
    )
    persisted_seconds: int = number(persisted.LIFETIME_SECONDS, "How long it is kept.")


@strawberry.type(description="How many rows come or go at once.")
class PageSizes:
    page: int = number(paging.DEFAULT_PAGE, "Rows of a connection if nothing is said.")
    largest_page: int = number(paging.LARGEST_PAGE, "Rows of a connection at most.")
    changes: int = number(reading.PAGE, "Changes of the feed if nothing is said.")
    most_changes: int = number(reading.LARGEST_PAGE, "Changes of the feed at most.")
    queue_items: int = number(queue.LARGEST_QUEUE, "Items of the review queue at most.")
    bulk: int = number(MOST_ROWS, "Items of one call for many rows.")


@strawberry.type(description="What an import or an export may be.")
class TransferLimits:
    import_bytes: int = setting("IMPORT_MAX_BYTES", "The file of an import.")
    import_rows: int = setting("IMPORT_MAX_ROWS", "The rows of that file.")
    inline_import_bytes: int = setting(
        "IMPORT_INLINE_BYTES", "A file that is imported while you wait; a larger one is a job."
    )
    inline_import_rows: int = setting("IMPORT_INLINE_ROWS", "The rows of such a file.")
    inline_export_objects: int = number(
        inline.MOST_OBJECTS, "Objects of an export that comes in the answer; more are a job."
    )
    inline_export_bytes: int = number(inline.MOST_BYTES, "The size of such an export.")
    active_jobs: int = number(MOST_ACTIVE, "Jobs of one person that have not ended.")
    job_minutes: int = setting("JOB_MINUTES", "How long an attempt at a job may take.")


@strawberry.type(description="How long texts may be, in characters unless it says bytes.")
class LengthLimits:
    email: int = longest(User, "email", "An e-mail address.")
    password_characters: int = number(MAX_LENGTH, "A password.")
    title: int = longest(Question, "title", "A question's title.")
    url: int = longest(Question, "url", "A question's link.")
    text: int = number(MAX_TEXT, "A question's text, and the notes on it.")
    code_bytes: int = number(MAX_CODE_BYTES, "The code of an attempt, in bytes of UTF-8.")
    tag_name: int = longest(Tag, "name", "A tag's name.")
    study_list_name: int = longest(StudyList, "name", "A study list's name.")
    idempotency_key: int = number(MAX_KEY, "An idempotencyKey.")


@strawberry.type(description="How many of a thing one person, or one object, may have.")
class CountLimits:
    tags_of_question: int = number(MAX_TAGS, "Tags of a question.")
    study_lists: int = number(MAX_STUDY_LISTS, "Study lists of a person.")
    items_of_study_list: int = number(MAX_ITEMS, "Questions on a study list.")
    goals: int = number(MAX_GOALS, "Goals of a person.")
    share_links: int = number(MAX_LINKS, "Pictures that a person shares.")
    api_tokens: int = number(api_tokens.MOST_API_TOKENS, "API tokens of a person.")
    kept_exports: int = number(exports.MOST_KEPT, "Exports that are kept for a person.")
    streams: int = number(stream.MOST_PER_PERSON, "Subscriptions of a person at a time.")
    queue_streams: int = number(
        stream.MOST_ENDLESS_PER_PERSON, "How many of these may be reviewQueueChanged."
    )


@strawberry.type(description="How long things are good for, and how long they are kept.")
class Lifetimes:
    access_token_minutes: int = setting("ACCESS_TOKEN_MINUTES", "An access token.")
    refresh_token_days: int = setting("REFRESH_TOKEN_DAYS", "A session that is not refreshed.")
    refresh_grace_seconds: int = setting(
        "REFRESH_GRACE_SECONDS", "A refresh token after its first use."
    )
    api_token_days: int = number(api_tokens.LONGEST_DAYS, "An API token at most.")
    challenge_seconds: int = number(
        int(challenges.LIFETIME.total_seconds()), "A challenge of a sign-in with two factors."
    )
    email_verification_hours: int = setting(
        "EMAIL_VERIFICATION_HOURS", "A mailed link that confirms an address."
    )
    password_reset_minutes: int = setting(
        "PASSWORD_RESET_MINUTES", "A mailed link for a new password."
    )
    idempotency_key_seconds: int = number(
        int(VALID.total_seconds()), "How long a call is known by its idempotencyKey."
    )
    trash_days: int = number(
        KEPT_DAYS,
        "How long the trash keeps what is deleted, unless the operator says another number.",
    )
    export_days: int = setting("EXPORT_KEEP_DAYS", "An export, to be downloaded.")
    import_undo_days: int = setting("IMPORT_UNDO_DAYS", "How long an import can be taken back.")
    job_days: int = setting("JOB_RETENTION_DAYS", "How long a job that ended is listed.")
    account_deletion_days: int = setting(
        "ACCOUNT_DELETION_DAYS", "From deleteAccount to the erasure."
    )
    stream_seconds: int = setting("STREAM_SECONDS", "A subscription; subscribe again then.")


@strawberry.type(
    description="What this server takes and how long it keeps things, so that no client has to "
    "know a number. The same for everybody until it is started anew."
)
class SiteInfo:
    schema_hash: str = strawberry.field(
        default_factory=_schema_hash,
        description="SHA-256 of the schema as /graphql/schema.graphql serves it. Another one: the "
        "API is another release.",
    )
    sends_mail: bool = strawberry.field(
        default_factory=lambda: bool(settings.EMAIL_HOST),
        description="Whether mails are sent: without them no address is confirmed, and no password "
        "reset.",
    )
    executes_only_listed: bool = strawberry.field(
        default_factory=lambda: settings.PERSISTED_OPERATIONS is not None,
        description="Whether only the operations of the operator's list are executed.",
    )
    operations: OperationLimits = strawberry.field(
        default_factory=OperationLimits, description="What one operation may be."
    )
    page_sizes: PageSizes = strawberry.field(
        default_factory=PageSizes, description="How many rows come or go at once."
    )
    transfers: TransferLimits = strawberry.field(
        default_factory=TransferLimits, description="What an import or an export may be."
    )
    lengths: LengthLimits = strawberry.field(
        default_factory=LengthLimits, description="How long texts may be."
    )
    counts: CountLimits = strawberry.field(
        default_factory=CountLimits, description="How many of a thing there may be."
    )
    lifetimes: Lifetimes = strawberry.field(
        default_factory=Lifetimes, description="How long things are good for, and kept."
    )


@strawberry.type(
    description="What this operation costs. Nothing is counted over time but calls of fields with "
    "@rateLimited, so each operation has the whole limit for itself."
)
class RateLimit:
    cost: int = strawberry.field(description="What this operation costs, this field included.")
    limit: int = strawberry.field(description="The most that one operation may cost.")
    remaining: int = strawberry.field(
        description="How much more this operation could have asked for: limit less cost."
    )
    reset_at: datetime = strawberry.field(
        description="From when on an operation may cost limit again: now, since there is nothing "
        "to wait for."
    )


@strawberry.type
class SiteQueries:
    @strawberry.field(
        description="What this server takes and how long it keeps things. For everybody."
    )
    def site_info(self) -> SiteInfo:
        return SiteInfo()

    @strawberry.field(
        description="What this operation costs, of how much. Ask for it beside the fields of a "
        "query, to see how large pages can be. For everybody."
    )
    def rate_limit(self, info: Info) -> RateLimit:
        cost = info.context.request.cost  # type: ignore[attr-defined]  # judged before it began
        return RateLimit(
            cost=cost,
            limit=pricing.MAX_COST,
            remaining=pricing.MAX_COST - cost,
            reset_at=info.context.now,
        )
