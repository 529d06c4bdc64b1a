"""Failures that a person can act on, with the exit status that the command ends with."""

DONE, FAILED, WRONG_CALL, HELD_BACK = 0, 1, 2, 3


class UserError(Exception):
    """Something a person must mend; the message is one line in Vietnamese that says how."""

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status
