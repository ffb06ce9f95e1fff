"""The Creators app's answers as typed rows. One row that cannot be read costs no other. Pure."""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from lahmadaemon.errors import UpstreamError

LONGEST_NAME = 200
_DAY = re.compile(r"2[01]\d\d-\d\d-\d\d", re.ASCII)


class WrongShapeError(UpstreamError):
    """It answered, but not what it always answers: nothing of the answer is believed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, outcome="wrong_shape")


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")  # noqa: TRY004 - pydantic hears ValueError only
    return value


def _text(value: Any) -> Any:
    """No database keeps NUL."""
    return value.replace("\0", " ").strip() if isinstance(value, str) else value


def _address(value: Any) -> Any:
    return _text(value) or None if isinstance(value, str) else value


def _line(value: Any) -> Any:
    return " ".join(value.replace("\0", " ").split())[:LONGEST_NAME] if isinstance(value, str) else value


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("no day such as 2026-10-14")
    return date.fromisoformat(value)


Id = Annotated[int, Field(ge=1, lt=2**63), BeforeValidator(_number)]
Text = Annotated[str | None, Field(max_length=10_000), BeforeValidator(_text)]
Address = Annotated[str | None, Field(max_length=320), BeforeValidator(_address)]
Line = Annotated[str | None, BeforeValidator(_line)]
Day = Annotated[date | None, BeforeValidator(_day)]


class CreatorRow(BaseModel):
    """One of `/creators/`; two ids may share an address, and some have none."""

    id: Id
    email: Address = None


class PlatformRow(BaseModel):
    """What a campaign wants: 1 post, 2 story, 3 reel, 4 TikTok, anything else a Facebook post."""

    id: Id


class CampaignRow(BaseModel):
    """One of `/campaigns/`; its days are local ones."""

    id: Id
    name: Line = None
    hashtags: Text = None
    publishing_start_date: Day = None
    publishing_end_date: Day = None
    platforms: tuple[PlatformRow, ...] | None = None


class InvolvedRow(BaseModel):
    """One of `/involved`: everybody who takes part in a campaign."""

    campaign_id: Id
    creator_ids: tuple[Id, ...]


R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True)
class Rows(Generic[R]):
    """An answer. `unread`: the ids of rows that cannot be read but are there; `nameless`: how many have not even an id."""

    good: tuple[R, ...]
    unread: frozenset[int] = frozenset()
    nameless: int = 0

    @property
    def dropped(self) -> int:
        return len(self.unread) + self.nameless


def creators(body: bytes) -> Rows[CreatorRow]:
    """Raises WrongShapeError, as do the others; an empty list has the right shape."""
    return _rows(_listed(body, "creators"), CreatorRow, "id")


def campaigns(body: bytes) -> Rows[CampaignRow]:
    """All of them, whatever may be missing in them."""
    return _rows(_listed(body, "campaigns"), CampaignRow, "id")


def involved(body: bytes) -> Rows[InvolvedRow]:
    """The one answer that is a bare list."""
    return _rows(_decoded(body), InvolvedRow, "campaign_id")


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WrongShapeError(f"it is no JSON ({type(error).__name__})") from error


def _listed(body: bytes, key: str) -> Any:
    answer = _decoded(body)
    if not isinstance(answer, dict) or key not in answer:
        raise WrongShapeError(f"there is no {key!r} in it")
    return answer[key]


def _rows(listed: Any, model: type[R], key: str) -> Rows[R]:
    if not isinstance(listed, list):
        raise WrongShapeError("there is no list in it")
    good, unread, nameless = list[R](), set[int](), 0
    for row in listed:
        if isinstance(read := _row(row, model, key), BaseModel):
            good.append(read)
        elif read is None:
            nameless += 1
        else:
            unread.add(read)
    if listed and not good:
        raise WrongShapeError(f"none of its {len(listed)} rows can be read")
    return Rows(tuple(good), frozenset(unread), nameless)


_id = TypeAdapter(Id)


def _row(row: Any, model: type[R], key: str) -> R | int | None:
    """The row; where it cannot be read its id; where that cannot be read either, None."""
    try:
        return model.model_validate(row)
    except ValidationError:
        pass
    try:
        return _id.validate_python(row.get(key) if isinstance(row, dict) else None)
    except ValidationError:
        return None
