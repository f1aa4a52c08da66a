//! SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat

use super::{Answer, Answered, Call, Fault};
use crate::history::Failure;
use crate::serve::Server;
use crate::serve::running::{Sent, TokenError};
use crate::source;

/// The words of AWS for tokens that are answered no more, as users quote them; none is recorded.
impl From<TokenError> for Fault {
    fn from(error: TokenError) -> Fault {
        match error {
            TokenError::TimedOut => Fault::new(
                "TaskTimedOut",
                "Task Timed Out: 'Provided task does not exist anymore'",
            ),
            TokenError::Nothing => Fault::new("TaskDoesNotExist", "Task does not exist"),
            TokenError::NoToken => Fault::new("InvalidToken", "Invalid Token: 'Invalid token'"),
        }
    }
}

pub(super) async fn success(server: &Server, call: &Call) -> Answered {
    let text = call.text("output");
    let output = source::parse_value(text).map_err(|_| {
        let words = source::input_refusal(text).unwrap_or_else(|| "Invalid output.".to_owned());
        Fault::new("InvalidOutput", format!("Invalid Output: '{words}'"))
    })?;
    server
        .running
        .answer(call.text("taskToken"), call.now, Sent::Success(output))
        .await?;
    Answer::empty()
}

pub(super) async fn failure(server: &Server, call: &Call) -> Answered {
    let failure = Failure {
        error: call.optional("error").map(Into::into),
        cause: call.optional("cause").map(Into::into),
        missed_heartbeat: false,
    };
    server
        .running
        .answer(call.text("taskToken"), call.now, Sent::Failure(failure))
        .await?;
    Answer::empty()
}

pub(super) async fn heartbeat(server: &Server, call: &Call) -> Answered {
    server
        .running
        .answer(call.text("taskToken"), call.now, Sent::Heartbeat)
        .await?;
    Answer::empty()
}
