//! `expand` is total: whatever it is given, it neither panics nor hangs, and what it gives back is
//! items, or an error for the user.
//!
//! The inputs are all functions of the tests and of the runtime, as they are and with token
//! trees deleted, doubled, swapped and replaced; and tokens at random. The seed is fixed.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use coro_macros_core::{Edition, expand, expand_block};
use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("less than a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("a directory of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

fn is_name(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

/// Every function among the tokens, in macro calls too.
fn functions(tokens: TokenStream, found: &mut Vec<Vec<TokenTree>>) {
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in all.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            functions(group.stream(), found);
        }
        if !is_name(token, "fn") || !matches!(all.get(index + 1), Some(TokenTree::Ident(_))) {
            continue;
        }
        let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if let Some(length) = all[index..].iter().position(is_body) {
            let start = index - usize::from(index > 0 && is_name(&all[index - 1], "async"));
            found.push(all[start..=index + length].to_vec());
        }
    }
}

fn corpus() -> Vec<Vec<TokenTree>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for directory in ["tests", "ui-tests", "examples", "coro-runtime/src"] {
        sources(&root.join(directory), &mut files);
    }
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source");
        let tokens = text
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        functions(tokens, &mut found);
    }
    found
}

fn group(delimiter: Delimiter, tokens: Vec<TokenTree>) -> TokenTree {
    TokenTree::Group(Group::new(delimiter, tokens.into_iter().collect()))
}

/// One change, somewhere.
fn mutate(tokens: &mut Vec<TokenTree>, random: &mut Random, other: &[TokenTree]) {
    if tokens.is_empty() {
        return;
    }
    let index = random.below(tokens.len());
    // Mostly deeper down, where most of the tokens are.
    let deeper: Vec<usize> = (0..tokens.len())
        .filter(|&at| matches!(tokens[at], TokenTree::Group(_)))
        .collect();
    if !deeper.is_empty() && random.below(8) > 0 {
        let at = *random.pick(&deeper);
        let TokenTree::Group(inner) = &tokens[at] else {
            unreachable!("only groups are deeper")
        };
        let mut changed: Vec<TokenTree> = inner.stream().into_iter().collect();
        let delimiter = inner.delimiter();
        mutate(&mut changed, random, other);
        tokens[at] = group(delimiter, changed);
        return;
    }
    let name = |name: &str| TokenTree::Ident(Ident::new(name, Span::call_site()));
    let punct = |c| TokenTree::Punct(Punct::new(c, Spacing::Alone));
    match random.below(8) {
        0 => drop(tokens.remove(index)),
        1 => tokens.insert(index, tokens[index].clone()),
        2 => {
            let with = random.below(tokens.len());
            tokens.swap(index, with);
        }
        3 => tokens[index] = random.pick(other).clone(),
        4 => tokens.truncate(index),
        // Suspensions in places where nobody writes them.
        5 => {
            let wrapped = tokens.remove(index);
            let wait = [
                name("wait"),
                punct('!'),
                group(Delimiter::Parenthesis, vec![wrapped]),
            ];
            drop(tokens.splice(index..index, wait));
        }
        _ => drop(tokens.splice(index + 1..=index, [punct('.'), name("await")])),
    }
}

const WORDS: &[&str] = &[
    "fn", "async", "await", "wait", "let", "mut", "ref", "if", "else", "match", "loop", "while",
    "for", "in", "return", "break", "continue", "move", "unsafe", "const", "struct", "impl",
    "self", "Self", "x", "y", "f", "Some", "u32", "_", "dyn", "where", "pub", "as", "true",
    "format", "vec", "assert", "pin", "matches", "future", "cfg", "bail",
];
const PUNCTUATION: &[char] = &[
    '!', '.', ',', ';', ':', '=', '<', '>', '&', '|', '+', '-', '*', '?', '#', '@', '$',
];

fn at_random(random: &mut Random, depth: usize) -> Vec<TokenTree> {
    (0..random.below(12))
        .map(|_| match random.below(if depth == 0 { 8 } else { 10 }) {
            0..=3 => TokenTree::Ident(Ident::new(
                WORDS[random.below(WORDS.len())],
                Span::call_site(),
            )),
            4..=6 => {
                let spacing = if random.below(2) == 0 {
                    Spacing::Alone
                } else {
                    Spacing::Joint
                };
                TokenTree::Punct(Punct::new(*random.pick(PUNCTUATION), spacing))
            }
            7 => {
                let literals = ["1", "\"{x}\"", "1.5", "'a'", "b\"x\""];
                TokenTree::Literal(random.pick(&literals).parse().expect("a literal"))
            }
            _ => {
                use Delimiter::{Brace, Bracket, None, Parenthesis};
                group(
                    *random.pick(&[Brace, Parenthesis, Bracket, None]),
                    at_random(random, depth - 1),
                )
            }
        })
        .collect()
}

/// A function whose body is tokens at random.
fn random_function(random: &mut Random) -> Vec<TokenTree> {
    let mut tokens: Vec<TokenTree> = "fn f(x: u32)"
        .parse::<TokenStream>()
        .expect("tokens")
        .into_iter()
        .collect();
    tokens.push(group(Delimiter::Brace, at_random(random, 4)));
    tokens
}

fn holds_error(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => holds_error(&group.stream()),
        token => is_name(&token, "compile_error"),
    })
}

/// What is wrong with the output for an input, if anything is.
fn complaint(item: &TokenStream, edition: Option<Edition>) -> Option<String> {
    // With the option that makes two functions of one.
    let options = "direct = directly".parse().expect("tokens");
    let expanded = catch_unwind(AssertUnwindSafe(|| expand(options, item.clone(), edition)));
    let Ok(output) = expanded else {
        return Some("it panics".to_owned());
    };
    match syn::parse2::<syn::File>(output.clone()) {
        Ok(file) if file.items.is_empty() => Some("there is no output".to_owned()),
        Err(error) if !holds_error(&output) => Some(format!("the output is no Rust: {error}")),
        Ok(_) | Err(_) => complaint_about_block(item, edition),
    }
}

/// The same for the function's body, in a `future! { … }`.
fn complaint_about_block(item: &TokenStream, edition: Option<Edition>) -> Option<String> {
    let Some(TokenTree::Group(body)) = item.clone().into_iter().last() else {
        return None;
    };
    let expanded = catch_unwind(AssertUnwindSafe(|| expand_block(body.stream(), edition)));
    let Ok(output) = expanded else {
        return Some("its body panics as a block".to_owned());
    };
    match syn::parse2::<syn::Expr>(output.clone()) {
        Err(error) if !holds_error(&output) => {
            Some(format!("as a block the output is no Rust: {error}"))
        }
        Ok(_) | Err(_) => None,
    }
}

/// Checks the inputs on a thread of their own, so that one on which `expand` hangs can be named.
/// (Tokens cannot be sent to it, so it makes them.)
fn check<I: Iterator<Item = TokenStream>>(inputs: impl FnOnce() -> I + Send + 'static) -> usize {
    let (send, receive) = mpsc::channel();
    let worker = std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(move || {
            let mut complaints: Vec<String> = Vec::new();
            let mut count = 0;
            for input in inputs() {
                let _ = send.send(input.to_string());
                for edition in [None, Some(Edition::From2024)] {
                    complaints.extend(
                        complaint(&input, edition).map(|text| format!("{text}\non: {input}")),
                    );
                }
                count += 1;
            }
            (count, complaints)
        });
    let worker = worker.expect("a thread");
    let mut last = String::new();
    loop {
        match receive.recv_timeout(Duration::from_secs(120)) {
            Ok(input) => last = input,
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("`expand` hangs on: {last}"),
        }
    }
    let (count, complaints) = worker.join().expect("the worker catches panics");
    let some: Vec<_> = complaints.iter().take(3).map(String::as_str).collect();
    assert!(
        complaints.is_empty(),
        "{} complaints; the first ones:\n{}",
        complaints.len(),
        some.join("\n\n")
    );
    count
}

fn stream(tokens: Vec<TokenTree>) -> TokenStream {
    tokens.into_iter().collect()
}

#[test]
fn functions_as_they_are() {
    let count = check(|| corpus().into_iter().map(stream));
    assert!(count > 500, "only {count} functions were found");
}

#[test]
fn functions_with_changes() {
    const COUNT: usize = 2000;
    let count = check(|| {
        let corpus = corpus();
        let mut random = Random(0x5eed_c0de);
        (0..COUNT).map(move |_| {
            let mut function = random.pick(&corpus).clone();
            let other = random.pick(&corpus).clone();
            for _ in 0..=random.below(3) {
                mutate(&mut function, &mut random, &other);
            }
            stream(function)
        })
    });
    assert_eq!(count, COUNT);
}

#[test]
fn tokens_at_random() {
    const COUNT: usize = 2000;
    let count = check(|| {
        let mut random = Random(0xc0ffee);
        (0..COUNT).map(move |index| {
            let tokens = if index % 4 == 0 {
                at_random(&mut random, 3)
            } else {
                random_function(&mut random)
            };
            stream(tokens)
        })
    });
    assert_eq!(count, COUNT);
}

#[test]
fn options_at_random() {
    let item: TokenStream = "fn f() { wait!(g()); }".parse().expect("tokens");
    let mut random = Random(0x0b5);
    for _ in 0..200 {
        let options = stream(at_random(&mut random, 2));
        let output = expand(options.clone(), item.clone(), Some(Edition::From2024));
        assert!(
            options.is_empty() || holds_error(&output),
            "accepts the options {options}"
        );
    }
}
