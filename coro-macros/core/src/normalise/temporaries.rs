//! Temporaries that outlive the expression which makes them: until the end of the statement, or
//! as long as the `let` that they initialise.
use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Stmt as Source, parse_quote_spanned};

use super::Normaliser;
use crate::locals::{Kind, LocalId};
use crate::shape::{self, Use};
use crate::tree::Stmt;
use crate::{Edition, macros, make, suspend};

/// What extended temporaries are called.
pub(crate) const EXTENDED: &str = "extended";

/// Finds the temporaries that outlive the expression which makes them: values without a place of their
/// own that it may borrow, outside of scopes that end before it does.
struct Search<'a> {
    edition: Edition,
    /// There are more before edition 2024: those of the tails of blocks, and of an `if let`.
    more_before: bool,
    found: &'a mut dyn FnMut(&mut Expr),
}

impl Search<'_> {
    fn expr(&mut self, expr: &mut Expr, usage: Use) {
        if let Some(value) = shape::borrowed_constant(expr) {
            *value = shape::constant(value);
            (self.found)(value);
        }
        match expr {
            Expr::Paren(inner) => return self.expr(&mut inner.expr, usage),
            Expr::Group(inner) => return self.expr(&mut inner.expr, usage),
            Expr::Reference(reference) if shape::borrows_literal_mutably(reference) => {
                (self.found)(&mut reference.expr);
            }
            // What is left of a value is dropped with the statement.
            Expr::Field(field) => return self.expr(&mut field.base, Use::Place),
            // What is matched lives as long as the statement around the match.
            Expr::Match(choice) => self.expr(&mut choice.expr, Use::Place),
            Expr::Block(syn::ExprBlock { block, .. })
            | Expr::Unsafe(syn::ExprUnsafe { block, .. }) => self.tail(block),
            Expr::If(branch) => {
                if let Expr::Let(binding) = &mut *branch.cond {
                    self.before_2024(&mut binding.expr, Use::Place);
                }
            }
            // These end their temporaries themselves, or have been through here.
            Expr::Await(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
            | Expr::Closure(_)
            | Expr::Async(_)
            | Expr::Const(_) => {}
            Expr::Binary(operation) if matches!(operation.op, BinOp::And(_) | BinOp::Or(_)) => {}
            Expr::Macro(call) => self.arguments(&mut call.mac),
            _ => {
                if usage != Use::Value && shape::is_promotable(expr)
                    || shape::is_place_temporary(expr)
                {
                    return;
                }
                for (operand, usage) in shape::operands(expr) {
                    self.expr(operand, usage);
                }
            }
        }
        if usage != Use::Value && shape::is_rvalue(expr) && !shape::is_promotable(expr) {
            (self.found)(expr);
        }
    }

    /// The same in the arguments of a macro that leaves their temporaries to the statement around it.
    fn arguments(&mut self, mac: &mut syn::Macro) {
        if macros::is_statement_of_its_own(mac) || macros::is_join(mac) {
            return;
        }
        let known = macros::parse(mac);
        let Some(mut known) = known.filter(|known| known.eager == known.arguments.len()) else {
            return;
        };
        for argument in &mut known.arguments {
            self.expr(&mut argument.value, argument.usage);
        }
        mac.tokens = known.into_tokens();
    }

    fn tail(&mut self, block: &mut syn::Block) {
        if let Some(Source::Expr(tail, None)) = block.stmts.last_mut()
            && !suspend::expr(tail)
        {
            self.before_2024(tail, Use::Value);
        }
    }

    fn before_2024(&mut self, expr: &mut Expr, usage: Use) {
        match self.edition {
            Edition::Before2024 => self.expr(expr, usage),
            Edition::From2024 => {
                let more_before = &mut self.more_before;
                let mut search = Search {
                    edition: Edition::Before2024,
                    more_before: false,
                    found: &mut |_| *more_before = true,
                };
                search.expr(&mut expr.clone(), usage);
            }
        }
    }
}

impl Normaliser<'_> {
    /// Gives the temporaries that a suspension has to keep a place in the frame.
    pub(super) fn hoist(&mut self, expr: &mut Expr, usage: Use) {
        self.search(|search| search.expr(expr, usage));
    }

    /// The same for those that the tail of a block leaves to the statement around it.
    pub(super) fn hoist_tail(&mut self, expr: &mut Expr) {
        if let Expr::Block(syn::ExprBlock { block, .. })
        | Expr::Unsafe(syn::ExprUnsafe { block, .. }) = expr
        {
            self.search(|search| search.tail(block));
        }
    }

    fn search(&mut self, walk: impl FnOnce(&mut Search<'_>)) {
        let mut search = Search {
            edition: self.edition,
            more_before: false,
            found: &mut |value| *value = self.place(value),
        };
        walk(&mut search);
        let more_before = search.more_before;
        self.depends_on_edition |= more_before;
    }

    /// Whether the full expression at hand has temporaries that live to its end.
    pub(super) fn has_temporaries(&self) -> bool {
        self.open.last().is_some_and(|open| !open.is_empty())
    }

    /// Whether an expression leaves temporaries without a name to the full expression.
    pub(super) fn makes_temporaries(&self, expr: &Expr) -> bool {
        let mut makes = false;
        let mut search = Search {
            edition: self.edition,
            more_before: false,
            found: &mut |_| makes = true,
        };
        search.expr(&mut expr.clone(), Use::Value);
        makes
    }

    /// A place temporary that holds the value of `expr`.
    pub(super) fn place(&mut self, expr: &Expr) -> Expr {
        let id = self
            .locals
            .add_made_up("temporary", Kind::Temporary, expr.span());
        self.locals[id].is_reference = shape::is_reference(expr);
        self.locals[id].is_trivial = shape::is_trivial(expr);
        self.locals[id].is_small = shape::is_small(expr);
        self.locals[id].is_copy = shape::is_copy(expr);
        self.locals[id].is_box = shape::is_box(expr);
        self.note_value(id, expr);
        self.locals[id].written_as = shape::written_as(expr);
        self.open
            .last_mut()
            .expect("a full expression is open")
            .push(id);
        let key = self.locals.mention_made_up(id);
        shape::place_temporary(&key, expr)
    }

    /// What syntax says of the drop of a temporary with this value.
    fn note_value(&mut self, id: LocalId, value: &Expr) {
        let constant = shape::as_constant(value);
        self.locals[id].constant = constant.cloned();
        self.locals[id].has_only_own_drop = match constant {
            Some(value) => {
                let is_struct = matches!(shape::bare(value), Expr::Struct(_));
                is_struct && shape::may_be_dropped(value).len() == 1
            }
            None => shape::has_only_own_drop(value, self.locals),
        };
    }

    /// Gives a name to what a pattern leaves of a value that has no other: it lives on as long as
    /// the value would have.
    pub(super) fn name_rest(&mut self, pat: &mut syn::Pat) -> Vec<LocalId> {
        let mut named = Vec::new();
        for wildcard in shape::wildcards(pat) {
            let id = self
                .locals
                .add_made_up("rest", Kind::Temporary, wildcard.span());
            let key = self.locals.mention_made_up(id);
            *wildcard = make::binding(key);
            named.push(id);
        }
        // The first of them is dropped first.
        named.reverse();
        named
    }

    /// The same for a scrutinee: the rest ends with the statement. While a guard runs, nothing is
    /// taken yet.
    pub(super) fn name_rest_of(&mut self, scrutinee: &Expr, pat: &mut syn::Pat) {
        if let syn::Pat::Guard(_) = pat {
            return;
        }
        let local = shape::scrutinee_local(scrutinee, self.locals)
            .map(|mention| self.locals.local_of(mention));
        if local.is_some_and(|id| self.locals[id].kind == Kind::Temporary) {
            let named = self.name_rest(pat);
            self.open
                .last_mut()
                .expect("a full expression is open")
                .extend(named);
        }
    }

    /// `let x = &temporary();` keeps the temporary as long as `x`: it becomes a local. In a `let` with
    /// an `else`, that has ended when the `else` runs.
    pub(super) fn extended(&mut self, local: &mut syn::Local, before: &mut Vec<Stmt>) {
        let outer = std::mem::take(&mut self.extended);
        self.extended_initialiser(local, before);
        let extended = std::mem::replace(&mut self.extended, outer);
        if let Some(init) = &mut local.init
            && let Some((_, otherwise)) = &mut init.diverge
            && !extended.is_empty()
        {
            let names = extended
                .into_iter()
                .map(|id| self.locals.mention_made_up(id));
            let end = shape::end_temporaries(names);
            *otherwise = syn::parse_quote!({ #end; #otherwise });
        }
    }

    fn extended_initialiser(&mut self, local: &mut syn::Local, before: &mut Vec<Stmt>) {
        let Some(init) = &mut local.init else { return };
        if shape::borrows(&local.pat) {
            let is_borrowed = matches!(shape::bare(&init.expr), Expr::Reference(_));
            let value = base(&mut init.expr);
            if !is_borrowed && shape::borrowed_constant(value).is_some() {
                // What is behind the reference is what lives on.
                self.extended_operands(value, Extent::Outside, before);
                return;
            }
            if shape::is_rvalue(value) && !shape::is_promotable(value) {
                // It is made by the `let` itself, whose other temporaries end when the bindings have
                // their values.
                self.extended_operands(value, Extent::Outside, before);
                *value = self.extend_from_inside(value, before);
                return;
            }
        }
        if let Expr::Macro(call) = &*init.expr
            && macros::pinned_name(&local.pat).is_some()
            && let Some(mut pinned) = macros::pinned(&call.mac)
        {
            // `pin!` extends the life of what it pins.
            let name = self.extend(&mut pinned, before);
            let span = call.mac.path.span();
            *init.expr = parse_quote_spanned!(span=> __coro::Pin::new_unchecked(&mut #name));
            return;
        }
        self.extended_operands(&mut init.expr, Extent::Here, before);
    }

    fn extended_operands(&mut self, expr: &mut Expr, extent: Extent, before: &mut Vec<Stmt>) {
        if let Some(value) = shape::borrowed_constant(expr) {
            *value = self.extend_from_inside(&shape::constant(value), before);
            return;
        }
        match expr {
            Expr::Reference(reference) => {
                let is_literal = shape::borrows_literal_mutably(reference);
                let operand = base(&mut reference.expr);
                if shape::is_rvalue(operand) && (is_literal || !shape::is_promotable(operand)) {
                    self.extended_operands(operand, extent, before);
                    *operand = match extent {
                        Extent::Here => {
                            let name = self.extend(operand, before);
                            make::path(name)
                        }
                        Extent::Outside => self.extend_from_inside(operand, before),
                    };
                }
            }
            Expr::Paren(syn::ExprParen { expr, .. })
            | Expr::Group(syn::ExprGroup { expr, .. })
            | Expr::Cast(syn::ExprCast { expr, .. }) => {
                self.extended_operands(expr, extent, before)
            }
            Expr::Call(call) if shape::is_constructor(&call.func) => {
                for argument in &mut call.args {
                    self.extended_operands(argument, Extent::Outside, before);
                }
            }
            Expr::Tuple(tuple) => {
                for element in &mut tuple.elems {
                    self.extended_operands(element, Extent::Outside, before);
                }
            }
            Expr::Array(array) => {
                for element in &mut array.elems {
                    self.extended_operands(element, Extent::Outside, before);
                }
            }
            Expr::Struct(fields) => {
                for field in &mut fields.fields {
                    self.extended_operands(&mut field.expr, Extent::Outside, before);
                }
            }
            Expr::Block(syn::ExprBlock { block, .. })
            | Expr::Unsafe(syn::ExprUnsafe { block, .. }) => self.extended_tail(block, before),
            Expr::If(branch) => {
                self.extended_tail(&mut branch.then_branch, before);
                if let Some((_, otherwise)) = &mut branch.else_branch {
                    self.extended_operands(otherwise, Extent::Outside, before);
                }
            }
            Expr::Match(choice) => {
                for arm in &mut choice.arms {
                    self.extended_operands(&mut arm.body, Extent::Outside, before);
                }
            }
            _ => {}
        }
    }

    fn extended_tail(&mut self, block: &mut syn::Block, before: &mut Vec<Stmt>) {
        if let Some(Source::Expr(tail, None)) = block.stmts.last_mut() {
            self.extended_operands(tail, Extent::Outside, before);
        }
    }

    /// Declares an extended temporary that is made inside of a block, or among other operands.
    fn extend_from_inside(&mut self, value: &Expr, before: &mut Vec<Stmt>) -> Expr {
        let id = self
            .locals
            .add_made_up(EXTENDED, Kind::Temporary, value.span());
        self.note_value(id, value);
        before.push(Stmt::Declare(vec![id]));
        self.extended.push(id);
        let key = self.locals.mention_made_up(id);
        shape::place_temporary(&key, value)
    }

    /// Gives an extended temporary a name and a `let` of its own.
    pub(super) fn extend(&mut self, value: &mut Expr, before: &mut Vec<Stmt>) -> Ident {
        let id = self
            .locals
            .add_made_up(EXTENDED, Kind::Binding, value.span());
        let key = self.locals.mention_made_up(id);
        let span = value.span();
        let stmt: Source = parse_quote_spanned!(span=> let mut #key = #value;);
        match stmt {
            Source::Local(local) if suspend::local(&local) => self.local(local, before),
            stmt => before.push(Stmt::Plain(stmt)),
        }
        self.extended.push(id);
        self.locals.mention_made_up(id)
    }
}

/// What a place is a part of, or behind: where that is a value, a borrow of the place keeps it.
fn base(place: &mut Expr) -> &mut Expr {
    match place {
        Expr::Field(syn::ExprField { base: inner, .. })
        | Expr::Index(syn::ExprIndex { expr: inner, .. })
        | Expr::Paren(syn::ExprParen { expr: inner, .. })
        | Expr::Group(syn::ExprGroup { expr: inner, .. })
        | Expr::Unary(syn::ExprUnary {
            op: syn::UnOp::Deref(_),
            expr: inner,
            ..
        }) => base(inner),
        value => value,
    }
}

/// Where an extended temporary is made.
#[derive(Clone, Copy, PartialEq)]
enum Extent {
    /// By the `let` itself, before all else.
    Here,
    /// Among other operands, or in a block whose value the `let` binds.
    Outside,
}
