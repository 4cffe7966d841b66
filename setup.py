"""The wheel also carries what ``salesanalysis start`` hands out: the notebooks and the params."""

from pathlib import Path
from shutil import copytree, ignore_patterns

from setuptools import setup
from setuptools.command.build_py import build_py


class WithProject(build_py):
    """Copies both folders into the package; an editable install reads them where they stand."""

    def run(self) -> None:
        """Build as ever, then add both."""
        super().run()
        if self.editable_mode:
            return
        for name in ("notebooks", "params"):
            target = Path(self.build_lib, "salesanalysis", "carried", name)
            copytree(name, target, dirs_exist_ok=True, ignore=ignore_patterns(".*", "__pycache__"))


setup(cmdclass={"build_py": WithProject})
