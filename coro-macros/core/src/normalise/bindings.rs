//! `let`, and what syntax says of the types of what it binds.
use proc_macro2::Ident;
use syn::{Expr, Pat, Stmt as Source, parse_quote};

use super::Normaliser;
use crate::flow::{Mentions, is_taken_by_its_call};
use crate::locals::{Callee, Kind, LocalId, Locals};
use crate::tree::{Node, Stmt};
use crate::{shape, suspend};

impl Normaliser<'_> {
    pub(super) fn local(&mut self, mut local: syn::Local, out: &mut Vec<Stmt>) {
        self.note_types(&local);
        self.extended(&mut local, out);
        if let Pat::Type(typed) = &local.pat
            && !matches!(*typed.pat, Pat::Ident(_) | Pat::Wild(_))
            && let Some(init) = &mut local.init
            && (!shape::is_rvalue(&init.expr) || init.diverge.is_some())
        {
            *init.expr = self.of_type((*init.expr).clone(), &typed.ty, out);
            local.pat = (*typed.pat).clone();
        }
        if !suspend::local(&local) {
            self.name_rest_of_parameter(&mut local);
            out.push(Stmt::Plain(Source::Local(local)));
            return;
        }
        let bindings = shape::bindings(&local.pat, self.locals);
        let Some(mut init) = local.init.take() else {
            unreachable!("a `let` that suspends has an initialiser")
        };
        if let Some((_, otherwise)) = &init.diverge
            && suspend::expr(otherwise)
        {
            let otherwise = (**otherwise).clone();
            return self.let_else(local.pat, *init.expr, otherwise, out);
        }
        self.full(bindings, out, |this, out| {
            let node = this.node(*init.expr, out);
            match (node, init.diverge.take()) {
                (node, Some((token, mut otherwise))) => {
                    // What a pattern borrows lives as long as the pattern's bindings, and the temporaries
                    // of a value until it is matched.
                    let value = match node {
                        Node::Plain(place) if shape::borrows(&local.pat) => place,
                        Node::Plain(value)
                            if shape::is_rvalue(&value) && !shape::is_place_temporary(&value) =>
                        {
                            value
                        }
                        node if shape::borrows(&local.pat) => this.bind(node, out),
                        node => this.bind_temporary(node, out),
                    };
                    this.name_rest_of(&value, &mut local.pat);
                    // The temporaries are gone when the `else` runs.
                    let ended = this.open.last().expect("a full expression is open").clone();
                    let end = shape::end_temporaries(
                        ended.into_iter().map(|id| this.locals.mention_made_up(id)),
                    );
                    otherwise = Box::new(parse_quote!({ #end; #otherwise }));
                    *init.expr = value;
                    init.diverge = Some((token, otherwise));
                    local.init = Some(init);
                    out.push(Stmt::Plain(Source::Local(local)));
                }
                (Node::Plain(expr), None) => {
                    // Its own temporaries are dropped before those that outlive it, and while the
                    // binding has its value: no `let` of a type comes in between.
                    if let Pat::Type(typed) = &local.pat
                        && this.has_temporaries()
                        && this.makes_temporaries(&expr)
                    {
                        let ty = &typed.ty;
                        *init.expr = parse_quote!(__coro::twin::of_type::<#ty>(#expr));
                        local.pat = (*typed.pat).clone();
                    } else {
                        *init.expr = expr;
                    }
                    local.init = Some(init);
                    out.push(Stmt::Plain(Source::Local(local)));
                }
                (node, None) => out.push(Stmt::Let {
                    pat: local.pat,
                    init: node,
                }),
            }
        });
    }

    /// `let pat = init else { … }` whose `else` suspends:
    ///
    /// ```text
    ///   let Some(x) = f else { e };      let (x,) = if let Some(x) = f { (x,) } else { e };
    /// ```
    fn let_else(&mut self, pat: Pat, init: Expr, otherwise: Expr, out: &mut Vec<Stmt>) {
        let mut inner = pat;
        let mut names = Names {
            locals: self.locals,
            renamed: Vec::new(),
            outer: Vec::new(),
            inner: Vec::new(),
        };
        syn::visit_mut::VisitMut::visit_pat_mut(&mut names, &mut inner);
        let Names {
            outer,
            inner: values,
            ..
        } = names;
        let otherwise = leaving(otherwise);
        let stmt = parse_quote!(let (#(#outer,)*) = if let #inner = #init { (#(#values,)*) } else { #otherwise };);
        // In every edition, what the initialiser has made is gone when the `else` runs; the bindings
        // have their values by then.
        self.is_let_else = true;
        if let Source::Local(local) = stmt {
            self.local(local, out);
        }
    }

    /// An initialiser of a given type. A place stays one: it need not be moved as a whole.
    fn of_type(&mut self, init: Expr, ty: &syn::Type, out: &mut Vec<Stmt>) -> Expr {
        if shape::is_rvalue(&init) {
            return parse_quote!(__coro::twin::of_type::<#ty>(#init));
        }
        if !suspend::expr(&init) {
            let place = self.again(&init);
            let code = parse_quote!(if false {
                __coro::diverge();
                let _: *const #ty = &raw const #place;
            });
            out.push(Stmt::Question { answer: None, code });
        }
        init
    }

    /// What the pattern of a parameter leaves lives as long as the parameter, which has no name.
    fn name_rest_of_parameter(&mut self, local: &mut syn::Local) {
        let init = local
            .init
            .as_ref()
            .and_then(|init| shape::lone_name(&init.expr));
        let parameter = init
            .and_then(|name| self.locals.find(name))
            .map(|mention| self.locals.local_of(mention));
        if parameter.is_some_and(|id| {
            self.locals[id].kind == Kind::Parameter && is_nameless(&self.locals[id].name)
        }) {
            self.name_rest(&mut local.pat);
        }
    }

    /// What syntax says of the types of bindings.
    fn note_types(&mut self, local: &syn::Local) {
        let init = local.init.as_ref().map(|init| &*init.expr);
        self.note_type(&local.pat, None, init);
    }

    /// The same for a part of a pattern, which the value of this expression is bound to.
    fn note_type(&mut self, pat: &Pat, declared: Option<&syn::Type>, init: Option<&Expr>) {
        let binding = match pat {
            Pat::Type(typed) => return self.note_type(&typed.pat, Some(&typed.ty), init),
            Pat::Tuple(pats) => return self.note_types_in(pats, declared, init),
            Pat::Ident(binding) => binding,
            _ => return,
        };
        let Some(mention) = self.locals.find(&binding.ident) else {
            return;
        };
        let id = self.locals.local_of(mention);
        self.locals[id].is_box = match (declared, init) {
            (Some(ty), _) => shape::is_box_type(ty),
            (None, init) => init.is_some_and(shape::is_box),
        };
        self.locals[id].is_pointer = match (declared, init) {
            (Some(ty), _) => shape::is_pointer_type(ty),
            (None, init) => init.is_some_and(|init| shape::is_pointer(init, self.locals)),
        };
        self.locals[id].is_collection = match (declared, init) {
            (Some(ty), _) => shape::is_collection_type(ty),
            (None, init) => init.is_some_and(shape::is_collection),
        };
        let (reference, mut trivial, copy) = match (declared, init) {
            (Some(ty), _) => (
                shape::is_reference_type(ty),
                shape::is_trivial_type(ty),
                shape::is_copy_type(ty),
            ),
            (None, Some(init)) => (
                shape::is_reference(init),
                shape::is_trivial(init),
                shape::is_copy(init),
            ),
            (None, None) => (false, false, false),
        };
        if declared.is_none()
            && let Some(init) = init
            && shape::is_closure(init)
        {
            let is_taken = is_taken_by_its_call(init, self.locals);
            self.locals[id].callee = if is_taken {
                Callee::ClosureOnce
            } else {
                Callee::Closure
            };
            trivial = self.captures_trivially(init);
        }
        self.locals[id].tuple = match (declared, init) {
            (Some(ty), _) => shape::parts_of_tuple_type(ty),
            (None, init) => init.and_then(shape::parts_of_tuple),
        }
        .filter(|_| binding.by_ref.is_none());
        self.locals[id].fields = init
            .filter(|_| binding.by_ref.is_none())
            .map_or_else(Vec::new, shape::fields_of_struct);
        self.locals[id].has_only_own_drop = binding.by_ref.is_none()
            && init.is_some_and(|init| shape::has_only_own_drop(init, self.locals));
        self.locals[id].is_reference = reference || binding.by_ref.is_some();
        self.locals[id].is_trivial = trivial || binding.by_ref.is_some();
        self.locals[id].is_copy = copy && binding.by_ref.is_none();
        self.locals[id].is_small = match (declared, init) {
            (Some(ty), _) => shape::is_small_type(ty),
            (None, init) => init.is_some_and(shape::is_small),
        };
    }

    /// The same for the parts of a tuple that is written as one.
    fn note_types_in(
        &mut self,
        pats: &syn::PatTuple,
        declared: Option<&syn::Type>,
        init: Option<&Expr>,
    ) {
        let types = match declared {
            Some(syn::Type::Tuple(tuple)) => Some(&tuple.elems),
            _ => None,
        };
        let values = match init.map(shape::bare) {
            Some(Expr::Tuple(tuple)) => Some(&tuple.elems),
            _ => None,
        };
        let parts = pats.elems.iter().enumerate();
        for (at, pat) in parts.take_while(|(_, pat)| !matches!(pat, Pat::Rest(_))) {
            let declared = types.and_then(|types| types.get(at));
            let init = values.and_then(|values| values.get(at));
            // What a closure captures is looked for where a `let` makes nothing else.
            self.note_type(pat, declared, init.filter(|init| !shape::is_closure(init)));
        }
    }

    /// Whether whatever a closure may capture has no drop, and so the closure has none.
    fn captures_trivially(&self, init: &Expr) -> bool {
        let Expr::Closure(closure) = shape::bare(init) else {
            return false;
        };
        let captured = Mentions::of(&closure.body, self.locals);
        captured.into_iter().all(|(mention, _)| {
            let local = &self.locals[self.locals.local_of(mention)];
            local.is_trivial || local.is_reference
        })
    }
}

/// Gives the bindings of a pattern new names, from which the old ones are bound.
struct Names<'a> {
    locals: &'a mut Locals,
    /// What each binding is now.
    renamed: Vec<(LocalId, LocalId)>,
    outer: Vec<Pat>,
    inner: Vec<Ident>,
}

impl syn::visit_mut::VisitMut for Names<'_> {
    fn visit_pat_ident_mut(&mut self, binding: &mut syn::PatIdent) {
        syn::visit_mut::visit_pat_ident_mut(self, binding);
        let Some(mention) = self.locals.find(&binding.ident) else {
            return;
        };
        let id = self.locals.local_of(mention);
        if let Some(&(_, new)) = self.renamed.iter().find(|(old, _)| *old == id) {
            // Another alternative binds it too.
            if binding.by_ref.is_none() {
                binding.mutability = None;
            }
            binding.ident = self.locals.mention_made_up(new);
            return;
        }
        let (key, mutability) = (
            binding.ident.clone(),
            binding
                .mutability
                .take()
                .filter(|_| binding.by_ref.is_none()),
        );
        let new = self.locals.add(self.locals[id].name.clone(), Kind::Binding);
        self.renamed.push((id, new));
        binding.ident = self.locals.mention_made_up(new);
        self.outer.push(parse_quote!(#mutability #key));
        self.inner.push(self.locals.mention_made_up(new));
    }
}

/// The `else` of a `let`, which has no value. What shows is that it leaves, where its last statement
/// only does so within.
fn leaving(mut otherwise: Expr) -> Expr {
    if let Expr::Block(block) = &mut otherwise {
        let stmts = &mut block.block.stmts;
        let shows = match stmts.last() {
            Some(Source::Expr(_, None)) => true,
            Some(Source::Expr(last, Some(_))) => matches!(
                last,
                Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Macro(_)
            ),
            Some(Source::Local(_) | Source::Item(_) | Source::Macro(_)) | None => false,
        };
        if !shows {
            stmts.push(Source::Expr(parse_quote!(__coro::unreachable!()), None));
        }
    }
    otherwise
}

/// Whether a parameter is one that the source gives no name.
pub(crate) fn is_nameless(parameter: &Ident) -> bool {
    parameter.to_string().starts_with("argument_")
}
