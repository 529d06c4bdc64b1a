"""An edition is whole or absent, stays as it was made, and is made anew only when it differs."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.editions import editions, make_edition, render_again, store
from pipelines.errors import UserError
from pipelines.reports import templates
from pipelines.settings import REPOSITORY, Settings
from tests.editions.conftest import Publish

PERIOD = "2024-12"
MADE_AT = datetime(2024, 12, 24, 9, 0, tzinfo=UTC)
NEXT_DAY = datetime(2024, 12, 25, 9, 0, tzinfo=UTC)
RESTATED = (
    "update mart.indicator_yoy set value = value + 5 where indicator_code = 'xuat_khau_tong'"
    " and period_start = date '2024-12-01' and period_type = 'month'"
)


def test_the_same_figures_give_the_edition_there_is(settings: Settings, publish: Publish) -> None:
    publish()
    first = make_edition(settings, PERIOD, "final", MADE_AT)
    publish()
    again = make_edition(settings, PERIOD, "final", NEXT_DAY)
    assert again == first
    assert (first.number, first.publication_id, first.data_as_of) == (1, 7, date(2024, 12, 31))
    assert [path.suffix for path in first.files] == [".docx", ".pdf", ".xlsx"]
    assert editions(settings) == [first]


def test_a_restated_figure_gives_the_next_edition_and_leaves_the_first(
    settings: Settings, publish: Publish
) -> None:
    publish()
    first = make_edition(settings, PERIOD, "final", MADE_AT)
    before = {path.name: path.read_bytes() for path in first.files}
    publish(RESTATED)
    second = make_edition(settings, PERIOD, "final", NEXT_DAY)
    assert (second.number, second.publication_id, second.made_at) == (2, 8, NEXT_DAY)
    assert [path.name for path in second.files][1].endswith("2024-12-dinh-chinh-1.pdf")
    assert {path.name: path.read_bytes() for path in first.files} == before
    assert editions(settings, PERIOD) == [first, second]
    assert editions(settings, "2024-11") == []


def test_drafts_count_in_a_row_of_their_own(settings: Settings, publish: Publish) -> None:
    publish()
    draft = make_edition(settings, PERIOD, "draft", MADE_AT)
    final = make_edition(settings, PERIOD, "final", NEXT_DAY)
    assert [(item.kind, item.number) for item in (draft, final)] == [("draft", 1), ("final", 1)]
    assert "du-thao-1" in draft.files[0].name


def test_a_changed_template_gives_the_next_edition(settings: Settings, publish: Publish) -> None:
    publish()
    first = make_edition(settings, PERIOD, "final", MADE_AT)
    settings.templates.mkdir()
    shipped = (templates.SHIPPED / "bao_cao.typ").read_text(encoding="utf-8")
    (settings.templates / "bao_cao.typ").write_text(
        shipped.replace("size: 62pt", "size: 40pt"), encoding="utf-8"
    )
    assert make_edition(settings, PERIOD, "final", MADE_AT).number == 2
    # the first still has its own
    assert render_again(settings, first) == {p.name: p.read_bytes() for p in first.files}


_AGAIN = """
import hashlib, locale, sys
from pipelines.editions import editions, render_again
from pipelines.settings import load_settings
settings = load_settings()
for name, content in sorted(render_again(settings, editions(settings)[0]).items()):
    print(name, hashlib.sha256(content).hexdigest())
"""


def test_another_process_on_another_day_renders_the_same_bytes(
    settings: Settings, publish: Publish
) -> None:
    publish()
    edition = make_edition(settings, PERIOD, "final", MADE_AT)
    # the warehouse is not asked
    settings.published_db.unlink()
    process = _python(
        _AGAIN,
        settings,
        KHO_NOW="2031-03-05T23:59:00-05:00",
        TZ="America/Lima",
        LC_ALL="C",
        PYTHONHASHSEED="77",
    )
    printed = process.communicate(timeout=120)[0]
    wanted = [f"{path.name} {edition.checksums[path.name]}" for path in edition.files]
    assert printed.splitlines() == wanted


def test_a_file_changed_in_the_lake_is_named(settings: Settings, publish: Publish) -> None:
    publish()
    edition = make_edition(settings, PERIOD, "final", MADE_AT)
    (edition.folder / "data.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=r"data\.json đã bị sửa"):
        render_again(settings, edition)


def test_a_month_without_figures_leaves_nothing(settings: Settings, publish: Publish) -> None:
    publish()
    with pytest.raises(UserError, match="03/2031"):
        make_edition(settings, "2031-03", "draft", MADE_AT)
    assert editions(settings) == []


FACTS = {"publication_id": 7, "data_as_of": None, "made_at": MADE_AT.isoformat(), "content": "x"}
FILES = {"a.docx": b"d" * 9000, "a.pdf": b"p", "a.xlsx": b"x", "templates/t.typ": b"t"}


def put(settings: Settings) -> None:
    """Store one more edition, without rendering it."""
    with store.writing(settings):
        number = len(store.stored(settings, PERIOD)) + 1
        store.store(settings, PERIOD, "final", number, FACTS, FILES)


# by itself, because a process with threads must not fork
_KILLED = """
import itertools, os, shutil, signal, sys
from pipelines.settings import load_settings
from tests.editions.test_editions import put
settings = load_settings()
for step in itertools.count():
    child = os.fork()
    if not child:
        steps = itertools.count()
        def hook(event, _):
            if event in ("open", "os.rename", "os.mkdir") and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        put(settings)
        os._exit(0)
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    from pipelines.editions import editions, store
    from tests.editions.test_editions import FILES
    assert all(store.contents(edition) == FILES for edition in editions(settings))
    print(killed, len(editions(settings)))
    shutil.rmtree(settings.lake / "_editions" / "2024-12", ignore_errors=True)
    if not killed:
        break
"""


def _python(program: str, settings: Settings, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={**os.environ, "KHO_HOME": str(settings.home), **environment},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_kill_at_any_point_leaves_no_half_edition(settings: Settings) -> None:
    process = _python(_KILLED, settings)
    lines = [line.split() for line in process.communicate(timeout=60)[0].splitlines()]
    assert process.returncode == 0
    counts = [int(count) for _, count in lines]
    assert len(lines) > 10
    # killed before the rename there is none, killed after it there is one
    assert [killed for killed, _ in lines] == ["True"] * (len(lines) - 1) + ["False"]
    assert counts[0] == 0
    assert counts[-2] > 0
    put(settings)
    assert {path.name for path in (settings.lake / "_editions").iterdir()} == {".lock", PERIOD}


_MADE = """
from datetime import datetime, UTC
from pipelines.editions import make_edition
from pipelines.settings import load_settings
made_at = datetime(2024, 12, 24, 9, tzinfo=UTC)
print(make_edition(load_settings(), "2024-12", "final", made_at).number)
"""


def test_two_writers_at_once_give_one_edition(settings: Settings, publish: Publish) -> None:
    publish()
    writers = [_python(_MADE, settings) for _ in range(2)]
    assert [writer.communicate(timeout=120)[0].strip() for writer in writers] == ["1", "1"]
    assert [item.number for item in editions(settings)] == [1]


def test_a_damaged_folder_is_told(settings: Settings, tmp_path: Path) -> None:
    put(settings)
    (settings.lake / "_editions" / PERIOD / "final-1" / "edition.json").write_bytes(b"{")
    with pytest.raises(UserError, match="final-1 bị hỏng"):
        editions(settings)
