"""The standard engine: papermill's own, with statuses that stay true.

papermill marks every cell ``completed`` after a dead kernel, and every cell that never ran.
`StandardEngine` is built when first asked for: papermill asks while it is itself being imported
(entry point), and this module alone must be importable before it.
"""

import sys
from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """Build the engine class on first use."""
    if name != "StandardEngine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # importing papermill comes back here through the entry point and may have built it already
    papermill = import_module("papermill.engines")
    if name not in globals():
        globals()[name] = _standard(papermill)
    return globals()[name]


def _standard(papermill: Any) -> type:
    """Return the engine class over papermill's own."""

    class HonestManager(papermill.NotebookExecutionManager):  # type: ignore[misc]
        """Writes down what happened to a cell, and nothing else."""

        watcher: Any = None

        def cell_start(self, cell: Any, cell_index: int | None = None, **kwargs: Any) -> None:
            """Mark the cell running and tell whoever watches."""
            super().cell_start(cell, cell_index, **kwargs)
            if self.watcher and cell_index is not None:
                self.watcher(cell_index, len(self.nb.cells))

        def cell_complete(self, cell: Any, cell_index: int | None = None, **kwargs: Any) -> None:
            """Mark the cell completed, unless an error is on its way through."""
            # called from a `finally`: a dead kernel or an interrupt is still in flight here
            if sys.exc_info()[0] is not None:
                self.cell_exception(cell, cell_index)
            super().cell_complete(cell, cell_index, **kwargs)

        def notebook_complete(self, **kwargs: Any) -> None:
            """Finish the metadata; a cell that never ran stays ``pending``."""
            before = [cell.metadata.papermill["status"] for cell in self.nb.cells]
            super().notebook_complete(**kwargs)
            for cell, status in zip(self.nb.cells, before, strict=True):
                cell.metadata.papermill["status"] = status
            self.save()

    class StandardEngine(papermill.NBClientEngine):  # type: ignore[misc]
        """One kernel a notebook, over an encrypted connection where the kernel offers it."""

        @classmethod
        def execute_notebook(
            cls, nb: Any, kernel_name: str, output_path: str | None = None, **kwargs: Any
        ) -> Any:
            """Execute `nb` and return it; a cell that fails ends it without an exception."""
            watcher = kwargs.pop("watcher", None)
            known = ("progress_bar", "autosave_cell_every", "log_output")
            options = {k: kwargs.pop(k) for k in known if k in kwargs}
            manager = HonestManager(nb, output_path=output_path, **options)
            manager.watcher = watcher
            manager.notebook_start()
            log = options.get("log_output", False)
            try:
                cls.execute_managed_notebook(
                    manager, kernel_name, log_output=log, config=_config(), **kwargs
                )
            finally:
                manager.cleanup_pbar()
                manager.notebook_complete()
            return manager.nb

    return StandardEngine


def _config() -> Any:
    """Ask for an encrypted connection: ipykernel 7.3 and later warns about any other."""
    import zmq  # noqa: PLC0415
    from jupyter_client.manager import KernelManager  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    config = Config()
    if "transport_encryption" in KernelManager.class_trait_names() and zmq.has("curve"):
        # "required" would refuse kernels that do not know it; "auto" only leaves them a warning
        config.KernelManager.transport_encryption = "auto"
    return config


def register_translator() -> None:
    """Let papermill write parameters as they are: 华东, not an escape of it."""
    import json  # noqa: PLC0415

    from papermill.translators import PythonTranslator, papermill_translators  # noqa: PLC0415

    class ReadableTranslator(PythonTranslator):  # type: ignore[misc]
        @classmethod
        def translate_escaped_str(cls, str_val: Any) -> str:
            return json.dumps(str(str_val), ensure_ascii=False)

    papermill_translators.register("python", ReadableTranslator)
