//! Peer benchmark. See README.md.

mod fiber;
mod harness;
mod http;
mod net;
mod own;
mod rt;
mod sysio;
mod tasks;

use harness::*;

fn registry() -> Registry {
    let mut r = Registry::default();
    tasks::declare(&mut r);
    net::declare(&mut r);
    sysio::declare(&mut r);
    fiber::declare(&mut r);

    // The first column registered for a benchmark is its ratio base.
    tasks::local::<rt::TokioCt>(&mut r, "tokio_ct");
    tasks::local::<rt::AsyncExLocal>(&mut r, "async_ex_local");
    tasks::local::<rt::AsyncExSend>(&mut r, "async_ex_send");
    tasks::local::<rt::SmolLocal>(&mut r, "smol_local");
    tasks::local::<rt::LocalPool>(&mut r, "futures_localpool");
    #[cfg(feature = "peer-monoio")]
    tasks::local::<rt::mono::Monoio>(&mut r, "monoio_epoll");
    #[cfg(feature = "peer-monoio")]
    tasks::local::<rt::mono::MonoioUring>(&mut r, "monoio_uring");
    #[cfg(feature = "peer-compio")]
    tasks::local::<rt::comp::Compio>(&mut r, "compio_uring");

    tasks::cross_thread::<rt::TokioCt>(&mut r, "tokio_ct");
    tasks::cross_thread::<rt::AsyncExLocal>(&mut r, "async_ex_local");
    tasks::cross_thread::<rt::SmolLocal>(&mut r, "smol_local");
    tasks::cross_thread::<rt::LocalPool>(&mut r, "futures_localpool");

    tasks::timers::<rt::TokioCt>(&mut r, "tokio_ct");
    tasks::timers::<rt::SmolLocal>(&mut r, "smol_local");
    #[cfg(feature = "peer-monoio")]
    tasks::timers::<rt::mono::Monoio>(&mut r, "monoio_epoll");
    #[cfg(feature = "peer-compio")]
    tasks::timers::<rt::comp::Compio>(&mut r, "compio_uring");
    #[cfg(feature = "peer-compio")]
    tasks::cross_thread::<rt::comp::Compio>(&mut r, "compio_uring");

    tasks::multi::<rt::TokioMt2>(&mut r, "tokio_mt2");
    tasks::multi::<rt::SmolGlobal2>(&mut r, "smol_global2");

    tasks::extras(&mut r);
    net::columns(&mut r);
    sysio::columns(&mut r);
    fiber::columns(&mut r);

    tasks::local::<own::Own>(&mut r, "coro");
    tasks::cross_thread::<own::Own>(&mut r, "coro");
    tasks::timers::<own::Own>(&mut r, "coro");
    tasks::multi::<own::OwnMt2>(&mut r, "coro_mt2");
    net::own_columns(&mut r);
    r.col("blocking_seq", "coro spawn_blocking", |c| own::blocking(c, false));
    r.col("blocking_batch", "coro spawn_blocking", |c| own::blocking(c, true));
    r.col("poll_wake", "coro", own::poll_wake);
    r
}

fn main() {
    let reg = registry();
    let a: Vec<String> = std::env::args().skip(1).collect();
    let arg = |i: usize| a.get(i).map(String::as_str).unwrap_or("");
    match arg(0) {
        "sample" => sample(&reg, arg(1), arg(2), arg(3).parse().unwrap()),
        "serve" => net::serve(&reg, arg(1)),
        "list" => {
            for b in &reg.benches {
                let cols: Vec<&str> = reg.columns.iter().filter(|c| c.bench == b.name).map(|c| c.name).collect();
                println!("{} (n={}): {}\n    {}", b.name, b.n, cols.join(", "), b.about);
            }
        }
        "run" => {
            let mut o = Opts { rounds: 5, scale: 1.0, only: vec![], cols: vec![] };
            let mut i = 1;
            while i < a.len() {
                match a[i].as_str() {
                    "--rounds" => {
                        i += 1;
                        o.rounds = arg(i).parse().unwrap();
                    }
                    "--scale" => {
                        i += 1;
                        o.scale = arg(i).parse().unwrap();
                    }
                    "--col" => {
                        i += 1;
                        o.cols.push(arg(i).to_string());
                    }
                    x => o.only.push(x.to_string()),
                }
                i += 1;
            }
            run(&reg, &o);
        }
        _ => eprintln!("usage: peers list | run [--rounds N] [--scale F] [--col NAME]... [BENCH-PREFIX]..."),
    }
}
