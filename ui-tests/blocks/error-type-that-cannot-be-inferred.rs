use std::future::ready;

fn parse(text: &'static str) {
    drop(coro::future! {
        let number: u32 = wait!(ready(text)).parse()?;
        Ok(number)
    });
}

fn main() {
    parse("1");
}
