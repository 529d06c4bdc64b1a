"""One portal for all tests of it: nine months of 2021 at a hundredth."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from simulators.province import ProvinceBox, Truth, load_profile
from simulators.province.dvc.generate import generate
from tests.simulators.province.portal import Portal

NINE_MONTHS = (date(2021, 1, 1), date(2021, 9, 30))
LATER = datetime(2022, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    truth = Truth(tmp_path_factory.mktemp("truth"))
    generate(load_profile("nghe_an"), 0.01, *NINE_MONTHS, truth)
    return truth


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProvinceBox]:
    """A month of the portal, at an instant after all that happens to it."""
    days = (date(2021, 3, 1), date(2021, 3, 31))
    folder: Path = tmp_path_factory.mktemp("box")
    with ProvinceBox("nghe_an", 0.01, *days, folder, now=LATER, sources=["dvc"]) as running:
        yield running


@pytest.fixture
def portal(box: ProvinceBox) -> Iterator[Portal]:
    """A signed-in client of a sound portal."""
    box.heal()
    client = Portal.of(box)
    yield client
    client.http.close()
    box.heal()
