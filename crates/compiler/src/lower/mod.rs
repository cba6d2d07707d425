//! Lower: a resolved element becomes the messages of its contract.
//!
//! In: an [`Element`]. Out: its [`Message`]s, in the order in which they are sent, each with what
//! it must look like, its rules and its samples. Emitters see nothing but these and the element.

pub mod choice;
mod default;
mod example;
pub mod program;
mod sample;
mod shape;
mod union;

pub use shape::{as_text, is_always_given, is_free, is_required, kind_of, shows, takes_text, text_format};

use crate::IndexMap;
use crate::resolve::Element;
use crate::resolve::flow::Place;
use crate::source::Span;
use crate::syntax::constraint::Relation;
use crate::syntax::descriptor::Authentication;
use crate::syntax::entry::{Deprecation, Type};
use crate::syntax::part::Text;
use serde_json::Value as Json;

/// The messages of a contract, in the order in which they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageKind {
    /// Query of `GET /elements/{key}/oauth/token`.
    TokenRequest,
    /// What it answers.
    TokenResponse,
    /// Query of `GET /elements/{key}/oauth/url`.
    UrlRequest,
    /// What it answers.
    UrlResponse,
    /// Query of the callback.
    Callback,
    /// Body of `POST /instances`.
    CreateInstance,
    /// What it answers.
    CreatedInstance,
}

impl MessageKind {
    /// All kinds, in order.
    pub const ALL: [Self; 7] = [
        Self::TokenRequest,
        Self::TokenResponse,
        Self::UrlRequest,
        Self::UrlResponse,
        Self::Callback,
        Self::CreateInstance,
        Self::CreatedInstance,
    ];

    /// The name of the message, in file names and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TokenRequest => "oauth-token-request",
            Self::TokenResponse => "oauth-token-response",
            Self::UrlRequest => "oauth-url-request",
            Self::UrlResponse => "oauth-url-response",
            Self::Callback => "oauth-callback",
            Self::CreateInstance => "create-instance",
            Self::CreatedInstance => "created-instance",
        }
    }

    /// Whether it travels as a query; canonically it is an object of decoded strings.
    #[must_use]
    pub const fn is_query(self) -> bool {
        matches!(self, Self::TokenRequest | Self::UrlRequest | Self::Callback)
    }

    /// Whether an entry that is not declared is a violation: so it is in what the application sends.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::TokenRequest | Self::UrlRequest | Self::CreateInstance)
    }

    /// What it is, in a sentence.
    #[must_use]
    pub fn description(self, element: &str) -> String {
        match self {
            Self::TokenRequest => {
                format!("Query of GET /elements/{element}/oauth/token: asks for temporary credentials.")
            }
            Self::TokenResponse => {
                format!("What GET /elements/{element}/oauth/token answers: temporary credentials.")
            }
            Self::UrlRequest => {
                format!("Query of GET /elements/{element}/oauth/url: asks where to send the user.")
            }
            Self::UrlResponse => {
                format!("What GET /elements/{element}/oauth/url answers: where to send the user.")
            }
            Self::Callback => "Query that the provider appends to the callback URL.".to_owned(),
            Self::CreateInstance => "Body of POST /instances: creates an instance.".to_owned(),
            Self::CreatedInstance => "What POST /instances answers: the created instance.".to_owned(),
        }
    }
}

/// A message of an element.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which one.
    pub kind: MessageKind,
    /// The method it belongs to, where methods differ in it; `None` if it serves all that have it.
    pub method: Option<Text>,
    /// What it must look like.
    pub root: Object,
    /// Conditions and constraints, in declared order.
    pub rules: Vec<Rule>,
    /// One sample for each method that has the message, the first method's first.
    pub samples: Vec<Sample>,
}

impl Message {
    /// Its name: the kind's, and the method where methods differ in it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.method {
            None => self.kind.name().to_owned(),
            Some(method) => format!("{}.{method}", self.kind.name()),
        }
    }
}

/// An example of a message that its own schema and validators accept.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The method; `None` if the element has only one.
    pub method: Option<Text>,
    /// The place of the method.
    pub at: Span,
    /// The example.
    pub json: Json,
}

/// A declared object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Whether undeclared members are ignored.
    pub open: bool,
    /// Its members, in order.
    pub members: IndexMap<Text, Member>,
}

/// A declared member.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Whether it must be there whenever its object is.
    pub required: bool,
    /// What its value may be.
    pub shape: Shape,
    /// What people need to know about it.
    pub about: About,
}

/// What people need to know about a member.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// What they call it.
    pub title: String,
    /// What it is.
    pub description: Option<Text>,
    /// The heading it is listed under.
    pub group: Option<Text>,
    /// Why it should no longer be used.
    pub deprecated: Option<Deprecation>,
    /// Whether its value is a secret.
    pub secret: bool,
    /// What is assumed when it is not given.
    pub default: Option<Json>,
    /// What it shows in samples, if it has anything to show.
    pub example: Option<Json>,
    /// Whether samples show it.
    pub shown: bool,
    /// How what people paste becomes the value.
    pub normalise: Option<Text>,
    /// Spellings seen in the wild and the value that is meant.
    pub synonyms: IndexMap<Text, Text>,
    /// Where it is declared.
    pub at: Option<Span>,
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// The declared object.
    Object(Object),
    /// An array of anything.
    List,
    /// An array of strings.
    Strings,
    /// A scalar, or an object with any members.
    Value(Value),
}

/// What a scalar may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The type of the entry.
    pub kind: Type,
    /// The JSON types that are accepted: bits of [`elementc_runtime::accepts`].
    pub accepts: u8,
    /// The only values that are accepted; empty: any.
    pub one_of: Vec<Json>,
    /// What text must match, and what such text is called.
    pub pattern: Option<Pattern>,
    /// Least number.
    pub min: Option<f64>,
    /// Greatest number.
    pub max: Option<f64>,
}

/// A pattern, and what text that matches it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// ECMA-262 with `u`, anchored.
    pub source: String,
    /// After "must be": `an http or https URL`.
    pub expected: String,
}

/// A member, by the objects it is in and its key.
pub type Path = Vec<Text>;

/// A rule of one object of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The object: its path; empty for the message itself.
    pub object: Path,
    /// When it applies: when all of these hold.
    pub when: Vec<When>,
    /// What must then hold.
    pub check: Check,
}

/// What a rule demands of the members of its object.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// The member must be there.
    Required(Text),
    /// The member must not be there.
    Excluded(Text),
    /// A relation between members.
    Related(Relation, Vec<Text>),
    /// One of the variants must fit.
    Fits(When),
}

/// A condition: one of several conjunctions holds, or none of them where negated.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// The conjunctions.
    pub any: Vec<Vec<Test>>,
    /// Whether it is that none of them holds.
    pub negated: bool,
}

/// What one member must be for a condition to hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// The member.
    pub member: Path,
    /// What it must be.
    pub expected: Expected,
    /// Whether it also holds when the member is absent, because its default is such a value.
    pub default_holds: bool,
}

/// What a [`Test`] expects.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// There.
    Present,
    /// Not there.
    Absent,
    /// One of these values, in every form the member may have.
    OneOf(Vec<Json>),
}

/// The messages of an element that are of these kinds, in the order of the kinds.
#[must_use]
pub fn lower(element: &Element, kinds: &[MessageKind]) -> Vec<Message> {
    let lowered: Vec<shape::Lowered> =
        element.methods.iter().map(|method| shape::Lowered { element, method }).collect();
    let mut messages = Vec::new();
    for &kind in kinds {
        let having: Vec<&shape::Lowered> =
            lowered.iter().filter(|l| has(l.method.authentication, kind)).collect();
        if having.is_empty() {
            continue;
        }
        match kind {
            MessageKind::CreateInstance => messages.push(union::create_instance(&having)),
            MessageKind::CreatedInstance => messages.push(union::created_instance(&having)),
            _ => messages.extend(union::alike(kind, &having)),
        }
    }
    messages
}

/// The body of `POST /instances` of one method alone: what it must look like, and its rules.
#[must_use]
pub fn alone(element: &Element, method: &crate::resolve::Method) -> (Object, Vec<Rule>) {
    union::alone(&shape::Lowered { element, method })
}

/// Whether a method has a message.
#[must_use]
pub const fn has(authentication: Authentication, kind: MessageKind) -> bool {
    match kind {
        MessageKind::TokenRequest | MessageKind::TokenResponse => {
            matches!(authentication, Authentication::OAuth1)
        }
        MessageKind::UrlRequest | MessageKind::UrlResponse | MessageKind::Callback => {
            matches!(authentication, Authentication::OAuth1 | Authentication::OAuth2)
        }
        MessageKind::CreateInstance | MessageKind::CreatedInstance => true,
    }
}

/// The place whose entries make a flat message; `None` for those made of several.
const fn place(kind: MessageKind) -> Option<Place> {
    match kind {
        MessageKind::TokenRequest => Some(Place::TokenQuery),
        MessageKind::TokenResponse => Some(Place::TokenResponse),
        MessageKind::UrlRequest => Some(Place::Query),
        MessageKind::Callback => Some(Place::Callback),
        MessageKind::UrlResponse | MessageKind::CreateInstance | MessageKind::CreatedInstance => None,
    }
}
