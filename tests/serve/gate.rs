//! Who is let in, and how the server begins and ends.

use std::io::{BufReader, Read};
use std::process::Stdio;

use serde_json::json;

use super::client::{Answer, Server, command, request};

#[test]
fn health_is_told_without_any_header_of_the_api() {
    let server = Server::start(&[]);
    let answer = server.send(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"ok"}"#));
    assert!(
        answer.headers.contains("x-amzn-requestid: "),
        "{}",
        answer.headers
    );
    assert!(!answer.headers.contains("access-control"), "{}", answer.headers);
}

#[test]
fn pages_of_browsers_and_foreign_names_are_refused() {
    let server = Server::start(&["--allow-host", "sfn.test"]);
    let status = |change: &dyn Fn(String) -> String| {
        let text = String::from_utf8(request("ListActivities", "{}")).expect("text");
        server.send(change(text).as_bytes()).status
    };
    assert_eq!(status(&|text| text), 200);
    assert_eq!(
        status(&|text| text.replace("Host: localhost", "Host: sync-localhost:8083")),
        200
    );
    assert_eq!(
        status(&|text| text.replace("Host: localhost", "Host: sfn.test")),
        200
    );
    assert_eq!(
        status(&|text| text.replace("POST / ", "POST http://sync-localhost/ ")),
        200
    );
    assert_eq!(
        status(&|text| text.replace("POST / ", "POST http://example.com/ ")),
        403
    );
    assert_eq!(
        status(&|text| text.replace("Host: localhost", "Host: example.com")),
        403
    );
    assert_eq!(
        status(&|text| text.replace("Host:", "Origin: http://localhost\r\nHost:")),
        403
    );
    assert_eq!(
        status(&|text| text.replace("application/x-amz-json-1.0", "text/plain")),
        415
    );
    assert_eq!(status(&|text| text.replace("POST / ", "GET / ")), 405);
    assert_eq!(status(&|text| text.replace("POST / ", "POST /x ")), 404);
    let hostless = |version: &str| {
        let change = |text: String| {
            text.replace("Host: localhost\r\n", "")
                .replace("HTTP/1.1", version)
        };
        status(&change)
    };
    assert_eq!((hostless("HTTP/1.1"), hostless("HTTP/1.0")), (400, 200));
    assert_eq!(
        status(&|text| text.replace("Host: localhost", "Host: localhost\r\nHost: localhost")),
        400
    );
    let reset = b"POST /_sfn-tool/reset HTTP/1.1\r\nHost: example.com\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(server.send(reset).status, 403);
    let no_text = b"GET /health HTTP/1.1\r\nHost: \xff\r\n\r\n";
    assert_eq!(server.send(no_text).status, 403);
}

#[test]
fn a_taken_port_ends_the_program() {
    let server = Server::start(&[]);
    let port = server.address.rsplit(':').next().expect("a port");
    let output = command()
        .args(["--port", port])
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("cannot listen on 127.0.0.1:"), "{stderr}");
}

#[test]
fn the_command_line_says_what_is_to_be_exported() {
    let mut server = Server::start(&["--account", "111122223333", "--region", "eu-west-1"]);
    let made = server.ok("CreateActivity", &json!({"name": "a"}));
    assert_eq!(
        made["activityArn"],
        "arn:aws:states:eu-west-1:111122223333:activity:a"
    );
    server.child.kill().expect("it runs");
    let mut stderr = String::new();
    server
        .child
        .stderr
        .take()
        .expect("stderr")
        .read_to_string(&mut stderr)
        .expect("text");
    assert_eq!(
        stderr,
        format!("export AWS_ENDPOINT_URL_SFN=http://{}\n", server.address)
    );
}

#[test]
fn variables_of_step_functions_local_count_where_no_flag_is() {
    let output = command()
        .args(["--port", "0"])
        .env("AWS_ACCOUNT_ID", "12")
        .stdout(Stdio::null())
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("$AWS_ACCOUNT_ID is set to '12'"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_while_connections_are_open() {
    use std::process::Command;
    for signal in ["-TERM", "-INT"] {
        let mut server = Server::start(&[]);
        let mut idle = BufReader::new(server.connect());
        let _half = {
            let mut stream = server.connect();
            std::io::Write::write_all(&mut stream, b"POST / HTTP/1.1\r\nHo").expect("it is taken");
            stream
        };
        let kill = Command::new("kill")
            .args([signal, &server.child.id().to_string()])
            .status();
        assert!(kill.expect("kill runs").success());
        assert_eq!(server.child.wait().expect("it ends").code(), Some(0));
        assert!(Answer::read(&mut idle).is_none());
    }
}

#[test]
fn options_that_say_nothing_are_told_what_to_say() {
    for (arguments, words) in [
        (
            ["--port", "x"],
            "give the number of a port, 1 to 65535, or 0 for a free one",
        ),
        (["--port", "65536"], "give the number of a port"),
        (["--region", "banana"], "give a region such as us-east-1"),
        (["--clock", "banana"], "write fast, real or xN"),
    ] {
        let output = command().args(arguments).output().expect("the binary runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(words), "{arguments:?}: {stderr}");
    }
}
