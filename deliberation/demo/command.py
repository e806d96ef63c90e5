"""``deliberation demo``: migrate, tell the stories once, say where to go, and serve."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import click
from flask_migrate import upgrade
from sqlalchemy import select

from deliberation.app import create_app
from deliberation.demo.cast import PASSWORD, SIGN_INS
from deliberation.demo.estate import SIGN_INS as ESTATE_SIGN_INS
from deliberation.demo.stories import tell_all
from deliberation.kernel.database import db
from deliberation.people.models import User
from deliberation.serving import serve
from deliberation.settings import Settings, from_environment

ROLE_WORDS = {
    "worker": "白领 worker",
    "liaison": "联络员（主持） liaison who chairs",
    "resident": "居民 resident",
    "park_manager": "园区经理 park manager",
    "handler": "办理人 department handler",
    "supervisor": "承办部门负责人 supervisor",
    "deputy": "人大代表 deputy",
    "administrator": "管理员 administrator",
    "owner": "业主 owner",
    "elder_owner": "年长的业主 elder owner",
    "principal": "委托人 owner who is away",
    "agent": "代理人 owner and agent",
    "owners_committee": "业委会 owners' committee",
    "residents_committee": "居委会 residents' committee",
    "teller": "监票人 teller",
}


def run_demo(*, host: str, port: int, reset: bool, serves: bool) -> None:
    """Load the demo if there is none, print addresses and sign-ins, and serve on ``host``:``port``."""
    settings = demo_settings(host=host, port=port)
    if reset:
        shutil.rmtree(settings.data, ignore_errors=True)
        settings = demo_settings(host=host, port=port)
    app = create_app(settings)
    with app.app_context():
        upgrade()
        is_empty = db.session.scalar(select(User.id).limit(1)) is None
        db.session.remove()
        if is_empty:
            click.echo("正在装入演示：一个园区、一条弄堂、一个小区。 Loading the demo …")
            tell_all(app)
    _print_welcome(settings)
    if serves:
        serve(app, host=host, port=port)


def demo_settings(*, host: str, port: int) -> Settings:
    environ = {"DELIBERATION_DATA": "instance/demo", **os.environ, "DELIBERATION_ENV": "demo"}
    environ.setdefault("PUBLIC_URL", f"http://{host}:{port}")
    return replace(from_environment(environ), debug=False)


def _print_welcome(settings: Settings) -> None:
    url = settings.public_url
    lines = [
        "",
        f"  五步议事 Five Steps   {url}",
        f"  发出的邮件 mailbox    {url}/mailbox",
        "",
        f"  密码 password         {PASSWORD}",
    ]
    lines += [f"  {each.email:<22} {each.name}  {ROLE_WORDS[each.role]}" for each in (*SIGN_INS, *ESTATE_SIGN_INS)]
    click.echo("\n".join([*lines, "", "  按 Ctrl+C 停下，数据都在；make demo-reset 重新开始。", ""]))
