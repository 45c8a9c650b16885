//! Arms with a guard that suspends, or that binds what the arm may keep.
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, parse_quote};

use super::Normaliser;
use super::again::renamed;
use super::places::Borrow;
use crate::locals::{Kind, LocalId};
use crate::tree::{Node, Stmt};
use crate::{shape, suspend};

/// Of patterns with more alternatives, a guard does not suspend.
const MOST_ALTERNATIVES: usize = 8;

impl Normaliser<'_> {
    /// A choice of which a guard suspends, or binds what an arm may keep:
    ///
    /// ```text
    ///   match x { a => b, p if g => c, d => e }        `p | q if g => c` is `p if g => c, q if g => c`
    ///
    ///   'choice: {
    ///       match x { a => break 'choice b, _ => {} }
    ///       if let view(p) = x { if g { break 'choice match x { p => c } } }
    ///       match x { d => e }
    ///   }
    /// ```
    ///
    /// What the pattern of an arm binds outlives what its guard binds, and is bound later:
    ///
    /// ```text
    ///   p if let q = g => c      { let p'; if let view(p) = x { if let q = g { match x { p => p' = p } break 'choice c' } } }
    /// ```
    pub(super) fn guarded_choice(
        &mut self,
        mut choice: syn::ExprMatch,
        out: &mut Vec<Stmt>,
    ) -> Node {
        let scrutinee = std::mem::replace(&mut *choice.expr, Expr::Verbatim(Default::default()));
        let mut place = self.scrutinee(scrutinee, true, out);
        if let Some((mention, value)) = shape::take_temporary(&mut place, self.locals) {
            let key = self.locals.mention_made_up(self.locals.local_of(mention));
            out.push(super::let_node(&key, Node::Plain(value)));
        }
        if shape::is_rvalue(&place) {
            place = self.bind_temporary(Node::Plain(place), out);
        } else if !shape::is_inert_place(&place) {
            let mut arms = choice.arms.iter();
            let borrow = match arms.any(|arm| shape::borrows_mutably(&arm.pat)) {
                true => Borrow::Mutable,
                false => Borrow::Shared,
            };
            place = self.named_place(place, false, borrow, out);
        }
        let label = self.fresh_label("choice");
        let mut stmts: Vec<syn::Stmt> = Vec::new();
        let mut group: Vec<syn::Arm> = Vec::new();
        let arms: Vec<_> = choice
            .arms
            .into_iter()
            .flat_map(|arm| self.alternatives(arm))
            .collect();
        for mut arm in arms {
            if !is_apart(&arm, self.locals) {
                // What a guard binds is kept by no suspension of another arm.
                let is_alone = guard_binds(&arm);
                if is_alone {
                    self.tried(&label, &place, &mut group, &mut stmts);
                }
                group.push(arm);
                if is_alone {
                    self.tried(&label, &place, &mut group, &mut stmts);
                }
                continue;
            }
            self.tried(&label, &place, &mut group, &mut stmts);
            let place_of = |this: &mut Self| this.again(&place);
            let (viewed, chosen) = (place_of(self), place_of(self));
            let Pat::Guard(guarded) = arm.pat else {
                unreachable!("only guards suspend in patterns")
            };
            let binds = guard_binds_in(&guarded);
            let (pat, mut guard, body) = (*guarded.pat, *guarded.guard, &arm.body);
            let mut view = View {
                locals: self.locals,
                in_pattern: true,
                views: Vec::new(),
            };
            let mut view_pat = pat.clone();
            view.visit_pat_mut(&mut view_pat);
            view.in_pattern = false;
            view.visit_expr_mut(&mut guard);
            arm.comma = None;
            if binds {
                let Outlived {
                    lets,
                    assignments,
                    body,
                } = self.outlived(&pat, body);
                stmts.push(parse_quote! {{
                    #(#lets)*
                    if let #view_pat = #viewed {
                        if #guard {
                            match #chosen {
                                #pat => { #(#assignments)* }
                                _ => __coro::unreachable!(),
                            }
                            break #label { #body };
                        }
                    }
                }});
                continue;
            }
            stmts.push(parse_quote! {
                if let #view_pat = #viewed {
                    if #guard {
                        break #label match #chosen {
                            #pat => { #body }
                            _ => __coro::unreachable!(),
                        };
                    }
                }
            });
        }
        let last = self.again(&place);
        for arm in &mut group {
            arm.comma = Some(Default::default());
        }
        let tail: Expr = if group.is_empty() {
            parse_quote!(__coro::unreachable!())
        } else {
            parse_quote!(match #last { #(#group)* _ => __coro::unreachable!() })
        };
        self.node(parse_quote!(#label: { #(#stmts)* #tail }), out)
    }

    /// Tries arms that need no more than a `match`.
    fn tried(
        &mut self,
        label: &syn::Lifetime,
        place: &Expr,
        group: &mut Vec<syn::Arm>,
        stmts: &mut Vec<syn::Stmt>,
    ) {
        if group.is_empty() {
            return;
        }
        let place = self.again(place);
        let arms = group.drain(..).map(|mut arm| {
            let body = &arm.body;
            arm.body = parse_quote!({ break #label #body });
            arm.comma = Some(Default::default());
            arm
        });
        let arms: Vec<_> = arms.collect();
        stmts.push(parse_quote!(match #place { #(#arms)* _ => {} }));
    }

    /// An arm with such a guard, as one arm for each alternative of its pattern: the guard is evaluated
    /// for each that matches.
    fn alternatives(&mut self, arm: syn::Arm) -> Vec<syn::Arm> {
        if !is_apart(&arm, self.locals) {
            return vec![arm];
        }
        let pats = shape::alternatives(&arm.pat, MOST_ALTERNATIVES);
        if pats.len() > MOST_ALTERNATIVES {
            let place = format!("in a guard of more than {MOST_ALTERNATIVES} alternatives");
            self.unsupported(
                &arm.pat,
                &place,
                "use an arm for each alternative, or `if` in its body",
            );
        }
        if pats.len() == 1 {
            return vec![arm];
        }
        let arms = pats.into_iter().map(|pat| {
            let arm = syn::Arm { pat, ..arm.clone() };
            match self.again(&parse_quote!(match () { #arm })) {
                Expr::Match(mut choice) => choice.arms.remove(0),
                _ => unreachable!("it was a match"),
            }
        });
        arms.collect()
    }

    /// Locals that outlive what the guard of an arm binds, for all that its pattern binds.
    fn outlived(&mut self, pat: &Pat, body: &Expr) -> Outlived {
        let bound = shape::bindings(pat, self.locals);
        let outer: Vec<_> = bound
            .iter()
            .map(|&id| (id, self.locals.add_like(id)))
            .collect();
        let (mut lets, mut assignments) = (Vec::new(), Vec::new());
        for &(id, outer) in &outer {
            let declared = self.locals.mention_made_up(outer);
            let mutability = self.locals[id].is_mutable.then(<syn::Token![mut]>::default);
            lets.push(parse_quote!(let #mutability #declared;));
            let (to, from) = (
                self.locals.mention_made_up(outer),
                self.locals.mention_made_up(id),
            );
            assignments.push(parse_quote!(#to = #from;));
        }
        Outlived {
            lets,
            assignments,
            body: self.again_with(body, outer),
        }
    }
}

/// See [`Normaliser::outlived`].
struct Outlived {
    lets: Vec<syn::Stmt>,
    assignments: Vec<syn::Stmt>,
    /// The body of the arm, which mentions these locals.
    body: Expr,
}

/// Whether a choice tries an arm by itself. One that does not suspend stays as it was written, if its
/// pattern binds anything.
fn is_apart(arm: &syn::Arm, locals: &crate::locals::Locals) -> bool {
    let stays = || !suspend::expr(&arm.body) && !shape::bindings(&arm.pat, locals).is_empty();
    guard_suspends(arm) || guard_binds(arm) && !stays()
}

pub(super) fn guard_suspends(arm: &syn::Arm) -> bool {
    matches!(&arm.pat, Pat::Guard(guarded) if suspend::expr(&guarded.guard))
}

/// Whether the guard of an arm is an `if let`.
pub(super) fn guard_binds(arm: &syn::Arm) -> bool {
    matches!(&arm.pat, Pat::Guard(guarded) if guard_binds_in(guarded))
}

fn guard_binds_in(guarded: &syn::PatGuard) -> bool {
    shape::contains_let(&guarded.guard)
}

/// Makes the bindings of a pattern views, and mentions of them in a guard mentions of the views.
struct View<'a> {
    locals: &'a mut crate::locals::Locals,
    /// In the pattern of the arm, and not in its guard.
    in_pattern: bool,
    /// What the pattern binds, and the view of it.
    views: Vec<(LocalId, LocalId)>,
}

impl View<'_> {
    fn of(&self, name: &syn::Ident) -> Option<(LocalId, Option<LocalId>)> {
        let bound = self.locals.local_of(self.locals.find(name)?);
        let view = self.views.iter().find(|(other, _)| *other == bound);
        Some((bound, view.map(|&(_, view)| view)))
    }
}

impl VisitMut for View<'_> {
    fn visit_pat_ident_mut(&mut self, binding: &mut syn::PatIdent) {
        visit_mut::visit_pat_ident_mut(self, binding);
        let Some((bound, None)) = self.of(&binding.ident).filter(|_| self.in_pattern) else {
            return;
        };
        let view = self.locals.add(self.locals[bound].name.clone(), Kind::View);
        self.locals[view].is_trivial = true;
        self.locals[view].is_reference = binding.by_ref.is_some();
        if binding.by_ref.is_none() {
            (binding.by_ref, binding.mutability) = (Some(parse_quote!(ref)), None);
        }
        self.views.push((bound, view));
        self.visit_ident_mut(&mut binding.ident);
    }

    fn visit_ident_mut(&mut self, name: &mut syn::Ident) {
        if let (Some((_, Some(view))), Some(mention)) = (self.of(name), self.locals.find(name)) {
            let written = self.locals.written(mention).clone();
            *name = self.locals.mention(view, &written);
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let tokens = std::mem::take(&mut mac.tokens);
        mac.tokens = renamed(tokens, &mut |name| self.visit_ident_mut(name));
    }
}
