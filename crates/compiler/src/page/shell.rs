//! Commands: whether a text does what its author meant when pasted into a POSIX shell.
//!
//! In: the text of a block. Out: its commands as words (POSIX.1-2017, Shell Command Language, §2.3),
//! and what goes wrong, at its place. Substitutions are taken as they are.

/// A word, with its quotes removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What the command gets.
    pub text: String,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// What goes wrong, from where to where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is.
    pub message: String,
}

/// Splits a text into commands.
pub fn parse(text: &str) -> (Vec<Vec<Word>>, Vec<Problem>) {
    let mut reader =
        Reader { text, at: 0, word: None, command: Vec::new(), commands: Vec::new(), problems: Vec::new() };
    reader.read();
    let Reader { commands, mut problems, .. } = reader;
    // A lost backslash makes commands of all lines that follow: it is said once.
    let stray = |word: &&Word| word.text.starts_with('-') || word.text.contains("://");
    let first = commands.iter().skip(1).filter_map(|command| command.first()).find(stray);
    if let Some(Word { start, end, .. }) = first
        && problems.is_empty()
    {
        let message = "this is a command of its own: the line before does not end in a backslash";
        problems.push(Problem { start: *start, end: *end, message: message.to_owned() });
    }
    (commands, problems)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    word: Option<Word>,
    command: Vec<Word>,
    commands: Vec<Vec<Word>>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(c) = self.text[self.at..].chars().next() {
            let start = self.at;
            self.at += c.len_utf8();
            match c {
                '\n' => self.end_command(),
                ' ' | '\t' | '\r' => self.end_word(),
                '#' if self.word.is_none() => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '\\' => self.backslash(start),
                '\'' => match self.rest().find('\'') {
                    Some(end) => {
                        self.push(start, &self.text[self.at..self.at + end]);
                        self.at += end + 1;
                    }
                    None => self.unclosed(start),
                },
                '"' => self.double(start),
                '`' | '$' => self.substitution(start, c),
                ';' | '|' => self.end_command(),
                '&' => {
                    if self.word.as_ref().is_some_and(|word| word.text.contains("://")) {
                        self.problem(
                            start,
                            self.at,
                            "`&` outside quotes ends the command: put the URL in quotes",
                        );
                    }
                    self.end_command();
                }
                '<' if self.rest().starts_with('<') => self.here_document(start),
                '<' => {
                    let end = self.rest().find(['>', '\n']).map_or(self.at, |end| self.at + end + 1);
                    let what = self.text[start..end].trim_end().to_owned();
                    self.problem(
                        start,
                        end,
                        &format!("`{what}` outside quotes reads from a file: put it in quotes"),
                    );
                    self.at = end;
                }
                '“' | '”' | '‘' | '’' => {
                    self.problem(start, self.at, "a typographic quote is no quote for the shell");
                    self.push(start, &self.text[start..self.at]);
                }
                _ => self.push(start, &self.text[start..self.at]),
            }
        }
        self.end_command();
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, start: usize, text: &str) {
        self.word.get_or_insert_with(|| Word { text: String::new(), start, end: start }).text.push_str(text);
    }

    fn end_word(&mut self) {
        if let Some(mut word) = self.word.take() {
            let inner = &self.text[word.start..self.at];
            word.end = word.start + inner.trim_end_matches([' ', '\t', '\r', '\n', ';', '|', '&']).len();
            self.command.push(word);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        if !self.command.is_empty() {
            self.commands.push(std::mem::take(&mut self.command));
        }
    }

    fn problem(&mut self, start: usize, end: usize, message: &str) {
        self.problems.push(Problem { start, end, message: message.to_owned() });
    }

    fn unclosed(&mut self, start: usize) {
        self.problem(start, start + 1, "the quote is not closed");
        let rest = self.rest().len();
        self.push(start, &self.text[self.at..]);
        self.at += rest;
    }

    fn backslash(&mut self, start: usize) {
        let rest = self.rest();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let line_ends = rest[blanks..].is_empty() || rest[blanks..].starts_with(['\n', '\r']);
        if rest.starts_with('\n') {
            self.at += 1;
        } else if rest.starts_with("\r\n") {
            self.at += 2;
        } else if blanks > 0 && line_ends {
            self.problem(
                start,
                self.at + blanks,
                "blanks behind the backslash: the command ends with this line",
            );
            self.at += blanks;
        } else if let Some(c) = rest.chars().next() {
            self.at += c.len_utf8();
            self.push(start, &self.text[start + 1..self.at]);
        }
    }

    fn double(&mut self, start: usize) {
        let mut text = String::new();
        let mut chars = self.text[self.at..].char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return self.push(start, &text);
                }
                '\\' => match chars.next() {
                    Some((_, '\n')) | None => {}
                    Some((_, c @ ('"' | '\\' | '$' | '`'))) => text.push(c),
                    Some((_, c)) => text.extend(['\\', c]),
                },
                _ => text.push(c),
            }
        }
        self.unclosed(start);
    }

    /// `$(…)` and `` `…` ``, as they are; a lone `$` is part of the word.
    fn substitution(&mut self, start: usize, c: char) {
        let rest = &self.text[self.at..];
        let end = match c {
            '$' if !rest.starts_with('(') => return self.push(start, "$"),
            '$' => {
                let mut depth = 0usize;
                rest.char_indices().find_map(|(at, c)| {
                    depth = match c {
                        '(' => depth + 1,
                        ')' => depth - 1,
                        _ => depth,
                    };
                    (depth == 0).then_some(at)
                })
            }
            _ => rest.find('`'),
        };
        match end {
            Some(end) => {
                self.at += end + 1;
                self.push(start, &self.text[start..self.at]);
            }
            None => self.unclosed(start),
        }
    }

    /// `<<EOF`: the lines up to the delimiter belong to no command.
    fn here_document(&mut self, start: usize) {
        let rest = &self.text[self.at + 1..];
        let line = rest.split('\n').next().unwrap_or_default();
        let delimiter = line
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .trim_start_matches('-')
            .trim_matches(['\'', '"', '\\']);
        let body = self.at + 1 + line.len();
        let mut end = body;
        let found = self.text[body..].split_inclusive('\n').skip(1).any(|line| {
            end += line.len();
            line.trim() == delimiter
        });
        if found && !delimiter.is_empty() {
            let first = self.text[body..].split_inclusive('\n').next().map_or(0, str::len);
            self.end_command();
            self.at = (end + first).min(self.text.len());
        } else {
            self.problem(start, self.at + 1 + line.len(), "the text that `<<` begins does not end");
            self.at = self.text.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        parse(text).0.into_iter().map(|command| command.into_iter().map(|word| word.text).collect()).collect()
    }

    #[test]
    fn words_are_as_the_shell_has_them() {
        for (text, expected) in [
            ("curl -X GET 'a b'", &[&["curl", "-X", "GET", "a b"][..]][..]),
            ("curl \\\n  -d @x", &[&["curl", "-d", "@x"]]),
            ("a 'it'\\''s' \"x \\\"y\\\" $z\"", &[&["a", "it's", "x \"y\" $z"]]),
            ("a; b | c\nd # e 'f\n", &[&["a"], &["b"], &["c"], &["d"]]),
            ("cat <<'EOF' \nnot 'a' command\nEOF\nb", &[&["cat"], &["b"]]),
            ("a $(b 'c') `d e`", &[&["a", "$(b 'c')", "`d e`"]]),
        ] {
            assert_eq!(words(text), expected, "{text}");
            assert_eq!(parse(text).1, Vec::new(), "{text}");
        }
    }

    #[test]
    fn what_fails_when_pasted() {
        for (text, at, says) in [
            ("curl -X GET\n-H 'x: y'\n'https://x.example'", 12, "a command of its own"),
            ("curl \\ \n -d x", 5, "blanks behind the backslash"),
            ("curl 'https://x", 5, "the quote is not closed"),
            ("curl “https://x”", 5, "a typographic quote"),
            ("curl -H User <user secret>", 13, "reads from a file"),
            ("curl https://x?a=b&c=d", 18, "`&` outside quotes"),
            ("cat <<EOF\nx\n", 4, "does not end"),
        ] {
            let problems = parse(text).1;
            let first = problems.first().unwrap_or_else(|| panic!("{text}: nothing is wrong"));
            assert!(first.start == at && first.message.contains(says), "{text}: {problems:?}");
        }
    }
}
