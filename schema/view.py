"""The endpoint: GraphQL over HTTP to the letter, with an error for every malformed request."""

import json
from pathlib import Path
from typing import Any

from cross_web import HTTPException, SyncHTTPRequestAdapter
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.http import require_safe
from strawberry.django.views import GraphQLView, TemporalHttpResponse
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from schema import events, persisted, stream, tokens
from schema.context import Context
from schema.errors import marks
from schema.values import is_unstorable, too_many

GRAPHQL_JSON = "application/graphql-response+json; charset=utf-8"
PLAIN_JSON = "application/json; charset=utf-8"
# What is long belongs into variables: a document is read before it is known who sent it.
LONGEST_DOCUMENT = 2_000_000
SDL = Path(__file__).with_name("schema.graphql")
PREFLIGHT_HEADER = "GraphQL-Preflight"
MALFORMED = (
    AttributeError,
    TypeError,
    ValueError,
    KeyError,
    IndexError,
    RecursionError,
    MultiPartParserError,
    SuspiciousOperation,  # too many form fields or files
)


class ApiView(GraphQLView):
    """POST (and GET for queries) of JSON, or multipart with files and a preflight header."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer; what is no GraphQL request at all gets a status and an error that says why."""
        try:
            return self.run(request=request)
        except InvalidOperationTypeError as refused:
            if refused.operation_type is OperationType.SUBSCRIPTION:
                return self._refused(HTTPException(406, f"Subscribe with Accept: {events.EVENTS}."))
            return self._refused(HTTPException(405, "Send mutations by POST."))
        except HTTPException as refusal:
            return self._refused(refusal)
        except RequestDataTooBig:
            return self._refused(HTTPException(413, "The request body is too large."))

    def should_render_graphql_ide(self, request: Any) -> bool:
        """Never: the explorer is a page of its own (project/explorer)."""
        return False

    def get_context(self, request: HttpRequest, response: HttpResponse) -> Any:
        """What resolvers see."""
        self.context = Context(request=request, response=response)
        return self.context

    def parse_http_body(self, request: SyncHTTPRequestAdapter) -> GraphQLRequestData:
        """Read the request, whatever was sent.

        Raises:
            HTTPException: 400 for anything malformed, 415 for a media type that we do not read, and
                as ``persisted.fill_in``.
        """
        try:
            if request.method == "POST":
                self._check_media_type()
            parsed = super().parse_http_body(request)
            if isinstance(parsed, list):
                raise HTTPException(400, "Send one operation a request.")
            persisted.fill_in(parsed)
            self._check(parsed)
        except RequestDataTooBig:
            raise
        except MALFORMED as malformed:
            raise HTTPException(400, "The request body cannot be read as GraphQL.") from malformed
        return parsed

    def execute_single(  # type: ignore[override]
        self, context: Context, request_data: GraphQLRequestData, **_: Any
    ) -> ExecutionResult:
        """Execute an operation; a subscription once, and once more for each of its events."""
        self.operation = request_data
        allowed = {OperationType.QUERY}
        if self.request.method == "POST":
            allowed.add(OperationType.MUTATION)
        if events.is_named(self.request):
            allowed.add(OperationType.SUBSCRIPTION)
        try:
            result = self.schema.execute_sync(
                request_data.query,
                variable_values=request_data.variables,
                context_value=context,
                operation_name=request_data.operation_name,
                allowed_operation_types=allowed,
                operation_extensions=request_data.extensions,
            )
        except CannotGetOperationTypeError as unknown:
            raise HTTPException(400, unknown.as_http_error_reason()) from unknown
        if not _never_began(result):
            caller = tokens.caller_of(self.request)
            person = None if caller is None else str(caller.uid)
            persisted.keep(request_data, person=person, at=context.now)
        return result

    def process_result(self, request: HttpRequest, result: ExecutionResult) -> GraphQLHTTPResponse:
        """Leave out ``data`` when the operation never began, as the specification asks."""
        answer = super().process_result(request, result)
        if _never_began(result):
            answer.pop("data", None)
        return answer

    def create_response(  # type: ignore[override]
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: TemporalHttpResponse,
    ) -> Any:
        """Negotiate the media type; under the new one, a request that never began is a 400."""
        if self.context.watched is not None:
            answered: Any = (response_data, self.context.watched)
            return stream.streamed(self.request, answered, self._again)
        response: Any = super().create_response(response_data, sub_response)
        if events.is_preferred(self.request, (PLAIN_JSON, GRAPHQL_JSON)):
            return events.answered_at_once(response)
        self._describe(response)
        never_began = isinstance(response_data, dict) and "data" not in response_data
        if response["Content-Type"] == GRAPHQL_JSON and never_began:
            response.status_code = 400
        return response

    def _again(self) -> stream.Answered:
        context = self.get_context(self.request, TemporalHttpResponse())
        result = self.execute_single(context=context, request_data=self.operation)
        answer: Any = self.process_result(self.request, result)
        return answer, context.watched

    def _check_media_type(self) -> None:
        media_type = self.request.content_type
        if media_type == "multipart/form-data":
            if not self.request.headers.get(PREFLIGHT_HEADER):
                reason = f"Send the header {PREFLIGHT_HEADER}: 1 with uploads."
                raise HTTPException(400, reason)
            # Django bounds the other fields of a form, but not its files.
            length = int(self.request.META.get("CONTENT_LENGTH") or 0)
            if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
                raise RequestDataTooBig
        elif media_type != "application/json":
            raise HTTPException(415, "Send Content-Type: application/json.")
        charset = (self.request.content_params or {}).get("charset", "utf-8").lower()
        if charset not in ("utf-8", "utf8", '"utf-8"'):
            raise HTTPException(415, "Send the body in UTF-8.")

    def _check(self, parsed: GraphQLRequestData) -> None:
        if not isinstance(parsed.operation_name, str | None):
            raise HTTPException(400, "operationName must be a string or null.")
        if not parsed.query:
            raise HTTPException(400, "There is no query in the request.")
        if len(parsed.query) > LONGEST_DOCUMENT:
            long = f"The document has more than {LONGEST_DOCUMENT} characters. Use variables."
            raise HTTPException(413, long)
        is_signed_in = tokens.is_signed_in(self.request)
        if reason := too_many(parsed.variables, parsed.query, is_signed_in=is_signed_in):
            raise HTTPException(413, reason)
        if is_unstorable([parsed.query, parsed.operation_name, parsed.variables]):
            raise HTTPException(400, "Remove NUL characters and unpaired surrogates.")

    def _describe(self, response: Any) -> None:
        # Who accepts anything gets the older type, which every client knows.
        preferred = self.request.get_preferred_type([PLAIN_JSON, GRAPHQL_JSON])
        response["Content-Type"] = preferred or PLAIN_JSON
        response["Vary"] = "Accept, Authorization"
        response["Cache-Control"] = "no-store"

    def _refused(self, refusal: HTTPException) -> HttpResponse:
        code = {
            200: "PERSISTED_QUERY_NOT_FOUND",
            403: "OPERATION_NOT_LISTED",
            405: "METHOD_NOT_ALLOWED",
            406: "NOT_ACCEPTABLE",
            413: "TOO_LARGE",
            415: "UNSUPPORTED_MEDIA_TYPE",
        }
        error = {
            "message": refusal.reason,
            "extensions": marks(code.get(refusal.status_code, "BAD_REQUEST")),
        }
        response = HttpResponse(json.dumps({"errors": [error]}), status=refusal.status_code)
        self._describe(response)
        if refusal.status_code == 405:
            response["Allow"] = "POST" if self.request.method == "GET" else "GET, POST"
        if refusal.status_code == 200 and events.is_preferred(
            self.request, (PLAIN_JSON, GRAPHQL_JSON)
        ):
            return events.answered_at_once(response)
        return response


def _never_began(result: ExecutionResult) -> bool:
    errors = result.errors or []
    return result.data is None and bool(errors) and all(error.path is None for error in errors)


@require_safe
def sdl(request: HttpRequest) -> HttpResponse:
    """The schema as it is served, in GraphQL's own language."""
    return HttpResponse(SDL.read_bytes(), content_type="text/plain; charset=utf-8")
