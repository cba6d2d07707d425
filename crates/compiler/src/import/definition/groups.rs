//! Groups: an item may choose which others apply; they become variants, or conditions.

use super::{Raw, Reader, unique};
use crate::import::facts::{Choice, Control, FindingKind, Item, Sender};
use crate::import::words;
use crate::syntax::descriptor::Authentication;
use crate::syntax::entry::Type;
use serde_json::{Map, Value as Json};
use std::collections::HashSet;

/// The members that name the group of an item.
pub(super) const GROUP: [&str; 2] = ["groupName", "groupBy"];

impl Reader<'_> {
    /// Which item chooses variants, with its values and their titles; and further such items, whose
    /// groups become conditions.
    #[allow(clippy::type_complexity, reason = "two lists of the same shape, used once")]
    pub(super) fn groups(
        &mut self,
        raws: &mut [Raw],
    ) -> (Option<(String, Vec<(String, Option<String>)>)>, Vec<(String, Vec<String>)>) {
        let names: Vec<String> = unique(raws.iter().filter_map(|raw| raw.group.clone()));
        let mut controls = Vec::new();
        for (at, raw) in raws.iter().enumerate() {
            if !words::is_set(raw.json.get("groupControl")) {
                continue;
            }
            let key = raw.item.key.clone();
            if raw.item.sender == Sender::Platform {
                self.find(
                    FindingKind::Guessed,
                    format!("groups of `{key}`: the platform chooses, so their entries are optional"),
                );
                continue;
            }
            let options = raw.json.get("options").map(options).unwrap_or_default();
            let values = match (options.is_empty(), raw.item.kind) {
                (_, Type::Boolean) => vec!["true".to_owned(), "false".to_owned()],
                (true, _) => {
                    let others = names.iter().filter(|name| Some(*name) != raw.group.as_ref());
                    let mut values: Vec<String> = Vec::new();
                    for value in others.flat_map(|group| parts(group)) {
                        // Those of a switch are never another's.
                        let known = values.iter().map(String::as_str).chain(["true", "false"]);
                        if !known.into_iter().any(|known| known.eq_ignore_ascii_case(&value)) {
                            values.push(value);
                        }
                    }
                    values
                }
                (false, _) => options,
            };
            let titles = raw.json.get("options").map(titles).unwrap_or_default();
            let title = |value: &String| titles.iter().find(|(v, _)| v == value).map(|(_, t)| t.clone());
            let values: Vec<(String, Option<String>)> =
                unique(values.into_iter()).into_iter().map(|value| (value.clone(), title(&value))).collect();
            let takes = |name: &String| values.iter().any(|(v, _)| v.eq_ignore_ascii_case(name));
            // Its own group it does not choose: it is there before.
            let others = raws.iter().enumerate().filter(|(other, _)| *other != at);
            let mut groups = others.filter_map(|(_, raw)| raw.group.as_ref());
            if groups.any(|group| parts(group).iter().any(takes)) {
                controls.push((key, values));
            }
        }
        // What has one value only chooses nothing, but its entries still depend on it; so do those of
        // a switch, unless an entry is another one when it is off.
        let twice = |key: &str| raws.iter().filter(|raw| raw.item.key == key).count() > 1;
        let switch = |key: &str| raws.iter().any(|r| r.item.key == key && r.item.kind == Type::Boolean);
        let takes = |(_, values): &(String, Vec<(String, Option<String>)>), group: &str| {
            parts(group).iter().any(|part| values.iter().any(|(value, _)| value.eq_ignore_ascii_case(part)))
        };
        let first =
            controls.iter().position(|(key, values)| values.len() > 1 && !switch(key)).or_else(|| {
                let varies = |raw: &Raw, control| {
                    raw.group.as_ref().is_some_and(|group| takes(control, group)) && twice(&raw.item.key)
                };
                controls
                    .iter()
                    .position(|control| switch(&control.0) && raws.iter().any(|raw| varies(raw, control)))
            });
        let first = first.map(|at| controls.remove(at));
        (
            first,
            controls
                .into_iter()
                .map(|(key, values)| (key, values.into_iter().map(|(v, _)| v).collect()))
                .collect(),
        )
    }

    pub(super) fn control(
        &mut self,
        key: String,
        values: Vec<(String, Option<String>)>,
        raws: &[Raw],
        usual: Authentication,
    ) -> Control {
        let boolean = raws.iter().any(|raw| raw.item.key == key && raw.item.kind == Type::Boolean);
        let mut taken = HashSet::new();
        let mut variants = Vec::new();
        for (at, (value, title)) in values.into_iter().enumerate() {
            let fallback = format!("variant{}", at + 1);
            let name = words::usable_key(&value).unwrap_or_else(|| fallback.clone());
            let name = if taken.insert(crate::emit::rust::identifier(&name)) { name } else { fallback };
            let own = |wanted: &[&str]| {
                wanted.iter().all(|wanted| {
                    raws.iter().any(|raw| {
                        raw.item.key == *wanted
                            && raw
                                .group
                                .as_ref()
                                .is_some_and(|g| parts(g).iter().any(|p| p.eq_ignore_ascii_case(&value)))
                    })
                })
            };
            let authentication = words::authentication(&value).unwrap_or_else(|| {
                if own(&["username", "password"]) {
                    Authentication::Basic
                } else if own(&["oauth.api.key", "oauth.callback.url"]) {
                    Authentication::OAuth2
                } else if matches!(usual, Authentication::OAuth1 | Authentication::OAuth2)
                    && !own(&["oauth.api.key"])
                {
                    Authentication::Custom
                } else {
                    usual
                }
            });
            let value = if boolean { Json::Bool(value == "true") } else { Json::String(value) };
            variants.push(Choice { name, value, title, authentication, usual: false });
        }
        // Where the choice is left out, the method applies that the file names beside its entries.
        let open = raws.iter().any(|r| r.item.key == key && !r.item.required && r.item.default.is_none());
        let mut alike: Vec<&mut Choice> =
            variants.iter_mut().filter(|choice| choice.authentication == usual).collect();
        if let ([one], true) = (alike.as_mut_slice(), open) {
            one.usual = true;
        }
        Control { key, variants }
    }

    /// Gives items their variants and conditions.
    pub(super) fn conditions(
        &mut self,
        raws: &mut [Raw],
        further: &[(String, Vec<String>)],
        control: Option<&Control>,
    ) {
        let flags: Vec<String> =
            raws.iter().filter(|r| r.item.kind == Type::Boolean).map(|r| r.item.key.clone()).collect();
        let keys: Vec<String> = raws.iter().map(|r| r.item.key.clone()).collect();
        let controls: Vec<&String> =
            control.iter().map(|c| &c.key).chain(further.iter().map(|(key, _)| key)).collect();
        let place = |key: &String| keys.iter().position(|other| other == key);
        let mut heard: HashSet<String> = control.iter().map(|c| c.key.clone()).collect();
        for raw in raws.iter_mut() {
            let Some(group) = raw.group.clone() else { continue };
            let item = &mut raw.item;
            let parts = parts(&group);
            let matches = |value: &str| parts.iter().any(|p| p.eq_ignore_ascii_case(value));
            // What chooses may be chosen by what stands before it, never by itself.
            let chooses = controls.contains(&&item.key);
            let after = |key: &String| !chooses || place(key) < place(&item.key);
            let chosen = control.filter(|c| after(&c.key)).map_or(&[][..], |c| &c.variants).iter();
            let chosen = chosen.filter(|c| words::as_text(&c.value).is_some_and(|value| matches(&value)));
            item.variants = chosen.map(|c| c.name.clone()).collect();
            if !item.variants.is_empty() {
                // What all have, the element has.
                if keys.iter().filter(|key| **key == item.key).count() == 1
                    && control.is_some_and(|c| c.variants.len() == item.variants.len())
                {
                    item.variants.clear();
                }
                continue;
            }
            // Whatever is chosen, it applies.
            let is_all = |(key, values): &(String, Vec<String>)| {
                after(key) && values.len() > 1 && values.iter().all(|value| matches(value))
            };
            if further.iter().any(is_all) {
                continue;
            }
            let conditions: Vec<(&String, &String)> = further
                .iter()
                .filter(|(key, _)| after(key))
                .filter_map(|(key, values)| Some((key, values.iter().find(|v| matches(v))?)))
                .collect();
            let nearest = conditions.iter().map(|(key, _)| alike(key, &item.key)).max();
            let mut nearest = conditions.iter().filter(|(key, _)| Some(alike(key, &item.key)) == nearest);
            let (key, required) = (item.key.clone(), item.is_required());
            match (nearest.next(), nearest.next()) {
                (Some((by, value)), None) => {
                    let flag = flags.contains(by);
                    let value =
                        if flag { Json::Bool(*value == "true") } else { Json::String((*value).clone()) };
                    if required {
                        item.required = false;
                        item.when = Some(((*by).clone(), value));
                        heard.insert((*by).clone());
                    } else {
                        self.keep_text(&key, "groupName", group);
                    }
                }
                (None, _) if chooses => self.keep_text(&key, "groupName", group),
                (first, _) => {
                    let why = match first {
                        Some(_) => "it belongs to a group that several entries choose",
                        None => "it belongs to a group that nothing chooses",
                    };
                    if first.is_some() {
                        self.keep_text(&key, "groupName", group);
                    } else {
                        item.group = Some(group);
                    }
                    if item.required && !words::is_set(raw.json.get("groupControl")) {
                        item.required = false;
                        self.find(FindingKind::Guessed, format!("`{key}` is optional: {why}"));
                        self.keep(&key, "required", &Json::Bool(true));
                    }
                }
            }
        }
        // What chooses nothing that could be said is still known to choose.
        for raw in raws.iter().filter(|raw| words::is_set(raw.json.get("groupControl"))) {
            if !heard.contains(&raw.item.key) {
                self.keep(&raw.item.key, "groupControl", &Json::Bool(true));
            }
        }
    }

    /// A key that stands in several groups has one type, and is in each variant once.
    pub(super) fn agree(&mut self, items: &mut Vec<Item>, control: Option<&Control>) {
        let twice = |items: &[Item], key: &str| items.iter().filter(|i| i.key == key).count() > 1;
        let keys = unique(items.iter().map(|i| i.key.clone()).filter(|key| twice(items, key)));
        let mut again = Vec::new();
        for key in keys {
            let same: Vec<&mut Item> = items.iter_mut().filter(|i| i.key == key).collect();
            let kinds: Json = same.iter().map(|i| i.kind.word()).collect();
            let kinds_differ = same.iter().any(|i| i.kind != same[0].kind || i.sender != same[0].sender);
            let secret = same.iter().any(|i| i.secret == Some(true));
            let mut free: Vec<String> =
                control.into_iter().flat_map(|c| &c.variants).map(|c| c.name.clone()).collect();
            let mut ungrouped = Vec::new();
            for item in same {
                if kinds_differ {
                    (item.kind, item.sender) = (Type::String, Sender::Application);
                    item.default = item.default.take().and_then(|d| words::as_text(&d)).map(Json::String);
                }
                if secret {
                    item.secret = Some(true);
                    item.default = None;
                    item.values.clear();
                }
                if item.variants.is_empty() {
                    ungrouped.push(item);
                } else {
                    item.variants.retain(|v| free.contains(v));
                    free.retain(|v| !item.variants.contains(v));
                }
            }
            if kinds_differ {
                self.find(FindingKind::Guessed, format!("type of `{key}`: text; the file says several"));
                self.keep(&key, "type", &kinds);
            }
            // What is in no group is for those that have none of their own.
            let grouped = control.is_some_and(|c| free.len() < c.variants.len());
            let mut left = if grouped { Some(free) } else { None };
            for (at, item) in ungrouped.into_iter().enumerate() {
                match left.take() {
                    Some(free) if !free.is_empty() => item.variants = free,
                    None if at == 0 && !grouped => {}
                    _ => {
                        self.keep(&key, "again", &Json::Object(item.spelled()));
                        item.key.clear();
                        again.push(key.clone());
                    }
                }
            }
        }
        if !again.is_empty() {
            let text = format!("{}, which stands there again for another group", super::named(&again));
            self.find(FindingKind::Kept, text);
        }
        items.retain(|i| !i.key.is_empty());
    }
}

/// The group of an item, by either name that the platform gave this member.
pub(super) fn of(item: &Map<String, Json>) -> Option<String> {
    GROUP.iter().find_map(|member| words::said(item.get(*member)))
}

/// How many words two keys begin alike with.
fn alike(one: &str, other: &str) -> usize {
    one.split('.').zip(other.split('.')).take_while(|(a, b)| a == b).count()
}

/// A group's name may list several.
fn parts(group: &str) -> Vec<String> {
    group.split([',', ';', '|']).map(|part| part.trim().to_owned()).collect()
}

/// The values of options, however they are written.
pub fn options(json: &Json) -> Vec<String> {
    let value = |option: &Json| match option {
        Json::Object(members) => {
            ["value", "key", "id", "name"].iter().find_map(|k| words::as_text(members.get(*k)?))
        }
        scalar => words::as_text(scalar),
    };
    let all: Vec<String> = match json {
        Json::Array(items) => items.iter().filter_map(value).collect(),
        Json::Object(members) => match members.values().collect::<Vec<_>>().as_slice() {
            [all @ Json::Array(_)] => options(all),
            _ => members.keys().cloned().collect(),
        },
        Json::String(text) => match serde_json::from_str(text) {
            Ok(all @ Json::Array(_)) => options(&all),
            _ => text.lines().flat_map(parts).collect(),
        },
        _ => Vec::new(),
    };
    unique(all.into_iter())
}

/// The values of options that have a title.
pub(super) fn titles(json: &Json) -> Vec<(String, String)> {
    let title = |option: &Json| {
        let value = words::as_text(option.get("value")?)?;
        let title = ["description", "name", "label"].iter().find_map(|k| words::said(option.get(*k)))?;
        Some((value, title))
    };
    match json {
        Json::Object(members) => members
            .iter()
            .filter_map(|(value, title)| Some((value.clone(), words::said(Some(title))?)))
            .collect(),
        other => other.as_array().into_iter().flatten().filter_map(title).collect(),
    }
}
