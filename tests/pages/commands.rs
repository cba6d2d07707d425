//! Every command of every page runs as pasted: against a stub that records its arguments, and with the
//! real curl against a listener that holds the request against the element's validators.

use crate::support;
use crate::{Pages, everything, markdown::Page, site};
use elementc_compiler::Compiled;
use elementc_runtime::{Placeholders, validate};
use serde_json::{Map, Value as Json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Records its arguments, each ended by a NUL, and after them a line feed.
const STUB: &str = r#"#!/bin/sh
for argument do printf '%s\0' "$argument"; done >>"$RECORD"
printf '\n' >>"$RECORD"
"#;

/// The real curl, with the host of the platform replaced by the listener, as a reader would do who has a
/// platform of their own; and with nothing of this machine's configuration.
const REDIRECT: &str = r#"#!/bin/sh
for argument do
  shift
  case $argument in
    "$PLATFORM"*) argument=$LISTENER${argument#"$PLATFORM"} ;;
  esac
  set -- "$@" "$argument"
done
exec "$REAL_CURL" -q --noproxy '*' --silent --show-error --fail "$@"
"#;

/// A directory with `curl` in `bin`, in which commands run.
pub struct Shell {
    dir: tempfile::TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Shell {
    fn with(curl: &str, environment: Vec<(&'static str, String)>) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        fs::create_dir(dir.path().join("bin")).expect("it is empty");
        let path = dir.path().join("bin/curl");
        fs::write(&path, curl).expect("it can be written to");
        executable(&path);
        Self { dir, environment }
    }

    /// One whose curl records.
    pub fn recording() -> Self {
        let shell = Self::with(STUB, Vec::new());
        let record = shell.path("record").to_string_lossy().into_owned();
        Self { environment: vec![("RECORD", record)], ..shell }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs a command as if it were pasted; it must succeed and say nothing of its own.
    fn run(&self, command: &str, instance: &str) -> Result<(), String> {
        fs::write(self.path("instance.json"), instance).map_err(|e| e.to_string())?;
        fs::write(self.path("pasted.sh"), command).map_err(|e| e.to_string())?;
        let search = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        shell.args(["-eu", "pasted.sh"]).current_dir(self.dir.path()).env("PATH", search);
        shell.envs(self.environment.iter().map(|(name, value)| (*name, value)));
        let output = shell.output().map_err(|e| e.to_string())?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        if output.status.success() && stderr.is_empty() {
            Ok(())
        } else {
            Err(format!("{}: {stderr}", output.status))
        }
    }

    /// The arguments of each call of curl that a command makes.
    pub fn record(&self, command: &str, instance: &str) -> Result<Vec<Vec<String>>, String> {
        let record = self.path("record");
        let _ = fs::remove_file(&record);
        self.run(command, instance)?;
        let calls = fs::read_to_string(&record).map_err(|e| format!("curl was not called: {e}"))?;
        let calls = calls.strip_suffix("\0\n").ok_or("the record is not whole")?.split("\0\n");
        Ok(calls.map(|call| call.split('\0').map(str::to_owned).collect()).collect())
    }
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// What a command must send.
pub struct Expected<'a> {
    verb: &'static str,
    path: String,
    message: String,
    pub sample: &'a Json,
}

/// What the commands of a page must send, in order: the requests of its method.
pub fn expected<'a>(page: &Page, compiled: &'a Compiled) -> Vec<Expected<'a>> {
    let name = page.path.rsplit('/').next().expect("a path has a last part");
    let method = name.strip_prefix("create-instance.").and_then(|rest| rest.strip_suffix(".md"));
    let first = compiled.element.methods[0].name.as_deref();
    let key = page.key();
    let requests = [
        ("oauth-token-request", "GET", format!("/elements/{key}/oauth/token")),
        ("oauth-url-request", "GET", format!("/elements/{key}/oauth/url")),
        ("create-instance", "POST", "/instances".to_owned()),
    ];
    let mut all = Vec::new();
    for (kind, verb, path) in requests {
        let of_method = compiled.messages.iter().filter(|m| m.kind.name() == kind).find_map(|message| {
            let sample = message.samples.iter().find(|s| s.method.as_deref() == method.or(first))?;
            Some(Expected { verb, path: path.clone(), message: message.name(), sample: &sample.json })
        });
        all.extend(of_method);
    }
    all
}

/// What is wrong with the arguments of a call, if anything.
pub fn judge(call: &[String], expected: &Expected<'_>) -> Result<(), String> {
    let platform = site().platform;
    let url = format!("{platform}{}", expected.path);
    let mut rest = call.iter().map(String::as_str);
    let mut next = || rest.next().unwrap_or_default();
    if expected.verb == "GET" {
        if (next(), next()) != ("--get", &*url) {
            return Err(format!("it does not get {url}: {call:?}"));
        }
        let mut query = Map::new();
        for pair in call[2..].chunks(2) {
            let ["--data-urlencode", pair] = [&*pair[0], pair.get(1).map_or("", |p| p)] else {
                return Err(format!("unexpected {pair:?}"));
            };
            let (key, value) = pair.split_once('=').ok_or_else(|| format!("{pair} has no value"))?;
            // curl encodes the value; the key it takes as it is.
            let key = form_urlencoded::parse(format!("{}=", key.replace('+', "%2B")).as_bytes())
                .next()
                .map(|(key, _)| key.into_owned());
            query.insert(key.ok_or("a parameter has no name")?, value.into());
        }
        return same(&Json::Object(query), expected.sample);
    }
    let headers = [
        "Authorization: User <INSERT_USER_SECRET>, Organization <INSERT_ORGANIZATION_SECRET>",
        "Content-Type: application/json",
    ];
    let wanted = ["-X", "POST", &url, "-H", headers[0], "-H", headers[1], "-d", "@instance.json"];
    if call == wanted { Ok(()) } else { Err(format!("unexpected arguments: {call:?}")) }
}

fn same(found: &Json, expected: &Json) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("sent\n{found:#}\nexpected\n{expected:#}")) }
}

fn each(
    all: &[Pages],
    mut check: impl FnMut(&Page, &Compiled, &Expected<'_>, &str) -> Result<(), String>,
) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    for one in all {
        for page in &one.pages {
            let compiled = one.compilation.catalog.get(page.key()).expect("a page is of an element");
            let (commands, expected) = (page.commands(), expected(page, &compiled));
            assert_eq!(commands.len(), expected.len(), "{}: a command for each request", page.path);
            for (command, expected) in commands.iter().zip(&expected) {
                count += 1;
                if let Err(why) = check(page, &compiled, expected, command) {
                    wrong.push(format!("{}: {why}\n{command}", page.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count >= 40, "only {count} commands ran");
    count
}

#[test]
fn commands_give_curl_the_right_arguments() {
    let shell = Shell::recording();
    each(&everything(), |page, _, expected, command| {
        let calls = shell.record(command, &page.instance())?;
        match calls.as_slice() {
            [call] => judge(call, expected),
            calls => Err(format!("curl is called {} times", calls.len())),
        }
    });
}

/// A request as it arrived.
struct Request {
    verb: String,
    path: String,
    query: Json,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[test]
fn commands_send_what_the_validators_accept() {
    let Some(curl) = real_curl() else {
        support::say("SKIPPED: there is no curl; the commands of the pages were NOT run against a listener");
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine can be had");
    let address = format!("http://{}", listener.local_addr().expect("it has an address"));
    let requests = listen(listener);
    let environment = vec![("REAL_CURL", curl), ("PLATFORM", site().platform), ("LISTENER", address)];
    let shell = Shell::with(REDIRECT, environment);
    let count = each(&everything(), |page, compiled, expected, command| {
        shell.run(command, &page.instance())?;
        let request = requests.recv_timeout(Duration::from_secs(10)).map_err(|_| "nothing was sent")?;
        let header =
            |name: &str| request.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value);
        if (&*request.verb, &request.path) != (expected.verb, &expected.path) {
            return Err(format!("it sends {} {}", request.verb, request.path));
        }
        let (_, program) = compiled.message(&expected.message).expect("the message is there");
        let body = if expected.verb == "GET" {
            request.query.to_string().into_bytes()
        } else {
            request.body.clone()
        };
        let report = validate(program, &body, Placeholders::Allowed);
        if !report.is_valid() {
            return Err(report.to_json());
        }
        let sent: Json = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
        same(&sent, expected.sample)?;
        if expected.verb == "POST" {
            let authorization = "User <INSERT_USER_SECRET>, Organization <INSERT_ORGANIZATION_SECRET>";
            if (header("authorization"), header("content-type")) != (authorization, "application/json") {
                return Err(format!("it has other headers: {:?}", request.headers));
            }
            if request.query != Json::Object(Map::new()) {
                return Err(format!("it has a query: {}", request.query));
            }
        } else if !request.body.is_empty() {
            return Err("a GET has a body".to_owned());
        }
        Ok(())
    });
    assert!(requests.try_recv().is_err(), "more was sent than {count} commands should");
}

fn real_curl() -> Option<String> {
    let search = std::env::var_os("PATH")?;
    let mut found = std::env::split_paths(&search).map(|dir| dir.join("curl")).filter(|path| path.is_file());
    Some(found.next()?.to_string_lossy().into_owned())
}

/// Answers requests, one after the other, and hands them over.
fn listen(listener: TcpListener) -> Receiver<Request> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Some(request) = read(&stream) else { continue };
            let _ = (&stream).write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            if sender.send(request).is_err() {
                return;
            }
        }
    });
    receiver
}

fn read(stream: &TcpStream) -> Option<Request> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = || -> Option<String> {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned())
    };
    let start = line()?;
    let mut words = start.split(' ');
    let (verb, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let header = line()?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':')?;
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(Some(0), |(_, n)| n.parse().ok())?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let pairs = form_urlencoded::parse(query.as_bytes());
    let query = Json::Object(pairs.map(|(key, value)| (key.into_owned(), value.into())).collect());
    Some(Request { verb, path: path.to_owned(), query, headers, body })
}
