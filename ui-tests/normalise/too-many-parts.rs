// Seven parts that may be missing or not make 128 sets of them.
struct Seven {
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
    f: String,
    g: String,
}

#[coro::coroutine]
fn coroutine(seven: Seven, wanted: [bool; 7]) {
    wait!(std::future::ready(()));
    if wanted[0] {
        drop(seven.a);
    }
    if wanted[1] {
        drop(seven.b);
    }
    if wanted[2] {
        drop(seven.c);
    }
    if wanted[3] {
        drop(seven.d);
    }
    if wanted[4] {
        drop(seven.e);
    }
    if wanted[5] {
        drop(seven.f);
    }
    if wanted[6] {
        drop(seven.g);
    }
    wait!(std::future::ready(()));
}

fn main() {
    let seven = Seven {
        a: String::new(),
        b: String::new(),
        c: String::new(),
        d: String::new(),
        e: String::new(),
        f: String::new(),
        g: String::new(),
    };
    let _ = coroutine(seven, [true; 7]);
}
