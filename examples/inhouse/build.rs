//! Compiles `elements/` into OUT_DIR, and again whenever it changes.

fn main() {
    elementc_build::Build::new().run();
}
