"""The social room's page in a house without it: what would stand there, and what switches it on."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from lahmadaemon.web.pages.rendering import page
from lahmadaemon.web.pages.routing import pages

router = pages()


@router.get("/social")
async def social(request: Request) -> HTMLResponse:
    """Nothing yet."""
    return await page(request, "social_off.html")
