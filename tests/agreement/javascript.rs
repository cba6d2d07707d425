//! The opinion of the emitted JavaScript, run by an embedded engine.

use elementc_compiler::emit::Artifact;
use elementc_compiler::emit::javascript::{emit_engine, function_name};
use elementc_compiler::{Catalog, Compiled};
use elementc_runtime::Report;
use rquickjs::{CatchResultExt as _, Context, Function, Module, Object, Runtime};
use serde_json::Value as Json;

/// A violation: code, pointer, entry, message.
pub type Line = [String; 4];

/// Calls one validator for many bodies: one call each would mostly measure the way there and back.
const DRIVER: &str = r#"
globalThis.judge = (validate, bodies, strict) => JSON.stringify(JSON.parse(bodies).map((body) => {
  const value = JSON.parse(body);
  const report = validate(value, { strict });
  if (report.valid !== (report.violations.length === 0)) throw new Error("the verdict is not that of the violations");
  return [report.violations.map((it) => [it.code, it.pointer, it.entry, it.message]), JSON.stringify(value)];
}));
"#;

/// The emitted modules of an element, loaded.
pub struct JavaScript {
    context: Context,
}

impl JavaScript {
    /// Loads the modules of an element; `artifacts` has the engine and the element's own.
    pub fn new(artifacts: &[Artifact], element: &str) -> Self {
        let path = format!("{element}/validator.mjs");
        Self::load(artifacts, &[("engine", "validator.mjs"), ("validators", &path)])
    }

    /// Loads the engine alone, as `engine`.
    pub fn engine() -> Self {
        Self::load(&emit_engine(&Catalog::default()), &[("engine", "validator.mjs")])
    }

    /// Loads modules, each as a global of some name.
    fn load(artifacts: &[Artifact], modules: &[(&str, &str)]) -> Self {
        let runtime = Runtime::new().expect("QuickJS starts");
        let context = Context::full(&runtime).expect("QuickJS starts");
        context.with(|ctx| {
            for (name, path) in modules {
                let artifact = artifacts.iter().find(|a| a.path == *path).expect("the module is emitted");
                let load = || {
                    let (module, done) = Module::declare(ctx.clone(), *path, &*artifact.bytes)?.eval()?;
                    done.finish::<()>()?;
                    ctx.globals().set(*name, module.namespace()?)
                };
                load().catch(&ctx).unwrap_or_else(|e| panic!("{path} cannot be loaded: {e}"));
            }
            ctx.eval::<(), _>(DRIVER).catch(&ctx).unwrap_or_else(|e| panic!("the driver: {e}"));
        });
        Self { context }
    }

    /// What is wrong with each of some JSON texts, and how JavaScript writes them again.
    pub fn judge(&self, message: &str, bodies: &[String], strict: bool) -> Vec<(Vec<Line>, String)> {
        self.context.with(|ctx| {
            let judge = || {
                let validators: Object = ctx.globals().get("validators")?;
                let validate: Function = validators.get(function_name(message))?;
                let judge: Function = ctx.globals().get("judge")?;
                judge.call::<_, String>((validate, Json::from(bodies).to_string(), strict))
            };
            let verdicts = judge().catch(&ctx).unwrap_or_else(|e| panic!("{message}: {e}"));
            serde_json::from_str(&verdicts).expect("the driver returns verdicts")
        })
    }

    /// Runs a script that returns text, with the validators of the element in `validators`.
    pub fn run(&self, script: &str) -> String {
        self.context
            .with(|ctx| ctx.eval::<String, _>(script).catch(&ctx).unwrap_or_else(|e| panic!("{script}\n{e}")))
    }
}

/// The violations of a report, in the same terms.
pub fn lines(report: &Report) -> Vec<Line> {
    let line = |v: &elementc_runtime::Violation| {
        [v.code.as_str().to_owned(), v.pointer.clone(), v.entry.clone(), v.message.clone()]
    };
    report.violations.iter().map(line).collect()
}

/// The modules of an element.
pub fn modules(compiled: &Compiled, engine: &[Artifact]) -> Vec<Artifact> {
    let mut all = engine.to_vec();
    all.extend(elementc_compiler::emit::javascript::emit(compiled));
    all
}
