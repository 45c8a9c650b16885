//! Peer benchmark. See README.md.

#[cfg(feature = "peer-embassy")]
mod embassy;
mod harness;
mod http;
mod memory;
mod multi;
mod net;
mod own;
mod rt;
mod servers;
mod system;
mod tasks;
mod timers;

use harness::*;

/// All benchmarks, and their columns. The first column of each is the base of its ratios.
fn registry() -> Registry {
    let mut r = Registry::default();
    tasks::declare(&mut r);
    timers::declare(&mut r);
    memory::declare(&mut r);
    multi::declare(&mut r);
    net::declare(&mut r);
    system::declare(&mut r);

    one_thread::<rt::TokioCt>(&mut r, "tokio_ct");
    one_thread::<rt::AsyncExLocal>(&mut r, "async_ex_local");
    one_thread::<rt::AsyncExSend>(&mut r, "async_ex_send");
    one_thread::<rt::SmolLocal>(&mut r, "smol_local");
    one_thread::<rt::LocalPool>(&mut r, "futures_localpool");
    #[cfg(feature = "peer-monoio")]
    one_thread::<rt::mono::Monoio>(&mut r, "monoio_epoll");
    #[cfg(feature = "peer-monoio")]
    one_thread::<rt::mono::MonoioUring>(&mut r, "monoio_uring");
    #[cfg(feature = "peer-compio")]
    one_thread::<rt::comp::Compio>(&mut r, "compio_uring");
    #[cfg(feature = "peer-embassy")]
    embassy::columns(&mut r);
    one_thread::<own::Own>(&mut r, "coro");
    tasks::own_channels(&mut r);
    memory::floor(&mut r);

    // monoio's tasks cannot be woken by another thread.
    tasks::cross_thread::<rt::TokioCt>(&mut r, "tokio_ct");
    tasks::cross_thread::<rt::AsyncExLocal>(&mut r, "async_ex_local");
    tasks::cross_thread::<rt::SmolLocal>(&mut r, "smol_local");
    tasks::cross_thread::<rt::LocalPool>(&mut r, "futures_localpool");
    #[cfg(feature = "peer-compio")]
    tasks::cross_thread::<rt::comp::Compio>(&mut r, "compio_uring");
    tasks::cross_thread::<own::Own>(&mut r, "coro");

    timers::columns::<rt::TokioCt>(&mut r, "tokio_ct");
    timers::columns::<rt::SmolLocal>(&mut r, "smol_local");
    #[cfg(feature = "peer-monoio")]
    timers::columns::<rt::mono::Monoio>(&mut r, "monoio_epoll");
    #[cfg(feature = "peer-compio")]
    timers::columns::<rt::comp::Compio>(&mut r, "compio_uring");
    timers::columns::<own::Own>(&mut r, "coro");

    multi::columns::<rt::TokioMt2>(&mut r, "tokio_mt2");
    multi::columns::<rt::SmolGlobal2>(&mut r, "smol_global2");
    multi::columns::<own::OwnMt2>(&mut r, "coro_mt2");

    net::columns(&mut r);
    system::columns(&mut r);
    r
}

fn one_thread<R: rt::Rt>(r: &mut Registry, name: &'static str) {
    tasks::columns::<R>(r, name);
    memory::columns::<R>(r, name);
}

fn main() {
    let reg = registry();
    let a: Vec<String> = std::env::args().skip(1).collect();
    let arg = |i: usize| a.get(i).map(String::as_str).unwrap_or("");
    match arg(0) {
        "sample" => sample(&reg, arg(1), arg(2), arg(3).parse().unwrap()),
        "serve" => net::serve(&reg, arg(1), arg(2)),
        "list" => {
            for b in &reg.benches {
                let cols: Vec<&str> = reg
                    .columns
                    .iter()
                    .filter(|c| c.bench == b.name)
                    .map(|c| c.name)
                    .collect();
                println!(
                    "{} (n={}): {}\n    {}",
                    b.name,
                    b.n,
                    cols.join(", "),
                    b.about
                );
            }
        }
        "run" => {
            let mut o = Opts {
                rounds: 5,
                scale: 1.0,
                only: vec![],
                cols: vec![],
            };
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
        _ => eprintln!(
            "usage: peers list | run [--rounds N] [--scale F] [--col NAME]... [BENCH-PREFIX]..."
        ),
    }
}
