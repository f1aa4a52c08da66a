//! Coverage to marks: which states and transitions the cases of a definition took.

use std::sync::Arc;

use thiserror::Error;

use super::Marks;
use crate::value::{Map, Value};

/// Coverage that cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotCovered {
    /// It is of other definitions.
    #[error("the coverage is of other definitions: {0}")]
    Others(String),
    /// It is of no definition at all.
    #[error("the coverage is of no definition")]
    Empty,
}

impl Marks {
    /// The marks of what `test --coverage-json` writes for the definition that `file` is, or that `resource` of it has
    /// inside; `None` when `value` is something else. When it is of one definition alone, `file` may have another name.
    ///
    /// # Errors
    /// When it is of other definitions.
    pub fn of_coverage(
        value: &Value,
        file: &str,
        resource: Option<&str>,
    ) -> Option<Result<Marks, NotCovered>> {
        let definitions = value.get("definitions").and_then(Value::as_array)?;
        let named = |definition: &&Value| {
            let text = |key: &str| definition.get(key).and_then(Value::as_str);
            text("resource") == resource && text("file").is_some_and(|name| is_same(name, file))
        };
        let found = match definitions {
            [only] => Some(only),
            many => many.iter().find(named),
        };
        let Some(definition) = found else {
            let name = |definition: &Value| {
                let text = |key: &str| definition.get(key).and_then(Value::as_str);
                let resource = text("resource").map_or(String::new(), |resource| format!("#{resource}"));
                Some(format!("{}{resource}", text("file")?))
            };
            let names: Vec<String> = definitions.iter().filter_map(name).collect();
            return Some(Err(match names.is_empty() {
                true => NotCovered::Empty,
                false => NotCovered::Others(names.join(", ")),
            }));
        };
        let mut marks = Marks {
            execution: true,
            ..Marks::default()
        };
        let points = definition
            .get("points")
            .and_then(Value::as_array)
            .unwrap_or_default();
        for point in points.iter().filter_map(Value::as_object) {
            marks.point(point);
        }
        Some(Ok(marks))
    }

    fn point(&mut self, point: &Map) {
        let text = |key: &str| point.get(key).and_then(Value::as_str).unwrap_or_default();
        let count = point.get("count").and_then(Value::as_number);
        let count = count.and_then(|count| count.as_i64()).unwrap_or(0);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if count == 0 {
            return;
        }
        let state: Arc<str> = Arc::from(text("state"));
        let visits = self.visits.entry(state.clone()).or_default();
        match text("kind") {
            "state" => visits.entered = count,
            "retrier" => visits.retried = visits.retried.saturating_add(count),
            _ => {
                if text("place").starts_with("Catch") {
                    visits.caught = visits.caught.saturating_add(count);
                }
                let taken = self.places.entry((state, text("place").to_owned())).or_default();
                *taken = taken.saturating_add(count);
            }
        }
    }
}

/// Whether two paths are one file, or would be seen from the same folder.
fn is_same(a: &str, b: &str) -> bool {
    let canonical = |path: &str| std::path::Path::new(path).canonicalize().ok();
    a == b || canonical(a).is_some_and(|a| Some(a) == canonical(b))
}
