//! What a block declares, in order, and how its suspensions cut it into segments.
//!
//! ```text
//!   a; b; let n = wait!(f(x)); c; wait!(g(n)); d
//!   └──── 0 ─────────────┘ └──── 1 ───────┘ └─ 2
//! ```
//!
//! Laws: a segment is one stretch of text of the output. The operand of a suspension, a
//! condition and a scrutinee belong to the segment before their statement; what the statement
//! binds, to the one after it.
use syn::Stmt as Source;

use crate::locals::{LocalId, Locals};
use crate::shape;
use crate::tree::{Block, Node, Point, Stmt};

/// The locals that each segment of a block declares, in the order of their scopes. One that is
/// declared before its `let` is there once more where it gets its value.
pub(crate) fn declared(block: &Block, locals: &Locals, points: &[Point]) -> Vec<Vec<LocalId>> {
    let mut declared = Declared {
        segments: vec![Vec::new()],
    };
    for stmt in &block.stmts {
        match stmt {
            Stmt::Plain(Source::Local(local)) => declared.add(shape::bindings(&local.pat, locals)),
            Stmt::Plain(_) | Stmt::End(_) | Stmt::Question { .. } => {}
            Stmt::Declare(ids) => declared.add(ids.clone()),
            Stmt::Operand(id) => declared.add(vec![*id]),
            Stmt::Let { pat, init } => {
                declared.node(init, points);
                declared.add(shape::bindings(pat, locals));
            }
            Stmt::Node(node) => declared.node(node, points),
        }
    }
    if let Some(tail) = &block.tail {
        declared.node(tail, points);
    }
    declared.segments
}

struct Declared {
    segments: Vec<Vec<LocalId>>,
}

impl Declared {
    fn add(&mut self, ids: Vec<LocalId>) {
        let segment = self.segments.last_mut().expect("there is a segment");
        segment.extend(ids);
    }

    fn node(&mut self, node: &Node, points: &[Point]) {
        if let Node::Wait(wait) = node {
            self.add(vec![points[wait.point.0].future]);
        }
        if node.suspends() {
            self.segments.push(Vec::new());
        }
    }
}
