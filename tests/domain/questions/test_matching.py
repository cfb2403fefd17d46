"""Searching finds the same questions on both databases."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.base.text import MAX_WORD, index_of, words
from domain.questions.models import Question, Tag
from domain.questions.querysets import MAX_SEARCH_WORDS
from domain.questions.services.tags import delete_tag, update_tag
from tests.factories import NOW, QuestionFactory, QuestionTagFactory, TagFactory

QUESTIONS = {
    "two sum": ("Two Sum", "Uses a hash map; O(n).", ["Arrays", "Hash Table"]),
    "three sum": ("3Sum", "two pointers after sorting", ["Two Pointers"]),
    "knapsack": ("Задача о рюкзаке", "Динамическое программирование, ёмкость", []),
    "change": ("両替問題 (Coin Change)", "動的計画法", ["動的計画法"]),
    "brulee": ("Crème brûlée", "naïve façade — ÆØÅ", ["Café"]),
    "street": ("Straße", "ﬁnd the ﬃx, x² and ①", []),
    "korean": ("한국어 문제", "그래프", []),
    "marks": ("100% sure_thing", 'it\'s "quoted" back\\slash a:b c|d !e (f) <-> g*', ["C++"]),
    "emoji": ("🎉 Party 🧩", "👩‍💻", ["🎉"]),
    "long": ("x" * 100 + "y", "z" * 64 + " tail", []),
    "greek": ("ΟΔΟΣ", "", []),
    "empty": ("???", "", []),
}


@pytest.fixture
def questions(user):
    rows = {}
    for key, (title, notes, tags) in QUESTIONS.items():
        rows[key] = QuestionFactory(owner=user, title=title, notes=notes)
        for name in tags:
            QuestionTagFactory(question=rows[key], tag__name=name, tag__kind="TOPIC")
    return rows


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("two", {"two sum", "three sum"}),
        ("TWO SUM", {"two sum"}),
        ("sum two", {"two sum"}),
        ("sum", {"two sum"}),
        ("3s", {"three sum"}),
        ("um", set()),
        ("ha", {"two sum"}),
        ("has table arr", {"two sum"}),
        ("two pointers sorting", {"three sum"}),
        ("sort map", set()),
        ("o", {"two sum"}),
        ("РЮК", {"knapsack"}),
        ("о рюкзаке", {"knapsack"}),
        ("емкость", {"knapsack"}),
        ("ЁМКОСТЬ", {"knapsack"}),
        ("両", {"change"}),
        ("両替問題", {"change"}),
        ("替", set()),
        ("動的", {"change"}),
        ("creme BRULEE", {"brulee"}),
        ("crème", {"brulee"}),
        ("cre\u0300me", {"brulee"}),
        ("naive facade", {"brulee"}),
        ("CAFE", {"brulee"}),
        ("æø", {"brulee"}),
        ("strasse", {"street"}),
        ("STRASSE", {"street"}),
        ("straß", {"street"}),
        ("find ffix x2 1", {"street"}),
        ("한국", {"korean"}),
        ("하", {"korean"}),
        ("그래프 문", {"korean"}),
        ("100%", {"marks"}),
        ("100", {"marks"}),
        ("%", set()),
        ("_", set()),
        ("sure_thing", {"marks"}),
        ("sure%thing", {"marks"}),
        ("s_re", set()),
        ("it's", {"marks"}),
        ('"quoted"', {"marks"}),
        ("back\\slash", {"marks"}),
        ("a:b", {"marks"}),
        ("a:*", {"two sum", "three sum", "street", "marks"}),
        ("c|d", {"marks"}),
        ("c++", {"change", "brulee", "marks"}),
        ("g*", {"marks"}),
        ("!e", {"marks"}),
        ("(f)", {"brulee", "street", "marks"}),
        ("<->", set()),
        ("'", set()),
        ("\\", set()),
        ("", set(QUESTIONS)),
        (" \t\n", set(QUESTIONS)),
        ("🎉", set()),
        ("party 🎉", {"emoji"}),
        ("\x00two\x00", {"two sum", "three sum"}),
        ("\ud800two", {"two sum", "three sum"}),
        ("x" * 100 + "y", {"long"}),
        ("x" * 64, {"long"}),
        ("x" * 200, {"long"}),
        ("x" * 65 + "never", {"long"}),
        ("z" * 65, {"long"}),
        ("tail", {"long"}),
        ("y", set()),
        ("οδος", {"greek"}),
        ("οδοσ", {"greek"}),
        ("ὁδός", {"greek"}),
        ("nothing like it", set()),
        ("' OR 1=1 --", set()),
        ("'); DROP TABLE questions_question; --", set()),
    ],
)
@pytest.mark.parametrize("whose", ["everybody's", "the owner's"])
def test_finds(whose, search, found, questions, user):
    owner = user if whose == "the owner's" else None

    matching = set(Question.objects.matching(search, owner=owner))

    assert {key for key, question in questions.items() if question in matching} == found


def test_finds_each_question_once(user):
    question = QuestionFactory(owner=user, title="Graph", notes="graph")
    for name in ("Graph", "Graphs"):
        QuestionTagFactory(question=question, tag__name=name)

    assert list(Question.objects.matching("graph")) == [question]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="it has no such index")
def test_postgresql_answers_from_the_index_of_words(user):
    titles = ["Needle in a stack", *[f"Hay {n}" for n in range(2_000)]]
    Question.objects.bulk_create(
        Question(
            owner=user, title=title, slug=title, created_at=NOW, updated_at=NOW,
            created_by=user, updated_by=user, search_words=index_of(title),
        )
        for title in titles
    )  # fmt: skip
    with connection.cursor() as cursor:
        # As autovacuum does.
        cursor.execute("SELECT gin_clean_pending_list('question_words')")
        cursor.execute("ANALYZE questions_question")

    rows = Question.objects.owned_by(user).live().matching("needle sta", owner=user)
    plan = rows.with_distance("needle sta").order_by("distance").explain()

    assert plan.count("Bitmap Index Scan on question_words") == 2
    assert [question.title for question in rows] == titles[:1]


def test_needs_every_word_in_one_question(user):
    QuestionFactory(owner=user, title="alpha")
    QuestionFactory(owner=user, title="beta")
    both = QuestionFactory(owner=user, title="alpha", notes="beta")

    assert list(Question.objects.matching("alpha beta")) == [both]


def test_reads_the_first_words_of_a_long_search(user):
    title = " ".join(f"w{n}x" for n in range(MAX_SEARCH_WORDS))
    question = QuestionFactory(owner=user, title=title)

    found = Question.objects.matching(f"{title} other")

    assert list(found) == [question]


def test_does_not_look_at_tags_in_the_trash(user, now):
    link = QuestionTagFactory(question__owner=user, question__title="x", tag__name="Graph")
    assert Question.objects.matching("graph").count() == 1

    delete_tag(tag=link.tag, actor=user, at=now)

    assert Question.objects.matching("graph").count() == 0


def test_follows_a_renamed_tag(user, now):
    link = QuestionTagFactory(question__owner=user, question__title="x", tag__name="Graph")

    update_tag(tag=link.tag, actor=user, at=now, name="Tree")

    assert Question.objects.matching("tree").count() == 1
    assert Question.objects.matching("graph").count() == 0


def test_looks_at_the_tags_of_the_owner_only_when_told(user, stranger):
    QuestionTagFactory(question__owner=user, question__title="x", tag__name="Graph")

    assert Question.objects.matching("graph", owner=user).count() == 1
    assert Question.objects.matching("graph", owner=stranger).count() == 0


def test_is_narrowed_like_any_other_filter(user, stranger):
    mine = QuestionFactory(owner=user, title="Graph")
    QuestionFactory(owner=stranger, title="Graph")

    assert list(Question.objects.owned_by(user).matching("graph")) == [mine]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("two", ["Two Pointers"]),
        ("point two", ["Two Pointers"]),
        ("C", ["C", "C#", "C++", "Café"]),
        ("cafe", ["Café"]),
        ("", ["C", "C#", "C++", "Café", "Two Pointers"]),
        ("o", []),
    ],
)
def test_finds_tags(search, found, user):
    for name in ("Two Pointers", "C++", "C#", "C", "Café"):
        TagFactory(owner=user, name=name)

    assert sorted(tag.name for tag in Tag.objects.matching(search)) == found


# Letters that share words, and everything that patterns and query languages could trip over.
ODD = "aAbBée\u0301ßsSſıiİIΣσςЖж한ㅎ両ﬁfi²2①1 \t\n\u00a0\u200d_%'\"\\:*&|!()<>-.;😀\x00\x7f"
texts = st.text(alphabet=ODD, max_size=12)


def found_by_hand(search, title, notes, tags):
    there = words(title, notes) + [word for name in tags for word in words(name)]
    wanted = words(search)[:MAX_SEARCH_WORDS]
    if not wanted:
        return not search.strip()
    return all(any(word.startswith(one[:MAX_WORD]) for word in there) for one in wanted)


def with_words(row, **texts):
    # Only the words are stored: no service lets some of these texts get that far.
    for name, text in texts.items():
        setattr(row, name, text)
    row.index_words()
    type(row).objects.filter(pk=row.pk).update(search_words=row.search_words)
    return row


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.tuples(texts, texts, st.lists(texts, max_size=2)), min_size=1, max_size=4),
    searches=st.lists(texts, min_size=1, max_size=4),
)
def test_agrees_with_a_model_in_plain_python(user, rows, searches):
    Question.objects.all().delete()
    for title, notes, tags in rows:
        question = with_words(QuestionFactory(owner=user), title=title, notes=notes)
        for name in tags:
            tag = with_words(TagFactory(owner=user), name=name)
            QuestionTagFactory(question=question, tag=tag)

    for search in searches:
        found = [
            position
            for position, question in enumerate(Question.objects.order_by("pk"))
            if Question.objects.matching(search).filter(pk=question.pk).exists()
        ]

        assert found == [n for n, row in enumerate(rows) if found_by_hand(search, *row)]
