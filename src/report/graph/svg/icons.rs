//! Small drawings of our own: what kind of state it is, or what kind of service a task calls.

use std::fmt::Write as _;

use crate::asl::StateType;
use crate::picture::Node;

/// How wide and high an icon is.
pub(super) const SIZE: f64 = 24.0;

/// A drawing in white lines on a ground of colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Icon {
    /// The class that gives the ground its colour.
    class: &'static str,
    /// The lines, in a square of 24 by 24.
    path: &'static str,
}

macro_rules! icons {
    ($($name:ident: $class:literal, $path:literal;)*) => {
        $(const $name: Icon = Icon { class: $class, path: $path };)*
        #[cfg(test)]
        const ALL: &[Icon] = &[$($name),*];
    };
}

icons! {
    LAMBDA: "i-compute", "M8 6h2.5l6 12M12 10.5L7 18";
    CONTAINER: "i-compute", "M12 5l6 3.3v7L12 19l-6-3.7v-7zM6 8.4l6 3.4 6-3.4M12 11.8V19";
    MESSAGE: "i-message", "M5 7.5h14v9.5H5zM5 8l7 5.2L19 8";
    EVENT: "i-message", "M12 8.5a3.5 3.5 0 1 0 .01 0M12 5v1M12 18v1M5 12h1M18 12h1M7 7l.8.8M16.2 16.2l.8.8M7 17l.8-.8M16.2 7.8L17 7";
    TABLE: "i-data", "M6.5 7.5c0-1.4 2.5-2.5 5.5-2.5s5.5 1.1 5.5 2.5S15 10 12 10 6.5 8.9 6.5 7.5zM6.5 7.5v9c0 1.4 2.5 2.5 5.5 2.5s5.5-1.1 5.5-2.5v-9M6.5 12c0 1.4 2.5 2.5 5.5 2.5s5.5-1.1 5.5-2.5";
    BUCKET: "i-storage", "M5.5 7h13l-2 11.5h-9zM5.5 7c1.5 1.6 11.5 1.6 13 0M13 12.5h2.5";
    MACHINE: "i-message", "M9.5 5h5v4h-5zM5 15h5v4H5zM14 15h5v4h-5zM12 9v3M7.5 15v-3h9v3";
    GLOBE: "i-http", "M12 5a7 7 0 1 0 .01 0zM5 12h14M12 5c-4 4.5-4 9.5 0 14M12 5c4 4.5 4 9.5 0 14";
    SPARK: "i-ai", "M11 6l1.7 4.3L17 12l-4.3 1.7L11 18l-1.7-4.3L5 12l4.3-1.7zM18 5v3M16.5 6.5h3";
    PERSON: "i-compute", "M12 6a2.8 2.8 0 1 0 .01 0zM6 19c0-4 2.5-5.5 6-5.5s6 1.5 6 5.5";
    GEAR: "i-service", "M12 9a3 3 0 1 0 .01 0zM12 5v2.5M12 16.5V19M5 12h2.5M16.5 12H19M7 7l1.8 1.8M15.2 15.2L17 17M7 17l1.8-1.8M15.2 8.8L17 7";
    CHOICE: "i-choice", "M12 5l7 7-7 7-7-7zM12 9v3.5M12 15v.3";
    PARALLEL: "i-flow", "M12 5v3M6 16v-4.5c0-2 1-3.5 3-3.5h6c2 0 3 1.5 3 3.5V16M12 8v8M4 16h4v3H4zM10 16h4v3h-4zM16 16h4v3h-4z";
    MAP: "i-flow", "M8 8h11v11H8zM5 16V5h11M11 11.5h5M11 15.5h5";
    PASS: "i-flow", "M5 12h13M13.5 7.5L18 12l-4.5 4.5";
    WAIT: "i-flow", "M12 5a7 7 0 1 0 .01 0zM12 8v4.3l3 1.7";
    SUCCEED: "i-good", "M6 12.5l4 4L18.5 8";
    FAIL: "i-bad", "M7 7l10 10M17 7L7 17";
    UNKNOWN: "i-bad", "M9 9c0-4 6.5-3.8 6.5 0 0 2.5-3.3 2.5-3.3 5M12.2 17.5v.3";
}

impl Icon {
    /// That of a state.
    pub(super) fn of(node: &Node) -> Icon {
        match node.state_type {
            Some(StateType::Task) => Icon::of_service(node.service.as_deref().unwrap_or_default()),
            Some(StateType::Choice) => CHOICE,
            Some(StateType::Parallel) => PARALLEL,
            Some(StateType::Map) => MAP,
            Some(StateType::Pass) => PASS,
            Some(StateType::Wait) => WAIT,
            Some(StateType::Succeed) => SUCCEED,
            Some(StateType::Fail) => FAIL,
            None => UNKNOWN,
        }
    }

    fn of_service(service: &str) -> Icon {
        match service.strip_prefix("aws-sdk:").unwrap_or(service) {
            "lambda" => LAMBDA,
            "ecs" | "eks" | "batch" | "codebuild" | "ec2" | "glue" | "databrew" | "elasticmapreduce"
            | "emr" | "emr-containers" | "emr-serverless" | "emrserverless" | "emrcontainers" => CONTAINER,
            "sqs" | "sns" | "ses" | "sesv2" | "pinpoint" => MESSAGE,
            "events" | "eventbridge" | "scheduler" | "pipes" => EVENT,
            "dynamodb" | "rds" | "rdsdata" | "redshift" | "redshiftdata" | "athena" | "timestreamwrite"
            | "timestreamquery" | "neptunedata" | "opensearch" | "elasticache" => TABLE,
            "s3" | "s3control" | "glacier" | "efs" | "backup" => BUCKET,
            "states" | "sfn" => MACHINE,
            "http" | "apigateway" | "apigatewayv2" | "appsync" | "cloudfront" => GLOBE,
            "bedrock"
            | "bedrockruntime"
            | "bedrockagent"
            | "bedrockagentruntime"
            | "sagemaker"
            | "comprehend"
            | "rekognition"
            | "textract"
            | "translate"
            | "polly"
            | "transcribe" => SPARK,
            "activity" => PERSON,
            _ => GEAR,
        }
    }

    /// Draws it with its upper left corner at a place.
    pub(super) fn draw(self, x: f64, y: f64, out: &mut String) {
        let _ = writeln!(
            out,
            "<g class=\"icon {}\" transform=\"translate({x:.1} {y:.1})\"><path class=\"ground\" d=\"M4 0h16a4 4 0 0 1 4 4v16a4 4 0 0 1-4 \
             4H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z\"/><path d=\"{}\"/></g>",
            self.class, self.path
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_its_own_drawing() {
        for (i, icon) in ALL.iter().enumerate() {
            assert!(ALL[..i].iter().all(|other| other.path != icon.path), "{icon:?}");
        }
    }

    #[test]
    fn a_service_has_one_icon_however_it_is_called() {
        for (a, b) in [
            ("sqs", "aws-sdk:sqs"),
            ("states", "aws-sdk:sfn"),
            ("lambda", "aws-sdk:lambda"),
        ] {
            assert_eq!(Icon::of_service(a), Icon::of_service(b));
        }
        assert_eq!(Icon::of_service("aws-sdk:whatever"), GEAR);
    }
}
