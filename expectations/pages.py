"""Pages that show, rule by rule, how a load fared; made on demand, readable without a network."""

import html
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from expectations.checks import DELIVERIES, Check
from expectations.rules import load_rules
from expectations.runner import NO_KEYS, RULES, VIET_NAM, Court, Stage, silent

_WORDS = {
    "Table-Level Expectations": "Từng luật trên bảng",
    "Status": "Kết quả",
    "Expectation": "Luật",
    "Observed Value": "Số dòng sai",
}
_TEXT = re.compile(r">([^<>]+)<")
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #ddd; padding: .4rem .6rem; text-align: left }
th, td { vertical-align: top }
td:last-child, th:last-child { text-align: right; white-space: nowrap }
i.text-success::before { content: '✓'; color: #17692f; font-style: normal; font-weight: bold }
i.text-danger::before { content: '✗'; color: #a61b1b; font-style: normal; font-weight: bold }
"""


@dataclass(frozen=True)
class _Page:
    """One page: a relation of a load, its checks and how many of them found bad rows."""

    source: str
    load_id: str
    relation: str
    rules: int
    broken: int

    @property
    def title(self) -> str:
        return "Số dòng của từng lô" if self.relation == DELIVERIES else f"Bảng {self.relation}"

    @property
    def path(self) -> str:
        name = "so_dong" if self.relation == DELIVERIES else self.relation
        return f"{self.source}.{self.load_id}.{name}.html"


def write_pages(
    lake: Path,
    source_loads: Iterable[tuple[str, Sequence[str]]],
    folder: Path,
    now: datetime,
    rules: Path = RULES,
    stage: Stage = silent,
) -> Path:
    """Examine loads as they lie in the lake and write a page for each table.

    Nothing in the lake changes: verdicts stay what they are.

    Args:
        lake: the lake's folder.
        source_loads: names of sources, each with its loads to show.
        folder: where the pages go; what lay there is replaced.
        now: the clock, UTC.
        rules: folder of the rule files.
        stage: listener of progress.

    Returns:
        The page to open first.

    Raises:
        RuleError: a rule cannot be used.
        LakeUnreadableError: the files of a load cannot be read.
    """
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    pages: list[_Page] = []
    for source, load_ids in source_loads:
        with Court(lake, load_rules(rules, source), now, stage, NO_KEYS) as court:
            for load_id in load_ids:
                pages += _load_pages(court, source, load_id, draft)
    _write(draft / "index.html", "Kết quả kiểm tra chất lượng", _index(pages, now))
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return folder / "index.html"


def _load_pages(court: Court, source: str, load_id: str, folder: Path) -> Iterator[_Page]:
    _, checks = court.open(load_id, whole=True)
    for relation in dict.fromkeys(check.relation for check in checks):
        own: list[Check] = [check for check in checks if check.relation == relation]
        result = court.examiner.sections(relation, own)
        page = _Page(source, load_id, relation, len(own), result.broken)
        back = f'<p><a href="index.html">← Mọi bảng</a> · nguồn {source}, đợt {load_id}</p>'
        _write(folder / page.path, page.title, back + "".join(map(_translated, result.sections)))
        yield page


def _translated(section: str) -> str:
    """Put the library's fixed words into Vietnamese; the rules are so already."""

    def word(found: re.Match[str]) -> str:
        return f">{_WORDS.get(found[1].strip(), found[1])}<"

    return _TEXT.sub(word, section)


def _index(pages: Sequence[_Page], now: datetime) -> str:
    rows = "".join(
        f'<tr><td>{page.source}</td><td>{page.load_id}</td><td><a href="{page.path}">{page.title}'
        f"</a></td><td>{page.rules}</td><td>{page.broken}</td></tr>"
        for page in pages
    )
    return (
        f"<p>Lập lúc {now.astimezone(VIET_NAM):%d/%m/%Y %H:%M}. Mỗi trang kể từng luật trên một "
        "bảng của đợt nạp: câu nói cái sai, cách sửa, số dòng sai. Luật xét trong kho (số kỳ "
        "trước, tổng và phần) nằm ở bảng mart.quality_issue.</p>"
        "<table><tr><th>Nguồn</th><th>Đợt nạp</th><th>Bảng</th><th>Số luật</th>"
        f"<th>Luật có dòng sai</th></tr>{rows}</table>"
    )


def _write(path: Path, title: str, body: str) -> None:
    page = (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{html.escape(title)}</h1>{body}</body></html>"
    )
    path.write_text(page, encoding="utf-8")
