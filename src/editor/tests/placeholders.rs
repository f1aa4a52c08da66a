//! Placeholders: what fills them in, and where they are used.

use super::{Memory, marked, nth, open};
use crate::editor::targets::{definition, highlights, references};
use crate::editor::{completion, hover};

const SAM: &str = "\
Parameters:
  Limit: {Type: Number}
Resources:
  Queue:
    Type: AWS::SQS::Queue
  Given:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition:
        StartAt: Send
        States:
          Send:
            Type: Task
            Resource: arn:aws:states:::sqs:sendMessage
            Parameters: {QueueUrl: '${QueueUrl}', MessageBody: 'for ${QueueUrl} and ${Nobody}'}
            End: true
      DefinitionSubstitutions:
        QueueUrl: !Ref Queue
  Text:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: !Sub |
        {\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Result\": [\"${Limit}\", \"${Queue.Arn}\", \"${AWS::Region}\"], \"End\": true}}}
";

fn said(name: &str, text: &str, needle: &str) -> Option<String> {
    let open = open(name, text);
    Some(hover::at(&open, nth(text, needle, 0, 3), &Memory::default())?.markdown)
}

#[test]
fn a_hover_says_what_fills_it_in() {
    let at = |needle| said("template.yaml", SAM, needle).unwrap_or_default();
    assert_eq!(
        at("${QueueUrl}"),
        "`${QueueUrl}`: filled in with `!Ref Queue`, line 18"
    );
    assert_eq!(
        at("${Nobody}"),
        "`${Nobody}`: a placeholder that nobody gives a value"
    );
    assert_eq!(
        at("${Limit}"),
        "`${Limit}`: filled in by Fn::Sub: a parameter of the template of type Number"
    );
    assert_eq!(
        at("${Queue.Arn}"),
        "`${Queue.Arn}`: filled in by Fn::Sub: Arn of the resource Queue of type AWS::SQS::Queue"
    );
    assert!(at("${AWS::Region}").contains("a pseudo parameter of CloudFormation"));
    let alone = r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${Wait}, "End": true}}}"#;
    let found = said("a.asl.json", alone, "${Wait}").unwrap_or_default();
    assert!(
        found.starts_with("`${Wait}`: a placeholder, and nothing that is known here"),
        "{found}"
    );
    // What JSONata groups by is none.
    let jsonata = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": "{% $x ~> ${'a': b} %}", "End": true}}}"#;
    assert_eq!(said("a.asl.json", jsonata, "${'a'"), None);
}

#[test]
fn a_substitution_leads_to_its_key_and_back() {
    let open = open("template.yaml", SAM);
    let files = Memory::default();
    let lines = |found: &[crate::editor::targets::Target]| -> Vec<usize> {
        let line = |target: &crate::editor::targets::Target| {
            assert_eq!(target.path, None);
            SAM[..target.span.start as usize].matches('\n').count() + 1
        };
        found.iter().map(line).collect()
    };
    let used = nth(SAM, "${QueueUrl}", 0, 4);
    assert_eq!(lines(&definition(&open, used, &files)), [18]);
    assert_eq!(lines(&references(&open, used, false, &files)), [15, 15]);
    assert_eq!(lines(&references(&open, used, true, &files)), [18, 15, 15]);
    assert_eq!(highlights(&open, used).len(), 2);
    let key = nth(SAM, "        QueueUrl: !Ref", 0, 10);
    assert_eq!(lines(&references(&open, key, true, &files)), [18, 15, 15]);
    assert_eq!(lines(&definition(&open, key, &files)), [15, 15]);
    // Fn::Sub names what stands in the template.
    assert_eq!(lines(&definition(&open, nth(SAM, "${Limit}", 0, 4), &files)), [2]);
    assert_eq!(
        lines(&definition(&open, nth(SAM, "${Queue.Arn}", 0, 4), &files)),
        [4]
    );
    assert!(definition(&open, nth(SAM, "${Nobody}", 0, 4), &files).is_empty());
}

#[test]
fn the_names_that_are_given_are_completed() {
    let json = r#"{"Resources": {"F": {"Type": "AWS::Serverless::StateMachine", "Properties": {
        "Definition": {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${<|>}, "End": true}}},
        "DefinitionSubstitutions": {"Wait": {"Ref": "W"}}}}}}"#;
    let (open, offset) = marked("template.json", json);
    let items = completion::at(&open, offset).items;
    assert_eq!(items.iter().map(|item| &*item.text).collect::<Vec<_>>(), ["Wait"]);
    for (typed, expected) in [("'${<|>'", "QueueUrl}"), ("'a ${Que<|>} b'", "QueueUrl")] {
        let text = SAM.replace("'${QueueUrl}'", typed);
        let (open, offset) = marked("template.yaml", &text);
        let items = completion::at(&open, offset).items;
        let texts: Vec<&str> = items.iter().map(|item| &*item.text).collect();
        assert_eq!(texts, [expected], "{typed}");
    }
}
