//! What `cdk synth` wrote: findings name their construct, and definitions in assets are read from the assembly.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::called::run;

const ASSET: &str = "asset.4f1c2a9e0b7d6c5a83e2f1d0c9b8a7968574635241302f1e0d9c8b7a69584736.json";

fn fixture() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cdk")
}

/// The fixture's assembly alone, in a folder of its own.
fn assembly() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let out = folder.path().join("cdk.out");
    fs::create_dir(&out).expect("a folder");
    for entry in fs::read_dir(fixture().join("cdk.out")).expect("the fixture") {
        let entry = entry.expect("a file");
        fs::copy(entry.path(), out.join(entry.file_name())).expect("a copy");
    }
    folder
}

#[test]
fn findings_name_their_construct_and_assets_are_read() {
    let folder = assembly();
    let (code, out, err) = run(folder.path(), &["check", "--format", "concise"]);
    assert_eq!(code, 1, "{err}");
    let expected = [
        "cdk.out/Orders.template.json:10:60: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Doen (Orders/Put/Resource)".to_owned(),
        "cdk.out/Orders.template.json:38:5: info[NOT_READ] The definition lies in S3: it is not read (Orders/Elsewhere/Resource)".to_owned(),
        format!("cdk.out/{ASSET}:9:15: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Nofity (Orders/Refund/Resource, named in cdk.out/Orders.template.json:25:5)"),
    ];
    assert_eq!(out.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn what_the_cdk_copied_is_told_where_it_was_written() {
    let (code, out, err) = run(&fixture(), &["check", "--format", "concise"]);
    assert_eq!(code, 1, "{err}");
    let of_refund: Vec<_> = out.lines().filter(|line| line.contains("Nofity")).collect();
    // The copy and the file itself are one machine, with the substitutions of the template.
    assert_eq!(
        of_refund,
        [
            "flows/refund.asl.json:9:15: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Nofity (Orders/Refund/Resource, named in cdk.out/Orders.template.json:25:5)"
        ]
    );
    assert!(!out.contains("missing-substitution"), "{out}");
    let (_, out, _) = run(&fixture(), &["check", "--show-files"]);
    assert_eq!(out, "cdk.out/Orders.template.json\nflows/refund.asl.json\n");
}

#[test]
fn every_format_names_construct_and_template() {
    let folder = assembly();
    let print = |format: &str| run(folder.path(), &["check", "--format", format]).1;
    let text = print("text");
    assert!(text.contains("construct: Orders/Put/Resource"), "{text}");
    assert!(
        text.contains("cdk.out/Orders.template.json:25:5: the file of Orders/Refund/Resource"),
        "{text}"
    );
    for format in ["github", "junit", "gitlab"] {
        let out = print(format);
        // GitHub's colons are no separators in a message.
        for part in [
            "Orders/Put/Resource",
            "Orders/Refund/Resource, named in cdk.out/Orders.template.json:25:5",
        ] {
            assert!(out.contains(part), "{format}: {out}");
        }
    }
    let answer: Value = serde_json::from_str(&print("json")).expect("JSON");
    let refund = &answer["files"][1]["diagnostics"][0];
    assert_eq!(refund["construct"], "Orders/Refund/Resource", "{answer}");
    assert_eq!(refund["related"][0]["file"], "cdk.out/Orders.template.json");
    let log: Value = serde_json::from_str(&print("sarif")).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    let logical = &results[0]["locations"][0]["logicalLocations"];
    assert_eq!(logical[1]["fullyQualifiedName"], "Orders/Put/Resource", "{log}");
    assert_eq!(logical[1]["kind"], "resource");
}

#[test]
fn a_machine_is_named_by_its_construct() {
    let folder = assembly();
    let template = "cdk.out/Orders.template.json";
    for name in ["Refund7A1B", "Orders/Refund", "Orders/Refund/Resource"] {
        let (code, out, err) = run(folder.path(), &["graph", &format!("{template}#{name}")]);
        assert_eq!(code, 0, "{name}: {err}");
        assert!(out.contains("* Refund (Task"), "{name}: {out}");
    }
    let (code, _, err) = run(folder.path(), &["graph", &format!("{template}#Orders/Nothing")]);
    assert_eq!(code, 2);
    assert!(err.contains("holds no state machine \"Orders/Nothing\""), "{err}");
}

#[test]
fn an_asset_that_is_missing_or_outside_is_told_and_the_rest_is_read() {
    let folder = assembly();
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    let assets = folder.path().join("cdk.out/Orders.assets.json");
    let written = fs::read_to_string(&assets).expect("the assets");
    for (path, words) in [
        ("gone.json", "cdk.out/gone.json does not exist"),
        ("../../../../../../etc/hostname", "lies outside of"),
    ] {
        fs::write(&assets, written.replace(ASSET, path)).expect("the assets");
        let (code, out, err) = run(folder.path(), &["validate", ".", "--format", "concise"]);
        assert_eq!(code, 1, "{err}");
        let lines: Vec<_> = out.lines().collect();
        assert_eq!(lines.len(), 2, "{out}");
        assert!(lines[0].contains("Missing 'Next' target: Doen"), "{out}");
        assert!(
            lines[1].starts_with("cdk.out/Orders.template.json:25:5: error[MISSING_DESCRIPTION]"),
            "{out}"
        );
        assert!(lines[1].contains(words), "{out}");
    }
    // Without the list of assets nothing is known of what lies in S3.
    fs::remove_file(&assets).expect("the assets");
    let (_, out, err) = run(folder.path(), &["validate", "."]);
    assert!(out.contains("Doen") && !out.contains("Nofity"), "{out}");
    assert!(err.contains("2 more were not read"), "{err}");
}

#[test]
fn an_asset_of_two_constructs_names_both() {
    let folder = assembly();
    let path = folder.path().join("cdk.out/Orders.template.json");
    let mut template: Value =
        serde_json::from_str(&fs::read_to_string(&path).expect("a template")).expect("JSON");
    let mut second = template["Resources"]["Refund7A1B"].clone();
    second["Metadata"]["aws:cdk:path"] = "Orders/Second/Resource".into();
    template["Resources"]["Second9C3D"] = second;
    fs::write(&path, template.to_string()).expect("a template");
    let print = |format: &str| run(folder.path(), &["check", "--format", format]).1;
    for format in ["concise", "markdown"] {
        let out = print(format);
        let line = out
            .lines()
            .find(|line| line.contains("Nofity"))
            .expect("a finding");
        assert!(
            line.contains(
                "Orders/Refund/Resource, Orders/Second/Resource, named in cdk.out/Orders.template.json:1:"
            ),
            "{line}"
        );
    }
    let text = print("text");
    for construct in ["Refund", "Second"] {
        assert!(
            text.contains(&format!("construct: Orders/{construct}/Resource")),
            "{text}"
        );
    }
}
