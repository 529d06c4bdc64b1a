"""The two kinds of failure of a source: one that may pass, one that a person must mend."""


class SourceError(Exception):
    """A source could not be landed; the message is one line in Vietnamese for a person."""


class TransientSourceError(SourceError):
    """The source may answer when asked again (network, 429, 5xx)."""


class TerminalSourceError(SourceError):
    """Asking again will not help (login, changed schema, truncated file, refused secret)."""


class NotLoggedInError(TerminalSourceError):
    """The session is not, or no longer, valid; logging in once more may help."""


class SpecError(SourceError):
    """A `source.yml` is missing something or says what cannot be."""
