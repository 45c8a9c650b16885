//! The macros of the standard library, whose arguments are ordinary expressions.
//!
//! Any other macro is opaque: its tokens pass through as they are. A macro is known by its name, and
//! `standard` has rustc check that the name means what it should.
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Block, Expr, Macro, Pat, Token};

use crate::shape::Use;

/// One argument, perhaps with a name as in `x = 1`.
pub(crate) struct Argument {
    pub(crate) name: Option<Ident>,
    pub(crate) value: Expr,
    pub(crate) usage: Use,
}

/// A macro call that has been seen into.
pub(crate) struct Known {
    pub(crate) arguments: Vec<Argument>,
    /// Which argument is the format string, if there is one.
    format: Option<usize>,
    /// How many of the arguments are evaluated whatever happens.
    pub(crate) eager: usize,
    form: Form,
}

enum Form {
    List,
    Repeat,
    Matches(TokenStream),
}

struct OneArgument {
    name: Option<Ident>,
    value: Expr,
}

impl Parse for OneArgument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let named = input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]);
        let name = if named {
            let name = input.parse()?;
            input.parse::<Token![=]>()?;
            Some(name)
        } else {
            None
        };
        Ok(OneArgument {
            name,
            value: input.parse()?,
        })
    }
}

/// Whether a macro has one of these names, by whatever path.
fn is_named(mac: &Macro, names: &[&str]) -> bool {
    let last = mac.path.segments.last();
    last.is_some_and(|last| names.contains(&&*last.ident.to_string()))
}

/// The macros that evaluate nothing, but read their tokens.
const TEXTUAL: &[&str] = &[
    "stringify",
    "concat",
    "line",
    "file",
    "column",
    "module_path",
    "include_str",
    "include_bytes",
    "env",
    "option_env",
    "cfg",
    "compile_error",
];

/// The macros whose arguments are expressions.
const OF_EXPRESSIONS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "matches",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// What a macro of the standard library is called: by its name alone, or with the crate in front.
pub(crate) fn standard(mac: &Macro) -> Option<&Ident> {
    let name = match mac.path.segments.iter().collect::<Vec<_>>()[..] {
        [name] => name,
        [package, name]
            if ["alloc", "core", "std"]
                .iter()
                .any(|known| package.ident == known) =>
        {
            name
        }
        _ => return None,
    };
    is_standard(&name.ident).then_some(&name.ident)
}

/// Whether the standard library has a macro of this name that is known here.
pub(crate) fn is_standard(name: &Ident) -> bool {
    let name = name.to_string();
    TEXTUAL.contains(&&*name) || OF_EXPRESSIONS.contains(&&*name)
}

/// Whether a macro is one of the standard library's that evaluate nothing, but read their tokens.
pub(crate) fn is_textual(mac: &Macro) -> bool {
    standard(mac).is_some_and(|name| TEXTUAL.contains(&&*name.to_string()))
}

/// Whether there is a macro that nobody can see into, and that may leave the body with a `?`.
pub(crate) fn has_another(body: &Block) -> bool {
    struct Search(bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_macro(&mut self, mac: &'ast Macro) {
            match parse(mac) {
                Some(known) => known
                    .arguments
                    .iter()
                    .for_each(|argument| self.visit_expr(&argument.value)),
                None => self.0 |= !is_textual(mac) && !is_select(mac),
            }
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut search = Search(false);
    search.visit_block(body);
    search.0
}

/// Whether a macro of the standard library never ends.
pub(crate) fn panics(mac: &Macro) -> bool {
    is_named(mac, &["panic", "todo", "unimplemented", "unreachable"])
}

/// Whether a macro call is a `bail!`, which returns from the function around it.
pub(crate) fn is_bail(mac: &Macro) -> bool {
    is_named(mac, &["bail"])
}

/// Whether a macro call is an `ensure!`, which may return an error from the function around it.
pub(crate) fn is_ensure(mac: &Macro) -> bool {
    is_named(mac, &["ensure"])
}

/// Whether a macro call is a `select!` of the runtime, whose arms are the body of a closure. Should it
/// be another macro of this name, it does not know the marker that it is given.
pub(crate) fn is_select(mac: &Macro) -> bool {
    is_named(mac, &["select"])
}

/// Whether a macro call is a `join!` or `try_join!` of the runtime, which takes its arguments. It is
/// given a marker where one of them is a local, which another macro might only borrow, or the output
/// of a suspension, which another might not evaluate just there.
pub(crate) fn is_join(mac: &Macro) -> bool {
    is_named(mac, &["join", "try_join"])
}

/// Whether the temporaries of a macro's arguments end inside of it.
pub(crate) fn is_statement_of_its_own(mac: &Macro) -> bool {
    const STATEMENTS: &[&str] = &["format", "print", "println", "eprint", "eprintln"];
    standard(mac).is_some_and(|name| STATEMENTS.contains(&&*name.to_string()))
}

/// What `pin!` pins, if this is it.
pub(crate) fn pinned(mac: &Macro) -> Option<Expr> {
    let path = mac
        .path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect::<Vec<_>>()
        .join("::");
    let is_pin = matches!(&*path, "pin" | "std::pin::pin" | "core::pin::pin");
    is_pin.then(|| mac.parse_body().ok()).flatten()
}

/// The name that the pattern of a `let` is, if it is no other pattern.
pub(crate) fn pinned_name(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(binding) if binding.by_ref.is_none() && binding.subpat.is_none() => {
            Some(&binding.ident)
        }
        _ => None,
    }
}

/// The arguments of a macro that is not known, if they look like expressions.
pub(crate) fn expressions(tokens: &TokenStream) -> Option<Vec<Expr>> {
    let parser = Punctuated::<OneArgument, Token![,]>::parse_terminated;
    let parsed = parser.parse2(tokens.clone()).ok()?;
    Some(parsed.into_iter().map(|argument| argument.value).collect())
}

/// Sees into a macro call, if it is one of the standard library's.
pub(crate) fn parse(mac: &Macro) -> Option<Known> {
    let name = match standard(mac) {
        Some(name) => name.to_string(),
        None if is_bail(mac) || is_join(mac) => mac.path.segments.last()?.ident.to_string(),
        None => return None,
    };
    // (arguments before the format string, whether there is one, how those before are used)
    let (before, has_format, usage) = match &*name {
        "println" | "print" | "eprintln" | "eprint" | "format" | "format_args" | "panic"
        | "todo" | "unimplemented" | "unreachable" => (0, true, Use::Place),
        // Not of the standard library, and yet with its format strings (see `expansions`).
        "bail" => (0, true, Use::Place),
        "write" | "writeln" => (1, true, Use::Place),
        "assert" | "debug_assert" => (1, true, Use::Value),
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => (2, true, Use::Place),
        "vec" => return vector(mac),
        "matches" => return matches(mac),
        "dbg" => (usize::MAX, false, Use::Value),
        // Of the runtime. Another macro of such a name does not know the marker (see `is_join`).
        "join" | "try_join" => (usize::MAX, false, Use::Value),
        _ => return None,
    };
    let parser = Punctuated::<OneArgument, Token![,]>::parse_terminated;
    let parsed = parser.parse2(mac.tokens.clone()).ok()?;
    let arguments: Vec<_> = parsed
        .into_iter()
        .enumerate()
        .map(|(index, OneArgument { name, value })| {
            let usage = if index < before { usage } else { Use::Place };
            Argument { name, value, usage }
        })
        .collect();
    let format = (has_format && arguments.len() > before).then_some(before);
    let eager = match &*name {
        "assert" | "assert_eq" | "assert_ne" => before,
        "debug_assert" | "debug_assert_eq" | "debug_assert_ne" => 0,
        _ => arguments.len(),
    };
    Some(Known {
        arguments,
        format,
        eager,
        form: Form::List,
    })
}

fn vector(mac: &Macro) -> Option<Known> {
    let value = |value| Argument {
        name: None,
        value,
        usage: Use::Value,
    };
    let parser = |input: ParseStream<'_>| {
        let mut arguments: Vec<Expr> = Vec::new();
        while !input.is_empty() {
            arguments.push(input.parse()?);
            if arguments.len() == 1 && input.peek(Token![;]) {
                input.parse::<Token![;]>()?;
                arguments.push(input.parse()?);
                return Ok((arguments, Form::Repeat));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok((arguments, Form::List))
    };
    let (arguments, form) = parser.parse2(mac.tokens.clone()).ok()?;
    Some(Known {
        eager: arguments.len(),
        arguments: arguments.into_iter().map(value).collect(),
        format: None,
        form,
    })
}

fn matches(mac: &Macro) -> Option<Known> {
    let parser = |input: ParseStream<'_>| {
        let value: Expr = input.parse()?;
        input.parse::<Token![,]>()?;
        let rest = input.fork();
        Pat::parse_multi_with_leading_vert(input)?;
        if !(input.is_empty() || input.peek(Token![,])) {
            // A guard: names in it would have to be resolved against the pattern.
            return Err(input.error("guard"));
        }
        input.parse::<TokenStream>()?;
        Ok((value, rest.parse::<TokenStream>()?))
    };
    let (value, rest) = parser.parse2(mac.tokens.clone()).ok()?;
    let argument = Argument {
        name: None,
        value,
        usage: Use::Place,
    };
    Some(Known {
        arguments: vec![argument],
        format: None,
        eager: 1,
        form: Form::Matches(rest),
    })
}

impl Known {
    /// The names that the format string captures.
    pub(crate) fn captured(&self) -> Vec<String> {
        let Some(Expr::Lit(literal)) = self
            .format
            .and_then(|at| self.arguments.get(at))
            .map(|a| &a.value)
        else {
            return Vec::new();
        };
        let syn::Lit::Str(text) = &literal.lit else {
            return Vec::new();
        };
        let mut names = captured_names(&text.value());
        names.retain(|name| {
            !self
                .arguments
                .iter()
                .any(|a| a.name.as_ref().is_some_and(|n| n == name))
        });
        names
    }

    /// Where the format string stands.
    pub(crate) fn format_span(&self) -> proc_macro2::Span {
        let format = self.format.and_then(|at| self.arguments.get(at));
        format.map_or_else(proc_macro2::Span::call_site, |format| {
            syn::spanned::Spanned::span(&format.value)
        })
    }

    /// The arguments as tokens again.
    pub(crate) fn into_tokens(self) -> TokenStream {
        if let Form::List = self.form {
            return list(self.arguments);
        }
        let arguments: Vec<_> = self
            .arguments
            .iter()
            .map(|argument| &argument.value)
            .collect();
        match self.form {
            Form::List | Form::Repeat => quote!(#(#arguments);*),
            Form::Matches(rest) => quote!(#(#arguments)*, #rest),
        }
    }
}

/// A list of arguments as tokens again.
pub(crate) fn list(arguments: Vec<Argument>) -> TokenStream {
    let arguments = arguments
        .into_iter()
        .map(|Argument { name, value, .. }| match name {
            Some(name) => quote!(#name = #value),
            None => value.into_token_stream(),
        });
    quote!(#(#arguments),*)
}

/// Whether tokens spell a suspension.
pub(crate) fn mentions_suspension(tokens: &TokenStream) -> bool {
    let mut before: Option<TokenTree> = None;
    for token in tokens.clone() {
        let found = match (&before, &token) {
            (Some(TokenTree::Ident(name)), TokenTree::Punct(bang)) => {
                name == "wait" && bang.as_char() == '!'
            }
            (Some(TokenTree::Punct(dot)), TokenTree::Ident(name)) => {
                dot.as_char() == '.' && name == "await"
            }
            (_, TokenTree::Group(group)) => mentions_suspension(&group.stream()),
            _ => false,
        };
        if found {
            return true;
        }
        before = Some(token);
    }
    false
}

/// The names in the braces of a format string: arguments, widths and precisions.
pub(crate) fn captured_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |name: &str| {
        let first = name.chars().next();
        if first.is_some_and(|c| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    };
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let (argument, spec) = match rest[..close].split_once(':') {
            Some((argument, spec)) => (argument, spec),
            None => (&rest[..close], ""),
        };
        add(argument.trim());
        for piece in spec.split(['.', '<', '>', '^', '+', '#', '0', '?']) {
            if let Some(name) = piece.trim().strip_suffix('$') {
                add(name);
            }
        }
        rest = &rest[close + 1..];
    }
    names
}
