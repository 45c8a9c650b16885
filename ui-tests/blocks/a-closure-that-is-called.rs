// A name that is only called is taken for a function: `(render)(page)` would take the closure.
use std::future::ready;

fn render_all(style: String) -> impl Future<Output = String> {
    let render = move |page: u32| format!("{page} in {style}");
    coro::future! {
        let page = wait!(ready(1));
        render(page)
    }
}

fn main() {
    drop(render_all(String::new()));
}
