struct Nine {
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
    f: String,
    g: String,
    h: String,
    i: String,
}

#[coro::coroutine]
fn coroutine(nine: Nine) {
    wait!(std::future::ready(()));
    drop(nine.a);
    drop(nine.b);
    drop(nine.c);
    drop(nine.d);
    drop(nine.e);
    drop(nine.f);
    drop(nine.g);
    drop(nine.h);
    drop(nine.i);
    wait!(std::future::ready(()));
}

fn main() {
    let nine = Nine {
        a: String::new(),
        b: String::new(),
        c: String::new(),
        d: String::new(),
        e: String::new(),
        f: String::new(),
        g: String::new(),
        h: String::new(),
        i: String::new(),
    };
    let _ = coroutine(nine);
}
