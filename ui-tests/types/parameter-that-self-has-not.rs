// The future of a method by `&self` lives as long as that reference, and rustc wants to hear that a type
// parameter which `Self` does not have lives as long. Name the lifetime, in the trait as well.
use std::future::ready;

trait Service<R> {
    #[coro::coroutine]
    async fn call(&self, request: R) -> usize;
    #[coro::coroutine]
    async fn named<'a>(&'a self, request: R) -> usize
    where
        R: 'a;
}

struct Twice<S>(S);

impl<R: Clone, S: Service<R>> Service<R> for Twice<S> {
    #[coro::coroutine]
    async fn call(&self, request: R) -> usize {
        let again = request.clone();
        ready(()).await;
        self.0.call(again).await
    }
    #[coro::coroutine]
    async fn named<'a>(&'a self, request: R) -> usize
    where
        R: 'a,
    {
        let again = request.clone();
        self.0.named(request).await + self.0.named(again).await
    }
}

fn main() {}
