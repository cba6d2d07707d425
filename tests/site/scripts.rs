//! The scripts of the site judge as the program that the engine runs: on every sample and every vector.

use crate::{everything, support};
use elementc_runtime::{Placeholders, validate};
use rquickjs::{CatchResultExt as _, Context, Runtime};
use serde_json::{Value as Json, json};

/// What is wrong with each body: the codes and pointers of the violations.
const DRIVER: &str = "(bodies) => JSON.stringify(JSON.parse(bodies).map((body) => \
    elementc.element.validateCreateInstance(body, { strict: true }).violations.map(({ code, pointer, message }) => [code, pointer, message])))";

#[test]
fn scripts_judge_as_the_engine_does() {
    let mut judged = 0;
    for site in everything() {
        for compiled in site.compilation.catalog.compiled() {
            let key = &*compiled.element.key.value;
            let (message, program) = compiled.message("create-instance").expect("every element has it");
            let mut bodies: Vec<Json> = message.samples.iter().map(|sample| sample.json.clone()).collect();
            // Each sample without each of its members, and with a wrong one.
            for sample in bodies.clone() {
                for part in ["providerData", "configuration"] {
                    for member in sample[part].as_object().into_iter().flatten().map(|(key, _)| key) {
                        let mut without = sample.clone();
                        without[part].as_object_mut().expect("it is one").shift_remove(member);
                        let mut wrong = sample.clone();
                        wrong[part][member] = json!(["wrong"]);
                        bodies.extend([without, wrong]);
                    }
                }
            }
            let expected: Vec<Json> = bodies
                .iter()
                .map(|body| {
                    let report = validate(program, body.to_string().as_bytes(), Placeholders::Rejected);
                    let report: Json = serde_json::from_str(&report.to_json()).expect("a report is JSON");
                    let violations = report["violations"].as_array().expect("it lists them").iter();
                    violations.map(|v| json!([v["code"], v["pointer"], v["message"]])).collect()
                })
                .collect();
            let runtime = Runtime::new().expect("QuickJS starts");
            let context = Context::full(&runtime).expect("QuickJS starts");
            let found: String = context.with(|ctx| {
                let run = || {
                    ctx.eval::<(), _>(site.text("assets/engine.js"))?;
                    ctx.eval::<(), _>(site.text(&format!("elements/{key}/validator.js")))?;
                    let judge: rquickjs::Function = ctx.eval(DRIVER)?;
                    judge.call((Json::from(bodies.clone()).to_string(),))
                };
                run().catch(&ctx).unwrap_or_else(|e| panic!("{key}: {e}"))
            });
            judged += bodies.len();
            assert_eq!(
                serde_json::from_str::<Json>(&found).expect("it is JSON"),
                Json::from(expected),
                "{key}"
            );
        }
    }
    support::say(&format!("scripts of the site: {judged} bodies judged"));
    assert!(judged > 300, "only {judged} bodies were judged");
}
