"""The code is built as its house rules say: who imports whom, how big things are, who writes which column."""

import ast
from pathlib import Path

import pytest

from sim.community import Services
from sim.model import SCHEDULE
from sim.people import People
from sim.workforce import LinkWorkers, Posts

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[1]
MODULES = {path.relative_to(ROOT / "sim").with_suffix("").as_posix(): path for path in sorted((ROOT / "sim").rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf8")) for name, path in MODULES.items()}

LAYERS = (  # each may import what stands before it
    {"parameters", "table", "streams", "records", "archive"},
    {"people"},
    {"programme", "workforce", "community"},
    {"week", "agents", "traits"},
    {"goals", "sharing", "star", "episodes"},
    {"processes", "measures"},
    {"economics", "dictionary"},
    {"summary", "compaction"},
    {"results"},
    {"compiled"},
    {"model"},
)
BELOW = {name: position for position, layer in enumerate(LAYERS) for name in layer}
WITH_PANDAS = {"results", "summary"}


def imports(tree: ast.AST) -> set[str]:
    """Every dotted module imported anywhere in a module, but for type checking only."""
    unchecked = [n for n in ast.walk(tree) if isinstance(n, ast.If) and isinstance(n.test, ast.Name) and n.test.id == "TYPE_CHECKING"]
    skipped = {id(inner) for n in unchecked for inner in ast.walk(n)}
    found = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def parts_of_sim(tree: ast.AST) -> set[str]:
    """The parts of `sim` a module imports: `people`, `processes`, …"""
    return {name.split(".")[1] for name in imports(tree) if name.startswith("sim.")} & set(BELOW)


def part(module: str) -> str:
    return module.split("/")[0]


@pytest.mark.parametrize("module", [name for name in MODULES if name != "__init__"])
def test_imports_point_one_way(module):
    here = part(module)
    assert here in BELOW, f"{module} has no place in the layers: give it one"
    for other in parts_of_sim(TREES[module]) - {here}:
        assert BELOW[other] < BELOW[here], f"{module} imports {other}"
    if here in ("workforce", "community"):
        assert not parts_of_sim(TREES[module]) & {"workforce", "community"}


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("processes/")])
def test_processes_import_neither_each_other_nor_the_model_nor_measures(module):
    assert not parts_of_sim(TREES[module]) & {"processes", "model", "measures", "results", "summary", "economics"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_sim_knows_neither_experiments_nor_files_nor_plots_nor_processes_of_the_machine(module):
    outside = {name.split(".")[0] for name in imports(TREES[module])}
    barred = {
        "experiments",
        "configs",
        "hydra",
        "omegaconf",
        "matplotlib",
        "multiprocessing",
        "concurrent",
        "pyarrow",
        "pathlib",
        "os",
        "io",
        "json",
        "yaml",
        "random",
        "time",
        "datetime",
    }
    assert not outside & barred
    assert "pandas" not in outside or module in WITH_PANDAS
    calls = {ast.unparse(node.func) for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)}
    files = {"open", "print", "input"} | {
        call
        for call in calls
        if call.rsplit(".", 1)[-1] in {"to_csv", "to_parquet", "read_csv", "read_parquet", "write_text", "read_text", "save", "load", "tofile", "fromfile"}
    }
    assert not calls & files


def test_experiments_are_the_only_way_in():
    """`experiments` imports `sim`, never the other way, and no module of `sim` imports `tests` or `benchmarks`."""
    assert all(not name.startswith(("experiments", "tests", "benchmarks")) for tree in TREES.values() for name in imports(tree))


def test_one_list_three_times_schedule_step_and_modules():
    step = next(n for n in ast.walk(TREES["model"]) if isinstance(n, ast.FunctionDef) and n.name == "step")
    calls = [ast.unparse(n.value.func) for n in step.body if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
    assert tuple(call.split(".")[1] for call in calls if call.startswith("do.")) == SCHEDULE
    assert sorted(name.split("/")[1] for name in MODULES if name.startswith("processes/") and not name.endswith("__init__")) == sorted(SCHEDULE)
    assert calls[-2:] == ["self.measures.record", "release"]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_modules_and_functions_stay_small_and_say_what_they_own(module):
    lines = MODULES[module].read_text(encoding="utf8").splitlines()
    assert len(lines) <= 400
    assert ast.get_docstring(TREES[module])
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno + 1 <= 60, f"{module}.{node.name}"
            if not node.name.startswith("_"):
                assert ast.get_docstring(node) or node.name in {"u", "ratio", "amount", "check_together", "__init__"}, f"{module}.{node.name}"


# Who writes which column -------------------------------------------------------------------------------

TABLES = {"people": People, "p": People, "self": People, "workers": LinkWorkers, "posts": Posts, "s": Services, "services": Services}
IN_PLACE = {"np.add.at", "np.put_along_axis", "np.copyto", "count_up"}  # these write their first argument


def base_name(node: ast.AST) -> str:
    """`workforce.workers` and `self.workers` are `workers`, `people` is `people`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class Writers(ast.NodeVisitor):
    """Collect `(table, column)` written in one module: by item, in place, through `flat` and through aliases of views."""

    def __init__(self) -> None:
        self.found: set[tuple[type, str]] = set()
        self.alias: dict[str, set[tuple[type, str]]] = {}
        self.words: dict[str, set[str]] = {}
        self.slices: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.alias, self.words = {}, {}
        self.slices = {arg.arg for arg in node.args.args if arg.annotation and ast.unparse(arg.annotation) == "slice"}
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        """Remember the words a loop goes through: `for name in ("goal_due", …)`, also as first of pairs."""
        target = node.target.elts[0] if isinstance(node.target, ast.Tuple) else node.target
        if isinstance(node.iter, ast.Tuple) and isinstance(target, ast.Name):
            items = [e.elts[0] if isinstance(e, ast.Tuple) else e for e in node.iter.elts]
            self.words[target.id] = {e.value for e in items if isinstance(e, ast.Constant)}
        self.generic_visit(node)

    def columns(self, node: ast.AST) -> set[tuple[type, str]]:
        """The columns of which `node` is a view (itself, a slice, or flat), or an empty set."""
        if isinstance(node, ast.Name):
            return self.alias.get(node.id, set())
        if isinstance(node, ast.Attribute):
            table = TABLES.get(base_name(node.value))
            return {(table, node.attr)} if table and node.attr in table.columns else set()
        if isinstance(node, ast.Subscript):
            whole = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            return self.columns(node.value) if isinstance(whole, ast.Slice) or base_name(whole) in self.slices else set()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "flat":
                return {(People, word) for word in self.constants(node.args[0])}
            return self.columns(node.func.value) if node.func.attr == "reshape" else set()
        if isinstance(node, ast.Call) and base_name(node.func) == "getattr":
            table = TABLES.get(base_name(node.args[0]))
            return {(table, word) for word in self.constants(node.args[1])} if table else set()
        return set()

    def constants(self, node: ast.AST) -> set[str]:
        if isinstance(node, ast.Constant):
            return {node.value}
        return self.words.get(base_name(node), set())

    def write(self, target: ast.AST) -> None:
        if isinstance(target, ast.Tuple):
            for element in target.elts:
                self.write(element)
        elif isinstance(target, ast.Subscript):
            inner = target.value
            while isinstance(inner, ast.Subscript):
                inner = inner.value
            self.found |= self.columns(inner)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.write(target)
        pairs = [(node.targets[0], node.value)]
        if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(node.targets[0].elts, node.value.elts, strict=True))
        for target, value in pairs:
            if isinstance(target, ast.Name):
                self.alias[target.id] = self.columns(value)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.write(node.target)
        if isinstance(node.target, ast.Name):
            self.found |= self.alias.get(node.target.id, set())
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if ast.unparse(node.func) in IN_PLACE:
            self.found |= self.columns(node.args[0])
        for keyword in node.keywords:
            if keyword.arg == "out":
                self.found |= self.columns(keyword.value)
        self.generic_visit(node)


def writers() -> dict[tuple[str, str], set[str]]:
    """Return, of each table and column, the modules whose code writes it."""
    found: dict[tuple[str, str], set[str]] = {}
    for module, tree in TREES.items():
        if module in ("table", "people", "results", "agents"):
            continue
        visitor = Writers()
        visitor.visit(tree)
        for table, column in visitor.found:
            found.setdefault((table.__name__, column), set()).add(module.split("/")[-1])
    return found


WRITTEN = writers()


@pytest.mark.parametrize("table", [People, LinkWorkers, Posts, Services])
def test_each_column_names_exactly_the_modules_that_write_it(table):
    wrong = {}
    for name, column in table.columns.items():
        named = set(column.writers.split(", "))
        written = WRITTEN.get((table.__name__, name), set())
        if named != written:
            wrong[name] = f"says {', '.join(sorted(named))}; written by {', '.join(sorted(written))}"
    assert not wrong


@pytest.mark.parametrize("table", [People, LinkWorkers, Posts, Services])
def test_static_columns_are_written_only_where_the_row_is_made(table):
    for name, column in table.columns.items():
        if column.static:
            assert WRITTEN[table.__name__, name] <= {"traits", "workforce", "community"}, name


def test_the_finder_of_writers_sees_every_way_of_writing():
    source = """
def f(people, workers, rows, block: slice):
    latent = people.latent[block]
    latent += 1
    count_up(people.setbacks[: people.n], rows)
    people.trust[rows] = 1
    people.flat("goal_habit")[rows] *= 2
    peers = people.goal_peers[:5]
    peers += 1
    for name, value in (("goal_due", 1), ("goal_misses", 2)):
        getattr(people, name)[rows] = value
    np.add.at(people.contacts, rows, 1)
    people.motivation.clip(0, 1, out=people.motivation)
    workers.hours_left[: workers.n][rows] -= 1
    copy = people.confidence[rows]
    copy[0] = people.age[0]
"""
    visitor = Writers()
    visitor.visit(ast.parse(source))
    names = {name for _, name in visitor.found}
    assert names == {"trust", "goal_habit", "goal_peers", "goal_due", "goal_misses", "contacts", "motivation", "hours_left", "latent", "setbacks"}
