"""Are the templates whole? Missing ones, broken ones, names that no mail gives, promises that no policy makes (C3)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from mailbot.core.policy import LANGUAGES
from mailbot.errors import ConfigError
from mailbot.wire.literal_dates import literal_dates

PAGE = "policy.md.j2"  #: a page, not a mail: it has no subject
#: what every mail of a case gives to its template; a template's further names are those that the shipped one uses
COMMON = frozenset(
    (
        *("audience", "category", "complexity", "customer_name", "desk_name", "estimate", "first_steps", "footer"),
        *("inside", "language", "now", "patience", "progress", "promises", "reference", "scope", "stage", "stage_step"),
        *("status_word", "subject", "verified", "waiting_for", "who", "zone"),
    )
)
_METHODS = frozenset({"items", "keys", "values", "get"})
_TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """One template."""

    text: str
    tree: nodes.Template
    names: frozenset[str]  #: what it takes from the mail, without what it includes


@dataclass(frozen=True, slots=True)
class Templates:
    """The folders of templates, an administrator's before the shipped one, and the environment that reads them."""

    folders: tuple[Path, ...]
    environment: Environment
    sources: dict[Path, Source] = field(default_factory=dict)

    def names(self, folder: Path) -> set[str]:
        """The file names in the languages of *folder*."""
        return {path.name for language in LANGUAGES for path in (folder / language).glob("*.j2")}

    def place(self, name: str, language: str) -> Path:
        """Where the template is, or where it is missed: beside the same template of another language."""
        found = next((f / language / name for f in self.folders if (f / language / name).is_file()), None)
        return found or next(f for f in self.folders if name in self.names(f)) / language / name

    def read(self, path: Path) -> Source:
        """One template, read once; TemplateSyntaxError for a filter that does not exist, too."""
        if path not in self.sources:
            text = path.read_text("utf-8")
            tree = self.environment.parse(text)
            self.sources[path] = Source(text, tree, frozenset(meta.find_undeclared_variables(tree)))
        return self.sources[path]

    def shipped_names(self) -> dict[str, frozenset[str]]:
        """File name -> what the shipped mails of that name take, in any language, with what they include."""
        shipped = self.folders[-1]
        own = {f"{x}/{name}": _taken(self, shipped / x / name) for name in self.names(shipped) for x in LANGUAGES}
        whole: dict[str, frozenset[str]] = {}
        for key in own:
            file = key.partition("/")[2]
            whole[file] = whole.get(file, frozenset()) | _with_included(key, own)
        return whole


def _with_included(key: str, own: dict[str, tuple[frozenset[str], tuple[str, ...]]]) -> frozenset[str]:
    """The names of a template and of all that it includes, at any depth."""
    seen: set[str] = set()
    todo = [key]
    while todo:
        name = todo.pop()
        if name in own and name not in seen:
            seen.add(name)
            todo.extend(own[name][1])
    return frozenset[str]().union(*(own[name][0] for name in seen))


def _taken(templates: Templates, path: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """(names, included templates) of one shipped template; nothing where it is broken: that is told elsewhere."""
    try:
        source = templates.read(path)
    except (OSError, UnicodeDecodeError, TemplateSyntaxError):
        return frozenset(), ()
    return source.names, tuple(n for n in meta.find_referenced_templates(source.tree) if n)


def template_problems(
    templates: Templates, promised: frozenset[str]
) -> tuple[tuple[ConfigError, ...], tuple[ConfigError, ...]]:
    """(problems, warnings) of all templates. *promised* are the promises of the desks' policies; none: not known."""
    shipped = templates.shipped_names()
    problems: list[ConfigError] = []
    warnings: list[ConfigError] = []
    if not shipped:
        hint = "no templates there; install mailbot anew"
        problems.append(ConfigError("templates", None, hint, file=str(templates.folders[-1])))
    for name in sorted(set().union(*(templates.names(folder) for folder in templates.folders))):
        if name not in shipped and not name.startswith("_"):
            warnings.append(_unknown(templates, name, tuple(shipped)))
            continue
        part = name.startswith("_")  # of any mail
        given = frozenset[str]().union(*shipped.values()) if part else shipped[name]
        for language in LANGUAGES:
            check = _Check(templates, f"{language}/{name}", templates.place(name, language), given, promised)
            problems += check.problems()
            warnings += check.warnings()
    return tuple(problems), tuple(warnings)


def _unknown(templates: Templates, name: str, shipped: tuple[str, ...]) -> ConfigError:
    near = get_close_matches(name, shipped, n=1)
    remedy = f"did you mean {near[0]}?" if near else "remove it"
    language = next(x for x in LANGUAGES if templates.place(name, x).is_file())
    file = str(templates.place(name, language))
    return ConfigError(f"{language}/{name}", None, f"no mail has this name; {remedy}", file=file)


class _Check:
    """One template in one language."""

    def __init__(
        self, templates: Templates, name: str, path: Path, given: frozenset[str], promised: frozenset[str]
    ) -> None:
        self.templates, self.name, self.path = templates, name, path
        self.given, self.promised = given, promised
        self.source = ""

    def problem(self, line: int | None, value: object, hint: str) -> ConfigError:
        return ConfigError(self.name, value, hint, file=str(self.path), line=line)

    def problems(self) -> Iterator[ConfigError]:
        if not self.path.is_file():
            others = [x for x in LANGUAGES if self.templates.place(self.path.name, x).is_file()]
            yield self.problem(None, None, f"missing; write it as it stands in {', '.join(others)}")
            return
        try:
            source = self.templates.read(self.path)
        except (OSError, UnicodeDecodeError) as error:
            yield self.problem(None, None, f"cannot be read: {error}; save it as UTF-8")
            return
        except TemplateSyntaxError as error:
            yield self.problem(error.lineno, None, f"broken: {error.message}")
            return
        self.source = source.text
        yield from self._names(source)
        yield from self._included(source.tree)
        yield from self._promises(source.tree)
        yield from self._subject(source.text)

    def _names(self, source: Source) -> Iterator[ConfigError]:
        """Names that nothing gives: rendering would fail."""
        known, tree = COMMON | self.given, source.tree
        guarded = {
            test.node.name
            for test in tree.find_all(nodes.Test)
            if test.name == "defined" and isinstance(test.node, nodes.Name)
        }
        for name in sorted(source.names - known - guarded):
            line = next((n.lineno for n in tree.find_all(nodes.Name) if n.name == name), None)
            near = get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"use one of {', '.join(sorted(known))}"
            yield self.problem(line, name, f"undefined: this mail does not give it; {remedy}")

    def _included(self, tree: nodes.Template) -> Iterator[ConfigError]:
        for asked in meta.find_referenced_templates(tree):
            if asked and not any((folder / asked).is_file() for folder in self.templates.folders):
                line = next((n for n, row in enumerate(self.source.split("\n"), 1) if asked in row), None)
                yield self.problem(line, asked, "there is no such template; write LANGUAGE/NAME.md.j2")

    def _promises(self, tree: nodes.Template) -> Iterator[ConfigError]:
        """Promises that are named in the template itself, and that no desk makes."""
        for line, id in _named_promises(tree):
            if self.promised and id not in self.promised:
                made = ", ".join(sorted(self.promised))
                yield self.problem(line, id, f"no policy here promises it; promised are: {made}")

    def _subject(self, source: str) -> Iterator[ConfigError]:
        if self.path.name == PAGE or self.path.name.startswith("_"):
            return
        head = source.partition("\n")[0]
        if not head.startswith("Subject:"):
            yield self.problem(1, head[:40], 'the first line is the subject; write "Subject: [{{ reference }}] …"')
        elif "reference" not in head and "reference" in self._shipped_head():
            yield self.problem(1, head[:40], "the subject keeps the thread; put [{{ reference }}] into it")

    def _shipped_head(self) -> str:
        path = self.templates.folders[-1] / self.name
        return path.read_text("utf-8").partition("\n")[0] if path.is_file() else ""

    def warnings(self) -> Iterator[ConfigError]:
        """What is not wrong, but misleads a customer. Call after problems().

        Dates and durations in words: nothing keeps them. An acknowledgement that is silent about a second case.
        """
        if "footer" not in self.given or self.path.name == PAGE:
            return  # staff read it, or it is the policy itself
        if self.path.name == "acknowledgement.md.j2" and "also" not in self.templates.read(self.path).names:
            hint = "a mail to two desks is acknowledged once; print `also`, the cases at the others, as shipped"
            yield self.problem(None, None, hint)
        plain = _TAGS.sub(lambda m: "\n" * m[0].count("\n"), self.source)
        for line, words in literal_dates(plain):
            hint = "nothing keeps a date that a template invents; promise it in the policy, and print its due moment"
            yield self.problem(line, words, hint)


def _named_promises(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """(line, promise id) wherever a template names one: promises.answer, promises["answer"], "answer" | promise."""
    for node in tree.find_all((nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Call)):
        if isinstance(node, nodes.Getattr) and _is_promises(node.node) and node.attr not in _METHODS:
            yield node.lineno, node.attr
        elif isinstance(node, nodes.Getitem) and _is_promises(node.node) and isinstance(node.arg, nodes.Const):
            yield node.lineno, str(node.arg.value)
        elif isinstance(node, nodes.Filter) and node.name == "promise" and isinstance(node.node, nodes.Const):
            yield node.lineno, str(node.node.value)
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and _is_promises(node.node.node):
            yield from ((node.lineno, str(arg.value)) for arg in node.args if isinstance(arg, nodes.Const))


def _is_promises(node: nodes.Node | None) -> bool:
    return isinstance(node, nodes.Name) and node.name == "promises"


__all__ = ["COMMON", "Templates", "template_problems"]
