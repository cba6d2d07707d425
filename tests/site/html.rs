//! The HTML of the site, as far as tests look into it. It is well formed: attributes are in double quotes,
//! and `<` and `&` stand nowhere else.

/// A tag or a text.
#[derive(Debug, PartialEq)]
pub enum Item {
    Tag { name: String, attributes: Vec<(String, String)> },
    Text(String),
}

impl Item {
    /// For snapshots: one line for what shows.
    pub fn shown(&self) -> Option<String> {
        match self {
            Self::Text(text) if text.trim().is_empty() => None,
            Self::Text(text) => Some(format!("  {}", text.trim())),
            Self::Tag { name, attributes } => {
                let telling = ["type", "value", "href", "data-path", "data-reads", "data-fixed", "hidden"];
                let told = attributes.iter().filter(|(name, _)| telling.contains(&name.as_str()));
                let told: Vec<String> = told.map(|(name, value)| format!(" {name}={value}")).collect();
                let form = ["input", "select", "textarea", "option", "button", "a", "span", "div", "details"];
                (form.contains(&name.as_str()) && !told.is_empty())
                    .then(|| format!("<{name}{}>", told.concat()))
            }
        }
    }
}

/// The items of a document, with references resolved.
pub fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        if at > 0 {
            items.push(Item::Text(plain(&rest[..at])));
        }
        let mut quoted = false;
        let end = rest[at..].find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let end = at + end.unwrap_or_else(|| panic!("a tag does not end: {}", &rest[at..]));
        items.push(tag(&rest[at + 1..end]));
        rest = &rest[end + 1..];
    }
    items
}

fn tag(inner: &str) -> Item {
    let (name, mut rest) = inner.split_once(' ').unwrap_or((inner, ""));
    let mut attributes = Vec::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let name = &rest[..end];
        assert!(
            name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "no attribute: {name:?} in <{inner}>"
        );
        rest = &rest[end..];
        let mut value = "";
        if let Some(quoted) = rest.strip_prefix("=\"") {
            (value, rest) = quoted.split_once('"').expect("a value ends");
        }
        attributes.push((name.to_owned(), plain(value)));
    }
    Item::Tag { name: name.to_owned(), attributes }
}

/// Text with its references resolved.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (name, after) = rest[at + 1..].split_once(';').unwrap_or_else(|| panic!("a bare & in {text:?}"));
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#x27" | "#39" => '\'',
            "#x60" => '`',
            "#x3D" => '=',
            other => panic!("an unknown reference &{other};"),
        });
        rest = after;
    }
    out + rest
}

/// The values of an attribute, wherever it stands.
pub fn attributes(items: &[Item], wanted: &str) -> Vec<String> {
    let of = |item: &Item| match item {
        Item::Tag { attributes, .. } => {
            attributes.iter().filter(|(n, _)| n == wanted).map(|(_, v)| v.clone()).collect()
        }
        Item::Text(_) => Vec::new(),
    };
    items.iter().flat_map(of).collect()
}

/// What could act in a document, beside its own scripts.
pub fn actions(items: &[Item]) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = "";
    for item in items {
        let Item::Tag { name, attributes } = item else {
            if let Item::Text(text) = item
                && (open == "script" || open == "style")
            {
                found.push(format!("<{open}>{text}"));
            }
            continue;
        };
        open = name;
        let has = |wanted: &str| attributes.iter().any(|(name, _)| name == wanted);
        let is_own =
            |to: &str| to.starts_with("../../assets/") || to.starts_with("assets/") || to == "validator.js";
        let banned = ["iframe", "object", "embed", "base", "style", "svg", "math", "img", "video", "audio"];
        if banned.contains(&name.as_str()) || (name == "script" && !has("src")) {
            found.push(format!("<{name}>"));
        }
        for (attribute, value) in attributes {
            let lower = value.trim().to_lowercase();
            let leads = attribute == "href" && lower.contains(':') && !lower.starts_with("http");
            if attribute.starts_with("on")
                || attribute == "style"
                || leads
                || (attribute == "src" && !is_own(value))
            {
                found.push(format!("<{name} {attribute}={value}>"));
            }
        }
    }
    found
}
