"""Robots of group chats: WeCom, DingTalk and Feishu, each as its maker documents it.

None of them knows an idempotency key: a post that was taken just before a process died is posted once more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from deliberation.notifications.channels.base import Parcel, Undeliverable
from deliberation.notifications.channels.http import post_json
from deliberation.notifications.models import Channel


@dataclass(frozen=True)
class Words:
    """How one maker's robot is spoken to: ``write`` (token, secret, text, at) gives the query and the JSON."""

    url: str
    write: Callable[[str, str, str, datetime], tuple[str, dict[str, Any]]]
    code: str  # The field of the answer that is 0 when it was taken.
    says: str  # The field with the reason.


class RobotRefused(Exception):
    """The robot answered, and did not post it."""


class Robot:
    """``parcel.address`` is the robot's token, ``parcel.secret`` what signs for it (empty for WeCom)."""

    def __init__(self, words: Words, *, url: str) -> None:
        self._words, self._url = words, url

    def send(self, parcel: Parcel) -> None:
        if not parcel.address:
            raise Undeliverable("the robot has been taken away")
        query, body = self._words.write(parcel.address, parcel.secret, parcel.body, parcel.now)
        answer = post_json(self._url + query, json.dumps(body, ensure_ascii=False).encode())
        code = answer.get(self._words.code) if isinstance(answer, dict) else None
        if code != 0:
            said = answer.get(self._words.says, "") if isinstance(answer, dict) else ""
            raise RobotRefused(f"{code}: {said}")

    def close(self) -> None:
        return None


def _wecom(token: str, _secret: str, text: str, _at: datetime) -> tuple[str, dict[str, Any]]:
    """WeCom group robot: the key in the address is all there is."""
    return f"?key={quote(token, safe='')}", {"msgtype": "text", "text": {"content": text}}


def _dingtalk(token: str, secret: str, text: str, at: datetime) -> tuple[str, dict[str, Any]]:
    """DingTalk custom robot: timestamp in milliseconds, sign = base64(HMAC-SHA256(secret, "timestamp\\nsecret"))."""
    query = f"?access_token={quote(token, safe='')}"
    if secret:
        stamp = int(at.timestamp() * 1000)
        digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        query += f"&timestamp={stamp}&sign={quote(base64.b64encode(digest), safe='')}"
    return query, {"msgtype": "text", "text": {"content": text}}


def _feishu(token: str, secret: str, text: str, at: datetime) -> tuple[str, dict[str, Any]]:
    """Feishu custom bot: timestamp in seconds; "timestamp\\nsecret" is the key of an HMAC-SHA256 of nothing."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(at.timestamp()))
        digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        body = {"timestamp": stamp, "sign": base64.b64encode(digest).decode(), **body}
    return f"/{quote(token, safe='')}", body


ROBOTS: dict[Channel, Words] = {
    Channel.wecom: Words("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", _wecom, "errcode", "errmsg"),
    Channel.dingtalk: Words("https://oapi.dingtalk.com/robot/send", _dingtalk, "errcode", "errmsg"),
    Channel.feishu: Words("https://open.feishu.cn/open-apis/bot/v2/hook", _feishu, "code", "msg"),
}
