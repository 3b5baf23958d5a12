"""androguard on one APK: strings and classes of every DEX file. Prints seconds and peak memory as JSON."""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path

# By name, because they aren't installed where this file is checked.
APK = import_module("androguard.core.apk").APK
DEX = import_module("androguard.core.dex").DEX
import_module("loguru").logger.remove()

began = time.perf_counter()
classes = strings = 0
for data in APK(sys.argv[1]).get_all_dex():
    dex = DEX(data)
    classes += len(dex.get_classes_names())
    strings += len(dex.get_strings())
    del dex
seconds = time.perf_counter() - began
status = Path("/proc/self/status").read_text(encoding="ascii")
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps({"seconds": seconds, "mib": peak, "classes": classes, "strings": strings}))
