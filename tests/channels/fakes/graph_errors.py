"""Errors of the Graph API with the bodies that it sends."""

from __future__ import annotations

from typing import Any

from tests.channels.fakes.platform import Answer


class GraphError(Exception):
    """What the server refuses with."""

    def __init__(self, code: int, message: str, *, subcode: int = 0, status: int = 400, details: str = "") -> None:
        super().__init__(message)
        error: dict[str, Any] = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code}
        if subcode:
            error["error_subcode"] = subcode
        if details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": details}
        self.answer = Answer(status, {"error": {**error, "fbtrace_id": "AXrA5dHdQxhWcNkZ0pFmQ1a"}})


def bad_token() -> GraphError:
    return GraphError(190, "Error validating access token: Session has expired.", subcode=463, status=401)


def no_proof() -> GraphError:
    return GraphError(100, "Invalid appsecret_proof provided in the API argument")


def invalid(details: str) -> GraphError:
    return GraphError(100, "Invalid parameter", details=details)


def wrong_value(details: str) -> GraphError:
    return GraphError(131_009, "Parameter value is not valid", details=details)


def not_there() -> GraphError:
    return GraphError(100, "Unsupported get request. Object does not exist or lacks permissions", subcode=33)


def window_over() -> GraphError:
    return GraphError(131_047, "Re-engagement message", details="More than 24 hours have passed since the last reply")


def undeliverable() -> GraphError:
    return GraphError(131_026, "Message undeliverable", details="Message Undeliverable.")


def no_template() -> GraphError:
    return GraphError(
        132_001, "Template name does not exist in the translation", status=404, details="template name does not exist"
    )


def pair_limit() -> GraphError:
    return GraphError(131_056, "(Business Account, Consumer Account) pair rate limit hit", details="Too many messages")


def throughput() -> GraphError:
    return GraphError(130_429, "Rate limit hit", status=429, details="Cloud API message throughput has been reached.")


def outside_window() -> GraphError:
    return GraphError(10, "This message is sent outside of allowed window.", subcode=2_018_278, status=403)


def no_permission() -> GraphError:
    return GraphError(10, "Application does not have permission for this action", status=403)


def not_available() -> GraphError:
    return GraphError(551, "This person isn't available right now.", subcode=1_545_041)


def no_such_user() -> GraphError:
    return GraphError(100, "No matching user found", subcode=2_018_001)


def page_limit() -> GraphError:
    return GraphError(613, "Calls to this API have exceeded the rate limit.")


def trouble_at_meta() -> GraphError:
    return GraphError(1, "An unknown error has occurred.", subcode=99, status=500)
