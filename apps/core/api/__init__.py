"""The common ground of all REST doors: strict in, problem documents out, one declaration a method.

`docs/api.md` is the contract. A door subclasses `views.APIView` and declares an `Operation` per
method; scope, query, body, answer and the OpenAPI schema all come from that declaration.
"""
