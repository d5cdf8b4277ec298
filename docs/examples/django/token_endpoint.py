"""The token endpoint of a portal in Django: a sign-in token for the person who is signed in to the portal.

    pip install "PyJWT[crypto]"

In urls.py:

    path("analytics-token", token_endpoint.analytics_token),

In settings.py:

    ANALYTICS_ISSUER = "https://portal.example.com"  # the `iss` that the tenant knows the portal by
    ANALYTICS_KEY_ID = "2026-11"  # the `kid` of the key there
    ANALYTICS_KEY_FILE = "/etc/portal/analytics.pem"  # an RSA key, as `fanlight keys new` makes it

Django does not know whether an e-mail address is the person's: a portal that has verified it says so in `verified_email`.

Django's CsrfViewMiddleware stays on: the page sends its token as `X-CSRFToken`, with <fanlight-embed> by its property
`tokenHeaders`.
"""

import functools
import time
import uuid
from pathlib import Path

import jwt
from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

TOKEN_SECONDS = 60  # used at once; a minute leaves room for a slow network


@require_POST
@never_cache
def analytics_token(request):
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"error": "sign in to the portal first"}, status=401)
    now = int(time.time())
    claims = {
        "iss": settings.ANALYTICS_ISSUER,
        "aud": "qlik.api/login/jwt-session",
        "sub": str(user.pk),
        "subType": "user",
        "name": user.get_full_name() or user.get_username(),
        "groups": [group.name for group in user.groups.all()],
        "jti": str(uuid.uuid4()),
        "iat": now,
        "nbf": now,
        "exp": now + TOKEN_SECONDS,
    }
    email = verified_email(user)
    if email:
        claims |= {"email": email, "email_verified": True}
    token = jwt.encode(claims, private_key(), algorithm="RS256", headers={"kid": settings.ANALYTICS_KEY_ID})
    return JsonResponse({"body": token})


def verified_email(user):
    """The address, where the portal has verified that it is the person's; with django-allauth for example
    `EmailAddress.objects.filter(user=user, verified=True, primary=True)`."""
    return None


@functools.cache
def private_key():
    return Path(settings.ANALYTICS_KEY_FILE).read_text()
