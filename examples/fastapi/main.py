"""A backend behind Gatehouse. It learns who is there from the assertion, and from nothing else."""

import json
import os
import threading
import time
import urllib.request
from typing import Any, Callable

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException

ISSUER = os.environ["GATEHOUSE_ISSUER"]  # https://docs.example.com/auth
AUDIENCE = os.environ["GATEHOUSE_AUDIENCE"]  # docs.example.com

KEYS_LIFESPAN_SECONDS = 300
FETCH_PAUSE_SECONDS = 5.0
FETCH_TIMEOUT_SECONDS = 5.0
CLOCK_SKEW_SECONDS = 10

Claims = dict[str, Any]


class PublishedKeys(jwt.PyJWKClient):
    """
    The library fetches the keys again for a `kid` that it does not know, which is how a new key arrives without a
    restart. It does so for every `kid` that anybody makes up, without a time limit, and forgets the keys it has when that
    fails. Here a fetch has a time limit, the next one has to wait, and only a good answer replaces the last one.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, lifespan=KEYS_LIFESPAN_SECONDS)
        self._fetching = threading.Lock()
        self._next_fetch = 0.0
        self._fetched: Any = None

    def fetch_data(self) -> Any:
        with self._fetching:
            if time.monotonic() >= self._next_fetch:
                self._fetched = self._fetch()
            if self._fetched is None:
                raise HTTPException(503, "The keys of Gatehouse cannot be fetched.")
            return self._fetched

    def _fetch(self) -> Any:
        try:
            with urllib.request.urlopen(self.uri, timeout=FETCH_TIMEOUT_SECONDS) as response:
                published = json.load(response)
            jwt.PyJWKSet.from_dict(published)
        except Exception:  # whatever went wrong: there are no keys, and the next request tries again
            return None
        finally:
            self._next_fetch = time.monotonic() + FETCH_PAUSE_SECONDS
        self.jwk_set_cache.put(published)
        return published


keys = PublishedKeys(f"{ISSUER}/jwks.json")


def signed_in(gatehouse_assertion: list[str] = Header(default=[])) -> Claims:
    """
    The claims of the person who is there, or 401. Not `async`: FastAPI runs it in a thread of its own, so that fetching
    keys keeps nobody else waiting.
    """
    if len(gatehouse_assertion) != 1:
        raise HTTPException(401, "Exactly one Gatehouse-Assertion is needed.")
    [assertion] = gatehouse_assertion
    try:
        return jwt.decode(
            assertion,
            keys.get_signing_key_from_jwt(assertion).key,
            algorithms=["ES256"],
            issuer=ISSUER,
            audience=AUDIENCE,
            leeway=CLOCK_SKEW_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise HTTPException(401, "The Gatehouse-Assertion is not valid.") from error


def role(name: str) -> Callable[..., None]:
    def check(claims: Claims = Depends(signed_in)) -> None:
        if name not in claims.get("roles", []):
            raise HTTPException(403, f"This needs the role {name}.")

    return check


# For every route, so that none is forgotten; FastAPI's own pages would not ask, and are switched off.
app = FastAPI(dependencies=[Depends(signed_in)], docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/")
def home(claims: Claims = Depends(signed_in)) -> Claims:
    return {"hello": claims.get("name") or claims.get("email") or claims["sub"]}


@app.get("/api/me")
def me(claims: Claims = Depends(signed_in)) -> Claims:
    shown = ("sub", "email", "name", "org", "roles", "groups")
    return {name: claims[name] for name in shown if name in claims}


@app.get("/api/admin", dependencies=[Depends(role("admin"))])
def admin() -> Claims:
    return {"secret": "only for administrators"}
