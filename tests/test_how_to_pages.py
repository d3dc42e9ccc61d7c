"""The how-to pages can be followed: their commands and their Python run from top to bottom."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
HOW_TO = ROOT / "docs" / "how-to"
NET = "archc: 1\ninput: [1, 8, 8]\nlayers:\n  conv: {conv: 4, kernel: 3}\n  relu: relu\n"
NET += "  flatten: flatten\n  fc: {linear: 10}\n"
CHANGED = NET.replace("linear: 10", "linear: 5")
COMMAND = f'archc() {{ "{sys.executable}" -m archc "$@"; }}'


def blocks(page: str, *languages: str) -> list[tuple[str, str]]:
    """Return the blocks of a page in some languages: language and text, without indentation."""
    text = (HOW_TO / page).read_text("utf-8")
    found = re.findall(r"^( *)```(\w+)\n(.*?)^\1```", text, re.DOTALL | re.MULTILINE)
    return [(word, textwrap.dedent(body)) for _, word, body in found if word in languages]


def shell(script: str) -> str:
    """Run a script as GitHub runs a step: the first command that fails ends it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GITHUB_BASE_REF": "main"}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", f"{COMMAND}\n{script}"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Error" not in done.stderr, done.stderr
    assert done.returncode == 0 or "weights changed.yaml" in script, done.stderr
    return done.stdout


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with the files that the pages take for granted."""
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(NET)
    Path("changed.yaml").write_text(CHANGED)
    return tmp_path


def follow(page: str, **names: Any) -> dict[str, Any]:
    """Run the commands and the Python of a page in order, and return the names at its end."""
    for language, body in blocks(page, "sh", "py"):
        if language == "sh":
            shell(body)
        else:
            exec(body, names)
    return names


def write_weights(name: str) -> None:
    import archc

    torch = pytest.importorskip("safetensors.torch")
    torch.save_file(archc.compile("net.yaml", seed=0).state_dict(), name)


def test_reuse_weights() -> None:
    import archc

    write_weights("old.safetensors")
    model = follow("reuse-weights.md", archc=archc)["model"]
    trained = [name for name, weight in model.named_parameters() if weight.requires_grad]
    assert trained == ["fc.weight", "fc.bias"]


def test_run_faster() -> None:
    pytest.importorskip("onnxscript")
    import torch

    import archc

    write_weights("net.safetensors")
    result = follow("run-faster.md", archc=archc, torch=torch, images=torch.zeros(2, 1, 8, 8))
    assert result["result"].shape == (2, 10)
    assert Path("net.onnx").exists()


def test_check_in_ci() -> None:
    """Every step that calls archc, after a commit on the base branch and a change."""
    Path("networks").mkdir()
    Path("networks", "net.yaml").write_text(NET)
    shell(
        "git init -q && git add networks && git update-ref refs/remotes/origin/main "
        "$(git -c user.name=a -c user.email=a@b commit-tree -m base $(git write-tree))"
    )
    Path("networks", "net.yaml").write_text(CHANGED)
    workflow, steps = (yaml.safe_load(body) for _, body in blocks("check-in-ci.md", "yml"))
    steps = [*workflow["jobs"]["check"]["steps"], *steps]
    scripts = [step["run"] for step in steps if "archc " in step.get("run", "")]
    printed = [shell(script) for script in scripts]
    assert printed[0] == ""
    assert "features 10 → 5" in printed[1]


def test_every_how_to_page_is_followed() -> None:
    tests = {f"test_{path.stem.replace('-', '_')}" for path in HOW_TO.glob("*.md")}
    assert tests
    assert tests <= set(globals())
