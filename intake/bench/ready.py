"""What stands ready, against nginx serving the same files: requests a second and processor time a request, in one run.

Usage: ready.py EXAMPLE [SECONDS], where EXAMPLE is the built example `citizens`; needs nginx and wrk.

    cargo build --release -p intake --example citizens
    python3 intake/bench/ready.py target/release/examples/citizens

Both serve the same bytes, compressed beforehand, with the same headers, from a process of one thread for each core, to wrk
with 128 connections of one thread; in turns, the median of five.
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROUNDS = 5
PAGES = ["/?lang=en", "/choose?lang=ko", "/places.json?lang=ko", "STYLE", "SCRIPT"]
TICK = os.sysconf("SC_CLK_TCK")


def main(example, seconds="4"):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        intake = subprocess.Popen([example, "optimal", "real"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        nginx = None
        try:
            address = json.loads(intake.stdout.readline())["address"]
            pages = addresses(address)
            nginx, other = same_files(folder, address, pages)
            script = folder / "turns.lua"
            script.write_text(turns(pages))
            measure(address, pages, script, {"intake": (address, intake.pid), "nginx": (other, nginx.pid)}, seconds)
        finally:
            intake.stdin.close()
            intake.wait()
            if nginx:
                nginx.terminate()
                nginx.wait()


def ask(address, path):
    request = urllib.request.Request(address + path, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        return answer.headers, answer.read()


def addresses(address):
    """The pages, and the assets under the names that they have in them."""
    page = urllib.request.urlopen(address + "/choose?lang=ko").read().decode()
    named = {"STYLE": r"/assets/style\.[0-9a-f]+\.css", "SCRIPT": r"/assets/citizen\.[0-9a-f]+\.js"}
    return [re.search(named[page_], page).group() if page_ in named else page_ for page_ in PAGES]


def same_files(folder, address, pages):
    """nginx with a file for each address, its bytes and its headers as the intake gives them."""
    rules = []
    os.chmod(folder, 0o755)
    for number, path in enumerate(pages):
        headers, body = ask(address, path)
        (folder / str(number)).write_bytes(body)
        # The length and the date are nginx's own, and so is the validator.
        kept = [(name, value) for name, value in headers.items() if name.lower() not in ("content-length", "date", "etag", "content-type")]
        lines = "".join(f"add_header {name} {json.dumps(value)};" for name, value in kept)
        rules.append(f'location = /{number} {{ default_type "{headers["content-type"]}"; {lines} }}')
    config = f"""
        worker_processes auto; pid {folder}/pid; error_log {folder}/error.log crit; worker_rlimit_nofile 8192;
        events {{ worker_connections 4096; }}
        http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; etag on; types {{}}
            open_file_cache max=100; open_file_cache_valid 60s;
            {temporary(folder)}
            server {{ listen unix:{folder}/unused; listen 127.0.0.1:%PORT%; root {folder}; {" ".join(rules)} }} }}"""
    port = free()
    (folder / "nginx.conf").write_text(config.replace("%PORT%", str(port)))
    known = next(path for path in ("/usr/sbin/nginx", "/usr/bin/nginx") if os.path.exists(path))
    command = [known, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "error.log", "-g", "daemon off;"]
    nginx = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    other = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            if urllib.request.urlopen(f"{other}/0").status == 200:
                break
        except OSError:
            time.sleep(0.02)
    return nginx, other


def temporary(folder):
    return " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))


def free():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def turns(pages):
    """wrk asks for one after the other: by the intake's addresses, or by nginx's numbers."""
    paths = ", ".join(f'"{path}"' for path in pages)
    return f"""
        local paths, numbers, turn = {{ {paths} }}, os.getenv("NUMBERS") == "1", 0
        wrk.headers["Accept-Encoding"] = "br"
        request = function()
            turn = turn % #paths + 1
            return wrk.format("GET", numbers and "/" .. (turn - 1) or paths[turn])
        end"""


def measure(address, pages, script, servers, seconds):
    found = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for name, (url, pid) in servers.items():
            before = cpu(pid)
            command = ["wrk", "-t1", "-c128", f"-d{seconds}s", "-s", str(script), url]
            told = subprocess.run(command, env={**os.environ, "NUMBERS": str(int(name == "nginx"))}, capture_output=True, text=True)
            assert "Non-2xx" not in told.stdout and "Socket errors" not in told.stdout, told.stdout
            requests = int(re.search(r"(\d+) requests in", told.stdout).group(1))
            rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told.stdout).group(1))
            found[name].append((rate, (cpu(pid) - before) / requests * 1e6))
    bytes_ = statistics.mean(len(ask(address, path)[1]) for path in pages)
    print(f"{len(pages)} addresses of {bytes_:.0f} bytes on average, {ROUNDS} rounds of {seconds} s")
    medians = {}
    for name, rounds in found.items():
        rate, us = (statistics.median(column) for column in zip(*rounds))
        medians[name] = rate, us
        print(f"{name:8} {rate:9.0f} requests/s  {us:6.1f} us of CPU a request")
    (rate, us), (nginx_rate, nginx_us) = medians["intake"], medians["nginx"]
    print(f"intake/nginx {rate / nginx_rate:.2f} by rate, {us / nginx_us:.2f} by CPU")


def cpu(pid):
    """Seconds of the process and its children."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for process in [str(pid), *children]:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


if __name__ == "__main__":
    main(*sys.argv[1:])
