"""The review queue while it changes."""

from datetime import date
from functools import partial

import strawberry

from domain.practice import queue
from domain.sync import reading
from schema.context import Info, Watched
from schema.directives import SignedIn


@strawberry.type(
    description="How the review queue is. Ask reviewQueue for the questions when it has changed."
)
class ReviewQueueState:
    found: strawberry.Private[queue.ReviewQueue]
    revision: int = strawberry.field(
        description="Grows with everything that is stored or deleted of you. Select it to be told "
        "of changes that leave all numbers as they are, such as another title."
    )

    @strawberry.field(description="Today, by settings.timezone and settings.dayStartHour.")
    def day(self) -> date:
        return self.found.day

    @strawberry.field(description="Number of reviews that are due today.")
    def due_count(self) -> int:
        return self.found.due_count

    @strawberry.field(description="How many more reviews your settings allow today.")
    def reviews_left_today(self) -> int:
        return self.found.done.reviews_left(self.found.settings)

    @strawberry.field(description="How many more new questions your settings allow today.")
    def new_left_today(self) -> int:
        return self.found.done.new_left(self.found.settings)


@strawberry.type
class QueueSubscriptions:
    @strawberry.field(
        extensions=[SignedIn()],
        description="How your review queue is now, and again whenever what you select of it has "
        "become something else: within two seconds of a change on any of your devices, within 16 "
        "of what time alone brings. At most 2 of them, and 4 subscriptions, at a time.",
    )
    def review_queue_changed(self, info: Info) -> ReviewQueueState:
        user = info.context.user
        # Before the queue is read: a change meanwhile is seen at the next look.
        look = partial(reading.last_change, user.pk)
        revision = look()
        info.context.watched = Watched(state=revision, look=look, is_over=False, is_endless=True)
        found = queue.review_queue(owner=user, settings=user.settings, at=info.context.now)
        return ReviewQueueState(found=found, revision=revision)
