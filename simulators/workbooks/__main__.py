"""Command line of the simulated workbooks: `python -m simulators.workbooks --out DIR`."""

import argparse
import sys
from datetime import date
from pathlib import Path

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
    )
    parser.add_argument("--out", type=Path, required=True, help="thư mục ghi các tệp xlsx")
    parser.add_argument("--months", type=int, default=36, help="số tháng (mặc định 36)")
    parser.add_argument("--last-month", type=_month, default=LAST_MONTH, help="tháng cuối, YYYY-MM")
    parser.add_argument("--seed", type=int, default=2024, help="hạt giống ngẫu nhiên")
    chosen = parser.parse_args(arguments)
    try:
        paths = write_workbooks(chosen.out, chosen.months, chosen.last_month, chosen.seed)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Đã ghi {len(paths)} tệp vào {chosen.out}; sổ đối chiếu: {ledger_folder(chosen.out)}")
    return 0


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


if __name__ == "__main__":
    sys.exit(main())
