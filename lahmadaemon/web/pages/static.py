"""Style sheet, script and mark: read once, served from memory to everybody, also before the login."""

import hashlib
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from lahmadaemon.web.routing import missing

FOLDER = Path(__file__).parents[1] / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"
"""Of an address that has the files' digest: with other content it is another address."""

router = APIRouter(include_in_schema=False)


class Static:
    """All of them. Blocking, where it is made."""

    def __init__(self) -> None:
        self.files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS}
        self.digest = hashlib.sha256(b"".join(self.files.values())).hexdigest()[:12]


@router.get("/static/{name}")
async def static(request: Request, name: str, v: str = "") -> Response:
    """One of them; there are no others."""
    found: Static = request.app.state.static
    if name not in found.files:
        raise missing("file")
    kept = FOR_EVER if v == found.digest else "no-cache"
    return Response(
        found.files[name], media_type=KINDS[name[name.rindex(".") :]], headers={"Cache-Control": kept}
    )  # fmt: skip
