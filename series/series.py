#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The patch series: one commit a step on a clean base, and the mail files of them.

series.py make [--topic TOPIC] [--version N] [--out DIR]
                               DIR/NUMBER-TOPIC/*.patch of that topic, or of each, from the
                               repository DIR/git; DIR is build/series
series.py steps                the steps, and what each brings
series.py before STEP NAME     the kernel's file NAME as it is before STEP, on standard output
series.py store STEP NAME      that file, read from standard input, is what NAME is before STEP

series/order says which path belongs to which step, and which steps are a topic: a series
of its own with its own cover letter, on top of those before it. A file comes whole with its step, unless
later steps have their part of it: series/steps/STEP/NAME.patch is what STEP does to NAME,
and is taken back from the file for all steps before. The file itself is always the last
version, so that nothing but such a patch is ever behind.

The repository holds only those files of the base that the series edits.
"""

import argparse
import atexit
import difflib
import fnmatch
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
BASE = TOP / "build/base"
NOT_KERNEL = ("README.md", "COPYING", "Makefile", ".gitignore", ".gitattributes", ".ci/*", "series/*")
# The same input gives the same commit ids, so the dates are of no day
FIRST_DATE = 1767225600


SCRATCH = pathlib.Path(tempfile.mkdtemp(prefix="series."))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)


def die(message):
    sys.exit(f"error: {message}")


def run(*command, cwd=TOP, check=True, **options):
    result = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, text=True, check=False, **options)
    if check and result.returncode:
        die(f"{' '.join(map(str, command))} ended with status {result.returncode}")
    return result.stdout


def patched(content, patch, why, reverse=False):
    """CONTENT with the file PATCH applied, without fuzz."""
    old, new = SCRATCH / "old", SCRATCH / "new"
    old.write_bytes(content)
    result = subprocess.run(
        ["patch", "--batch", "--forward", "--fuzz=0", "--reject-file=-", "--no-backup-if-mismatch",
         *(["-R"] if reverse else []), "-o", new, old, patch],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode:
        die(f"{why}:\n{result.stdout.strip()}")
    return new.read_bytes()


class Source:
    """A version of this repository: its files, its steps."""

    def __init__(self, root):
        self.root = root
        self.topics = {}
        self.order = []
        self.patterns = []
        for line in (root / "series/order").read_text().splitlines():
            words = line.split()
            if line.startswith("["):
                steps = self.topics.setdefault(line.strip("[]"), [])
            elif words and not line.startswith("#"):
                steps.append(words[0])
                self.order.append(words[0])
                self.patterns += [(pattern, words[0]) for pattern in words[1:]]
        self.files = self._files()
        self.parts = self._parts()

    def _files(self):
        """Kernel's path: our file, which may be an edit."""
        files = {}
        if (self.root / ".git").exists():
            names = run("git", "ls-files", "-co", "--exclude-standard", cwd=self.root).splitlines()
        else:
            names = [str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file()]
        for name in sorted(names):
            if any(fnmatch.fnmatchcase(name, p) for p in NOT_KERNEL) or not (self.root / name).is_file():
                continue
            files[name[:-len(".patch")] if name.endswith(".patch") else name] = name
        return files

    def _parts(self):
        """(step, kernel's path): the step's own patch of it."""
        parts = {}
        for path in sorted((self.root / "series/steps").glob("*/**/*.patch")):
            step, name = str(path.relative_to(self.root / "series/steps"))[:-len(".patch")].split("/", 1)
            here = path.relative_to(self.root)
            if step not in self.order:
                die(f"{here}: series/order has no step '{step}'")
            if name not in self.files:
                die(f"{here}: there is no file {name} here that it could be a part of")
            if self.order.index(step) <= self.order.index(self.step_of(name)):
                die(f"{here}: {name} comes with the step '{self.step_of(name)}', which is not before '{step}'")
            parts[step, name] = path
        return parts

    def step_of(self, name):
        """The step that brings a path: that of the longest pattern."""
        matches = [(len(p), step) for p, step in self.patterns if fnmatch.fnmatchcase(name, p)]
        if not matches:
            die(f"{self.files[name]} belongs to no step: name it, or a pattern for it, in series/order")
        return max(matches)[1]

    def final(self, name):
        here = self.root / self.files[name]
        if self.files[name] == name:
            return here.read_bytes()
        return patched((BASE / name).read_bytes(), here, f"{self.files[name]} does not apply to the base")

    def executable(self, name):
        return os.access(self.root / name if self.files[name] == name else BASE / name, os.X_OK)

    def states(self, name):
        """[(step, content after it)], for each step that touches the file."""
        states = []
        content = self.final(name)
        first = self.order.index(self.step_of(name))
        for step in reversed(self.order[first:]):
            part = self.parts.get((step, name))
            if part or step == self.order[first]:
                states.append((step, content))
            if part:
                content = patched(
                    content, part, f"{part.relative_to(self.root)} is not what the step does any more "
                    f"('series/edit-step {step} {name}' makes it anew)", reverse=True)
        return states[::-1]

    def message(self, step):
        path = self.root / f"series/steps/{step}/message"
        if not path.exists():
            die(f"there is no series/steps/{step}/message")
        return path.read_text().rstrip("\n")


class Repository:
    """What the mail files are made of."""

    def __init__(self, path, who):
        self.path = path
        self.env = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null",
                        **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER")
                           for key, value in (("NAME", who[0]), ("EMAIL", who[1]))})
        for key in list(self.env):
            if key in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
                del self.env[key]
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        self.git("init", "-q", "-b", "base")

    def git(self, *args):
        return run("git", "-c", "core.hooksPath=/dev/null", *args, cwd=self.path, env=self.env)

    def set_date(self, number):
        date = f"{FIRST_DATE + 60 * number} +0000"
        self.env.update(GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)

    def commit(self, message, number):
        self.set_date(number)
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "--no-gpg-sign", "--cleanup=verbatim", "-m", message)

    def write(self, name, content, executable):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755 if executable else 0o644)


def submitter():
    who = []
    for key, example in ("user.name", "Your Name"), ("user.email", "you@example.org"):
        value = run("git", "config", key, check=False).strip()
        if not value:
            die(f"git does not know {key}, which the patches are from and signed off by: "
                f"git config --global {key} '{example}'")
        who.append(value)
    return who


def base_version():
    with open(BASE / "Makefile", encoding="utf-8") as f:
        lines = dict(line.split(" = ") for line in f.read().splitlines()[:6] if line.count(" = ") == 1)
    return ".".join(lines[key] for key in ("VERSION", "PATCHLEVEL", "SUBLEVEL"))


def build_branches(repo, source, prefix, last, who):
    """The commits of a source on the branch base: a branch PREFIX + TOPIC for each up to LAST."""
    contents = {}
    for name in source.files:
        for step, content in source.states(name):
            contents.setdefault(step, []).append((name, content))
    repo.git("checkout", "-q", "--detach", "base")
    for topic, steps in source.topics.items():
        for step in steps:
            build_step(repo, source, step, contents.get(step, []), who)
        repo.git("branch", "-f", prefix + topic)
        if topic == last:
            break


def build_step(repo, source, step, contents, who):
    script = source.root / f"series/steps/{step}/run"
    if script.exists():
        run(script, cwd=repo.path, env=dict(repo.env, BASE=str(BASE), SCRATCH=str(SCRATCH)))
    for name, content in contents:
        repo.write(name, content, source.executable(name))
    if not repo.git("status", "--porcelain"):
        print(f"note: there is nothing for the step '{step}' yet; it is left out", file=sys.stderr)
        return
    repo.commit(f"{source.message(step)}\n\nSigned-off-by: {who[0]} <{who[1]}>\n",
                source.order.index(step) + 1)


def old_source(topic, version):
    tag = f"series-{topic}-v{version}"
    if run("git", "rev-parse", "-q", "--verify", f"refs/tags/{tag}^{{commit}}", check=False).strip() == "":
        die(f"there is no tag {tag}: what was sent as version {version} of '{topic}' was to "
            f"be remembered by 'git tag {tag}'")
    where = SCRATCH / tag
    where.mkdir()
    archive = subprocess.run(["git", "archive", tag], cwd=TOP, stdout=subprocess.PIPE, check=True)
    subprocess.run(["tar", "-x"], cwd=where, input=archive.stdout, check=True)
    return Source(where)


def base_files(sources):
    """Those that are edited, and those that a step's script works on."""
    names = {"Makefile", "MAINTAINERS"}
    for source in sources:
        names.update(name for name in source.files if (BASE / name).is_file())
    return sorted(names)


def make(topic, version, out):
    source = Source(TOP)
    who = submitter()
    if topic and topic not in source.topics:
        die(f"series/order has no topic '{topic}', there are {', '.join(source.topics)}")
    if version > 1 and not topic:
        die("a new version is that of one topic: name it")
    out.mkdir(parents=True, exist_ok=True)
    before = old_source(topic, version - 1) if version > 1 else None
    repo = Repository(out / "git", who)
    for name in base_files([source] + ([before] if before else [])):
        repo.write(name, (BASE / name).read_bytes(), os.access(BASE / name, os.X_OK))
    repo.commit(f"Linux {base_version()}\n", 0)

    if before:
        build_branches(repo, before, "before-", topic, who)
    build_branches(repo, source, "", topic, who)
    repo.git("checkout", "-q", "-B", "series")
    for old in out.glob("[0-9]-*"):
        shutil.rmtree(old)
    below = "base"
    for number, name in enumerate(source.topics, 1):
        if topic in (None, name):
            make_mails(repo, source, name, below, version, out / f"{number}-{name}")
        below = name
        if topic == name:
            break


def make_mails(repo, source, topic, below, version, out):
    out.mkdir()
    options = []
    if version > 1:
        old = "base" if below == "base" else f"before-{below}"
        options = [f"--reroll-count={version}", f"--range-diff={old}..before-{topic}"]
    repo.set_date(source.order.index(source.topics[topic][-1]) + 1)
    repo.git("config", f"branch.{topic}.description", cover(source, topic, version))
    repo.git("format-patch", "-q", "-o", out, "--cover-letter", "--cover-from-description=subject",
             "--no-thread", f"--base={below}", *options, f"{below}..{topic}")
    on = f"Linux {base_version()}"
    if below != "base":
        on += f" with the series '{cover(source, below, 1).splitlines()[0]}'"
    name_base(repo.git("rev-parse", below).strip(), on, out)
    mails = sorted(out.glob("*.patch"))
    print(f"{out}: {len(mails)} mail files, on {on}; "
          f"the last commit is {repo.git('rev-parse', topic).strip()[:12]}")


def name_base(commit, name, out):
    """The id of the base's commit means nothing to anybody: name it."""
    for path in out.glob("*.patch"):
        text = path.read_text()
        path.write_text(text.replace(f"base-commit: {commit}\n", f"base: {name}\n"))


def cover(source, topic, version):
    path = source.root / f"series/cover-{topic}"
    if not path.exists():
        die(f"there is no series/cover-{topic}")
    text = path.read_text().rstrip("\n")
    if version > 1:
        changes = source.root / f"series/changes-{topic}-v{version}"
        if not changes.exists():
            die(f"there is no series/changes-{topic}-v{version}, which tells what is new in "
                f"version {version}")
        text += f"\n\nChanges in v{version}:\n{changes.read_text().rstrip()}"
    return text.replace("@BASE@", base_version())


def before_step(source, step, name):
    if name not in source.files:
        die(f"there is no {name} here")
    states = dict(source.states(name))
    earlier = [s for s in source.order[:source.order.index(step)] if s in states]
    if not earlier:
        die(f"{name} comes with the step '{source.step_of(name)}', which is not before '{step}'")
    return states[earlier[-1]]


def store(step, name, old):
    """What the step does to a file becomes what makes OLD to what it is after the step."""
    source = Source(TOP)
    path = TOP / f"series/steps/{step}/{name}.patch"
    # its own part may be the one that does not apply
    source.parts.pop((step, name), None)
    after = before_step(source, step, name).decode()
    diff = list(difflib.unified_diff(old.splitlines(True), after.splitlines(True),
                                     f"a/{name}", f"b/{name}", n=1))
    if diff:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(diff))
    elif path.exists():
        path.unlink()


def show_steps():
    source = Source(TOP)
    names = {}
    for name in source.files:
        for step, _ in source.states(name):
            names.setdefault(step, []).append(name)
    for topic, steps in source.topics.items():
        print(f"[{topic}]")
        for number, step in enumerate(steps, 1):
            print(f"{number:2} {step}: {source.message(step).splitlines()[0]}")
            for name in names.get(step, []):
                print(f"      {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("make")
    sub.add_argument("--topic")
    sub.add_argument("--version", type=int, default=1)
    sub.add_argument("--out", type=pathlib.Path, default=TOP / "build/series")
    commands.add_parser("steps")
    for command in "before", "store":
        sub = commands.add_parser(command)
        sub.add_argument("step")
        sub.add_argument("name")
    args = parser.parse_args()
    if not (BASE / "Makefile").exists():
        die("there is no base yet: 'make tree' makes it")
    if args.command in ("before", "store") and args.step not in Source(TOP).order:
        die(f"series/order has no step '{args.step}'")
    if args.command == "make":
        make(args.topic, args.version, args.out.resolve())
    elif args.command == "steps":
        show_steps()
    elif args.command == "before":
        sys.stdout.buffer.write(before_step(Source(TOP), args.step, args.name))
    else:
        store(args.step, args.name, sys.stdin.read())


if __name__ == "__main__":
    main()
