//! `#[cfg]` inside of a body.
//!
//! Laws: a macro cannot ask whether a condition holds. So a body with conditions is lowered once
//! for each way in which they may hold, and each output stands under the `#[cfg]` that says which
//! way it is for: rustc keeps one, before it looks at any name. Conditions on items of the body
//! stay where they are.
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, FnArg, Meta, Stmt, TraitItemFn, Visibility};

use crate::captures;

/// Conditions that are independent of each other double the output each.
const MOST: usize = 4;

/// A source for one way in which its conditions hold.
pub(crate) struct Variant {
    /// The condition for all of it.
    pub(crate) condition: TokenStream,
    pub(crate) source: TokenStream,
}

/// The variants of a function, if it has conditions.
pub(crate) fn of_function(item: &TokenStream) -> syn::Result<Vec<Variant>> {
    let parser = |input: ParseStream<'_>| {
        let (attributes, visibility) = (input.call(Attribute::parse_outer)?, input.parse()?);
        Ok((attributes, visibility, input.parse()?))
    };
    type Parsed = (Vec<Attribute>, Visibility, TraitItemFn);
    variants(item, |select| {
        let (attributes, visibility, mut function): Parsed = parser.parse2(item.clone()).ok()?;
        select.retain(&mut function.sig.inputs, |input| match input {
            FnArg::Receiver(receiver) => Some(&mut receiver.attrs),
            FnArg::Typed(typed) => Some(&mut typed.attrs),
        });
        if let Some(body) = &mut function.default {
            select.visit_block_mut(body);
        }
        Some(quote!(#(#attributes)* #visibility #function))
    })
}

/// The variants of a block, if it has conditions.
pub(crate) fn of_block(tokens: &TokenStream) -> syn::Result<Vec<Variant>> {
    variants(tokens, |select| {
        let mut block = Block {
            brace_token: Default::default(),
            stmts: Block::parse_within.parse2(tokens.clone()).ok()?,
        };
        select.visit_block_mut(&mut block);
        let stmts = block.stmts;
        Some(quote!(#(#stmts)*))
    })
}

fn variants(
    tokens: &TokenStream,
    selected: impl Fn(&mut Select) -> Option<TokenStream>,
) -> syn::Result<Vec<Variant>> {
    // One question to rustc costs less than a walk through all tokens.
    if !tokens.to_string().contains("cfg") {
        return Ok(Vec::new());
    }
    let mut search = Select::default();
    if selected(&mut search).is_none() {
        // It is no function or block; who parses it says why.
        return Ok(Vec::new());
    }
    let conditions = search.known;
    if conditions.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(one_more) = conditions.get(MOST) {
        return Err(syn::Error::new_spanned(
            one_more,
            format!(
                "more than {MOST} different conditions in one coroutine, which is lowered for each way in which \
                 they may hold; move what they are about into functions"
            ),
        ));
    }
    let ways = 0..1_usize << conditions.len();
    let variants = ways.filter_map(|way| {
        let holds: Vec<bool> = (0..conditions.len()).map(|at| way >> at & 1 == 0).collect();
        let parts = conditions.iter().zip(&holds).map(|(condition, holds)| {
            if *holds {
                condition.clone()
            } else {
                quote!(not(#condition))
            }
        });
        let condition = quote!(all(#(#parts),*));
        let mut select = Select {
            known: conditions.clone(),
            holds: Some(holds),
        };
        let source = selected(&mut select)?;
        Some(Variant { condition, source })
    });
    Ok(variants.collect())
}

/// Takes out what is under a condition that does not hold, and the conditions themselves.
#[derive(Default)]
struct Select {
    /// The conditions that have been met.
    known: Vec<TokenStream>,
    /// Which of them hold; without it all are kept.
    holds: Option<Vec<bool>>,
}

impl Select {
    fn keeps(&mut self, attributes: &mut Vec<Attribute>) -> bool {
        let mut keeps = true;
        attributes.retain(|attribute| {
            let Meta::List(list) = &attribute.meta else {
                return true;
            };
            if !list.path.is_ident("cfg") {
                return true;
            }
            keeps &= self.holds(&list.tokens);
            false
        });
        keeps
    }

    fn holds(&mut self, condition: &TokenStream) -> bool {
        // What is negated is the same condition.
        let mut tokens = condition.clone().into_iter();
        if let (Some(TokenTree::Ident(not)), Some(TokenTree::Group(inner)), None) =
            (tokens.next(), tokens.next(), tokens.next())
            && not == "not"
        {
            let holds = self.holds(&inner.stream());
            return self.holds.is_none() || !holds;
        }
        let text = condition.to_string();
        let known = self
            .known
            .iter()
            .position(|known| known.to_string() == text);
        let at = known.unwrap_or_else(|| {
            self.known.push(condition.clone());
            self.known.len() - 1
        });
        self.holds.as_ref().is_none_or(|holds| holds[at])
    }

    fn retain<T, P>(
        &mut self,
        list: &mut Punctuated<T, P>,
        attributes: impl Fn(&mut T) -> Option<&mut Vec<Attribute>>,
    ) where
        P: Default,
    {
        let all = std::mem::take(list);
        let kept = all.into_pairs().filter_map(|mut pair| {
            let keeps = attributes(pair.value_mut()).is_none_or(|own| self.keeps(own));
            keeps.then_some(pair)
        });
        *list = kept.collect();
    }
}

impl VisitMut for Select {
    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|stmt| match stmt {
            Stmt::Local(local) => self.keeps(&mut local.attrs),
            Stmt::Macro(call) => self.keeps(&mut call.attrs),
            Stmt::Expr(expr, _) => leading(expr).is_none_or(|own| self.keeps(own)),
            Stmt::Item(_) => true,
        });
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Match(choice) => choice.arms.retain_mut(|arm| self.keeps(&mut arm.attrs)),
            Expr::Struct(value) => self.retain(&mut value.fields, |field| Some(&mut field.attrs)),
            Expr::Array(array) => self.retain(&mut array.elems, attributes),
            Expr::Tuple(tuple) => self.retain(&mut tuple.elems, attributes),
            Expr::Call(call) => self.retain(&mut call.args, attributes),
            Expr::MethodCall(call) => self.retain(&mut call.args, attributes),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_pat_struct_mut(&mut self, pat: &mut syn::PatStruct) {
        self.retain(&mut pat.fields, |field| Some(&mut field.attrs));
        visit_mut::visit_pat_struct_mut(self, pat);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if captures::is_block(mac)
            && let Some(mut block) = captures::statements(mac)
        {
            self.visit_block_mut(&mut block);
            let stmts = block.stmts;
            mac.tokens = quote!(#(#stmts)*);
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The attributes of a statement, which syn keeps where its expression begins.
fn leading(mut expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
    loop {
        expr = match expr {
            Expr::Assign(assign) => &mut assign.left,
            Expr::Binary(binary) => &mut binary.left,
            Expr::Cast(cast) => &mut cast.expr,
            other => return attributes(other),
        };
    }
}

fn attributes(expr: &mut Expr) -> Option<&mut Vec<Attribute>> {
    macro_rules! attrs {
        ($($variant:ident)*) => {
            match expr {
                $(Expr::$variant(expr) => Some(&mut expr.attrs),)*
                _ => None,
            }
        };
    }
    attrs!(
        Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field ForLoop
        Group If Index Infer Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference
        Repeat Return Struct Try TryBlock Tuple Unary Unsafe While Yield
    )
}

/// Functions under their conditions.
pub(crate) fn functions(
    variants: Vec<Variant>,
    lower: impl Fn(TokenStream) -> Vec<TokenStream>,
) -> TokenStream {
    let functions = variants.into_iter().map(|Variant { condition, source }| {
        let functions = lower(source);
        quote!(#(#[cfg(#condition)] #functions)*)
    });
    functions.collect()
}

/// An expression that is one of several under their conditions.
pub(crate) fn blocks(
    variants: Vec<Variant>,
    lower: impl Fn(TokenStream) -> TokenStream,
) -> TokenStream {
    let mixed = proc_macro2::Span::mixed_site();
    let name = proc_macro2::Ident::new("__future", mixed).into_token_stream();
    let lets = variants.into_iter().map(|Variant { condition, source }| {
        let block = lower(source);
        quote!(#[cfg(#condition)] let #name = #block;)
    });
    quote!({ #(#lets)* #name })
}
