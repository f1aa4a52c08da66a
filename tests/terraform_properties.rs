//! The properties of Terraform's resources beside the definition: what the provider refuses, and what AWS does.

use std::fs;
use std::path::Path;

use super::called::run;

fn lines(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let (code, out, err) = run(folder, &[arguments, &["--format", "concise"]].concat());
    assert_eq!(err, "");
    (code, out.lines().map(str::to_owned).collect())
}

#[test]
fn properties_that_the_provider_or_aws_refuses_are_told_at_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let long = "a".repeat(81);
    let text = format!(
        r#"resource "aws_sfn_state_machine" "a" {{
  name = "my.orders"
  type = "FAST"
  definition = jsonencode({{ StartAt = "A", States = {{ A = {{ Type = "Succeed" }} }} }})
  logging_configuration {{
    level = "LOUD"
  }}
  encryption_configuration {{
    type = "aws_owned_key"
  }}
}}
resource "aws_sfn_state_machine" "b" {{
  name = "{long}"
  type = local.kind
  definition = file("b.json")
  logging_configuration {{
    level = "ALL"
    log_destination = aws_cloudwatch_log_group.b.arn
  }}
}}
resource "aws_sfn_state_machine" "c" {{
  name_prefix = "my orders ${{var.stage}}"
  definition = file("b.json")
  logging_configuration {{
    level = "ERROR"
  }}
  encryption_configuration {{
    type = "CUSTOMER_MANAGED_KMS_KEY"
  }}
}}
resource "aws_sfn_state_machine" "fine" {{
  name = "orders-${{var.stage}}"
  type = var.kind
  definition = file("b.json")
  logging_configuration {{
    level = var.level
    log_destination = "${{aws_cloudwatch_log_group.b.arn}}:*"
  }}
  encryption_configuration {{
    type = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id = aws_kms_key.k.arn
  }}
}}
resource "awscc_stepfunctions_state_machine" "cc" {{
  state_machine_name = "orders.größe"
  state_machine_type = "SLOW"
  definition_string = file("b.json")
  logging_configuration = {{
    level = "FATAL"
    destinations = [{{ cloudwatch_logs_log_group = {{ log_group_arn = "arn:aws:s3:::bucket" }} }}]
  }}
}}
locals {{
  kind = "QUICK"
}}
"#
    );
    fs::write(folder.path().join("main.tf"), text).unwrap();
    let machine = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
    fs::write(folder.path().join("b.json"), machine).unwrap();
    let kinds = r#"["STANDARD" "EXPRESS"]"#;
    let refused = "only contain 0-9, A-Z, a-z, - and _)";
    let expected = [
        format!("main.tf:2:10: error[InvalidName] invalid value for name (the name should {refused}"),
        format!("main.tf:3:10: error[InvalidRequest] expected type to be one of {kinds}, got FAST"),
        "main.tf:6:13: error[InvalidLoggingConfiguration] expected level to be one of [\"ALL\" \"ERROR\" \"FATAL\" \"OFF\"], got LOUD".to_owned(),
        "main.tf:9:12: error[InvalidEncryptionConfiguration] expected type to be one of [\"AWS_OWNED_KEY\" \"CUSTOMER_MANAGED_KMS_KEY\"], got aws_owned_key".to_owned(),
        format!("main.tf:13:10: error[InvalidName] expected length of name to be in the range (1 - 80), got {long}"),
        format!("main.tf:54:10: error[InvalidRequest] expected type to be one of {kinds}, got QUICK"),
        "main.tf:18:23: error[InvalidLoggingConfiguration] Log Group ARN must be provided with '*' qualifier.".to_owned(),
        format!("main.tf:22:17: error[InvalidName] invalid value for name_prefix (the name should {refused}"),
        "main.tf:25:13: error[InvalidLoggingConfiguration] Must specify exactly one Log Destination.".to_owned(),
        "main.tf:28:12: error[InvalidEncryptionConfiguration] Must set a valid kmsKeyId.".to_owned(),
        "main.tf:46:24: error[InvalidRequest] #/StateMachineType: failed validation constraint for keyword [enum]".to_owned(),
        "main.tf:45:24: error[InvalidLoggingConfiguration] Invalid Name for logging: 'orders.größe'".to_owned(),
        "main.tf:50:69: error[InvalidLoggingConfiguration] Provided ARN is not CloudWatch Logs Log Group ARN.".to_owned(),
    ];
    let (code, mut found) = lines(folder.path(), &["validate", "main.tf"]);
    let mut expected = expected.to_vec();
    found.sort();
    expected.sort();
    assert_eq!((code, found), (1, expected));
}

#[test]
fn the_properties_of_a_configuration_in_json_are_looked_at_and_those_of_a_plan_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let text = "{\"resource\": {\"aws_sfn_state_machine\": {\"x\": {\n\"name\": \"a b\",\n\"definition\": \"{}\",\n\
        \"logging_configuration\": [{\n\"level\": \"LOUD\"}]}}}}";
    fs::write(folder.path().join("cdk.tf.json"), text).unwrap();
    let (_, found) = lines(folder.path(), &["validate", "cdk.tf.json"]);
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("cdk.tf.json:2:9: error[InvalidName]")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("cdk.tf.json:5:10: error[InvalidLoggingConfiguration]")),
        "{found:?}"
    );
}
