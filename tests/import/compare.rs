//! Compare: what a foreign file states against the element that was made of it. Every difference
//! is named; what the descriptor keeps under `x-definition`, it says itself.

use elementc_compiler::Compiled;
use elementc_compiler::import::{FindingKind, Imported};
use elementc_compiler::resolve::Method;
use elementc_compiler::syntax::condition::Requirement;
use elementc_compiler::syntax::entry::{Entry, Type};
use serde_json::Value as Json;

fn text(json: &Json) -> Option<String> {
    match json {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn is(item: &Json, member: &str) -> bool {
    text(&item[member]).is_some_and(|text| ["true", "1", "Y"].contains(&text.as_str()))
}

/// The group of an item, by either name that the platform gave this member.
fn group(item: &Json) -> Option<&str> {
    item["groupName"].as_str().or_else(|| item["groupBy"].as_str())
}

fn kind(entry: &Entry) -> Type {
    entry.kind.as_ref().map_or(Type::String, |kind| kind.value)
}

fn is_secret(entry: &Entry) -> bool {
    entry.secret.as_ref().is_some_and(|secret| secret.value)
}

/// How a definition differs from its element.
pub fn definition(json: &Json, compiled: &Compiled, imported: &Imported) -> Vec<String> {
    let kept: Json =
        serde_yaml::from_str::<Json>(&imported.descriptor).expect("it is YAML")["x-definition"].clone();
    let mut found = Vec::new();
    if let Some(key) = json["key"].as_str()
        && key.chars().all(|c| c.is_ascii_alphanumeric())
        && *compiled.element.key.value != *key
    {
        found.push(format!("the key is `{}`", compiled.element.key.value));
    }
    if let Some(id) = json["id"].as_i64()
        && compiled.element.id.as_ref().map(|id| id.value) != Some(id)
    {
        found.push("the id differs".to_owned());
    }
    if let (Some(id), None) = (json["id"].as_str(), &compiled.element.id)
        && kept["id"] != id
    {
        found.push("the id is lost".to_owned());
    }
    let items = json["configuration"].as_array().cloned().unwrap_or_default();
    let keyed: Vec<&Json> =
        items.iter().filter(|item| item["key"].as_str().is_some_and(|k| !k.is_empty())).collect();
    for (at, item) in keyed.iter().enumerate() {
        let key = item["key"].as_str().expect("it was filtered").trim();
        let kept = &kept["configuration"][key];
        let again = keyed[..at].iter().any(|o| o["key"] == item["key"] && group(o) == group(item));
        if again {
            found.extend(kept["again"].is_null().then(|| format!("`{key}`: the second is lost")));
            continue;
        }
        // What a group says of a key goes before what none says.
        let grouped: Vec<&Method> = keyed
            .iter()
            .filter(|other| group(item).is_none() && other["key"] == item["key"] && group(other).is_some())
            .flat_map(|other| methods(other, compiled))
            .collect();
        let own = methods(item, compiled).into_iter();
        for method in own.filter(|m| !grouped.iter().any(|g| std::ptr::eq(*g, *m))) {
            let mut differ = |what: &str| found.push(format!("`{key}` of `{:?}`: {what}", method.name));
            one(item, key, method, kept, &left_out(key, imported), &mut differ);
        }
    }
    found
}

/// The methods that an item is of: those of its group, or all.
fn methods<'a>(item: &Json, compiled: &'a Compiled) -> Vec<&'a Method> {
    let all: Vec<&Method> = compiled.element.methods.iter().collect();
    let Some(group) = group(item) else { return all };
    let groups: Vec<&str> = group.split(',').map(str::trim).collect();
    let of = |method: &&Method| {
        let when = method
            .when
            .as_ref()
            .map(|when| elementc_compiler::syntax::condition::show_condition(&when.value));
        // What applies if nothing chooses has no condition, but the name of the value.
        let usual = method.name.as_ref().filter(|_| when.is_none()).map(ToString::to_string);
        let values: Vec<String> = usual
            .into_iter()
            .chain(when.iter().filter_map(Json::as_object).flatten().filter_map(|(_, v)| text(v)))
            .collect();
        groups.iter().any(|group| values.iter().any(|value| value.eq_ignore_ascii_case(group)))
    };
    let own: Vec<&Method> = all.iter().copied().filter(of).collect();
    if own.is_empty() { all } else { own }
}

/// Whether the report says that the default of an entry, or its options, may hold a secret.
struct LeftOut {
    default: bool,
    options: bool,
}

fn left_out(key: &str, imported: &Imported) -> LeftOut {
    let told = |what: &str| {
        let begin = format!("the {what} of `{key}`: ");
        imported.findings.iter().any(|f| f.kind == FindingKind::LeftOut && f.text.starts_with(&begin))
    };
    LeftOut { default: told("default"), options: told("options") }
}

fn one(
    item: &Json,
    key: &str,
    method: &Method,
    kept: &Json,
    left_out: &LeftOut,
    differ: &mut dyn FnMut(&str),
) {
    // What the compiler refused is kept whole, and what is inherited stands.
    if kept["name"].is_string() && kept["type"].is_string() && kept["required"].is_boolean() {
        return;
    }
    let internal = is(item, "internal");
    let map = if internal { &*method.body.instance.configuration } else { &*method.body.configuration };
    let Some(entry) = map.get(key) else { return differ("it is not there") };
    let default = text(&item["defaultValue"]);
    let assumed = default.as_ref().filter(|d| !d.is_empty());
    if (item["type"] == "PASSWORD" || is(item, "encrypt")) && !is_secret(entry) {
        differ("it is a secret");
    }
    let said = if internal { &entry.example } else { &entry.default };
    let said = said.as_ref().and_then(|value| text(&value.value));
    match (&default, said) {
        (Some(_), None) if is_secret(entry) || left_out.default => {}
        (Some(own), _) if text(&kept["defaultValue"]).as_ref() == Some(own) => {}
        // A trait takes it from an endpoint.
        (Some(own), None) if entry.from.is_some() => {
            let from = entry.from.as_ref().map(|f| f.value.to_string()).unwrap_or_default();
            let oauth2 = &method.body.oauth2;
            let endpoint = match from.as_str() {
                "oauth2.authorize" => oauth2.authorize.as_ref().map(|u| u.value.to_string()),
                "oauth2.token" => oauth2.token.as_ref().map(|u| u.value.to_string()),
                "oauth2.scope" => elementc_compiler::resolve::flow::scope(method),
                "oauth2.revoke" => oauth2.revoke.as_ref().map(|u| u.value.to_string()),
                _ => None,
            };
            if endpoint.as_ref() != Some(own) {
                differ(&format!("its default comes from {from}, {endpoint:?}"));
            }
        }
        (own, said) if internal && own.is_none() => drop(said),
        (own, said) => {
            let same = match (own, &said) {
                (Some(own), Some(said)) => {
                    own == said || (kind(entry) == Type::Boolean && own.eq_ignore_ascii_case(said))
                }
                (None, None) => true,
                _ => false,
            };
            if !same {
                differ(&format!("its default is {said:?}, not {own:?}"));
            }
        }
    }
    if !internal {
        let must = is(item, "required") && (assumed.is_none() || is_secret(entry));
        let required = match entry.required.as_ref().map(|r| &r.value) {
            Some(Requirement::Always(required)) => Some(*required),
            Some(Requirement::When(_)) => None,
            None => Some(entry.default.is_none()),
        };
        let conditional = required.is_none() && group(item).is_some() || !must && required.is_none();
        let excused = must && kept["required"] == true;
        if required != Some(must) && !conditional && !excused {
            differ(&format!("required is {required:?}, not {must}"));
        }
    }
    if is(item, "required") && !internal && assumed.is_some() && !is_secret(entry) && kept["required"] != true
    {
        differ("it was required, which is lost");
    }
    let word = item["type"].as_str().unwrap_or_default();
    let boolean = assumed.is_none_or(|d| d.eq_ignore_ascii_case("true") || d.eq_ignore_ascii_case("false"));
    let fits = match word.split('_').next().unwrap_or_default() {
        "BOOLEAN" | "CHECKBOX" if boolean => kind(entry) == Type::Boolean,
        "TEXTFIELD" | "TEXTAREA" | "PASSWORD" | "CODE" => {
            // What a trait knows better: URLs, and flags that are edited as text.
            matches!(kind(entry), Type::String | Type::Url)
                || ["event.notification.enabled", "filter.response.nulls"].contains(&key)
        }
        _ => true,
    };
    if !fits && !internal && kept["type"].is_null() {
        differ(&format!("its type is {:?}, not {word}", kind(entry)));
    }
    if let (Some(options), true) =
        (item["options"].as_array(), kept["options"].is_null() && !is_secret(entry) && !left_out.options)
    {
        let values: Vec<String> =
            entry.values.iter().flat_map(|v| &v.value).filter_map(|v| text(&v.value)).collect();
        let wanted: Vec<String> = options.iter().filter_map(|o| text(o.get("value").unwrap_or(o))).collect();
        // These are the values of a boolean anyway.
        let is_boolean = kind(entry) == Type::Boolean && wanted == ["true", "false"];
        if values != wanted && !is_boolean {
            differ(&format!("its values are {values:?}, not {wanted:?}"));
        }
    }
}

/// How a request differs from its element.
pub fn request(request: &Json, compiled: &Compiled) -> Vec<String> {
    let mut found = Vec::new();
    let [method] = compiled.element.methods.as_slice() else { return vec!["it has variants".to_owned()] };
    for (key, value) in request["configuration"].as_object().into_iter().flatten() {
        let Some(entry) = method.body.configuration.get(key) else {
            found.push(format!("`{key}` is not there"));
            continue;
        };
        let wanted = match value {
            Json::Bool(_) => Type::Boolean,
            Json::Object(_) => Type::Json,
            Json::Array(_) => Type::List,
            Json::Number(_) => Type::Integer,
            _ => kind(entry),
        };
        if kind(entry) != wanted {
            found.push(format!("`{key}` is {:?}, not {wanted:?}", kind(entry)));
        }
        let optional = entry.required.as_ref().is_some_and(|r| r.value == Requirement::Always(false));
        let says_so = value.as_str().is_some_and(|v| v.to_lowercase().starts_with("<optional"));
        if optional && !says_so {
            found.push(format!("`{key}` is optional"));
        }
        if entry.default.is_some() && entry.group.is_none() {
            found.push(format!("`{key}` has a default that nobody stated"));
        }
    }
    for key in request["providerData"].as_object().into_iter().flatten().map(|(key, _)| key) {
        if !method.body.provider_data.contains_key(key) {
            found.push(format!("`{key}` of `providerData` is not there"));
        }
    }
    found
}
