//! `elementc new`: the first descriptor of an element.

use super::import::create;
use crate::catalogue::extend;
use crate::failure::Failure;
use crate::output::Output;
use crate::{Elements, Verdict};
use elementc_compiler::diagnostic::Severity;
use elementc_compiler::scaffold::{Like, Start, key, scaffold, suggested_name};
use elementc_compiler::source::{Role, Source};
use elementc_compiler::syntax::descriptor::Authentication;
use elementc_compiler::{compile, render};
use std::fs;
use std::io::{BufRead, IsTerminal as _};

/// Begin a new element.
///
/// Writes `<key>.yaml` into the directory with the descriptors: short, with comments, and it
/// compiles. On a terminal, asks for what the flags do not say. Never overwrites a file.
#[derive(clap::Args)]
pub struct New {
    /// The key of the element, which names its file, too.
    #[arg(value_name = "KEY")]
    key: String,

    /// What people call it. Default: made from the key.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// The group it belongs to: finance, crm, …
    #[arg(long, value_name = "HUB")]
    hub: Option<String>,

    /// How it authenticates.
    #[arg(long, value_name = "METHOD", conflicts_with = "from")]
    auth: Option<Auth>,

    /// The element that it is a variation of.
    #[arg(long, value_name = "KEY")]
    from: Option<String>,

    #[command(flatten)]
    elements: Elements,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Auth {
    #[value(name = "oauth2")]
    OAuth2,
    #[value(name = "oauth1")]
    OAuth1,
    Basic,
    #[value(name = "apikey")]
    ApiKey,
    Custom,
}

impl From<Auth> for Authentication {
    fn from(auth: Auth) -> Self {
        match auth {
            Auth::OAuth2 => Self::OAuth2,
            Auth::OAuth1 => Self::OAuth1,
            Auth::Basic => Self::Basic,
            Auth::ApiKey => Self::ApiKey,
            Auth::Custom => Self::Custom,
        }
    }
}

impl New {
    /// Runs the command.
    pub fn run(mut self, output: &mut Output) -> Result<Verdict, Failure> {
        let extended = extend(&self.elements)?;
        // What cannot be is said before anything is asked.
        key(&self.key).map_err(Failure::new)?;
        let (directory, place) = extended.destination()?;
        let (path, shown) = extended.file(&self.key)?;
        let lower = self.key.to_lowercase();
        if lower != self.key {
            let message = format!("capitals are easily lost in URLs and file names; call it `{lower}`");
            return Err(Failure::new(message));
        }
        let parents = || extended.sources.iter().filter(|s| s.role == Role::Element).map(|s| &*s.name);
        let shadowed = parents().any(|known| *known == *self.key);
        if self.auth.is_none() && self.from.is_none() {
            if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
                return Err(Failure::new(
                    "nothing says how it authenticates: say `--auth` or `--from` another element",
                ));
            }
            let known: Vec<&str> = parents().collect();
            self.ask(&known, &mut std::io::stdin().lock(), &mut |text| {
                output.text(text)?;
                output.finish()
            })?;
        }
        let like = match (self.from, self.auth) {
            (Some(parent), _) => {
                if !parents().any(|known| *known == *parent) {
                    return Err(super::no_element(&parent, parents()));
                }
                Like::Parent(parent)
            }
            (None, Some(auth)) => Like::Method(auth.into()),
            (None, None) => return Err(Failure::new("nothing says how it authenticates")),
        };
        let name = self.name.unwrap_or_else(|| suggested_name(&self.key));
        let start = Start { key: self.key, name, hub: self.hub, like };
        let text = scaffold(&start).map_err(Failure::new)?;
        let mut sources: Vec<Source> =
            extended.sources.iter().map(|source| Source { library: true, ..source.clone() }).collect();
        sources.push(Source {
            path: shown.clone(),
            name: start.key.clone(),
            role: Role::Element,
            library: false,
            bytes: text.as_bytes().into(),
        });
        let compilation = compile(sources);
        let (diagnostics, files) = (&compilation.diagnostics, &compilation.files);
        if diagnostics.iter().any(|d| d.severity == Severity::Error) {
            output.text(&render::human(diagnostics, files, output.style()))?;
            return Err(Failure::new("the traits or the parent have errors; nothing was written"));
        }
        fs::create_dir_all(directory).map_err(|e| Failure::new(format!("cannot make {place}: {e}")))?;
        create(&path, text.as_bytes()).map_err(|e| Failure::new(format!("cannot write {shown}: {e}")))?;
        output.status(&format!("wrote {shown}"))?;
        if shadowed {
            output.status(&format!("It takes the place of the shipped `{}`.", start.key))?;
        }
        let next = match &start.like {
            Like::Parent(parent) => format!("say in it what differs from `{parent}`"),
            Like::Method(Authentication::OAuth1 | Authentication::OAuth2) => {
                "put the vendor's endpoints into it".to_owned()
            }
            Like::Method(_) => "say in it what people must provide".to_owned(),
        };
        let [check, build] = ["check", "build"].map(|name| self.elements.command(name));
        output.status(&format!("Next: {next}, then run {check} and {build}."))?;
        Ok(Verdict::Clean)
    }

    /// Asks for what the flags do not say.
    fn ask(
        &mut self,
        parents: &[&str],
        answers: &mut impl BufRead,
        say: &mut impl FnMut(&str) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.name.is_none() {
            let suggested = suggested_name(&self.key);
            let name = question(&format!("Name [{suggested}]: "), answers, say)?;
            self.name = Some(if name.is_empty() { suggested } else { name });
        }
        while self.auth.is_none() && self.from.is_none() {
            let words = "oauth2, oauth1, basic, apikey, custom, or the key of an element to start from";
            let answer = question(&format!("Authentication ({words}) [oauth2]: "), answers, say)?;
            let word = if answer.is_empty() { "oauth2" } else { &answer };
            match <Auth as clap::ValueEnum>::from_str(word, true) {
                Ok(auth) => self.auth = Some(auth),
                Err(_) if parents.contains(&word) => self.from = Some(word.to_owned()),
                Err(_) => say(&format!("There is no `{word}`.\n"))?,
            }
        }
        if self.hub.is_none() && self.from.is_none() {
            self.hub = Some(question("Hub, if it has one: ", answers, say)?).filter(|hub| !hub.is_empty());
        }
        Ok(())
    }
}

/// Asks for a line.
fn question(
    text: &str,
    answers: &mut impl BufRead,
    say: &mut impl FnMut(&str) -> Result<(), Failure>,
) -> Result<String, Failure> {
    say(text)?;
    let mut line = String::new();
    let read =
        answers.read_line(&mut line).map_err(|e| Failure::new(format!("cannot read an answer: {e}")))?;
    if read == 0 {
        return Err(Failure::new("there was no answer; nothing was written"));
    }
    Ok(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(answers: &str) -> (String, Result<(), String>, New) {
        let elements = Elements { elements: None };
        let mut new =
            New { key: "sage-nova".into(), name: None, hub: None, auth: None, from: None, elements };
        let mut said = String::new();
        let result = new.ask(&["sageoneuk"], &mut answers.as_bytes(), &mut |text| {
            said.push_str(text);
            Ok(())
        });
        (said, result.map_err(|e| e.to_string()), new)
    }

    #[test]
    fn answers_are_taken_and_have_defaults() {
        let (said, result, new) = asked("\n\n\n");
        assert_eq!(result, Ok(()));
        assert!(said.starts_with("Name [Sage Nova]: Authentication ("), "{said}");
        assert_eq!((new.name.as_deref(), new.auth, new.hub), (Some("Sage Nova"), Some(Auth::OAuth2), None));
        let (said, result, new) = asked("Nova\nouath2\nsageoneuk\n");
        assert_eq!(result, Ok(()));
        assert!(said.contains("There is no `ouath2`."), "{said}");
        assert_eq!((new.name.as_deref(), new.from.as_deref()), (Some("Nova"), Some("sageoneuk")));
    }

    #[test]
    fn no_answer_is_no_element() {
        assert_eq!(asked("Nova\n").1, Err("there was no answer; nothing was written".to_owned()));
    }
}
