"""Refusals: the one family of errors a person may be shown.

A refusal says what happened, why, and what to do next. Its sentence is a message id in the source language
(zh-CN), with named placeholders; the door translates it, so rules stay free of Flask.
"""

from __future__ import annotations

from typing import Any, ClassVar


def N_(message: str) -> str:
    """Mark a sentence for translation where it is declared; the door translates it where it is shown."""
    return message


class Refusal(Exception):
    """An act that the rules do not allow. It changes nothing.

    Each subclass is a state ("the vote has closed") with a stable ``code`` for programs, an HTTP ``status`` and a
    ``sentence`` for people. Keyword arguments fill the sentence's ``%(name)s`` placeholders.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: ClassVar[str] = N_("这一步现在不能做。")

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.sentence % params if params else self.sentence)


class NotAllowed(Refusal):
    code = "not_allowed"
    status = 403
    sentence = N_("您没有做这件事的权限。需要的话，请联系联络站。")


class SignInNeeded(Refusal):
    code = "sign_in_needed"
    status = 401
    sentence = N_("请先登录，再做这一步。")


class NotFound(Refusal):
    code = "not_found"
    status = 404
    sentence = N_("没有找到这一页，可能已经移走，或者编号不对。请从首页再找一次。")


class BadInput(Refusal):
    """Input of the wrong shape; ``fields`` maps each field's name to its errors (already sentences)."""

    code = "bad_input"
    status = 422
    sentence = N_("有几处没填对，请看一下标红的地方。内容都还在。")

    def __init__(self, fields: dict[str, list[str]] | None = None, **params: Any) -> None:
        self.fields = fields or {}
        super().__init__(**params)


class UnknownMessage(Refusal):
    code = "unknown_message"
    status = 400
    sentence = N_("服务器不认识这条消息。请刷新页面再试。")


class TooManyRequests(Refusal):
    code = "too_many_requests"
    status = 429
    sentence = N_("操作太频繁了。请等一分钟再试，内容都还在。")
