"""The same three operations, written as the Django REST Framework guide writes them.

So that the API layers are what differs: the caller is found by the same claims and one query over
the same tables, lists are read in as few statements as the ORM allows, and creating a log calls the
same service as the mutation. Nothing of ``schema`` is used, so that what is won there shows.
"""

from datetime import UTC, datetime
from typing import Any

import jwt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from rest_framework import exceptions, generics, serializers
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from domain.accounts.models import AuthSession, User
from domain.practice.models import QuestionLog
from domain.practice.services import logs as services
from domain.questions.models import Question, Tag

LAST_LOGS = 3
LIVE_TAGS = Prefetch("tags", queryset=Tag.objects.filter(deleted_at=None))
LIVE_LOGS = QuestionLog.objects.filter(deleted_at=None).order_by("-attempted_at", "-uid")


def live_questions(user: User) -> QuerySet[Question]:
    """The questions of one person that are not in the trash."""
    return Question.objects.filter(owner=user, deleted_at=None)


class JWTAuthentication(BaseAuthentication):
    """A signed token of an open session of an active person."""

    def authenticate(self, request: Request) -> tuple[User, dict[str, Any]] | None:
        """Find the caller in one query.

        Raises:
            AuthenticationFailed: the token is not valid, or not any more.
        """
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            claims = self._claims(token.decode())
        except (jwt.InvalidTokenError, UnicodeDecodeError) as invalid:
            raise exceptions.AuthenticationFailed("Token is invalid or expired") from invalid
        session = (
            AuthSession.objects.select_related("user")
            .filter(
                uid=claims["sid"],
                revoked_at=None,
                expires_at__gt=datetime.now(UTC),
                user__uid=claims["sub"],
                user__is_active=True,
                user__token_version=claims["ver"],
            )
            .first()
        )
        if session is None:
            raise exceptions.AuthenticationFailed("Token is invalid or expired")
        return session.user, claims

    def authenticate_header(self, request: Request) -> str:
        """What to answer to nobody."""
        return "Bearer"

    def _claims(self, token: str) -> dict[str, Any]:
        key = settings.JWT_KEYS.get(jwt.get_unverified_header(token).get("kid"))
        if key is None:
            raise jwt.InvalidTokenError("signed by somebody else")
        return jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=settings.JWT_AUDIENCE,
            issuer=settings.JWT_ISSUER,
            options={"require": ["exp", "sub", "sid", "ver"]},
        )


class QuestionLogSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid", read_only=True)
    mistakes = serializers.ListField(child=serializers.CharField(), required=False)

    class Meta:
        model = QuestionLog
        fields = [
            "id",
            "attempted_at",
            "duration_seconds",
            "outcome",
            "rating",
            "help",
            "approach",
            "time_complexity",
            "language",
            "notes",
            "mistakes",
        ]


class OwnedQuestions(serializers.SlugRelatedField):
    """The caller's own questions."""

    def get_queryset(self) -> QuerySet[Question]:
        """Those that may be named."""
        return live_questions(self.context["request"].user)


class CreateQuestionLogSerializer(QuestionLogSerializer):
    question = OwnedQuestions(slug_field="uid", queryset=Question.objects.all(), write_only=True)

    class Meta(QuestionLogSerializer.Meta):
        fields = [*QuestionLogSerializer.Meta.fields, "question"]

    def create(self, validated_data: dict[str, Any]) -> QuestionLog:
        """Call the service that the GraphQL mutation calls.

        Raises:
            ValidationError: the service refused it.
        """
        try:
            return services.create_question_log(
                actor=self.context["request"].user, at=datetime.now(UTC), **validated_data
            )
        except ValidationError as refusal:
            raise serializers.ValidationError(refusal.message_dict) from refusal


class QuestionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid", read_only=True)
    tags = serializers.SlugRelatedField(many=True, read_only=True, slug_field="name")
    logs = QuestionLogSerializer(source="last_logs", many=True, read_only=True)

    class Meta:
        model = Question
        fields = [
            "id",
            "title",
            "url",
            "platform",
            "difficulty",
            "importance",
            "is_starred",
            "created_at",
            "log_count",
            "solved_count",
            "last_attempted_at",
            "due_at",
            "tags",
            "logs",
        ]


class QuestionDetailSerializer(QuestionSerializer):
    logs = QuestionLogSerializer(many=True, read_only=True)

    class Meta(QuestionSerializer.Meta):
        fields = [*QuestionSerializer.Meta.fields, "notes"]


class Api:
    """What every view has."""

    authentication_classes = [JWTAuthentication]
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]


class Pages(LimitOffsetPagination):
    """20 rows and their total unless the client says otherwise."""

    default_limit = 20
    max_limit = 100


class QuestionList(Api, generics.ListAPIView):
    """``GET /questions?limit=20``: the newest first, each with its last logs."""

    serializer_class = QuestionSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Question]:
        """The caller's questions."""
        newest = live_questions(self.request.user).order_by("-created_at", "-uid")
        last_logs = Prefetch("logs", queryset=LIVE_LOGS[:LAST_LOGS], to_attr="last_logs")
        return newest.prefetch_related(LIVE_TAGS, last_logs)


class QuestionDetail(Api, generics.RetrieveAPIView):
    """``GET /questions/<uuid>``: one question with all its logs."""

    serializer_class = QuestionDetailSerializer
    lookup_field = "uid"

    def get_queryset(self) -> QuerySet[Question]:
        """The caller's questions."""
        questions = live_questions(self.request.user)
        return questions.prefetch_related(LIVE_TAGS, Prefetch("logs", queryset=LIVE_LOGS))


class QuestionLogCreate(Api, generics.CreateAPIView):
    """``POST /question-logs``: one attempt."""

    serializer_class = CreateQuestionLogSerializer
