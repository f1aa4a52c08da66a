//! Terraform's machines whose definition a condition chooses, or that there are several of: each that there may be is read.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use super::called::run;

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn validated(folder: &Path, file: &str) -> Vec<String> {
    let (_, out, err) = run(
        folder,
        &["validate", file, "--severity", "info", "--format", "concise"],
    );
    assert_eq!(err, "");
    out.lines().map(str::to_owned).collect()
}

fn machine(target: &str) -> String {
    format!(r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Next": "{target}"}}}}}}"#)
}

/// The error of a file that [`machine`] wrote.
fn missing(file: &str, target: &str, named: &str) -> String {
    format!(
        "{file}:1:59: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: {target} (named in {named})"
    )
}

#[test]
fn both_definitions_that_a_condition_chooses_from_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let text = "resource \"aws_sfn_state_machine\" \"m\" {\n  type = !var.fast ? \"STANDARD\" : \"EXPRESS\"\n  \
        definition = file(var.fast ? \"fast.json\" : \"slow.json\")\n}\n";
    let fast = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\", \"End\": true,\n\"Resource\": \
        \"arn:aws:states:::sqs:sendMessage.waitForTaskToken\", \"Parameters\": {\"QueueUrl\": \"q\", \"MessageBody\": \"m\"}}}}";
    write(
        folder.path(),
        &[("main.tf", text), ("fast.json", fast), ("slow.json", fast)],
    );
    let found = validated(folder.path(), "main.tf");
    // One of the two is an Express machine.
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with(
            "fast.json:2:13: error[SCHEMA_VALIDATION_FAILED] Express state machine does not support"
        ),
        "{found:?}"
    );
    // Each has a name of its own.
    let (code, _, err) = run(folder.path(), &["graph", "main.tf"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("aws_sfn_state_machine.m?true, aws_sfn_state_machine.m?false"),
        "{err}"
    );
    let (code, out, err) = run(folder.path(), &["graph", "main.tf#aws_sfn_state_machine.m?false"]);
    assert_eq!((code, &*err), (0, ""), "{out}");
    // What a search comes upon it finds once.
    let (_, out, err) = run(folder.path(), &["check", ".", "--show-files"]);
    assert_eq!((&*out, &*err), ("fast.json\nslow.json\n", ""));
}

#[test]
fn a_condition_is_the_same_wherever_it_stands_and_a_known_one_chooses() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"locals {
  stage = "dev"
  path  = var.a == "x" ? (var.b ? "1" : "2") : "3"
}
resource "aws_sfn_state_machine" "three" {
  definition = templatefile("${local.path}.json", { next = var.b ? "T" : "F" })
}
resource "aws_sfn_state_machine" "known" {
  definition = local.stage == "prod" || false ? var.definition : file("known.json")
}
resource "aws_sfn_state_machine" "left_out" {
  count      = var.create ? 1 : 0
  definition = var.create ? file("left.json") : null
}
resource "aws_sfn_state_machine" "open" {
  definition = jsonencode({
    StartAt = var.a ? "A" : "B"
    States  = merge({ A = { Type = "Pass", Next = "C" } }, var.a ? { C = { Type = "Succeed" } } : {})
  })
}
resource "aws_sfn_state_machine" "neither" {
  definition = var.a ? var.one : var.two
}
resource "aws_sfn_state_machine" "gone" {
  definition = file(var.a ? "gone.json" : "gone.yaml")
}
"#;
    write(
        folder.path(),
        &[
            ("main.tf", text),
            ("1.json", &machine("One${next}")),
            ("2.json", &machine("Two")),
            ("3.json", &machine("Three")),
            ("known.json", &machine("Known")),
            ("left.json", &machine("Left")),
        ],
    );
    let mut found = validated(folder.path(), "main.tf");
    found.sort();
    assert_eq!(
        found,
        [
            // 'b' is what it is in the path.
            missing("1.json", "OneT", "main.tf:6:16"),
            missing("2.json", "Two", "main.tf:6:16"),
            missing("3.json", "Three", "main.tf:6:16"),
            missing("known.json", "Known", "main.tf:9:66"),
            missing("left.json", "Left", "main.tf:13:29"),
            "main.tf:22:16: info[NOT_READ] The definition is made when Terraform runs (var.a ? var.one : var.two): it is not read".to_owned(),
            "main.tf:25:16: warning[NOT_READ] The definition is not read: gone.json does not exist".to_owned(),
        ]
    );
    // One alone is left: it needs no other name.
    let (code, _, err) = run(folder.path(), &["graph", "main.tf#left_out"]);
    assert_eq!((code, &*err), (0, ""));
}

#[test]
fn defaults_of_variables_are_taken_where_nothing_is_known_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"resource "aws_sfn_state_machine" "all" {
  for_each   = var.machines
  definition = file("${path.module}/${each.value}")
}
resource "aws_sfn_state_machine" "one" {
  definition = file(var.path)
}
resource "aws_sfn_state_machine" "empty" {
  definition = var.definition
}
resource "aws_sfn_state_machine" "wait" {
  definition = jsonencode({ StartAt = "A", States = { A = { Type = "Wait", Seconds = var.seconds, End = true } } })
}
"#;
    let variables = "variable \"machines\" {\n  default = { a = \"a.json\", b = \"b.json\" }\n}\n\
        variable \"path\" {\n  default = \"c.json\"\n}\nvariable \"definition\" {\n  default = \"\"\n}\n\
        variable \"seconds\" {\n  default = -1\n}\n";
    write(
        folder.path(),
        &[
            ("main.tf", text),
            ("variables.tf", variables),
            ("a.json", &machine("Ax")),
            ("b.json", &machine("Bx")),
            ("c.json", &machine("Cx")),
        ],
    );
    assert_eq!(
        validated(folder.path(), "main.tf"),
        [
            missing("a.json", "Ax", "main.tf:3:16"),
            missing("b.json", "Bx", "main.tf:3:16"),
            missing("c.json", "Cx", "main.tf:6:16"),
            "main.tf:9:16: info[NOT_READ] The definition is given by the caller of this module (var.definition): it is not read".to_owned(),
        ]
    );
    let (code, _, err) = run(
        folder.path(),
        &["graph", "main.tf#aws_sfn_state_machine.all[\"b\"]"],
    );
    assert_eq!((code, &*err), (0, ""));
}

#[test]
fn the_instances_of_count_are_read_one_by_one_where_they_differ() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"locals {
  files = ["a.json", "b.json"]
}
resource "aws_sfn_state_machine" "each" {
  count      = length(local.files)
  name       = "flow-${count.index}"
  definition = file(local.files[count.index])
}
resource "aws_sfn_state_machine" "same" {
  count      = 2
  definition = file("c.json")
}
module "flows" {
  source = "./flow"
  count  = 2
  file   = "../${element(local.files, count.index + 1)}"
  other  = "${path.module}/${keys({ "c.json" = 1 })[0]}"
}
"#;
    write(
        folder.path(),
        &[
            ("main.tf", text),
            ("a.json", &machine("Ax")),
            ("b.json", &machine("Bx")),
            ("c.json", &machine("Cx")),
            (
                "flow/main.tf",
                "resource \"aws_sfn_state_machine\" \"this\" {\n  definition = file(var.other)\n}\n",
            ),
        ],
    );
    let (_, out, _) = run(folder.path(), &["validate", "main.tf", "--format", "concise"]);
    let mut found: Vec<&str> = out.lines().collect();
    found.sort_unstable();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("a.json:1:59: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Ax"));
    assert!(
        found[2].contains("named in main.tf:12:16") || found[2].contains("named in main.tf:11:16"),
        "{found:?}"
    );
    for name in ["each[1]", "aws_sfn_state_machine.each[0]", "same"] {
        let (code, _, err) = run(folder.path(), &["graph", &format!("main.tf#{name}")]);
        assert_eq!((code, &*err), (0, ""), "{name}");
    }
    // What a module's call names lies where it lies in the project.
    assert!(!found.iter().any(|line| line.contains("..")), "{found:?}");
    // A search leaves the module's body to its calls.
    let (_, out, _) = run(
        folder.path(),
        &["validate", ".", "--format", "concise", "--severity", "info"],
    );
    assert!(!out.contains("NOT_READ"), "{out}");
}

#[test]
fn a_variable_that_no_template_is_given_is_the_error_that_terraform_stops_with() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"resource "aws_sfn_state_machine" "m" {
  definition = templatefile("m.tftpl", { queue = var.q, list = [1] })
}
resource "aws_sfn_state_machine" "d" {
  definition = templatefile("d.tftpl", {})
}
resource "aws_sfn_state_machine" "o" {
  definition = templatefile("m.tftpl", merge(var.more, { queue = 1 }))
}
data "template_file" "t" {
  template = file("t.json")
  vars     = { a = "b" }
}
resource "aws_sfn_state_machine" "t" {
  definition = data.template_file.t.rendered
}
"#;
    let template = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"End\": true, \"Result\":\n\
        [\"${qeue}\", \"$${kept}\", \"${join(\"-\", [for x in list : upper(x)])}\", ${length(missing)}, \"${qeue}\"]}}}";
    let directives = "{\"StartAt\": \"A\", \"States\": {%{ for k in names }\n\"${k}\": {}%{ endfor }}}";
    write(
        folder.path(),
        &[
            ("main.tf", text),
            ("m.tftpl", template),
            ("d.tftpl", directives),
            (
                "t.json",
                r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed", "Comment": "${b}"}}}"#,
            ),
        ],
    );
    let at = |place: &str, words: &str, named: &str| {
        format!("{place}: error[INVALID_FUNCTION_ARGUMENT] {words} (named in {named})")
    };
    let argument = |name: &str| {
        format!("Invalid value for \"vars\" parameter: vars map does not contain key \"{name}\"")
    };
    let mut found = validated(folder.path(), "main.tf");
    found.retain(|line| !line.contains("NOT_READ"));
    found.sort();
    assert_eq!(
        found,
        [
            at("d.tftpl:1:41", &argument("names"), "main.tf:5:16"),
            at("m.tftpl:2:3", &argument("qeue"), "main.tf:2:16"),
            at("m.tftpl:2:78", &argument("missing"), "main.tf:2:16"),
            at(
                "t.json:1:66",
                "failed to render: Unknown variable; There is no variable named \"b\"",
                "main.tf:15:16"
            ),
        ]
    );
    let (_, out, _) = run(folder.path(), &["validate", "main.tf"]);
    assert!(out.contains("did you mean 'queue', which is given?"), "{out}");
    // It stops no other command, and what the call gives is given.
    let (code, _, err) = run(folder.path(), &["graph", "main.tf#m"]);
    assert_eq!((code, &*err), (0, ""));
    let define = [
        "validate",
        "main.tf#m",
        "--define",
        "qeue=q",
        "--define",
        "missing=m",
    ];
    let (code, out, _) = run(folder.path(), &define);
    assert_eq!(code, 0, "{out}");
}

/// pre-commit names every file: one that makes no state machine is no mistake.
#[test]
fn a_template_or_a_configuration_without_state_machines_is_no_mistake() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            (
                "user-data.sh.tftpl",
                "#!/bin/sh\necho ${name} %{ if x }y%{ endif }\n",
            ),
            (
                "bucket.tf.json",
                "{\"resource\": {\"aws_s3_bucket\": {\"b\": {}}}}",
            ),
            ("template.yaml", "Resources:\n  B: {Type: 'AWS::S3::Bucket'}\n"),
        ],
    );
    for file in ["user-data.sh.tftpl", "bucket.tf.json", "template.yaml"] {
        let (code, out, err) = run(folder.path(), &["check", file]);
        assert_eq!(
            (code, &*out, &*err),
            (0, "", &*format!("{file} contains no state machine\n")),
            "{file}"
        );
    }
}

#[test]
fn an_expression_in_a_configuration_in_json_is_read_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{
"locals": {"target": "Lx", "whole": {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "${local.target}!"}}}},
"resource": {"aws_sfn_state_machine": {
"here": {"definition":
"${jsonencode({\"StartAt\" = \"A\", \"States\" = {\"A\" = {\"Type\" = \"Pass\", \"Next\" = \"Hx\"}}})}"},
"local": {"definition":
"${jsonencode(local.whole)}"},
"beside": {"definition": "${file(local.path)}"},
"broken": {"definition":
"${jsonencode(}"},
"lines": {"definition":
"${jsonencode({\n\"StartAt\" = \"A\"\n\"States\" = {\"A\" = {\"Type\" = \"Pass\", \"Next\" = \"Nx\"}}\n})}"},
"later": {"definition":
"${var.x ? jsonencode(var.a) : var.b}"}
}}}
"#;
    write(
        folder.path(),
        &[
            ("cdk.tf.json", text),
            ("more.tf", "locals {\n  path = \"b.json\"\n}\n"),
            ("b.json", &machine("Bx")),
        ],
    );
    let mut found = validated(folder.path(), "cdk.tf.json");
    found.sort();
    assert_eq!(
        found,
        [
            missing("b.json", "Bx", "cdk.tf.json:8:26"),
            "cdk.tf.json:10:1: info[NOT_READ] The definition is made when Terraform runs: it is not read".to_owned(),
            "cdk.tf.json:12:94: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Nx".to_owned(),
            "cdk.tf.json:14:4: info[NOT_READ] The definition is made when Terraform runs (var.x ? jsonencode(var.a) : var.b): it is not read".to_owned(),
            // The quoted name.
            "cdk.tf.json:5:92: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Hx".to_owned(),
            "cdk.tf.json:7:1: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Lx!".to_owned(),
        ]
    );
    let (code, out, err) = run(
        folder.path(),
        &["graph", "cdk.tf.json#aws_sfn_state_machine.here"],
    );
    assert_eq!((code, &*err), (0, ""), "{out}");
}

/// What a call names is read for the file with the call: from wherever the tool is started.
#[test]
fn a_file_that_a_call_gives_a_module_is_read_wherever_the_tool_is_started() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = folder.path().canonicalize().unwrap();
    let call = "module \"flow\" {\n  source = \"./modules/flow\"\n  file = \"${path.module}/flow.json\"\n}\n";
    let body = "resource \"aws_sfn_state_machine\" \"this\" {\n  definition = file(var.file)\n}\n";
    write(
        &root,
        &[
            ("main.tf", call),
            ("modules/flow/main.tf", body),
            ("flow.json", &machine("Ax")),
        ],
    );
    let main = root.join("main.tf").display().to_string();
    let found = validated(elsewhere.path(), &main);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with(&format!("{}:1:59: error", root.join("flow.json").display())),
        "{found:?}"
    );
}

/// What a directive decides is known where its condition or its list is; otherwise nothing is said of what it may give.
#[test]
fn directives_whose_outcome_is_known_are_followed() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"locals {
  names = ["One", "Two"]
}
resource "aws_sfn_state_machine" "known" {
  definition = templatefile("known.tftpl", { names = local.names, extra = false, stage = "prod" })
}
resource "aws_sfn_state_machine" "unknown" {
  definition = templatefile("unknown.tftpl", { stage = var.stage })
}
resource "aws_sfn_state_machine" "part" {
  name = "%{ if var.x }a%{ endif }"
  definition = jsonencode({
    StartAt = "A"
    States = {
      A = { Type = "Pass", Next = "%{ if var.x }B%{ else }C%{ endif }", Comment = "%{ if true }yes%{ endif }" }
      B = { Type = "Succeed" }
      C = { Type = "Succeed" }
    }
  })
}
"#;
    let known = "{\"StartAt\": \"One\", \"States\": {\n\
        %{~ for index, name in names ~}\n\
        \"${name}\": {\"Type\": \"Pass\", \"Comment\": \"%{ if stage == \"prod\" }live%{ else }try%{ endif }\", \"Next\": \"Dne\"}%{ if index < length(names) - 1 },%{ endif }\n\
        %{~ endfor ~}\n\
        %{~ if extra ~}, \"Extra\": 1 %{ endif }, \"Done\": {\"Type\": \"Succeed\"}}}\n";
    let unknown = "{\"StartAt\": \"A\", \"States\": {%{ if stage == \"prod\" }\"A\": {}%{ endif }%{ if stage != \"prod\" }\"A\": {}%{ endif }}}";
    write(
        folder.path(),
        &[
            ("main.tf", text),
            ("known.tftpl", known),
            ("unknown.tftpl", unknown),
        ],
    );
    let column = known.lines().nth(2).unwrap().find("\"Dne\"").unwrap() + 1;
    let missing = format!(
        "known.tftpl:3:{column}: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Dne (named in main.tf:5:16)"
    );
    let found = validated(folder.path(), "main.tf");
    let directives: Vec<&String> = found.iter().filter(|line| line.contains("directives")).collect();
    assert_eq!(directives.len(), 1, "{found:?}");
    assert!(
        directives[0].starts_with("unknown.tftpl:1:29: info[NOT_READ]"),
        "{found:?}"
    );
    assert!(found.contains(&missing), "{found:?}");
    // Both states that the loop makes lead there, and to nothing else.
    let words =
        |line: &&String| !line.contains("Missing 'Next' target: Dne") && !line.contains("not reachable");
    assert_eq!(found.iter().filter(words).count(), 1, "{found:?}");
    let (code, out, err) = run(folder.path(), &["graph", "main.tf#known"]);
    assert_eq!((code, &*err), (0, ""));
    assert!(
        out.contains("* One (Pass)") && out.contains("Two (Pass") && !out.contains("Extra"),
        "{out}"
    );
}
