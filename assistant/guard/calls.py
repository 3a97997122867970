"""Check a call of the page before gradio reads it: the number of the function and of its values."""

import json
from collections.abc import Mapping

Functions = Mapping[int, int]
"""For each function of the page, by its number, how many values it takes."""


def fault(body: bytes, functions: Functions) -> str:
    """Return in one line why a body is not a call of the page, or "" if it is one.

    gradio answers an unknown call with a traceback in the log.
    """
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        return "A call is a JSON object."
    if not isinstance(call, dict):
        return "A call is a JSON object."
    number, values = call.get("fn_index"), call.get("data")
    if type(number) is not int or number not in functions:
        return "The page has no such function; reload it."
    if not isinstance(values, list) or len(values) != functions[number]:
        return (
            f"This function takes a list of {functions[number]} values as `data`; reload the page."
        )
    session = call.get("session_hash")
    if not isinstance(session, str) or not session:
        return "A call names its session as `session_hash`."
    return ""
