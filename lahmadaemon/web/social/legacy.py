"""The older AnalyticsServer's routes, for its clients: same addresses, same keys, same status codes, odd ones too."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import SecretStr

from lahmadaemon.clock import Instant, instant, local
from lahmadaemon.social.not_joined import CodeRefused, CreatorUnknown, NoPage, NotJoined, PagesFailed
from lahmadaemon.social.store.creators import Creator, email_key
from lahmadaemon.web.access import Shown, may_enter
from lahmadaemon.web.paging import LARGEST
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.social.creators import collected
from lahmadaemon.web.social.doors import Doors, SocialDoors
from lahmadaemon.web.social.figures import figured
from lahmadaemon.web.social.legacy_manner import LegacyError, Spoken, declared, fields_of
from lahmadaemon.web.social.shapes import legacy as shapes
from lahmadaemon.web.social.standing import logins_of


async def client(request: Request, doors: Doors, shown: Shown) -> None:
    """As `visitor`, unless the settings leave these routes open."""
    if not doors.settings.legacy.open and not may_enter(request, shown):
        raise Refusal(401, "unauthorized", "Show the window's token", {"WWW-Authenticate": "Bearer"})


router = APIRouter(
    prefix="/api", tags=["legacy"], dependencies=[Depends(client)], route_class=Spoken,
    responses=declared(400, 401, 503),
)  # fmt: skip
_TEXTS = {"type": "string"}
_CHANGES = declared(403, 413)
Given = Annotated[str | None, Query(max_length=1000)]


def _body(**names: Any) -> dict[str, Any]:
    """For the document: a JSON object with these texts."""
    schema = {"type": "object", "properties": names, "required": list(names)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.post(
    "/tiktok/token", responses=_CHANGES,
    openapi_extra=_body(code=_TEXTS, redirect_uri=_TEXTS, email=_TEXTS, tiktok_scopes=_TEXTS),
)  # fmt: skip
async def tiktok_token(doors: Doors, request: Request) -> shapes.LegacyToken:
    """Connect a creator with the code that TikTok's login page gave."""
    given = await fields_of(request, "code", "redirect_uri", "email", "tiktok_scopes")
    try:
        made = await doors.joining.tiktok_code(given["email"], given["code"], given["redirect_uri"])
    except CreatorUnknown:
        raise LegacyError(400, "user_not_exist", "There is no user with this email") from None
    except CodeRefused as refusal:
        raise LegacyError(
            400, "expired_code", "TikTok did not take the code",
            original_error=refusal.code, original_error_description=str(refusal),
        ) from None  # fmt: skip
    except NotJoined as trouble:
        raise LegacyError(400, "tiktok_token_request_failed", str(trouble)) from None
    return _token(doors, made.access)


@router.post(
    "/facebook/token", responses=_CHANGES,
    openapi_extra=_body(meta_token=_TEXTS, facebook_user_id=_TEXTS, email=_TEXTS, meta_scopes=_TEXTS),
)  # fmt: skip
async def facebook_token(doors: Doors, request: Request) -> shapes.LegacyToken:
    """Connect a creator with the short-lived token of their own login."""
    given = await fields_of(request, "meta_token", "facebook_user_id", "email", "meta_scopes")
    short, scopes = SecretStr(given["meta_token"]), frozenset(given["meta_scopes"].replace(",", " ").split())
    try:
        await doors.joining.meta_token(given["email"], short, given["facebook_user_id"], scopes)
    except CreatorUnknown:
        raise LegacyError(400, "user_not_exist", "There is no user with this email") from None
    except PagesFailed as trouble:
        raise LegacyError(400, "page_id_request_failed", str(trouble)) from None
    except NoPage as trouble:
        raise LegacyError(400, "page_id_doesnt_exist", str(trouble)) from None
    except NotJoined as trouble:
        raise LegacyError(400, "long_lived_token_retriev_failed", str(trouble)) from None
    return _token(doors, short)


@router.get("/user/valid", responses=declared(404))
async def user_valid(
    doors: Doors, number: Annotated[str | None, Query(alias="id", max_length=1000)] = None, email: Given = None
) -> shapes.LegacyValid:
    """Whether a creator's logins work, until when, and why not."""
    if not number or not email:
        raise LegacyError(400, "id_or_email_not_entered", "Both id and email are needed")
    found = await _creator(doors, number)
    if found is None or not found.here or email_key(found.email) not in (None, email_key(email)):
        raise LegacyError(404, "user_not_found", "There is no user with this id and email")
    return shapes.valid((await logins_of(doors, [found.id])).get(found.id, {}), doors.clock.now())


@router.get("/metrics/post", responses=declared(404))
async def metrics_post(doors: Doors, campaign_id: Given = None) -> shapes.LegacyPosts:
    """A campaign's posts, newest first, with their latest numbers."""
    number = _number(campaign_id)
    if number is None:
        raise LegacyError(400, "campaign_id_not_entered", "campaign_id is missing, or is no number")
    if await doors.campaigns.campaign(number) is None:
        raise LegacyError(404, "no_campaign_with_campaign_id", "There is no campaign with this campaign_id")
    posts, zero = figured(await doors.reader.of_campaign(number)), doors.settings.legacy.zero_rates
    return shapes.LegacyPosts(creators_campaign_id=number, posts=[shapes.post(each, zero=zero) for each in posts])


@router.get("/metrics/profile")
async def metrics_profile(
    doors: Doors, number: Annotated[str | None, Query(alias="id", max_length=1000)] = None
) -> shapes.LegacyProfileData:
    """What a creator's posts of the current month add up to."""
    if not number:
        raise LegacyError(400, "user_id_not_entered", "id is missing")
    found = await _creator(doors, number)
    if found is None:
        raise LegacyError(400, "user_with_user_id_doesnt_exist", "There is no user with this id")
    months = await doors.sums.months_of(found.id, await collected(doors, found.id), _month_start(doors))
    return shapes.profile(found, {each.platform: each for each in months}, zero=doors.settings.legacy.zero_rates)


@router.get("/metrics/posts/refresh/all")
@router.post("/metrics/posts/refresh/all", responses=_CHANGES)
async def refresh_all(doors: Doors) -> shapes.LegacyRefresh:
    """Collect everybody's posts now. Answers at once; who asks again meanwhile is told of the same job."""
    return shapes.refresh(await doors.refresh())


def _token(doors: SocialDoors, token: SecretStr) -> shapes.LegacyToken:
    return shapes.LegacyToken(token=token.get_secret_value() if doors.settings.legacy.echo_token else None)


async def _creator(doors: SocialDoors, number: str) -> Creator | None:
    known = _number(number)
    return None if known is None else await doors.creators.by_id(known)


def _number(given: str | None) -> int | None:
    """A number of the Creators app, None for what is none."""
    text = (given or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST else None


def _month_start(doors: SocialDoors) -> Instant:
    today = local(doors.clock.now(), doors.zone)
    return instant(today.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
