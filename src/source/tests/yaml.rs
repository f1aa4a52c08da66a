//! YAML as the JSON it stands for.

use super::*;

#[test]
fn scalars_have_the_types_of_the_core_schema() {
    assert_eq!(
        json_of(
            "x.yaml",
            "[1, -2.5, 0x10, true, False, null, ~, yes, '1', \"true\", 2016-03-14, .inf, 1:30, !!str 5, !!float 3]"
        ),
        r#"[1,-2.5,16,true,false,null,null,"yes","1","true","2016-03-14",".inf","1:30","5",3.0]"#
    );
    assert_eq!(
        json_of("x.yaml", "a:\nb: ''\n1: x\ntrue: y\n"),
        r#"{"a":null,"b":"","1":"x","true":"y"}"#
    );
}

#[test]
fn aliases_are_copies_with_their_own_location() {
    let text = "base: &b {Type: Pass, Next: Y}\nStates:\n  X: *b\n";
    let document = read_as("x.yaml", text).document.unwrap();
    let next = document
        .root()
        .get("States")
        .unwrap()
        .get("X")
        .unwrap()
        .get("Next")
        .unwrap();
    assert_eq!(next.location(), "/States/X/Next");
    assert_eq!(&text[next.span().range()], "Y");
    assert_eq!(&text[next.parent().unwrap().span().range()], "*b");
    assert_eq!(json_of("x.yaml", "a: &k key\n*k : 1\n"), r#"{"a":"key","key":1}"#);
}

#[test]
fn merge_keys_give_what_the_mapping_has_not() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  w: 0\n  <<: [*a, *b]\n  x: 3\n";
    assert_eq!(
        json_of("x.yaml", text),
        r#"{"a":{"x":1,"y":1},"b":{"y":2,"z":2},"c":{"w":0,"y":1,"z":2,"x":3}}"#
    );
    let document = read_as("x.yaml", text).document.unwrap();
    let y = document.root().get("c").unwrap().get("y").unwrap();
    assert_eq!(
        (y.location().as_str(), y.key().map(|k| &**k)),
        ("/c/y", Some("y"))
    );
    assert_eq!(json_of("x.yaml", "'<<': 1\n"), r#"{"<<":1}"#);
}

#[test]
fn functions_of_cloudformation_are_placeholders() {
    let text = "a: !Sub 'arn:${X}'\nb: !Ref Fn\nc: !GetAtt Fn.Arn\nd: !GetAtt [Fn, Arn]\ne: !Sub ['${Y}', {Y: 1}]\n\
                f: !Join ['', [a, b]]\ng: !Custom {h: 1}\n";
    assert_eq!(
        json_of("x.yaml", text),
        r#"{"a":"arn:${X}","b":"${Fn}","c":"${Fn.Arn}","d":"${Fn.Arn}","e":"${Y}","f":"${Join}","g":{"h":1}}"#
    );
    let document = read_as("x.yaml", text).document.unwrap();
    assert!(
        document
            .root()
            .members()
            .iter()
            .filter(|m| document.node(m.value).has_placeholder())
            .count()
            == 6
    );
}

#[test]
fn collections_end_with_their_last_part() {
    let text = "a:\n  b:\n    - 1\n    - c: 2\n\n# comment\nd: [1,\n 2]\n";
    let document = read_as("x.yaml", text).document.unwrap();
    let root = document.root();
    let slice = |node: NodeRef<'_>| text[node.span().range()].to_owned();
    assert_eq!(slice(root.get("a").unwrap()), "b:\n    - 1\n    - c: 2");
    assert_eq!(slice(root.get("d").unwrap()), "[1,\n 2]");
    assert_eq!(slice(root), text.trim_end());
}
