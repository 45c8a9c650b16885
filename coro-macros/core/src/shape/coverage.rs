//! Whether a pattern matches nothing that an earlier one leaves.
use syn::punctuated::Punctuated;
use syn::{Member, Pat};

use super::is_binding;

/// Whether whatever `pat` matches is matched by an earlier pattern too, as far as syntax tells.
pub(crate) fn covers(earlier: &Pat, pat: &Pat) -> bool {
    covers_part(earlier, Some(pat))
}

/// The same of a part of what is matched; without a pattern it may be anything.
fn covers_part(earlier: &Pat, pat: Option<&Pat>) -> bool {
    let pat = pat.map(bare_pattern);
    match (bare_pattern(earlier), pat) {
        (Pat::Guard(_), _) => false,
        (Pat::Wild(_), _) => true,
        (Pat::Ident(binding), _) if is_binding(binding) => match &binding.subpat {
            Some((_, part)) => covers_part(part, pat),
            None => true,
        },
        (earlier, Some(Pat::Guard(guarded))) => covers(earlier, &guarded.pat),
        (earlier, Some(Pat::Ident(binding))) if is_binding(binding) => {
            covers_part(earlier, binding.subpat.as_ref().map(|(_, part)| &**part))
        }
        (earlier, Some(Pat::Or(or))) => or.cases.iter().all(|case| covers(earlier, case)),
        (Pat::Or(or), pat) => or.cases.iter().any(|case| covers_part(case, pat)),
        (Pat::Ident(a), Some(Pat::Ident(b))) => a.ident == b.ident,
        (Pat::Path(a), Some(Pat::Path(b))) => a == b,
        (Pat::Lit(a), Some(Pat::Lit(b))) => a == b,
        (Pat::Tuple(a), Some(Pat::Tuple(b))) => cover_all(&a.elems, &b.elems),
        (Pat::Tuple(a), None | Some(Pat::Wild(_))) => {
            a.elems.iter().all(|part| covers_part(part, None))
        }
        (Pat::TupleStruct(a), Some(Pat::TupleStruct(b))) => {
            a.path == b.path && cover_all(&a.elems, &b.elems)
        }
        (Pat::Struct(a), Some(Pat::Struct(b))) => {
            let part = |member: &Member| b.fields.iter().find(|part| part.member == *member);
            a.path == b.path
                && a.fields.iter().all(|field| {
                    covers_part(&field.pat, part(&field.member).map(|part| &*part.pat))
                })
        }
        _ => false,
    }
}

/// Whether the parts of a tuple are covered one by one; a `..` stands for any number of them.
fn cover_all(earlier: &Parts, pats: &Parts) -> bool {
    let rest = |parts: &Parts| {
        let rest = parts.iter().position(|part| matches!(part, Pat::Rest(_)));
        rest.map(|at| (at, parts.len() - 1 - at))
    };
    let from_front = |at: usize| match rest(pats) {
        Some((front, _)) if at >= front => None,
        _ => pats.get(at),
    };
    let from_back = |at: usize| match rest(pats) {
        Some((_, back)) if at >= back => None,
        _ => pats.len().checked_sub(at + 1).and_then(|at| pats.get(at)),
    };
    earlier.iter().enumerate().all(|(at, part)| {
        let back = earlier.len() - 1 - at;
        let other = match rest(earlier) {
            Some((front, _)) if at < front => from_front(at),
            Some((front, _)) if at == front => return true,
            Some(_) => from_back(back),
            None => from_front(at).or_else(|| from_back(back)),
        };
        covers_part(part, other)
    })
}

type Parts = Punctuated<Pat, syn::Token![,]>;

fn bare_pattern(pat: &Pat) -> &Pat {
    match pat {
        Pat::Paren(inner) => bare_pattern(&inner.pat),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::covers;
    use syn::Pat;
    use syn::parse::Parser;

    fn is_covered(pat: &str, earlier: &str) -> bool {
        let parse = |text: &str| {
            let pat = Pat::parse_multi_with_leading_vert.parse_str(text);
            pat.unwrap_or_else(|error| panic!("{text}: {error}"))
        };
        covers(&parse(earlier), &parse(pat))
    }

    #[test]
    fn whatever_binds_covers_all() {
        for earlier in [
            "_",
            "name",
            "mut name",
            "ref name",
            "name @ _",
            "(_)",
            "(_, name)",
        ] {
            assert!(is_covered("(Some(a), 1)", earlier), "{earlier}");
        }
        assert!(!is_covered("(Some(a), 1)", "None"));
    }

    #[test]
    fn the_same_constructor_covers_part_by_part() {
        assert!(is_covered("Some(Point { x: 1, .. })", "Some(_)"));
        assert!(is_covered("Some(a)", "b @ Some(_)"));
        assert!(is_covered("c @ Some(1)", "Some(b)"));
        assert!(is_covered("Point { y: 1, x }", "Point { x, .. }"));
        assert!(is_covered("Point { .. }", "Point { x, y: _ }"));
        assert!(!is_covered("Some(a)", "Some(1)"));
        assert!(!is_covered("Some(a)", "Ok(b)"));
        assert!(!is_covered("a", "Some(b)"));
        assert!(!is_covered("Point { x, .. }", "Point { x, y: 1 }"));
    }

    #[test]
    fn alternatives_are_taken_one_by_one() {
        assert!(is_covered("Dot(a) | Line(a, _)", "Dot(b) | Line(b, _)"));
        assert!(is_covered("2", "1 | 2"));
        assert!(!is_covered("Dot(a) | Line(a, _)", "Dot(b)"));
    }

    #[test]
    fn the_rest_of_a_tuple_may_be_anything() {
        assert!(is_covered("(1, 2, 3)", "(1, ..)"));
        assert!(is_covered("(1, 2, 3)", "(.., 3)"));
        assert!(is_covered("T(1, ..)", "T(1, _, _)"));
        assert!(is_covered("T(.., 3)", "T(a, b, 3)"));
        assert!(!is_covered("T(1, ..)", "T(1, 2, _)"));
        assert!(!is_covered("(1, 2, 3)", "(.., 2)"));
    }

    #[test]
    fn a_guard_covers_nothing() {
        let guarded = |pat: &str| {
            let arm: syn::Arm = syn::parse_str(&format!("{pat} if go => {{}}")).expect("an arm");
            arm.pat
        };
        let any: Pat = syn::parse_quote!(_);
        assert!(!covers(&guarded("_"), &any));
        assert!(covers(&any, &guarded("Some(a)")));
    }
}
