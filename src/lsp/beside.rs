//! What is done beside the loop: a thread for each piece of work, which tells the loop what comes of it.

use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};

use super::runs;
use super::searches;

/// How long diagnostics and hovers wait for a search, and how long a piece of work takes before the client shows it; most
/// take a few milliseconds.
const PATIENCE: Duration = Duration::from_millis(500);

/// As much as the main thread of a program has: texts are read to the same depth.
const STACK: usize = 8 * 1024 * 1024;

/// What the loop is told.
#[derive(Debug)]
pub(super) enum Told {
    Search(searches::Ended),
    Run(runs::Told),
}

/// How work is done beside the loop.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    /// How long others wait for it.
    pub(super) patience: Duration,
    /// Each piece of work waits until this has something, or nobody is left who could give it.
    pub(super) gate: Option<Receiver<()>>,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            patience: PATIENCE,
            gate: None,
        }
    }
}

/// Starts work, and leads from it to the loop.
#[derive(Debug, Clone)]
pub(super) struct Beside {
    pub(super) pace: Pace,
    sender: Sender<Told>,
}

impl Beside {
    /// What starts work, and where the loop is told.
    pub(super) fn new(pace: Pace) -> (Beside, Receiver<Told>) {
        let (sender, told) = crossbeam_channel::unbounded();
        (Beside { pace, sender }, told)
    }

    /// Does a piece of work, which tells by its argument; whether there is a thread for it.
    pub(super) fn start(&self, work: impl FnOnce(&dyn Fn(Told)) + Send + 'static) -> bool {
        let (sender, gate) = (self.sender.clone(), self.pace.gate.clone());
        let work = move || {
            if let Some(gate) = gate {
                let _ = gate.recv();
            }
            // Once the loop has ended, nobody wants to know.
            work(&|told| drop(sender.send(told)));
        };
        let builder = thread::Builder::new().name("beside".to_owned());
        builder.stack_size(STACK).spawn(work).is_ok()
    }

    /// Tells the loop from within it.
    pub(super) fn tell(&self, told: Told) {
        let _ = self.sender.send(told);
    }
}
