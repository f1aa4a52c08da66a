//! Requests that are wrong, large, slow or cut off: a clear refusal, and the others are served.

use std::io::{BufReader, Write};

use super::client::{Answer, Server, request};

/// The server still answers.
fn lives(server: &Server) {
    assert_eq!(server.send(&request("ListActivities", "{}")).status, 200);
}

#[test]
fn requests_one_after_the_other_on_one_connection() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    let both = [
        request("ListActivities", "{}"),
        request("Nothing", "{}"),
        request("ListActivities", "{}"),
    ]
    .concat();
    stream.write_all(&both).expect("it is taken");
    let mut stream = BufReader::new(stream);
    let statuses: Vec<u16> = (0..3)
        .filter_map(|_| Answer::read(&mut stream))
        .map(|answer| answer.status)
        .collect();
    assert_eq!(statuses, [200, 400, 200]);
}

#[test]
fn a_body_in_chunks() {
    let server = Server::start(&[]);
    let whole = String::from_utf8(request("CreateActivity", "{\"name\": \"a\"}")).expect("text");
    let head = whole.split("Content-Length").next().expect("a head");
    let chunked =
        format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\n{{\"nam\r\n8\r\ne\": \"a\"}}\r\n0\r\n\r\n");
    assert_eq!(server.send(chunked.as_bytes()).status, 200);
    let broken = format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n");
    assert_eq!(server.send(broken.as_bytes()).status, 400);
    lives(&server);
}

/// The chunks are what counts, and nothing is read behind them: whoever went by the length would take what follows for
/// another request, or for none (RFC 9112, 6.3).
#[test]
fn a_body_with_two_lengths_is_the_last_of_its_connection() {
    let server = Server::start(&[]);
    let next = request("ListActivities", "{}");
    let whole = String::from_utf8(next.clone()).expect("text");
    let head = whole.split("Content-Length").next().expect("a head");
    for lengths in [
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 40",
    ] {
        let mut stream = server.connect();
        let first = format!("{head}{lengths}\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
        // The server may close before it has read everything.
        let _ = stream.write_all(&[first.as_bytes(), &next].concat());
        let mut stream = BufReader::new(stream);
        assert!(Answer::read(&mut stream).is_some(), "{lengths}");
        assert!(Answer::read(&mut stream).is_none(), "{lengths}");
    }
    lives(&server);
}

#[test]
fn bodies_that_are_no_request() {
    let server = Server::start(&[]);
    for body in [
        "{",
        "[]",
        "null",
        "\"a\"",
        "{\"name\": }",
        "\u{0}",
        "{\"name\": \"a\"} x",
    ] {
        let answer = server.send(&request("CreateActivity", body));
        assert_eq!(answer.status, 400, "{body}");
        assert!(
            answer.body.starts_with(r#"{"__type":"SerializationException","#),
            "{}",
            answer.body
        );
    }
    let deep = "[".repeat(100_000);
    assert_eq!(
        server
            .send(&request("CreateActivity", &format!("{{\"name\": {deep}")))
            .status,
        400
    );
    let mut bytes = request("CreateActivity", "{\"name\": \"xy\"}");
    let at = bytes.len() - 4;
    bytes[at..at + 2].copy_from_slice(&[0xff, 0xfe]);
    assert_eq!(server.send(&bytes).status, 400);
    lives(&server);
}

#[test]
fn what_is_too_large_is_refused() {
    let server = Server::start(&[]);
    let large = "x".repeat(1024 * 1024 + 65 * 1024);
    assert_eq!(server.send(&request("ListActivities", &large)).status, 413);
    let long = format!("Host: localhost\r\nX-Long: {}", "x".repeat(20_000));
    let head = String::from_utf8(request("ListActivities", "{}")).expect("text");
    assert_eq!(
        server
            .send(head.replace("Host: localhost", &long).as_bytes())
            .status,
        431
    );
    lives(&server);
}

#[test]
fn no_http_at_all() {
    let server = Server::start(&[]);
    assert_eq!(server.send(b"hello\r\n\r\n").status, 400);
    assert_eq!(
        server
            .send(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])
            .status,
        400
    );
    lives(&server);
}

#[test]
fn connections_that_say_nothing_or_stop_halfway_keep_nobody_waiting() {
    let server = Server::start(&[]);
    let idle: Vec<_> = (0..200).map(|_| server.connect()).collect();
    let cut = request("ListActivities", "{\"maxResults\": 5}");
    let slow: Vec<_> = (0..50)
        .map(|length| {
            let mut stream = server.connect();
            stream
                .write_all(&cut[..cut.len() * length / 50])
                .expect("it is taken");
            stream
        })
        .collect();
    lives(&server);
    drop(slow);
    lives(&server);
    drop(idle);
    lives(&server);
}

#[test]
fn beyond_the_most_connections_a_client_is_told() {
    let server = Server::start(&[]);
    let idle: Vec<_> = (0..1100)
        .filter_map(|_| std::net::TcpStream::connect(&server.address).ok())
        .collect();
    if idle.len() == 1100 {
        let statuses: Vec<u16> = (0..10)
            .map(|_| server.send(&request("ListActivities", "{}")).status)
            .collect();
        assert!(statuses.iter().all(|status| *status == 503), "{statuses:?}");
    }
    drop(idle);
    // The server sees them go one after the other.
    while server.send(&request("ListActivities", "{}")).status != 200 {}
}
