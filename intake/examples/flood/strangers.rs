//! Codes that nobody was sent, well-formed, beside honest registrations: what they leave to the honest.
//!
//! Each costs the intake what an honest one costs until its person is looked up. Together with the honest they are as many as nginx lets
//! through, `times` as many if asked: beyond once, nginx turns honest and strangers away alike, and the honest send again.

use crate::{CLOSED, Fallible, Options, Seen, Servers, request, say, send, tell};
use intake::AccessCode;
use protocol::hash::Hash;
use std::{sync::Arc, time::Duration};

/// The honest alone, then the same with strangers; prints what the honest got and how long they waited.
pub(crate) async fn beside(options: &Options, honest: u32, servers: &Servers, people: &[Arc<[u8]>]) -> Fallible {
    let span = Duration::from_secs(options.seconds.into());
    let (first, rest) = people.split_at(people.len() / 2);
    let strangers = options.rate.saturating_mul(options.times).saturating_sub(honest).max(1);
    let codes = made_up(options, strangers)?;
    let cpu = servers.cpu_s();
    let alone = send(servers.address(), first, CLOSED, Some(f64::from(honest)), span).await;
    tell("alone", &alone, span, servers, cpu);
    let cpu = servers.cpu_s();
    let (crowded, crowd) = tokio::join!(
        send(servers.address(), rest, CLOSED, Some(f64::from(honest)), span),
        send(servers.address(), &codes, options.connections, Some(f64::from(strangers)), span),
    );
    tell("beside", &crowded, span, servers, cpu);
    let a_second = |count: u64| count as f64 / span.as_secs_f64();
    say(format!(
        "strangers  delivered {:7.0}/s  told that it is wrong {:7.0}/s  refused {:7.0}/s  failed {:4}  late {:5}",
        a_second(crowd.delivered),
        a_second(crowd.unknown),
        a_second(crowd.refused),
        crowd.failed,
        crowd.late,
    ));
    let of = |seen: &Seen| format!("{:.0}/s with a p99 of {:.0} ms", seen.rate(span), seen.wait_ms(990));
    let share = crowded.rate(span) / alone.rate(span);
    say(format!(
        "honest: offered {honest}/s, acknowledged {} alone, {} beside strangers: {share:.2} of it",
        of(&alone),
        of(&crowded)
    ));
    Ok(())
}

/// As many requests as are sent, each with a code of its own.
fn made_up(options: &Options, rate: u32) -> Fallible<Vec<Arc<[u8]>>> {
    let each = rate.saturating_mul(options.seconds).div_ceil(options.connections.max(1)) + 1;
    let code = |number: u32| -> Fallible<Arc<[u8]>> {
        let Hash(bytes) = Hash::tagged("flood-stranger", &[&number.to_be_bytes()]);
        let code = AccessCode::new(*bytes.first_chunk().ok_or("a short hash")?);
        Ok(request(&code.spelled()))
    };
    (0..options.connections * each).map(code).collect()
}
