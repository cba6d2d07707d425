//! An application with element definitions of its own. Its build script is one line, and so is
//! what makes the validators part of the crate.

/// The validators of the elements in `elements/`.
pub mod elements {
    include!(concat!(env!("OUT_DIR"), "/elements.rs"));
}

#[cfg(test)]
mod tests {
    use super::elements::payroll::create_instance;

    #[test]
    fn the_validator_is_compiled_in() {
        let valid = br#"{"element": {"key": "payroll"}, "configuration": {"tenant": "acme", "api.key": "k"}, "name": "mine"}"#;
        assert_eq!(create_instance::validate(valid).violations, []);

        let report = create_instance::validate(
            br#"{"element": {"key": "payroll"}, "configuration": {"tenat": "acme"}, "name": "mine"}"#,
        );
        let messages: Vec<&str> = report.violations.iter().map(|v| &*v.message).collect();
        assert_eq!(
            messages,
            [
                "unknown entry `tenat`; did you mean `tenant`?",
                "missing required entry `api.key`",
                "missing required entry `tenant`"
            ]
        );
    }
}
