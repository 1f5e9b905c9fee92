"""Small files and short functions, in the program, the sandbox and the tests."""

import ast

ROOMS = ("bot", "cards", "dialogs", "manifest", "sandbox", "storage", "bench")
MODULE_LINES, FUNCTION_LINES = 400, 60


def sources(root, *rooms):
    return [path for room in rooms for path in sorted((root / room).rglob("*.py"))]


def test_no_module_is_long(project_root):
    lengths = {
        str(path.relative_to(project_root)): len(path.read_text("utf-8").splitlines())
        for path in sources(project_root, *ROOMS, "tests")
    }
    assert {path: lines for path, lines in lengths.items() if lines > MODULE_LINES} == {}


def functions(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            docstring = ((first.end_lineno or 0) - first.lineno + 1) if said else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_no_function_is_long(project_root):
    rooms = [room for room in ROOMS if room != "bench"]
    long = {
        f"{path.relative_to(project_root)}:{name}": lines
        for path in sources(project_root, *rooms)
        if "migrations" not in path.parts
        for name, lines in functions(path)
        if lines > FUNCTION_LINES
    }
    assert long == {}


def test_pages_scripts_and_styles_are_small_too(project_root):
    static = [
        path for path in (project_root / "sandbox").rglob("*") if path.suffix in {".js", ".css"}
    ]
    assert static
    lengths = {
        str(path.relative_to(project_root)): len(path.read_text("utf-8").splitlines())
        for path in static
    }
    assert {path: lines for path, lines in lengths.items() if lines > MODULE_LINES} == {}
