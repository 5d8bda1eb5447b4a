"""What a change of the schema takes away from clients of the version before. Pure.

Since unknown names are refused, a client is broken by whatever it may no longer send as much as by what it
no longer gets. New members, new answers, new codes break nobody; docs/api.md says so.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
Document = Mapping[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")
# Each bound with the direction in which moving it refuses more.
LOWER_IS_NARROWER = ("maxLength", "maximum", "maxItems", "exclusiveMaximum")
HIGHER_IS_NARROWER = ("minLength", "minimum", "minItems", "exclusiveMinimum")


def breaks(before: Document, after: Document) -> list[str]:
    """A sentence for each thing that a client of `before` may rely on and `after` does not keep."""
    return list(_Comparison(before, after).all())


class _Comparison:
    def __init__(self, before: Document, after: Document) -> None:
        self.before, self.after = before, after
        self.seen: set[tuple[str, str, bool]] = set()

    def all(self) -> Iterator[str]:
        for path, methods in self.before["paths"].items():
            for method in METHODS:
                if method not in methods:
                    continue
                where = f"{method.upper()} {path}"
                kept = self.after["paths"].get(path, {}).get(method)
                if kept is None:
                    yield f"{where} is gone"
                else:
                    yield from self._operation(where, methods[method], kept)

    def _operation(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        yield from self._security(where, old, new)
        yield from self._parameters(where, old, new)
        yield from self._body(where, old.get("requestBody"), new.get("requestBody"))
        for status, answer in old["responses"].items():
            # An error that is no longer made is missed by nobody.
            if status.startswith("2"):
                kept = new["responses"].get(status)
                if kept is None:
                    yield f"{where}: no {status} any more"
                else:
                    yield from self._contents(f"{where} {status}", answer, kept, inbound=False)

    def _security(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        was, now = _scopes(old), _scopes(new)
        if was and not now <= was:
            yield f"{where} needs {' '.join(sorted(now))} and not {' '.join(sorted(was))}"
        if not old.get("security") and new.get("security"):
            yield f"{where} needs a sign-in"

    def _parameters(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        was, now = _by_name(old), _by_name(new)
        for (place, name), parameter in was.items():
            kept = now.get((place, name))
            if kept is None:
                yield f"{where}: the parameter {name} ({place}) is gone"
                continue
            if kept.get("required") and not parameter.get("required"):
                yield f"{where}: the parameter {name} is required"
            yield from self._schema(
                f"{where} {name}", parameter.get("schema", {}), kept.get("schema", {}), inbound=True
            )
        for key in now.keys() - was.keys():
            if now[key].get("required"):
                yield f"{where}: the new parameter {key[1]} is required"

    def _body(self, where: str, old: Schema | None, new: Schema | None) -> Iterator[str]:
        if old is None:
            if new is not None and new.get("required"):
                yield f"{where}: a body is required"
            return
        if new is None:
            yield f"{where}: takes no body any more"
            return
        if new.get("required") and not old.get("required"):
            yield f"{where}: the body is required"
        yield from self._contents(f"{where} body", old, new, inbound=True)

    def _contents(self, where: str, old: Schema, new: Schema, *, inbound: bool) -> Iterator[str]:
        for media_type, content in old.get("content", {}).items():
            kept = new.get("content", {}).get(media_type)
            if kept is None:
                yield f"{where}: no {media_type} any more"
            else:
                yield from self._schema(
                    where, content.get("schema", {}), kept.get("schema", {}), inbound=inbound
                )

    def _schema(self, where: str, old: Schema, new: Schema, *, inbound: bool) -> Iterator[str]:
        names = (old.get("$ref", ""), new.get("$ref", ""), inbound)
        if names[0] and names[1]:
            # Told once, and not for ever where a schema holds itself.
            if names in self.seen:
                return
            self.seen.add(names)
        was, now = list(_parts(old, self.before)), list(_parts(new, self.after))
        yield from _types(where, was, now, inbound=inbound)
        yield from _values(where, was, now, inbound=inbound)
        if inbound:
            yield from _bounds(where, _merged(was), _merged(now))
        yield from self._members(where, _merged(was), _merged(now), inbound=inbound)

    def _members(self, where: str, old: Schema, new: Schema, *, inbound: bool) -> Iterator[str]:
        was, now = old.get("properties", {}), new.get("properties", {})
        for name in was:
            if name not in now:
                yield f"{where}: {name} is gone"
            else:
                yield from self._schema(f"{where}.{name}", was[name], now[name], inbound=inbound)
        required_before, required_now = set(old.get("required", ())), set(new.get("required", ()))
        if inbound:
            for name in sorted(required_now - required_before):
                yield f"{where}: {name} is required"
        else:
            for name in sorted((required_before - required_now) & set(now)):
                yield f"{where}: {name} may be missing"
        for name in ("items", "additionalProperties"):
            if isinstance(old.get(name), Mapping) and isinstance(new.get(name), Mapping):
                yield from self._schema(f"{where}[]", old[name], new[name], inbound=inbound)


def _by_name(operation: Schema) -> dict[tuple[str, str], Schema]:
    return {(each["in"], each["name"]): each for each in operation.get("parameters", ())}


def _scopes(operation: Schema) -> set[str]:
    return {
        scope for way in operation.get("security", ()) for names in way.values() for scope in names
    }


def _parts(schema: Schema, document: Document) -> Iterator[Schema]:
    """The schema's alternatives, or itself; references followed."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    inner = [each for name in ("oneOf", "anyOf", "allOf") for each in schema.get(name, ())]
    for each in inner:
        yield from _parts(each, document)
    if not inner or "type" in schema:
        yield schema


def _merged(parts: list[Schema]) -> Schema:
    """One schema of its alternatives: ours have at most one that is more than a name or null."""
    return {name: value for part in parts for name, value in part.items()}


def _kinds(parts: list[Schema]) -> set[str]:
    """The JSON types that may come; empty: all of them."""
    found: set[str] = set()
    for part in parts:
        kinds = part.get("type")
        if kinds is None and "enum" not in part:
            return set()
        found |= {kinds} if isinstance(kinds, str) else set(kinds or ())
    # A whole number is a number.
    return found | ({"integer"} if "number" in found else set())


def _types(where: str, old: list[Schema], new: list[Schema], *, inbound: bool) -> Iterator[str]:
    was, now = _kinds(old), _kinds(new)
    narrow, wide = (now, was) if inbound else (was, now)
    if narrow and not (wide and wide <= narrow):
        surplus = ", ".join(sorted(wide - narrow)) or "anything"
        yield f"{where}: {surplus} is not taken" if inbound else f"{where}: may be {surplus}"


def _values(where: str, old: list[Schema], new: list[Schema], *, inbound: bool) -> Iterator[str]:
    was, now = ({str(v) for part in each for v in part.get("enum", ())} for each in (old, new))
    if was and now:
        for value in sorted(was - now):
            yield f"{where}: the value {value} is gone"
    elif now and inbound:
        yield f"{where}: takes only {', '.join(sorted(now))}"


def _bounds(where: str, old: Schema, new: Schema) -> Iterator[str]:
    for name in (*LOWER_IS_NARROWER, *HIGHER_IS_NARROWER):
        if name not in new:
            continue
        sign = 1 if name in LOWER_IS_NARROWER else -1
        if name not in old or sign * (new[name] - old[name]) < 0:
            yield f"{where}: {name} is {new[name]}"
    for name in ("pattern", "format"):
        if name in new and new[name] != old.get(name):
            yield f"{where}: {name} is {new[name]}"
