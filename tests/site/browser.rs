//! People use the site: they search, fill in forms, see what is wrong, and take what they made.

use crate::driver::Browser;
use crate::{Site, hostile, support};
use elementc_runtime::{Placeholders, validate};
use serde_json::{Value as Json, json};

/// The control of the field with a pointer, in the form that shows.
fn control(pointer: &str) -> String {
    format!("form:not([hidden]) [data-pointer={}] :is(input, select, textarea)", Json::from(pointer))
}

fn field(pointer: &str, within: &str) -> String {
    format!("form:not([hidden]) .field[data-pointer={}]{within}", Json::from(pointer))
}

/// Chooses the option with a text.
fn choose(browser: &Browser, pointer: &str, option: &str) {
    browser.type_into(&control(pointer), option);
    let chosen = format!("document.querySelector({}).selectedOptions[0].text", Json::from(control(pointer)));
    assert_eq!(browser.value(&chosen), option);
}

fn is_hidden(browser: &Browser, pointer: &str) -> bool {
    browser.value(&format!("document.querySelector({}).hidden", Json::from(field(pointer, "")))) == true
}

fn verdict(browser: &Browser, expected: &str) {
    let text = format!(
        "document.querySelector('form:not([hidden]) .verdict').textContent === {}",
        Json::from(expected)
    );
    browser.until(&text);
}

#[test]
fn the_list_can_be_searched() {
    let Some(browser) = Browser::start() else { return };
    browser.write("site", &Site::of(support::compiled(support::shipped())));
    browser.open("site/index.html");
    let shown = "[...document.querySelectorAll('#elements > li:not([hidden]) h2')].map((h) => h.textContent)";
    assert_eq!(browser.value(shown).as_array().map(Vec::len), Some(10));
    browser.type_into("#search", "OAUTH sageoneus");
    assert_eq!(browser.value(shown), json!(["Sage One US"]));
    assert_eq!(browser.text("#found"), "1 of 10 elements");
    browser.type_into("#search", "x");
    assert_eq!(browser.value(shown), json!([]));
    assert_eq!(browser.text("#found"), "None of 10 elements matches “OAUTH sageoneusx”");
    // The keyboard reaches the first card that is left.
    browser.type_into("#search", "\u{e003}\u{e004}");
    assert_eq!(browser.value("document.activeElement.textContent"), "Sage One US");
    browser.click("#elements > li:not([hidden]) a");
    browser.until("location.pathname.endsWith('/elements/sageoneus/index.html')");
    assert_eq!(browser.text("h1"), "Sage One US beta");
    browser.click("nav a[href='build.html']");
    browser.until("location.pathname.endsWith('/build.html')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn an_instance_is_built_for_oauth() {
    let Some(browser) = Browser::start() else { return };
    browser.write("site", &Site::of(support::compiled(support::shipped())));
    browser.show(390, 844, "light");
    browser.open("site/elements/sageoneuk/build.html");
    verdict(&browser, "7 still to fill in");
    let error = |pointer: &str| browser.text(&field(pointer, " .error"));
    // Nothing is held against a field that nobody has been to.
    let url = "/configuration/oauth.callback.url";
    assert_eq!(error(url), "");
    browser.type_into(&control(url), "https;//example.com");
    assert_eq!(error(url), "oauth.callback.url must be an http or https URL");
    let described = format!(
        "((c) => [c.getAttribute('aria-invalid'), c.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).className)])(document.querySelector({}))",
        Json::from(control(url))
    );
    assert_eq!(browser.value(&described), json!(["true", ["help", "error"]]));
    verdict(&browser, "1 to correct, 6 still to fill in");
    // Control and A, then the right one.
    browser.type_into(&control(url), "\u{e009}a\u{e000}https://example.com/callback");
    assert_eq!(error(url), "");
    verdict(&browser, "6 still to fill in");

    // An entry that depends on another shows when it is asked for, and its value goes with it.
    let depending = "/configuration/event.notification.callback.url";
    assert!(is_hidden(&browser, depending));
    browser.click("form details:has([data-pointer='/configuration/event.notification.enabled']) summary");
    choose(&browser, "/configuration/event.notification.enabled", "true");
    assert!(!is_hidden(&browser, depending));
    verdict(&browser, "7 still to fill in");
    browser.type_into(&control(depending), "https://example.com/events");
    choose(&browser, "/configuration/event.notification.enabled", "false");
    assert!(is_hidden(&browser, depending));
    assert!(!browser.text(".preview").contains("example.com/events"));

    let secret = "s3cr3t \"quoted\" < é";
    let values = [
        ("/providerData/code", "a-code"),
        ("/configuration/oauth.api.key", "a-client"),
        ("/configuration/oauth.api.secret", secret),
        ("/configuration/signature", "<INSERT_SIGNATURE>"),
        ("/tags", "one\ntwo"),
        ("/name", "An instance"),
    ];
    for (pointer, value) in values {
        browser.type_into(&control(pointer), value);
    }
    verdict(&browser, "1 to correct");
    assert_eq!(error("/configuration/signature"), "signature still holds a placeholder");
    browser.click(".violations a");
    browser.until(&format!(
        "document.activeElement === document.querySelector({})",
        Json::from(control("/configuration/signature"))
    ));
    browser.type_into(&control("/configuration/signature"), "\u{e009}a\u{e000}a-signature");
    verdict(&browser, "Valid: ready to post");

    // Secrets show only where somebody asks for them.
    assert!(!browser.text("main").contains("s3cr3t"), "{}", browser.text("main"));
    let kind =
        format!("document.querySelector({}).type", Json::from(control("/configuration/oauth.api.secret")));
    assert_eq!(browser.value(&kind), "password");
    browser.click(&field("/configuration/oauth.api.secret", " .reveal"));
    assert_eq!(browser.value(&kind), "text");

    browser.click("[data-do='download']");
    let made = browser.downloaded("instance.json");
    let report = elementc::elements::sageoneuk::create_instance::validate(&made);
    assert!(report.is_valid(), "{}", report.to_json());
    let expected = json!({
        "element": { "key": "sageoneuk" },
        "providerData": { "code": "a-code" },
        "configuration": {
            "oauth.api.key": "a-client",
            "oauth.api.secret": secret,
            "oauth.callback.url": "https://example.com/callback",
            "signature": "a-signature",
            "event.notification.enabled": false,
        },
        "tags": ["one", "two"],
        "name": "An instance",
    });
    assert_eq!(String::from_utf8(made), Ok(elementc_compiler::emit::pretty(&expected)));
    browser.click("[data-do='copy']");
    browser.until("document.querySelector('.said').textContent === 'instance.json copied.'");
    assert_eq!(browser.value("navigator.clipboard.readText()"), elementc_compiler::emit::pretty(&expected));
    browser.click("[data-do='curl']");
    browser.until("document.querySelector('.said').textContent === 'The command copied.'");
    let command = browser.value("navigator.clipboard.readText()");
    let page = std::fs::read_to_string(support::root("generated/sageoneuk/create-instance.md"))
        .expect("it is committed");
    assert!(page.contains(&format!("```sh\n{}\n```", command.as_str().expect("it is text"))), "{command}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn an_instance_is_built_for_each_method() {
    let Some(browser) = Browser::start() else { return };
    let mut built = 0;
    for (name, directory) in [("elements", "elements"), ("breadth", "breadth")] {
        let site = Site::of(support::compiled(support::fixtures(directory)));
        browser.write(name, &site);
        for compiled in site.compilation.catalog.compiled() {
            let key = &*compiled.element.key.value;
            let (message, program) = compiled.message("create-instance").expect("every element has it");
            browser.open(&format!("{name}/elements/{key}/build.html"));
            for (at, sample) in message.samples.iter().enumerate() {
                if message.samples.len() > 1 {
                    browser.click(&format!("#methods input[value='m{at}']"));
                }
                browser.click("form:not([hidden]) [data-do='sample']");
                browser.click("form:not([hidden]) [data-do='copy']");
                browser.until("document.querySelector('form:not([hidden]) .said').textContent.startsWith('instance.json copied.')");
                let text = browser.value("navigator.clipboard.readText()");
                let body = text.as_str().expect("it is text");
                let report = validate(program, body.as_bytes(), Placeholders::Allowed);
                assert!(report.is_valid(), "{key}, method {at}: {body}\n{}", report.to_json());
                // All of the sample is in it but what nobody asks for there.
                let hidden = browser.value("[...document.querySelectorAll('form:not([hidden]) .field[hidden]')].map(({ dataset }) => dataset.pointer)");
                let is_hidden = |key: &String| {
                    hidden.as_array().expect("a list").iter().any(|h| h == &Json::from(format!("/{key}")))
                };
                let mut expected = shape(&sample.json);
                expected.retain(|key| !is_hidden(key));
                assert_eq!(
                    shape(&serde_json::from_str(body).expect("it is JSON")),
                    expected,
                    "{key}, method {at}"
                );
                built += 1;
            }
        }
    }
    assert!(built >= 16, "only {built} forms were filled in");

    // One of them by hand: what belongs to the other method is not asked for.
    browser.open("elements/elements/zuorav2/build.html");
    verdict(&browser, "5 still to fill in");
    browser.click("#methods input[value='m1']");
    assert!(
        browser
            .text("form:not([hidden])")
            .contains("Set for you: element.key is zuorav2, configuration.authentication.type is basic.")
    );
    assert_eq!(
        browser.value("document.querySelector('#m1 [data-pointer=\"/configuration/clientId\"]')"),
        Json::Null
    );
    choose(&browser, "/configuration/zuorav2.sandbox", "false");
    for (pointer, value) in [
        ("/configuration/username", "me"),
        ("/configuration/password", "mine"),
        ("/tags", "t"),
        ("/name", "n"),
    ] {
        browser.type_into(&control(pointer), value);
    }
    verdict(&browser, "Valid: ready to post");
    browser.click("form:not([hidden]) [data-do='download']");
    let made = browser.downloaded("instance.json");
    let catalog = support::compiled(support::fixtures("elements")).catalog;
    let compiled = catalog.get("zuorav2").expect("it is a fixture");
    let (_, program) = compiled.message("create-instance").expect("every element has it");
    let report = validate(program, &made, Placeholders::Rejected);
    assert!(report.is_valid(), "{}", report.to_json());
    browser.click("form:not([hidden]) [type='reset']");
    verdict(&browser, "5 still to fill in");

    // Constraints between entries are explained where their object is.
    browser.open("breadth/elements/kinds/build.html");
    browser.type_into(&control("/configuration/one.a"), "a");
    browser.type_into(&control("/configuration/one.b"), "b");
    let error = browser.text("fieldset[data-pointer='/configuration'] > .error");
    assert!(error.contains("exactly one of one.a, one.b is needed; one.a and one.b are given"), "{error}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// The keys of a body, and of its objects.
fn shape(json: &Json) -> Vec<String> {
    let mut keys = Vec::new();
    for (key, value) in json.as_object().into_iter().flatten() {
        match value
            .as_object()
            .filter(|_| ["providerData", "configuration", "element"].contains(&key.as_str()))
        {
            Some(inner) => keys.extend(inner.keys().map(|inner| format!("{key}/{inner}"))),
            None => keys.push(key.clone()),
        }
    }
    keys.sort();
    keys
}

#[test]
fn no_text_of_a_descriptor_acts() {
    let Some(browser) = Browser::start() else { return };
    let listen = "window.acted = []; window.pwned = () => acted.push('pwned'); addEventListener('securitypolicyviolation', (event) => acted.push(event.violatedDirective));";
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": listen }));
    for (at, text) in hostile::TEXTS.iter().enumerate() {
        let site = hostile::site(text);
        let name = format!("hostile{at}");
        browser.write(&name, &site);
        let paths: Vec<String> = site.documents().map(|(path, _)| path.to_owned()).collect();
        for path in paths {
            browser.open(&format!("{name}/{path}"));
            if path.ends_with("build.html") {
                browser.click("form:not([hidden]) [data-do='sample']");
                let title = browser.text("form:not([hidden]) [data-pointer='/configuration'] .field label");
                assert!(
                    title.starts_with(text.split_whitespace().next().expect("it says something")),
                    "{title}"
                );
            }
            browser.value("document.querySelectorAll('details').forEach((fold) => (fold.open = true))");
            assert_eq!(browser.value("acted"), json!([]), "{path} with {text:?}");
        }
        assert_eq!(browser.complaints(), Vec::<String>::new(), "{text:?}");
    }
    // It would be seen: the same page refuses a style that is not its own, and says so.
    let style =
        "document.head.append(Object.assign(document.createElement('style'), { textContent: '* {}' }))";
    browser.value(&format!("{style}; undefined"));
    browser.until("acted.length === 1 && acted[0].startsWith('style-src')");
    assert_eq!(browser.complaints().len(), 1);
}

#[test]
fn axe_finds_nothing() {
    let path = support::root("benches/javascript/node_modules/axe-core/axe.min.js");
    let Ok(axe) = std::fs::read_to_string(&path) else {
        support::say(
            "SKIPPED: there is no axe-core (`npm ci` in benches/javascript): accessibility is NOT checked",
        );
        return;
    };
    let Some(browser) = Browser::start() else { return };
    browser.write("site", &Site::of(support::compiled(support::shipped())));
    browser.write("breadth", &Site::of(support::compiled(support::fixtures("breadth"))));
    let mut looked = 0;
    for page in [
        "site/index.html",
        "site/elements/sageoneuk/index.html",
        "site/elements/sageoneuk/build.html",
        "site/elements/sageoneuk/files.html",
        "breadth/elements/kinds/build.html",
        "breadth/elements/presence/build.html",
        "breadth/elements/presence/index.html",
    ] {
        for (width, height, scheme) in
            [(1440, 1000, "light"), (1440, 1000, "dark"), (390, 844, "light"), (390, 844, "dark")]
        {
            browser.show(width, height, scheme);
            browser.open(page);
            let dark = browser.value("matchMedia('(prefers-color-scheme: dark)').matches");
            assert_eq!(dark, scheme == "dark");
            let fits = browser.value("document.documentElement.scrollWidth <= innerWidth");
            assert_eq!(fits, true, "{page} is wider than the window");
            // With everything unfolded and every field wrong or missing.
            browser.value("document.querySelectorAll('details').forEach((fold) => (fold.open = true))");
            browser.value("document.querySelectorAll('form input, form textarea').forEach((c) => { c.value = '<X>'; c.dispatchEvent(new Event('input', { bubbles: true })); })");
            browser.value(&format!("{axe}; undefined"));
            let found = browser.value(
                "axe.run(document, { resultTypes: ['violations'] }).then(({ violations, passes }) => \
                 ({ passes: passes.length, violations: violations.map((v) => [v.id, v.help, v.nodes.map((n) => n.html)]) }))",
            );
            assert_eq!(found["violations"], json!([]), "{page} at {width}, {scheme}: {found:#}");
            assert!(found["passes"].as_u64() > Some(10), "{page}: axe looked at nothing");
            looked += 1;
        }
    }
    support::say(&format!("axe-core: {looked} views without a violation"));
}

/// Takes the pictures of the README: `cargo test --test site -- --ignored pictures`.
#[test]
#[ignore = "writes docs/images"]
fn pictures() {
    let browser = Browser::start().expect("pictures need a browser");
    browser.write("site", &Site::of(support::compiled(support::shipped())));
    browser.cdp("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
    std::fs::create_dir_all(support::root("docs/images")).expect("directories can be made");
    browser.show(1280, 860, "light");
    browser.open("site/elements/sageoneuk/build.html");
    for (pointer, value) in [
        ("/providerData/code", "9fe2a1"),
        ("/configuration/oauth.api.key", "my-app"),
        ("/configuration/oauth.api.secret", "hidden"),
        ("/configuration/oauth.callback.url", "https;//app.example.com/auth"),
    ] {
        browser.type_into(&control(pointer), value);
    }
    verdict(&browser, "1 to correct, 3 still to fill in");
    browser.value("scrollTo(0, 300)");
    browser.picture(&support::root("docs/images/site-builder.png"));
    browser.show(390, 844, "dark");
    browser.open("site/index.html");
    browser.picture(&support::root("docs/images/site-phone.png"));
}
