use super::*;
use crate::value::Value;

mod arbitrary;
mod broken;
mod mended;
mod reread;
mod strings;
mod yaml;

/// Reads a definition from a file of this name.
fn read_as(name: &str, text: &str) -> Parsed {
    parse(Arc::new(SourceFile::new(name, text)))
}

/// Reads any value from a file of this name, with substitutions.
fn value_with(name: &str, text: &str, substitutions: &Substitutions) -> Parsed {
    let options = ParseOptions {
        any_value: true,
        substitutions: substitutions.clone(),
        ..ParseOptions::default()
    };
    parse_with(Arc::new(SourceFile::new(name, text)), &options)
}

/// The compact JSON of a text without mistakes.
fn json_of(name: &str, text: &str) -> String {
    let parsed = value_with(name, text, &Substitutions::default());
    assert_eq!(parsed.findings, [], "{text}");
    parsed.document.unwrap().root().to_value().to_json()
}

/// The text of a finding's span.
fn marked<'t>(text: &'t str, finding: &Finding) -> &'t str {
    &text[finding.span.range()]
}

#[test]
fn the_format_is_told_by_name_then_by_content() {
    let format = |name: &str, text: &str| Format::of(&SourceFile::new(name, text));
    assert_eq!(format("a.asl.JSON", "a: 1"), Format::Json);
    assert_eq!(format("a.yml", "{}"), Format::Yaml);
    assert_eq!(format("<stdin>", "\u{feff} \n{\"a\": 1}"), Format::Json);
    assert_eq!(format("<stdin>", "StartAt: A"), Format::Yaml);
    assert_eq!(format("<stdin>", ""), Format::Json);
}

#[test]
fn every_key_and_value_knows_its_bytes() {
    let text = "\u{feff}{\"a\": [1, {\"b\": \"x\"}],\n \"c\": null}";
    let parsed = read_as("x.json", text);
    assert_eq!(parsed.findings, []);
    let document = parsed.document.unwrap();
    let root = document.root();
    let slice = |span: Span| &text[span.range()];
    assert_eq!(slice(root.span()), &text[3..]);
    let b = root.get("a").unwrap().items().nth(1).unwrap().get("b").unwrap();
    assert_eq!(slice(b.span()), "\"x\"");
    assert_eq!(slice(b.key_span()), "\"b\"");
    assert_eq!(b.location(), "/a[1]/b");
    assert_eq!(slice(root.get("c").unwrap().span()), "null");
}

#[test]
fn a_duplicate_key_is_reported_at_its_second_place_and_kept() {
    for (name, text) in [
        ("x.json", "{\"a\": 1,\n\"b\": {\"a\": 2}, \"a\": 3}"),
        ("x.yaml", "a: 1\nb: {a: 2}\na: 3\n"),
    ] {
        let parsed = read_as(name, text);
        let [finding] = parsed.findings.as_slice() else {
            panic!("{:?}", parsed.findings);
        };
        assert_eq!(finding.message, "Duplicate field 'a'");
        assert_eq!(
            finding.span.start as usize,
            text.rfind('a').unwrap() - usize::from(name == "x.json")
        );
        assert_eq!(
            finding.related[0].span.start as usize,
            text.find('a').unwrap() - usize::from(name == "x.json")
        );
        assert_eq!(parsed.document.unwrap().root().members().len(), 3);
    }
    let many: Vec<String> = (0..20).map(|i| format!("\"k{}\": 0", i % 19)).collect();
    assert_eq!(
        read_as("x.json", &format!("{{{}}}", many.join(",")))
            .findings
            .len(),
        1
    );
}

#[test]
fn a_definition_is_an_object() {
    for (name, text, what) in [
        ("x.json", "null", "null"),
        ("x.json", " [1]", "an array"),
        ("x.yaml", "just words", "a string"),
        ("x.json", "${Definition}", "a placeholder"),
    ] {
        let parsed = read_as(name, text);
        assert!(parsed.document.is_none());
        let finding = &parsed.findings[0];
        assert_eq!(
            (&*finding.code, &*finding.message),
            (
                "SCHEMA_VALIDATION_FAILED",
                "Definition must be a valid JSON object"
            )
        );
        assert_eq!(finding.label, Some(format!("this is {what}")));
    }
}

#[test]
fn bare_placeholders_stand_where_values_belong() {
    let text = "{\"a\": ${ wait }, \"b\": \"x${y}\", \"c\": [${z}, 1], ${key}: 2}";
    let parsed = read_as("x.json", text);
    assert_eq!(parsed.findings, []);
    let document = parsed.document.unwrap();
    let a = document.root().get("a").unwrap();
    assert!(matches!(a.kind(), NodeKind::Placeholder(name) if &**name == "wait"));
    assert_eq!(&text[a.span().range()], "${ wait }");
    let json = r#"{"a":"${wait}","b":"x${y}","c":["${z}",1],"${key}":2}"#;
    assert_eq!(document.root().to_value().to_json(), json);

    let yaml = "a: ${wait}\nb: x${y}\nc: [${z}, 1]\nd: {e: ${f}, \"g ${h}\": '${i}'}\nj: |\n  [${k}]\n";
    assert_eq!(
        json_of("x.yaml", yaml),
        r#"{"a":"${wait}","b":"x${y}","c":["${z}",1],"d":{"e":"${f}","g ${h}":"${i}"},"j":"[${k}]\n"}"#
    );
    let document = read_as("x.yaml", yaml).document.unwrap();
    let at = |path: [&str; 2]| document.root().get(path[0]).unwrap().get(path[1]).unwrap();
    assert!(matches!(at(["d", "e"]).kind(), NodeKind::Placeholder(_)));
    assert!(matches!(at(["d", "g ${h}"]).kind(), NodeKind::String(_)));
}

#[test]
fn substituted_values_keep_the_places_of_the_text() {
    let mut known = Substitutions::default();
    known.define("Wait", "60");
    known.define("Arn", "arn:aws:x");
    known.extend(&Value::from(
        &serde_json::json!({"Retry": [{"ErrorEquals": ["States.ALL"]}]}),
    ));
    let json = "{\"Seconds\": ${Wait}, \"Resource\": \"${Arn}\", \"Comment\": \"${Wait}s ${Other}\", \"Retry\": ${Retry}}";
    let yaml = "Seconds: ${Wait}\nResource: \"${Arn}\"\nComment: ${Wait}s ${Other}\nRetry: ${Retry}\n";
    for (name, text) in [("x.json", json), ("x.yaml", yaml)] {
        let parsed = value_with(name, text, &known);
        let document = parsed.document.unwrap();
        let root = document.root();
        assert_eq!(
            root.to_value().to_json(),
            r#"{"Seconds":60,"Resource":"arn:aws:x","Comment":"60s ${Other}","Retry":[{"ErrorEquals":["States.ALL"]}]}"#
        );
        let inner = root
            .get("Retry")
            .unwrap()
            .items()
            .next()
            .unwrap()
            .get("ErrorEquals")
            .unwrap();
        assert_eq!(&text[inner.span().range()], "${Retry}");
        assert_eq!(inner.location(), "/Retry[0]/ErrorEquals");
        let resource = root.get("Resource").unwrap();
        assert_eq!(&text[resource.span_in_source(4..7).range()], "\"${Arn}\"");
        // A quoted placeholder is a string whatever it stands for.
        assert!(matches!(
            root.get("Resource").unwrap().kind(),
            NodeKind::String(_)
        ));
    }
}

#[test]
fn members_of_large_objects_are_found_and_the_last_counts() {
    let text: String = (0..100).map(|i| format!("k{}: {i}\n", i % 99)).collect();
    let document = read_as("x.yaml", &text).document.unwrap();
    let value = |key: &str| document.root().get(key).map(|node| node.to_value().to_json());
    assert_eq!(value("k0").as_deref(), Some("99"));
    assert_eq!(value("k50").as_deref(), Some("50"));
    assert_eq!(value("k99"), None);
}
