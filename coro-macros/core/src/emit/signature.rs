//! The signature of the output, and what its parameters are called.
use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::visit::Visit;
use syn::{FnArg, GenericParam, Pat, ReturnType, Signature, Token, Type};

use super::boxed;
use super::twin::never;
use crate::locals::{Callee, Kind, LocalId, Locals};
use crate::parse::Function;
use crate::tree::{Block, Stmt};
use crate::{make, shape};

/// One parameter.
pub(crate) struct Parameter {
    /// What the output's signature calls it.
    name: Ident,
    /// The pattern that the source binds it to, unless that is a plain name.
    pattern: Option<Pat>,
    mutability: Option<Token![mut]>,
    /// What the source says of it, as for lints.
    attributes: Vec<syn::Attribute>,
    is_self: bool,
    /// It is taken from around a block.
    is_captured: bool,
    /// The local that it is, unless it is never used.
    local: LocalId,
}

/// All parameters, in order.
pub(crate) struct Parameters(Vec<Parameter>);

impl Parameters {
    pub(crate) fn of(function: &Function, locals: &mut Locals) -> Self {
        let signature = &function.signature;
        let is_captured = function.captures.is_some();
        let parameter = |(index, input): (usize, &FnArg)| match input {
            FnArg::Receiver(receiver) => {
                let name = Ident::new("self", receiver.self_token.span);
                let local = locals.add(name.clone(), Kind::Parameter);
                let is_reference = match &receiver.kind {
                    syn::ReceiverKind::Reference(..) => true,
                    syn::ReceiverKind::Typed(_, ty) => shape::is_reference_type(ty),
                    _ => false,
                };
                locals[local].is_reference = is_reference;
                locals[local].is_trivial = is_reference;
                locals[local].is_copy = match &receiver.kind {
                    syn::ReceiverKind::Reference(_, _, mutability) => mutability.is_none(),
                    syn::ReceiverKind::Typed(_, ty) => shape::is_copy_type(ty),
                    _ => false,
                };
                locals[local].is_box = match &receiver.kind {
                    syn::ReceiverKind::Typed(_, ty) => shape::is_box_type(ty),
                    _ => false,
                };
                locals[local].is_pointer = match &receiver.kind {
                    syn::ReceiverKind::Typed(_, ty) => shape::is_pointer_type(ty),
                    _ => false,
                };
                Parameter {
                    name,
                    pattern: None,
                    mutability: receiver.mutability,
                    attributes: Vec::new(),
                    is_self: true,
                    is_captured,
                    local,
                }
            }
            FnArg::Typed(typed) => {
                let (name, pattern, mutability) = match &*typed.pat {
                    Pat::Ident(binding) if binding.by_ref.is_none() && binding.subpat.is_none() => {
                        (binding.ident.clone(), None, binding.mutability)
                    }
                    pattern => (
                        format_ident!("argument_{index}", span = Span::mixed_site()),
                        Some(pattern.clone()),
                        None,
                    ),
                };
                let local = locals.add(name.clone(), Kind::Parameter);
                locals[local].is_reference = shape::is_reference_type(&typed.ty);
                locals[local].is_trivial = shape::is_trivial_type(&typed.ty);
                locals[local].is_small = shape::is_small_type(&typed.ty);
                locals[local].is_copy = shape::is_copy_type(&typed.ty);
                locals[local].is_box = shape::is_box_type(&typed.ty);
                locals[local].is_pointer = shape::is_pointer_type(&typed.ty);
                locals[local].is_collection = shape::is_collection_type(&typed.ty);
                locals[local].callee = callee(&typed.ty, &signature.generics);
                Parameter {
                    name,
                    pattern,
                    mutability,
                    attributes: typed.attrs.clone(),
                    is_self: false,
                    is_captured,
                    local,
                }
            }
        };
        Parameters(signature.inputs.iter().enumerate().map(parameter).collect())
    }

    pub(crate) fn locals(&self) -> Vec<LocalId> {
        self.0.iter().map(|parameter| parameter.local).collect()
    }

    /// The names by which the body knows its parameters.
    pub(crate) fn names(&self) -> Vec<(String, LocalId)> {
        let named = self
            .0
            .iter()
            .map(|parameter| (parameter.name.to_string(), parameter.local));
        named.collect()
    }

    /// The body inside a block that binds the patterns of the parameters.
    pub(crate) fn around(&self, body: syn::Block) -> syn::Block {
        let lets = self.0.iter().filter_map(|parameter| {
            let (name, pattern) = (&parameter.name, parameter.pattern.as_ref()?);
            Some(output_as!(let #pattern = #name;))
        });
        let mut stmts: Vec<syn::Stmt> = lets.collect();
        let body = syn::ExprBlock {
            attrs: Vec::new(),
            label: None,
            block: body,
        };
        stmts.push(syn::Stmt::Expr(syn::Expr::Block(body), None));
        syn::Block {
            brace_token: syn::token::Brace(Span::mixed_site()),
            stmts,
        }
    }

    /// Declares the parameters, and what their patterns bind, in the order of their scopes.
    pub(crate) fn declare(&self, body: &mut Block, locals: &Locals) {
        let mut lets = body.stmts.iter().filter_map(|stmt| match stmt {
            Stmt::Plain(syn::Stmt::Local(local)) => Some(shape::bindings(&local.pat, locals)),
            _ => None,
        });
        let mut order = Vec::new();
        for parameter in &self.0 {
            order.push(parameter.local);
            if parameter.pattern.is_some() {
                // What the pattern leaves is dropped with the parameter, after what it binds.
                let (rest, bound): (Vec<_>, Vec<_>) = lets
                    .next()
                    .unwrap_or_default()
                    .into_iter()
                    .partition(|&id| locals[id].kind == Kind::Temporary);
                order.extend(rest.into_iter().rev().chain(bound));
            }
        }
        drop(lets);
        if self.0.iter().any(|parameter| parameter.is_captured) {
            // What is captured is a field of the future, and fields are dropped in their order.
            order.reverse();
        }
        body.stmts.insert(0, Stmt::Declare(order));
    }

    /// The signature with a plain name for each parameter.
    pub(super) fn named(&self, signature: &Signature) -> Signature {
        let mut signature = signature.clone();
        for (input, parameter) in signature.inputs.iter_mut().zip(&self.0) {
            if let FnArg::Typed(typed) = input {
                *typed.pat = make::binding(parameter.name.clone());
                typed.attrs.clear();
            }
        }
        signature
    }

    /// Names every parameter as a direct-style function would bind it.
    pub(super) fn rebound(&self) -> TokenStream {
        let lets = self
            .0
            .iter()
            .filter(|parameter| !parameter.is_self)
            .map(|parameter| {
                let (name, mutability) = (&parameter.name, &parameter.mutability);
                let attributes = &parameter.attributes;
                match &parameter.pattern {
                    Some(pattern) => {
                        output!(#[allow(unused_mut)] let mut #name = #name; #(#attributes)* let #pattern = #name;)
                    }
                    // Whether it is `mut` is said outside.
                    None if parameter.is_captured => {
                        output!(#[allow(unused_mut)] let mut #name = #name;)
                    }
                    None => output!(#(#attributes)* let #mutability #name = #name;),
                }
            });
        lets.collect()
    }

    /// What the signature calls a parameter.
    pub(super) fn name(&self, local: LocalId) -> &Ident {
        let found = self.0.iter().find(|parameter| parameter.local == local);
        &found.expect("only parameters are asked for").name
    }
}

/// What a call of a parameter does with it, as its bounds say.
fn callee(ty: &syn::Type, generics: &syn::Generics) -> Callee {
    type Bounds = syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>;
    let of = |bounds: &Bounds| {
        bounds.iter().find_map(|bound| {
            let syn::TypeParamBound::Trait(bound) = bound else {
                return None;
            };
            match &*bound.path.segments.last()?.ident.to_string() {
                "FnOnce" => Some(Callee::Once),
                "Fn" | "FnMut" => Some(Callee::Often),
                _ => None,
            }
        })
    };
    match ty {
        syn::Type::ImplTrait(ty) => of(&ty.bounds).unwrap_or(Callee::Unknown),
        syn::Type::Path(path) => {
            let Some(name) = path.path.get_ident() else {
                return Callee::Unknown;
            };
            let own = generics
                .type_params()
                .filter(|parameter| parameter.ident == *name)
                .find_map(|parameter| of(&parameter.bounds));
            let clauses = generics
                .where_clause
                .iter()
                .flat_map(|clause| &clause.predicates);
            let mut others = clauses.filter_map(|predicate| match predicate {
                syn::WherePredicate::Type(predicate) => match &predicate.bounded_ty {
                    syn::Type::Path(bounded) if bounded.path.is_ident(name) => {
                        of(&predicate.bounds)
                    }
                    _ => None,
                },
                _ => None,
            });
            own.or_else(|| others.next()).unwrap_or(Callee::Unknown)
        }
        _ => Callee::Unknown,
    }
}

/// The output's signature: an `impl Future` with what it may borrow.
pub(super) fn lowered(function: &Function, parameters: &Parameters) -> Signature {
    let mut signature = parameters.named(&function.signature);
    outlive(function, &mut signature);
    returning(function, &mut signature);
    signature
}

/// `-> T` into `-> impl Future<Output = T>`, or into a box of it.
fn returning(function: &Function, signature: &mut Signature) {
    signature.asyncness = None;
    let output: Type = match &signature.output {
        ReturnType::Default => make::unit_type(Span::mixed_site()),
        ReturnType::Type(_, output) => never(output),
    };
    let is_send = function.options.is_send;
    signature.output = if function.options.is_boxed {
        boxed::output(&output, is_send, &own_lifetime())
    } else {
        let send = is_send.then(|| output!(+ ::core::marker::Send));
        let future = output!(impl ::coro::__private::Future<Output = #output> #send);
        let arrow = Token![->](Span::mixed_site());
        ReturnType::Type(arrow, Box::new(Type::Verbatim(future)))
    };
}

fn own_lifetime() -> syn::Lifetime {
    syn::Lifetime::new("'coro", Span::mixed_site())
}

/// The lifetime for which whatever the frame saves may be borrowed: that of `&self`, or one of
/// its own, which every type parameter outlives. It binds callers to nothing.
pub(super) fn lifetime(function: &Function) -> Option<syn::Lifetime> {
    let (signature, own) = (&function.signature, own_lifetime());
    if function.options.is_boxed {
        return Some(own);
    }
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first()
        && let syn::ReceiverKind::Reference(_, lifetime, _) = &receiver.kind
    {
        return Some(lifetime.clone().unwrap_or(own));
    }
    (is_generic(function) || is_inherent(function)).then_some(own)
}

/// Whether a function is sure to be one of an implementation without a trait, and with lifetimes: nothing else
/// is public, has a `Self` and mentions lifetimes that it does not declare. The implementation may have type
/// parameters, which the attribute cannot see; that of a trait may not ask more of `Self` than the trait does.
fn is_inherent(function: &Function) -> bool {
    #[derive(Default)]
    struct Search<'a> {
        has_self: bool,
        lifetimes: Vec<&'a syn::Lifetime>,
    }
    impl<'ast> Visit<'ast> for Search<'ast> {
        fn visit_ident(&mut self, name: &'ast Ident) {
            self.has_self |= name == "Self";
        }
        fn visit_receiver(&mut self, receiver: &'ast syn::Receiver) {
            self.has_self = true;
            syn::visit::visit_receiver(self, receiver);
        }
        fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
            self.lifetimes.push(lifetime);
        }
    }
    let signature = &function.signature;
    let mut search = Search::default();
    search.visit_signature(signature);
    let is_outer = |lifetime: &&syn::Lifetime| {
        let mut own = signature.generics.lifetimes();
        lifetime.ident != "static"
            && lifetime.ident != "_"
            && !own.any(|own| own.lifetime == **lifetime)
    };
    !matches!(function.visibility, syn::Visibility::Inherited)
        && search.has_self
        && search.lifetimes.iter().any(is_outer)
}

/// Whether a function has type parameters, named or not.
fn is_generic(function: &Function) -> bool {
    let mut signature = function.signature.clone();
    let mut inputs = signature.inputs.iter_mut();
    signature.generics.type_params().next().is_some()
        || inputs.any(|input| match input {
            FnArg::Typed(typed) => outlive_in_type(&mut typed.ty, &own_lifetime()),
            FnArg::Receiver(_) => false,
        })
}

/// Declares the lifetime, and says that the type parameters outlive it.
fn outlive(function: &Function, signature: &mut Signature) {
    let Some(lifetime) = lifetime(function) else {
        return;
    };
    let mut is_new = true;
    // A trait that declares a generic method has the attribute, too, and says the same.
    let takes_self = signature.receiver().is_some() && is_generic(function);
    let mut bounds_self = takes_self || is_inherent(function);
    if function.options.is_boxed {
        boxed::outlive(signature, &lifetime);
        bounds_self = false;
    } else if let Some(FnArg::Receiver(receiver)) = signature.inputs.first_mut()
        && let syn::ReceiverKind::Reference(_, named, _) = &mut receiver.kind
    {
        is_new = named.is_none();
        bounds_self = false;
        *named = Some(lifetime.clone());
    }
    for input in &mut signature.inputs {
        if let FnArg::Typed(typed) = input {
            outlive_in_type(&mut typed.ty, &lifetime);
        }
    }
    // Next to the bounds that are there.
    let mut outlived = Vec::new();
    let generics = &mut signature.generics;
    for parameter in generics.params.iter_mut() {
        let GenericParam::Type(parameter) = parameter else {
            continue;
        };
        let name = &parameter.ident;
        let predicates = generics
            .where_clause
            .iter_mut()
            .flat_map(|clause| &mut clause.predicates);
        let elsewhere = predicates
            .into_iter()
            .find_map(|predicate| match predicate {
                syn::WherePredicate::Type(predicate) if is_type(&predicate.bounded_ty, name) => {
                    Some(&mut predicate.bounds)
                }
                _ => None,
            });
        let bound = syn::TypeParamBound::Lifetime(lifetime.clone());
        match elsewhere {
            Some(bounds) => bounds.push(bound),
            None if parameter.colon_token.is_some() => parameter.bounds.push(bound),
            // What rustc proposes for it goes into the parameter, where there is nothing of ours.
            None => outlived.push(parameter.ident.clone()),
        }
    }
    if !outlived.is_empty() {
        let predicates = outlived
            .iter()
            .map(|name| -> syn::WherePredicate { output_as!(#name: #lifetime) });
        generics.make_where_clause().predicates.extend(predicates);
    }
    if bounds_self {
        let clause = signature.generics.make_where_clause();
        clause.predicates.push(output_as!(Self: #lifetime));
    }
    if is_new {
        signature
            .generics
            .params
            .insert(0, GenericParam::Lifetime(syn::LifetimeParam::new(lifetime)));
    }
}

fn is_type(ty: &Type, name: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

/// Adds the lifetime to every `impl Trait` in a parameter's type.
fn outlive_in_type(ty: &mut Type, lifetime: &syn::Lifetime) -> bool {
    struct Visitor<'a>(&'a syn::Lifetime, bool);
    impl syn::visit_mut::VisitMut for Visitor<'_> {
        fn visit_type_impl_trait_mut(&mut self, ty: &mut syn::TypeImplTrait) {
            ty.bounds
                .push(syn::TypeParamBound::Lifetime(self.0.clone()));
            self.1 = true;
        }
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            syn::visit_mut::visit_type_reference_mut(self, reference);
            if let Type::ImplTrait(_) = *reference.elem {
                let elem = &reference.elem;
                *reference.elem = output_as!((#elem));
            }
        }
        // `impl Fn() -> impl Trait` is no parameter's type.
        fn visit_parenthesized_generic_arguments_mut(
            &mut self,
            _: &mut syn::ParenthesizedGenericArguments,
        ) {
        }
    }
    let mut visitor = Visitor(lifetime, false);
    syn::visit_mut::VisitMut::visit_type_mut(&mut visitor, ty);
    visitor.1
}

/// The declaration of a function in a trait.
pub(crate) fn declaration(function: &Function) -> TokenStream {
    let mut signature = function.signature.clone();
    let (attributes, visibility) = (&function.attributes, &function.visibility);
    if function.options.is_boxed || is_generic(function) {
        // The lifetime is named alike in the trait and in its implementations.
        outlive(function, &mut signature);
    }
    returning(function, &mut signature);
    output!(#(#attributes)* #visibility #signature;)
}
