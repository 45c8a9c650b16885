//! What a block takes from around it.
//!
//! Laws: a capture is a whole local, taken by value, in the order of first mention. A macro cannot
//! tell a local from an item, so every lone lower-case name that is used as a value and that the
//! block does not bind is taken for a local; one that is only called is taken for a function. A
//! function as a value is captured too, which costs nothing. Whatever is missed is a capture of
//! the twin, which rustc then refuses.
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Item, Macro};

use crate::macros;
use crate::resolve;

/// One local from outside of a block.
pub(crate) struct Capture {
    /// What the code around calls it.
    pub(crate) outside: Ident,
    /// What the block calls it: the same, unless that is `self`.
    pub(crate) inside: Ident,
}

/// Finds the captures of a block, in which `self` becomes an ordinary name.
pub(crate) fn captures(block: &mut Block, items: &[Item]) -> Vec<Capture> {
    let mut receiver = Receiver(None);
    receiver.visit_block_mut(block);
    let capture = |inside: Ident| match &receiver.0 {
        Some(outside) if inside == RECEIVER => Capture {
            outside: outside.clone(),
            inside,
        },
        _ => Capture {
            outside: inside.clone(),
            inside,
        },
    };
    let names = resolve::free_names(block, items);
    names.into_iter().map(capture).collect()
}

/// Whether a macro call is a block of its own: `future!` or `coro::future!`.
pub(crate) fn is_block(mac: &Macro) -> bool {
    let path = mac.path.to_token_stream().to_string().replace(' ', "");
    matches!(&*path, "future" | "coro::future" | "::coro::future")
}

/// Whether tokens spell a block of its own.
pub(crate) fn mentions_block(tokens: &TokenStream) -> bool {
    let mut before: Option<TokenTree> = None;
    for token in tokens.clone() {
        let found = match (&before, &token) {
            (Some(TokenTree::Ident(name)), TokenTree::Punct(bang)) => {
                name == "future" && bang.as_char() == '!'
            }
            (_, TokenTree::Group(group)) => mentions_block(&group.stream()),
            _ => false,
        };
        if found {
            return true;
        }
        before = Some(token);
    }
    false
}

/// A block inside of a coroutine, as an expression that shows what it takes:
/// `with((a, b), |(a, b)| future! { … })`.
pub(crate) fn shown(mac: &Macro) -> Option<Expr> {
    let mut block = statements(mac)?;
    let captures = captures(&mut block, &[]);
    // By its name in a string: the block itself refuses that.
    if captures.iter().any(|capture| capture.inside == "self") {
        return None;
    }
    let mut mac = mac.clone();
    // With `self` by its other name.
    mac.tokens = block.stmts.iter().map(ToTokens::to_token_stream).collect();
    let (outside, inside): (Vec<_>, Vec<_>) = captures
        .into_iter()
        .map(|capture| (capture.outside, capture.inside))
        .unzip();
    let call = quote_spanned! {Span::mixed_site()=> {
        #[allow(clippy::shadow_unrelated, clippy::shadow_same, clippy::shadow_reuse)]
        let __block = ::coro::__private::twin::with((#(#outside,)*), |(#(#inside,)*)| #mac);
        __block
    }};
    syn::parse2(call).ok()
}

/// The inside of a block, if it can be parsed.
pub(crate) fn statements(mac: &Macro) -> Option<Block> {
    Some(Block {
        brace_token: Default::default(),
        stmts: mac.parse_body_with(Block::parse_within).ok()?,
    })
}

const RECEIVER: &str = "__self";

/// Renames `self`, which no pattern can bind.
struct Receiver(Option<Ident>);

impl Receiver {
    fn renamed(&mut self, name: &Ident) -> Ident {
        self.0.get_or_insert_with(|| name.clone());
        Ident::new(RECEIVER, name.span().resolved_at(Span::mixed_site()))
    }

    fn tokens(&mut self, tokens: TokenStream) -> TokenStream {
        let all: Vec<TokenTree> = tokens.into_iter().collect();
        let is_path = |index: usize| matches!(all.get(index), Some(TokenTree::Punct(p)) if p.as_char() == ':');
        let renamed = all.iter().enumerate().map(|(index, token)| match token {
            TokenTree::Ident(name) if name == "self" && !is_path(index + 1) => {
                TokenTree::Ident(self.renamed(name))
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), self.tokens(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            _ => token.clone(),
        });
        renamed.collect()
    }
}

impl VisitMut for Receiver {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Path(path) = expr
            && path.path.is_ident("self")
        {
            let name = path.path.segments[0].ident.clone();
            path.path = self.renamed(&name).into();
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        if !macros::is_textual(mac) {
            mac.tokens = self.tokens(std::mem::take(&mut mac.tokens));
        }
    }

    // `self` in an item is the item's own.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}
