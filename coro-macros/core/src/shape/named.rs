//! What a value or a type is by a name of the standard library.
use syn::{Expr, ExprMethodCall, Type};

use super::{bare, lone_name};
use crate::locals::Locals;
use crate::macros;

/// Whether syntax alone says that the value is a box: `Box::new(…)`.
pub(crate) fn is_box(expr: &Expr) -> bool {
    is_made_by(expr, &["Box"], &["new"])
}

/// Whether a type is written as a box.
pub(crate) fn is_box_type(ty: &Type) -> bool {
    is_named(ty, &["Box"])
}

const POINTERS: &[&str] = &["Arc", "Box", "Rc"];

/// Whether a type is written as a box or a reference count.
pub(crate) fn is_pointer_type(ty: &Type) -> bool {
    is_named(ty, POINTERS)
}

/// Whether syntax alone says that the value is a box or a reference count: `Arc::new(…)`, or a clone of
/// a local that is one.
pub(crate) fn is_pointer(expr: &Expr, locals: &Locals) -> bool {
    match bare(expr) {
        Expr::MethodCall(call) if call.method == "clone" => {
            let receiver = lone_name(&call.receiver).and_then(|name| locals.find(name));
            receiver.is_some_and(|mention| locals[locals.local_of(mention)].is_pointer)
        }
        expr => is_made_by(expr, POINTERS, &[]),
    }
}

const COLLECTIONS: &[&str] = &[
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "HashMap",
    "HashSet",
    "String",
    "Vec",
    "VecDeque",
];

/// Whether a type is written as a string or another collection.
pub(crate) fn is_collection_type(ty: &Type) -> bool {
    is_named(ty, COLLECTIONS)
}

/// Whether syntax alone says that the value is a string or another collection.
pub(crate) fn is_collection(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Macro(call) => {
            macros::standard(&call.mac).is_some_and(|name| name == "format" || name == "vec")
        }
        Expr::MethodCall(call) => {
            call.args.is_empty() && (call.method == "to_string" || call.method == "to_vec")
        }
        expr => is_made_by(
            expr,
            COLLECTIONS,
            &["new", "with_capacity", "from", "from_iter"],
        ),
    }
}

/// Whether a method of a collection borrows it, by its name. Should the type be another one, of which the
/// method takes its receiver, then rustc refuses that: nothing is moved out of a place that way.
pub(crate) fn borrows_collection(call: &ExprMethodCall) -> bool {
    /// Methods of collections, slices and `str`.
    const METHODS: &[&str] = &[
        "append",
        "as_bytes",
        "as_mut_slice",
        "as_slice",
        "as_str",
        "bytes",
        "capacity",
        "char_indices",
        "chars",
        "chunks",
        "clear",
        "concat",
        "contains",
        "contains_key",
        "drain",
        "ends_with",
        "entry",
        "extend",
        "extend_from_slice",
        "first",
        "get",
        "get_mut",
        "insert",
        "is_empty",
        "iter",
        "iter_mut",
        "join",
        "keys",
        "last",
        "len",
        "lines",
        "parse",
        "peek",
        "pop",
        "pop_back",
        "pop_front",
        "push",
        "push_back",
        "push_front",
        "push_str",
        "range",
        "remove",
        "replace",
        "reserve",
        "resize",
        "reverse",
        "sort",
        "sort_unstable",
        "split",
        "split_at",
        "split_off",
        "split_once",
        "split_whitespace",
        "starts_with",
        "strip_prefix",
        "strip_suffix",
        "swap",
        "to_vec",
        "trim",
        "trim_end",
        "trim_start",
        "truncate",
        "values",
        "values_mut",
        "windows",
    ];
    METHODS.iter().any(|name| call.method == name)
}

fn is_named(ty: &Type, names: &[&str]) -> bool {
    match ty {
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|last| names.iter().any(|name| last.ident == name))
        }
        _ => false,
    }
}

/// Whether a value is what a function of one of the types returns: one of the given ones, if there are any.
fn is_made_by(expr: &Expr, types: &[&str], functions: &[&str]) -> bool {
    let Expr::Call(call) = bare(expr) else {
        return false;
    };
    let Expr::Path(path) = &*call.func else {
        return false;
    };
    let mut names = path.path.segments.iter().rev().map(|s| &s.ident);
    let is_in = |list: &[&str], name: &proc_macro2::Ident| list.iter().any(|other| name == other);
    let function = names.next();
    function.is_some_and(|name| functions.is_empty() || is_in(functions, name))
        && names.next().is_some_and(|name| is_in(types, name))
}
