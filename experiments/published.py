"""A run's macro AUC beside the published ones, as the report has them.

python experiments/published.py RUN       after `twelvelead evaluate RUN`
"""

import argparse
from pathlib import Path

from twelvelead.commands.gather_run import gather_run
from twelvelead.report.run.markdown_writer import blocks_as_markdown
from twelvelead.report.run.sections.comparison import comparison


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    material, _ = gather_run(parser.parse_args().run, None, lambda text: None)
    section = comparison(material)
    print(blocks_as_markdown(section.blocks) if section else "There are no published results of this task.")


if __name__ == "__main__":
    main()
