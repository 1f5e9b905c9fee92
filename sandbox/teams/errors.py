"""What the connector answers when it refuses, in Teams' own codes."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web


class ConnectorError(Exception):
    """A refusal with its HTTP status, Teams' code, a message and, when throttling, a wait."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: float | None = None
    ) -> None:
        """Keep what will be answered."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    def response(self) -> web.Response:
        """Return the answer as Teams gives it."""
        body = {"error": {"code": self.code, "message": str(self)}}
        response = web.json_response(body, status=self.status)
        if self.retry_after is not None:
            response.headers["Retry-After"] = f"{self.retry_after:g}"
        return response


def bad_argument(message: str) -> ConnectorError:
    """The request makes no sense."""
    return ConnectorError(HTTPStatus.BAD_REQUEST, "BadArgument", message)


def conversation_not_found() -> ConnectorError:
    """There is no such conversation."""
    return ConnectorError(HTTPStatus.NOT_FOUND, "ConversationNotFound", "Conversation not found.")


def activity_not_found() -> ConnectorError:
    """There is no such message in this conversation."""
    return ConnectorError(
        HTTPStatus.NOT_FOUND,
        "ActivityNotFoundInConversation",
        "The message ID provided couldn't be found in the conversation.",
    )


def member_not_found() -> ConnectorError:
    """Nobody of this id takes part in the conversation."""
    return ConnectorError(
        HTTPStatus.NOT_FOUND,
        "MemberNotFoundInConversation",
        "The member was not found in the conversation.",
    )


def not_in_roster() -> ConnectorError:
    """The bot was removed from this conversation."""
    return ConnectorError(
        HTTPStatus.FORBIDDEN,
        "BotNotInConversationRoster",
        "The bot is not part of the conversation roster.",
    )


def not_installed() -> ConnectorError:
    """A new conversation with somebody who does not have the app."""
    return ConnectorError(
        HTTPStatus.FORBIDDEN,
        "ForbiddenOperationException",
        "The bot is not installed in user's personal scope",
    )


def blocked() -> ConnectorError:
    """The person blocked the bot."""
    return ConnectorError(
        HTTPStatus.FORBIDDEN,
        "ConversationBlockedByUser",
        "User blocked the conversation with the bot.",
    )


def not_permitted(message: str) -> ConnectorError:
    """The bot may not do this."""
    return ConnectorError(HTTPStatus.FORBIDDEN, "NotEnoughPermissions", message)


def too_big(message: str) -> ConnectorError:
    """The message or a card in it is above the limit."""
    return ConnectorError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "MessageSizeTooBig", message)


def throttled(retry_after: float) -> ConnectorError:
    """Too many messages; `retry_after` in seconds."""
    return ConnectorError(
        HTTPStatus.TOO_MANY_REQUESTS, "Throttled", "Too many requests.", retry_after=retry_after
    )
