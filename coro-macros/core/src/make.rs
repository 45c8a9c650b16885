//! Pieces of syntax that the passes make. To have `parse_quote!` parse what is known to be a name or a
//! call costs ten times as much, in a macro that runs unoptimised.
use proc_macro2::{Ident, Span};
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Lifetime, Pat, Stmt, Token, Type, token};

/// `name`
pub(crate) fn path(name: Ident) -> Expr {
    Expr::Path(syn::ExprPath {
        attrs: Vec::new(),
        qself: None,
        path: name.into(),
    })
}

/// `__coro::a::b`, of which the last name stands elsewhere than the others.
pub(crate) fn long_path(names: &[&str], span: Span, last: Span) -> Expr {
    Expr::Path(syn::ExprPath {
        attrs: Vec::new(),
        qself: None,
        path: path_of(names, span, last),
    })
}

fn path_of(names: &[&str], span: Span, last: Span) -> syn::Path {
    let mut segments = Punctuated::new();
    for (index, name) in names.iter().enumerate() {
        if index + 1 == names.len() {
            segments.push_value(Ident::new(name, last).into());
        } else {
            segments.push_value(Ident::new(name, span).into());
            segments.push_punct(Token![::](span));
        }
    }
    syn::Path {
        leading_colon: None,
        segments,
    }
}

/// `(expr)`
pub(crate) fn parenthesised(expr: Expr, span: Span) -> Expr {
    Expr::Paren(syn::ExprParen {
        attrs: Vec::new(),
        paren_token: token::Paren(span),
        expr: Box::new(expr),
    })
}

/// `{ expr }`
pub(crate) fn braced(expr: Expr, span: Span) -> Expr {
    Expr::Block(syn::ExprBlock {
        attrs: Vec::new(),
        label: None,
        block: Block {
            brace_token: token::Brace(span),
            stmts: vec![Stmt::Expr(expr, None)],
        },
    })
}

/// `*expr`
pub(crate) fn dereferenced(expr: Expr, span: Span) -> Expr {
    Expr::Unary(syn::ExprUnary {
        attrs: Vec::new(),
        op: syn::UnOp::Deref(Token![*](span)),
        expr: Box::new(expr),
    })
}

/// `&mut expr`
pub(crate) fn borrowed_mutably(expr: Expr, span: Span) -> Expr {
    Expr::Reference(syn::ExprReference {
        attrs: Vec::new(),
        and_token: Token![&](span),
        mutability: Some(Token![mut](span)),
        expr: Box::new(expr),
    })
}

/// `break 'label value`
pub(crate) fn leaving(label: Lifetime, value: Option<Expr>, span: Span) -> Expr {
    Expr::Break(syn::ExprBreak {
        attrs: Vec::new(),
        break_token: Token![break](span),
        label: Some(label),
        expr: value.map(Box::new),
    })
}

/// `()`
pub(crate) fn unit(span: Span) -> Expr {
    Expr::Tuple(syn::ExprTuple {
        attrs: Vec::new(),
        paren_token: token::Paren(span),
        elems: Punctuated::new(),
    })
}

/// `()`, as a type.
pub(crate) fn unit_type(span: Span) -> Type {
    Type::Tuple(syn::TypeTuple {
        attrs: Vec::new(),
        paren_token: token::Paren(span),
        elems: Punctuated::new(),
    })
}

/// `function(arguments)`
pub(crate) fn call(function: Expr, arguments: Vec<Expr>, span: Span) -> Expr {
    Expr::Call(syn::ExprCall {
        attrs: Vec::new(),
        func: Box::new(function),
        paren_token: token::Paren(span),
        args: arguments.into_iter().collect(),
    })
}

/// `name`, as a pattern that binds it.
pub(crate) fn binding(name: Ident) -> Pat {
    Pat::Ident(syn::PatIdent {
        attrs: Vec::new(),
        by_ref: None,
        mutability: None,
        ident: name,
        subpat: None,
    })
}

/// `__coro::a::b(inner)`, or `__coro::a::b`, as a pattern.
pub(crate) fn variant(names: &[&str], inner: Option<Pat>, span: Span) -> Pat {
    let path = path_of(names, span, span);
    match inner {
        Some(inner) => Pat::TupleStruct(syn::PatTupleStruct {
            attrs: Vec::new(),
            qself: None,
            path,
            paren_token: token::Paren(span),
            elems: Punctuated::from_iter([inner]),
        }),
        None => Pat::Path(syn::PatPath {
            attrs: Vec::new(),
            qself: None,
            path,
        }),
    }
}

/// `match value { pat => body, … }`
pub(crate) fn choice<const N: usize>(value: Expr, arms: [(Pat, Expr); N], span: Span) -> Expr {
    let arms = arms.into_iter().map(|(pat, body)| syn::Arm {
        attrs: Vec::new(),
        pat,
        fat_arrow_token: Token![=>](span),
        body: Box::new(body),
        comma: Some(Token![,](span)),
    });
    Expr::Match(syn::ExprMatch {
        attrs: Vec::new(),
        match_token: Token![match](span),
        expr: Box::new(value),
        brace_token: token::Brace(span),
        arms: arms.collect(),
    })
}

/// `_`
pub(crate) fn wild(span: Span) -> Pat {
    Pat::Wild(syn::PatWild {
        attrs: Vec::new(),
        underscore_token: Token![_](span),
    })
}

/// `let pat = value;`
pub(crate) fn local(pat: Pat, value: Expr, span: Span) -> Stmt {
    Stmt::Local(syn::Local {
        attrs: Vec::new(),
        let_token: Token![let](span),
        modifiers: Default::default(),
        pat,
        init: Some(syn::LocalInit {
            eq_token: Token![=](span),
            expr: Box::new(value),
            diverge: None,
        }),
        semi_token: Token![;](span),
    })
}
