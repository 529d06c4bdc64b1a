"""The one way to say that a file cannot be taken in."""


class WorkbookRefusedError(ValueError):
    """A file cannot be taken in; the message is one sentence in Vietnamese that says what to do."""
