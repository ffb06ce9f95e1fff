"""What a status other than 200 means whatever server gave it: a redirect, a page of somebody in between, trouble that passes."""

import re

from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import Answer


def is_page(answer: Answer) -> bool:
    """Whether the body is markup, as a proxy's or a guard's page is."""
    return answer.body.lstrip()[:1] == b"<"


def target(answer: Answer) -> str:
    """Where a redirect points, without a query or password, which may be secret."""
    address = re.split(r"[?#]", answer.headers.get("location", ""))[0]
    return re.sub(r"//[^/]*@", "//", address)


def moved(answer: Answer, url: str, base: str, setting: str) -> HopelessError | UpstreamError:
    """What to raise of a redirect of `url`, which stands under the address of the setting."""
    to, path = target(answer), url.removeprefix(base)
    sentence = f"{url} sends us to {to.removesuffix(path) or 'elsewhere'}: put the final address into {setting}__URL"
    if answer.status in {301, 308} or to.endswith(path):
        return HopelessError(sentence, outcome="moved")
    return UpstreamError(sentence, outcome="moved")  # for now, it says, and to some page: maintenance, perhaps


def passing(answer: Answer, url: str, where_to_look: str) -> UpstreamError:
    """What to raise of any other status: somebody's in between, perhaps, a proxy, a guard, a server being updated."""
    status = answer.status
    outcome = "rate_limited" if status == 429 else "server_error" if status >= 500 else "invalid"
    hint = f"; if that lasts, look at {where_to_look}" if 400 <= status < 500 else ""
    return UpstreamError(f"{url} answered {status}{hint}", retry_after=answer.retry_after, outcome=outcome)
