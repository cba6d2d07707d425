//! Scaffold: the first descriptor of a new element, with comments that say what to put where.
//!
//! In: what is known of the element. Out: YAML that compiles, without errors and warnings.

use crate::resolve::key_problem;
use crate::syntax::descriptor::Authentication;
use crate::syntax::yaml;

/// What is known of a new element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Its key.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Its hub, if it has one.
    pub hub: Option<String>,
    /// What it is like.
    pub like: Like,
}

/// What a new element is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Like {
    /// Another element, which it extends.
    Parent(String),
    /// Any that authenticates so.
    Method(Authentication),
}

/// The name that a key suggests: `sage-nova` is `Sage Nova`.
#[must_use]
pub fn suggested_name(key: &str) -> String {
    crate::import::title(key)
}

/// Looks whether a text can be a key.
///
/// # Errors
/// Why not.
pub fn key(text: &str) -> Result<(), String> {
    match key_problem(text) {
        Some(problem) => Err(format!("`{}` cannot be a key: {problem}", text.escape_debug())),
        None => Ok(()),
    }
}

/// The descriptor of a new element.
///
/// # Errors
/// Why the key cannot be one.
pub fn scaffold(start: &Start) -> Result<String, String> {
    let Start { key, name, hub, like } = start;
    self::key(key)?;
    if name.trim().is_empty() {
        return Err("the name is empty".to_owned());
    }
    if name.contains(char::is_control) || hub.as_ref().is_some_and(|hub| hub.contains(char::is_control)) {
        return Err("the name or the hub has control characters".to_owned());
    }
    let text = |text: &str| yaml::in_place_of("x", text);
    let (key, shown) = (text(key), text(name.trim()));
    let hub = match hub.as_deref().map(str::trim).filter(|hub| !hub.is_empty()) {
        Some(hub) => format!("hub: {}\n", text(hub)),
        None if matches!(like, Like::Parent(_)) => String::new(),
        None => "# hub: finance                          # the group it belongs to\n".to_owned(),
    };
    let rest = match like {
        Like::Parent(parent) => {
            format!("extends: {}\n{}", text(parent), PARENT)
        }
        Like::Method(method) => {
            let about = text(&format!("Work with the data of {} accounts.", name.trim()));
            format!("description: {about}   # what it lets people do\n{}", method_text(*method))
        }
    };
    Ok(format!("key: {key}\nname: {shown}\n{hub}{rest}"))
}

const PARENT: &str = "
# All but key and name comes from there. What is new stands here as in any element; what is
# different, below `override`; what is dropped, by its path:
#
# configuration:
#   company: { title: Company ID, description: Number of the company to work in. }
# override:
#   placeholders: { configuration: \"<INSERT_{NAME}_{TITLE}>\" }
# remove: [configuration.signature]
";

const CONFIGURATION: &str = "
# What else people must provide:
# configuration:
#   company: { title: Company ID, description: Number of the company to work in. }
";

fn method_text(method: Authentication) -> String {
    match method {
        Authentication::OAuth2 => format!(
            "traits: [oauth2]

oauth2:                                 # the vendor's endpoints
  authorize: https://vendor.example/oauth/authorize
  token: https://vendor.example/oauth/token
  # scopes: [read, write]
{CONFIGURATION}"
        ),
        Authentication::OAuth1 => format!(
            "traits: [oauth1]

oauth1:                                 # the vendor's endpoints
  request: https://vendor.example/oauth/request_token
  authorize: https://vendor.example/oauth/authorize
  access: https://vendor.example/oauth/access_token
{CONFIGURATION}"
        ),
        Authentication::Basic => {
            format!("traits: [basic]                         # a user name and a password\n{CONFIGURATION}")
        }
        Authentication::ApiKey => "traits: [api-key]

# Where the vendor's API expects the key: in a header, the query or the body.
apiKey: { in: header, name: X-Api-Key, from: configuration.api.key }

configuration:                          # what people must provide
  api.key: { title: API Key, description: Key that the vendor issued for the account., secret: true }
"
        .to_owned(),
        Authentication::Custom => "authentication: custom

configuration:                          # what people must provide
  token: { title: Access Token, description: Token that the vendor issued for the account., secret: true }
"
        .to_owned(),
    }
}
