"""The two ways to sign in, as the OpenAPI schema says them. Registered by being imported."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import SessionAuthentication

from apps.accounts.api.authentication import BearerAuthentication
from apps.core.api.operations import SCOPES


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        words = f"A personal access token, `2p_…`. Scopes: {', '.join(SCOPES)}."
        return {"type": "http", "scheme": "bearer", "description": words}

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        operation = getattr(auto_schema, "operation", None)
        scopes = [operation.scope] if operation and operation.scope in SCOPES else []
        return {self.name: scopes}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        words = "The session of a browser; changes need the header X-CSRFToken too."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": words}
