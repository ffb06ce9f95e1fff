"""Many calls in one request: each with its own token, counted and answered by itself."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from lahmadaemon.clock import Instant
from lahmadaemon.demo.social.graph.calls import Address, Calls, Told, address
from lahmadaemon.demo.social.graph.errors import GraphError, no_token
from lahmadaemon.demo.social.graph.ledger import Call, Ledger, told
from lahmadaemon.demo.social.graph.switches import Switches
from lahmadaemon.demo.social.graph.tokens import Tokens

LARGEST = 50


class Batches:
    """Takes them apart and puts the answers together, in the order asked."""

    def __init__(self, calls: Calls, tokens: Tokens, switches: Switches, ledger: Ledger) -> None:
        self._calls, self._tokens, self._switches, self._ledger = calls, tokens, switches, ledger

    def answer(self, where: Address, query: Mapping[str, str], bearer: str, now: Instant) -> Told:
        """200 with a list; an object with an error where the batch itself, or its own token, is no good."""
        token = query.get("access_token", bearer)
        try:
            self._check(token, query)
            operations = _operations(query["batch"])
        except GraphError as error:
            return self._calls.failed("POST", error, where.version)
        proof = {"appsecret_proof": query["appsecret_proof"]} if "appsecret_proof" in query else {}
        answers = [self._one(each, where, {"access_token": token, **proof}, now) for each in operations]
        with_headers = query.get("include_headers", "true").lower() not in {"false", "0"}
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "facebook-api-version": where.version,
            **self._calls.usage.headers(None, now),
        }
        body = msgspec.json.encode([answer and _row(answer, with_headers=with_headers) for answer in answers])
        return Told(200, headers, body, tuple(refusal for answer in answers if answer for refusal in answer.refusals))

    def _check(self, token: str, query: Mapping[str, str]) -> None:
        if not token:
            raise no_token()
        if token != self._tokens.app_token:
            self._tokens.check(token)
        self._tokens.check_proof(token, query, required=self._switches.require_proof)

    def _one(self, operation: Mapping[str, Any], where: Address, own: Mapping[str, str], now: Instant) -> Told | None:
        """One operation; without a token of its own it has the batch's, and its proof."""
        url = urlsplit(str(operation["relative_url"]))
        asked = dict(parse_qsl(url.query, keep_blank_values=True))
        query = asked if "access_token" in asked else {**asked, **own}
        method = str(operation["method"]).upper()
        if self._switches.take_null():
            known = self._tokens.known(query["access_token"])
            whose = known.creator_id if known else None
            self._ledger.note(Call(method, told(url.path.strip("/"), query), whose, now, 0, None, batched=True))
            return None
        try:
            there = address(where.root, url.path, where.version)
        except GraphError as error:
            return self._calls.failed(method, error, where.version)
        return self._calls.call(method, there, query, "", batched=True)


def _operations(text: str) -> list[dict[str, Any]]:
    try:
        operations = json.loads(text)
    except ValueError:
        operations = None
    if not isinstance(operations, list) or not all(_is_operation(each) for each in operations):
        raise GraphError("batch parameter must be a JSON array", None, kind="GraphBatchException")
    if len(operations) > LARGEST:
        message = f"Too many requests in batch message. Maximum batch size is {LARGEST}"
        raise GraphError(message, None, kind="GraphBatchException")
    return operations


def _is_operation(each: object) -> bool:
    return isinstance(each, dict) and {"method", "relative_url"} <= each.keys()


def _row(told: Told, *, with_headers: bool) -> dict[str, object]:
    row: dict[str, object] = {"code": told.status}
    if with_headers:
        row["headers"] = [{"name": name, "value": value} for name, value in told.headers.items()]
    return {**row, "body": told.body.decode()}
