#!/usr/bin/python3
"""Fails on an include that runs against the order of the modules of harness/, that goes from one of a module's
sub-folders into another, or that closes a cycle.

The tables below are the architecture; CMakeLists.txt may not link what the table does not allow. Conditional
compilation is not looked at: every include counts. Long files are warnings. The last line is the count.

usage: check_layers.py [ROOT]
"""
import re
import sys
from pathlib import Path

# module: the modules it uses itself; what those use is allowed too.
USES = {
    "base": [],
    "model": ["base"],
    "exec": ["base"],
    "casefile": ["model"],
    "facts": ["model"],
    "oracle": ["model"],
    "vm": ["exec", "oracle", "guest"],
    "judge": ["facts", "oracle"],
    "collect": ["facts", "oracle", "exec", "vm"],
    "report": ["model"],
    "grading": ["collect", "judge", "report", "casefile"],
    "starter": ["collect"],
    "cli": ["grading", "starter"],
    "main.cpp": ["cli"],
    "guest": ["base"],  # its C headers
}
# library: how its includes begin, the target that CMake links, and the only modules that may name it
LIBRARIES = {
    "Boost": (("boost/",), "Boost::", {"exec"}),
    "yaml-cpp": (("yaml-cpp/",), "yaml-cpp", {"casefile"}),
    "CLI11": (("CLI/",), "CLI11::", {"cli"}),
    "RE2": (("re2/",), "re2::", {"facts", "judge", "casefile", "collect", "grading"}),
}
# A module's sub-folders do not include one another, except as listed: (module, from, to). What stands in the module's
# own folder is common to them, and may include them where it ties them together.
SIBLINGS = {
    ("vm", "linux", "kernels"),
    ("vm", "linux", "qemu"),
    ("vm", "riscv", "qemu"),
    ("vm", "riscv", "gdb"),
    ("judge", "build", "text"),
    ("judge", "linux", "text"),
    ("judge", "rv64", "text"),
    ("judge", "values", "text"),
}
LABS = ("vmsim", "kmod", "riscv-kernel")  # what is graded with, never part of the harness
SOURCES = {".c", ".cc", ".cpp", ".S", ".s"}
HEADERS = {".h", ".hpp"}
MAX_LINES = {"source": 400, "header": 150}

INCLUDE = re.compile(r'^\s*#\s*include(?:_next)?\s*([<"])([^>"]+)[>"]')
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
MODULE = re.compile(r"^\s*memgrade_module\(\s*(\w+)(?:\s+USES\s+([^)]*))?\)")


def allowed_modules(module):
    """The module itself and everything below it."""
    reached, todo = set(), [module]
    while todo:
        current = todo.pop()
        if current not in reached:
            reached.add(current)
            todo += USES[current]
    return reached


def without_comments(text):
    """The text with comments blanked; the lines keep their numbers, and strings stay."""
    return COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else re.sub(r"[^\n]", " ", m[0]), text)


def includes(path):
    """(line, 'angle' or 'quote', name) of every include of the file."""
    text = without_comments(path.read_text(encoding="utf-8", errors="replace"))
    for number, line in enumerate(text.split("\n"), 1):
        if match := INCLUDE.match(line):
            yield number, match[1], match[2]


def resolve(root, path, quote, name):
    """The file of the repository that is meant, relative to the root; None for a header of the system."""
    places = [path.parent] if quote == '"' else []
    places += [root, *(root / lab / "include" for lab in LABS)]
    for place in places:
        candidate = (place / name).resolve()
        if candidate.is_file() and candidate.is_relative_to(root):
            return candidate.relative_to(root)
    if name.startswith("harness/"):
        return Path(name)  # not there (yet, or generated): its module still counts
    return None


def module_of(relative):
    """'judge' of harness/judge/x.cpp, 'main.cpp' of harness/main.cpp, None outside the harness."""
    return relative.parts[1] if relative.parts[0] == "harness" and len(relative.parts) > 1 else None


def folder_of(relative):
    """('vm', 'linux') of harness/vm/linux/x.cpp; None outside a sub-folder of a module."""
    return relative.parts[1:3] if relative.parts[0] == "harness" and len(relative.parts) > 3 else None


def check_siblings(path, target):
    """None when the include stays in its sub-folder or goes where the table allows, else what is against it."""
    here, there = folder_of(path), folder_of(target)
    if not here or not there or here == there or here[0] != there[0] or (*here, there[1]) in SIBLINGS:
        return None
    return f"{here[0]}/{here[1]} may not include its sibling {there[1]}"


def may_include(path, target, name):
    """None when the include is in order, else what is allowed. Paths are relative to the root."""
    module, top = module_of(path), path.parts[0]
    target_module = module_of(target) if target else None
    if module == "tests":
        return None
    if top in LABS:
        return f"{top}/ never includes the harness: it is what the harness runs" if target_module else None
    if module not in USES:  # outside the harness, or reported as an unknown module
        return None
    if target is not None and target.parts[0] in LABS:
        return "the harness runs what the labs build and shares no code with it"
    if target_module is not None:
        allowed = allowed_modules(module)
        if target_module not in allowed:
            return f"{module} may include {', '.join(sorted(allowed))}"
        return check_siblings(path, target)
    for library, (prefixes, _, modules) in LIBRARIES.items():
        if name.startswith(prefixes) and module not in modules:
            return f"{library} is named only in {', '.join(sorted(modules))}"
    return None


def find_files(root):
    for top in ("harness", *LABS, "bench"):
        for path in sorted((root / top).rglob("*")):
            inside = path.relative_to(root).parts
            if path.suffix in SOURCES | HEADERS and "build" not in inside and path.is_file():
                yield path


def check_includes(root, files):
    """Violations as text, and the graph of includes for check_cycles."""
    modules = {module for path in files if (module := module_of(path.relative_to(root))) and module != "tests"}
    violations = [f"harness/{module}: not in the table of modules" for module in sorted(modules - USES.keys())]
    graph = {}
    for path in files:
        relative = path.relative_to(root)
        edges = graph.setdefault(relative, [])
        for line, quote, name in includes(path):
            target = resolve(root, path, quote, name)
            if target is not None:
                edges.append((target, line))
            if reason := may_include(relative, target, name):
                violations.append(f"{relative}:{line}: includes {name}; {reason}")
    return violations, graph


def check_cycles(graph):
    """One line for each cycle of includes that a walk finds."""
    violations, state, trail = [], {}, []

    def visit(node):
        state[node] = "open"
        trail.append(node)
        for target, line in graph.get(node, []):
            if state.get(target) == "open":
                loop = [*trail[trail.index(target):], target]
                violations.append(f"{node}:{line}: a cycle: {' -> '.join(map(str, loop))}")
            elif target not in state:
                visit(target)
        trail.pop()
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            visit(node)
    return violations


def check_links(root):
    """CMakeLists.txt links only what the tables allow."""
    violations = []
    for number, line in enumerate((root / "CMakeLists.txt").read_text(encoding="utf-8").split("\n"), 1):
        match = MODULE.match(line)
        if not match:
            continue
        module, used = match[1], (match[2] or "").split()
        if module not in USES:
            violations.append(f"CMakeLists.txt:{number}: module {module} is not in the table of modules")
            continue
        for target in used:
            below = target.removeprefix("memgrade_")
            if below != target and below not in allowed_modules(module) - {module}:
                violations.append(f"CMakeLists.txt:{number}: {module} links {below}; it may link "
                                  f"{', '.join(sorted(allowed_modules(module) - {module})) or 'no module'}")
            for library, (_, prefix, modules) in LIBRARIES.items():
                if target.startswith(prefix) and module not in modules:
                    violations.append(f"CMakeLists.txt:{number}: {module} links {library}; "
                                      f"only {', '.join(sorted(modules))} may")
    return violations


def long_files(root, files):
    """A warning for each file past the limit whose top comment has no line that begins 'Long because'."""
    for path in files:
        kind = "header" if path.suffix in HEADERS else "source"
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        count = len(lines) - (lines[-1] == "")
        top = "\n".join(lines[:40])
        if count > MAX_LINES[kind] and not re.search(r"^\s*(//|\*|/\*|#)\s*Long because ", top, re.M):
            yield f"{path.relative_to(root)}: {count} lines, a {kind} has at most {MAX_LINES[kind]}: " \
                  "split it, or say 'Long because …' in the comment at its top"


def main(arguments):
    root = Path(arguments[0] if arguments else Path(__file__).parent.parent).resolve()
    files = list(find_files(root))
    against, graph = check_includes(root, files)
    rules = {"include order": against, "include cycles": check_cycles(graph), "linked modules": check_links(root)}
    if not files:
        rules["include order"].append(f"{root}: no source file was found")
    for warning in long_files(root, files):
        print(f"warning: {warning}")
    for violations in rules.values():
        print(*(f"error: {violation}\n" for violation in violations), sep="", end="")
    failed = sum(bool(violations) for violations in rules.values())
    print(f"{len(files)} files looked at")
    print(f"{len(rules) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
