"""What the Graph API says when it will not: its codes, sub-codes and HTTP statuses."""

from typing import Any

INVALID_TOKEN = 'OAuth "Facebook Platform" "invalid_token"'  # noqa: S105 - a header's value
DEAD = {
    458: "The creator has removed the app",
    459: "The creator must log in at facebook.com first: a checkpoint",
    460: "The access token was ended because the password changed",
    463: "The access token has run out",
    464: "The creator's account is not confirmed",
    467: "The access token is no longer valid",
    492: "The creator has no role at this page any more",
}
"""Why a token is dead, by the sub-code of 190."""


class GraphError(Exception):
    """An answer with an `error` in it. `more`: further keys of it, such as `is_transient`."""

    def __init__(
        self,
        message: str,
        code: int | None,
        subcode: int | None = None,
        *,
        kind: str = "OAuthException",
        status: int = 400,
        **more: object,
    ) -> None:
        super().__init__(message)
        self.code, self.subcode, self.status = code, subcode, status
        self._kind, self._more = kind, more

    def told(self, trace: str) -> dict[str, Any]:
        """The body."""
        numbers = {"code": self.code, "error_subcode": self.subcode}
        known = {name: number for name, number in numbers.items() if number is not None}
        return {"error": {"message": str(self), "type": self._kind, **known, **self._more, "fbtrace_id": trace}}


class PageError(GraphError):
    """Answered by a page in HTML, as servers in front of the API do."""


def bad_parameter(sentence: str) -> GraphError:
    return GraphError(f"(#100) {sentence}", 100)


def no_such_field(name: str, node: str) -> GraphError:
    return bad_parameter(f"Tried accessing nonexisting field ({name}) on node type ({node})")


def no_such_path(path: str) -> GraphError:
    return GraphError(f"Unknown path components: /{path}", 2500)


def syntax_error(what: str, at: int, text: str) -> GraphError:
    return GraphError(f'Syntax error "{what}" at character {at}: {text}', 2500)


def gone(node: str, method: str = "get") -> GraphError:
    """Deleted, hidden, somebody else's, or never there: Meta does not say which."""
    if not node.replace("_", "").isdecimal():
        return GraphError(f"(#803) Some of the aliases you requested do not exist: {node}", 803, status=404)
    message = f"Unsupported {method} request. The object {node} is not there, or may not be seen"
    return GraphError(message, 100, 33, kind="GraphMethodException")


def dead_token(subcode: int | None) -> GraphError:
    return GraphError(DEAD.get(subcode or 0, "The access token is no longer valid"), 190, subcode)


def unreadable_token(token: str) -> GraphError:
    """Its text repeats the token, as Meta's does: a trap for whoever logs it."""
    return GraphError(f"The access token could not be read: {token}", 190)


def no_permission(scope: str) -> GraphError:
    return GraphError(f"(#10) This app may not do that for this account: it needs {scope}", 10, status=403)


def few_viewers() -> GraphError:
    return GraphError("(#10) Too few people have seen this story to show its numbers", 10)


def before_conversion() -> GraphError:
    return GraphError(
        "Parameter not valid", 100, 2108006, kind="IGApiException", is_transient=False,
        error_user_title="Older than the business account",
        error_user_msg="This media was published before the account became a business account.",
    )  # fmt: skip


def no_token() -> GraphError:
    return GraphError("An access token is required to request this resource.", 104)


def reduce_data() -> GraphError:
    return GraphError("Please ask for less data at a time and try again", 1, status=500)


def unknown_error() -> GraphError:
    return GraphError("An unknown error occurred", 1, status=500)


def fatal() -> GraphError:
    """What metrics that join Instagram and Facebook answer where they cannot."""
    return GraphError("Fatal", -1, 2207086)


def not_professional() -> GraphError:
    return GraphError("(#110) User id not valid", 110, 2207013)


def only_by_discovery() -> GraphError:
    return GraphError("(#36104) view_count cannot be asked here", 36104)
