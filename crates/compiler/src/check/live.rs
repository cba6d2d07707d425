//! Live credentials: no real one stands in a descriptor.
//!
//! In: a text. Out: what it looks like: the token of a well-known issuer, a key, or something random.

use super::{Rule, Scope, Written};
use crate::diagnostic::{Code, Diagnostic};
use crate::has_pair;

/// See the module.
pub const RULE: Rule = Rule { codes: &[LIVE], scope: Scope::Text(run) };

const LIVE: Code = Code("W0603");

fn run(written: &Written, found: &mut Vec<Diagnostic>) {
    let (Some(text), path) = (written.node.text(), written.path) else { return };
    // What names a file, a trait or an entry is no value.
    let names = || path.last().is_some_and(|key| NAMES.contains(key));
    if let Some(why) = looks_live(text).filter(|_| !names()) {
        let message = format!("`{}` holds what looks like a real credential", path.join("."));
        found.push(
            Diagnostic::new(LIVE, written.node.span, message)
                .label(why)
                .secret()
                .note("descriptors are shared and published: show an obvious fake, and revoke the credential if it is real"),
        );
    }
}

/// Keys whose texts refer to something, or are patterns.
const NAMES: [&str; 12] = [
    "key",
    "traits",
    "extends",
    "remove",
    "from",
    "exampleFrom",
    "template",
    "replacedBy",
    "pattern",
    "image",
    "oneOf",
    "allOrNone",
];

/// How tokens of well-known issuers begin, and how many letters and digits follow at once: as the issuers
/// document them, and scanners for secrets look for them (gitleaks, `config/gitleaks.toml`). In byte order.
const PREFIXES: [(&str, usize, &str); 52] = [
    ("AIza", 0, "a Google API key"),
    ("AKIA", 12, "an AWS access key"),
    ("ASIA", 12, "an AWS access key"),
    ("ATATT3", 0, "an Atlassian token"),
    ("GOCSPX-", 0, "a Google client secret"),
    ("NRAK-", 12, "a New Relic key"),
    ("PMAK-", 24, "a Postman key"),
    ("SG.", 12, "a SendGrid key"),
    ("dckr_pat_", 0, "a Docker token"),
    ("doo_v1_", 12, "a DigitalOcean token"),
    ("dop_v1_", 12, "a DigitalOcean token"),
    ("dor_v1_", 12, "a DigitalOcean token"),
    ("figd_", 0, "a Figma token"),
    ("gho_", 12, "a GitHub token"),
    ("ghp_", 12, "a GitHub token"),
    ("ghr_", 12, "a GitHub token"),
    ("ghs_", 12, "a GitHub token"),
    ("ghu_", 12, "a GitHub token"),
    ("github_pat_", 12, "a GitHub token"),
    ("glpat-", 0, "a GitLab token"),
    ("hf_", 30, "a Hugging Face token"),
    ("https://discord.com/api/webhooks/", 12, "a Discord webhook"),
    ("https://hooks.slack.com/services/", 8, "a Slack webhook"),
    ("hvs.", 0, "a Vault token"),
    ("key-", 32, "a Mailgun key"),
    ("lin_api_", 12, "a Linear key"),
    ("npm_", 30, "an npm token"),
    ("pat-eu1-", 8, "a HubSpot token"),
    ("pat-na1-", 8, "a HubSpot token"),
    ("pul-", 30, "a Pulumi token"),
    ("pypi-", 30, "a PyPI token"),
    ("rk_live_", 12, "a Stripe key"),
    ("shpat_", 12, "a Shopify token"),
    ("shpca_", 12, "a Shopify token"),
    ("shppa_", 12, "a Shopify token"),
    ("shpss_", 12, "a Shopify secret"),
    ("sk-ant-", 0, "an Anthropic key"),
    ("sk-proj-", 0, "an OpenAI key"),
    ("sk_live_", 12, "a Stripe key"),
    ("sntrys_", 12, "a Sentry token"),
    ("sq0atp-", 0, "a Square token"),
    ("sq0csp-", 0, "a Square secret"),
    ("whsec_", 12, "a webhook secret"),
    ("xapp-", 0, "a Slack token"),
    ("xoxa-", 0, "a Slack token"),
    ("xoxb-", 0, "a Slack token"),
    ("xoxe-", 0, "a Slack token"),
    ("xoxe.", 0, "a Slack token"),
    ("xoxp-", 0, "a Slack token"),
    ("xoxr-", 0, "a Slack token"),
    ("xoxs-", 0, "a Slack token"),
    ("ya29.", 0, "a Google access token"),
];

/// What ends a word.
const SEPARATORS: &[u8] = b" \t\r\n<>\"'`,;()";

/// [`SEPARATORS`] by byte: each text of each descriptor is looked through.
const SEPARATES: [bool; 256] = with(SEPARATORS, [false; 256]);

/// What ends a word or a parameter of a URL.
const PARTS: [bool; 256] = with(b"=&?", SEPARATES);

const fn with(bytes: &[u8], mut table: [bool; 256]) -> [bool; 256] {
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// No random text that is a credential has fewer bytes.
const LONG: usize = 24;

/// No credential that can be told from other text is shorter.
const SHORTEST: usize = 14;

/// What a text looks like, if it looks like a live credential.
pub(crate) fn looks_live(text: &str) -> Option<&'static str> {
    if !has_word(text, SHORTEST) {
        return None;
    }
    if holds_private_key(text) {
        return Some("a private key");
    }
    // A parameter of a URL is a word too.
    let words = text.as_bytes().split(|byte| PARTS[*byte as usize]);
    words.filter(|word| word.len() >= SHORTEST).find_map(|word| {
        known(word)
            .or_else(|| holds_password(word).then_some("a URL with a password"))
            .or_else(|| if word.len() >= LONG { random(word) } else { None })
    })
}

/// The issuer whose tokens begin like a word, with enough behind it.
fn known(word: &[u8]) -> Option<&'static str> {
    let after = PREFIXES.partition_point(|(prefix, ..)| prefix.as_bytes() <= word);
    let (prefix, run, what) = PREFIXES[..after].last()?;
    let rest = word.strip_prefix(prefix.as_bytes()).filter(|rest| rest.len() >= 12)?;
    rest.get(..*run)?.iter().all(u8::is_ascii_alphanumeric).then_some(what)
}

/// Whether a private key begins here (RFC 7468): behind its header DER in Base64, or that of OpenSSH.
fn holds_private_key(text: &str) -> bool {
    // Most text is settled by that.
    if !has_pair(text, |a, b| (a == b'-') & (b == b'-')) {
        return false;
    }
    let body = text.split_once("PRIVATE KEY-----").map(|(_, body)| body);
    let body = body.map(|body| body.trim_start_matches("\\r").trim_start_matches("\\n").trim_start());
    body.is_some_and(|body| ["MI", "MH", "MC", "b3Bl"].iter().any(|start| body.starts_with(start)))
}

/// Whether a word is a URL with a user and a password that is none of documentation: long, with digits.
fn holds_password(word: &[u8]) -> bool {
    let position = |of: &[u8], byte| of.iter().position(|b| *b == byte);
    let password = || {
        let user = position(word, b':').and_then(|at| word[at..].strip_prefix(b"://"))?;
        let user = &user[..position(user, b'@')?];
        user.get(position(user, b':')? + 1..)
    };
    let is_real = |password: &[u8]| {
        let has = |f: fn(&u8) -> bool| password.iter().any(f);
        password.len() >= 8
            && has(u8::is_ascii_digit)
            && has(u8::is_ascii_alphabetic)
            && !has(|byte| b"/{$".contains(byte))
    };
    word.contains(&b'@') && password().is_some_and(is_real)
}

/// What a long word looks like if it has no pattern: a JWT, letters and digits, or a hexadecimal number.
fn random(word: &[u8]) -> Option<&'static str> {
    if word.starts_with(b"eyJ") && word.iter().filter(|byte| **byte == b'.').count() == 2 && word.len() > 40 {
        return Some("a JSON Web Token");
    }
    let is_plain = || word.iter().all(|c| c.is_ascii_alphanumeric() || b"+/_-.!~".contains(c));
    let has = |f: fn(&u8) -> bool| word.iter().any(f);
    let is_mixed = || has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    if is_plain() && is_mixed() && entropy(word) > 3.9 && !is_worded(word) {
        return Some("a long random text");
    }
    is_hash(word).then_some("a long hexadecimal text")
}

/// Whether half of the letters or more are in words. That is what camel case, scopes and
/// names of headers have, and random text has not: there letters of one case rarely follow each other.
fn is_worded(text: &[u8]) -> bool {
    let kind = |byte: &u8| (byte.is_ascii_lowercase(), byte.is_ascii_uppercase());
    let parts = text.chunk_by(|a, b| kind(a) == kind(b));
    let spoken: usize = parts.filter(|part| is_spoken(part)).map(<[u8]>::len).sum();
    let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    spoken * 2 >= letters
}

/// Whether letters can be said: a vowel to each five, and no five consonants in a row.
fn is_spoken(letters: &[u8]) -> bool {
    let is_vowel = |byte: &u8| b"aeiouy".contains(&byte.to_ascii_lowercase());
    letters.len() >= 3
        && letters.iter().all(u8::is_ascii_alphabetic)
        && letters.iter().filter(|byte| is_vowel(byte)).count() * 5 >= letters.len()
        && letters.split(is_vowel).all(|consonants| consonants.len() < 5)
}

/// Whether there is a word of that many bytes: most texts are settled by it. Seen from its end, the
/// place where such a word might be shows the separator after which to look next.
fn has_word(text: &str, length: usize) -> bool {
    let mut start = 0;
    while let Some(place) = text.as_bytes().get(start..start + length) {
        match place.iter().rposition(|byte| SEPARATES[*byte as usize]) {
            Some(separator) => start += separator + 1,
            None => return true,
        }
    }
    false
}

/// Whether a word is one long hexadecimal number, as keys and digests are.
fn is_hash(word: &[u8]) -> bool {
    let has = |f: fn(&u8) -> bool| word.iter().any(f);
    word.len() >= 32
        && word.iter().all(u8::is_ascii_hexdigit)
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && entropy(word) > 3.0
}

/// Bits per character.
#[allow(clippy::cast_precision_loss)]
fn entropy(text: &[u8]) -> f64 {
    let mut counts = [0usize; 128];
    for byte in text.iter().filter(|byte| byte.is_ascii()) {
        counts[usize::from(*byte)] += 1;
    }
    let total = text.len() as f64;
    counts.iter().filter(|c| **c > 0).map(|c| *c as f64 / total).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_can_be_looked_up() {
        assert!(PREFIXES.is_sorted_by(|one, other| one.0 < other.0 && !other.0.starts_with(one.0)));
    }

    /// None of them was ever issued. Apart from what it begins with, no scanner takes one for real.
    #[test]
    fn credentials_are_known() {
        let hexadecimal = "9e107d9d372bb6826bd81d3542a419d6";
        for (start, rest, expected) in [
            ("https://hooks.slack.com/services/", "T00000001/B00000002/a1B2c3D4e5F6g7H8i9J0kLmN", "Slack"),
            ("xoxa-", "2-123456789012-a1B2c3D4e5F6", "Slack"),
            ("https://acme.example/cb?token=", hexadecimal, "hexadecimal"),
            ("https://acme.example/cb?token=", "aB3dE5fG7hI9jK1lM3nO5pQ7rS9t", "random"),
            ("shpat_", "c9f8e7d6b5a4c3f2e1d0b9a8f7c6e5d4", "Shopify"),
            ("pat-na1-", "8f14e45f-ceea-467a-9a36-dedd4bea2543", "HubSpot"),
            ("key-", "3ax6xnjp29jd6fds4gc373sgvjxteol0", "Mailgun"),
            ("dop_v1_", hexadecimal, "DigitalOcean"),
            ("00D50000000IZ3Z!", "AQ0AQDpEDKYsn7ioKug2aSmgCjgrPjG9eRLza8jXWoW7uA", "random"),
            ("mongodb+srv://admin:", "Sup3rS3cretPw99@cluster0.example.net/crm", "password"),
            ("see https://joe:", "hunter2hunter2@acme.example", "password"),
            ("whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "webhook"),
            ("sq0atp-", "6cE-3a9fT_2kLm8vQwZx1A", "Square"),
            ("lin_api_", "a8Kx2mP9qRt5vWz3bNc7dEf1gHj4kLs6yUo0iTbV", "Linear"),
            ("hf_", "qLwErTyUiOpAsDfGhJkZxCvBnMqWeRtYuI", "Hugging Face"),
            ("glpat-", "x9_Kq-7Zt2mLw4Vb8NcR", "GitLab"),
            ("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END", "private"),
            ("-----BEGIN ", "PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEIA==", "private"),
            ("-----BEGIN OPENSSH ", "PRIVATE KEY----- b3BlbnNzaC1rZXktdjEAAAAA", "private"),
            ("", "8Kq2ZtVw5NbXr7Lm3PdHs9Jf", "random"),
            ("", "Zk3/pQ8+vT1xLw9RmB6cYd2HnS5jG7fA4uEo0iKqWsX=", "random"),
        ] {
            let found = looks_live(&format!("{start}{rest}"));
            assert!(found.is_some_and(|what| what.contains(expected)), "{start}{rest}: {found:?}");
        }
    }

    #[test]
    fn other_long_texts_are_none() {
        for text in [
            "ReadWriteAccessToInvoices2020",
            "Enterprise_Edition_Contract_2024",
            "Bulk.Accounts.V2.CreatedTime",
            "SalesforceV47AccountsMapping_Default",
            "sObjects/Contact/fields/LastModifiedDate2",
            "X-Vendor-Subscription-Key-V2",
            "Accounting.Transactions.ReadWrite.All.V2",
            "com.sage.intacct.CustomerInvoiceLineItem2",
            "ArbitraryPrecisionDraft4IntegerTypeValidator",
            "UTF8Base64UrlSafeEncodingV2",
            "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "2017-06-12T14:09:00.000Z/2018-06-12T14:09:00.000Z",
            "20170612T140900Z-Invoice-Export2",
            "8f14e45f-ceea-467a-9a36-dedd4bea2543",
            "00D50000000IZ3ZEAW",
            "https://www.googleapis.com/auth/drive.readonly",
            "https://acme.example/cb?grant_type=authorization_code&redirect=%2Fcallback",
            "https://hooks.slack.com/services/<YOUR_WEBHOOK>",
            "postgres://user:password@db.example.com/crm",
            "https://{user}:{password1}@acme.example",
            "mailto:12345678:a@acme.example",
            "hf_accounts_created_time_of_contacts_and_leads",
            "key-performance-indicators-of-the-vendor",
            "npm_config_registry_of_the_installation",
            "ASIA-PACIFIC-SOUTHEAST-2",
            "a PEM file: begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----",
            "-----BEGIN CERTIFICATE-----\nMIIEowIBAAKCAQEA",
        ] {
            assert_eq!(looks_live(text), None, "{text}");
        }
    }
}
