//! Macros that are called like those of the standard library.
macro_rules! vec {
    ($value:expr) => {
        println!("{:?}", $value)
    };
}

#[coro::coroutine]
async fn defined(name: String) {
    std::future::ready(()).await;
    vec![name];
    std::future::ready(()).await;
}

mod own {
    macro_rules! write {
        ($to:expr, $value:expr) => {
            $to.push($value.len())
        };
    }
    pub(crate) use write;
}

mod imported {
    use super::own::write;

    #[coro::coroutine]
    async fn imported(mut list: Vec<usize>, name: String) {
        std::future::ready(()).await;
        write!(list, name);
    }
}

fn main() {}
