"""Run the custom actions in the brain's own process: no turn pays an HTTP call that carries the whole tracker."""

from __future__ import annotations

import json
from typing import Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException


class InProcessActions(EndpointConfig):
    """What Rasa takes for the action server. The same actions also work behind `rasa run actions`."""

    def __init__(self, package: str = "actions") -> None:
        super().__init__(url="inprocess://", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = None,
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The action's events and messages. Raises what a real action server's refusal would raise."""
        try:
            # Through JSON, so that an action can never hand over what an HTTP server could not.
            return json.loads(json.dumps(await self._executor.run(kwargs["json"])))
        except ActionExecutionRejection as error:
            raise _refusal(400, error.message, error.action_name) from error
        except ActionNotFoundException as error:
            raise _refusal(404, error.message, error.action_name) from error


def check_answers_quickly() -> None:
    """Prepare Rasa's check of what actions return once, where Rasa prepares it anew for each answer (15 ms and more).

    What is checked stays the same. The error names the place, not what stands there, which may be a patient's words.
    """
    schema = RemoteAction.action_response_format_spec()
    cls = validator_for(schema)
    cls.check_schema(schema)
    validator = cls(schema)

    def validate(self: RemoteAction, result: dict[str, Any]) -> bool:
        for error in validator.iter_errors(result):
            raise RasaException(f"{self.name()} returned something that is no event or message, at {error.json_path}.")
        return True

    RemoteAction._validate_action_result = validate


def _refusal(status: int, message: str, action_name: str) -> ClientResponseError:
    return ClientResponseError(status, message, json.dumps({"error": message, "action_name": action_name}))
