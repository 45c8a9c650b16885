//! What the output calls each local.
use std::cell::OnceCell;
use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use quote::format_ident;

use super::Lowered;
use crate::keywords::is_name;
use crate::locals::{Kind, LocalId, MentionId};
use crate::normalise::camel;

/// A local of one segment keeps the name and the hygiene that it has in the source. All others
/// have a name that no name of the user can meet, and that is unique in the function.
pub(super) struct Names {
    unique: Vec<String>,
    /// What owns each local; most are mentioned again and again.
    owners: Vec<OnceCell<Ident>>,
}

impl Names {
    pub(super) fn new(lowered: &Lowered<'_>) -> Self {
        // Their types are called alike, in camel case, where underscores do not count.
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let items = items(lowered.function);
        let unique = lowered.locals.ids().map(|id| {
            let local = &lowered.locals[id];
            if !lowered.storage.has_slot(id) && local.kind == Kind::Binding {
                return local.name.to_string();
            }
            let name = local.name.to_string();
            let mut name = name
                .trim_start_matches("r#")
                .trim_start_matches('_')
                .to_owned();
            if !name.starts_with(|first: char| first.is_alphabetic()) {
                name.insert_str(0, "local_");
            }
            if !is_name(&name) || items.contains(&name) {
                name.push('_');
            }
            if is_of_the_output(&name) {
                name.push_str("_local");
            }
            let numbered = (2..).map(|count| format!("{name}_{count}"));
            let mut free = std::iter::once(name.clone()).chain(numbered);
            let name = free.find(|name| taken.insert(camel(name)));
            name.expect("there is always another number")
        });
        Names {
            unique: unique.collect(),
            owners: vec![OnceCell::new(); lowered.locals.len()],
        }
    }
}

impl super::Emitter<'_> {
    pub(super) fn text(&self, id: LocalId) -> &str {
        &self.names.unique[id.index()]
    }

    /// The pointer to a local with a slot, or a local that the source does not name.
    pub(super) fn place(&self, id: LocalId, span: Span) -> Ident {
        Ident::new(self.text(id), span.resolved_at(Span::mixed_site()))
    }

    pub(super) fn owner(&self, id: LocalId) -> Ident {
        let owner = self.names.owners[id.index()]
            .get_or_init(|| format_ident!("{}_owner", self.text(id), span = Span::mixed_site()));
        owner.clone()
    }

    /// The value of a binding on its way into a slot.
    pub(super) fn value(&self, id: LocalId) -> Ident {
        format_ident!("{}_value", self.text(id), span = Span::mixed_site())
    }

    /// The type of what a guard looks at.
    pub(super) fn view_type(&self, id: LocalId) -> Ident {
        format_ident!("{}_type", self.text(id), span = Span::mixed_site())
    }

    /// A closure out of a slot, for its last call.
    pub(super) fn called(&self, id: LocalId) -> Ident {
        format_ident!("{}_called", self.text(id), span = Span::mixed_site())
    }

    /// What a macro that nobody can see into gets of a local.
    pub(super) fn lent(&self, id: LocalId, span: Span) -> Ident {
        let span = span.resolved_at(Span::mixed_site());
        format_ident!("{}_lent", self.text(id), span = span)
    }

    /// The field that says whether a suspended local is owed a drop.
    pub(super) fn flag(&self, id: LocalId) -> Ident {
        format_ident!("{}_owed", self.text(id), span = Span::mixed_site())
    }

    /// The type of the field that says which parts of a suspended local have been moved.
    pub(super) fn note_type(&self, id: LocalId) -> Ident {
        format_ident!(
            "u{}",
            self.lowered.parts.width(id),
            span = Span::mixed_site()
        )
    }

    /// The field that says which parts of a suspended local have been moved.
    pub(super) fn moved(&self, id: LocalId) -> Ident {
        format_ident!("{}_moved", self.text(id), span = Span::mixed_site())
    }

    /// The answer whether a call takes the closure that a local is.
    pub(super) fn answer(&self, id: LocalId) -> Ident {
        format_ident!("{}_answer", self.text(id), span = Span::mixed_site())
    }

    /// The answer whether a method takes the part that it is called on.
    pub(super) fn part_answer(&self, mention: MentionId) -> Ident {
        format_ident!("__answer_{}", mention.index(), span = Span::mixed_site())
    }

    /// What drops the rest of a local of which parts have been moved.
    pub(super) fn rest(&self, id: LocalId) -> Ident {
        format_ident!("{}_rest", self.text(id), span = Span::mixed_site())
    }

    /// A mention of a local as a Rust local of its own.
    pub(super) fn native(&self, mention: MentionId) -> Ident {
        let locals = self.lowered.locals;
        let id = locals.local_of(mention);
        let written = locals.written(mention);
        if locals[id].kind == Kind::Binding && !is_made_up(&locals[id].name)
            || locals[id].kind == Kind::Parameter && written != "self"
        {
            written.clone()
        } else {
            self.place(id, written.span())
        }
    }
}

/// Whether the output has a name of its own for something else that may be this one: `header_value` stands
/// for the value of a local `header`.
fn is_of_the_output(name: &str) -> bool {
    const DERIVED: &[&str] = &[
        "apart", "called", "lent", "moved", "operand", "owed", "owner", "rest", "room", "slot",
        "type", "value",
    ];
    const NUMBERED: &[&str] = &["group", "overlap"];
    let (first, last) = name.rsplit_once('_').unwrap_or((name, ""));
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    name == "state" || DERIVED.contains(&last) || is_number && NUMBERED.contains(&first)
}

/// Whether a name was made up by the compiler, and so is unique only among its own.
fn is_made_up(name: &Ident) -> bool {
    name == crate::normalise::EXTENDED
}

/// The names of the items inside a body: they would hide locals of outer scopes.
fn items(function: &crate::parse::Function) -> BTreeSet<String> {
    struct Search(BTreeSet<String>);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_item(&mut self, item: &'ast syn::Item) {
            let name = match item {
                syn::Item::Fn(item) => &item.sig.ident,
                syn::Item::Const(item) => &item.ident,
                syn::Item::Static(item) => &item.ident,
                syn::Item::Struct(item) => &item.ident,
                syn::Item::Use(item) => return syn::visit::visit_item_use(self, item),
                _ => return,
            };
            self.0.insert(name.to_string());
        }
        fn visit_use_name(&mut self, name: &'ast syn::UseName) {
            self.0.insert(name.ident.to_string());
        }
    }
    let mut search = Search(BTreeSet::new());
    for item in &function.items {
        syn::visit::Visit::visit_item(&mut search, item);
    }
    if let Some(body) = &function.body {
        syn::visit::Visit::visit_block(&mut search, body);
    }
    search.0
}
