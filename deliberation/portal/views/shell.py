"""What is around the pages: the parts they are made of, the app on a telephone, and whether we are there at all."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, jsonify, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from deliberation.kernel.database import db
from deliberation.kernel.web import access, asset
from deliberation.places import queries as places
from deliberation.places.models import Place
from deliberation.portal.forms import SampleForm
from deliberation.portal.views.blueprint import blueprint


@blueprint.get("/styleguide")
@access("pages.read")
def styleguide() -> Any:
    if current_app.extensions["settings"].is_production:
        abort(404)
    form = SampleForm(formdata=MultiDict({"text": _("加完班走到三号楼后面几乎看不清台阶，希望先补亮这一段。")}))
    form.title.validate(form)  # One field as it stands when something is missing.
    return render_template("portal/styleguide.html", nav="", form=form)


@blueprint.get("/manifest.webmanifest")
@access("pages.read")
def manifest() -> Any:
    """What a telephone needs to keep this as an app of its own; a place with a picture of its own is one by itself."""
    own = _place_with_picture(request.args.get("place", ""))
    icon = {"src": asset("app-icon.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"}
    described = {
        "name": _("五步议事"),
        "short_name": _("五步议事"),
        "description": _("把烦心的事说出来，一起办成"),
        "lang": str(get_locale()).replace("_", "-"),
        "start_url": url_for("portal.home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f6f3",
        "theme_color": "#f4f6f3",
        "icons": [icon, {**icon, "purpose": "maskable"}],
        "shortcuts": [{"name": _("提一件事"), "url": url_for("proposals.new")}],
    }
    if own is not None:
        address = url_for("portal.place", code=own.code)
        large, small = (url_for("photos.emblem", file_name=name) for name in (own.emblem_picture, own.emblem_small))
        icons = [{**icon, "src": large}, {**icon, "src": small, "sizes": "192x192"}]
        name = _("%(place)s · 五步议事", place=own.name)
        described |= {"id": address, "start_url": address, "name": name, "short_name": own.name, "icons": icons}
    answer = jsonify(described)
    answer.mimetype = "application/manifest+json"
    return answer


def _place_with_picture(code: str) -> Place | None:
    found = places.find_place(code) if code else None
    return found if found is not None and found.emblem_picture else None


@blueprint.get("/worker.js")
@access("pages.read")
def worker() -> Any:
    """The service worker: at the root, so that it is there for every page, and asked for anew each time."""
    answer = current_app.send_static_file("dist/worker.js")
    answer.cache_control.no_cache, answer.cache_control.max_age = True, None
    return answer


@blueprint.get("/offline")
@access("pages.read")
def offline() -> Any:
    """What the service worker shows of a page that it does not have."""
    return render_template("portal/offline.html")


@blueprint.get("/healthz")
@access("pages.read")
def healthz() -> Any:
    db.session.execute(db.select(1))
    return {"ok": True}
