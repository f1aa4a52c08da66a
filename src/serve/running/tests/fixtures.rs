//! Every run of the workflows in fixtures/ through the server's threads gives the history that `simulate` gives.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::history::EventWriter;

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn text(events: &[Event]) -> Vec<String> {
    let mut writer = EventWriter::default();
    let mut write = |event: &Event| {
        let mut out = String::new();
        writer.write(event, &mut out);
        out
    };
    events.iter().map(&mut write).collect()
}

#[test]
fn every_run_of_the_fixtures_gives_the_history_of_simulate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/workflows");
    let mut runs = 0;
    for workflow in list(&root) {
        let machine = read(&fs::read_to_string(workflow.join("definition.asl.json")).expect("a definition"));
        let program = Arc::new(Program::compile(&machine).expect("a program"));
        for file in list(&workflow.join("runs")) {
            let path = file.display().to_string();
            let Some(stem) = path.strip_suffix(".mocks.yaml") else {
                continue;
            };
            let input = fs::read_to_string(format!("{stem}.input.json")).unwrap_or_else(|_| "{}".to_owned());
            let sources = Sources::read(&[format!("M={path}")], &[], None).expect("mocks");
            let mocks = sources.of("M", None, &machine).expect("mocks that fit");
            let test = test_with(Options::default(), sources);
            let (arn, began) = begin(&test.running, &machine, "M", "e", input.trim());
            let view = test.end(&arn);
            let settings = Settings {
                start: began,
                token_seal: Some(TokenSeal { execution: 1, key: 0 }),
                ..settings("M", "e")
            };
            let value = parse_value(input.trim()).expect("an input");
            let simulated = simulate::run(&program, &settings, &mocks, value, Arc::from(input.trim()));
            let Ok(simulated) = simulated else {
                assert!(error(&view).starts_with("SfnTool."), "{path}: {view:?}");
                continue;
            };
            assert_eq!(view.status, Status::of(simulated.status), "{path}");
            assert_eq!(view.output, simulated.output, "{path}");
            let served = test.running.with_history(&arn, text).expect("an execution");
            assert_eq!(served, text(simulated.history.events()), "{path}");
            runs += 1;
        }
    }
    assert!(runs > 10, "{runs} runs");
}
