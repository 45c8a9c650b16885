//! The words that are no names.

/// Whether a word can be the name of a local, a function or a type, as it stands.
pub(crate) fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic()) && KEYWORDS.binary_search(&word).is_err()
}

/// The keywords of every edition, those that are only reserved included, sorted.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, is_name};

    #[test]
    fn is_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn agrees_with_the_parser() {
        let others = [
            "union", "gen", "safe", "raw", "auto", "default", "a_1", "Ärger", "1", "",
        ];
        for word in KEYWORDS.iter().chain(&others) {
            let is_ident = syn::parse_str::<syn::Ident>(word).is_ok();
            assert_eq!(is_name(word), is_ident, "{word}");
        }
    }
}
