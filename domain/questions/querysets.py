"""Which questions and which tags."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Case, Count, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Concat, Left, Length, StrIndex

from domain.base.querysets import OwnedQuerySet
from domain.base.text import END_OF_NAME, words

if TYPE_CHECKING:
    from domain.questions.models import Question, QuestionTag, Tag

MAX_SEARCH_WORDS = 12
# More than any title has characters.
A_CLASS = 1_000


class QuestionQuerySet(OwnedQuerySet["Question"]):
    """Questions."""

    def tagged_any(self, tag_ids: Iterable[int]) -> Self:
        """Questions with at least one of these tags."""
        return self.filter(pk__in=_links().filter(tag__in=list(tag_ids)).values("question"))

    def tagged_all(self, tag_ids: Iterable[int]) -> Self:
        """Questions with every one of these tags."""
        questions = self
        for tag_id in tag_ids:
            questions = questions.filter(pk__in=_links().filter(tag=tag_id).values("question"))
        return questions

    def due(self, *, at: datetime) -> Self:
        """Questions whose next review is at or before ``at``."""
        return self.filter(due_at__lte=at)

    def matching(self, search: str, *, owner: Any = None) -> Self:
        """Questions in which every word of ``search`` starts a word of title, notes or a tag.

        Upper and lower case and accents make no difference. Blank text matches everything, and
        text without a word, such as ``++``, nothing.

        Args:
            owner: whose tags to look at, when the questions are one person's. None finds the same,
                but looks at everybody's tags.
        """
        by_word = [self._with_word(word, owner) for word in words(search)[:MAX_SEARCH_WORDS]]
        if not by_word:
            return self.none() if search.strip() else self
        # An intersection computes each set once; PostgreSQL may go through sets beside each other
        # again for each row.
        return self.filter(pk__in=by_word[0].intersection(*by_word[1:]))

    def _with_word(self, word: str, owner: Any) -> Any:
        """The keys of those with a word, be it their own or a tag's.

        Two sets and not one condition with OR, which would keep PostgreSQL from the words' index.
        """
        own, links = self.model._default_manager.all(), _links()
        if owner is not None:
            own, links = own.filter(owner=owner), links.filter(tag__owner=owner)
        own = own.filter(search_words__has_word=word)
        tagged = links.filter(tag__deleted_at=None, tag__search_words__has_word=word)
        return own.order_by().values("pk").union(tagged.order_by().values("question"), all=True)

    def with_distance(self, search: str) -> Self:
        """Note how far each question is from what was searched for, as ``distance``.

        First come those whose title is what was searched for, then those whose title begins with
        it, those whose title has all its words, and those that match by notes or tags; among them
        the shorter titles. Case and accents make no difference, and neither does the database.
        """
        wanted = words(search)[:MAX_SEARCH_WORDS]
        whole = " ".join(wanted)
        # What is searched for has no mark in it, so nothing behind the title can fit the first two.
        is_title = Q(search_words=whole) | Q(search_words__startswith=f"{whole} {END_OF_NAME} ")
        in_title = Q(*(Q(title_words__contains=f" {word}") for word in wanted))
        by_class = Case(
            When(is_title, then=0),
            When(search_words__startswith=whole, then=A_CLASS),
            When(in_title, then=2 * A_CLASS),
            default=3 * A_CLASS,
            output_field=IntegerField(),
        )
        marked = Concat("search_words", Value(END_OF_NAME), output_field=TextField())
        to_mark = Left("search_words", StrIndex(marked, Value(END_OF_NAME)))
        title_words = Concat(Value(" "), to_mark, output_field=TextField())
        return self.alias(title_words=title_words).annotate(distance=by_class + Length("title"))


class TagQuerySet(OwnedQuerySet["Tag"]):
    """Tags."""

    def matching(self, search: str) -> Self:
        """Tags in whose name every word of ``search`` starts a word.

        Blank text matches all, and text without a word none.
        """
        wanted = words(search)[:MAX_SEARCH_WORDS]
        tags = self.none() if search.strip() and not wanted else self
        for word in wanted:
            tags = tags.filter(search_words__has_word=word)
        return tags


class QuestionTagQuerySet(OwnedQuerySet["QuestionTag"]):
    """Links between questions and tags."""

    def live(self) -> Self:
        """Links of which neither end is in the trash."""
        return self.filter(question__deleted_at=None, tag__deleted_at=None)

    def question_counts(self) -> dict[int, int]:
        """By tag id: how many live questions have it, where there are any."""
        counted = self.filter(question__deleted_at=None).order_by().values("tag")
        return dict(counted.annotate(count=Count("pk")).values_list("tag", "count"))


def _links() -> Any:
    return apps.get_model("questions", "QuestionTag").objects.all()
