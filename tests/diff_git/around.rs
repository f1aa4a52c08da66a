//! Definitions of which a part stands in other files: each version is read with its own files.

use super::*;

/// A repository with one file that says how long a task may take, in two versions, and another one around it.
fn two_versions(files: &[(&str, &str)], changed: &str) -> Repository {
    let repository = Repository::new();
    for (name, content) in files {
        repository.write(name, &content.replace("SECONDS", "10"));
    }
    repository.commit("one");
    let (_, content) = files.iter().find(|(name, _)| *name == changed).expect("a file");
    repository.write(changed, &content.replace("SECONDS", "20"));
    repository.commit("two");
    repository
}

const STATES: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "r", "TimeoutSeconds": SECONDS, "End": true}}}"#;

/// What each version says is compared, in git and in the work tree.
fn tells(files: &[(&str, &str)], changed: &str, named: &str) {
    let repository = two_versions(files, changed);
    let expect = |folder: &str, arguments: &[&str]| {
        let output = repository.diff(folder, arguments);
        let told = text(&output.stdout);
        assert!(
            told.contains("timeout 10 -> 20") && output.status.code() == Some(1),
            "{changed}, {arguments:?} in {folder:?}: {told} {}",
            text(&output.stderr)
        );
        assert_eq!(
            told.matches("timeout").count(),
            1,
            "{changed}, {arguments:?}: {told}"
        );
    };
    expect("", &["HEAD~1", "HEAD"]);
    expect("", &["HEAD~1"]);
    expect("", &["HEAD~1..HEAD"]);
    expect("", &["HEAD~1", "."]);
    expect("", &[&format!("HEAD~1:{named}"), &format!("HEAD:{named}")]);
    expect("", &[&format!("HEAD~1:{named}"), named]);
    expect("", &["HEAD~1", named]);
    expect("", &[&format!("HEAD~1:{named}")]);
    expect("", &[&format!("HEAD~1:{named}"), &format!(":{named}")]);
    // From another folder.
    std::fs::create_dir_all(repository.path("elsewhere")).expect("a folder");
    expect("elsewhere", &["HEAD~1", "HEAD"]);
    expect("elsewhere", &["HEAD~1"]);
    expect(
        "elsewhere",
        &[&format!("HEAD~1:{named}"), &format!("HEAD:{named}")],
    );
    // The work tree says something else, which is of no interest.
    repository.write(changed, "broken");
    expect("", &["HEAD~1", "HEAD"]);
    expect("", &[&format!("HEAD~1:{named}"), &format!("HEAD:{named}")]);
}

#[test]
fn the_definition_of_a_template_is_that_of_its_revision() {
    let template = TEMPLATE.replace("flow.asl.json", "../flows/flow.json");
    tells(
        &[("sam/template.yaml", &template), ("flows/flow.json", STATES)],
        "flows/flow.json",
        "sam/template.yaml#M",
    );
    tells(
        &[("template.yaml", TEMPLATE), ("flow.asl.json", STATES)],
        "flow.asl.json",
        "template.yaml#M",
    );
}

#[test]
fn a_part_of_a_serverless_configuration_is_that_of_its_revision() {
    let service = "service: s
provider: {name: aws}
stepFunctions:
  stateMachines:
    m:
      definition: ${file(flows/m.yml)}
";
    let machine = "StartAt: A
States:
  A: {Type: Task, Resource: r, TimeoutSeconds: SECONDS, End: true}
";
    tells(
        &[("api/serverless.yml", service), ("api/flows/m.yml", machine)],
        "api/flows/m.yml",
        "api/serverless.yml#m",
    );
}

#[test]
fn what_terraform_reads_is_that_of_its_revision() {
    let resource = |definition: &str| {
        format!(
            "resource \"aws_sfn_state_machine\" \"m\" {{\n  name = \"m\"\n  role_arn = \"r\"\n  definition = {definition}\n}}\n"
        )
    };
    let named = "infra/main.tf#aws_sfn_state_machine.m";
    // A local value of another file.
    let main = resource(
        "jsonencode({StartAt = \"A\", States = {A = {Type = \"Task\", Resource = \"r\", TimeoutSeconds = local.limit, End = true}}})",
    );
    tells(
        &[
            ("infra/main.tf", &main),
            ("infra/locals.tf", "locals {\n  limit = SECONDS\n}\n"),
        ],
        "infra/locals.tf",
        named,
    );
    // Files, whatever they are called.
    let states = STATES.replace("SECONDS", "${limit}");
    let main = resource("templatefile(\"${path.module}/flow.tftpl\", {limit = local.limit})");
    tells(
        &[
            ("infra/main.tf", &main),
            ("infra/flow.tftpl", &states),
            ("infra/locals.tf", "locals {\n  limit = SECONDS\n}\n"),
        ],
        "infra/locals.tf",
        named,
    );
    let main = resource("jsonencode(jsondecode(file(\"${path.module}/../flows/m.txt\")))");
    tells(
        &[("infra/main.tf", &main), ("flows/m.txt", STATES)],
        "flows/m.txt",
        named,
    );
    // The arguments of a module.
    let body = format!(
        "variable \"limit\" {{}}\n{}",
        resource(
            "jsonencode({StartAt = \"A\", States = {A = {Type = \"Task\", Resource = \"r\", TimeoutSeconds = var.limit, End = true}}})"
        )
    );
    tells(
        &[
            (
                "infra/main.tf",
                "module \"orders\" {\n  source = \"./modules/m\"\n  limit = SECONDS\n}\n",
            ),
            ("infra/modules/m/main.tf", &body),
        ],
        "infra/main.tf",
        "infra/main.tf#module.orders.aws_sfn_state_machine.m",
    );
}

/// A link in git is a text that says where it leads.
#[cfg(unix)]
#[test]
fn links_of_a_revision_are_followed_inside_of_it() {
    use std::os::unix::fs::symlink;
    let repository = Repository::new();
    let outside = tempfile::tempdir().expect("a temporary folder");
    fs::write(outside.path().join("flow.asl.json"), machine(1)).expect("a file");
    repository.write("flows/flow.asl.json", &machine(10));
    repository.write("sam/template.yaml", TEMPLATE);
    symlink("../flows/flow.asl.json", repository.path("sam/flow.asl.json")).expect("a link");
    repository.commit("one");
    repository.write("flows/flow.asl.json", &machine(20));
    repository.commit("two");
    let named = |revision: &str| format!("{revision}:sam/template.yaml#M");
    let output = repository.diff("", &[&named("HEAD~1"), &named("HEAD")]);
    assert!(
        text(&output.stdout).contains("timeout 10 -> 20"),
        "{}",
        text(&output.stderr)
    );
    // What a search finds twice is told once.
    for arguments in [&["HEAD~1", "HEAD"][..], &["HEAD~1"], &["HEAD~1:./", "."]] {
        let output = repository.diff("", arguments);
        let told = text(&output.stdout);
        assert_eq!(
            told.matches("timeout 10 -> 20").count(),
            1,
            "{arguments:?}: {told}"
        );
        assert!(!told.contains("definition"), "{arguments:?}: {told}");
    }
    fs::remove_file(repository.path("sam/flow.asl.json")).expect("a link");
    symlink(
        outside.path().join("flow.asl.json"),
        repository.path("sam/flow.asl.json"),
    )
    .expect("a link");
    repository.commit("three");
    let output = repository.diff("", &[&named("HEAD~1"), &named("HEAD")]);
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr).replace("\n  │ ", " ");
    assert!(told.contains("outside of the repository"), "{told}");
}

#[test]
fn what_a_revision_does_not_have_is_told_by_its_name() {
    let repository = Repository::new();
    repository.write("sam/template.yaml", TEMPLATE);
    repository.commit("one");
    // In the work tree it is there.
    repository.write("sam/flow.asl.json", &machine(1));
    let output = repository.diff("", &["HEAD:sam/template.yaml#M", "sam/template.yaml#M"]);
    let told = text(&output.stderr).replace("\n  │ ", " ");
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("HEAD:sam/flow.asl.json does not exist"), "{told}");
    // A file by its id alone has no files around it.
    let id = repository.git(&["rev-parse", "HEAD:sam/template.yaml"]);
    let output = repository.diff("", &[id.trim(), "sam/template.yaml#M"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
}

/// git gives a driver one file, whatever else there is.
#[test]
fn the_driver_says_that_it_has_one_file_of_a_version() {
    let repository = two_versions(
        &[("sam/template.yaml", TEMPLATE), ("sam/flow.asl.json", STATES)],
        "sam/flow.asl.json",
    );
    repository.write(".gitattributes", "*.yaml diff=asl\n");
    repository.write("sam/template.yaml", &format!("# A comment\n{TEMPLATE}"));
    let driver = format!("diff.asl.command={BINARY} diff");
    let output = repository.try_git(&["-c", &driver, "diff"]);
    assert!(output.status.success());
    let told = text(&output.stderr);
    assert!(
        told.contains("read from the work tree for both versions"),
        "{told}"
    );
}

/// What a template makes of a definition is told where it differs from what the definition itself says.
#[test]
fn what_callers_put_into_a_definition_is_compared_too() {
    let states = STATES
        .replace("SECONDS", "${limit}")
        .replace("\"r\"", "\"${resource}\"");
    let main = |resource: &str| {
        format!(
            "resource \"aws_sfn_state_machine\" \"m\" {{
  name = \"m\"
  role_arn = \"r\"
  definition = templatefile(\"${{path.module}}/flow.asl.json\", {{limit = 5, resource = \"{resource}\"}})
}}
"
        )
    };
    let repository = Repository::new();
    repository.write("infra/main.tf", &main("one"));
    repository.write("infra/flow.asl.json", &states);
    repository.commit("one");
    repository.write("infra/main.tf", &main("two"));
    repository.commit("two");
    let told = |arguments: &[&str]| -> Vec<String> {
        let changes = repository.changes("", arguments);
        changes
            .into_iter()
            .filter(|line| !line.starts_with(['-', '+']))
            .collect()
    };
    let resource = "behavioural resource one -> two (flow.asl.json, line 1 -> 1)";
    assert_eq!(told(&["HEAD~1", "HEAD"]), [resource]);
    assert_eq!(told(&["HEAD~1"]), [resource]);
    // What the file itself says is told once, of the file.
    repository.write(
        "infra/flow.asl.json",
        &states.replace("\"End\": true", "\"End\": true, \"HeartbeatSeconds\": 2"),
    );
    repository.commit("three");
    let heartbeat = "behavioural heartbeat 2 added (added, line 1)";
    assert_eq!(told(&["HEAD~1", "HEAD"]), [heartbeat]);
    assert_eq!(told(&["HEAD~2", "HEAD"]), [heartbeat, resource]);
    // A definition that moves from its file into the template is one definition.
    let inline = STATES.replace("SECONDS", "7").replace("\"r\"", "\"two\"");
    repository.write("infra/flow.asl.json", "");
    fs::remove_file(repository.path("infra/flow.asl.json")).expect("it is there");
    let moved = main("two").replace(
        "templatefile(\"${path.module}/flow.asl.json\", {limit = 5, resource = \"two\"})",
        &format!("jsonencode({inline})"),
    );
    repository.write("infra/main.tf", &moved);
    repository.commit("four");
    let changes = told(&["HEAD~2", "HEAD"]);
    assert!(
        changes.len() == 1 && changes[0].starts_with("behavioural timeout 5 -> 7"),
        "{changes:?}"
    );
}

/// A pull request's summary names files as they are in the repository.
#[test]
fn a_summary_of_two_revisions_names_paths() {
    let repository = Repository::new();
    repository.write("flows/a.asl.json", &machine(1));
    repository.write("template.yaml", &template(&[("One", 1), ("Gone", 1)]));
    repository.commit("one");
    repository.write("flows/a.asl.json", &machine(2));
    repository.write(
        "flows/new.asl.json",
        "{\"StartAt\": \"N\", \"States\": {\"N\": {\"Type\": \"Succeed\"}}}",
    );
    repository.write("template.yaml", &template(&[("One", 3)]));
    repository.commit("two");
    let output = repository.diff("", &["--format", "markdown", "HEAD~1", "HEAD"]);
    let told = text(&output.stdout);
    let titles: Vec<&str> = told.lines().filter(|line| line.starts_with("### ")).collect();
    assert_eq!(
        titles,
        [
            "### `flows/a.asl.json`",
            "### `flows/new.asl.json` added",
            "### `template.yaml#Gone` deleted",
            "### `template.yaml#One`",
        ]
    );
    assert!(
        told.starts_with("4 changes in 4 of 4 files: 1 breaking, 3 behavioural\n"),
        "{told}"
    );
}

#[test]
fn what_a_configuration_excludes_is_not_compared() {
    let repository = Repository::new();
    repository.write("sfn-tool.toml", "exclude = [\"legacy/**\"]\n");
    repository.write("flows/a.asl.json", &machine(1));
    repository.write("legacy/b.asl.json", "broken");
    repository.commit("one");
    repository.write("legacy/b.asl.json", "broken, too");
    repository.write("flows/a.asl.json", &machine(2));
    repository.commit("two");
    for arguments in [&["HEAD~1", "HEAD"][..], &["HEAD~1"]] {
        let output = repository.diff("", arguments);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert_eq!(text(&output.stderr), "1 change: 1 behavioural\n");
    }
}
