"""Writes all vectors, from `reference.py` and what continues it.

    python3 protocol/vectors/make.py            writes them
    python3 protocol/vectors/make.py --check    says which files on disk differ

Expectations of what is accepted come from the reference, never from the crate.
"""

import json
import sys
from pathlib import Path

import areas

HERE = Path(__file__).parent


def main() -> int:
    wanted = {f"{folder}/{name}.json": fields for folder, name, fields in areas.all_vectors()}
    differing = []
    for name, fields in wanted.items():
        text = json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
        file = HERE / name
        if file.exists() and file.read_text() == text:
            continue
        differing.append(name)
        if "--check" not in sys.argv:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
    made = {fields["area"] for fields in wanted.values()}
    for file in sorted(file for folder in ("accept", "reject") for file in (HERE / folder).iterdir()):
        name = f"{file.parent.name}/{file.name}"
        if name not in wanted and file.name.split("-")[0] in made:
            differing.append(f"{name} (made by nobody)")
    print("\n".join(differing) or "nothing differs")
    return 1 if differing and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
