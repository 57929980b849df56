//! What an operator's monitoring reads: counts and times, in the text format of Prometheus (OpenMetrics 1.0).
//!
//! **Invariant:** no label holds anything that a person sent: kinds of answers and codes of refusals only.

use axum::http::StatusCode;
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use std::time::Duration;

/// Upper ends of the classes of waiting times, in seconds.
const WAITS_S: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 2.5, 20.0];

/// Everything that is counted.
pub(crate) struct Meters {
    registry: Registry,
    answers: Family<Answer, Counter>,
    decided: Family<Decided, Counter>,
    waited: Histogram,
    connections: Gauge,
    waiting: Gauge,
    crowd: i64,
}

/// How a request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Kind {
    /// From what stands ready.
    Ready,
    /// Asked to come again before its body was read.
    TurnedAway,
    /// By a handler: well.
    Fine,
    /// By a handler: the request could not be granted.
    Refused,
    /// By a handler: something is wrong here, or too many wait.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decided {
    outcome: &'static str,
}

impl Kind {
    pub(crate) fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            ..400 => Self::Fine,
            400..500 => Self::Refused,
            500.. => Self::Failed,
        }
    }
}

impl Meters {
    /// Meters of an intake that is crowded from `crowd` open connections on.
    pub(crate) fn new(crowd: i64) -> Self {
        let mut registry = Registry::with_prefix("jebi");
        let (answers, decided) = (Family::default(), Family::default());
        let waited = Histogram::new(WAITS_S);
        let (connections, waiting) = (Gauge::default(), Gauge::default());
        registry.register("answers", "Answers to requests", answers.clone());
        registry.register("decided", "Requests decided by the writer, by outcome", decided.clone());
        registry.register(
            "acknowledged_seconds",
            "From a whole request to its durable acknowledgement",
            waited.clone(),
        );
        registry.register("connections", "Open connections", connections.clone());
        registry.register("waiting", "Requests that wait for the writer", waiting.clone());
        Self { registry, answers, decided, waited, connections, waiting, crowd }
    }

    pub(crate) fn answered(&self, kind: Kind) {
        self.answers.get_or_create(&Answer { kind }).inc();
    }

    /// Granted requests are `granted`; refused ones have the refusal's code.
    pub(crate) fn decided(&self, outcome: &'static str, after: Duration) {
        self.decided.get_or_create(&Decided { outcome }).inc();
        self.waited.observe(after.as_secs_f64());
    }

    pub(crate) fn connected(&self) {
        self.connections.inc();
    }

    pub(crate) fn disconnected(&self) {
        self.connections.dec();
    }

    /// Whether so many are connected that others may have to wait.
    pub(crate) fn is_crowded(&self) -> bool {
        self.connections.get() >= self.crowd
    }

    /// The text for monitoring, with `waiting` requests in the writer's queue.
    pub(crate) fn text(&self, waiting: usize) -> String {
        self.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl std::fmt::Debug for Meters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meters(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told() {
        let meters = Meters::new(2);
        meters.answered(Kind::Ready);
        meters.decided("granted", Duration::from_millis(3));
        meters.connected();
        assert!(!meters.is_crowded());
        meters.connected();
        assert!(meters.is_crowded());
        let text = meters.text(7);
        for line in [
            "jebi_answers_total{kind=\"Ready\"} 1",
            "jebi_decided_total{outcome=\"granted\"} 1",
            "jebi_acknowledged_seconds_bucket{le=\"0.005\"} 1",
            "jebi_connections 2",
            "jebi_waiting 7",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
