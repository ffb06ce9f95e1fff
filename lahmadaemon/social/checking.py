"""What `lahmadaemon check` says about the social room: what is on, and what one would have to set for what is not."""

from collections.abc import Iterator

from lahmadaemon.social.settings import MetaSettings, SocialSettings, TikTokSettings

ROOM = "LAHMA_SOCIAL__"


def told(room: SocialSettings) -> Iterator[str]:
    """A line for each thing."""
    if not room.on:
        yield f"social: off; set {ROOM}CREATORS__URL to collect creators' posts"
        return
    token = "with" if room.creators.token else "without"
    yield f"social: creators and campaigns of {room.creators.url}, asked {token} a token"
    yield from _meta(room.meta)
    yield from _tiktok(room.tiktok)
    if room.public_url is None:
        yield f"social: creators cannot connect by a link; set {ROOM}PUBLIC_URL to the window's address as they see it"
    elif room.meta.app_id or room.tiktok.client_key:
        providers = [name for name, on in (("meta", room.meta.app_id), ("tiktok", room.tiktok.client_key)) if on]
        addresses = ", ".join(f"{room.public_url}/connect/{name}/callback" for name in providers)
        yield f"social: creators who log in come back to {addresses}; the apps' settings must name that"


def _meta(meta: MetaSettings) -> Iterator[str]:
    if not meta.app_id:
        yield f"social: Instagram and Facebook: off; set {ROOM}META__APP_ID and __APP_SECRET"
        return
    yield f"social: Instagram and Facebook: app {meta.app_id} at {meta.url}/{meta.version}"
    if not meta.app_secret:
        yield f"social: Instagram and Facebook: nobody can connect, and no login is renewed; set {ROOM}META__APP_SECRET"
    if bool(meta.discovery_account) != bool(meta.discovery_token):
        missing = "__DISCOVERY_TOKEN" if meta.discovery_account else "__DISCOVERY_ACCOUNT"
        yield f"social: creators who are not connected are not looked at; set {ROOM}META{missing}, too"


def _tiktok(tiktok: TikTokSettings) -> Iterator[str]:
    if not tiktok.client_key:
        yield f"social: TikTok: off; set {ROOM}TIKTOK__CLIENT_KEY and __CLIENT_SECRET"
        return
    yield f"social: TikTok: app {tiktok.client_key} at {tiktok.url}"
    if not tiktok.client_secret:
        yield f"social: TikTok: the daemon does not start without {ROOM}TIKTOK__CLIENT_SECRET; set it, too"
