//! The servers that are flooded: processes of their own, so that their processor time is told apart from the generator's.

use crate::Fallible;
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

/// The intake, and nginx before it if asked for.
pub(crate) struct Servers {
    intake: Process,
    front: Option<Process>,
}

/// A server of its own, measured apart.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Servers {
    /// An intake on `store`; with a rate, behind nginx that lets as many sends a second through.
    pub(crate) fn start(folder: &Path, store: &str, rate: Option<u32>) -> Fallible<Self> {
        let intake = Process::intake(store)?;
        let front = rate.map(|rate| Process::nginx(folder, intake.address, rate)).transpose()?;
        Ok(Self { intake, front })
    }

    /// Where people send to.
    pub(crate) fn address(&self) -> SocketAddr {
        self.front.as_ref().unwrap_or(&self.intake).address
    }

    /// Processor time of the intake and of nginx, in seconds.
    pub(crate) fn cpu_s(&self) -> [f64; 2] {
        [self.intake.cpu_s(), self.front.as_ref().map_or(0.0, Process::cpu_s)]
    }

    /// Ends both in good order.
    pub(crate) fn end(self) {
        self.front.into_iter().for_each(Process::end);
        self.intake.end();
    }
}

impl Process {
    /// This program again, as an intake on `store`.
    fn intake(store: &str) -> Fallible<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.args(["serve", store]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Self { child, address: line.trim().parse()? })
    }

    /// nginx with the configuration that is deployed; only addresses, folders, TLS and the rate differ.
    fn nginx(folder: &Path, intake: SocketAddr, rate: u32) -> Fallible<Self> {
        let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let at = |name: &str| folder.join(name).display().to_string();
        let text = fs::read_to_string(deploy.join("nginx.conf"))?.replace("rate=8000r/s", &format!("rate={rate}r/s"));
        let line = |line: &str| {
            let Some((rule, _)) = line.split_once("# TEST") else { return line.to_owned() };
            let words: Vec<&str> = rule.split_whitespace().collect();
            match words[..] {
                ["pid", ..] => format!("pid {};", at("pid")),
                ["error_log", ..] => format!("error_log {} crit;", at("error.log")),
                ["access_log", ..] => format!("access_log {} jebi buffer=64k flush=5s;", at("access.log")),
                ["proxy_cache_path", ..] => rule.replace("/var/cache/nginx/jebi", &at("cache")),
                ["server", ..] => format!("server {intake};"),
                ["include", ..] => format!("include {};", deploy.join("nginx-proxy.conf").display()),
                ["root", ..] => format!("root {};", deploy.display()),
                ["listen", "443", ..] => format!("listen {address} backlog=4096;"),
                ["listen", "80", ..] => format!("listen unix:{};", at("plain")),
                ["server_name" | "return", ..] => rule.to_owned(),
                _ => String::new(),
            }
        };
        let config = folder.join("nginx.conf");
        let user = "user root;\n";
        fs::write(&config, user.to_owned() + &text.lines().map(line).collect::<Vec<_>>().join("\n"))?;
        let known = ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|path| Path::new(path).exists());
        let mut command = Command::new(known.ok_or("nginx is needed: apt-get install nginx-light")?);
        command.arg("-p").arg(folder).arg("-c").arg(&config).args(["-e", "error.log", "-g", "daemon off;"]);
        Ok(Self { child: command.stdin(Stdio::null()).spawn()?, address })
    }

    /// Processor time of the process and its children, in seconds: fields 14 and 15 of `/proc/PID/stat`, 100 a second.
    fn cpu_s(&self) -> f64 {
        let own = self.child.id().to_string();
        let children = fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap_or_default();
        let ticks = |id: &str| {
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            let after = stat.rsplit(')').next().unwrap_or_default().to_owned();
            after.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
        };
        std::iter::once(own.as_str()).chain(children.split_whitespace()).map(ticks).sum::<f64>() / 100.0
    }

    /// In good order: an intake at the end of its input, nginx with its workers when told.
    fn end(mut self) {
        if self.child.stdin.take().is_none() {
            let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        }
        let _ = self.child.wait();
    }
}
