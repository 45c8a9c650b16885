fn main() {
    drop(coro::future! { let x = ; });
}
