//! Requests to the server, one per paragraph: the operation on its first line, the members behind it. None is answered with
//! an error of the server's own. What waits for somebody else is left out.
#![no_main]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{LazyLock, Mutex, mpsc};
use std::thread;

use libfuzzer_sys::fuzz_target;
use sfn_tool::internals::serve;

static SERVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || serve::anywhere(|address| tell.send(address).expect("somebody waits")));
    told.recv().expect("a server")
});

static CONNECTION: LazyLock<Mutex<BufReader<TcpStream>>> =
    LazyLock::new(|| Mutex::new(BufReader::new(TcpStream::connect(*SERVER).expect("a connection"))));

/// The status and the body of what is answered.
fn call(connection: &mut BufReader<TcpStream>, operation: &str, body: &str) -> std::io::Result<(String, Vec<u8>)> {
    let request = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: AWSStepFunctions.{operation}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.get_mut().write_all(request.as_bytes())?;
    let (mut status, mut length) = (String::new(), 0);
    connection.read_line(&mut status)?;
    loop {
        let mut line = String::new();
        connection.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut answer = vec![0; length];
    connection.read_exact(&mut answer)?;
    Ok((status, answer))
}

fuzz_target!(|text: &str| {
    let mut connection = CONNECTION.lock().expect("one at a time");
    for request in text.split("\n\n").take(10) {
        let (operation, body) = request.split_once('\n').unwrap_or((request, "{}"));
        let waits = ["GetActivityTask", "StartSyncExecution"].contains(&operation);
        if waits || !operation.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            continue;
        }
        let (status, answer) = call(&mut connection, operation, body).expect("an answer");
        let is_taken = status.contains(" 200 ") || status.contains(" 400 ");
        assert!(is_taken, "{operation}: {status} {}", String::from_utf8_lossy(&answer));
    }
});
