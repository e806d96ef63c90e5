"""Where the pages of setting up and of invitations are hung up."""

from flask import Blueprint

blueprint = Blueprint("setup", __name__)
