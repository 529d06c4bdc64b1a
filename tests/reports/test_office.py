"""The Word file opens in LibreOffice and becomes a PDF that says the same."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest

from pipelines.reports import make_report
from tests.reports.sample_mart import sample_reader

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="máy này không có LibreOffice (soffice)")
def test_libreoffice_converts_the_word_file(tmp_path: Path) -> None:
    files = make_report(sample_reader(), "2024-12", tmp_path, datetime(2025, 1, 6, 3, tzinfo=UTC))
    out = tmp_path / "out"
    done = subprocess.run(
        [
            str(SOFFICE),
            f"-env:UserInstallation=file://{tmp_path / 'profile'}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(out),
            str(files.docx),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert "Error" not in done.stderr, done.stderr
    pages = pypdf.PdfReader(out / f"{files.docx.stem}.pdf").pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    # letters with marks come in runs of their own, so the text is looked for in figures
    for words in ("12/2024", "420.000", "xlsx"):
        assert words in text
    assert len(pages) > 4
    width, height = (float(side) for side in pages[-1].mediabox[2:])
    assert width > height, "the annex lies on its side"
