"""A log line says what went wrong and where, and leaves out every word that a citizen may have written.

The words of an exception often quote its input: a database error prints the failing row, int() the text it could not read.
So the log keeps the kind of each exception and the lines of code it passed through, not what it says.
"""

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Formats a record without the words of any exception in it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Celery puts the exception's words into the message itself; take them out again."""
        error = record.exc_info[1] if record.exc_info else None
        if error:
            for words in (repr(error), str(error)):
                if words:
                    record.message = record.message.replace(words, kind(error))
        return super().formatMessage(record)

    def formatException(self, ei: ExcInfo) -> str:
        """The code that each exception of the chain passed through, and its kind."""
        told, error = [], ei[1]
        while error is not None:
            told.append("".join(traceback.format_tb(error.__traceback__)) + kind(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhich came from\n".join(told)


def kind(error: BaseException) -> str:
    """Its class, and PostgreSQL's code where it has one."""
    code = getattr(error, "pgcode", None)
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{name} ({code})" if code else name
