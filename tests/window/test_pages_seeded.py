"""A house with something in every room: what stands on its pages, and that all their links lead somewhere."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from tests.fakes.window import window_app
from tests.window.reading import links, reading
from tests.window.seeded import Seeded, seeded_house

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Seeded]:
    async with seeded_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def reader(seeded: Seeded) -> AsyncIterator[httpx.AsyncClient]:
    async with reading(window_app(house=seeded.house, social=seeded.room.doors)) as who:
        yield who


async def test_every_link_of_every_page_leads_somewhere(reader: httpx.AsyncClient) -> None:
    """Two steps from Today; pictures are other tests' affair, and no form is sent."""
    seen, next_ones = set[str](), {"/"}
    for _ in range(3):
        found = set[str]()
        for path in sorted(next_ones):
            answer = await reader.get(path)
            assert answer.status_code == 200, path
            if answer.headers["content-type"].startswith("text/html"):
                found |= {each.partition("#")[0] for each in links(answer.text)}
        seen |= next_ones
        ours = {each for each in found if each.startswith("/") and not _is_elsewhere(each)}
        next_ones = ours - seen
    assert any("format=csv" in each for each in seen)
    assert any(each.startswith("/social/posts/") for each in seen)


def _is_elsewhere(link: str) -> bool:
    path = urlsplit(link).path
    return path.startswith(("/pictures/", "/house/", "/docs", "/logout")) or path == "/live" or " " in link


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["2 open alarms", "Padlásszoba", "Autumn bake", "silent"]),
        ("/radio", ["Week 2026-W43", "Nyolcadik Emelet", "not over yet", "2026-W42"]),
        ("/radio?week=2026-W42", ["Week 2026-W42", "with gaps"]),
        ("/radio/days/2026-10-20", ["Tuesday 20 October", "Panelvilág", "23:00"]),
        ("/visitors", ["lobby", "garden", "given up", "it knows no SS-007", "no JSON: it ends in the middle"]),
        ("/social", ["Summer", "log in again", "the platform refused to renew it", "it answered 502"]),
        ("/social/campaigns/101", ["#autumnbake", "Alma@Example.org", "https://cdn.example/1.jpg"]),
        ("/social/posts/instagram/17900000000000001", ["+300", "thumbnail"]),
        ("/house", ["service radio.reconcile has given up", "Mute", "the API key may not read the history"]),
    ],
)
async def test_a_page_says_what_is_to_be_known(reader: httpx.AsyncClient, path: str, words: list[str]) -> None:
    page = (await reader.get(path)).text

    assert [each for each in words if each not in page] == []


async def test_gross_has_figures_of_its_own(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/radio?of=gross")).text

    assert 'href="/radio?of=gross" aria-current="true"' in page
    assert "machines too" in page


async def test_pictures_say_in_words_what_they_show(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/radio/days/2026-10-20")).text

    assert 'alt="The audience on Tuesday 20 October. ' in page
    assert "Most listened on Tuesday from " in page
