"""Every code that an answer can carry, read off the source."""

import ast
from collections.abc import Iterator
from pathlib import Path
from re import fullmatch

ROOT = Path(__file__).resolve().parent.parent
# What people at the server or on the admin site are told, in words alone.
NOT_ANSWERED = ("project/management", "project/admin", "admin", "migrations")
CODE = r"[a-z]+(_[a-z0-9]+)*|[A-Z]+(_[A-Z]+)*"
NAMES = ("code", "violation_error_code")

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def error_codes() -> set[str]:
    """The codes that the source has as text: where one is given, held, chosen or kept."""
    modules = [ast.parse(path.read_text()) for path in sources()]
    takers: dict[str, set[int]] = {}
    for module in modules:
        for name, position in _takers(module):
            takers.setdefault(name, set()).add(position)
    found = {code for module in modules for code in _codes(module, takers)}
    return {code for code in found if fullmatch(CODE, code)}


def sources() -> list[Path]:
    """The modules whose words clients get."""
    paths = [path for top in ("domain", "schema", "project") for path in (ROOT / top).rglob("*.py")]
    return [path for path in sorted(paths) if not _is_left_out(path.relative_to(ROOT))]


def _is_left_out(path: Path) -> bool:
    return path.as_posix().startswith(NOT_ANSWERED) or bool(
        {*path.parts, path.stem} & {*NOT_ANSWERED}
    )


def _takers(module: ast.Module) -> Iterator[tuple[str, int]]:
    """What is given a code by position, and which that is; methods with a dot before the name."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            fields = [part for part in node.body if isinstance(part, ast.AnnAssign)]
            names = [ast.unparse(part.target) for part in fields]
            if "code" in names and all(part.value is None for part in fields[:1]):
                yield node.name, names.index("code")
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    name = node.name if part.name == "__init__" else f".{part.name}"
                    yield from _position(part, name, skipped=1)
    methods = {
        part for node in ast.walk(module) if isinstance(node, ast.ClassDef) for part in node.body
    }
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node not in methods:
            yield from _position(node, node.name, skipped=0)


def _position(function: Function, name: str, *, skipped: int) -> Iterator[tuple[str, int]]:
    names = [argument.arg for argument in function.args.args][skipped:]
    if "code" in names:
        yield name, names.index("code")


def _codes(module: ast.Module, takers: dict[str, set[int]]) -> Iterator[str]:
    nodes = list(ast.walk(module))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    imported = {name.asname or name.name for node in imports for name in node.names}
    for node in nodes:
        if isinstance(node, ast.Call):
            yield from _given(node, takers, imported)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            yield from _held(node)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "code":
                    yield from _texts(value)
        elif isinstance(node, ast.FunctionDef):
            yield from _chosen(node)


def _given(call: ast.Call, takers: dict[str, set[int]], imported: set[str]) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg in NAMES:
            yield from _texts(keyword.value)
    of, dot, name = ast.unparse(call.func).rpartition(".")
    name = f".{name}" if dot and of not in imported else name
    for position in takers.get(name, ()):
        if position < len(call.args):
            yield from _texts(call.args[position])


def _held(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Name) and target.id in NAMES:
            yield from _texts(node.value)
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for part, value in zip(target.elts, node.value.elts, strict=False):
                if isinstance(part, ast.Name) and part.id in NAMES:
                    yield from _texts(value)


def _chosen(function: ast.FunctionDef) -> Iterator[str]:
    """The defaults of arguments; and what functions return that say so in their names."""
    arguments = function.args
    plain = zip(reversed(arguments.args), reversed(arguments.defaults), strict=False)
    for argument, default in [
        *plain,
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]:
        if argument.arg == "code" and default is not None:
            yield from _texts(default)
    if fullmatch(r"_?(code\w*|why_\w+)", function.name):
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and node.value is not None:
                first = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
                yield from _texts(first)


def _texts(node: ast.AST | None) -> Iterator[str]:
    """The text in an expression, but for what is looked up or compared."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("code.get"):
        yield from _texts(node.args[-1])
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _texts(value)
