//! Makes a failing program small.
//!
//! In each round all programs that are one step smaller are judged together, and the smallest
//! of those that still fail in the same way is taken. rustc throws out what is ill-typed, so
//! that a step needs no knowledge of types.
use crate::program::Program;
use crate::tally::Failure;
use crate::trial::Laboratory;
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::collections::BTreeSet;
use std::io;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Stmt, parse_quote};

/// How many programs are compiled at once.
const BATCH: usize = 50;

/// More rounds would take too long.
const ROUNDS: usize = 20;

/// A step has to take away this many characters.
const LEAST: usize = 4;

/// The smallest program that was found to fail in the same way.
pub(crate) fn shrink(laboratory: &Laboratory, failure: &Failure) -> io::Result<Failure> {
    let mut best = canonical(failure);
    let mut tried = BTreeSet::new();
    for _ in 0..ROUNDS {
        let mut steps = steps(&best.program);
        steps.retain(|program| {
            program.size() + LEAST <= best.program.size() && tried.insert(program.case(""))
        });
        steps.sort_by_key(Program::size);
        let mut smaller = Vec::new();
        for batch in steps.chunks(BATCH) {
            smaller = judge(laboratory, batch, &best)?;
            if !smaller.is_empty() {
                break;
            }
        }
        if smaller.len() > 1 {
            let together = combinations(&best.program, &smaller);
            smaller.extend(judge(laboratory, &together, &best)?);
        }
        let Some(next) = smaller.into_iter().min_by_key(|it| it.program.size()) else {
            break;
        };
        eprintln!("shrunk to {} characters", next.program.size());
        best = next;
    }
    Ok(best)
}

/// The body spelled as the tokens are printed, so that two programs can be compared as texts.
fn canonical(failure: &Failure) -> Failure {
    let mut failure = failure.clone();
    if let Ok(block) = syn::parse_str::<Block>(&format!("{{ {} }}", failure.program.block)) {
        failure.program.block = text(&block);
    }
    failure
}

fn text(block: &Block) -> String {
    block
        .stmts
        .iter()
        .map(|statement| format!("{}\n", statement.to_token_stream()))
        .collect()
}

/// Those of the batch that fail in the same way.
fn judge(
    laboratory: &Laboratory,
    batch: &[Program],
    failure: &Failure,
) -> io::Result<Vec<Failure>> {
    let verdicts = laboratory.judge(batch)?;
    let pairs = batch.iter().zip(verdicts);
    let fails = |(program, verdict): (&Program, crate::trial::Verdict)| {
        (verdict.failure()? == failure.kind).then(|| Failure {
            program: program.clone(),
            verdict,
            ..failure.clone()
        })
    };
    Ok(pairs.filter_map(fails).collect())
}

/// Several steps at once, where they are about different parts of the body.
fn combinations(base: &Program, smaller: &[Failure]) -> Vec<Program> {
    let edits: Vec<Edit> = smaller
        .iter()
        .filter(|it| it.program.parameters.len() == base.parameters.len())
        .filter(|it| it.program.output == base.output)
        .map(|it| Edit::between(&base.block, &it.program.block))
        .collect();
    let mut list = Vec::new();
    for first in 0..edits.len().min(4) {
        let mut chosen: Vec<&Edit> = Vec::new();
        for edit in edits.iter().skip(first) {
            if chosen.iter().any(|other| other.overlaps(edit)) {
                continue;
            }
            chosen.push(edit);
            if chosen.len() > 1 {
                let mut program = base.clone();
                program.block = applied(&base.block, &chosen);
                list.push(program);
            }
        }
    }
    list.sort_by_key(Program::size);
    list.truncate(BATCH);
    list
}

/// What a step replaces.
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

impl Edit {
    fn between(old: &str, new: &str) -> Edit {
        let same = |(left, right): &(u8, u8)| left == right;
        let start = old.bytes().zip(new.bytes()).take_while(same).count();
        let most = old.len().min(new.len()) - start;
        let tail = old.bytes().rev().zip(new.bytes().rev());
        let tail = tail.take(most).take_while(same).count();
        Edit {
            start,
            end: old.len() - tail,
            text: new[start..new.len() - tail].to_owned(),
        }
    }

    fn overlaps(&self, other: &Edit) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

fn applied(text: &str, edits: &[&Edit]) -> String {
    let mut sorted = edits.to_vec();
    sorted.sort_by_key(|edit| std::cmp::Reverse(edit.start));
    let mut text = text.to_owned();
    for edit in sorted {
        text.replace_range(edit.start..edit.end, &edit.text);
    }
    text
}

/// All programs that are one step smaller.
fn steps(program: &Program) -> Vec<Program> {
    let mut list = Vec::new();
    for index in 0..program.parameters.len() {
        let mut smaller = program.clone();
        smaller.parameters.remove(index);
        list.push(smaller);
    }
    let Ok(block) = syn::parse_str::<Block>(&format!("{{ {} }}", program.block)) else {
        return list;
    };
    let with = |block: &Block, output: &str| Program {
        block: text(block),
        output: output.to_owned(),
        ..program.clone()
    };
    if program.output != "()" {
        let mut quiet = block.clone();
        if let Some(Stmt::Expr(_, semicolon @ None)) = quiet.stmts.last_mut() {
            *semicolon = Some(syn::token::Semi::default());
        }
        list.push(with(&quiet, "()"));
    }
    for target in 0.. {
        let mut block = block.clone();
        let mut step = Step::new(target);
        step.visit_block_mut(&mut block);
        if !step.done {
            break;
        }
        list.push(with(&block, &program.output));
    }
    list
}

/// Makes the one change that has the number `target`.
struct Step {
    target: usize,
    seen: usize,
    done: bool,
}

impl Step {
    fn new(target: usize) -> Step {
        Step {
            target,
            seen: 0,
            done: false,
        }
    }

    /// Whether it is this change's turn.
    fn turn(&mut self) -> bool {
        let turn = self.seen == self.target && !self.done;
        self.seen += 1;
        self.done |= turn;
        turn
    }
}

impl VisitMut for Step {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let count = block.stmts.len();
        // Runs of statements, long ones first.
        let mut length = count;
        while length > 0 {
            for start in (0..=count - length).step_by(length.div_ceil(2)) {
                if self.turn() {
                    block.stmts.drain(start..start + length);
                    return;
                }
            }
            length /= 2;
        }
        for index in 0..count {
            if let Some(inner) = flattened(&block.stmts[index])
                && self.turn()
            {
                block.stmts.splice(index..=index, inner);
                return;
            }
            for inner in branches(&block.stmts[index]) {
                if self.turn() {
                    block.stmts.splice(index..=index, inner);
                    return;
                }
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if self.done {
            return;
        }
        for replacement in replacements(expression) {
            if self.turn() {
                *expression = replacement;
                return;
            }
        }
        visit_mut::visit_expr_mut(self, expression);
    }

    fn visit_expr_match_mut(&mut self, matching: &mut syn::ExprMatch) {
        for index in 0..matching.arms.len() {
            if self.turn() {
                matching.arms.remove(index);
                return;
            }
        }
        for index in 0..matching.arms.len() {
            if let syn::Pat::Guard(guarded) = &matching.arms[index].pat
                && self.turn()
            {
                matching.arms[index].pat = (*guarded.pat).clone();
                return;
            }
        }
        visit_mut::visit_expr_match_mut(self, matching);
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let syn::Pat::Type(typed) = &local.pat
            && local.init.is_some()
            && self.turn()
        {
            local.pat = (*typed.pat).clone();
            return;
        }
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_pat_ident_mut(&mut self, pattern: &mut syn::PatIdent) {
        if pattern.mutability.is_some() && self.turn() {
            pattern.mutability = None;
        }
        visit_mut::visit_pat_ident_mut(self, pattern);
    }

    fn visit_macro_mut(&mut self, called: &mut syn::Macro) {
        // The arguments of `vec!` and `format!` are expressions.
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        if let Ok(mut arguments) = called.parse_body_with(parser) {
            if called.path.is_ident("vec") && arguments.len() > 1 && self.turn() {
                arguments = arguments.into_iter().skip(1).collect();
            }
            for argument in &mut arguments {
                self.visit_expr_mut(argument);
            }
            called.tokens = arguments.into_token_stream();
        }
    }
}

/// The statements of a statement that is a plain block.
fn flattened(statement: &Stmt) -> Option<Vec<Stmt>> {
    let Stmt::Expr(expression, semicolon) = statement else {
        return None;
    };
    let mut expression = expression;
    while let Expr::Paren(inner) = expression {
        expression = &inner.expr;
    }
    let Expr::Block(block) = expression else {
        return None;
    };
    let mut statements = block.block.stmts.clone();
    if let (Some(Stmt::Expr(_, inner @ None)), Some(_)) = (statements.last_mut(), semicolon) {
        *inner = *semicolon;
    }
    Some(statements)
}

/// What may stand for a statement with braces: the contents of one of them.
fn branches(statement: &Stmt) -> Vec<Vec<Stmt>> {
    let expression = match statement {
        Stmt::Expr(expression, _) => expression,
        Stmt::Local(local) => {
            let mut list = Vec::new();
            if let Some(init) = &local.init {
                let value = &init.expr;
                list.push(vec![parse_quote!(#value;)]);
            }
            return list;
        }
        _ => return Vec::new(),
    };
    bodies(expression)
        .into_iter()
        .map(|block| block.stmts)
        .collect()
}

/// The blocks directly inside.
fn bodies(expression: &Expr) -> Vec<Block> {
    match expression {
        Expr::If(inner) => {
            let mut list = vec![inner.then_branch.clone()];
            if let Some((_, otherwise)) = &inner.else_branch
                && let Expr::Block(block) = &**otherwise
            {
                list.push(block.block.clone());
            }
            list
        }
        Expr::Loop(inner) => vec![inner.body.clone()],
        Expr::While(inner) => vec![inner.body.clone()],
        Expr::ForLoop(inner) => vec![inner.body.clone()],
        Expr::Block(inner) => vec![inner.block.clone()],
        Expr::Match(inner) => inner
            .arms
            .iter()
            .filter_map(|arm| match &*arm.body {
                Expr::Block(block) => Some(block.block.clone()),
                _ => None,
            })
            .collect(),
        Expr::Paren(inner) => bodies(&inner.expr),
        _ => Vec::new(),
    }
}

/// Smaller expressions that may stand for one.
fn replacements(expression: &Expr) -> Vec<Expr> {
    let mut list: Vec<Expr> = Vec::new();
    for small in [
        "0",
        "true",
        "()",
        "log.drop_of(\"v\")",
        "None",
        "log.pend(1, ()).await",
    ] {
        let small: Expr = syn::parse_str(small).expect("an expression");
        let tokens = |expression: &Expr| expression.to_token_stream().to_string();
        if length(&small.to_token_stream()) < length(&expression.to_token_stream())
            && tokens(&small) != tokens(expression)
        {
            list.push(small);
        }
    }
    match expression {
        Expr::If(inner) => {
            let (then, condition) = (&inner.then_branch, &inner.cond);
            list.push(parse_quote!(#then));
            if let Some((_, otherwise)) = &inner.else_branch {
                list.push((**otherwise).clone());
                list.push(parse_quote!(if #condition #then));
            }
            if let Expr::Let(matched) = &**condition {
                list.push((*matched.expr).clone());
            }
        }
        Expr::Match(inner) => {
            list.push((*inner.expr).clone());
            list.extend(inner.arms.iter().map(|arm| (*arm.body).clone()));
        }
        Expr::Block(inner) => {
            if inner.label.is_some() {
                let block = &inner.block;
                list.push(parse_quote!(#block));
            }
            if let [Stmt::Expr(only, None)] = &inner.block.stmts[..] {
                list.push(only.clone());
            }
        }
        Expr::Paren(inner) => list.push((*inner.expr).clone()),
        Expr::Await(inner) => list.push((*inner.base).clone()),
        Expr::Try(inner) => list.push((*inner.expr).clone()),
        Expr::Reference(inner) => list.push((*inner.expr).clone()),
        Expr::Unary(inner) => list.push((*inner.expr).clone()),
        Expr::Field(inner) => list.push((*inner.base).clone()),
        Expr::Binary(inner) => {
            list.push((*inner.left).clone());
            list.push((*inner.right).clone());
        }
        Expr::MethodCall(inner) => {
            list.push((*inner.receiver).clone());
            list.extend(inner.args.iter().cloned());
        }
        Expr::Call(inner) => list.extend(inner.args.iter().cloned()),
        Expr::Tuple(inner) => list.extend(inner.elems.iter().cloned()),
        Expr::Array(inner) => list.extend(inner.elems.iter().cloned()),
        Expr::Struct(inner) => {
            list.extend(inner.fields.iter().map(|field| field.expr.clone()));
        }
        Expr::Index(inner) => {
            list.push((*inner.expr).clone());
            list.push((*inner.index).clone());
        }
        _ => {}
    }
    list
}

fn length(tokens: &TokenStream) -> usize {
    tokens
        .to_string()
        .chars()
        .filter(|c| !c.is_whitespace())
        .count()
}
