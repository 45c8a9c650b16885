//! Items, attributes, signatures and variables that no coroutine can have.
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Item, Macro, Signature};

use crate::errors::Errors;

/// The attribute on another item, as an error on the keyword that makes it one.
pub(crate) fn not_a_function(item: &Item) -> syn::Error {
    let (keyword, what): (&dyn ToTokens, _) = match item {
        Item::Impl(item) => (&item.impl_token, "an `impl` is many"),
        Item::Trait(item) => (&item.trait_token, "a trait is many"),
        Item::Mod(item) => (&item.mod_token, "a module is many"),
        Item::Struct(item) => return without_body(&item.struct_token, "a struct"),
        Item::Enum(item) => return without_body(&item.enum_token, "an enum"),
        other => return without_body(other, "this item"),
    };
    let message =
        format!("`#[coro::coroutine]` lowers one function, and {what}; put it on each `fn` inside");
    syn::Error::new_spanned(keyword, message)
}

fn without_body(at: &dyn ToTokens, what: &str) -> syn::Error {
    let message = format!(
        "`#[coro::coroutine]` lowers a function, and {what} has no body to suspend; put it on a `fn`"
    );
    syn::Error::new_spanned(at, message)
}

/// Refuses attributes.
pub(crate) fn attributes(attributes: &[Attribute], errors: &mut Errors) {
    let again = attributes.iter().find(|attribute| {
        let names: Vec<_> = attribute
            .path()
            .segments
            .iter()
            .map(|segment| &segment.ident)
            .collect();
        matches!(&*names, [package, name] if *package == "coro" && *name == "coroutine")
    });
    if let Some(again) = again {
        errors.at(
            again.path(),
            "`#[coro::coroutine]` twice on one function; remove one",
        );
    }
}

/// Refuses what a signature says.
pub(crate) fn signature(signature: &Signature, errors: &mut Errors) {
    if let Some(variadic) = &signature.variadic {
        // The rest of what it takes to be variadic need not be said.
        return errors.at(variadic, "a coroutine cannot be variadic: it keeps its arguments, and must know them; take a slice");
    }
    if let Some(token) = &signature.constness {
        errors.at(token, "a coroutine cannot be `const`: a future is made to be polled at run time; remove `const`");
    }
    if let Some(abi) = &signature.abi {
        errors.at(abi, "a coroutine cannot be `extern`: it returns a Rust future, which no other language can poll; remove `extern`");
    }
}

/// Refuses variables that two functions would have one each of.
pub(crate) fn statics(body: &mut Block, errors: &mut Errors) {
    Statics(errors).visit_block_mut(body);
}

struct Statics<'a>(&'a mut Errors);

impl VisitMut for Statics<'_> {
    fn visit_item_mut(&mut self, item: &mut Item) {
        if let Item::Static(item) = item {
            self.refuse(&item.ident, "a `static`");
        }
        visit_mut::visit_item_mut(self, item);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        if let Some(last) = mac.path.segments.last()
            && last.ident == "thread_local"
        {
            self.refuse(&mac.path, "a `thread_local!`");
        }
    }
}

impl Statics<'_> {
    fn refuse(&mut self, at: &dyn ToTokens, what: &str) {
        let message = format!(
            "{what} in a coroutine with `direct` would be two, one for each function; \
             move it out of the function"
        );
        self.0.push(syn::Error::new_spanned(at, message));
    }
}
