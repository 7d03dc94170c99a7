"""The pages say what is there: links lead somewhere, commands exist, generated pages are fresh, tables are complete."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from docs import generate
from ingest import issues
from tests.project.files import ROOT, name_of, project_files
from warehouse.cli.main import cli

PAGES = [path for path in project_files() if path.suffix == ".md"]
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.+?)\s*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
LONGCANG = re.compile(r"(?:^|`|bin/|entrypoint )longcang ([a-z]+)([^`\n|#；。，]*)", re.MULTILINE)


def anchor(heading: str) -> str:
    """The anchor that a heading gets, as the usual renderers make it."""
    text = re.sub(r"[`*_]", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            broken.append(target)
        elif fragment and file.suffix == ".md":
            anchors = {anchor(heading) for heading in HEADING.findall(file.read_text(encoding="utf-8"))}
            if fragment not in anchors:
                broken.append(target)
    assert broken == []


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


# Words that follow "make" in a sentence, not in a command.
PROSE = {"a", "an", "it", "the", "sure", "and", "or", "up"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_that_a_page_names_exist(page: Path) -> None:
    code = "\n".join(re.findall(r"`[^`\n]+`|^```.*?^```|^    .+$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL))
    named = set(MAKE.findall(code))
    assert named - make_targets() - (PROSE - make_targets()) == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_options_that_a_page_names_exist(page: Path) -> None:
    wrong = []
    for name, rest in LONGCANG.findall(code_of(page)):
        command = cli.commands.get(name)
        if command is None:
            wrong.append(f"longcang {name}")
            continue
        parts = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
        known = {option for part in parts for p in part.params for option in (*p.opts, *p.secondary_opts)}
        wrong += [f"longcang {name} {option}" for option in re.findall(r"--[a-z-]+", rest) if option not in known]
    assert wrong == []


def code_of(page: Path) -> str:
    """What stands in back-ticks or fences: there, a word is a command."""
    return "\n".join(re.findall(r"^```.*?^```|`[^`\n]+`", page.read_text("utf-8"), re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_command(page: str) -> None:
    named = {name for name, _ in LONGCANG.findall(code_of(ROOT / page))}
    assert set(cli.commands) - named == set()


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_has_help(name: str) -> None:
    command = cli.commands[name]
    assert command.get_short_help_str()
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_generated_pages_are_fresh() -> None:
    assert generate.stale(generate.pages()) == [], "run: make docs"


def test_staleness_is_noticed(tmp_path: Path) -> None:
    made = {"forms/one.md": "一", "rules.md": "二"}
    (tmp_path / "forms").mkdir()
    for name, text in made.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert generate.stale(made, tmp_path) == []
    assert generate.stale({**made, "rules.md": "三"}, tmp_path) == ["rules.md"]
    assert generate.stale({"rules.md": "二"}, tmp_path) == ["forms/one.md"], "the page of a form that is no more"
    assert generate.stale({**made, "forms/two.md": "四"}, tmp_path) == ["forms/two.md"]


def test_codes_of_the_reader_are_described_once() -> None:
    described = [
        entry["code"]
        for group in yaml.safe_load((ROOT / "docs" / "codes.yml").read_text("utf-8")).values()
        for entry in group
    ]
    used = {value for value in vars(issues).values() if isinstance(value, str) and re.fullmatch(r"[A-Z]\d\d", value)}
    assert len(described) == len(set(described))
    assert set(described) == used


def test_every_rule_is_on_the_page_of_rules() -> None:
    """Whichever place a rule lives in: the reader, a contract, a suite of the gate, the list of cross checks, a model."""
    code = re.compile(r"\b(?:[CRSX]\d\d[A-Z]?|G[CL]\d\d)\b")
    places = ("ingest/", "expectations/suites/", "reference/cross_checks.csv", "dbt_project/models/")
    named = {
        rule: name_of(path)
        for path in project_files()
        if name_of(path).startswith(places) and path.suffix in (".py", ".yml", ".sql", ".csv")
        for rule in code.findall(path.read_text(encoding="utf-8"))
    }
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    listed = {cell for line in page.splitlines() for cell in line.split(" | ")[:2] for cell in code.findall(cell)}
    assert len(named) > 130
    assert {rule: place for rule, place in named.items() if rule not in listed} == {}
    assert listed <= set(named), "rules that nobody applies"


def test_the_table_of_dags_is_complete() -> None:
    table = (ROOT / "dags" / "README.md").read_text(encoding="utf-8")
    files = [path for path in project_files() if name_of(path).startswith("dags/") and path.suffix == ".py"]
    dag_ids = {dag_id for path in files for dag_id in re.findall(r'dag_id="([^"]+)"', path.read_text(encoding="utf-8"))}
    assert len(dag_ids) >= 3
    assert {dag_id for dag_id in dag_ids if f"`{dag_id}`" not in table} == set()
    steps = (ROOT / "warehouse" / "dag_steps.py").read_text(encoding="utf-8")
    nightly = (ROOT / "dags" / "nightly_load.py").read_text(encoding="utf-8")
    functions = set(re.findall(r"^@task\(.*?^def (\w+)", steps, re.MULTILINE | re.DOTALL))
    used = {name for name in functions if re.search(rf"\b{name}\b[.(]", nightly)} - {"build"}
    tasks = used | set(re.findall(r'task_id="([^"]+)"', nightly))
    assert {task for task in tasks if f"`{task}`" not in table} == set()


def test_the_tree_in_the_readme_is_the_tree() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\s*([a-z_]+)/\s{2,}", text, re.MULTILINE))
    top = {name_of(path).split("/")[0] for path in project_files() if "/" in name_of(path)}
    top = {name for name in top if not name.startswith(".")}
    assert top - named == set(), "folders that the annotated tree in README.md leaves out"
    missing = {name for name in named if not list(ROOT.glob(name)) and not list(ROOT.glob(f"*/{name}"))}
    assert missing == set()
