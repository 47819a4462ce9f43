"""Builds the wheel, installs it where the repository cannot be seen, and uses it there. Run by `make wheel`.

The dependencies are those of the developer's environment, put on the path without its `.pth` files, so that what is imported
of Greenroom can only come from the wheel.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("greenroom", "gateway", "ingest", "rules", "dashboards", "reports", "simulators", "stores", "premises")


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(str(part) for part in command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="greenroom-wheel-") as folder:
        away = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", away, ROOT, cwd=away)
        wheel = next(away.glob("greenroom-*.whl"))
        venv.create(away / "venv", with_pip=False)
        python = away / "venv" / "bin" / "python"
        target = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=away).strip()
        run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, wheel, cwd=away)
        env = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "PYTHONPATH": sysconfig.get_path("purelib"),
            "LANG": "C.UTF-8",
        }
        found = run(
            python, "-c", f"import {', '.join(ROOMS)}; print({', '.join(room + '.__file__' for room in ROOMS)})", cwd=away, env=env
        )
        strangers = [path for path in found.split() if not path.startswith(folder)]
        if strangers:
            sys.exit(f"not from the wheel: {strangers}")
        greenroom = (python, "-m", "greenroom")
        print(run(*greenroom, "--version", cwd=away, env=env).strip())
        run(*greenroom, "check", "la-kolok", cwd=away, env=env)
        run(*greenroom, "schema", cwd=away, env=env)
        print(f"{wheel.name}: {wheel.stat().st_size // 1024} KiB, installs and runs outside the repository")


if __name__ == "__main__":
    main()
