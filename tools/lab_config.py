"""How `make lab` starts JupyterLab: at the lessons, for this machine and by token only, asking nobody for news."""
import os

c = get_config()  # noqa: F821 (Jupyter puts it here)
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = os.getcwd()
c.FileContentsManager.preferred_dir = "lessons"
c.ServerApp.allow_root = True           # as in a container; for anyone else this changes nothing
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.KernelManager.transport_encryption = "auto"
c.Application.log_level = "WARN"
