"""Says of each statement on standard input whether sqlglot's parser of its dialect understands it."""

import json
import logging
import sys

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

# What falls back to an opaque command is reported below, statement by statement.
logging.disable(logging.WARNING)


def complaint(dialect: str, sql: str) -> str | None:
    try:
        parsed = sqlglot.parse(sql, dialect=dialect, error_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        return str(error)
    if any(isinstance(each, exp.Command) for each in parsed):
        return "taken for a command, and not parsed"
    return None


statements = json.load(sys.stdin)
json.dump([complaint(each["dialect"], each["sql"]) for each in statements], sys.stdout)
