use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::json;

use super::super::{NodeRef, definitions};
use super::*;

fn read_in(folder: &Path, text: &str) -> Vec<Parsed> {
    let name = folder.join("main.tf").display().to_string();
    definitions(Arc::new(SourceFile::new(name, text)), &ParseOptions::default())
}

fn read(text: &str) -> Vec<Parsed> {
    let folder = tempfile::tempdir().unwrap();
    read_in(folder.path(), text)
}

fn json(parsed: &Parsed) -> String {
    let document = parsed.document.as_ref();
    document.map_or_else(
        || format!("{:?}", parsed.findings),
        |document| document.root().to_value().to_json(),
    )
}

/// The definition that an expression gives; `others` are the files beside it.
fn given(expression: &str, others: &[(&str, &str)]) -> Parsed {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in others {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let text = format!("resource \"aws_sfn_state_machine\" \"m\" {{\n  definition = {expression}\n}}\n");
    let mut found = read_in(folder.path(), &text);
    assert_eq!(found.len(), 1, "{text}");
    found.remove(0)
}

#[test]
fn objects_are_read_as_terraform_encodes_them() {
    for (expression, expected) in [
        (
            r#"jsonencode({ a = 1.50, "b" : [true, null,], (var.k) = "x" })"#,
            r#"{"a":1.5,"b":[true,null],"${var.k}":"x"}"#,
        ),
        (
            r#"jsonencode({ a = "t\n\u00e9 $${x}", b = "${aws_x.y.arn}:*", c = "${aws_x.y.arn}" })"#,
            r#"{"a":"t\né ${x}","b":"${aws_x.y.arn}:*","c":"${aws_x.y.arn}"}"#,
        ),
        (
            r#"jsonencode({ a = var.on ? 1 : 2, b = true ? 1 : 2, c = [for x in var.l : x], d = -3, e = !true })"#,
            r#"{"a":"${var.on ? 1 : 2}","b":1,"c":"${[for x in var.l : x]}","d":-3,"e":false}"#,
        ),
        (
            r#"jsonencode({ a = jsonencode({ b = [1] }), c = jsondecode("{\"d\": 1}"), e = lookup(var.m, "k") })"#,
            r#"{"a":"{\"b\":[1]}","c":{"d":1},"e":"${lookup(var.m, _k_)}"}"#,
        ),
        (
            r#"jsonencode(merge({ a = 1, b = 2 }, { b = 3 }, null))"#,
            r#"{"a":1,"b":3}"#,
        ),
        (
            r#"jsonencode({ a = concat([1], [2, 3]), b = join("-", ["x", var.y]), c = format("%s/%d", "p", 4) })"#,
            r#"{"a":[1,2,3],"b":"x-${var.y}","c":"p/4"}"#,
        ),
        (
            r#"jsonencode(jsondecode(<<-E
            {"a": [1, "x"]}
          E
          ))"#,
            r#"{"a":[1,"x"]}"#,
        ),
        ("jsonencode(yamldecode(\"a: [1, x]\"))", r#"{"a":[1,"x"]}"#),
        (
            "jsonencode({ a = { for k, v in var.m : k => v }, b = upper(\"x\"), c = md5(\"x\") })",
            r#"{"a":"${_ for k, v in var.m : k => v _}","b":"X","c":"${md5(_x_)}"}"#,
        ),
    ] {
        assert_eq!(json(&given(expression, &[])), expected, "{expression}");
    }
}

#[test]
fn what_may_have_more_is_open() {
    let parsed = given(
        "jsonencode({ States = merge({ A = 1 }, var.more), B = concat([1], var.more), C = { a = 1 } })",
        &[],
    );
    let document = parsed.document.unwrap();
    let open = |key: &str| document.root().get(key).unwrap().is_open();
    assert_eq!(["States", "B", "C"].map(open), [true, true, false]);
}

#[test]
fn locals_of_the_whole_folder_are_known() {
    let others = [
        (
            "locals.tf",
            "locals {\n  machine = { a = local.b, c = local.list[1].x, d = local.none }\n  b = \"${local.e}!\"\n}\n",
        ),
        ("more.tf", "locals {\n  e = \"e\"\n  list = [1, { x = 2 }]\n}\n"),
        ("broken.tf", "locals {\n  e = "),
    ];
    let parsed = given("jsonencode(local.machine)", &others);
    assert_eq!(json(&parsed), r#"{"a":"e!","c":2,"d":"${local.none}"}"#);
    assert!(parsed.file.name().ends_with("locals.tf"));
    // What is part of another file's definition stands where it is named.
    let parsed = given("jsonencode({ a = local.b })", &others);
    let node = parsed.document.as_ref().unwrap().root().get("a").unwrap();
    assert_eq!(&parsed.file.text()[node.span().range()], "local.b");
}

#[test]
fn a_local_that_is_made_of_itself_is_unknown() {
    let text = "locals {\n  a = { b = local.a }\n  x = [local.y, local.y]\n  y = [local.x, local.x]\n}\n\
        resource \"aws_sfn_state_machine\" \"m\" {\n  definition = jsonencode(local.a)\n}\n\
        resource \"aws_sfn_state_machine\" \"n\" {\n  definition = jsonencode({ x = local.x })\n}\n";
    let found = read(text);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|parsed| parsed.document.is_some()));
}

/// A text of a quotation mark that is encoded forty times would have more than 2^40 bytes.
#[test]
fn texts_that_multiply_end() {
    let file = Arc::new(SourceFile::new("main.tf", ""));
    let place = Place {
        file: 0,
        span: Span::at(0),
    };
    let encoded = |times: usize| {
        let text = Val::new(Kind::Text(Text::of(file.clone(), "\"", place.span)), place);
        (0..times).fold(text, |value, _| Val::new(Kind::Encoded(Box::new(value)), place))
    };
    let json_of = |times: usize| {
        json_text(
            &encoded(times),
            &ParseOptions::default(),
            &mut Made::of(100_000),
            0,
        )
    };
    assert_eq!(json_of(1).as_deref(), Some(r#""\"\\\"\"""#));
    assert_eq!(json_of(40), None);
}

/// Two calls in each of a hundred that stand in one another would be 2^100 files.
#[test]
fn templates_that_read_themselves_end() {
    let twice = "${templatefile(\"t.tftpl\", {})}${templatefile(\"t.tftpl\", {})}";
    let parsed = given("templatefile(\"t.tftpl\", {})", &[("t.tftpl", twice)]);
    assert!(parsed.document.is_none());
}

/// Every text here is broken at a character of several bytes, in which the parser's place may lie.
#[test]
fn a_mistake_at_a_long_character_is_shown_whole() {
    for text in [
        "module n\u{5d6}",
        "module \u{1f600}",
        "module \"x\" { a = \u{20ac} }",
        "module \"x\" { \u{e9}\u{20ac}",
    ] {
        let found = read(text);
        let finding = &found[0].findings[0];
        assert_eq!(finding.code, "INVALID_HCL", "{text}");
        let shown = text.get(finding.span.range());
        assert!(
            shown.is_some_and(|shown| shown.chars().count() == 1),
            "{text}: {finding:?}"
        );
    }
}

#[test]
fn a_text_that_is_not_closed_is_told_where_it_begins() {
    let text = "# it's \"one\nresource \"aws_sfn_state_machine\" \"m\" {\n  name = <<EOT\n\"\nEOT\n  definition = jsonencode({\n    StartAt = \"A\"\n    Type    = \"Pas\n  })\n}\n";
    let found = read(text);
    let finding = &found[0].findings[0];
    assert_eq!(finding.code, "INVALID_HCL");
    assert_eq!(text.get(finding.span.range()), Some("\"Pas"));
}

#[test]
fn texts_keep_their_places() {
    let text = "resource \"aws_sfn_state_machine\" \"m\" {\n  definition = <<-EOT\n    {\n      \"a\": \"${lookup(x, \"k\")}\",\n      \"n\": ${var.n}, \"k\": \"$${kept}\", \"u\": \"\u{e9}x\"\n    }\n  EOT\n}\n";
    let found = read(text);
    let root = found[0].document.as_ref().unwrap().root();
    assert_eq!(
        json(&found[0]),
        "{\"a\":\"${lookup(x, _k_)}\",\"n\":\"${var.n}\",\"k\":\"${kept}\",\"u\":\"\u{e9}x\"}"
    );
    let shown = |node: NodeRef<'_>| &text[node.span().range()];
    assert_eq!(shown(root.get("a").unwrap()), "\"${lookup(x, \"k\")}\"");
    assert_eq!(shown(root.get("n").unwrap()), "${var.n}");
    assert_eq!(shown(root.get("u").unwrap()), "\"\u{e9}x\"");
    // A quoted text with escapes: the places are those of the escapes.
    let text = "resource \"aws_sfn_state_machine\" \"m\" {\n  definition = \"{\\\"a\\\": \\\"b\\\"}\"\n}\n";
    let found = read(text);
    let root = found[0].document.as_ref().unwrap().root();
    assert_eq!(&text[root.get("a").unwrap().span().range()], "\\\"b\\\"");
}

#[test]
fn files_are_read_with_their_variables() {
    let file =
        "{\"a\": \"${known}-${later}\", \"n\": ${seconds}, \"l\": ${jsonencode(list)}, \"x\": \"$${kept}\"}";
    let others = [
        ("machines/m.json", file),
        ("machines/plain.json", "{\"a\": \"${x}\"}"),
    ];
    let variables = "{ known = \"k\", later = aws_x.y.arn, seconds = 5, list = [1, \"b\"] }";
    for (expression, expected) in [
        (
            format!("templatefile(\"${{path.module}}/machines/m.json\", {variables})"),
            r#"{"a":"k-${later}","n":5,"l":[1,"b"],"x":"${kept}"}"#,
        ),
        // What nobody gives, and what an unknown map gives, stays open.
        (
            "templatefile(\"machines/m.json\", var.all)".to_owned(),
            r#"{"a":"${known}-${later}","n":"${seconds}","l":"${list}","x":"${kept}"}"#,
        ),
        (
            "file(\"${path.module}/machines/plain.json\")".to_owned(),
            r#"{"a":"${x}"}"#,
        ),
        ("data.local_file.m.content".to_owned(), r#"{"a":"${x}"}"#),
        (
            "join(\"\", data.template_file.old.*.rendered)".to_owned(),
            r#"{"a":"o-${later}","n":9,"l":"${list}","x":"${kept}"}"#,
        ),
        (
            "data.template_file.m.rendered".to_owned(),
            r#"{"a":"k-${later}","n":7,"l":"${list}","x":"${kept}"}"#,
        ),
    ] {
        let data = "data \"local_file\" \"m\" {\n  filename = \"${path.module}/machines/plain.json\"\n}\n\
            data \"template_file\" \"m\" {\n  template = file(\"machines/m.json\")\n  vars = { known = \"k\", seconds = 7 }\n}\n\
            data \"template_file\" \"old\" {\n  count = 1\n  template = \"${file(\"machines/m.json\")}\"\n  vars {\n    known = \"o\"\n    seconds = 9\n  }\n}\n";
        let mut all = others.to_vec();
        all.push(("data.tf", data));
        let parsed = given(&expression, &all);
        assert_eq!(json(&parsed), expected, "{expression}");
        assert!(parsed.file.name().contains("machines"), "{expression}");
    }
}

#[test]
fn what_is_not_known_is_told_and_is_no_error() {
    let with_directive = [("d.tftpl", "{ %{ if x }\"a\": 1%{ endif } }")];
    for (expression, words) in [
        (
            "var.definition",
            "given by the caller of this module (var.definition)",
        ),
        ("each.value.definition", "given by the caller of this module"),
        ("replace(\"{}\", \"a\", \"b\")", "made when Terraform runs"),
        (
            "jsonencode(var.machine)",
            "given by the caller of this module (var.machine)",
        ),
        ("aws_s3_object.x.content", "made when Terraform runs"),
        ("file(\"${var.folder}/x.json\")", "made when Terraform runs"),
        (
            "templatefile(\"d.tftpl\", { x = var.x })",
            "its directives (%{ if }, %{ for }) decide what it says",
        ),
        ("\"%{ if var.x }{}%{ endif }\"", "depends on %{ if } or %{ for }"),
    ] {
        let parsed = given(expression, &with_directive);
        assert!(parsed.document.is_none(), "{expression}");
        assert!(parsed.embedding.unwrap().unread);
        let [finding] = &parsed.findings[..] else {
            panic!("{expression}: {:?}", parsed.findings)
        };
        assert_eq!(finding.severity, Severity::Info);
        assert!(
            finding.message.contains(words),
            "{expression}: {}",
            finding.message
        );
    }
    let missing = given("file(\"${path.module}/gone.json\")", &[]);
    assert_eq!(missing.findings[0].severity, Severity::Warning);
    assert!(
        missing.findings[0].message.contains("gone.json does not exist"),
        "{:?}",
        missing.findings
    );
}

#[test]
fn modules_are_read_by_what_they_are_given() {
    let machine = "jsonencode({ StartAt = \"A\", States = {} })";
    let text = format!(
        "module \"one\" {{\n  source = \"x\"\n  type = \"EXPRESS\"\n  tags = {machine}\n  flow = {machine}\n}}\n\
         module \"none\" {{\n  source = \"x\"\n  policy = jsonencode({{ Statement = [] }})\n}}\n\
         module \"two\" {{\n  source = \"x\"\n  machines = {{\n    a = {{ definition = {machine}, type = \"STANDARD\" }}\n    \
         b = {machine}\n  }}\n}}\n"
    );
    let found = read(&text);
    let told: Vec<(String, Option<bool>)> = (found.iter())
        .map(|parsed| parsed.embedding.as_ref().unwrap())
        .map(|embedding| (embedding.resource.clone(), embedding.express))
        .collect();
    assert_eq!(
        told,
        [
            ("module.one".to_owned(), Some(true)),
            ("module.two.machines.a.definition".to_owned(), Some(false)),
            ("module.two.machines.b".to_owned(), None),
        ]
    );
}

/// Terraform takes such a file: it is none that is broken.
#[test]
fn what_is_nested_deeper_than_the_parser_goes_is_told_as_not_read() {
    let text = format!(
        "resource \"aws_sfn_state_machine\" \"m\" {{\n  definition = jsonencode({}1{})\n}}\n",
        "[".repeat(70),
        "]".repeat(70)
    );
    let finding = &read(&text)[0].findings[0];
    assert_eq!((&*finding.code, finding.severity), ("NOT_READ", Severity::Info));
    assert!(text[finding.span.range()].starts_with("["), "{:?}", finding.span);
}

#[test]
fn a_broken_file_is_told_where_it_breaks() {
    let found = read("resource \"aws_sfn_state_machine\" \"m\" {\n  definition = jsonencode({)\n}\n");
    let [
        Parsed {
            document: None,
            findings,
            ..
        },
    ] = &found[..]
    else {
        panic!("{found:?}")
    };
    assert_eq!(findings[0].code, "INVALID_HCL");
    assert_eq!(found[0].file.position(findings[0].span.start as usize).line, 2);
}

/// A value as HCL spells it.
fn hcl(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(hcl).collect();
            format!("[{}]", items.join(", "))
        }
        serde_json::Value::Object(map) => {
            let members: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{} = {}", quoted(key), hcl(value)))
                .collect();
            format!("{{\n{}\n}}", members.join("\n"))
        }
        serde_json::Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// [HCL Native Syntax Specification, Template Expressions]
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if chars.peek() == Some(&'{') => out.extend([c, c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof![
        "[a-z$%{} \\\\\"]{0,8}",
        any::<String>(),
        Just("${x}".to_owned()),
        Just("arn:$${".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i32>().prop_map(|value| json!(value)),
        text.clone().prop_map(|value| json!(value)),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| json!(items)),
            prop::collection::hash_map(text.clone(), inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

fn fine(text: &str, span: Span) -> bool {
    text.get(span.range()).is_some()
}

/// Every place that is said lies in the file that it is said of.
fn check(text: &str) {
    for parsed in read(text) {
        let text = parsed.file.text();
        assert!(parsed.findings.iter().all(|finding| fine(text, finding.span)));
        let Some(document) = &parsed.document else {
            assert!(!parsed.findings.is_empty());
            continue;
        };
        for node in document.all() {
            assert!(
                fine(text, node.span()) && fine(text, node.token_span()),
                "{node:?}"
            );
            assert!(node.members().iter().all(|member| fine(text, member.key_span)));
            if let Some(string) = node.as_str() {
                for offset in 0..=string.len() {
                    assert!(fine(text, node.span_in_source(offset..offset)));
                }
            }
        }
    }
}

const WHOLE: &str = "locals {\n  a = { x = \"${var.y} \\n $${z}\" }\n}\nresource \"aws_sfn_state_machine\" \"m\" {\n  \
    type = \"EXPRESS\"\n  definition = jsonencode(merge(local.a, { b = [1, 2.5, true] }))\n}\n\
    resource \"aws_sfn_state_machine\" \"n\" {\n  definition = <<-EOT\n    {\"a\": \"${lookup(x, \"k\")}\",\n     \"\u{e9}\": ${n}}\n  EOT\n}\n\
    module \"m\" {\n  definition = \"{\\\"StartAt\\\": \\\"A\\\", \\\"States\\\": {}}\"\n}\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// What HCL spells is read as the JSON that Terraform makes of it.
    #[test]
    fn values_survive(map in prop::collection::hash_map("[a-zA-Z ]{1,6}", value(), 0..5)) {
        let value = json!(map);
        let parsed = given(&format!("jsonencode({})", hcl(&value)), &[]);
        let document = parsed.document.as_ref().unwrap();
        let read: serde_json::Value = serde_json::from_str(&document.root().to_value().to_json()).unwrap();
        prop_assert_eq!(read, value);
    }

    /// A JSON text in a heredoc is that text.
    #[test]
    fn heredocs_survive(map in prop::collection::hash_map("[a-zA-Z ]{1,6}", value(), 0..5), indented in any::<bool>()) {
        let value = json!(map);
        let text = format!("{value:#}").replace("${", "$${").replace("%{", "%%{");
        // A line of its own with the word would end it.
        let mark = if indented { "<<-" } else { "<<" };
        let parsed = given(&format!("{mark}ENDOFIT\n{text}\nENDOFIT"), &[]);
        let read = parsed.document.as_ref().map(|document| document.root().to_value().to_json());
        let read: serde_json::Value = serde_json::from_str(&read.unwrap()).unwrap();
        prop_assert_eq!(read, value);
    }

    #[test]
    fn whatever_the_text_no_panic_and_places_in_it(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, prop::sample::select(vec![
            "{", "}", "[", "]", "\"", "${", "%{", "$${", "\n", " ", "<<-EOT\n", "EOT\n", "\\", "=", ",", "\u{e9}", "\u{feff}",
            "local.a", "jsonencode(", ")", "file(\"x\")", "null", "...", "#", "/*",
        ])), 1..6)
    ) {
        let mut chars: Vec<char> = WHOLE.chars().collect();
        for (at, removed, inserted) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, inserted.chars());
        }
        check(&chars.into_iter().collect::<String>());
    }
}

#[cfg(feature = "cli")]
#[test]
fn an_address_is_that_of_the_body_without_keys_and_alternatives() {
    for (address, plain) in [
        ("aws_sfn_state_machine.m", "aws_sfn_state_machine.m"),
        (
            "module.a[\"x.y]z\"].aws_sfn_state_machine.m[0]",
            "module.a.aws_sfn_state_machine.m",
        ),
        ("module.a[1].m.n?true?false", "module.a.m.n"),
        ("m[\"open", "m"),
    ] {
        assert_eq!(plain_address(address), plain);
    }
}

/// What is shown to people is what is written, and not the name of a placeholder.
#[test]
fn what_is_not_read_is_named_as_it_is_written() {
    for (expression, shown) in [
        (
            "replace(\"{}\",\n    \"a\", \"b\")",
            "(replace(\"{}\", \"a\", \"b\"))",
        ),
        ("\"${var.x[\"a\"]}\"", "(var.x[\"a\"])"),
        ("jsonencode(var.machine)", "(var.machine)"),
    ] {
        let parsed = given(expression, &[]);
        assert!(
            parsed.findings[0].message.contains(shown),
            "{:?}",
            parsed.findings
        );
    }
}
