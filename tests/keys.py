"""RSA keys for tests, made once in a process."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

PEM = serialization.Encoding.PEM


def rsa_key(name: str = "first", bits: int = 2048) -> rsa.RSAPrivateKey:
    """The key of that name."""
    return _made(name, bits)


@cache
def _made(name: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def private_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, old: bool = False) -> str:
    """The private key in PKCS 8, or in the older form of its kind."""
    form = serialization.PrivateFormat
    chosen = form.TraditionalOpenSSL if old else form.PKCS8
    return key.private_bytes(PEM, chosen, serialization.NoEncryption()).decode()


def public_pem(key: rsa.RSAPrivateKey, old: bool = False) -> str:
    """The public key, also in the older form."""
    form = serialization.PublicFormat
    chosen = form.PKCS1 if old else form.SubjectPublicKeyInfo
    return key.public_key().public_bytes(PEM, chosen).decode()


def base64_of(text: str) -> str:
    """As Knock's dashboard shows a key."""
    return base64.b64encode(text.encode()).decode()


def signed(claims: dict[str, Any], key: rsa.RSAPrivateKey | None = None) -> str:
    """A token with these claims, signed with RS256."""
    return jwt.encode(claims, private_pem(key or rsa_key()), algorithm="RS256")
