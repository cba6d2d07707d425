//! Scripts: the emitted JavaScript modules as classic scripts, because browsers import no module from
//! `file://`.
//!
//! In: the text of a module. Out: the same code in a function of its own, with what it imports and
//! exports as members of `elementc`. Nothing is written a second time.

/// The engine that all validators share: `elementc.engine`.
pub fn engine(module: &str) -> Option<String> {
    classic(module, "engine")
}

/// The validators of an element: `elementc.element`.
pub fn validators(module: &str) -> Option<String> {
    classic(module, "element")
}

/// `None` if the text is no module of this compiler's.
fn classic(module: &str, name: &str) -> Option<String> {
    let mut body = String::with_capacity(module.len());
    let mut exported: Vec<&str> = Vec::new();
    for line in module.lines() {
        if let Some(declaration) = line.strip_prefix("export ") {
            let rest =
                declaration.strip_prefix("const ").or_else(|| declaration.strip_prefix("function "))?;
            exported.push(rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).next()?);
            body.push_str(declaration);
        } else if let Some(import) = line.strip_prefix("import ") {
            let (names, _) = import.split_once(" from ")?;
            body.push_str(&format!("const {names} = elementc.engine;"));
        } else {
            body.push_str(line);
        }
        body.push('\n');
    }
    let names = exported.join(", ");
    let start = format!("\"use strict\";\n\nglobalThis.elementc ??= {{}};\nelementc.{name} = (() => {{\n");
    (!exported.is_empty()).then(|| format!("{start}{body}return {{ {names} }};\n}})();\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_becomes_a_script() {
        let module = "// Made.\n\nimport { a, b } from \"../validator.mjs\";\n\nexport const c = a(\n  1,\n);\nexport function d() {}\n";
        let script = validators(module).expect("it is a module");
        insta::assert_snapshot!(script, @r#"
        "use strict";

        globalThis.elementc ??= {};
        elementc.element = (() => {
        // Made.

        const { a, b } = elementc.engine;

        const c = a(
          1,
        );
        function d() {}
        return { c, d };
        })();
        "#);
        assert_eq!(validators("export default 1;\n"), None);
        assert_eq!(validators("const a = 1;\n"), None);
    }
}
