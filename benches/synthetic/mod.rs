//! Catalogues made up to be measured: elements of ten entries each, as varied as real ones, over
//! the shipped traits.

use elementc_compiler::source::{Role, Source};
use std::fmt::Write as _;

/// What a maintainer says of one entry, by turns; `{k}` is the element's number.
const ENTRIES: [&str; 16] = [
    "title: Account Name\n    description: Account of the customer that the instance works on.",
    "title: Tenant\n    description: Short name of the tenant, as in its address.\n    pattern: \"^[a-z][a-z0-9-]{1,30}$\"\n    example: acme-{k}",
    "title: Server URL\n    description: Address of the installation, without a path.\n    type: url\n    example: https://erp{k}.example.com",
    "title: Partner Key\n    description: Key that the provider gave to the integration partner.\n    secret: true",
    "title: Region\n    description: Data centre that keeps the account.\n    values: [eu, us, apac, au]\n    default: eu",
    "title: Sandbox\n    description: Whether the account is a sandbox that is reset every night.\n    type: boolean\n    default: false",
    "title: Page Size\n    description: How many records one page of a response holds.\n    type: integer\n    min: 1\n    max: 2000\n    default: 200",
    "title: Company File\n    description: Name of the company file to open after logging in.\n    required: false",
    "title: Start Date\n    description: Changes before this moment are left out.\n    type: datetime\n    example: \"2017-03-14T19:20:16Z\"\n    required: false",
    "title: Support Address\n    description: Mailbox that learns of failed synchronisations.\n    type: email\n    example: ops{k}@example.com\n    required: false",
    "title: Ledger\n    description: Ledger that new journals are posted to.\n    group: posting",
    "title: Host\n    description: Host name of the file server.\n    type: hostname\n    example: files{k}.example.com\n    group: files",
    "title: API Version\n    description: Version of the provider's interface.\n    values: [v1, v2, v3]\n    synonyms: { version2: v2 }\n    default: v2",
    "title: Field Map\n    description: Names of custom fields by the name of the standard field.\n    type: json\n    required: false\n    example: \"{}\"",
    "title: Warehouse\n    description: Warehouse that stock levels are read from.\n    placeholder: \"<WAREHOUSE_{k}>\"",
    "title: Old Login\n    description: Login of the interface that is being retired.\n    deprecated: { since: \"2019\", note: The interface was retired. }\n    required: false",
];

/// How an element authenticates, by turns, and whatever else it says before its entries.
const HEADS: [&str; 8] = [
    "traits: [oauth2, session]\noauth2:\n  authorize: https://login{k}.example.com/oauth2/authorize\n  token: https://login{k}.example.com/oauth2/token\n  scopes: [read, write]\n",
    "traits: [basic, polling]\n",
    "traits: [oauth2]\noauth2:\n  authorize: https://id{k}.example.com/authorize\n  token: https://id{k}.example.com/token\n  query: { siteAddress: configuration.e{k}.account }\n",
    "traits: [api-key, paging]\napiKey: { in: header, name: X-Api-Key, from: configuration.e{k}.account }\n",
    "traits: [oauth2, polling, paging, bulk]\noauth2:\n  authorize: https://accounts{k}.example.com/o/authorize\n  token: https://accounts{k}.example.com/o/token\n",
    "traits: [basic, session]\ninstance:\n  element: { hookName: Synthetic{k} }\n  configuration:\n    base.url: https://api{k}.example.com/v2\n    pagination.type: page\n",
    "traits: [oauth2, events, salesforce]\n",
    "traits: [basic]\nvariants:\n  production: { when: { e{k}.mode: production }, configuration: { e{k}.approval: { title: Approval, description: Number of the approval. } } }\n  trial: { when: { e{k}.mode: trial } }\n",
];

/// That many elements of ten entries each; traits are the library's.
pub fn catalogue(count: usize) -> Vec<Source> {
    let traits = elementc::library().into_iter().filter(|source| source.role == Role::Trait);
    traits.chain((0..count).map(element)).collect()
}

/// The `k`th element.
pub fn element(k: usize) -> Source {
    let name = format!("e{k}");
    let mut text = format!(
        "key: {name}\nid: {}\nname: Synthetic {k}\nhub: finance\nstatus: {}\ndescription: Manage customers, invoices and payments of a Synthetic {k} account.\n",
        10_000 + k,
        if k.is_multiple_of(3) { "beta" } else { "released" },
    );
    let head = HEADS[k % HEADS.len()];
    text += head;
    text += "\nconfiguration:\n";
    let (first, second) = if head.contains("variants") {
        ("mode", "title: Mode\n    description: Which of the two systems is meant.")
    } else if head.contains("apiKey") {
        (
            "account",
            "title: Account\n    description: Key of the account that the instance works on.\n    secret: true",
        )
    } else {
        ("account", "title: Account ID\n    description: Account that the instance works on.")
    };
    let _ = writeln!(text, "  e{{k}}.{first}:\n    {second}");
    for turn in 1..10 {
        let said = ENTRIES[(k + turn * 5) % ENTRIES.len()];
        let key = said.split([':', '\n']).nth(1).unwrap_or_default().trim().to_lowercase().replace(' ', ".");
        let _ = writeln!(text, "  e{{k}}.{key}.{turn}:\n    {said}");
    }
    let text = text.replace("{k}", &k.to_string());
    Source {
        path: format!("elements/{name}.yaml"),
        name,
        role: Role::Element,
        library: false,
        bytes: text.into_bytes().into(),
    }
}
