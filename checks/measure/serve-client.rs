//! A client of Step Functions' API without an SDK, that takes as little as a client can: what it measures is the server.
//!
//! ```sh
//! rustc --edition 2024 -O serve-client.rs
//! serve-client 127.0.0.1:8083 MACHINE-ARN calls 64 20000    # StartExecution and DescribeExecution, on 64 connections
//! serve-client 127.0.0.1:8083 MACHINE-ARN start 64 100000   # StartExecution alone
//! ```
//!
//! It prints pairs or starts per second, their median and the 99th percentile in milliseconds.

use std::io::{BufRead, BufReader, Error, Read, Result, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Other servers look here for the service that is meant; nobody checks a signature.
const SCOPE: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0";

struct Connection(BufReader<TcpStream>);

impl Connection {
    fn call(&mut self, operation: &str, body: &str) -> Result<String> {
        let request = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: \
             AWSStepFunctions.{operation}\r\nAuthorization: {SCOPE}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let succeeded = line.contains(" 200 ");
        let mut length = 0;
        loop {
            line.clear();
            if self.0.read_line(&mut line)? == 0 {
                return Err(Error::other("the server closes"));
            }
            if line == "\r\n" {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().map_err(Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        let body = String::from_utf8(body).map_err(Error::other)?;
        if succeeded {
            Ok(body)
        } else {
            Err(Error::other(body))
        }
    }
}

/// The text of a member, as servers write it.
fn member<'t>(body: &'t str, name: &str) -> Result<&'t str> {
    let found = body
        .find(&format!("\"{name}\""))
        .map(|at| &body[at + name.len() + 2..]);
    let text = found.and_then(|rest| rest.split('"').nth(1));
    text.ok_or_else(|| Error::other(format!("no {name} in {body}")))
}

fn work(
    address: &str,
    machine: &str,
    describes: bool,
    next: &AtomicUsize,
    count: usize,
) -> Result<Vec<Duration>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    // A server that stops answering on a connection that is kept open is not waited for without end.
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut connection = Connection(BufReader::new(stream));
    let start = format!("{{\"stateMachineArn\":\"{machine}\",\"input\":\"{{}}\"}}");
    let mut took = Vec::new();
    while next.fetch_add(1, Ordering::Relaxed) < count {
        let began = Instant::now();
        let started = connection.call("StartExecution", &start)?;
        if describes {
            let arn = member(&started, "executionArn")?;
            connection.call("DescribeExecution", &format!("{{\"executionArn\":\"{arn}\"}}"))?;
        }
        took.push(began.elapsed());
    }
    Ok(took)
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, machine, what, connections, count] = &arguments[..] else {
        return Err(Error::other("ADDRESS MACHINE-ARN calls|start CONNECTIONS COUNT"));
    };
    let connections: usize = connections.parse().map_err(Error::other)?;
    let count: usize = count.parse().map_err(Error::other)?;
    let (describes, next) = (what == "calls", AtomicUsize::new(0));
    let began = Instant::now();
    let done: Vec<Result<Vec<Duration>>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|_| scope.spawn(|| work(address, machine, describes, &next, count)))
            .collect();
        let done = threads.into_iter().map(|thread| thread.join());
        done.map(|done| done.unwrap_or_else(|_| Err(Error::other("a thread has panicked"))))
            .collect()
    });
    let passed = began.elapsed().as_secs_f64();
    let mut took: Vec<Duration> = Vec::with_capacity(count);
    for done in done {
        took.extend(done?);
    }
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!("{:.0} {:.2} {:.2}", took.len() as f64 / passed, at(0.5), at(0.99));
    Ok(())
}
