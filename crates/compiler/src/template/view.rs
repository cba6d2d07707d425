//! Views: a compiled element becomes what templates see of it.
//!
//! In: a [`Compiled`] and the site. Out: the types of [`super::context`], borrowing from both.

use super::context::{
    Deprecation, Element, Entry, Message, Method, MethodName, Origin, Part, Phrase, Problem, Site, Whole,
};
use super::escape::{percent, shell};
use super::phrase;
use crate::Compiled;
use crate::derive::{push_json, push_member};
use crate::lower::{self, Check, Member, MessageKind, Object, Rule, Shape, as_text};
use crate::resolve;
use crate::resolve::flow::{self, Place};
use crate::syntax::descriptor::Authentication;
use crate::syntax::part::Text;
use elementc_runtime::{Placeholders, validate};
use serde_json::Value as Json;

/// The headers of `POST /instances`. Whoever sends it fills in the secrets.
const HEADERS: [&str; 2] = [
    "Authorization: User <INSERT_USER_SECRET>, Organization <INSERT_ORGANIZATION_SECRET>",
    "Content-Type: application/json",
];

/// The file that the command of `POST /instances` reads its body from.
pub const BODY: &str = "instance.json";

/// What an element's methods are made from where each has its own body; the only method's body is that
/// of the message.
pub struct Bodies(Vec<(Object, Vec<Rule>)>);

impl Bodies {
    /// Those of an element.
    pub fn of(compiled: &Compiled) -> Self {
        let element = &compiled.element;
        let several = element.methods.len() > 1;
        Self(element.methods.iter().filter(|_| several).map(|m| lower::alone(element, m)).collect())
    }
}

/// An element with its methods.
pub fn whole<'a>(compiled: &'a Compiled, bodies: &'a Bodies, site: &Site) -> Whole<'a> {
    let methods =
        (0..compiled.element.methods.len()).filter_map(|at| method(compiled, bodies, at, site, |_| true));
    Whole { element: element(compiled), methods: methods.collect() }
}

/// What an element is.
pub fn element<'a>(compiled: &'a Compiled) -> Element<'a> {
    let element = &compiled.element;
    Element {
        key: &element.key.value,
        id: element.id.as_ref().map(|id| id.value),
        name: &element.name.value,
        label: flow::label(element),
        hub: element.hub.as_ref().map(|t| &*t.value),
        status: element.status().word(),
        description: element.description.as_ref().map(|t| &*t.value),
        image: element.image.as_ref().map(|t| &*t.value),
        names: element.methods.iter().enumerate().map(|(at, method)| called(method, at)).collect(),
    }
}

fn called(method: &resolve::Method, at: usize) -> MethodName<'_> {
    let usual = match method.authentication {
        Authentication::OAuth2 => "OAuth 2.0",
        Authentication::OAuth1 => "OAuth 1.0",
        Authentication::Basic => "user name and password",
        Authentication::ApiKey => "API key",
        Authentication::Custom => "custom authentication",
    };
    let name = method.name.as_deref();
    MethodName {
        name,
        title: method
            .title
            .as_ref()
            .map_or_else(|| name.unwrap_or(usual).to_owned(), |t| t.value.to_string()),
        authentication: method.authentication.word(),
        first: at == 0,
        when: method.when.as_ref().map(|when| phrase::condition(&when.value)).unwrap_or_default(),
    }
}

/// A method with its messages; `None` if it lacks those that every method has. Entries are only those of
/// the members whose entries are `wanted`, for most of them stand where few templates look.
pub fn method<'a>(
    compiled: &'a Compiled,
    bodies: &'a Bodies,
    at: usize,
    site: &Site,
    wanted: impl Fn(&str) -> bool,
) -> Option<Method<'a>> {
    let method = compiled.element.methods.get(at)?;
    let of = |kind: MessageKind| described(compiled, bodies, at, kind, site, wanted(member(kind)));
    Some(Method {
        name: called(method, at),
        token_request: of(MessageKind::TokenRequest),
        token_response: of(MessageKind::TokenResponse),
        url_request: of(MessageKind::UrlRequest),
        url_response: of(MessageKind::UrlResponse),
        callback: of(MessageKind::Callback),
        create_instance: of(MessageKind::CreateInstance)?,
        created_instance: of(MessageKind::CreatedInstance)?,
    })
}

/// The member of [`Method`] that a message is.
const fn member(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::TokenRequest => "tokenRequest",
        MessageKind::TokenResponse => "tokenResponse",
        MessageKind::UrlRequest => "urlRequest",
        MessageKind::UrlResponse => "urlResponse",
        MessageKind::Callback => "callback",
        MessageKind::CreateInstance => "createInstance",
        MessageKind::CreatedInstance => "createdInstance",
    }
}

/// The messages of a method, in the order in which they are sent.
pub fn messages<'a>(compiled: &'a Compiled, bodies: &'a Bodies, at: usize, site: &Site) -> Vec<Message<'a>> {
    MessageKind::ALL.into_iter().filter_map(|kind| message(compiled, bodies, at, kind, site)).collect()
}

/// What a method is called.
pub fn name<'a>(compiled: &'a Compiled, at: usize) -> Option<MethodName<'a>> {
    compiled.element.methods.get(at).map(|method| called(method, at))
}

/// A message of a method; `None` if the method does not have it.
pub fn message<'a>(
    compiled: &'a Compiled,
    bodies: &'a Bodies,
    at: usize,
    kind: MessageKind,
    site: &Site,
) -> Option<Message<'a>> {
    described(compiled, bodies, at, kind, site, true)
}

/// A message, with its entries or without.
fn described<'a>(
    compiled: &'a Compiled,
    bodies: &'a Bodies,
    at: usize,
    kind: MessageKind,
    site: &Site,
    with_entries: bool,
) -> Option<Message<'a>> {
    let method = &compiled.element.methods[at];
    if !lower::has(method.authentication, kind) {
        return None;
    }
    let own = |m: &&lower::Message| m.kind == kind && m.samples.iter().any(|s| s.method == method.name);
    let (lowered, program) =
        compiled.messages.iter().zip(&compiled.programs).find(|(message, _)| own(message))?;
    let sample = &lowered.samples.iter().find(|s| s.method == method.name)?.json;
    let (root, rules) = match bodies.0.get(at) {
        Some((root, rules)) if kind == MessageKind::CreateInstance => (root, rules.as_slice()),
        _ => (&lowered.root, lowered.rules.as_slice()),
    };
    let key = &compiled.element.key.value;
    let (verb, path) = match kind {
        MessageKind::TokenRequest => (Some("GET"), Some(format!("/elements/{key}/oauth/token"))),
        MessageKind::UrlRequest => (Some("GET"), Some(format!("/elements/{key}/oauth/url"))),
        MessageKind::CreateInstance => (Some("POST"), Some("/instances".to_owned())),
        _ => (None, None),
    };
    let base = path.as_ref().map(|path| format!("{}{path}", site.platform));
    let query = kind.is_query().then(|| pairs(sample));
    let called_back = (kind == MessageKind::Callback).then(|| callback_url(compiled, method)).flatten();
    let url = match (&base, &query, &called_back) {
        (Some(base), Some(query), _) | (None, Some(query), Some(base)) => Some(with_query(base, query)),
        (Some(base), None, _) => Some(base.clone()),
        _ => None,
    };
    let refusal = called_back.as_ref().and_then(|base| Some(with_query(base, &refused(root, sample)?)));
    let curl = base.as_ref().map(|base| match &query {
        Some(query) => get(base, query),
        None => post(base),
    });
    let parts = if with_entries { parts(compiled.element, method, kind, root, rules) } else { Vec::new() };
    let deprecated = parts.iter().flat_map(|p| &p.entries).filter(|e| e.deprecation.is_some()).cloned();
    Some(Message {
        name: lowered.name(),
        description: kind.description(key),
        verb,
        path,
        constraints: rules.iter().filter_map(phrase::constraint).collect(),
        sample,
        url,
        refusal,
        curl,
        problem: (kind == MessageKind::CreateInstance)
            .then(|| problem(root, method, sample, program))
            .flatten(),
        deprecated: deprecated.collect(),
        parts,
    })
}

/// The parameters of a query.
fn pairs(sample: &Json) -> Vec<(String, String)> {
    sample.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), as_text(value))).collect()
}

fn with_query(base: &str, query: &[(String, String)]) -> String {
    // No URL needs braces, and Liquid takes two of them for its own.
    let mut url = base.replace('{', "%7B");
    for (key, value) in query {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&format!("{}={}", percent(key), percent(value)));
    }
    url
}

/// The callback URL that the samples give to the platform.
fn callback_url(compiled: &Compiled, method: &resolve::Method) -> Option<String> {
    let asks = |m: &&lower::Message| matches!(m.kind, MessageKind::TokenRequest | MessageKind::UrlRequest);
    compiled.messages.iter().filter(asks).find_map(|message| {
        let sample = message.samples.iter().find(|s| s.method == method.name)?;
        Some(sample.json.get("callbackUrl")?.as_str()?.to_owned())
    })
}

/// The query of the callback when the user refuses, where the callback says so by `error` in place of
/// something else (RFC 6749 §4.1.2.1).
fn refused(root: &Object, sample: &Json) -> Option<Vec<(String, String)>> {
    let error = root.members.get("error").filter(|_| sample.get("error").is_none())?;
    let kept = |key: &str| key == "state";
    let mut query: Vec<_> = pairs(sample).into_iter().filter(|(key, _)| kept(key)).collect();
    query.push(("error".to_owned(), as_text(error.about.example.as_ref()?)));
    Some(query)
}

/// `curl` with each parameter in a line of its own, which it encodes.
fn get(base: &str, query: &[(String, String)]) -> String {
    let mut command = format!("curl --get {}", shell(base));
    for (key, value) in query {
        command.push_str(&format!(" \\\n  --data-urlencode {}", shell(&format!("{}={value}", percent(key)))));
    }
    command
}

fn post(base: &str) -> String {
    let mut command = format!("curl -X POST {}", shell(base));
    for header in HEADERS {
        command.push_str(&format!(" \\\n  -H {}", shell(header)));
    }
    command.push_str(&format!(" \\\n  -d @{BODY}"));
    command
}

/// What is said when the first entries of the configuration that must be there are not.
fn problem(
    root: &Object,
    method: &resolve::Method,
    sample: &Json,
    program: &elementc_runtime::Program,
) -> Option<Problem<'static>> {
    const LEFT_OUT: usize = 2;
    let chooses = |key: &Text| method.when.as_ref().is_some_and(|when| when.value.contains_key(key));
    let required = |object: &Object| -> Vec<Text> {
        let members = object.members.iter().filter(|(key, member)| member.required && !chooses(key));
        members.map(|(key, _)| key.clone()).take(LEFT_OUT).collect()
    };
    let mut body = sample.clone();
    let configuration = match root.members.get("configuration").map(|m| &m.shape) {
        Some(Shape::Object(object)) => required(object),
        _ => Vec::new(),
    };
    let (object, left_out) = if configuration.is_empty() {
        let top: Vec<Text> = ["name", "tags"].map(Text::from).into();
        (
            body.as_object_mut()?,
            top.into_iter().filter(|k| root.members.get(k).is_some_and(|m| m.required)).collect(),
        )
    } else {
        (body.get_mut("configuration")?.as_object_mut()?, configuration)
    };
    for key in &left_out {
        object.shift_remove(&**key);
    }
    let mut text = String::with_capacity(1024);
    push_json(&mut text, &body);
    let report = validate(program, text.as_bytes(), Placeholders::Allowed);
    Some(Problem {
        sentence: phrase::missing(&report)?,
        report: serde_json::from_str(&report.to_json()).ok()?,
    })
}

/// The entries of a message, by the object that they are in and by group.
fn parts<'a>(
    element: &'a resolve::Element,
    method: &'a resolve::Method,
    kind: MessageKind,
    root: &'a Object,
    rules: &'a [Rule],
) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let top = match kind {
        MessageKind::CreateInstance => Place::Request,
        MessageKind::CreatedInstance => Place::InstanceBody,
        MessageKind::TokenRequest => Place::TokenQuery,
        MessageKind::TokenResponse => Place::TokenResponse,
        MessageKind::UrlRequest => Place::Query,
        MessageKind::UrlResponse => Place::Redirect,
        MessageKind::Callback => Place::Callback,
    };
    let mut scalars = Vec::new();
    let mut objects = Vec::new();
    for (key, member) in &root.members {
        match &member.shape {
            Shape::Object(inner) => objects.push((key, inner)),
            _ => scalars.push((key, member)),
        }
    }
    let within = |place, object| Within { element, method, place, rules, object };
    grouped("", scalars.into_iter(), &within(Some(top), None), &mut parts);
    for (key, inner) in objects {
        let place = match &**key {
            "configuration" if kind == MessageKind::CreateInstance => Some(Place::Configuration),
            "providerData" => Some(Place::ProviderData),
            _ => None,
        };
        grouped(key, inner.members.iter(), &within(place, Some(key)), &mut parts);
    }
    parts
}

/// What entries are in.
struct Within<'a, 'b> {
    element: &'a resolve::Element,
    method: &'a resolve::Method,
    place: Option<Place>,
    rules: &'a [Rule],
    object: Option<&'b Text>,
}

fn grouped<'a>(
    name: &'a str,
    members: impl Iterator<Item = (&'a Text, &'a Member)>,
    within: &Within<'a, '_>,
    parts: &mut Vec<Part<'a>>,
) {
    let first = parts.len();
    for (key, member) in members {
        let group = member.about.group.as_deref();
        let entry = entry(key, member, within);
        match parts[first..].iter_mut().find(|part| part.group == group) {
            Some(part) => part.entries.push(entry),
            None => parts.push(Part { name, group, entries: vec![entry] }),
        }
    }
}

fn entry<'a>(key: &'a Text, member: &'a Member, within: &Within<'a, '_>) -> Entry<'a> {
    let about = &member.about;
    let here = |rule: &&Rule| rule.object.as_slice() == within.object.map_or(&[][..], std::slice::from_ref);
    let depends =
        within.rules.iter().filter(here).find(|r| matches!(&r.check, Check::Required(k) if k == key));
    let when: Phrase<'a> = depends.iter().flat_map(|rule| &rule.when).flat_map(phrase::when).collect();
    let (kind, values) = match &member.shape {
        Shape::Value(value) => (value.kind.word(), value.one_of.as_slice()),
        Shape::Object(_) => ("json", &[][..]),
        Shape::List | Shape::Strings => ("list", &[][..]),
    };
    let declared = within.place.and_then(|place| within.method.entries(place)).and_then(|e| e.get(key));
    let telling = declared.is_some_and(|e| {
        let links = || flow::chain(within.element, within.method, e);
        let fact = |from: &str| {
            matches!(flow::lookup(within.element, within.method, from), Ok(flow::Target::Fact(_, Some(_))))
        };
        links().any(|link| {
            link.example.is_some()
                || link.example_from.is_some()
                || link.from.as_ref().is_some_and(|from| fact(&from.value))
        })
    });
    let stands_for =
        |json: &Json| json.as_str().is_some_and(|text| text.starts_with('<') && text.ends_with('>'));
    let origin = declared.and_then(|e| e.from.as_ref()).and_then(|from| from.value.split_once('.'));
    // What chooses the method has but those values on its page.
    let chosen = within.method.when.as_ref().filter(|_| within.place == Some(Place::Configuration));
    let allowed = chosen
        .and_then(|when| phrase::choosing(&when.value, key))
        .unwrap_or_else(|| phrase::allowed(&member.shape));
    let mut pointer = String::with_capacity(32);
    within.object.into_iter().chain([key]).for_each(|key| push_member(&mut pointer, key));
    Entry {
        key,
        pointer,
        title: &about.title,
        description: about.description.as_deref(),
        kind,
        allowed,
        values,
        required: member.required,
        when,
        default: about.default.as_ref(),
        example: about.example.as_ref(),
        hint: about.example.as_ref().filter(|shown| telling && !about.secret && !stands_for(shown)),
        shown: about.shown && about.example.is_some(),
        secret: about.secret,
        normalise: about.normalise.as_deref(),
        origin: origin
            .filter(|(message, _)| matches!(*message, "callback" | "token"))
            .map(|(message, entry)| Origin { message, entry }),
        deprecation: about.deprecated.as_ref().map(|d| Deprecation {
            since: d.since.as_ref().map(|t| &*t.value),
            replaced_by: d.replaced_by.as_ref().map(|t| &*t.value),
            note: d.note.as_ref().map(|t| &*t.value),
        }),
    }
}
