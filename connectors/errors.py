"""The two kinds of failure of a source: one that may pass, one that a person must mend."""


class SourceError(Exception):
    """A source could not be landed; the message is one line in Vietnamese for a person."""


class TransientSourceError(SourceError):
    """The source may answer when asked again (network, 429, 5xx)."""


class TerminalSourceError(SourceError):
    """Asking again will not help (login, changed schema, truncated file, refused secret)."""


class SpecError(SourceError):
    """A `source.yml` is missing something or says what cannot be."""
