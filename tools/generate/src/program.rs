//! A body with its signature, and the items that it needs.
use crate::world::{COROUTINES, TYPES};
use std::fmt::Write;

const ATTRIBUTE: &str = "#[coro::coroutine]";

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) pattern: String,
    pub(crate) ty: String,
    /// What the body is called with.
    pub(crate) argument: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: String,
    /// What stands in the braces of the body.
    pub(crate) block: String,
}

impl Program {
    /// The body, and before it the coroutines and the types that it mentions.
    pub(crate) fn items(&self) -> String {
        let mut text = self.function();
        for list in [COROUTINES, TYPES] {
            for (word, item) in list.iter().rev() {
                if mentions(&text, word) {
                    text = format!("{item}\n{text}");
                }
            }
        }
        text
    }

    /// The call of the body.
    pub(crate) fn start(&self) -> String {
        let mut call = "body(log".to_owned();
        for parameter in &self.parameters {
            write!(call, ", {}", parameter.argument).expect("a string can be written to");
        }
        call + ")"
    }

    /// The body alone.
    pub(crate) fn function(&self) -> String {
        let mut text = format!("{ATTRIBUTE}\nasync fn body(log: &Log");
        for Parameter { pattern, ty, .. } in &self.parameters {
            write!(text, ", {pattern}: {ty}").expect("a string can be written to");
        }
        write!(text, ") -> {} {{\n{}\n}}\n", self.output, self.block)
            .expect("a string can be written to");
        text
    }

    /// How much there is of it, in characters that are not white space.
    pub(crate) fn size(&self) -> usize {
        self.function()
            .chars()
            .filter(|c| !c.is_whitespace())
            .count()
    }

    /// A case of the corpus.
    pub(crate) fn case(&self, name: &str) -> String {
        let items = match syn::parse_file(&self.items()) {
            Ok(file) => prettyplease::unparse(&file),
            Err(_) => self.items(),
        };
        let start = if self.parameters.is_empty() {
            String::new()
        } else {
            format!("    start |log| {};\n", self.start())
        };
        let mut text = format!("same! {{\n    mod {name};\n{start}");
        for line in items.lines() {
            if line.is_empty() {
                text.push('\n');
            } else {
                writeln!(text, "    {line}").expect("a string can be written to");
            }
        }
        text + "}\n"
    }
}

/// All that bodies can mention.
pub(crate) fn surroundings() -> String {
    let items = TYPES.iter().chain(COROUTINES);
    items.map(|(_, item)| format!("{item}\n")).collect()
}

/// Items as rustc is to see them.
pub(crate) fn without_attribute(items: &str) -> String {
    items.replace(ATTRIBUTE, "")
}

/// Whether the word stands in the text by itself.
fn mentions(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(start, _)| {
        !text[..start].ends_with(is_part) && !text[start + word.len()..].starts_with(is_part)
    })
}
