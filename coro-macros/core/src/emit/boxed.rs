//! The signature of a coroutine whose future is a box.
//!
//! ```text
//!   fn walk(&self, name: &str) -> Option<&Node>
//!   fn walk<'coro, '__1: 'coro, '__2: 'coro>(&'__1 self, name: &'__2 str)
//!       -> Pin<Box<dyn Future<Output = Option<&'__1 Node>> + 'coro>>  where Self: 'coro
//! ```
//!
//! Laws: the box lives as long as whatever the parameters borrow, which has to be said with names:
//! an elided lifetime gets one, in the output that of the parameter that it means. Without the box only those
//! that an `impl Trait` among the parameters leaves out get one.
use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, GenericParam, Lifetime, ReceiverKind, ReturnType, Signature, Type};

/// Names the lifetimes of a signature, and says that they outlive `coro`.
pub(super) fn outlive(signature: &mut Signature, coro: &Lifetime) {
    let mut named = Named::default();
    for input in &mut signature.inputs {
        named.visit_fn_arg_mut(input);
    }
    let mut all = Mentioned::default();
    for input in &signature.inputs {
        all.visit_fn_arg(input);
    }
    if let Some(meant) = receiver(signature).or(match &all.0[..] {
        [one] => Some(one.clone()),
        _ => None,
    }) && let ReturnType::Type(_, output) = &mut signature.output
    {
        Meant(meant).visit_type_mut(output);
    }
    let has_receiver = matches!(signature.inputs.first(), Some(FnArg::Receiver(_)));
    let generics = &mut signature.generics;
    // One that is declared here is bounded where it stands, any other in the `where` clause.
    for lifetime in &all.0 {
        let declared = generics
            .lifetimes_mut()
            .find(|own| own.lifetime == *lifetime);
        match declared {
            Some(own) => {
                own.colon_token.get_or_insert_default();
                own.bounds.push(coro.clone());
            }
            None if named.0.contains(lifetime) => {
                let own: syn::LifetimeParam = output_as!(#lifetime: #coro);
                generics.params.insert(0, GenericParam::Lifetime(own));
            }
            None => {
                let clause = generics.make_where_clause();
                clause.predicates.push(output_as!(#lifetime: #coro));
            }
        }
    }
    if has_receiver {
        let clause = generics.make_where_clause();
        clause.predicates.push(output_as!(Self: #coro));
    }
}

/// The lifetime that an elided one in the output means, if there is a receiver that borrows.
fn receiver(signature: &Signature) -> Option<Lifetime> {
    let Some(FnArg::Receiver(receiver)) = signature.inputs.first() else {
        return None;
    };
    let mut mentioned = Mentioned::default();
    mentioned.visit_receiver(receiver);
    mentioned.0.into_iter().next()
}

/// Declares names for the elided lifetimes of each `impl Trait` in a parameter's type, where only an `async fn`
/// may leave them out.
pub(crate) fn name_in_arguments(signature: &mut Signature) {
    let mut named = InArguments::default();
    for input in &mut signature.inputs {
        named.visit_fn_arg_mut(input);
    }
    for lifetime in named.0.0 {
        let own = GenericParam::Lifetime(syn::LifetimeParam::new(lifetime));
        signature.generics.params.insert(0, own);
    }
}

#[derive(Default)]
struct InArguments(Named);

impl VisitMut for InArguments {
    fn visit_type_impl_trait_mut(&mut self, ty: &mut syn::TypeImplTrait) {
        self.0.visit_type_impl_trait_mut(ty);
    }
}

/// Gives names to elided lifetimes.
#[derive(Default)]
struct Named(Vec<Lifetime>);

impl Named {
    fn next(&mut self) -> Lifetime {
        let name = format!("'__{}", self.0.len() + 1);
        let lifetime = Lifetime::new(&name, Span::mixed_site());
        self.0.push(lifetime.clone());
        lifetime
    }
}

impl VisitMut for Named {
    fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
        if let ReceiverKind::Reference(_, lifetime @ None, _) = &mut receiver.kind {
            *lifetime = Some(self.next());
        }
        visit_mut::visit_receiver_mut(self, receiver);
    }

    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.next());
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.next();
        }
    }

    // Their elided lifetimes are their own.
    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
    fn visit_pat_mut(&mut self, _: &mut syn::Pat) {}
}

/// Replaces elided lifetimes.
struct Meant(Lifetime);

impl VisitMut for Meant {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime.get_or_insert_with(|| self.0.clone());
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.0.clone();
        }
    }

    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
}

/// The lifetimes that are mentioned, and not bound there.
#[derive(Default)]
struct Mentioned(Vec<Lifetime>);

impl<'ast> Visit<'ast> for Mentioned {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if lifetime.ident != "static" && !self.0.contains(lifetime) {
            self.0.push(lifetime.clone());
        }
    }

    fn visit_trait_bound(&mut self, bound: &'ast syn::TraitBound) {
        let before = self.0.clone();
        visit::visit_trait_bound(self, bound);
        self.unbind(before, bound.lifetimes.as_ref());
    }

    fn visit_type_fn_ptr(&mut self, ty: &'ast syn::TypeFnPtr) {
        let before = self.0.clone();
        visit::visit_type_fn_ptr(self, ty);
        self.unbind(before, ty.lifetimes.as_ref());
    }

    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
}

impl Mentioned {
    fn unbind(&mut self, before: Vec<Lifetime>, binder: Option<&syn::BoundLifetimes>) {
        let Some(binder) = binder else { return };
        let bound: Vec<&Lifetime> = binder
            .lifetimes
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Lifetime(parameter) => Some(&parameter.lifetime),
                _ => None,
            })
            .collect();
        self.0
            .retain(|lifetime| before.contains(lifetime) || !bound.contains(&lifetime));
    }
}

/// `T` into a box of a future of it.
pub(super) fn output(output: &Type, is_send: bool, coro: &Lifetime) -> ReturnType {
    let send = is_send.then(|| output!(+ ::core::marker::Send));
    output_as! {
        -> ::coro::__private::Pin<::coro::__private::Box<
            dyn ::coro::__private::Future<Output = #output> #send + #coro
        >>
    }
}
