"""The errors of this package, each with one Vietnamese line a person can act on."""


class BoardError(Exception):
    """Something about the boards failed; the text is a Vietnamese one-liner."""


class SupersetMissing(BoardError):
    """The environment .venv-superset is not there."""

    def __init__(self) -> None:
        super().__init__("Chưa có môi trường Superset (.venv-superset): chạy lệnh `make superset`.")


class BundleInvalid(BoardError):
    """The boards in the repository do not fit the warehouse.

    Args:
        problems: One sentence per problem, each naming the file at fault.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        more = f" (và {len(problems) - 1} lỗi khác)" if len(problems) > 1 else ""
        super().__init__(f"Bảng điều hành không khớp kho dữ liệu: {problems[0]}{more}")
