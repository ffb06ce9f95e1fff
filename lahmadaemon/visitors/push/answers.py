"""What an answer of the partner, or the lack of one, means for the report it was about. Pure."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer

TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""409: by the draft on idempotency keys, the first try of this very report is still being worked on."""
BLOCKING = frozenset({401, 403, 404, 405, 407, 410})
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 3600.0
ANSWER_KEPT = 2048
SENTENCE = 200
_FAILURE = re.compile(
    r"fail|error|invalid|den(y|ied)|refus|reject|unsuccess|unauthori[sz]ed|forbidden|exception"
    r"|\b(not|cannot|unable|bad|wrong|unknown|missing|no (permission|access|such))\b"
    r"|失敗|失败|錯誤|错误|拒絕|拒绝|無效|无效|異常|异常|未授權|未授权|無權|无权|不存在|[不未]成功",
    re.IGNORECASE,
)
_NO_FAILURE = re.compile(
    r"\b(no|0|zero|without( any)?) (errors?|fail(ed|ures?)|exceptions?|rejected|invalid)\b"
    r"|([無无没沒]有?|(?<!\d)0 ?[個个]?)任?何?(錯誤|错误|失敗|失败|異常|异常)",
    re.IGNORECASE,
)
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|_")
"""Where words written as one, as in NotFound or not_found, come apart."""


class Verdict(Enum):
    """What is to be done about it is the sender's affair."""

    DELIVERED = auto()
    TRANSIENT = auto()
    """Not done, passes by itself."""
    SLOW = auto()
    """The same, but not soon."""
    AMBIGUOUS = auto()
    """It may have arrived."""
    REFUSED = auto()
    """A complete answer that says no, though HTTP says yes."""
    PERMANENT = auto()
    """These bytes will never be taken; the next may."""
    BLOCKED = auto()
    """Nothing will be taken until somebody acts."""


@dataclass(frozen=True)
class Judgement:
    """`desc`: the partner's own word; `sentence`: what happened, for people; `changed`: not the word that was learnt."""

    verdict: Verdict
    sentence: str
    desc: str | None = None
    retry_after: float | None = None
    changed: bool = False


def unanswered(trouble: UpstreamError) -> Judgement:
    """There is no answer, or not a whole one."""
    verdicts = {"unreachable": Verdict.TRANSIENT, "certificate": Verdict.BLOCKED}
    return Judgement(verdicts.get(trouble.outcome, Verdict.AMBIGUOUS), plain(str(trouble), 2 * SENTENCE))


def classify(answer: Answer, accepted: Sequence[str] = (), learnt: str | None = None) -> Judgement:
    """Judge a whole answer. Without `accepted` we learn: any word but a failure's will do, `learnt` was the first."""
    found, desc = _read(answer.body)
    if 200 <= answer.status < 300:
        return _semantic(found, desc, answer, accepted, learnt)
    told = desc or plain(re.sub(rb"<[^>]*>", b" ", answer.body[:ANSWER_KEPT]).decode(errors="replace"))
    sentence = f"the partner answered {answer.status}" + (f": {told}" if told else "")
    wait = answer.retry_after
    wait = None if wait is None else min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)
    return Judgement(_by_status(answer.status), sentence, desc, wait)


def _by_status(status: int) -> Verdict:
    if status in TRANSIENT:
        return Verdict.TRANSIENT
    if status in BLOCKING or 300 <= status < 400:
        return Verdict.BLOCKED
    return Verdict.PERMANENT if 400 <= status < 500 else Verdict.SLOW


def _semantic(
    found: object, desc: str | None, answer: Answer, accepted: Sequence[str], learnt: str | None
) -> Judgement:
    said = f"the partner answered {answer.status}"
    if found is _UNREADABLE:
        what = "something that is not JSON" if answer.body.strip() else "nothing at all"
        return Judgement(Verdict.AMBIGUOUS, f"{said} with {what}")
    if desc is None:
        return Judgement(Verdict.REFUSED, f"{said} without a Desc")
    known = {word.casefold() for word in accepted}
    if desc.casefold() not in known if known else _reads_like_failure(desc):
        return Judgement(Verdict.REFUSED, f"{said}: {desc}", desc)
    return Judgement(Verdict.DELIVERED, f"{said}: {desc}", desc, changed=not known and learnt not in {None, desc})


def _reads_like_failure(desc: str) -> bool:
    """Anywhere in it: better a good word refused, of which people hear, than reports lost in silence."""
    return _FAILURE.search(_NO_FAILURE.sub(" ", _SEAM.sub(" ", desc))) is not None


_UNREADABLE = object()


def _read(body: bytes) -> tuple[object, str | None]:
    """The answer as JSON, whatever it calls itself, and its Desc where it has one."""
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # a few thousand brackets are enough for the latter
        return _UNREADABLE, None
    desc = found.get("Desc") if isinstance(found, dict) else None
    return found, (plain(desc) or None) if isinstance(desc, str) else None


def plain(text: str, most: int = SENTENCE) -> str:
    """One line of printable signs: it goes into logs, messages and a database that holds no NUL."""
    words = " ".join(text[: 4 * most].split())
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in words)[:most]
