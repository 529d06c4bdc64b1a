"""Command line of the simulated workbooks: `python -m simulators.workbooks --out DIR`."""

import argparse
import sys
from datetime import date
from pathlib import Path

from simulators.workbooks.faults import KINDS, Fault
from simulators.workbooks.publish import LAST_MONTH, ledger_folder, write_workbooks


def main(arguments: list[str] | None = None) -> int:
    """Write the workbooks that the arguments ask for.

    Args:
        arguments: command line without the program's name; the process's own when None.

    Returns:
        Exit status: 0 done, 2 wrong call.
    """
    parser = argparse.ArgumentParser(
        prog="python -m simulators.workbooks",
        description="Sinh biểu thống kê hằng tháng mô phỏng theo mẫu của Tổng cục Thống kê.",
        epilog=_kinds(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        usage=argparse.SUPPRESS,
    )
    options = parser.add_argument_group("Tùy chọn")
    options.add_argument("-h", "--help", action="help", help="in hướng dẫn này rồi thoát")
    options.add_argument("--out", type=Path, required=True, help="thư mục ghi các tệp xlsx")
    options.add_argument("--months", type=int, default=36, help="số tháng (mặc định 36)")
    options.add_argument(
        "--last-month", type=_month, default=LAST_MONTH, help="tháng cuối, YYYY-MM"
    )
    options.add_argument("--seed", type=int, default=2024, help="hạt giống ngẫu nhiên")
    options.add_argument(
        "--fault",
        dest="faults",
        action="append",
        default=[],
        metavar="LOẠI@NĂM-THÁNG",
        help="gây một lỗi (dùng được nhiều lần), ghi vào faults.csv của sổ đối chiếu",
    )
    chosen = parser.parse_args(arguments)
    try:
        faults = [Fault.parse(text) for text in chosen.faults]
        paths = write_workbooks(chosen.out, chosen.months, chosen.last_month, chosen.seed, faults)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Đã ghi {len(paths)} tệp vào {chosen.out}; sổ đối chiếu: {ledger_folder(chosen.out)}")
    return 0


def _kinds() -> str:
    width = max(map(len, KINDS)) + 2
    lines = [f"  {code:{width}}{kind.what}" for code, kind in KINDS.items()]
    return "\n".join(
        [
            "Các loại lỗi:",
            *lines,
            "",
            "Lỗi có số ngày: late_file@2024-05:20, mend@2024-05:1. Các lỗi của một tháng xảy ra",
            "theo thứ tự đã ghi, nên mend đứng sau lỗi nó sửa.",
        ]
    )


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


if __name__ == "__main__":
    sys.exit(main())
