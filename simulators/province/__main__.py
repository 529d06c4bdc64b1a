"""Command line of the province in a box: `python -m simulators.province serve|generate|compare`."""

import argparse
import json
import signal
import sys
import threading
from datetime import date, datetime
from pathlib import Path

from simulators.province import sources
from simulators.province.box import ProvinceBox
from simulators.province.compare import compare, report
from simulators.province.faults import Fault
from simulators.province.truth import Truth


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments ask for.

    Args:
        arguments: command line without the program's name; the process's own when None.

    Returns:
        Exit status: 0 done, 1 the warehouse differs from the truth, 2 wrong call.
    """
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.do(chosen))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulators.province",
        description="Tỉnh mô phỏng: các hệ thống nguồn chạy trên máy này.",
    )
    commands = parser.add_subparsers(required=True, metavar="LỆNH")
    serve = commands.add_parser("serve", help="sinh dữ liệu (nếu chưa có) rồi phục vụ")
    _about_records(serve)
    serve.add_argument("--now", type=_instant, help="thời điểm hiện tại của tỉnh, ISO có múi giờ")
    serve.add_argument("--port", type=int, default=0, help="cổng; 0 là cổng trống bất kỳ")
    serve.add_argument(
        "--fault", dest="faults", action="append", default=[], metavar="LỖI@NGUỒN[:SỐ_LẦN]",
        help="gây một lỗi ngay từ đầu (dùng được nhiều lần)",
    )  # fmt: skip
    serve.set_defaults(do=_serve)
    generate = commands.add_parser("generate", help="chỉ sinh dữ liệu")
    _about_records(generate)
    generate.set_defaults(do=_generate)
    against = commands.add_parser("compare", help="đối chiếu kho với sổ sự thật")
    against.add_argument("--truth", type=Path, required=True, help="thư mục sổ sự thật")
    against.add_argument("--warehouse", type=Path, required=True, help="tệp kho DuckDB")
    against.add_argument("--now", type=_instant, required=True, help="kho tính đến lúc nào, ISO")
    against.add_argument("--source", dest="sources", action="append", help="chỉ nguồn này")
    against.set_defaults(do=_compare)
    return parser


def _about_records(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", default="nghe_an", help="tỉnh: nghe_an hoặc bac_ninh")
    parser.add_argument("--scale", type=float, default=0.01, help="tỷ lệ so với khối lượng thật")
    parser.add_argument("--first-day", type=date.fromisoformat, required=True, help="ngày đầu")
    parser.add_argument("--last-day", type=date.fromisoformat, required=True, help="ngày cuối")
    parser.add_argument("--truth", type=Path, required=True, help="thư mục sổ sự thật")
    parser.add_argument("--source", dest="sources", action="append", help="chỉ nguồn này")


def _box(chosen: argparse.Namespace, **more: object) -> ProvinceBox:
    days = (chosen.first_day, chosen.last_day)
    if chosen.sources:
        more["sources"] = [_known(source) for source in chosen.sources]
    return ProvinceBox(chosen.profile, chosen.scale, *days, chosen.truth, **more)  # type: ignore[arg-type]


def _serve(chosen: argparse.Namespace) -> int:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    faults = [Fault.parse(text) for text in chosen.faults]
    with _box(chosen, now=chosen.now, port=chosen.port, faults=faults) as box:
        print(json.dumps(box.environment), flush=True)
        stop.wait()
    return 0


def _generate(chosen: argparse.Namespace) -> int:
    _box(chosen).generate()
    print(f"Đã sinh dữ liệu vào {chosen.truth}.")
    return 0


def _compare(chosen: argparse.Namespace) -> int:
    if not chosen.warehouse.is_file():
        raise ValueError(f"Không có tệp kho {chosen.warehouse}; chạy `kho run` trước.")
    wanted = [_known(source) for source in chosen.sources] if chosen.sources else None
    found = compare(Truth(chosen.truth), chosen.warehouse, chosen.now, wanted)
    print(report(found))
    return 0 if all(comparison.equal for comparison in found) else 1


def _known(source: str) -> str:
    if source not in sources.names():
        raise ValueError(f"Không có nguồn “{source}”; các nguồn: {', '.join(sources.names())}.")
    return source


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError("thiếu múi giờ, thêm +07:00 hoặc Z")
    return instant


if __name__ == "__main__":
    sys.exit(main())
