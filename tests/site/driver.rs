//! A browser, by the WebDriver protocol (W3C) and the DevTools protocol that chromedriver hands on.

use crate::support;
use serde_json::{Value as Json, json};
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up: no measure of speed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What Chromium needs to be alone, as root and in a container.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser of its own, gone when this is dropped.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    /// Profile, downloads, and the site that is looked at.
    directory: tempfile::TempDir,
    /// Browsers are large: one at a time.
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

impl Browser {
    /// Starts one; `None`, loudly, if none is installed.
    pub fn start() -> Option<Self> {
        let skip = |why: &str| support::say(&format!("SKIPPED: {why}: the site is NOT tried in a browser"));
        // A test that failed has nothing to say about the next.
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let spawned = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut driver = match spawned {
            Ok(driver) => driver,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                skip("there is no chromedriver");
                return None;
            }
            Err(error) => panic!("chromedriver: {error}"),
        };
        let stdout = BufReader::new(driver.stdout.take().expect("it is piped"));
        let port = stdout.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let directory = tempfile::tempdir().expect("directories can be made");
        let mut browser = Self {
            driver,
            port: port.expect("it says its port"),
            session: String::new(),
            directory,
            _turn: turn,
        };
        let profile = format!("--user-data-dir={}", browser.path("profile").display());
        let arguments: Vec<&str> = FLAGS.into_iter().chain([&*profile]).collect();
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": arguments },
        } } });
        match browser.call("POST", "/session", &wanted) {
            Ok(session) => browser.session = format!("/session/{}", text(&session["sessionId"])),
            Err(error) if error.contains("cannot find Chrome binary") => {
                skip("there is no Chromium");
                return None;
            }
            Err(error) => panic!("no session: {error}"),
        }
        // What is copied can be looked at, what is downloaded lands here.
        browser.cdp(
            "Browser.grantPermissions",
            json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] }),
        );
        browser.cdp(
            "Browser.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": browser.path("downloads") }),
        );
        browser.cdp("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        browser.show(1440, 1000, "light");
        Some(browser)
    }

    /// A path in its directory.
    pub fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    fn call(&self, verb: &str, path: &str, body: &Json) -> Result<Json, String> {
        let body = if verb == "POST" { body.to_string() } else { String::new() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(|e| e.to_string())?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(|e| e.to_string())?;
        let head = format!(
            "{verb} {}{path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.session,
            self.port,
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).map_err(|e| e.to_string())?;
        // The driver keeps the connection, whatever it is asked.
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).map_err(|e| e.to_string())?;
            match line.trim_end().split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().map_err(|_| format!("no length: {value}"))?;
                }
                None if line.trim_end().is_empty() => break,
                _ => {}
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).map_err(|e| e.to_string())?;
        let mut answer: Json = serde_json::from_slice(&answer).map_err(|e| e.to_string())?;
        match answer["value"].take() {
            value if value.get("error").is_some() && value.get("stacktrace").is_some() => {
                Err(text(&value["message"]).to_owned())
            }
            value => Ok(value),
        }
    }

    fn ask(&self, verb: &str, path: &str, body: &Json) -> Json {
        self.call(verb, path, body).unwrap_or_else(|e| panic!("{verb} {path} {body}: {e}"))
    }

    /// A command of the DevTools protocol.
    pub fn cdp(&self, command: &str, parameters: Json) -> Json {
        self.ask("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Writes a site beside the profile.
    pub fn write(&self, name: &str, site: &crate::Site) {
        let out = self.path(name);
        elementc_build::sync::sync(&out, &site.files).expect("the site can be written");
    }

    /// Opens a file of it.
    pub fn open(&self, path: &str) {
        let url = format!("file://{}", self.path(path).display());
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    /// The size of the window, and whether the user prefers it dark.
    pub fn show(&self, width: u32, height: u32, scheme: &str) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size);
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// The value of a JavaScript expression; promises are awaited.
    pub fn value(&self, expression: &str) -> Json {
        let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.cdp("Runtime.evaluate", parameters);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer:#}");
        answer["result"]["value"].take()
    }

    /// The text of the first element that a selector finds.
    pub fn text(&self, selector: &str) -> String {
        let selector = Json::from(selector);
        text(
            &self.value(&format!(
                "document.querySelector({selector})?.innerText ?? `nothing is ${{{selector}}}`"
            )),
        )
        .to_owned()
    }

    /// Waits until an expression is true.
    pub fn until(&self, expression: &str) {
        let start = Instant::now();
        while self.value(expression) != true {
            assert!(start.elapsed() < PATIENCE, "it never became true: {expression}\n{}", self.text("main"));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for a file that is downloaded.
    pub fn downloaded(&self, name: &str) -> Vec<u8> {
        let start = Instant::now();
        let path = self.path("downloads").join(name);
        while !path.exists() {
            assert!(start.elapsed() < PATIENCE, "{name} was never downloaded");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::fs::read(path).expect("it can be read")
    }

    fn element(&self, selector: &str) -> String {
        let found = self.ask("POST", "/element", &json!({ "using": "css selector", "value": selector }));
        let (_, id) = found.as_object().and_then(|o| o.iter().next()).expect("an element has an id");
        format!("/element/{}", text(id))
    }

    /// Scrolls to an element and clicks it; it must not be covered.
    pub fn click(&self, selector: &str) {
        let scroll =
            format!("document.querySelector({}).scrollIntoView({{ block: 'center' }})", Json::from(selector));
        self.value(&scroll);
        self.ask("POST", &format!("{}/click", self.element(selector)), &json!({}));
    }

    /// Types into an element what a keyboard would.
    pub fn type_into(&self, selector: &str, keys: &str) {
        self.ask("POST", &format!("{}/value", self.element(selector)), &json!({ "text": keys }));
    }

    /// What the console says of errors and of the policy since it was last asked.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.ask("POST", "/se/log", &json!({ "type": "browser" }));
        let lines = log.as_array().expect("the log is a list").iter();
        lines.filter(|line| line["level"] == "SEVERE").map(|line| text(&line["message"]).to_owned()).collect()
    }

    /// Takes a picture of what is in the window.
    pub fn picture(&self, file: &Path) {
        let answer = self.ask("GET", "/screenshot", &Json::Null);
        let bytes = base64(text(&answer));
        std::fs::write(file, bytes).expect("the picture can be written");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.call("DELETE", "", &Json::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

/// Decodes what RFC 4648 §4 encodes.
fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let sextets: Vec<u8> = text.bytes().filter(|b| *b != b'=').map(value).collect();
    let bytes = sextets.chunks(4).flat_map(|chunk| {
        let joined = chunk.iter().fold(0_u32, |all, s| all << 6 | u32::from(*s)) << (6 * (4 - chunk.len()));
        joined.to_be_bytes().into_iter().skip(1).take(chunk.len() - 1)
    });
    bytes.collect()
}
