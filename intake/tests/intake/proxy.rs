//! The intake behind a real nginx with `deploy/nginx.conf`: the cache, the limits, and headers that come out clean.

use super::world::*;
use std::{
    fs,
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// A running nginx in front of an intake.
struct Proxy {
    address: SocketAddr,
    nginx: Child,
    folder: TempDir,
}

impl Proxy {
    fn before(intake: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let config = configured(folder.path(), address, intake);
        let mut command = nginx();
        command.arg("-p").arg(folder.path()).arg("-c").arg(&config).args(["-e", "error.log", "-g", "daemon off;"]);
        let nginx = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let proxy = Self { address, nginx, folder };
        for _ in 0..500 {
            if TcpStream::connect(address).is_ok() {
                return proxy;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("nginx does not serve: {}", proxy.said());
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn get(&self, path: &str) -> Answer {
        answer(agent().get(self.url(path)).call())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Its master ends its workers; killing it would leave them behind.
        let _ = Command::new("kill").args(["-TERM", &self.nginx.id().to_string()]).status();
        let _ = self.nginx.wait();
    }
}

fn nginx() -> Command {
    let known = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];
    let path = known.iter().find(|path| Path::new(path).exists());
    Command::new(path.expect("nginx is needed for these tests: apt-get install nginx-light"))
}

/// The configuration as it is deployed, with the lines marked TEST replaced: other addresses, a folder of its own, no TLS.
fn configured(folder: &Path, address: SocketAddr, intake: SocketAddr) -> PathBuf {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    let text = fs::read_to_string(deploy.join("nginx.conf")).expect("deploy/nginx.conf");
    let at = |name: &str| folder.join(name).display().to_string();
    let mut redirect = false;
    let lines = text.lines().map(|line| {
        let Some((rule, _)) = line.split_once("# TEST") else { return line.to_owned() };
        let words: Vec<&str> = rule.split_whitespace().collect();
        redirect |= words.contains(&"80");
        match (words[0], words[1]) {
            ("user", _) => String::new(),
            ("pid", _) => format!("pid {};", at("pid")),
            ("error_log", _) => format!("error_log {} crit;", at("error.log")),
            ("access_log", _) => format!("access_log {} jebi;", at("access.log")),
            ("proxy_cache_path", _) => rule.replace("/var/cache/nginx/jebi", &at("cache")),
            ("server", _) => format!("server {intake};"),
            ("include", _) => format!("include {};", deploy.join("nginx-proxy.conf").display()),
            ("root", _) => format!("root {};", deploy.display()),
            ("listen", "443") => format!("listen {address};"),
            // The server that only leads to TLS is there, on a socket that nobody asks.
            ("listen", "80") => format!("listen unix:{};", at("plain")),
            ("listen", _) | ("ssl_certificate" | "ssl_certificate_key", _) => String::new(),
            ("server_name" | "return", _) => rule.to_owned(),
            other => panic!("a line marked TEST that the test does not know: {other:?}"),
        }
    });
    let config = folder.join("nginx.conf");
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary: String = temporary.iter().map(|kind| format!("{kind}_temp_path {};\n", at(kind))).collect();
    let text = lines.collect::<Vec<_>>().join("\n").replacen("http {", &format!("http {{\n{temporary}"), 1);
    fs::write(&config, text).expect("writable");
    config
}

fn served(world: &World) -> u64 {
    let counts = world.metrics();
    let counts = counts.lines().filter(|line| line.starts_with("jebi_answers_total"));
    counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

#[test]
fn what_is_deployed_is_a_configuration_with_tls() {
    let folder = tempfile::tempdir().expect("a folder");
    let [key, certificate] = ["key.pem", "fullchain.pem"].map(|name| folder.path().join(name));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"])
        .args(["-subj", "/CN=draw.example", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output();
    assert!(made.expect("openssl is needed for this test: apt-get install openssl").status.success());
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy");
    let here = |name: &str| folder.path().join(name).display().to_string();
    let text = fs::read_to_string(deploy.join("nginx.conf")).expect("deploy/nginx.conf");
    let text = text
        .replace("/etc/jebi/tls", &here(""))
        .replace("/etc/jebi", &deploy.display().to_string())
        .replace("/var/cache/nginx/jebi", &here("cache"))
        .replace("/var/log/nginx", &here(""))
        .replace("/run/nginx.pid", &here("pid"));
    fs::write(folder.path().join("nginx.conf"), text).expect("writable");
    let tested = nginx().arg("-t").arg("-c").arg(folder.path().join("nginx.conf")).output().expect("it starts");
    let said = String::from_utf8_lossy(&tested.stderr).into_owned();
    // Where there is no IPv6, that is all there may be against it.
    assert!(tested.status.success() || said.contains("Address family not supported"), "{said}");
}

#[test]
fn a_crowd_of_readers_is_one_request() {
    let world = World::new();
    let proxy = Proxy::before(world.address);
    let pages = ["/?lang=en", "/choose?lang=ko", "/places.json?lang=ko", "/api/v0/programme"];
    for path in pages {
        for _ in 0..50 {
            let answer = proxy.get(path);
            assert_eq!((answer.status, &answer.text), (200, &world.get(path).text), "{path}");
        }
    }
    // Each was asked for directly 50 times above, and once by nginx.
    assert_eq!(served(&world), 50 * 4 + 4);
    let tag = proxy.get("/?lang=en").headers["etag"].clone();
    let known = answer(agent().get(proxy.url("/?lang=en")).header("if-none-match", &tag).call());
    assert_eq!((known.status, known.text.as_str()), (304, ""));
    let br =
        raw(proxy.address, b"GET /?lang=en HTTP/1.1\r\nhost: x\r\naccept-encoding: br\r\nconnection: close\r\n\r\n");
    assert!(String::from_utf8_lossy(&br).to_lowercase().contains("content-encoding: br"));
    let person = world.person("kim");
    for _ in 0..2 {
        let sent = agent().post(proxy.url(REGISTRATIONS)).send_json(registration(&person, "request-1"));
        let sent = answer(sent);
        assert_eq!((sent.status, &sent.headers["cache-control"]), (201, &"no-store".parse().expect("text")));
    }
    for hidden in ["/metrics", "/readyz", "/healthz"] {
        assert_eq!(proxy.get(hidden).status, 404, "{hidden}");
    }
}

#[test]
fn headers_that_lie_do_not_get_through() {
    let world = World::new();
    let proxy = Proxy::before(world.address);
    let lying = agent()
        .get(proxy.url("/?lang=en"))
        .header("x-forwarded-for", "127.0.0.1")
        .header("x-forwarded-host", "evil.example")
        .header("x-original-url", "/withdraw")
        .header("x-http-method-override", "POST")
        .header("cookie", "session=1");
    assert_eq!(answer(lying.call()).text, world.get("/?lang=en").text);
    let person = world.person("kim");
    let own = format!("http://{}", proxy.address);
    let send = |origin: &str, id: &str| {
        let request = agent().post(proxy.url(REGISTRATIONS)).header("origin", origin);
        answer(request.send_json(registration(&person, id))).code()
    };
    assert_eq!(send("https://evil.example", "request-1"), (403, "cross-site".to_owned()));
    assert_eq!(send(&own, "request-1"), (201, "granted".to_owned()), "our own form, through the proxy");
}

/// Each of these makes some pair of servers disagree about where a request ends. What is behind must stay a body.
#[test]
fn no_request_is_smuggled_through() {
    let world = World::new();
    let proxy = Proxy::before(world.address);
    let hidden = "POST /withdraw HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n";
    for heads in [
        "content-length: 6\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding\u{b}: chunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "content-length: 0\r\ncontent-length: 60\r\n",
        "content-length: 0x10\r\n",
        "content-length: -1\r\n",
        "x: y\r\n content-length: 0\r\n",
    ] {
        let before = served(&world);
        let request = format!("POST /send HTTP/1.1\r\nhost: x\r\n{heads}\r\n0\r\n\r\n{hidden}");
        let answer = String::from_utf8_lossy(&raw(proxy.address, request.as_bytes())).into_owned();
        // nginx refuses, or takes all of it for what it is: one request, and what follows for another one of the client's own.
        let seen = served(&world) - before;
        let told = answer.matches("HTTP/1.1 ").count() as u64;
        assert!(seen <= told, "{heads:?}: the intake saw {seen}, the client was told of {told}: {answer}");
        if heads.contains("content-length: 6\r\n") || heads.contains("60") || heads.contains("0x10") {
            assert!(answer.starts_with("HTTP/1.1 400 ") && seen == 0, "{heads:?}: {answer}");
        }
    }
}

#[test]
fn slow_senders_are_nginxs_affair() {
    let world = World::new();
    let proxy = Proxy::before(world.address);
    let before = served(&world);
    let head = "POST /send HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 400\r\n\r\n";
    let mut slow: Vec<TcpStream> = (0..200)
        .map(|number| {
            let mut stream = TcpStream::connect(proxy.address).expect("a connection");
            let sent = if number % 2 == 0 { head } else { "GET / HTT" };
            stream.write_all(sent.as_bytes()).expect("sent");
            stream
        })
        .collect();
    assert_eq!(proxy.get("/?lang=en").status, 200);
    assert_eq!(served(&world) - before, 1, "nothing of them reaches the intake");
    let mut first = slow.swap_remove(0);
    first.set_read_timeout(Some(Duration::from_secs(15))).expect("a limit");
    let mut answer = Vec::new();
    // Closed, or reset: the timeout of this end would be another error.
    let ended = first.read_to_end(&mut answer).map_err(|error| error.kind());
    assert!(matches!(ended, Ok(_) | Err(ErrorKind::ConnectionReset)), "{ended:?}");
}

/// 300 people behind one address of a mobile carrier in the same moment, each with a telephone of their own: all are in.
/// Ten times as many from one machine: those above the limit are asked to come again, with different times to wait.
#[test]
fn a_carriers_address_is_a_crowd_and_a_flood_is_asked_to_wait() {
    let world = World::new();
    let proxy = Proxy::before(world.address);
    let people = world.people(BORN, (0..300).map(|number| format!("person-{number}")));
    thread::scope(|scope| {
        for part in people.chunks(10) {
            let proxy = &proxy;
            scope.spawn(move || {
                for person in part {
                    let sent = agent().post(proxy.url(REGISTRATIONS)).send_json(registration(person, "request-1"));
                    assert_eq!(answer(sent).status, 201);
                }
            });
        }
    });
    let (waits, turned_away) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let agent = agent();
                for _ in 0..250 {
                    let page = answer(agent.post(proxy.url("/send")).send_form([("request_id", "request-1")]));
                    if page.status != 503 {
                        continue;
                    }
                    let wait: usize = page.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
                    assert!(page.text.contains("You lose nothing by waiting"), "{}", page.text);
                    waits.fetch_or(1 << wait, Ordering::Relaxed);
                    turned_away.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert!(turned_away.into_inner() > 100);
    assert!(waits.into_inner().count_ones() > 1, "they do not come back together");
    let program = answer(agent().post(proxy.url(REGISTRATIONS)).send_json(registration(&people[0], "request-1")));
    assert!(program.status == 201 || program.code() == (503, "busy".to_owned()), "{}", program.text);
    let log = fs::read_to_string(proxy.folder.path().join("access.log")).expect("a log");
    assert!(!proxy.said().contains("127.0.0.1"), "nor here: {}", proxy.said());
    assert!(!log.contains("127.0.0.1") && log.contains("\"path\":\"/send\""), "no addresses of people: {log}");
}

#[test]
fn without_an_intake_there_is_a_calm_page() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let proxy = Proxy::before(closed);
    let page = proxy.get("/?lang=en");
    assert!(page.status == 503 && page.text.contains("your chance is the same"), "{page:?}");
    let page = answer(agent().post(proxy.url("/send")).send_form([("request_id", "request-1")]));
    assert!(page.status == 503 && page.text.contains("You lose nothing by waiting"), "{page:?}");
    let api = answer(agent().post(proxy.url(REGISTRATIONS)).send_json(serde_json::json!({})));
    assert_eq!(api.code(), (503, "busy".to_owned()));
    assert!(api.headers.contains_key("retry-after"));
}
