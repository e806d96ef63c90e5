"""Each channel speaks its maker's wire format: a stand-in keeps what came, and signatures are worked out anew."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from deliberation.notifications.channels import Parcel, Target, Undeliverable, Unreachable
from deliberation.notifications.channels.push import Push, public_key
from deliberation.notifications.channels.robots import ROBOTS, Robot, RobotRefused
from deliberation.notifications.channels.sms import SmsGateway
from deliberation.notifications.models import Channel
from tests.support.gateway import gateway
from tests.support.make import NOW

TEXT = "【五步议事】结果告知：弄堂改机动车单行\nhttp://127.0.0.1:5000/matters/WTL-2026-031"
PARCEL = Parcel(1, "1:sms", 1, Channel.sms, "13800000000", "结果告知", TEXT, NOW)


def hmac_sha256(key: bytes, said: bytes) -> bytes:
    """Not by the standard library, which the channels use."""
    worked_out = hmac.HMAC(key, hashes.SHA256())
    worked_out.update(said)
    return worked_out.finalize()


def test_a_text_message_is_signed_and_names_its_key() -> None:
    with gateway() as there:
        SmsGateway(f"{there.url}/send", secret="gateway secret").send(PARCEL)
    (posted,) = there.posted
    assert posted.json == {"to": "13800000000", "text": TEXT, "key": "1:sms"}
    assert posted.headers["idempotency-key"] == "1:sms"
    stamp = posted.headers["x-timestamp"]
    assert int(stamp) == NOW.timestamp()
    assert posted.headers["x-signature"] == hmac_sha256(b"gateway secret", stamp.encode() + b"." + posted.body).hex()


@pytest.mark.parametrize(("status", "fault"), [(400, Undeliverable), (503, Exception)])
def test_a_gateway_refuses_for_good_or_for_now(status: int, fault: type[Exception]) -> None:
    with gateway() as there:
        there.status = status
        with pytest.raises(fault) as caught:
            SmsGateway(there.url).send(PARCEL)
    assert isinstance(caught.value, Undeliverable) == (status == 400)


def test_where_nobody_listens_the_channel_is_unreachable() -> None:
    with gateway() as there:
        url = there.url
    with pytest.raises(Unreachable):
        SmsGateway(url).send(PARCEL)


def posted_by(channel: Channel, answer: Any, *, secret: str) -> Any:
    with gateway(answer) as there:
        Robot(ROBOTS[channel], url=f"{there.url}/robot").send(replace(PARCEL, address="the-token", secret=secret))
    return there.posted[0]


def test_wecom_takes_a_key_and_text() -> None:
    posted = posted_by(Channel.wecom, {"errcode": 0, "errmsg": "ok"}, secret="")
    assert posted.path == "/robot?key=the-token"
    assert posted.json == {"msgtype": "text", "text": {"content": TEXT}}


def test_dingtalk_is_signed_in_the_address() -> None:
    posted = posted_by(Channel.dingtalk, {"errcode": 0, "errmsg": "ok"}, secret="SEC123")
    query = parse_qs(urlsplit(posted.path).query, strict_parsing=True)
    (stamp,) = query["timestamp"]
    assert int(stamp) == NOW.timestamp() * 1000
    assert query["access_token"] == ["the-token"]
    assert base64.b64decode(query["sign"][0]) == hmac_sha256(b"SEC123", f"{stamp}\nSEC123".encode())
    assert posted.json == {"msgtype": "text", "text": {"content": TEXT}}


def test_feishu_is_signed_in_the_body() -> None:
    posted = posted_by(Channel.feishu, {"code": 0, "msg": "success"}, secret="secret")
    assert posted.path == "/robot/the-token"
    said = posted.json
    assert said["timestamp"] == str(int(NOW.timestamp()))
    assert base64.b64decode(said["sign"]) == hmac_sha256(f"{said['timestamp']}\nsecret".encode(), b"")
    assert (said["msg_type"], said["content"]) == ("text", {"text": TEXT})


@pytest.mark.parametrize(
    ("channel", "answer"),
    [
        (Channel.wecom, {"errcode": 93000, "errmsg": "invalid webhook url"}),
        (Channel.dingtalk, {"errcode": 310000, "errmsg": "sign not match"}),
        (Channel.feishu, {"code": 19021, "msg": "sign match fail"}),
        (Channel.feishu, None),
    ],
)
def test_a_robot_that_did_not_post_is_tried_again(channel: Channel, answer: Any) -> None:
    with pytest.raises(RobotRefused):
        posted_by(channel, answer, secret="secret")


# ------------------------------------------------------------------------------------------------------------- push


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


class Browser:
    """A browser's end of RFC 8291, written from the RFC."""

    def __init__(self) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"

    def target(self, url: str) -> Target:
        return Target(url, b64(point(self.key)), b64(self.auth))

    def read(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        sender = body[21 : 21 + length]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        material = _derived(shared, self.auth, b"WebPush: info\0" + point(self.key) + sender, 32)
        content_key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
        return AESGCM(content_key).decrypt(nonce, body[21 + length :], None).rstrip(b"\0")[:-1]


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@pytest.fixture(scope="module")
def vapid() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    formats = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return b64(key.private_bytes(*formats))


def test_a_push_is_sealed_for_the_browser_and_signed_by_this_installation(vapid: str) -> None:
    browser = Browser()
    with gateway() as there:
        there.status = 201
        parcel = replace(
            PARCEL, channel=Channel.push, link="/inbox/7", targets=(browser.target(f"{there.url}/push/1"),)
        )
        Push(vapid, contact="五步议事 <notice@example.org>").send(parcel)
    (posted,) = there.posted
    assert json.loads(browser.read(posted.body)) == {"title": "结果告知", "body": TEXT, "url": "/inbox/7"}
    assert posted.headers["content-encoding"] == "aes128gcm"
    assert posted.headers["topic"] == hashlib.sha256(b"1:sms").hexdigest()[:32]
    assert int(posted.headers["ttl"]) > 0
    signed, key = (part.split("=", 1)[1] for part in posted.headers["authorization"].removeprefix("vapid ").split(","))
    assert key.strip() == public_key(vapid)
    head, claims, signature = signed.split(".")
    raw = unb64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    own = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(public_key(vapid)))
    own.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(unb64(claims))["aud"] == there.url
    assert json.loads(unb64(claims))["sub"] == "mailto:notice@example.org"


def test_a_browser_that_is_gone_is_told_and_a_push_to_none_is_undeliverable(vapid: str) -> None:
    with gateway() as there:
        there.status = 410
        push = Push(vapid, contact="notice@example.org")
        with pytest.raises(Undeliverable):
            push.send(replace(PARCEL, targets=(Browser().target(f"{there.url}/push/1"),)))
        assert push.gone == [f"{there.url}/push/1"]
    with pytest.raises(Undeliverable):
        push.send(replace(PARCEL, targets=()))
    with pytest.raises(Undeliverable):
        Push("", contact="notice@example.org").send(PARCEL)
