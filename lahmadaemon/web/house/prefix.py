"""The path under which a proxy shows the window, whether the proxy strips it or not."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Prefix:
    """Every path begins with our root, as ASGI has it (`root_path`), so that routes and mounts agree on where they are."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._root:
            await self._app(scope, receive, send)
            return
        path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
        if path == self._root:
            path, raw = f"{self._root}/", f"{self._root}/".encode()
        elif not path.startswith(f"{self._root}/"):
            path, raw = self._root + path, self._root.encode() + raw
        await self._app({**scope, "path": path, "raw_path": raw, "root_path": self._root}, receive, send)


def below_root(scope: Scope) -> str:
    """The path as routes know it."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"
