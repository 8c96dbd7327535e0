"""The programs are run, not imported: they import tensorflow, which only the runner makes of unikeras."""

collect_ignore_glob = ["[!t]*.py"]
