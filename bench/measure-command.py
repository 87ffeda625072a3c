# Runs one command and writes what it cost to file descriptor 3, as JSON: wall and processor seconds of the command and all
# that it waited for, and the peak resident memory of the largest of these processes. Small, because Linux counts the
# memory of the process that starts another one to the new one, too: nothing shows less than the 10 MB of this one.
import json
import os
import sys
import time

os.set_inheritable(3, False)
started = time.perf_counter()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
wall = time.perf_counter() - started
code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
os.write(3, json.dumps({"code": code, "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": memory}).encode())
