"""What a publication was built from: equal fingerprints mean that there is nothing to do."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

_PROJECT_FILES = ("*.sql", "*.csv", "*.yml")


def project_fingerprint(project: Path) -> str:
    """Hash the dbt project's models, seeds, macros and settings.

    Args:
        project: the project's folder.

    Returns:
        16 hex digits.
    """
    digest = hashlib.sha256()
    for path in sorted(_sources(project)):
        digest.update(str(path.relative_to(project)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def data_fingerprint(deliveries: Iterable[tuple[str, str, str]]) -> str:
    """Hash the deliveries that may be built from.

    Args:
        deliveries: (source, load_id, delivery) of each accepted delivery.

    Returns:
        16 hex digits.
    """
    lines = sorted("|".join(delivery) for delivery in deliveries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def state_fingerprint(told: str, files: Iterable[Path]) -> str:
    """Hash a text and the content of files.

    Args:
        told: the text.
        files: existing files, in a stable order.

    Returns:
        16 hex digits.
    """
    digest = hashlib.sha256(told.encode())
    for path in files:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(project: Path) -> Iterable[Path]:
    for pattern in _PROJECT_FILES:
        yield from project.glob(pattern)
        for folder in ("models", "seeds", "macros", "tests"):
            yield from (project / folder).rglob(pattern)
