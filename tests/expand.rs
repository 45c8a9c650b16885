//! What the output looks like, for readers: each `tests/expand/NAME.rs` is lowered by the library
//! and laid out in `tests/expand/NAME.expanded.rs`. After a change of the output on purpose:
//!
//! ```text
//!   CORO_BLESS=1 cargo test --test expand
//! ```
//!
//! The example `coroutine_by_macro` has its snapshot in `examples/expanded`.
//!
//! A snapshot is to be read, not compiled: it does not show which names are hidden from each
//! other.
#![allow(dead_code)]
use std::fs;
use std::path::{Path, PathBuf};

use coro_macros_core::{Edition, expand};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, Meta};

// The inputs are real: they compile.
#[path = "expand/awaited.rs"]
mod awaited;
#[path = "expand/borrow.rs"]
mod borrow;
#[path = "expand/branches.rs"]
mod branches;
#[path = "expand/choice.rs"]
mod choice;
#[path = "expand/direct.rs"]
mod direct;
#[path = "expand/for_loop.rs"]
mod for_loop;
#[path = "expand/method.rs"]
mod method;
#[path = "expand/question_mark.rs"]
mod question_mark;
#[path = "expand/read_loop.rs"]
mod read_loop;

fn inputs() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let entries = fs::read_dir(directory).expect("the directory of the snapshots");
    let mut inputs: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !path.to_string_lossy().ends_with(".expanded.rs"))
        .collect();
    inputs.sort();
    inputs.push(Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE));
    inputs
}

/// The example that has its expansion beside it.
const EXAMPLE: &str = "examples/coroutine_by_macro.rs";

/// Where the output for `input` is kept. In a folder of its own beside examples, which cargo would
/// take for a further example.
fn snapshot(input: &Path) -> PathBuf {
    if input.ends_with(EXAMPLE) {
        let name = input.file_name().expect("an input has a name");
        input.with_file_name("expanded").join(name)
    } else {
        input.with_extension("expanded.rs")
    }
}

/// Takes `#[coro::coroutine]` off, as rustc does before it calls the macro, with these options.
fn take_attribute(attributes: &mut Vec<Attribute>) -> Option<TokenStream> {
    let is_ours = |attribute: &Attribute| {
        attribute.path().to_token_stream().to_string() == "coro :: coroutine"
    };
    let attribute = attributes.remove(attributes.iter().position(is_ours)?);
    match attribute.meta {
        Meta::List(list) => Some(list.tokens),
        _ => Some(TokenStream::new()),
    }
}

/// Each coroutine of a file, lowered.
fn lowered(file: &mut syn::File) -> Vec<TokenStream> {
    let mut outputs = Vec::new();
    let mut lower = |options: TokenStream, item: TokenStream| {
        let output = expand(options, item, Some(Edition::From2024));
        outputs.push(output.clone());
        output
    };
    let items = std::mem::take(&mut file.items);
    for mut item in items {
        if let Item::Fn(function) = &mut item
            && let Some(options) = take_attribute(&mut function.attrs)
        {
            let output = lower(options, function.to_token_stream());
            let functions: syn::File = syn::parse2(output).expect("functions");
            file.items.extend(functions.items);
            continue;
        }
        if let Item::Impl(block) = &mut item {
            for member in &mut block.items {
                if let ImplItem::Fn(method) = member
                    && let Some(options) = take_attribute(&mut method.attrs)
                {
                    let output = lower(options, method.to_token_stream());
                    *member = syn::parse2(output).expect("one method");
                }
            }
        }
        file.items.push(item);
    }
    outputs
}

fn read(path: &Path) -> syn::File {
    let text = fs::read_to_string(path).expect("an input");
    syn::parse_file(&text).expect("an input that is Rust")
}

#[test]
fn output_is_as_readers_know_it() {
    let mut different = Vec::new();
    let inputs = inputs();
    assert!(inputs.len() >= 8, "only {} inputs were found", inputs.len());
    for input in inputs {
        let mut file = read(&input);
        assert!(
            !lowered(&mut file).is_empty(),
            "no coroutine in {}",
            input.display()
        );
        let text = prettyplease::unparse(&file);
        let snapshot = snapshot(&input);
        if fs::read_to_string(&snapshot).is_ok_and(|known| known == text) {
            continue;
        }
        if std::env::var_os("CORO_BLESS").is_some() {
            fs::write(&snapshot, text).expect("a snapshot can be written");
        } else {
            let name = snapshot.file_name().expect("a name").display().to_string();
            different.push(format!("--- {name} would be:\n{text}"));
        }
    }
    assert!(
        different.is_empty(),
        "the output has changed; run `CORO_BLESS=1 cargo test --test expand` and read the diff\n{}",
        different.join("\n")
    );
}

/// The identifiers among tokens.
fn names(tokens: TokenStream, names: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => names.push(name.to_string()),
            TokenTree::Group(group) => self::names(group.stream(), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[test]
fn output_needs_no_async_and_allocates_nothing() {
    for input in inputs() {
        for output in lowered(&mut read(&input)) {
            let mut found = Vec::new();
            names(output, &mut found);
            for forbidden in ["async", "await", "Box", "boxed", "alloc", "std", "dyn"] {
                // What the source itself says stays.
                let source = fs::read_to_string(&input).expect("an input");
                let allowed = forbidden == "std" && source.contains("std::");
                assert!(
                    allowed || !found.iter().any(|name| name == forbidden),
                    "`{forbidden}` in the output of {}",
                    input.display()
                );
            }
        }
    }
}
