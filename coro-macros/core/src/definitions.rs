//! Macros that a body defines.
//!
//! Law: a name means one macro in a block that suspends, since its items are put in front of it; and it
//! means the standard library's if that has one of this name, since the passes know those by their names.
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Item, Stmt};

use crate::errors::Errors;
use crate::{macros, suspend};

/// Refuses definitions that change what a name means.
pub(crate) fn check(body: &Block, errors: &mut Errors) {
    Definitions {
        errors,
        is_outermost: true,
    }
    .visit_block(body);
}

struct Definitions<'a> {
    errors: &'a mut Errors,
    is_outermost: bool,
}

impl<'ast> Visit<'ast> for Definitions<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        let is_reordered =
            std::mem::replace(&mut self.is_outermost, false) || suspend::block(block);
        for (index, stmt) in block.stmts.iter().enumerate() {
            let Stmt::Item(Item::Macro(syn::ItemMacro {
                ident: Some(name), ..
            })) = stmt
            else {
                continue;
            };
            if macros::is_standard(name) {
                let message = format!(
                    "`{name}!` is taken for the standard library's; give this macro another name"
                );
                self.errors.at(name, message);
            } else if is_reordered && block.stmts[..index].iter().any(|stmt| uses(stmt, name)) {
                let message = format!(
                    "`{name}!` means another macro earlier in this block, \
                     and a block has one meaning of a name here; give this macro another name"
                );
                self.errors.at(name, message);
            }
        }
        visit::visit_block(self, block);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// Whether a statement calls or defines a macro of this name.
fn uses(stmt: &Stmt, name: &Ident) -> bool {
    fn among(tokens: TokenStream, name: &Ident) -> bool {
        let mut before = false;
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(found) => {
                before = found == *name;
                false
            }
            TokenTree::Punct(punct) => before && punct.as_char() == '!',
            TokenTree::Group(group) => {
                before = false;
                among(group.stream(), name)
            }
            TokenTree::Literal(_) => {
                before = false;
                false
            }
        })
    }
    match stmt {
        Stmt::Item(Item::Macro(item)) => item.ident.as_ref() == Some(name),
        stmt => among(stmt.to_token_stream(), name),
    }
}
