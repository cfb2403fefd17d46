"""What must hold for every field, type and argument of the schema, whoever adds the next one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import CASCADE, ForeignKey, Model
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLUnionType,
    ObjectTypeDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_specified_directive,
    is_specified_scalar_type,
    parse,
)
from graphql.pyutils import Undefined
from strawberry.printer import print_schema

from domain.accounts.models import User
from schema.directives import RateLimited, SignedIn
from schema.root import NODES, Mutation, Query, Subscription, schema
from schema.scoping import Owned, Scope, StaffScope
from tests.error_codes import error_codes

pytestmark = pytest.mark.once

SDL = Path(__file__).resolve().parent.parent / "schema" / "schema.graphql"
PUBLIC = {
    "register", "signIn", "refreshToken", "verifyToken",
    "verifyEmail", "requestPasswordReset", "resetPassword", "completeTwoFactor",
    "siteInfo", "rateLimit",
}  # fmt: skip
# They read nothing that is stored, and cost what `__typename` does.
SAID_BY_THE_CODE = {"siteInfo", "rateLimit"}
NEVER_SHOWN = {
    "createdBy", "deletedBy", "groups", "isActive", "isStaff", "isSuperuser", "lastLogin",
    "nameKey", "owner", "ownerId", "password", "pk", "searchWords", "tokenVersion", "uid",
    "updatedBy", "user", "userId", "userPermissions",
}  # fmt: skip
# Of accounts staff see more than others; `user` is a root field, and whose settings they are.
NOT_SECRET = {"Person": {"isActive"}, "Query": {"user"}, "UserSettings": {"user"}}
# Lists without pages: each is bounded where its rows are made.
BOUNDED_LISTS = {
    "AuditEvent.fields",
    "BuiltInList.sections",
    "BulkQuestionLogResult.messages",
    "BulkQuestionLogs.results",
    "BulkQuestionResult.messages",
    "BulkQuestions.results",
    "ChangePage.changes",
    "Goal.lists",
    "Goal.tags",
    "ImportPreview.errors",
    "ImportPreview.notes",
    "ImportPreview.rows",
    "ImportReport.errors",
    "ImportReport.notes",
    "ImportReport.rows",
    "ImportResult.errors",
    "ImportResult.notes",
    "ImportRow.changes",
    "OperationInfo.messages",
    "PracticeSession.pauses",
    "PracticeSession.sessionItems",
    "Query.builtInLists",
    "Query.nextQuestions",
    "Question.reviewPreview",
    "Question.tagLinks",
    "Question.tags",
    "QuestionLog.mistakes",
    "Readiness.belowTarget",
    "Readiness.perList",
    "Readiness.perTag",
    "RecoveryCodes.recoveryCodes",
    "RevertReport.kept",
    "RevertReport.keptObjects",
    "RevertReport.removed",
    "ReviewForecast.days",
    "ReviewQueue.items",
    "Statistics.byDifficulty",
    "Statistics.byTag",
    "Statistics.heatmap",
    "Statistics.mistakes",
    "Statistics.ratings",
    "Statistics.retentionByAge",
    "StudyList.sections",
    "StudyListProgress.sections",
    "TwoFactorConfirmation.recoveryCodes",
    "UserSettings.fsrsParameters",
}

TYPES = {
    name: type_
    for name, type_ in schema._schema.type_map.items()
    if not name.startswith("__") and not is_specified_scalar_type(type_)
}
OBJECTS = {
    name: type_
    for name, type_ in TYPES.items()
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
}


def root_fields() -> dict[str, Any]:
    return {
        schema.config.name_converter.from_field(field): field
        for root in (Query, Mutation, Subscription)
        for field in root.__strawberry_definition__.fields
    }


def rows() -> dict[str, tuple[type, type[Model]]]:
    """The types that stand for rows of a table, by name, with their class and model."""
    classes = {
        name: type_.extensions["strawberry-definition"].origin
        for name, type_ in OBJECTS.items()
        if "strawberry-definition" in type_.extensions
    }
    return {
        name: (origin, origin.__strawberry_django_definition__.model)
        for name, origin in classes.items()
        if hasattr(origin, "__strawberry_django_definition__")
    }


def described() -> Iterator[tuple[str, str | None]]:
    """Everything that has a description: where it is, and what it says."""
    for name, type_ in TYPES.items():
        yield name, type_.description
        if isinstance(type_, GraphQLEnumType):
            for value_name, value in type_.values.items():
                yield f"{name}.{value_name}", value.description
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in type_.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument_name, argument in getattr(field, "args", {}).items():
                    yield f"{name}.{field_name}({argument_name})", argument.description
    for directive in schema._schema.directives:
        if not is_specified_directive(directive):
            yield f"@{directive.name}", directive.description


@pytest.mark.parametrize("name", sorted(root_fields()))
def test_root_field_is_guarded_or_public(name):
    guards = [type(guard) for guard in root_fields()[name].extensions]

    assert any(issubclass(guard, SignedIn) for guard in guards) is (name not in PUBLIC)


@pytest.mark.parametrize("name", sorted(PUBLIC - SAID_BY_THE_CODE))
def test_public_field_is_rate_limited(name):
    assert RateLimited in [type(guard) for guard in root_fields()[name].extensions]


def test_guards_are_printed_in_the_sdl():
    roots = [node for node in parse(SDL.read_text()).definitions if _is_root(node)]
    printed = {
        field.name.value: {directive.name.value for directive in field.directives or ()}
        for root in roots
        for field in root.fields
    }

    guards = {"requires", "signedIn", "verified"}
    assert set(printed) == set(root_fields())
    for name, directives in printed.items():
        assert len(guards & directives) == (name not in PUBLIC), name


@pytest.mark.parametrize("name", sorted(rows()))
def test_type_of_a_row_declares_its_scope(name):
    origin, model = rows()[name]

    assert issubclass(origin, Owned)
    assert isinstance(origin.scope, Scope)
    assert origin.get_queryset.__func__ is Owned.get_queryset.__func__
    for path in (origin.scope.owner, *origin.scope.also):
        assert _leads_to_its_owner(model, path)


@pytest.mark.parametrize("name", sorted(rows()))
def test_scope_hides_the_trash(name):
    origin, model = rows()[name]
    columns = {field.name for field in model._meta.get_fields()}

    assert ("deleted_at" in origin.scope.live) is ("deleted_at" in columns)
    for parent in ("question", "study_list", "tag"):
        assert (f"{parent}__deleted_at" in origin.scope.live) is _hangs_on(model, parent)


def test_no_two_types_read_one_table_but_those_of_people():
    models = [model for name, (_, model) in rows().items() if name != "Person"]

    assert len(models) == len(set(models))


def test_from_what_staff_see_nothing_leads_to_what_people_practise():
    shown = {name for name, (origin, _) in rows().items() if isinstance(origin.scope, StaffScope)}

    assert shown <= {"AuditEvent", "Person"}
    for name in shown:
        targets = {get_named_type(field.type).name for field in OBJECTS[name].fields.values()}
        assert targets & set(rows()) <= shown, name


def test_every_node_can_be_fetched_by_its_id():
    nodes = {name for name, type_ in OBJECTS.items() if _is_node(type_)}

    assert nodes == set(NODES)


def test_every_list_is_paged_or_bounded():
    lists = {
        f"{name}.{field_name}"
        for name, type_ in OBJECTS.items()
        for field_name, field in type_.fields.items()
        if isinstance(get_nullable_type(field.type), GraphQLList)
    }
    edges = {f"{name}.edges" for name in OBJECTS if name.endswith("Connection")}

    assert lists == BOUNDED_LISTS | edges


def test_every_connection_has_all_paging_arguments():
    connections = [
        field
        for type_ in OBJECTS.values()
        for field in type_.fields.values()
        if get_named_type(field.type).name.endswith("Connection")
    ]

    assert len(connections) == 19
    for field in connections:
        assert {"first", "last", "after", "before"} <= set(field.args)


@pytest.mark.parametrize("name", sorted(schema._schema.mutation_type.fields))
def test_mutation_takes_one_input_and_can_say_what_is_wrong(name):
    field = schema._schema.mutation_type.fields[name]
    payload = get_named_type(field.type)

    assert list(field.args) == (
        []
        if name
        in (
            "signOut",
            "resendVerification",
            "cancelAccountDeletion",
            "revokeOtherSessions",
            "signOutEverywhere",
        )
        else ["input"]
    )
    if name not in ("signOut", "verifyToken"):
        assert isinstance(payload, GraphQLUnionType)
        assert "OperationInfo" in [member.name for member in payload.types]


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_type_shows_nothing_secret(name):
    assert not (NEVER_SHOWN - NOT_SECRET.get(name, set())) & set(OBJECTS[name].fields)


def test_input_takes_neither_owner_nor_rights():
    secrets = {
        "isActive": {"PersonFilter"},
        "password": {
            "CreateApiTokenInput",
            "DeleteAccountInput",
            "DisableTwoFactorInput",
            "EnrolTwoFactorInput",
            "RegenerateRecoveryCodesInput",
            "RegisterInput",
            "SignInInput",
        },
    }
    found = {
        field: {name for name, type_ in _inputs().items() if field in type_.fields}
        for field in NEVER_SHOWN
    }

    assert {field: names for field, names in found.items() if names} == secrets


def test_filters_are_hand_picked_not_generated():
    names = {name for name in _inputs() if name.endswith(("Filter", "Lookup"))}

    assert names == {
        "AuditEventFilter",
        "ExportFilter",
        "GoalFilter",
        "ImportBatchFilter",
        "JobFilter",
        "PersonFilter",
        "PracticeSessionFilter",
        "QuestionFilter",
        "QuestionLogFilter",
        "TagFilter",
        "TrashFilter",
    }


def test_everything_is_described():
    assert [where for where, description in described() if not (description or "").strip()] == []


def test_descriptions_speak_of_the_api_and_not_of_python():
    codes = error_codes()
    links = re.compile(r"https?://\S+")
    python = [
        (where, name)
        for where, description in described()
        for name in re.findall(r"``|\b[a-z0-9]+(?:_[a-z0-9]+)+\b", links.sub("", description or ""))
        if name not in codes
    ]

    assert python == []


def test_optional_arguments_print_a_plain_default():
    fields = [field for type_ in OBJECTS.values() for field in type_.fields.values()]
    arguments = [argument for field in fields for argument in field.args.values()]
    arguments += [field for type_ in _inputs().values() for field in type_.fields.values()]
    defaults = {str(argument.default_value) for argument in arguments} - {str(Undefined)}

    assert defaults == {
        "None", "", "False", "UTC", "CUSTOM", "REJECT_ALL",
        "OrderDirection.ASC", "OrderDirection.DESC",
    }  # fmt: skip
    assert "UNSET" not in SDL.read_text()


def test_types_of_gqlauth_are_not_in_the_schema():
    modules = {
        type_.extensions["strawberry-definition"].origin.__module__
        for type_ in OBJECTS.values()
        if "strawberry-definition" in type_.extensions
    }

    assert not [module for module in modules if module.startswith("gqlauth")]


def test_sdl_file_is_current():
    assert SDL.read_text() == print_schema(schema)


def _inputs() -> dict[str, GraphQLInputObjectType]:
    return {
        name: type_ for name, type_ in TYPES.items() if isinstance(type_, GraphQLInputObjectType)
    }


def _is_root(node: Any) -> bool:
    roots = ("Query", "Mutation", "Subscription")
    return isinstance(node, ObjectTypeDefinitionNode) and node.name.value in roots


def _is_node(type_: Any) -> bool:
    return "Node" in [interface.name for interface in type_.interfaces]


def _hangs_on(model: type[Model], name: str) -> bool:
    """Whether a row goes with the one that this column names."""
    field = {field.name: field for field in model._meta.fields}.get(name)
    return isinstance(field, ForeignKey) and field.remote_field.on_delete is CASCADE


def _leads_to_its_owner(model: type[Model], path: str) -> bool:
    if path == "pk":
        return model is User
    return model._meta.get_field(path).related_model is User
