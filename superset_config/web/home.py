"""Where a person is led: to the first board of the own role."""

from flask import Flask, Response, redirect, request, session
from flask_login import current_user

from superset_config.environment import PACKAGE
from superset_config.roles import PREFIX, read_roles
from superset_config.web.looks import LOGO_TARGET_PATH

_BOARDS = "/superset/dashboard/"
_ENTRANCES = {"/", "/superset/welcome/"}


def serve_home(app: Flask) -> None:
    """Lead people home, and answer the page's reports about itself without a look at them.

    Args:
        app: Superset's Flask application.
    """
    roles = read_roles(PACKAGE)
    homes = {f"{PREFIX}{role.name}": f"{_BOARDS}{role.home}/" for role in roles}
    main = LOGO_TARGET_PATH.removeprefix(_BOARDS).strip("/")
    shut_out = {f"{PREFIX}{role.name}" for role in roles if not role.sees(main)}

    def lead() -> Response | None:
        if request.path == "/superset/log/":
            # Nobody reads these reports. Of one who is not logged in yet Superset would keep
            # "access denied" in the session, and that cookie, coming late, would undo the login.
            return Response(status=200)
        if request.path.startswith(_BOARDS) and current_user.is_authenticated:
            session.modified = True  # the cookie is given anew, and with it the session's lifetime
        if request.path in _ENTRANCES or (request.path == LOGO_TARGET_PATH and is_shut_out()):
            return redirect(next((homes[n] for n in _held() if n in homes), LOGO_TARGET_PATH))
        return None

    def is_shut_out() -> bool:
        """A person with two roles sees what one of them sees; agencies open nothing."""
        held = [name for name in _held() if name in homes or name == "Admin"]
        return bool(held) and shut_out.issuperset(held)

    app.before_request(lead)


def _held() -> list[str]:
    return [role.name for role in current_user.roles] if current_user.is_authenticated else []
