//! Definitions in Terraform's configuration, and in what Terraform and Pulumi write.

use std::fs;
use std::path::Path;

use super::called::run;

fn terraform() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/terraform"))
}

fn lines(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let (code, out, err) = run(folder, &[arguments, &["--format", "concise"]].concat());
    assert_eq!(err, "");
    (code, out.lines().map(str::to_owned).collect())
}

#[test]
fn every_way_to_write_a_definition_is_read_where_it_stands() {
    let (code, found) = lines(terraform(), &["validate", "main.tf", "--severity", "info"]);
    assert_eq!(code, 1);
    let mut expected = vec![
        "main.tf:19:20: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Chrage",
        "main.tf:44:19: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Nowhere",
        "main.tf:103:16: info[NOT_READ] The definition is given by the caller of this module (var.definition): it is not read",
        "main.tf:110:16: info[NOT_READ] The definition is given by the caller of this module (each.value): it is not read",
        "main.tf:116:16: info[NOT_READ] The definition is made when Terraform runs (replace(file(\"${path.module}/machines/file.json\"), \"X\", var.x)): it is not read",
        "main.tf:125:52: error[SCHEMA_VALIDATION_FAILED] Express state machine does not support '.waitForTaskToken' service integration ",
        "main.tf:133:99: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: B",
        "machines/template.asl.json:9:55: error[SCHEMA_VALIDATION_FAILED] Field 'Nxt' is not supported (named in main.tf:55:16, main.tf:132:45)",
        "machines/file.json:1:120: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: X (named in main.tf:79:16)",
        "machines/file.yaml:5:5: error[SCHEMA_VALIDATION_FAILED] Field 'Nxt' is not supported (named in main.tf:85:16)",
        "locals.tf:16:35: error[SCHEMA_VALIDATION_FAILED] Field 'Ed' is not supported (named in main.tf:91:16)",
        "locals.tf:21:43: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: C (named in main.tf:94:1)",
    ];
    // A file that two resources read may be told once or twice.
    let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
    found.sort_unstable();
    found.dedup();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn one_machine_is_named_by_its_address() {
    let machine = "main.tf#aws_sfn_state_machine.old";
    let (code, found) = lines(terraform(), &["validate", machine]);
    assert_eq!((code, found), (0, Vec::new()));
    for name in [machine, "main.tf#old", "main.tf#module.step_function"] {
        let (code, out, err) = run(terraform(), &["graph", name]);
        assert_eq!((code, &*err), (0, ""), "{name}");
        assert!(out.contains("-> end"), "{name}: {out}");
    }
    let (code, out, err) = run(
        terraform(),
        &["simulate", "main.tf#aws_sfn_state_machine.file", "--no-validate"],
    );
    assert_eq!(code, 2, "{out}{err}");
    let (code, _, err) = run(terraform(), &["inspect", "main.tf#aws_sfn_state_machine.odl"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean aws_sfn_state_machine.old?"), "{err}");
    let (code, _, err) = run(terraform(), &["inspect", "main.tf#aws_sfn_state_machine.given"]);
    assert_eq!(code, 2);
    assert!(err.contains("given by the caller of this module"), "{err}");
    // The type stands beside the definition.
    let (code, found) = lines(
        terraform(),
        &["validate", "main.tf#aws_sfn_state_machine.encoded"],
    );
    assert_eq!(code, 1);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_machine_is_simulated_and_compared_from_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let machine = |next: &str| {
        format!(
            "resource \"aws_sfn_state_machine\" \"m\" {{\n  definition = jsonencode({{\n    StartAt = \"A\"\n    States = {{\n      \
             A = {{ Type = \"Pass\", Result = {{ n = 1 }}, Next = \"{next}\" }}\n      B = {{ Type = \"Succeed\" }}\n      \
             C = {{ Type = \"Fail\", Error = \"E\" }}\n    }}\n  }})\n}}\n"
        )
    };
    fs::write(folder.path().join("a.tf"), machine("B")).unwrap();
    fs::write(folder.path().join("b.tf"), machine("C")).unwrap();
    let (code, out, _) = run(
        folder.path(),
        &["simulate", "a.tf", "--no-validate", "--format", "json"],
    );
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("SUCCEEDED"), "{out}");
    let (code, out, err) = run(folder.path(), &["diff", "a.tf#aws_sfn_state_machine.m", "b.tf"]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains('C'), "{out}");
}

#[test]
fn no_machine_in_a_configuration_is_no_mistake_and_a_broken_one_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("none.tf"),
        "resource \"aws_s3_bucket\" \"b\" {}\n",
    )
    .unwrap();
    let (code, out, err) = run(folder.path(), &["validate", "none.tf"]);
    assert_eq!((code, &*out), (0, ""));
    assert_eq!(err, "none.tf contains no state machine\n");
    let broken = "resource \"aws_sfn_state_machine\" \"m\" {\n  definition = jsonencode({\n";
    fs::write(folder.path().join("broken.tf"), broken).unwrap();
    let (code, found) = lines(folder.path(), &["validate", "broken.tf"]);
    assert_eq!(code, 1);
    assert!(found[0].contains("error[INVALID_HCL]"), "{found:?}");
}

const DEFINITION: &str = r#"{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"Next\":\"Bx\"},\"B\":{\"Type\":\"Succeed\"}}}"#;

#[test]
fn plans_states_and_exports_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let values = format!(r#"{{"name": "f", "type": "STANDARD", "definition": "{DEFINITION}"}}"#);
    let resource = |address: &str, values: &str| {
        format!(
            r#"{{"address": "{address}", "mode": "managed", "type": "aws_sfn_state_machine", "values": {values}}}"#
        )
    };
    let plan = format!(
        r#"{{"format_version": "1.2", "planned_values": {{"root_module": {{
            "resources": [{}, {{"address": "aws_s3_bucket.b", "type": "aws_s3_bucket", "values": {{}}}}],
            "child_modules": [{{"resources": [{}]}}]}}}},
            "resource_changes": [{{"address": "module.m.aws_sfn_state_machine.g", "change": {{"after_unknown": {{"definition": true}}}}}}]}}"#,
        resource("aws_sfn_state_machine.f", &values),
        resource("module.m.aws_sfn_state_machine.g", r#"{"name": "g"}"#),
    );
    let state = format!(
        r#"{{"version": 4, "terraform_version": "1.9.0", "resources": [{{"module": "module.m", "mode": "managed",
            "type": "aws_sfn_state_machine", "name": "f", "instances": [{{"index_key": "a", "attributes": {values}}}]}}]}}"#
    );
    let pulumi = |definition: &str| {
        format!(
            r#"{{"type": "aws:sfn/stateMachine:StateMachine", "urn": "urn:pulumi:dev::p::aws:sfn/stateMachine:StateMachine::orders",
                "inputs": {{"type": "EXPRESS", "definition": {definition}}}}}"#
        )
    };
    let export = format!(
        r#"{{"version": 3, "deployment": {{"resources": [{}, {}]}}}}"#,
        pulumi(&format!("\"{DEFINITION}\"")),
        pulumi(r#"{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}"#),
    );
    let preview = format!(
        r#"{{"steps": [{{"op": "create", "newState": {}}}]}}"#,
        pulumi(&format!("\"{DEFINITION}\""))
    );
    for (name, text, resource, unread) in [
        (
            "plan.json",
            plan,
            "aws_sfn_state_machine.f",
            Some("is known only when the plan is applied"),
        ),
        (
            "terraform.tfstate",
            state,
            "module.m.aws_sfn_state_machine.f[\\\"a\\\"]",
            None,
        ),
        ("stack.json", export, "orders", Some("is kept as a secret")),
        ("preview.json", preview, "orders", None),
    ] {
        fs::write(folder.path().join(name), &text).unwrap();
        let (code, found) = lines(folder.path(), &["validate", "--severity", "info", name]);
        assert_eq!(code, 1, "{name}: {found:?}");
        assert!(
            found[0].ends_with("error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Bx"),
            "{name}: {found:?}"
        );
        match unread {
            Some(why) => assert!(
                found[1].contains("info[NOT_READ]") && found[1].contains(why),
                "{name}: {found:?}"
            ),
            None => assert_eq!(found.len(), 1, "{name}: {found:?}"),
        }
        let asked = format!("{name}#{}", resource.replace("\\\"", "\""));
        let (code, found) = lines(folder.path(), &["validate", &asked]);
        assert_eq!((code, found.len()), (1, 1), "{asked}: {found:?}");
    }
}

/// A template that is looked at by itself, not by what reads it: with texts in its interpolations, and with directives.
#[test]
fn a_template_by_itself_is_read_or_named_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let plain = "{\"StartAt\": \"A\", \"States\": {\n \"A\": {\"Type\": \"Task\", \"Resource\": \"${lookup(arns, \"pay\")}\",\n  \
        \"TimeoutSeconds\": ${seconds}, \"Next\": \"B\"}}}\n";
    fs::write(folder.path().join("pay.asl.json.tftpl"), plain).unwrap();
    let (code, found) = lines(folder.path(), &["validate", "pay.asl.json.tftpl"]);
    let missing = "pay.asl.json.tftpl:3:41: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: B";
    assert_eq!((code, found), (1, vec![missing.to_owned()]));
    let directive = "{\"StartAt\": \"A\", \"States\": {\n %{ if pause }\"P\": {}, %{ endif }\"A\": {\"Type\": \"Succeed\"}}}\n";
    fs::write(folder.path().join("if.asl.json.tmpl"), directive).unwrap();
    let (code, found) = lines(
        folder.path(),
        &["validate", "--severity", "info", "if.asl.json.tmpl"],
    );
    assert_eq!(code, 0);
    assert!(
        found.len() == 1 && found[0].starts_with("if.asl.json.tmpl:2:2: info[NOT_READ] This is a template"),
        "{found:?}"
    );
    let (code, _, err) = run(folder.path(), &["graph", "if.asl.json.tmpl"]);
    assert_eq!(code, 2);
    assert!(err.contains("%{ if }"), "{err}");
    // What is broken otherwise is told as ever.
    fs::write(
        folder.path().join("broken.asl.json"),
        "{\"StartAt\": \"${a}\" \"States\": {}}",
    )
    .unwrap();
    let (code, found) = lines(folder.path(), &["validate", "broken.asl.json"]);
    assert!(
        code == 1 && found[0].contains("INVALID_JSON_DESCRIPTION"),
        "{found:?}"
    );
}

#[test]
fn a_definition_that_is_not_read_fails_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let text = "resource \"aws_sfn_state_machine\" \"m\" {\n  definition = var.definition\n}\n";
    fs::write(folder.path().join("main.tf"), text).unwrap();
    for (arguments, status) in [
        (&["validate", "main.tf"][..], 0),
        (&["validate", "main.tf", "--fail-on-unread"], 1),
        (&["lint", "main.tf", "--fail-on-unread"], 1),
        (&["check", "main.tf", "--fail-on-unread", "--exit-zero"], 0),
    ] {
        let (code, out, err) = run(folder.path(), arguments);
        assert_eq!(code, status, "{arguments:?}: {out}{err}");
    }
}

/// A machine as a text in JSON, whose target is missing.
fn machine(target: &str) -> String {
    let text = format!(r#"{{"StartAt":"A","States":{{"A":{{"Type":"Pass","Next":"{target}"}}}}}}"#);
    serde_json::Value::from(text).to_string()
}

#[test]
fn a_search_finds_what_the_tools_write_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        (
            "plan.json",
            "{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{\"child_modules\":[{\"resources\":[{\"address\":\"module.a.aws_sfn_state_machine.x\",\"type\":\"aws_sfn_state_machine\",\"values\":{\"definition\":\n@}}]}]}}}".replace('@', &machine("Plan")),
        ),
        (
            "cloud-control.json",
            "{\"format_version\":\"1.2\",\"values\":{\"root_module\":{\"resources\":[{\"address\":\"awscc_stepfunctions_state_machine.x\",\"type\":\"awscc_stepfunctions_state_machine\",\"values\":{\"state_machine_type\":\"EXPRESS\",\"definition\":null,\"definition_string\":\n@}}]}}}".replace('@', &machine("Cloud")),
        ),
        (
            "terraform.tfstate",
            "{\"version\":4,\"terraform_version\":\"1.9.0\",\"resources\":[{\"mode\":\"managed\",\"type\":\"aws_sfn_state_machine\",\"name\":\"x\",\"instances\":[{\"attributes\":{\"definition\":\n@}}]}]}".replace('@', &machine("State")),
        ),
        (
            "export.json",
            "{\"deployment\":{\"resources\":[{\"type\":\"aws:sfn/stateMachine:StateMachine\",\"urn\":\"urn:pulumi:p::s::aws:sfn/stateMachine:StateMachine::x\",\"outputs\":{\"definition\":\n@}}]}}".replace('@', &machine("Export")),
        ),
        (
            "preview.json",
            "{\"steps\":[{\"op\":\"create\",\"newState\":{\"type\":\"aws:sfn/stateMachine:StateMachine\",\"urn\":\"urn:pulumi:p::s::aws:sfn/stateMachine:StateMachine::x\",\"inputs\":{\"definition\":\n@}}}]}".replace('@', &machine("Preview")),
        ),
        (
            "cdk.tf.json",
            "{\"resource\":{\"aws_sfn_state_machine\":{\"x\":{\"name\":\"x\",\"definition\":\n@},\"later\":[{\"definition\":\"${jsonencode(local.x)}\"}]}}}".replace('@', &machine("Json")),
        ),
        ("other.tf.json", "{\"resource\":{\"aws_s3_bucket\":{\"aws_sfn_state_machine\":{}}}}".to_owned()),
        ("package.json", "{\"name\":\"aws_sfn_state_machine\"}".to_owned()),
    ];
    for (name, text) in &files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let (code, out, err) = run(
        folder.path(),
        &["validate", ".", "--severity", "info", "--format", "concise"],
    );
    assert_eq!(code, 1, "{err}");
    let mut found: Vec<&str> = out.lines().collect();
    found.sort_unstable();
    // The target stands behind `"{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"Next\":`.
    let missing = |file: &str, target: &str| {
        format!("{file}:2:67: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: {target}")
    };
    assert_eq!(
        found,
        [
            "cdk.tf.json:2:107: info[NOT_READ] The definition is made when Terraform runs (local.x): it is not read"
                .to_owned(),
            missing("cdk.tf.json", "Json"),
            missing("cloud-control.json", "Cloud"),
            missing("export.json", "Export"),
            missing("plan.json", "Plan"),
            missing("preview.json", "Preview"),
            missing("terraform.tfstate", "State"),
        ]
    );
    let (code, out, _) = run(folder.path(), &["graph", "cdk.tf.json#aws_sfn_state_machine.x"]);
    assert_eq!((code, out.contains("Json (no such state)")), (0, true), "{out}");
}

#[test]
fn the_instances_of_for_each_are_read_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"locals {
  machines = {
    orders = { kind = "EXPRESS", definition = jsonencode({
      StartAt = "A"
      States  = { A = { Type = "Pass", Next = "B" } }
    }) }
    refunds = { kind = "STANDARD", definition = file("${path.module}/refunds.json") }
  }
}
resource "aws_sfn_state_machine" "all" {
  for_each   = local.machines
  name       = each.key
  type       = each.value.kind
  definition = each.value.definition
}
resource "aws_sfn_state_machine" "named" {
  for_each   = toset(["refunds", "returns"])
  definition = templatefile("${path.module}/${each.key}.json", { next = each.value })
}
module "step_functions" {
  source     = "./somewhere"
  for_each   = { a = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", Ed = true } } }) }
  definition = each.value
}
resource "aws_sfn_state_machine" "later" {
  for_each   = var.machines
  definition = each.value
}
"#;
    fs::write(folder.path().join("main.tf"), text).unwrap();
    let machine = |next: &str| {
        format!(
            "{{\"StartAt\": \"A\", \"States\": {{\n  \"A\": {{\"Type\": \"Pass\", \"Next\": \"{next}\"}}}}}}\n"
        )
    };
    fs::write(folder.path().join("refunds.json"), machine("C")).unwrap();
    fs::write(folder.path().join("returns.json"), machine("${next}")).unwrap();
    let (code, found) = lines(folder.path(), &["validate", "main.tf", "--severity", "info"]);
    assert_eq!(code, 1);
    let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "main.tf:22:82: error[SCHEMA_VALIDATION_FAILED] Field 'Ed' is not supported",
            "main.tf:27:16: info[NOT_READ] The definition is given by the caller of this module (each.value): it is not read",
            "main.tf:5:47: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: B",
            "refunds.json:2:33: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: C (named in main.tf:7:49, main.tf:18:16)",
            "returns.json:2:33: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: returns (named in main.tf:18:16)",
        ]
    );
    let (code, out, err) = run(
        folder.path(),
        &["graph", "main.tf#aws_sfn_state_machine.all[\"orders\"]"],
    );
    assert_eq!((code, out.contains("B (no such state)")), (0, true), "{out}{err}");
}

#[test]
fn what_stands_for_members_and_what_is_tried_is_no_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"resource "aws_sfn_state_machine" "joined" {
  definition = <<JSON
{
  "StartAt": "A",
  "States": {
    ${join(",", [for name in var.names : "\"${name}\": ${jsonencode(local.state)}"])}
  }
}
JSON
}
resource "aws_sfn_state_machine" "tried" {
  definition = try(file("${path.module}/gone.json"), jsonencode({ StartAt = "A", States = { A = { Type = "Pass", Next = "B" } } }))
}
"#;
    fs::write(folder.path().join("main.tf"), text).unwrap();
    let (_, found) = lines(folder.path(), &["validate", "main.tf", "--severity", "info"]);
    assert_eq!(
        found,
        ["main.tf:12:121: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: B"]
    );
}

#[test]
fn a_template_with_directives_is_told_once_with_its_caller() {
    let folder = tempfile::tempdir().unwrap();
    let template = "{\"StartAt\": \"A\", \"States\": {\n %{ for n in names }\"${n}\": {}, %{ endfor }\"A\": {\"Type\": \"Succeed\"}}}\n";
    fs::write(folder.path().join("for.asl.json.tmpl"), template).unwrap();
    let text = "resource \"aws_sfn_state_machine\" \"m\" {\n  definition = templatefile(\"for.asl.json.tmpl\", { names = var.names })\n}\n";
    fs::write(folder.path().join("main.tf"), text).unwrap();
    let (code, found) = lines(folder.path(), &["check"]);
    assert_eq!((code, found.len()), (0, 1), "{found:?}");
    assert!(
        found[0].starts_with("for.asl.json.tmpl:2:2: info[NOT_READ] This is a template")
            && found[0].ends_with("(named in main.tf:2:16)"),
        "{found:?}"
    );
    let (_, _, err) = run(folder.path(), &["check"]);
    assert!(err.contains("1 state machine was not read"), "{err}");
}

/// A project with a module of its own that is called twice.
fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder in it");
        fs::write(path, text).expect("a file in it");
    }
    folder
}

const BODY: &str = r#"resource "aws_sfn_state_machine" "this" {
  type       = var.type
  definition = jsonencode({
    StartAt = "A"
    States = {
      A = { Type = "Task", Resource = var.function, Next = var.next }
      Done = { Type = "Succeed" }
    }
  })
}
"#;

const VARIABLES: &str = "variable \"next\" {\n  default = \"Done\"\n}\nvariable \"function\" {}\nvariable \"type\" {\n  \
    default = \"EXPRESS\"\n}\n";

#[test]
fn what_a_call_gives_a_local_module_flows_into_its_body() {
    let main = r#"module "good" {
  source   = "../modules/flow"
  function = aws_lambda_function.a.arn
}
module "bad" {
  source   = "../modules/flow"
  function = "arn:aws:lambda:us-east-1:123456789012:function:b"
  next     = "Dnoe"
}
module "other" {
  source   = "../modules/flow"
  function = "arn:aws:lambda:us-east-1:123456789012:function:c"
  next     = local.next
}
locals {
  next = "Dnoe"
}
"#;
    let folder = project(&[
        ("live/main.tf", main),
        ("modules/flow/main.tf", BODY),
        ("modules/flow/variables.tf", VARIABLES),
    ]);
    let (code, found) = lines(folder.path(), &["validate", "."]);
    assert_eq!(
        (code, found),
        (
            1,
            vec![
                "modules/flow/main.tf:6:60: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Dnoe (named in live/main.tf:5:1, live/main.tf:10:1)"
                    .to_owned()
            ]
        )
    );
    let (_, out, err) = run(folder.path(), &["check"]);
    // Each call makes a machine, and the body by itself is none.
    assert!(err.contains(" in 3 state machines in 1 file"), "{err}");
    assert!(out.contains("live/main.tf:5:1: called as module.bad"), "{out}");
    let (code, out, err) = run(
        folder.path(),
        &["graph", "live/main.tf#module.good.aws_sfn_state_machine.this"],
    );
    assert_eq!(
        (code, &*out),
        (0, "* A (Task)\n    -> Done\n\nDone (Succeed)\n"),
        "{err}"
    );
    // Named by itself it is what it is for any caller.
    let (code, found) = lines(folder.path(), &["validate", "modules/flow/main.tf"]);
    assert_eq!((code, found), (0, vec![]));
}

#[test]
fn a_definition_that_a_local_module_is_given_stands_where_it_is_given() {
    let inner = "resource \"aws_sfn_state_machine\" \"x\" {\n  definition = var.text\n  type = \"EXPRESS\"\n}\nvariable \"text\" {}\n";
    let outer = "module \"inner\" {\n  source = \"./inner\"\n  text   = jsonencode(var.flow.definition)\n}\nvariable \"flow\" {}\n";
    let main = r#"module "outer" {
  source = "./outer"
  flow = {
    definition = {
      StartAt = "A"
      States  = { A = { Type = "Pass", Next = "Gone" } }
    }
  }
}
"#;
    let folder = project(&[
        ("main.tf", main),
        ("outer/main.tf", outer),
        ("outer/inner/main.tf", inner),
    ]);
    let (code, found) = lines(folder.path(), &["check"]);
    assert_eq!((code, found.len()), (1, 1), "{found:?}");
    assert!(
        found[0].starts_with("main.tf:6:47: error[MISSING_TRANSITION_TARGET] Missing 'Next' target: Gone"),
        "{found:?}"
    );
    let (_, _, err) = run(folder.path(), &["check"]);
    assert!(
        err.starts_with("1 error in 1 state machine in 1 file") && !err.contains("not read"),
        "{err}"
    );
}

#[test]
fn calls_that_lead_nowhere_or_in_circles_are_no_mistake_of_the_machine() {
    let machine =
        "definition = jsonencode({ StartAt = \"A\", States = { A = { Type = \"Pass\", Next = \"Gone\" } } })";
    let main = format!(
        "module \"gone\" {{\n  source = \"./gone\"\n  {machine}\n}}\nmodule \"self\" {{\n  source = \"./\"\n}}\n\
         module \"broken\" {{\n  source = \"./broken\"\n  {machine}\n}}\n"
    );
    let folder = project(&[
        ("main.tf", &main),
        (
            "broken/main.tf",
            "resource \"aws_sfn_state_machine\" \"x\" {\n  definition = (\n}\n",
        ),
    ]);
    let (code, found) = lines(folder.path(), &["validate", "."]);
    assert_eq!(code, 1);
    assert_eq!(
        found.iter().filter(|line| line.contains("INVALID_HCL")).count(),
        1,
        "{found:?}"
    );
    assert_eq!(
        found.iter().filter(|line| line.starts_with("main.tf:")).count(),
        2,
        "{found:?}"
    );
}

#[test]
fn instances_are_made_of_files_and_of_what_for_goes_through() {
    let main = r#"resource "aws_sfn_state_machine" "flow" {
  for_each   = fileset(path.module, "flows/*.{json,yaml}")
  definition = templatefile("${path.module}/${each.value}", { next = "Gone" })
}
locals {
  flows = { for path in fileset("${path.module}/flows", "**/*.tftpl") : trimsuffix(basename(path), ".tftpl") => path }
}
module "each" {
  source   = "./flow"
  for_each = local.flows
  text     = file("${path.module}/flows/${each.value}")
}
resource "aws_sfn_state_machine" "branches" {
  definition = jsonencode({
    StartAt = "All"
    States = {
      All = {
        Type = "Parallel"
        Branches = [for name in ["a", "b"] : {
          StartAt = name
          States  = { (name) = { Type = "Pass", Next = "${name}x" } }
        }]
        End = true
      }
    }
  })
}
"#;
    let flow = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"${next}\"}}}";
    let body =
        "variable \"text\" {}\nresource \"aws_sfn_state_machine\" \"x\" {\n  definition = var.text\n}\n";
    let folder = project(&[
        ("main.tf", main),
        ("flow/main.tf", body),
        ("flows/one.json", flow),
        ("flows/two.json", &flow.replace("${next}", "B")),
        ("flows/no.txt", flow),
        ("flows/deep/three.tftpl", &flow.replace("${next}", "C")),
    ]);
    let (code, found) = lines(folder.path(), &["validate", "main.tf"]);
    let told: Vec<(&str, &str)> = (found.iter())
        .filter_map(|line| Some((line.split_once(':')?.0, line.split_once("target: ")?.1)))
        .collect();
    assert_eq!(
        (code, told),
        (
            1,
            vec![
                ("flows/one.json", "Gone (named in main.tf:3:16)"),
                ("flows/two.json", "B (named in main.tf:3:16)"),
                ("flows/deep/three.tftpl", "C (named in main.tf:8:1)"),
                ("main.tf", "ax"),
                ("main.tf", "bx"),
            ]
        ),
        "{found:?}"
    );
    let (_, _, err) = run(folder.path(), &["check", "main.tf"]);
    assert!(err.contains("in 4 state machines in 4 files"), "{err}");
}

#[test]
fn modules_that_multiply_what_they_are_given_end() {
    let body = "variable \"x\" {}\nmodule \"a\" {\n  source = \"../m\"\n  x = [for i in [var.x, var.x, var.x, var.x] : [i, i, i, i]]\n}\n\
        module \"b\" {\n  source = \"../m\"\n  x = [var.x, var.x, var.x, var.x, var.x, var.x, var.x, var.x]\n}\n\
        resource \"aws_sfn_state_machine\" \"x\" {\n  definition = jsonencode({ StartAt = \"A\", States = var.x })\n}\n";
    let folder = project(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  x = [1, 2, 3, 4]\n}\n",
        ),
        ("m/main.tf", body),
    ]);
    let (code, out, err) = run(folder.path(), &["validate", ".", "--format", "concise"]);
    assert!(code < 2, "{out}{err}");
}

#[test]
fn fixes_are_written_as_the_configuration_is() {
    let main = r#"locals {
  shared = {
    Type       = "Pass"
    OutputPath = "$"
    End        = true
  }
}
resource "aws_sfn_state_machine" "expression" {
  definition = jsonencode({
    StartAt = "Charge"
    States = {
      Charge = {
        Type       = "Task"
        Resource   = "arn:aws:lambda:us-east-1:123456789012:function:charge"
        OutputPath = "$"
        Next       = "Shared" # always
      }
      Shared = local.shared
    }
  })
}
resource "aws_sfn_state_machine" "heredoc" {
  definition = <<-EOF
    {
      "StartAt": "Charge",
      "States": {
        "Charge": {
          "Type": "Task",
          "Resource": "${aws_lambda_function.charge.arn}",
          "OutputPath": "$",
          "End": true
        }
      }
    }
  EOF
}
resource "aws_sfn_state_machine" "quoted" {
  definition = "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"OutputPath\": \"$\", \"End\": true}}}"
}
"#;
    let folder = project(&[("main.tf", main)]);
    let (_, _, err) = run(
        folder.path(),
        &["lint", "main.tf", "--select", "redundant-field", "--fix"],
    );
    let fixed = fs::read_to_string(folder.path().join("main.tf")).unwrap();
    // What stands elsewhere, or behind escapes, stays.
    let expected = main
        .replace("charge\"\n        OutputPath = \"$\"\n", "charge\"\n")
        .replace("          \"OutputPath\": \"$\",\n", "");
    assert_eq!(fixed, expected, "{err}");
    let (_, _, err) = run(
        folder.path(),
        &[
            "lint",
            "main.tf",
            "--select",
            "missing-retry",
            "--fix",
            "--unsafe-fixes",
        ],
    );
    let fixed = fs::read_to_string(folder.path().join("main.tf")).unwrap();
    assert!(
        fixed
            .contains("Next       = \"Shared\"\n        Retry = [\n          {\n            ErrorEquals = ["),
        "{err}{fixed}"
    );
    let (_, found) = lines(folder.path(), &["lint", "main.tf", "--select", "missing-retry"]);
    assert_eq!(
        found.iter().filter(|line| line.starts_with("main.tf:1")).count(),
        0,
        "{found:?}"
    );
}
