//! Renderers: diagnostics become text.
