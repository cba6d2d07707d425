//! Union: the methods of an element share one message.
//!
//! In: the objects and rules of each method. Out: one [`Message`] over the union of the members;
//! what differs between methods becomes rules under each method's condition.

use super::default::others_fail;
use super::example::sample;
use super::shape::{Lowered, as_text};
use super::{
    About, Check, Expected, Member, Message, MessageKind, Object, Rule, Sample, Shape, Test, Value, When,
    place,
};
use crate::IndexMap;
use crate::resolve::flow::Place;
use crate::syntax::constraint::Relation;
use crate::syntax::descriptor::{Authentication, Pkce};
use crate::syntax::entry::Type;
use crate::syntax::part::Text;
use elementc_runtime::accepts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

/// What RFC 3986 §2.3 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn constant(kind: Type, accepts: u8, one_of: Vec<Json>) -> Shape {
    Shape::Value(Value { kind, accepts, one_of, pattern: None, min: None, max: None })
}

fn about(title: &str, description: &str, example: Option<Json>) -> About {
    About {
        title: title.to_owned(),
        description: Some(description.into()),
        example,
        shown: true,
        ..About::default()
    }
}

fn nested(title: &str, description: &str, object: Object, required: bool) -> Member {
    Member { required, shape: Shape::Object(object), about: about(title, description, None) }
}

fn key_member(lowered: &Lowered) -> Member {
    let key = Json::from(&*lowered.element.key.value);
    Member {
        required: true,
        shape: constant(Type::String, accepts::STRING, vec![key.clone()]),
        about: about("Element Key", "Key of the element.", Some(key)),
    }
}

/// Flat messages: one for all methods that agree on it, and one for each that differs.
pub fn alike(kind: MessageKind, having: &[&Lowered]) -> Vec<Message> {
    let mut messages: Vec<Message> = Vec::new();
    for lowered in having {
        let (root, rules) = match place(kind) {
            Some(place) => (lowered.object(place), lowered.rules(place, &[])),
            None => (url_response(lowered), Vec::new()),
        };
        let sample = Sample {
            method: lowered.method.name.clone(),
            at: lowered.method.at,
            json: sample(&root, &rules, &[]),
        };
        match messages.iter_mut().find(|m| m.root == root && m.rules == rules) {
            Some(same) => same.samples.push(sample),
            None => {
                let method = lowered.method.name.clone().filter(|_| !messages.is_empty());
                messages.push(Message { kind, method, root, rules, samples: vec![sample] });
            }
        }
    }
    messages
}

fn url_response(lowered: &Lowered) -> Object {
    let url = Member {
        required: true,
        shape: Shape::Value(Value {
            kind: Type::Url,
            accepts: accepts::STRING,
            one_of: Vec::new(),
            pattern: Some(super::Pattern {
                source: crate::pattern::format(crate::pattern::Format::Url).to_owned(),
                expected: "an http or https URL".to_owned(),
            }),
            min: None,
            max: None,
        }),
        about: about("OAuth URL", "Where to send the user.", oauth_url(lowered).map(Json::from)),
    };
    let members = IndexMap::from_iter([("element".into(), key_member(lowered)), ("oauthUrl".into(), url)]);
    Object { open: true, members }
}

/// The vendor's authorization endpoint with its query, percent-encoded.
fn oauth_url(lowered: &Lowered) -> Option<String> {
    let body = &lowered.method.body;
    let authorize = body.oauth2.authorize.as_ref().or(body.oauth1.authorize.as_ref())?;
    let mut url = lowered.filled(&authorize.value, Place::Query, 0)?;
    let mut append = |key: &str, value: &str| {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&format!(
            "{}={}",
            utf8_percent_encode(key, ENCODED),
            utf8_percent_encode(value, ENCODED)
        ));
    };
    let redirect = lowered.object(Place::Redirect).members;
    for (key, member) in &redirect {
        let Some(example) = member.about.example.as_ref().filter(|_| member.about.shown) else { continue };
        append(key, &as_text(example));
    }
    for (key, value) in
        challenge(lowered).into_iter().flatten().filter(|(key, _)| !redirect.contains_key(*key))
    {
        append(key, value);
    }
    Some(url)
}

/// What PKCE adds to the vendor's query (RFC 7636 §4.3), with the example of its appendix B.
fn challenge(lowered: &Lowered) -> Option<[(&'static str, &'static str); 2]> {
    let method = lowered.method.body.oauth2.pkce.as_ref()?.value;
    let example = match method {
        Pkce::S256 => "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        Pkce::Plain => "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    };
    (lowered.method.authentication == Authentication::OAuth2)
        .then_some([("code_challenge", example), ("code_challenge_method", method.word())])
}

/// One method's part of a union.
struct Part {
    /// When the method applies; `None` if it is the only one.
    when: Option<When>,
    object: Option<Object>,
}

/// When each method applies. The one without condition applies when no other does.
fn conditions(having: &[&Lowered]) -> Vec<Option<When>> {
    let at = [Text::from("configuration")];
    let tests = |l: &Lowered| -> Option<Vec<Test>> {
        // Conditions live as long as the element: reborrow from the method.
        let method = l.method;
        let condition = &method.when.as_ref()?.value;
        Some(Lowered { element: l.element, method }.tests(condition, Place::Configuration, &at))
    };
    if having.len() == 1 {
        return vec![None];
    }
    let all: Vec<Option<Vec<Test>>> = having.iter().map(|l| tests(l)).collect();
    let others: Vec<Vec<Test>> = all.iter().flatten().cloned().collect();
    all.into_iter()
        .map(|own| {
            Some(match own {
                Some(tests) => When { any: vec![tests], negated: false },
                None => When { any: others.clone(), negated: true },
            })
        })
        .collect()
}

/// The body of `POST /instances`.
pub fn create_instance(having: &[&Lowered]) -> Message {
    let whens = conditions(having);
    let requests: Vec<Object> = having.iter().map(|l| request(l)).collect();
    let own: Vec<Vec<Rule>> = having.iter().map(|l| own_rules(l)).collect();
    let samples = having
        .iter()
        .zip(&whens)
        .zip(&own)
        .zip(&requests)
        .map(|(((lowered, when), rules), request)| {
            let tests: Vec<Test> = match when {
                Some(when) if when.negated => others_fail(request, when),
                when => when.iter().flat_map(|w| &w.any).flatten().cloned().collect(),
            };
            let json = sample(request, rules, &tests);
            Sample { method: lowered.method.name.clone(), at: lowered.method.at, json }
        })
        .collect();
    let mut rules = Vec::new();
    let parts = requests.into_iter().zip(&whens);
    let parts = parts.map(|(object, when)| Part { when: when.clone(), object: Some(object) });
    let mut root = unite(&[], parts.collect(), &mut rules);
    close_discriminators(&mut root, &whens);
    let configuration = [Text::from("configuration")];
    for (mine, when) in own.iter().zip(&whens) {
        for rule in mine {
            let everywhere = own.iter().all(|rules| rules.contains(rule));
            let mut rule = rule.clone();
            if !everywhere {
                rule.when.extend(when.clone());
            }
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    if let Some(fits) = fits(&root, &whens) {
        rules.insert(0, Rule { object: configuration.to_vec(), when: Vec::new(), check: Check::Fits(fits) });
    }
    Message { kind: MessageKind::CreateInstance, method: None, root, rules, samples }
}

/// The body of one method, and its rules.
pub fn alone(lowered: &Lowered) -> (Object, Vec<Rule>) {
    (request(lowered), own_rules(lowered))
}

/// The rules of one method's body.
fn own_rules(lowered: &Lowered) -> Vec<Rule> {
    let configuration = [Text::from("configuration")];
    let provider_data = [Text::from("providerData")];
    let places: [(Place, &[Text]); 3] = [
        (Place::ProviderData, &provider_data),
        (Place::Configuration, &configuration),
        (Place::Request, &[]),
    ];
    places.iter().flat_map(|(place, at)| lowered.rules(*place, at)).collect()
}

fn request(lowered: &Lowered) -> Object {
    let mut members = IndexMap::default();
    let element = Object { open: false, members: IndexMap::from_iter([("key".into(), key_member(lowered))]) };
    members
        .insert("element".into(), nested("Element", "The element to create an instance of.", element, true));
    let parts = [
        (Place::ProviderData, "providerData", "Provider Data", "What the provider sent to the callback URL."),
        (
            Place::Configuration,
            "configuration",
            "Configuration",
            "The configuration entries of the instance.",
        ),
    ];
    for (place, key, title, description) in parts {
        let object = lowered.object(place);
        if place == Place::Configuration || !object.members.is_empty() {
            let required = object.members.values().any(|m| m.required)
                || lowered.rules(place, &[]).iter().any(|r| {
                    matches!(r.check, Check::Related(Relation::OneOf | Relation::AnyOf, _))
                        && r.when.is_empty()
                });
            members.insert(key.into(), nested(title, description, object, required));
        }
    }
    members.extend(lowered.object(Place::Request).members);
    Object { open: false, members }
}

/// The union of some objects at `path`. What only some methods require or have becomes rules.
fn unite(path: &[Text], mut parts: Vec<Part>, rules: &mut Vec<Rule>) -> Object {
    // Most elements have one method, and nothing to unite.
    if parts.len() == 1 {
        return parts.pop().and_then(|part| part.object).unwrap_or_default();
    }
    let open = parts.iter().filter_map(|p| p.object.as_ref()).all(|o| o.open);
    let mut keys: IndexMap<Text, ()> = IndexMap::default();
    for object in parts.iter().filter_map(|p| p.object.as_ref()) {
        keys.extend(object.members.keys().map(|k| (k.clone(), ())));
    }
    let mut united = Object { open, members: IndexMap::default() };
    for (key, ()) in keys {
        let found: Vec<(&Part, Option<&Member>)> = parts
            .iter()
            .filter(|p| p.object.is_some())
            .map(|p| (p, p.object.as_ref().and_then(|o| o.members.get(&key))))
            .collect();
        let members: Vec<&Member> = found.iter().filter_map(|(_, m)| *m).collect();
        let always = members.len() == found.len();
        let mut member = members[0].clone();
        // A secret of one method is one for whoever reads of all.
        if let Some(secret) = members.iter().find(|m| m.about.secret) {
            member.about.secret = true;
            member.about.example = secret.about.example.clone();
        }
        member.required = always && members.iter().all(|m| m.required);
        if !open && !member.required {
            for (part, own) in &found {
                let check = match own {
                    Some(m) if m.required => Check::Required(key.clone()),
                    Some(_) => continue,
                    None => Check::Excluded(key.clone()),
                };
                rules.push(Rule { object: path.to_vec(), when: part.when.iter().cloned().collect(), check });
            }
        }
        if members.iter().any(|m| matches!(m.shape, Shape::Object(_))) {
            let inner = found
                .iter()
                .map(|(part, own)| Part {
                    when: part.when.clone(),
                    object: own.and_then(|m| match &m.shape {
                        Shape::Object(object) => Some(object.clone()),
                        _ => None,
                    }),
                })
                .collect();
            let at: Vec<Text> = path.iter().cloned().chain([key.clone()]).collect();
            member.shape = Shape::Object(unite(&at, inner, rules));
        } else if let Shape::Value(value) = &mut member.shape {
            // Constants that differ between methods: any of them.
            for other in &members[1..] {
                if let Shape::Value(other) = &other.shape {
                    widen(value, other);
                }
            }
        }
        united.members.insert(key, member);
    }
    united
}

fn widen(value: &mut Value, other: &Value) {
    if value.one_of.is_empty() || other.one_of.is_empty() {
        value.one_of.clear();
    } else {
        let more: Vec<Json> = other.one_of.iter().filter(|v| !value.one_of.contains(v)).cloned().collect();
        value.one_of.extend(more);
    }
}

/// An entry that every method's condition asks for a value takes those values only.
fn close_discriminators(root: &mut Object, whens: &[Option<When>]) {
    let mut asked: IndexMap<Vec<Text>, (usize, Vec<Json>)> = IndexMap::default();
    for test in whens.iter().flatten().filter(|w| !w.negated).flat_map(|w| &w.any).flatten() {
        if let Expected::OneOf(values) = &test.expected {
            let (count, all) = asked.entry(test.member.clone()).or_default();
            *count += 1;
            all.extend(values.iter().cloned());
        }
    }
    for (path, (count, values)) in asked {
        if count != whens.len() {
            continue;
        }
        let Some(member) = member_mut(root, &path) else { continue };
        if let Shape::Value(value) = &mut member.shape
            && value.one_of.is_empty()
            && value.kind == Type::String
        {
            member.about.example = values.first().cloned();
            value.one_of = values.into_iter().filter(Json::is_string).collect();
            value.one_of.dedup();
            value.pattern = None;
        }
    }
}

fn member_mut<'a>(object: &'a mut Object, path: &[Text]) -> Option<&'a mut Member> {
    let (first, rest) = path.split_first()?;
    let member = object.members.get_mut(first)?;
    if rest.is_empty() {
        return Some(member);
    }
    match &mut member.shape {
        Shape::Object(inner) => member_mut(inner, rest),
        _ => None,
    }
}

/// The condition that some variant fits, unless other rules see to it already: one entry that is
/// always there and takes the variants' values only, or an entry that is there or not.
fn fits(root: &Object, whens: &[Option<When>]) -> Option<When> {
    let tests: Vec<&Vec<Test>> =
        whens.iter().map(|w| w.as_ref().filter(|w| !w.negated).map(|w| &w.any[0])).collect::<Option<_>>()?;
    let fits = When { any: tests.iter().map(|t| (*t).clone()).collect(), negated: false };
    let [first, ..] = tests.as_slice() else { return None };
    let [test] = first.as_slice() else { return Some(fits) };
    if !tests.iter().all(|t| t.len() == 1 && t[0].member == test.member) {
        return Some(fits);
    }
    let expected = || tests.iter().map(|t| &t[0].expected);
    let mut object = root;
    for key in &test.member[..test.member.len() - 1] {
        match object.members.get(key).map(|m| &m.shape) {
            Some(Shape::Object(inner)) => object = inner,
            _ => return Some(fits),
        }
    }
    let member = test.member.last().and_then(|key| object.members.get(key))?;
    let there = member.required || tests.iter().any(|t| t[0].default_holds);
    let closed = match &member.shape {
        Shape::Value(value) => {
            let covers =
                |v: &Json| expected().any(|e| matches!(e, Expected::OneOf(values) if values.contains(v)));
            !value.one_of.is_empty() && value.one_of.iter().all(covers)
        }
        _ => false,
    };
    let both = expected().any(|e| *e == Expected::Present) && expected().any(|e| *e == Expected::Absent);
    (!(both || (there && closed))).then_some(fits)
}

/// The created instance: what the platform reports, and the echo of the request.
pub fn created_instance(having: &[&Lowered]) -> Message {
    let objects: Vec<Object> =
        having.iter().zip(conditions(having)).map(|(l, when)| created(l, when.as_ref())).collect();
    let samples = having
        .iter()
        .zip(&objects)
        .map(|(l, object)| Sample {
            method: l.method.name.clone(),
            at: l.method.at,
            json: sample(object, &[], &[]),
        })
        .collect();
    let parts = objects.into_iter().map(|object| Part { when: None, object: Some(object) }).collect();
    let root = unite(&[], parts, &mut Vec::new());
    Message { kind: MessageKind::CreatedInstance, method: None, root, rules: Vec::new(), samples }
}

fn created(lowered: &Lowered, when: Option<&When>) -> Object {
    let asked = |key: &Text| {
        let tests = when.filter(|w| !w.negated).into_iter().flat_map(|w| &w.any).flatten();
        tests.filter(|t| t.member.last() == Some(key)).find_map(|t| match &t.expected {
            Expected::OneOf(values) => values.first().map(|v| Json::from(as_text(v))),
            Expected::Present | Expected::Absent => None,
        })
    };
    let mut root = lowered.object(Place::InstanceBody);
    let element = lowered.object(Place::InstanceElement);
    root.members.insert("element".into(), nested("Element", "The element of the instance.", element, true));
    let mut configuration = Object { open: true, members: IndexMap::default() };
    let reported = lowered.object(Place::InstanceConfiguration);
    for (key, entry) in lowered.method.body.configuration.iter() {
        let mut member = lowered.member(Place::InstanceConfiguration, key, entry);
        member.required = false;
        member.about.default = None;
        // What tells the methods apart is what it must be for this one.
        member.about.example = Some(asked(key).unwrap_or_else(|| lowered.echo(key, entry)));
        member.about.shown &= !flow_only(lowered, key);
        configuration.members.insert(key.clone(), member);
    }
    for (key, member) in reported.members {
        configuration.members.insert(key, member);
    }
    let description = "The configuration entries of the instance: text or null.";
    root.members.insert("configuration".into(), nested("Configuration", description, configuration, true));
    root
}

/// Whether the platform reports an entry of the request under its own terms.
fn flow_only(lowered: &Lowered, key: &str) -> bool {
    lowered.method.entries(Place::InstanceConfiguration).is_some_and(|e| e.contains_key(key))
}
