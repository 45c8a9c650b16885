//! What visibly leaves a block.
use syn::visit::{self, Visit};
use syn::{BinOp, Expr};

/// Whether a block visibly jumps out of itself, whatever happens in it.
pub(crate) fn leaves(block: &syn::Block) -> bool {
    block.stmts.iter().any(|stmt| match stmt {
        syn::Stmt::Expr(expr, _) => leaves_by(expr),
        syn::Stmt::Local(local) => {
            let init = local.init.as_ref();
            init.is_some_and(|init| leaves_by(&init.expr))
        }
        syn::Stmt::Item(_) | syn::Stmt::Macro(_) => false,
    })
}

/// Whether the evaluation of an expression visibly ends in a jump out of it, whatever happens.
pub(crate) fn leaves_by(expr: &Expr) -> bool {
    let mut search = Search { leaves: false };
    search.visit_expr(expr);
    search.leaves
}

struct Search {
    leaves: bool,
}

impl<'ast> Visit<'ast> for Search {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.leaves |= match expr {
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
            Expr::Block(inner) => inner.label.is_none() && leaves(&inner.block),
            Expr::Unsafe(inner) => leaves(&inner.block),
            Expr::If(branch) => {
                let otherwise = branch.else_branch.as_ref();
                let both_leave = leaves(&branch.then_branch)
                    && otherwise.is_some_and(|(_, otherwise)| leaves_by(otherwise));
                both_leave || leaves_by(&branch.cond)
            }
            Expr::Match(choice) => {
                let mut arms = choice.arms.iter();
                let all_leave = !choice.arms.is_empty() && arms.all(|arm| leaves_by(&arm.body));
                all_leave || leaves_by(&choice.expr)
            }
            Expr::Let(binding) => leaves_by(&binding.expr),
            Expr::Await(wait) => leaves_by(&wait.base),
            Expr::Binary(operation) if matches!(operation.op, BinOp::And(_) | BinOp::Or(_)) => {
                leaves_by(&operation.left)
            }
            // What evaluates all of its operands.
            Expr::Call(_)
            | Expr::MethodCall(_)
            | Expr::Binary(_)
            | Expr::Unary(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Reference(_)
            | Expr::RawAddr(_)
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Repeat(_)
            | Expr::Struct(_)
            | Expr::Cast(_)
            | Expr::Try(_)
            | Expr::Range(_)
            | Expr::Paren(_)
            | Expr::Group(_) => return visit::visit_expr(self, expr),
            _ => false,
        };
    }
}
