//! Mocks as a text of the tool's own form, which says the same wherever the files lie that they were read from.

use std::path::Path;
use std::sync::Arc;

use super::error::MockError;
use super::{Answer, Entries, Mocks, Object, Outcome, StateMocks, read};
use crate::arrange::Arrange as _;
use crate::source::SourceFile;
use crate::value::{Map, Value};

/// Mocks as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The mock file whose folder's repository its objects lie in; empty where there are none.
    pub file: String,
    /// JSON of the tool's own form.
    pub text: String,
}

impl Written {
    /// The mocks.
    ///
    /// # Errors
    /// When it is no text of ours.
    pub fn read(&self) -> Result<Mocks, MockError> {
        read(Arc::new(SourceFile::new(&self.file, &*self.text)), None, None)
    }
}

impl Mocks {
    /// Their text. The files of objects are named, and not part of it.
    pub fn written(&self) -> Written {
        let mut names: Vec<&Arc<str>> = self.states.keys().collect();
        names.sort();
        let states = names.into_iter().filter_map(|name| {
            let mocks = self.states.get(name)?;
            Some((name.clone(), entries(mocks)))
        });
        let objects = self.objects.iter().map(|(uri, of)| (uri.clone(), object(of)));
        let mut members = Map::new();
        members.insert(Arc::from("States"), Value::object(states.collect()));
        members.insert(Arc::from("Objects"), Value::object(objects.collect()));
        let by = self.objects.iter().find_map(|(_, object)| match object {
            Object::File(file) => Some(absolute(file.named_by())),
            _ => None,
        });
        Written {
            file: by.unwrap_or_default(),
            text: Value::object(members).to_json(),
        }
    }
}

fn absolute(path: &Path) -> String {
    let whole = std::path::absolute(path);
    whole.as_deref().unwrap_or(path).display().to_string()
}

fn entries(mocks: &StateMocks) -> Value {
    let (general, pinned) = match &mocks.entries {
        Entries::Always(of) => return Value::object(answer(of)),
        Entries::InOrder { general, pinned } => (general, pinned),
    };
    let mut iterations: Vec<_> = pinned.iter().collect();
    iterations.arrange_by_key(|(iteration, _)| *iteration);
    let pinned = iterations.into_iter().flat_map(|(iteration, answers)| {
        answers.iter().map(|of| {
            let index = |index: &usize| Value::from(i64::try_from(*index).unwrap_or(i64::MAX));
            let mut members = answer(of);
            members.insert(
                Arc::from("Iteration"),
                Value::from(iteration.iter().map(index).collect::<Vec<Value>>()),
            );
            Value::object(members)
        })
    });
    let general = general.iter().map(|of| Value::object(answer(of)));
    Value::from(general.chain(pinned).collect::<Vec<Value>>())
}

fn answer(of: &Answer) -> Map {
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| {
        members.insert(Arc::from(name), value);
    };
    let text = |text: &Arc<str>| Value::String(text.clone());
    match &of.outcome {
        Outcome::Return(value) => add("Return", value.clone()),
        Outcome::Throw { error, cause } => {
            let named = [("Error", error), ("Cause", cause)];
            let given = named
                .into_iter()
                .filter_map(|(name, said)| Some((Arc::from(name), text(said.as_ref()?))));
            add("Throw", Value::object(given.collect()));
        }
        Outcome::Compute(computed) => add("Compute", computed.source().clone()),
        Outcome::Hang => add("Hang", Value::Bool(true)),
        Outcome::External => add("External", Value::Bool(true)),
    }
    if of.delay_seconds != 0.0 {
        add("DelaySeconds", Value::from(of.delay_seconds));
    }
    if let Some(every) = of.heartbeat_every {
        add("HeartbeatEverySeconds", Value::from(every));
    }
    if let Some(submitted) = &of.submitted {
        add("Submitted", submitted.clone());
    }
    if let Some(worker) = &of.worker {
        add("Worker", text(worker));
    }
    if let Some(event) = &of.event {
        add("Event", text(event));
    }
    members
}

fn object(of: &Object) -> Value {
    let (name, value) = match of {
        Object::Body(text) => ("Body", Value::String(text.clone())),
        Object::Json(value) => ("Json", value.clone()),
        Object::File(file) => ("File", Value::from(absolute(file.path()))),
        Object::Throw(cause) => {
            let cause = [(Arc::from("Cause"), Value::String(cause.clone()))];
            ("Throw", Value::object(cause.into_iter().collect()))
        }
    };
    Value::object([(Arc::from(name), value)].into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let text = r#"{"States": {
            "A": {"Return": {"x": 1.50, "y": [null, "é"]}, "DelaySeconds": 2.5},
            "B": [{"Throw": {"Error": "E"}}, {"Return": 1, "Iteration": [0, 2]}, {"Hang": true, "Worker": "w", "HeartbeatEverySeconds": 20},
                  {"External": true, "Submitted": {"a": 1}}, {"Throw": {}, "Event": "TaskStartFailed"}],
            "C": {"Compute": {"sum": "{% $states.input.a + 1 %}"}}},
            "Objects": {"s3://b/k": {"Json": [1]}, "s3://b/t": {"Body": "x"}, "s3://b/e": {"Throw": {"Cause": "no"}},
                        "s3://b/f": {"File": "data.csv"}}}"#;
        let folder = std::env::temp_dir();
        let name = folder.join("m.json").display().to_string();
        let file = Arc::new(SourceFile::new(&name, text));
        let mocks = read(file, None, None).expect("mocks");
        let written = mocks.written();
        assert_eq!(written.file, name);
        let again = written.read().expect("mocks");
        assert_eq!(again.written(), written);
        for state in ["A", "B"] {
            assert_eq!(again.answers(state), mocks.answers(state), "{state}");
        }
        assert_eq!(again.objects, mocks.objects);
        assert!(again.has("C"));
        let none = Mocks::default().written();
        assert_eq!(none.text, r#"{"States":{},"Objects":{}}"#);
        assert!(!none.read().expect("mocks").has("A"));
    }
}
