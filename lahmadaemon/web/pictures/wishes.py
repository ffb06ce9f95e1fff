"""What may be asked of every picture: the kind of file, light or dark, wide or narrow, the language."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request
from starlette.responses import Response

from lahmadaemon.pictures.drawing import Picture
from lahmadaemon.pictures.look import Form, Look, Size, Theme
from lahmadaemon.web.caching import PRIVATE, is_known
from lahmadaemon.web.doors import House
from lahmadaemon.web.pages.reader import Reader, reader
from lahmadaemon.web.pictures.studio import Studio, digest

MEDIA_TYPES = {Form.SVG: "image/svg+xml", Form.PNG: "image/png"}


@dataclass(frozen=True)
class Wish:
    """How the picture is to be; `known`: what the asker has already."""

    look: Look
    reader: Reader
    studio: Studio
    known: str

    async def answer(self, picture: Picture) -> Response:
        """The file, or that it is the one they have: for that nothing need be drawn."""
        tag = f'"{digest(picture, self.look)}"'
        headers = {"ETag": tag, "Cache-Control": PRIVATE, "Vary": "Authorization, Cookie, Accept-Language"}
        if is_known(self.known, tag):
            return Response(status_code=304, headers=headers)
        drawn = await self.studio.drawn(picture, self.look)
        return Response(drawn, headers=headers, media_type=MEDIA_TYPES[self.look.form])


async def _wish(
    request: Request,
    house: House,
    form: Annotated[Form, Path(description="svg for pages, png for messages")],
    theme: Annotated[Theme, Query(description="What it is seen on; SVG has no paper of its own")] = Theme.LIGHT,
    size: Annotated[Size, Query(description="Narrow ones are for phones")] = Size.WIDE,
    headline: Annotated[bool, Query(alias="head", description="With its title and sums above it")] = True,
    lang: Annotated[
        Literal["en", "hu"] | None, Query(description="Of what is written in it (default: the reader's)")
    ] = None,
    _v: Annotated[str | None, Query(alias="v", max_length=40, description="Another one has browsers ask anew")] = None,
) -> Wish:
    asked = {"lang": lang} if lang else {}
    reading = reader(asked, request.cookies, request.headers.get("accept-language", ""), house.zone)
    known = request.headers.get("if-none-match", "")
    return Wish(Look(form, theme, size, headline), reading, request.app.state.studio, known)


Wished = Annotated[Wish, Depends(_wish)]
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()},
        "description": "The picture",
    },
    304: {"description": "It is still the one that If-None-Match names"},
}
