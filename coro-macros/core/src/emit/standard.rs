//! What is known by its name has to be what the standard library calls so; rustc is asked whether it is.
//!
//! ```text
//!   vec![f().await]          { use __coro::standard::*; use vec as _; }         `vec` is ambiguous, or all is well
//!   std::dbg!(x)             { use std::dbg; { use __coro::standard::*; use dbg as _; } }
//!   let n: u64 = …;          __coro::standard::is_primitive::<u64>();
//!   select! { … }            { use select as _; }                               else its import were unused
//! ```
//!
//! Law: nothing that the passes believe because of a name is left unasked.
use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Block, Expr, FnArg, Item, Macro, Path, Stmt, Type};

use crate::parse::Function;
use crate::{macros, shape};

/// The names in a piece of source that the passes know a meaning of.
#[derive(Default)]
pub(super) struct Names {
    macros: Vec<Path>,
    /// Of tokio: they are not called any more.
    foreign: Vec<Path>,
    types: Vec<Ident>,
}

impl Names {
    /// Those in a function.
    pub(super) fn of_function(function: &Function) -> Self {
        let mut names = Names::default();
        for path in &function.expanded {
            match path.segments.last() {
                Some(last) if !macros::is_standard(&last.ident) => names.foreign.push(path.clone()),
                _ => names.note_macro(path),
            }
        }
        for input in &function.signature.inputs {
            if let FnArg::Typed(typed) = input {
                names.note_types(&typed.ty);
            }
        }
        if let Some(body) = &function.body {
            names.visit_block(body);
        }
        names
    }

    /// Those in a block that may define something that is called so.
    pub(super) fn of_block(block: &Block) -> Self {
        let mut names = Names::default();
        let defines = |stmt: &Stmt| match stmt {
            Stmt::Item(_) => true,
            Stmt::Macro(call) => macros::standard(&call.mac).is_none(),
            Stmt::Local(_) | Stmt::Expr(..) => false,
        };
        if block.stmts.iter().any(defines) {
            names.visit_block(block);
        }
        names
    }

    /// The question whether all of them have that meaning, as a statement.
    pub(super) fn check(&self) -> Option<Stmt> {
        let (types, paths, foreign) = (&self.types, &self.macros, &self.foreign);
        if types.is_empty() && paths.is_empty() && foreign.is_empty() {
            return None;
        }
        let imports = paths.iter().map(|path| {
            let name = path.segments.last().map(|last| &last.ident);
            let import = output!({ use __coro::standard::*; use #name as _; });
            match path.get_ident() {
                Some(_) => import,
                None => output!({ use #path; #import }),
            }
        });
        let check = output! {
            #[allow(unused_imports, redundant_imports)]
            {
                #(__coro::standard::is_primitive::<#types>();)*
                #(#imports)*
                #({ use #foreign as _; })*
            }
        };
        Some(Stmt::Expr(Expr::Verbatim(check), None))
    }

    fn note_macro(&mut self, path: &Path) {
        if !self.macros.contains(path) {
            self.macros.push(path.clone());
        }
    }

    /// What syntax takes for types without a drop (see `shape::is_trivial_type`).
    fn note_types(&mut self, ty: &Type) {
        match ty {
            Type::Array(array) => self.note_types(&array.elem),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.note_types(part)),
            Type::Paren(inner) => self.note_types(&inner.elem),
            Type::Group(inner) => self.note_types(&inner.elem),
            Type::Path(path) if shape::is_copy_type(ty) => {
                let name = path
                    .path
                    .get_ident()
                    .filter(|&name| !self.types.contains(name));
                self.types.extend(name.cloned());
            }
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let syn::Pat::Type(typed) = &local.pat {
            self.note_types(&typed.ty);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_cast(&mut self, cast: &'ast syn::ExprCast) {
        self.note_types(&cast.ty);
        visit::visit_expr_cast(self, cast);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        // `panic!` is another macro without the standard library, and `cfg` is an attribute too.
        if macros::standard(mac).is_some_and(|name| name != "panic" && name != "cfg") {
            self.note_macro(&mac.path);
        }
        for argument in macros::parse(mac)
            .into_iter()
            .flat_map(|known| known.arguments)
        {
            self.visit_expr(&argument.value);
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
