//! Keep-alive connections that each have one request under way, without an HTTP library.

use super::{Outcome, now};
use std::{cell::RefCell, rc::Rc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What came of a round.
#[derive(Debug, Default)]
pub(super) struct Answered {
    /// Milliseconds of each acknowledgement.
    pub(super) times: Vec<f64>,
    pub(super) refused: u64,
}

impl Answered {
    /// The time at this share of all, in order.
    pub(super) fn at(&self, share: f64) -> f64 {
        let mut all = self.times.clone();
        all.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
        all.get((share * all.len() as f64) as usize).copied().unwrap_or(0.0)
    }
}

/// Registers people with these codes until the time is over; each tenth amends at once.
pub(super) fn run(address: &str, codes: &[String], connections: usize, time: Duration) -> Outcome<Answered> {
    let shared = Rc::new((RefCell::new(0_usize), RefCell::new(Answered::default())));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let end = now() + time;
    let tasks = tokio::task::LocalSet::new();
    let codes: Rc<[String]> = codes.into();
    for _ in 0..connections {
        let (shared, codes, address) = (shared.clone(), codes.clone(), address.to_owned());
        tasks.spawn_local(async move {
            let mut stream = TcpStream::connect(address).await.ok()?;
            stream.set_nodelay(true).ok()?;
            let mut answer = Vec::with_capacity(4096);
            while now() < end {
                let number = shared.0.replace_with(|number| *number + 1);
                let code = codes.get(number)?;
                let body = format!(
                    r#"{{"access_code":"{code}","birth_date":"1960-02-29","request_id":"request-1","choices":[{{"session":"c001-1"}},{{"site":"c002"}}]}}"#
                );
                let granted = ask(&mut stream, &mut answer, "POST", "", &body, &shared.1).await?;
                if granted && number % 10 == 0 {
                    let text = String::from_utf8_lossy(&answer).into_owned();
                    let (ticket, key) = (value(&text, "\"ticket\":\"")?, value(&text, "\"change_key\":\"")?);
                    let body = format!(
                        r#"{{"access_code":"{code}","birth_date":"1960-02-29","request_id":"request-2","change_key":"{key}","choices":[{{"session":"c001-2"}}]}}"#
                    );
                    ask(&mut stream, &mut answer, "PUT", &format!("/{ticket}"), &body, &shared.1).await?;
                }
            }
            Some(())
        });
    }
    runtime.block_on(tasks);
    Ok(shared.1.take())
}

/// Connections that read the first page and stay open.
pub(super) fn read_and_stay(address: &str, connections: usize) -> Outcome<Vec<std::net::TcpStream>> {
    use std::io::{Read, Write};
    let mut open = Vec::with_capacity(connections);
    let mut page = vec![0; 1 << 20];
    for _ in 0..connections {
        let mut stream = std::net::TcpStream::connect(address)?;
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\n\r\n")?;
        let mut length = 0;
        // The head and a part of the page at least; the rest waits in the system's buffer.
        while !page[..length].windows(4).any(|four| four == b"\r\n\r\n") {
            match stream.read(&mut page[length..])? {
                0 => return Err(format!("closed after {} connections", open.len()).into()),
                read => length += read,
            }
        }
        open.push(stream);
    }
    Ok(open)
}

async fn ask(
    stream: &mut TcpStream,
    answer: &mut Vec<u8>,
    method: &str,
    path: &str,
    body: &str,
    answered: &RefCell<Answered>,
) -> Option<bool> {
    let start = now();
    let length = body.len();
    let request = format!(
        "{method} /api/v0/registrations{path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    answer.clear();
    let end = loop {
        if stream.read_buf(answer).await.ok()? == 0 {
            return None;
        }
        if let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") {
            let text = std::str::from_utf8(&answer[..head]).ok()?.to_ascii_lowercase();
            break head + 4 + text.split("content-length: ").nth(1)?.split("\r\n").next()?.parse::<usize>().ok()?;
        }
    };
    while answer.len() < end {
        if stream.read_buf(answer).await.ok()? == 0 {
            return None;
        }
    }
    let granted = answer.starts_with(b"HTTP/1.1 20");
    let mut answered = answered.borrow_mut();
    if granted {
        answered.times.push(start.elapsed().as_secs_f64() * 1000.0);
    } else {
        answered.refused += 1;
    }
    Some(granted)
}

fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split(name).nth(1)?.split('"').next()
}
