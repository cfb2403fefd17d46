"""Any account: rows of every kind with any values that may be stored, made without the services."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from hypothesis import strategies as st

from domain.accounts.models import User, UserSettings
from domain.archive.columns import LARGEST, SMALLEST, TIDIED
from domain.archive.declaring import Entity, EntityName, Part
from domain.archive.entities import BY_NAME, NAMED, SETTINGS
from domain.base.text import is_storable, tidy
from domain.practice.models import Mistake
from domain.practice.settling import settle
from domain.questions.models import TagKind
from tests.factories import NOW

type Values = dict[str, Any]

LARGE = ["x" * 65_536, "é" * 32_768, "🧮" * 16_384]
NASTY = [
    "", " ", "\t", "\n", "\r", "\r\n", "a\r\nb\nc\rd", '"', "'", "\\", '\\"', "\\u0000",
    "</script>", "=1+1", "\u202eolleh\u202c", "שלום", "مرحبا", "👩\u200d👩\u200d👧", "é", "e\u0301",
    "ß", "İ", "\ufeff", "\u2028", "\u2029", "\x1f", "\x7f", "null", "{}", "%s", "𝔘𝔫𝔦", "a,b;c\td",
    "  spaces  ", "\uffff",
]  # fmt: skip
texts = st.sampled_from(NASTY) | st.text(max_size=20).filter(is_storable)
moments = st.sampled_from([NOW, NOW - timedelta(days=1), NOW - timedelta(microseconds=1)]) | (
    st.datetimes(datetime(2000, 1, 1), NOW.replace(tzinfo=None), timezones=st.just(UTC))  # noqa: DTZ001
)
FSRS = [0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
        0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542]  # fmt: skip
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "url": st.sampled_from(["", "https://example.com/a?b=ü&c", "http://x.org/" + "y" * 2_035]),
    "colour": st.sampled_from(["", "#12aBcD"]),
    "timezone": st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]),
    "mistakes": st.lists(st.sampled_from(Mistake.values), unique=True, max_size=3),
    "fsrs_parameters": st.sampled_from([None, FSRS, [1, *FSRS[1:]]]),
    "solution_code": texts | st.sampled_from(LARGE),
    "date": st.dates(date(2000, 1, 1), date(2036, 3, 1)),
    "deleted_at": st.none() | moments,
    "postponed_until": st.none() | moments | st.just(NOW + timedelta(days=365)),
    "content": texts | st.just("wide 🧮" * 14_000),
}


def column(model: type[models.Model], name: str) -> st.SearchStrategy[Any]:
    """Any value that may be stored in a column."""
    field: Any = model._meta.get_field(name)
    if name in SPECIAL:
        return SPECIAL[name]
    found = _of(field, model, name)
    return st.none() | found if field.null else found


def _of(field: Any, model: type[models.Model], name: str) -> st.SearchStrategy[Any]:
    if (names := NAMED.get((model, name))) is not None:
        values = [member.value for member in names if member.value]
        return st.sampled_from(values)
    if field.choices:
        return st.sampled_from([value for value, _ in field.flatchoices])
    if isinstance(field, models.BooleanField):
        return st.booleans()
    if isinstance(field, models.DateTimeField):
        return moments
    if isinstance(field, models.UUIDField):
        return st.uuids()
    if isinstance(field, models.FloatField):
        return st.floats(*_range(field, 0.0, 1e308))
    if isinstance(field, models.IntegerField):
        smallest, largest = _range(field, SMALLEST.get(name, 0), LARGEST[type(field)])
        return st.sampled_from([smallest, largest]) | st.integers(smallest, largest)
    return _text(field, model, name)


def _text(field: Any, model: type[models.Model], name: str) -> st.SearchStrategy[str]:
    longest = "🧮" * (field.max_length or 40) if (field.max_length or 40) <= 255 else "z" * 255
    found: st.SearchStrategy[str] = texts | st.just(longest)
    if name in TIDIED.get(model, ()):
        found = found.map(tidy)
    found = found.map(lambda text: text[: field.max_length])
    # Null is what stands for nothing in a column that may be null.
    return found if field.blank and not field.null else found.map(lambda text: text or "?")


def _range(field: Any, smallest: Any, largest: Any) -> tuple[Any, Any]:
    for validator in field.validators:
        if isinstance(validator, MinValueValidator):
            smallest = max(smallest, validator.limit_value)
        if isinstance(validator, MaxValueValidator):
            largest = min(largest, validator.limit_value)
    return smallest, largest


def _columns(of: Entity | Part) -> st.SearchStrategy[Values]:
    named = {name: column(of.model, name) for name in of.columns}
    # Which row it refers to, as a number that is taken modulo how many there are.
    named |= {it.column: st.integers(0, 5) for it in of.references}
    return st.fixed_dictionaries(named)


def _object(entity: Entity) -> st.SearchStrategy[Values]:
    parts = {
        part.key: st.lists(_columns(part), max_size=1 if part.order is None else 4)
        for part in entity.parts
    }
    return st.tuples(_columns(entity), st.uuids(), st.fixed_dictionaries(parts)).map(
        lambda drawn: drawn[0] | {"uid": drawn[1], "parts": drawn[2]}
    )


accounts = st.fixed_dictionaries(
    {
        name: st.lists(_object(entity), max_size=5)
        for name, entity in BY_NAME.items()
        if name is not EntityName.SETTINGS
    }
    | {EntityName.SETTINGS: _columns(SETTINGS)}
)


class Builder:
    """Stores an account; of what cannot stand beside what is there already, nothing."""

    def __init__(self, owner: User) -> None:
        self.owner = owner
        self.rows: dict[EntityName, list[Any]] = {}
        self.taken: set[Any] = set()

    def build(self, account: dict[EntityName, Any]) -> None:
        """Store all of it and settle what follows."""
        UserSettings.objects.filter(user=self.owner).update(**account[EntityName.SETTINGS])
        for name, entity in BY_NAME.items():
            if name is not EntityName.SETTINGS:
                self.rows[name] = []
                for values in account[name]:
                    self._store(entity, dict(values))
        ids = [row.pk for row in self.rows[EntityName.QUESTION]]
        settle(ids, settings=UserSettings.objects.get(user=self.owner))

    def _store(self, entity: Entity, values: Values) -> None:
        parts = values.pop("parts")
        row = self._row(entity, values)
        FITTING[entity.name](row, parts)
        if row is None or not self._is_free(entity.name, row):
            return
        row.save()
        self.rows[entity.name].append(row)
        for part in entity.parts:
            for piece in parts[part.key]:
                if part.unless and part.unless.items() <= piece.items():
                    continue
                stored = self._row(part, piece | {f"{part.parent}_id": row.pk})
                if stored is not None and self._is_free(part.key, stored):
                    stored.save()

    def _row(self, of: Entity | Part, values: Values) -> Any:
        for reference in of.references:
            others = self.rows[reference.entity]
            number = values.pop(reference.column, 0)
            is_null = of.model._meta.get_field(reference.column).null and number == 0
            if not others and not is_null and not of.model._meta.get_field(reference.column).null:
                return None
            other = None if is_null or not others else others[number % len(others)]
            values[f"{reference.column}_id"] = other and other.pk
        row = of.model(owner=self.owner, **values)
        self._fit(row)
        return row

    def _fit(self, row: Any) -> None:
        """What must agree with the row that is referred to."""
        tags = {tag.pk: tag for tag in self.rows.get(EntityName.TAG, ())}
        is_company = TagKind.COMPANY
        if hasattr(row, "frequency") and tags[row.tag_id].kind != is_company:
            row.frequency = row.window = None
        if getattr(row, "company_id", None) and tags[row.company_id].kind != is_company:
            row.company_id = None

    def _is_free(self, table: Any, row: Any) -> bool:
        keys = [("uid", table, row.uid)] if hasattr(row, "uid") else []
        keys += KEYS[table](row)
        if self.taken & set(keys):
            return False
        self.taken |= set(keys)
        return True


def _live(table: str, row: Any, *values: Any) -> list[Any]:
    return [(table, *values)] if row.deleted_at is None and None not in values else []


KEYS: dict[Any, Any] = {
    EntityName.TAG: lambda row: _live("tag", row, row.kind, row.name_key),
    EntityName.QUESTION: lambda row: (
        _live("slug", row, row.slug) + _live("question", row, row.platform, row.external_id)
    ),
    EntityName.LOG: lambda row: _live("log", row, row.platform, row.external_id, row.question_id),
    EntityName.STUDY_LIST: lambda row: _live("list", row, row.name_key),
    EntityName.GOAL: lambda row: [],
    EntityName.SESSION: lambda row: [("open",)] if row.finished_at is None else [],
    "tags": lambda row: [(type(row), getattr(row, "question_id", 0) or row.goal_id, row.tag_id)],
    "lists": lambda row: [("lists", row.goal_id, row.study_list_id)],
    "review": lambda row: [],
    "baseline": lambda row: [],
    "pauses": lambda row: [("pause", row.session_id)] if row.ended_at is None else [],
    "items": lambda row: _items(row),
}


def _items(row: Any) -> list[Any]:
    if hasattr(row, "study_list_id"):
        return [("item", row.study_list_id, row.question_id)]
    turns = [("turn", row.session_id, row.position), ("q", row.session_id, row.question_id)]
    return turns + ([("log", row.log_id)] if row.log_id else [])


def _fit_question(row: Any, parts: Values) -> None:
    row.index_words()
    for baseline in parts["baseline"]:
        baseline["due_at"] = baseline["reviewed_at"] + timedelta(days=baseline["reps"] % 36_501)


def _fit_session(row: Any, parts: Values) -> None:
    row.is_abandoned &= row.finished_at is not None
    if row.finished_at is not None and row.finished_at < row.started_at:
        row.started_at, row.finished_at = row.finished_at, row.started_at
    row.wait(at=row.finished_at or max(row.started_at, NOW - timedelta(days=3)))
    for each in (*parts["pauses"], *parts["items"]):
        if each["started_at"] and each["ended_at"] and each["ended_at"] < each["started_at"]:
            each["started_at"], each["ended_at"] = each["ended_at"], each["started_at"]
    if row.finished_at is not None:
        parts["pauses"] = [each for each in parts["pauses"] if each["ended_at"]]


FITTING: dict[EntityName, Any] = {
    EntityName.TAG: lambda row, parts: row.index_words(),
    EntityName.QUESTION: _fit_question,
    EntityName.LOG: lambda row, parts: None,
    EntityName.STUDY_LIST: lambda row, parts: row.fold_name(),
    EntityName.GOAL: lambda row, parts: None,
    EntityName.SESSION: _fit_session,
}
