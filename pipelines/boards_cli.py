"""`kho boards`: who may look at the boards, and whether they are as they were pushed."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import DONE, HELD_BACK, WRONG_CALL, UserError

if TYPE_CHECKING:
    from pipelines.settings import Settings

app = typer.Typer(
    name="boards", help="Bảng điều hành: ai xem được gì, ai đã sửa tay.", no_args_is_help=True
)
user = typer.Typer(help="Tài khoản người xem: thêm, xem, gỡ, đổi mật khẩu.", no_args_is_help=True)
app.add_typer(user, name="user")
UserName = Annotated[str, typer.Argument(help="Tên đăng nhập.")]


@app.command()
def check() -> int:
    """Xem ai đã sửa tay gì trên bảng; mã thoát 3 khi có, lần `kho run` tới sẽ trả lại."""
    from pipelines import screen
    from pipelines.settings import load_settings
    from superset_config.hand_edits import hand_edits

    found = hand_edits(load_settings().home)
    for edit in found:
        screen.out.print(str(edit), markup=False, soft_wrap=True)
    if not found:
        screen.out.print("Các bảng đúng như lần đưa lên gần nhất.")
    return HELD_BACK if found else DONE


@user.command()
def add(
    name: UserName,
    role: Annotated[
        str,
        typer.Option(help="lanh_dao, chuyen_vien, quan_tri_du_lieu, dau_moi hoặc quan_tri."),
    ],
    agency: Annotated[str | None, typer.Option(help="Mã cơ quan của đầu mối, ví dụ so_yt.")] = None,
    full_name: Annotated[str | None, typer.Option("--name", help="Họ tên.")] = None,
) -> None:
    """Thêm một người xem, in mật khẩu một lần duy nhất."""
    from pipelines.settings import load_settings
    from superset_config.people import add_person

    settings = load_settings()
    if agency:
        _require_agency(settings, agency)
    _show_password(name, add_person(settings.home, name, role, agency or "", full_name or ""))


@user.command()
def password(name: UserName) -> None:
    """Đặt mật khẩu mới cho một người, in một lần duy nhất."""
    from pipelines.settings import load_settings
    from superset_config.people import new_password

    _show_password(name, new_password(load_settings().home, name))


@user.command()
def remove(name: UserName) -> None:
    """Gỡ tài khoản của một người; trang đang mở của người ấy hết quyền ngay."""
    from pipelines import screen
    from pipelines.settings import load_settings
    from superset_config.people import remove_person

    remove_person(load_settings().home, name)
    screen.out.print(f"Đã gỡ tài khoản {name}.")


@user.command("list")
def list_people() -> None:
    """Xem ai được vào bảng điều hành, với vai trò nào."""
    from rich.table import Table

    from pipelines import screen
    from pipelines.settings import load_settings
    from superset_config.people import people

    table = Table("Tài khoản", "Họ tên", "Vai trò", "Cơ quan", "Vào lần cuối (UTC)")
    for one in people(load_settings().home):
        table.add_row(one.user, one.name, one.role, one.agency, one.last_login)
    screen.out.print(table)


def _require_agency(settings: "Settings", agency: str) -> None:
    """Refuse an agency nobody knows: its contact would look at empty boards."""
    from pipelines.reader import read_consistently

    known = read_consistently(
        settings,
        lambda reader: reader.rows(
            "select agency_code from core.dim_agency where agency_code = ? union all "
            "select agency_code from mart.submission where agency_code = ?",
            [agency, agency],
        ),
    )
    if not known:
        raise UserError(
            f"Không có cơ quan '{agency}'. Tìm mã: `kho sql \"select distinct agency_code, "
            'agency_name from mart.submission order by 2"`',
            WRONG_CALL,
        )


def _show_password(name: str, secret: str) -> None:
    from pipelines import screen, screen_errors

    screen.out.print(f"Tài khoản {name}, mật khẩu: {secret}", markup=False, soft_wrap=True)
    screen_errors.err.print(
        "Mật khẩu không lưu ở đâu khác: trao tận tay, mất thì đặt mật khẩu mới."
    )
