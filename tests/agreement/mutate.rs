//! Breaks a body in one place; sometimes it is still valid afterwards.

use crate::generate::{NUMBERS, TEXTS, anything};
use crate::support::random::Random;
use crate::tree::Tree;
use elementc_compiler::lower::{Message, Object, Shape};

/// Keys that no element declares, or that pointers have to escape.
const KEYS: &[&str] =
    &["", "x", "a/b", "~", "~1", "Code", "signiture", "ünïcode", "😀", "sl~1ash", "__proto__", "\u{7f}\n\""];

/// Changes one thing.
pub fn mutate(tree: &mut Tree, message: &Message, random: &mut Random) {
    let mut objects = Vec::new();
    find_objects(tree, &mut Vec::new(), &mut objects);
    let path = random.pick(&objects).clone();
    let members = tree.at_mut(&path).and_then(Tree::members_mut).expect("it was found");
    if members.is_empty() || random.once_in(8) {
        let key = if random.once_in(2) {
            (*random.pick(KEYS)).to_owned()
        } else {
            random.pick(&declared(message)).clone()
        };
        if members.iter().all(|(known, _)| *known != key) {
            let at = random.below(members.len() + 1);
            members.insert(at, (key, anything(random, 2)));
        }
        return;
    }
    let at = random.below(members.len());
    match random.below(11) {
        0 | 1 => drop(members.remove(at)),
        2 => {
            let key = misspelt(&members[at].0, random);
            if members.iter().all(|(known, _)| *known != key) {
                members[at].0 = key;
            }
        }
        3 => members[at].1 = anything(random, 2),
        4 | 8 | 9 | 10 => {
            // Another value of the same type: a near miss of a range, a format or a list of values.
            members[at].1 = match &members[at].1 {
                Tree::Number(_) => Tree::number(random.pick(NUMBERS)),
                Tree::Text(_) => Tree::text(random.pick(TEXTS)),
                _ => anything(random, 2),
            }
        }
        5 => {
            let inner = members[at].1.clone();
            members[at].1 = match random.below(3) {
                0 => Tree::Array(vec![inner]),
                1 => Tree::Object(vec![(members[at].0.clone(), inner)]),
                _ => Tree::Object(Vec::new()),
            };
        }
        6 => {
            // The value of another member, which may be a whole object.
            let other = random.pick(&objects);
            let value = tree
                .at(other)
                .and_then(Tree::members)
                .filter(|m| !m.is_empty())
                .map(|m| random.pick(m).1.clone());
            let members = tree.at_mut(&path).and_then(Tree::members_mut).expect("it was found");
            members[at].1 = value.unwrap_or(Tree::Null);
        }
        _ => {
            if random.once_in(8) {
                *tree = anything(random, 2);
            } else {
                members[at].1 = Tree::Null;
            }
        }
    }
}

fn find_objects(tree: &Tree, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let Some(members) = tree.members() else { return };
    // Large objects more often than small ones.
    (0..=members.len()).for_each(|_| found.push(path.clone()));
    for (key, value) in members {
        path.push(key.clone());
        find_objects(value, path, found);
        path.pop();
    }
}

/// Every declared key, so that some land in another object than their own.
fn declared(message: &Message) -> Vec<String> {
    fn collect(object: &Object, keys: &mut Vec<String>) {
        for (key, member) in &object.members {
            keys.push(key.to_string());
            if let Shape::Object(inner) = &member.shape {
                collect(inner, keys);
            }
        }
    }
    let mut keys = Vec::new();
    collect(&message.root, &mut keys);
    keys
}

fn misspelt(key: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = key.chars().collect();
    if letters.is_empty() {
        return "x".to_owned();
    }
    let at = random.below(letters.len());
    match random.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 if at > 0 => letters.swap(at - 1, at),
        _ => letters[at] = if letters[at].is_uppercase() { 'z' } else { letters[at].to_ascii_uppercase() },
    }
    letters.into_iter().collect()
}
