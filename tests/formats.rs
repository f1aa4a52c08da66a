//! Whatever is printed for programs can be read by programs: random definitions, inputs and mocks go through every
//! command and every machine format, and all of it is parsed; JSON is held to the schema of that output in
//! schemas/output/.
//!
//! `PROPTEST_CASES=1000 cargo test --release --test cli formats` runs longer than the default.

mod machine;

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use jsonschema::{Registry, Validator};
use machine::{Machine, Tape, value};
use proptest::prelude::*;
use serde_json::{Value, json};
use sfn_tool::internals::source::{self, SourceFile};
use tempfile::TempDir;

use super::called::run;

/// The schemas of the outputs, by their names.
static SCHEMAS: LazyLock<HashMap<String, Validator>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/output");
    let mut schemas: Vec<(String, Value)> = Vec::new();
    for file in fs::read_dir(folder).expect("the schemas").flatten() {
        let text = fs::read_to_string(file.path()).expect("a schema");
        let name = file.file_name().to_string_lossy().into_owned();
        let name = name
            .strip_suffix(".schema.json")
            .expect("a schema's name")
            .to_owned();
        schemas.push((name, serde_json::from_str(&text).expect("a schema is JSON")));
    }
    let mut sarif: Value =
        serde_json::from_str(include_str!("../fixtures/schemas/sarif-2.1.0.json")).expect("JSON");
    // One of its patterns is not a regular expression; it is for a property that is not written.
    for definition in ["run", "toolComponent"] {
        let language = &mut sarif["definitions"][definition]["properties"]["language"];
        language.as_object_mut().expect("a schema").remove("pattern");
    }
    let mut registry = Registry::new();
    for (_, schema) in &schemas {
        let id = schema["$id"].as_str().expect("an id");
        registry = registry.add(id, schema.clone()).expect("a schema");
    }
    let registry = registry.prepare().expect("the schemas refer to each other");
    let validator = |schema: &Value| {
        let options = jsonschema::options().with_registry(&registry);
        options.build(schema).expect("a schema")
    };
    schemas.push(("sarif".to_owned(), sarif));
    let validators = schemas.iter();
    validators
        .map(|(name, schema)| (name.clone(), validator(schema)))
        .collect()
});

/// A folder with a random machine, another one, and what they run on.
struct Case {
    folder: TempDir,
    /// The definition, for messages.
    shown: String,
}

impl Case {
    fn new(tape: &mut Tape<'_>) -> Case {
        let machine = Machine::any(tape);
        let other = Machine::any(tape);
        let folder = TempDir::new().expect("a folder");
        let write = |name: &str, value: &Value| {
            fs::write(folder.path().join(name), value.to_string()).expect("a file")
        };
        write("d.asl.json", &machine.definition);
        write("e.asl.json", &other.definition);
        let (mocks, input) = (machine.mocks(tape), machine.input(tape));
        write("m.json", &mocks);
        write("i.json", &input);
        fs::create_dir(folder.path().join("runs")).expect("a folder");
        write("runs/r.input.json", &input);
        write("runs/r.mocks.json", &mocks);
        let mut test = json!({"Definition": "d.asl.json", "Cases": [
            {"Name": "<a> \"b\" & \u{1}", "Input": input, "Expect": {"Status": "SUCCEEDED", "Output": value(tape, 1)}},
            {"Name": "second", "Input": {}, "Expect": {"Error": "x", "Events": [{"type": "TaskFailed"}]}}]});
        if !machine.tasks.is_empty() {
            test["Mocks"] = mocks.clone();
        }
        write("t.sfn-test.json", &test);
        let first = machine.definition["StartAt"].as_str().expect("a name");
        write("s.asl.json", &machine.definition["States"][first]);
        write("s.mock.json", &json!({"result": value(tape, 1).to_string()}));
        Case {
            shown: format!("{:#}\nmocks {mocks}\ninput {input}", machine.definition),
            folder,
        }
    }

    /// What the tool prints; it must not have given up.
    fn out(&self, arguments: &[&str]) -> (i32, String) {
        let (code, out, err) = run(self.folder.path(), arguments);
        assert!(
            (0..=2).contains(&code),
            "{arguments:?} exits with {code}: {err}\n{}",
            self.shown
        );
        (code, out)
    }

    /// JSON that fits the schema called `name`; `None` where the call failed, and said so in JSON.
    fn json(&self, name: &str, arguments: &[&str]) -> Option<Value> {
        let (code, out) = self.out(arguments);
        // Of other formats than JSON, nothing.
        if code == 2 && out.is_empty() && !arguments.contains(&"json") {
            return None;
        }
        let failed =
            |value: &Value| value["error"].is_object() && value.as_object().is_some_and(|all| all.len() == 1);
        if code == 2 && failed(&self.parsed(&out, arguments)) {
            self.fits("failure", &out, arguments);
            return None;
        }
        Some(self.fits(name, &out, arguments))
    }

    fn parsed(&self, text: &str, arguments: &[&str]) -> Value {
        serde_json::from_str(text)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{text}\n{}", self.shown))
    }

    fn fits(&self, name: &str, text: &str, arguments: &[&str]) -> Value {
        let value = self.parsed(text, arguments);
        let schema = SCHEMAS.get(name).expect("a schema of this name");
        let wrong: Vec<String> = schema
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            wrong.is_empty(),
            "{arguments:?}: {wrong:#?}\n{text}\n{}",
            self.shown
        );
        value
    }

    fn xml(&self, arguments: &[&str]) {
        let (code, out) = self.out(arguments);
        if code == 2 && out.is_empty() {
            return;
        }
        if let Err(error) = roxmltree::Document::parse(&out) {
            panic!("{arguments:?}: {error}\n{out}\n{}", self.shown);
        }
    }

    fn yaml(&self, text: &str, arguments: &[&str]) {
        let file = Arc::new(SourceFile::new("x.yaml", text));
        assert!(
            source::parse(file).document.is_some(),
            "{arguments:?} is no YAML:\n{text}\n{}",
            self.shown
        );
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.path().join(name)).ok()
    }

    fn findings(&self) {
        for command in ["validate", "lint"] {
            self.json(
                "findings",
                &[command, "d.asl.json", "e.asl.json", "--format", "json"],
            );
            self.json("sarif", &[command, "d.asl.json", "--format", "sarif"]);
            self.json(
                "findings",
                &[
                    command,
                    "d.asl.json",
                    "--causes",
                    "--max-results",
                    "2",
                    "--format",
                    "json",
                ],
            );
            self.gitlab(&[command, "d.asl.json", "e.asl.json", "--format", "gitlab"]);
            self.out(&[command, "d.asl.json", "--format", "markdown"]);
            self.xml(&[command, "d.asl.json", "--format", "junit"]);
            self.lines(&[command, "d.asl.json", "--format", "github"], |line| {
                ["::error ", "::warning ", "::notice "]
                    .iter()
                    .any(|head| line.starts_with(head))
            });
            self.lines(&[command, "d.asl.json", "--format", "concise"], |line| {
                line.starts_with("d.asl.json:")
            });
        }
    }

    /// GitLab's report: its members, and no two fingerprints the same.
    fn gitlab(&self, arguments: &[&str]) {
        let (_, out) = self.out(arguments);
        let value = self.parsed(&out, arguments);
        let mut fingerprints = std::collections::HashSet::new();
        for entry in value.as_array().expect("a list") {
            let fits = entry["description"].is_string()
                && entry["check_name"].is_string()
                && ["info", "minor", "major", "critical"]
                    .contains(&entry["severity"].as_str().unwrap_or_default())
                && ["d.asl.json", "e.asl.json"]
                    .contains(&entry["location"]["path"].as_str().unwrap_or_default())
                && entry["location"]["lines"]["begin"].as_u64() >= Some(1)
                && fingerprints.insert(entry["fingerprint"].as_str().expect("a fingerprint").to_owned());
            assert!(fits, "{entry}\n{}", self.shown);
        }
    }

    /// Every line is one of those that the format has.
    fn lines(&self, arguments: &[&str], fits: impl Fn(&str) -> bool) {
        let (_, out) = self.out(arguments);
        for line in out.split('\n').filter(|line| !line.is_empty()) {
            assert!(fits(line), "{arguments:?}: {line:?}\n{}", self.shown);
        }
    }

    fn runs(&self) {
        let run = [
            "simulate",
            "d.asl.json",
            "--input",
            "i.json",
            "--mocks",
            "m.json",
            "--no-validate",
        ];
        let with = |more: &[&'static str]| [&run[..], more].concat();
        let cost = with(&["--cost", "--html", "p.html", "--format", "json"]);
        self.json("execution", &cost);
        if let Some(page) = self.read("p.html") {
            self.page(&page);
        }
        let history = self.json("history", &with(&["--format", "history"]));
        let Some(history) = history else { return };
        fs::write(self.folder.path().join("h.json"), history.to_string()).expect("a file");
        let replay = [
            "simulate",
            "d.asl.json",
            "--replay",
            "h.json",
            "--mocks",
            "m.json",
            "--format",
            "json",
        ];
        self.json("replay", &replay);
        let arguments = ["mocks", "from-history", "h.json", "--format", "yaml"];
        self.yaml(&self.out(&arguments).1, &arguments);
        let arguments = ["mocks", "from-history", "h.json", "--format", "json"];
        self.parsed(&self.out(&arguments).1, &arguments);
        self.xml(&["graph", "d.asl.json", "--highlight", "h.json", "--format", "svg"]);
    }

    /// The page's picture is XML, its data JSON.
    fn page(&self, page: &str) {
        let between = |start: &str, end: &str| {
            let from = page.find(start)?;
            let length = page[from..].find(end)?;
            Some(&page[from..from + length + end.len()])
        };
        let picture = between("<svg ", "</svg>").expect("a picture");
        roxmltree::Document::parse(picture)
            .unwrap_or_else(|error| panic!("{error}\n{picture}\n{}", self.shown));
        let data = between("<script type=\"application/json\"", "</script>").expect("the data");
        let data = data.split_once('>').map_or("", |(_, data)| data);
        let data = data.strip_suffix("</script>").unwrap_or_default();
        serde_json::from_str::<Value>(data).unwrap_or_else(|error| panic!("{error}\n{data}\n{}", self.shown));
    }

    fn tests(&self) {
        let test = [
            "test",
            "t.sfn-test.json",
            "--coverage",
            "--coverage-json",
            "c.json",
            "--coverage-lcov",
            "c.lcov",
        ];
        self.json("verdicts", &[&test[..], &["--format", "json"]].concat());
        self.xml(&["test", "t.sfn-test.json", "--format", "junit"]);
        if let Some(text) = self.read("c.json") {
            self.fits("coverage", &text, &test);
            self.xml(&["graph", "d.asl.json", "--highlight", "c.json", "--format", "svg"]);
            self.json(
                "graph",
                &["graph", "d.asl.json", "--highlight", "c.json", "--format", "json"],
            );
        }
        if let Some(text) = self.read("c.lcov") {
            self.lcov(&text);
        }
    }

    /// [geninfo(1)]: records of known kinds, numbers where there must be numbers, each section ended.
    fn lcov(&self, text: &str) {
        let mut open = false;
        for line in text.lines() {
            let (kind, rest) = line.split_once(':').unwrap_or((line, ""));
            let numbers = |count: usize| {
                let parts: Vec<&str> = rest.splitn(count, ',').collect();
                parts.len() == count
                    && parts
                        .iter()
                        .take(count - 1)
                        .all(|part| part.parse::<u64>().is_ok())
            };
            let fits = match kind {
                "TN" => true,
                "SF" => !std::mem::replace(&mut open, true) && !rest.is_empty(),
                "end_of_record" => std::mem::replace(&mut open, false),
                "FN" => open && numbers(2),
                "FNDA" => open && numbers(2),
                "DA" => open && numbers(2) && rest.split(',').all(|part| part.parse::<u64>().is_ok()),
                "BRDA" => {
                    let parts: Vec<&str> = rest.split(',').collect();
                    let count = |part: &&str| part.parse::<u64>().is_ok();
                    open && parts.len() == 4 && count(&parts[0]) && (count(&parts[3]) || parts[3] == "-")
                }
                "FNF" | "FNH" | "BRF" | "BRH" | "LF" | "LH" => open && rest.parse::<u64>().is_ok(),
                _ => false,
            };
            assert!(fits, "{line:?}\n{text}\n{}", self.shown);
        }
        assert!(!open, "{text}\n{}", self.shown);
    }

    fn rest(&self) {
        let inspection = self.json("inspection", &["inspect", "d.asl.json", "--format", "json"]);
        if let Some(name) = inspection
            .as_ref()
            .and_then(|all| all["states"][0]["name"].as_str())
        {
            let state = format!("--state={name}");
            self.json(
                "inspection",
                &["inspect", "d.asl.json", &state, "--format", "json"],
            );
        }
        self.json("graph", &["graph", "d.asl.json", "--lint", "--format", "json"]);
        self.json(
            "formatting",
            &[
                "fmt",
                "d.asl.json",
                "gone.asl.json",
                "--check",
                "--format",
                "json",
            ],
        );
        self.xml(&["graph", "d.asl.json", "--lint", "--format", "svg"]);
        self.json(
            "exploration",
            &[
                "explore",
                "d.asl.json",
                "--input",
                "i.json",
                "--max-runs",
                "50",
                "--format",
                "json",
            ],
        );
        let arguments = [
            "explore",
            "d.asl.json",
            "--input",
            "i.json",
            "--max-runs",
            "20",
            "--format",
            "test",
        ];
        let (_, cases) = self.out(&arguments);
        if !cases.is_empty() {
            self.yaml(&cases, &arguments);
        }
        self.json(
            "changes",
            &["diff", "d.asl.json", "e.asl.json", "--all", "--format", "json"],
        );
        self.json(
            "changes",
            &[
                "diff",
                "d.asl.json",
                "d.asl.json",
                "--simulate",
                "runs",
                "--format",
                "json",
            ],
        );
        let arguments = ["simulate", "d.asl.json", "--write-mocks", "w.yaml"];
        self.out(&arguments);
        if let Some(mocks) = self.read("w.yaml") {
            self.yaml(&mocks, &arguments);
        }
        let state = [
            "test-state",
            "s.asl.json",
            "--input",
            "i.json",
            "--mock",
            "s.mock.json",
            "--inspection-level",
            "trace",
        ];
        self.json("test-state", &[&state[..], &["--format", "json"]].concat());
        for expression in [
            "$states.input",
            "$sum([1, \"<\"])",
            "[1..3].{\"a\": $}",
            "$nothing",
        ] {
            self.json(
                "evaluation",
                &["eval", expression, "--input", "i.json", "--format", "json"],
            );
        }
        let (code, formatted) = self.out(&["fmt", "--stdin-filename", "d.asl.json", "d.asl.json", "--check"]);
        assert!(code < 2 || formatted.is_empty(), "{formatted}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(12),
        max_shrink_iters: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_printed_for_programs_can_be_read(bytes in prop::collection::vec(any::<u8>(), 20..400)) {
        let case = Case::new(&mut Tape::new(&bytes));
        case.findings();
        case.runs();
        case.tests();
        case.rest();
    }
}
