//! Bindings and mentions into keys: shadowing, patterns, closures, format strings.
//!
//! Laws: after this pass every local that the function binds, and every mention of it, is a key
//! (see `locals`). What a closure binds is its own, and stays as it is. A name that the function
//! does not bind is left alone. A pattern that is a lone upper-case name is taken for a constant
//! or unit variant, as Rust's naming rules have it; a lower-case one is a constant if a block around it
//! declares one, and a path from here on.
mod tokens;

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenTree};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, FieldPat, FieldValue, Item, Macro, Member, Pat, Stmt};

use crate::errors::Errors;
use crate::locals::{Kind, LocalId, Locals};
use crate::macros;
use crate::shape;
use crate::strings;

/// Resolves a body in place. `items` are those of its outermost block.
pub(crate) fn resolve(
    body: &mut Block,
    parameters: Vec<(String, LocalId)>,
    items: &[Item],
    locals: &mut Locals,
) -> Resolved {
    let parameters = parameters
        .into_iter()
        .map(|(name, id)| (name, Meaning::Local(id)))
        .collect();
    let mut resolver = Resolver {
        locals,
        scopes: vec![parameters, names_of(items.iter())],
        nested: 0,
        captured: Vec::new(),
        suspensions: 0,
        definable: Vec::new(),
        defined: Vec::new(),
        free: None,
    };
    resolver.visit_block_mut(body);
    Resolved {
        captured: resolver.captured,
        defined: resolver.defined,
    }
}

/// The names that a block uses as values and does not bind, in the order of their first mentions.
pub(crate) fn free_names(block: &Block, items: &[Item]) -> Vec<Ident> {
    let mut locals = Locals::default();
    let mut resolver = Resolver {
        locals: &mut locals,
        scopes: vec![names_of(items.iter())],
        nested: 0,
        captured: Vec::new(),
        suspensions: 0,
        definable: Vec::new(),
        defined: Vec::new(),
        free: Some(Vec::new()),
    };
    resolver.visit_block_mut(&mut block.clone());
    resolver.free.unwrap_or_default()
}

/// What the later passes have to know.
pub(crate) struct Resolved {
    /// Locals that are captured by name in a string which nobody can rewrite, and where.
    captured: Vec<(LocalId, Ident)>,
    /// Names that are defined before a suspension and used after it, though no binding was seen, and the
    /// macro that defines them; without one, an upper-case name in a `let`.
    defined: Vec<(Ident, Option<Ident>)>,
}

impl Resolved {
    /// Refuses captures of locals that have moved into the frame, and locals that a macro defines.
    pub(crate) fn check(
        &self,
        is_saved: impl Fn(LocalId) -> bool,
        locals: &Locals,
        errors: &mut Errors,
    ) {
        for (name, macro_name) in &self.defined {
            let Some(macro_name) = macro_name else {
                errors.at(
                    name,
                    format!(
                        "`{name}` is upper-case, so that its `let` is taken for a pattern that binds nothing; \
                         give the local a lower-case name"
                    ),
                );
                continue;
            };
            errors.at(
                name,
                format!(
                    "`{name}` is mentioned in `{macro_name}!` and defined nowhere else, and what a macro defines \
                     does not live across a suspension; let the macro be an expression and bind its value with `let`, \
                     or name an item by a path, as in `self::{name}`"
                ),
            );
        }
        for (id, name) in &self.captured {
            if is_saved(*id) {
                let local = &locals[*id].name;
                errors.at(
                    name,
                    format!(
                        "`{name}!` captures `{local}`, which lives across a suspension, by name in a string; \
                         pass it as an argument, as in `{local} = {local}`"
                    ),
                );
            }
        }
    }
}

struct Resolver<'a> {
    locals: &'a mut Locals,
    /// What each name means.
    scopes: Vec<BTreeMap<String, Meaning>>,
    /// How many closures and `async` blocks the walk is inside of.
    nested: usize,
    captured: Vec<(LocalId, Ident)>,
    /// The suspensions so far.
    suspensions: usize,
    /// Names that the statements so far may define, and the suspensions before (see [`Resolved`]).
    definable: Vec<(Ident, Option<Ident>, usize)>,
    defined: Vec<(Ident, Option<Ident>)>,
    /// Names that are used as values and not bound by the function, if they are wanted.
    free: Option<Vec<Ident>>,
}

/// What a name means.
#[derive(Clone, Copy, PartialEq)]
enum Meaning {
    Local(LocalId),
    /// A local of a closure, or an item that a binding hides.
    Other,
    /// An item that a pattern of this name means.
    Constant,
}

/// What items are called that could be taken for locals.
fn names_of<'a>(items: impl Iterator<Item = &'a Item>) -> BTreeMap<String, Meaning> {
    let name = |item: &Item| match item {
        Item::Fn(item) => Some((item.sig.ident.to_string(), Meaning::Other)),
        Item::Const(item) => Some((item.ident.to_string(), Meaning::Constant)),
        Item::Static(item) => Some((item.ident.to_string(), Meaning::Constant)),
        Item::Struct(item) if matches!(item.fields, syn::Fields::Unit) => {
            Some((item.ident.to_string(), Meaning::Constant))
        }
        _ => None,
    };
    items.filter_map(name).collect()
}

/// Whether a lone name in a pattern is a binding and not a constant.
pub(crate) fn binds(name: &Ident) -> bool {
    !name
        .to_string()
        .trim_start_matches("r#")
        .starts_with(|c: char| c.is_uppercase())
}

impl Resolver<'_> {
    fn scope(&mut self, walk: impl FnOnce(&mut Self)) {
        self.scopes.push(BTreeMap::new());
        walk(self);
        self.scopes.pop();
    }

    fn meaning(&self, name: &str) -> Option<Meaning> {
        let mut scopes = self.scopes.iter().rev();
        scopes.find_map(|scope| scope.get(name)).copied()
    }

    fn lookup(&self, name: &str) -> Option<LocalId> {
        match self.meaning(name)? {
            Meaning::Local(id) => Some(id),
            Meaning::Other | Meaning::Constant => None,
        }
    }

    /// Notes a name that no scope of the function binds.
    fn mention_free(&mut self, name: &Ident) {
        let text = name.to_string();
        let is_bound = self.scopes.iter().any(|scope| scope.contains_key(&text));
        if let Some(free) = &mut self.free
            && binds(name)
            && !is_bound
            && !free.iter().any(|known| *known == text)
        {
            free.push(name.clone());
        }
    }

    /// Notes the names that a macro among the statements may define: they stand alone among its
    /// arguments, and nothing else is called so.
    fn may_define(&mut self, mac: &Macro) {
        if macros::is_textual(mac) || macros::parse(mac).is_some() || self.nested > 0 {
            return;
        }
        let Some(macro_name) = mac.path.segments.last().map(|last| last.ident.clone()) else {
            return;
        };
        let tokens: Vec<TokenTree> = mac.tokens.clone().into_iter().collect();
        let is_comma = |token: Option<&TokenTree>| match token {
            None => true,
            Some(token) => matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','),
        };
        for (index, token) in tokens.iter().enumerate() {
            let TokenTree::Ident(name) = token else {
                continue;
            };
            let text = name.to_string();
            let is_alone = is_comma(tokens.get(index + 1))
                && is_comma(index.checked_sub(1).and_then(|before| tokens.get(before)));
            if is_alone && binds(name) && !self.scopes.iter().any(|scope| scope.contains_key(&text))
            {
                self.definable
                    .push((name.clone(), Some(macro_name.clone()), self.suspensions));
            }
        }
    }

    /// Notes the use of a name that a macro has defined before a suspension.
    fn use_defined(&mut self, name: &Ident) {
        let found = self
            .definable
            .iter()
            .rev()
            .find(|(defined, ..)| defined == name);
        if let Some((_, macro_name, before)) = found
            && *before < self.suspensions
            && !self.defined.iter().any(|(known, _)| known == name)
        {
            self.defined.push((name.clone(), macro_name.clone()));
        }
    }

    fn bind(&mut self, pat: &mut Pat) {
        // Alternatives of one pattern bind the same names to the same locals.
        let mut bound = BTreeMap::new();
        Bindings {
            resolver: self,
            bound: &mut bound,
        }
        .visit_pat_mut(pat);
        self.scopes
            .last_mut()
            .expect("a scope is open")
            .extend(bound);
    }
}

impl VisitMut for Resolver<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.scope(|this| {
            // Items hide the locals of outer blocks.
            let items = block.stmts.iter().filter_map(|stmt| match stmt {
                Stmt::Item(item) => Some(item),
                _ => None,
            });
            *this.scopes.last_mut().expect("a scope is open") = names_of(items);
            let definable = this.definable.len();
            visit_mut::visit_block_mut(this, block);
            this.definable.truncate(definable);
        });
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Local(local) => {
                if let Some(init) = &mut local.init {
                    self.visit_expr_mut(&mut init.expr);
                    if let Some((_, otherwise)) = &mut init.diverge {
                        self.visit_expr_mut(otherwise);
                    }
                }
                if let (Pat::Ident(binding), true) = (&local.pat, self.nested == 0)
                    && !shape::is_binding(binding)
                    // With an `else`, it is a pattern that may not match.
                    && local.init.as_ref().is_none_or(|init| init.diverge.is_none())
                {
                    let name = binding.ident.clone();
                    self.definable.push((name, None, self.suspensions));
                }
                self.bind(&mut local.pat);
            }
            Stmt::Macro(call) => {
                self.may_define(&call.mac);
                self.visit_macro_mut(&mut call.mac);
                if strings::is_noted(&call.mac) {
                    let (attrs, mac) = (std::mem::take(&mut call.attrs), call.mac.clone());
                    *stmt = Stmt::Expr(Expr::Macro(syn::ExprMacro { attrs, mac }), call.semi_token);
                }
            }
            _ => visit_mut::visit_stmt_mut(self, stmt),
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Path(path) if path.qself.is_none() => {
                let Some(name) = path.path.get_ident().cloned() else {
                    return;
                };
                match self.lookup(&name.to_string()) {
                    Some(id) => path.path = self.locals.mention(id, &name).into(),
                    None => {
                        self.use_defined(&name);
                        self.mention_free(&name);
                    }
                }
            }
            Expr::Await(_) if self.nested == 0 => {
                visit_mut::visit_expr_mut(self, expr);
                self.suspensions += 1;
            }
            // A name that is called is that of a function, unless it is bound.
            Expr::Call(call)
                if matches!(&*call.func, Expr::Path(path) if path
                    .path
                    .get_ident()
                    .is_some_and(|name| self.lookup(&name.to_string()).is_none())) =>
            {
                for argument in &mut call.args {
                    self.visit_expr_mut(argument);
                }
            }
            Expr::Let(binding) => {
                self.visit_expr_mut(&mut binding.expr);
                self.bind(&mut binding.pat);
            }
            Expr::If(branch) => {
                self.scope(|this| {
                    this.visit_expr_mut(&mut branch.cond);
                    this.visit_block_mut(&mut branch.then_branch);
                });
                if let Some((_, otherwise)) = &mut branch.else_branch {
                    self.visit_expr_mut(otherwise);
                }
            }
            Expr::While(repeat) => self.scope(|this| {
                this.visit_expr_mut(&mut repeat.cond);
                this.visit_block_mut(&mut repeat.body);
            }),
            Expr::ForLoop(repeat) => {
                self.visit_expr_mut(&mut repeat.expr);
                self.scope(|this| {
                    this.bind(&mut repeat.pat);
                    this.visit_block_mut(&mut repeat.body);
                });
            }
            Expr::Closure(closure) => self.scope(|this| {
                this.nested += 1;
                for input in &mut closure.inputs {
                    this.bind(input);
                }
                this.visit_expr_mut(&mut closure.body);
                this.nested -= 1;
            }),
            Expr::Async(block) => {
                self.nested += 1;
                self.visit_block_mut(&mut block.block);
                self.nested -= 1;
            }
            Expr::Const(_) => {}
            _ => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.scope(|this| {
            if let Pat::Guard(guarded) = &mut arm.pat {
                this.bind(&mut guarded.pat);
                this.visit_expr_mut(&mut guarded.guard);
            } else {
                this.bind(&mut arm.pat);
            }
            this.visit_expr_mut(&mut arm.body);
        });
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        visit_mut::visit_field_value_mut(self, field);
        // `S { x }` names the field; the value may now have another name.
        let is_renamed = !matches!((&field.member, &field.expr), (Member::Named(name), Expr::Path(path)) if path.path.is_ident(name));
        if is_renamed {
            field.colon_token.get_or_insert_default();
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        self.macro_call(mac);
    }

    // An item cannot name a local.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_path_mut(&mut self, _: &mut syn::Path) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

/// Binds the names of one pattern.
struct Bindings<'a, 'b> {
    resolver: &'a mut Resolver<'b>,
    bound: &'a mut BTreeMap<String, Meaning>,
}

impl VisitMut for Bindings<'_, '_> {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        if let Pat::Ident(binding) = pat
            && binding.by_ref.is_none()
            && binding.mutability.is_none()
            && binding.subpat.is_none()
            && self.resolver.meaning(&binding.ident.to_string()) == Some(Meaning::Constant)
        {
            *pat = Pat::Path(syn::ExprPath {
                attrs: std::mem::take(&mut binding.attrs),
                qself: None,
                path: binding.ident.clone().into(),
            });
        } else if let Pat::Ident(binding) = pat
            && (binding.by_ref.is_some()
                || binding.mutability.is_some()
                || binding.subpat.is_some()
                || binds(&binding.ident))
        {
            let name = binding.ident.clone();
            let locals = &mut self.resolver.locals;
            if self.resolver.nested > 0 {
                self.bound.insert(name.to_string(), Meaning::Other);
            } else {
                let bound = self.bound.entry(name.to_string());
                let meaning = bound
                    .or_insert_with(|| Meaning::Local(locals.add(name.clone(), Kind::Binding)));
                let Meaning::Local(id) = *meaning else {
                    unreachable!("bound outside of closures")
                };
                locals[id].is_mutable |= binding.mutability.is_some() && binding.by_ref.is_none();
                binding.ident = locals.mention(id, &name);
            }
        }
        visit_mut::visit_pat_mut(self, pat);
    }

    fn visit_field_pat_mut(&mut self, field: &mut FieldPat) {
        visit_mut::visit_field_pat_mut(self, field);
        // `S { x }` binds the field; the binding may now have another name.
        let is_renamed = !matches!((&field.member, &*field.pat), (Member::Named(name), Pat::Ident(binding)) if binding.ident == *name);
        if is_renamed {
            field.colon_token.get_or_insert_default();
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        self.resolver.visit_expr_mut(expr);
    }

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}
