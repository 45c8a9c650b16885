//! Every example runs and says what it should, and every one has a line in `examples/README.md`.

#[path = "common/example.rs"]
mod example;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use example::program;

/// What an example prints. It has to end well.
fn output(name: &str, arguments: &[&str]) -> String {
    let output = Command::new(program(name))
        .args(arguments)
        .output()
        .expect("the example starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {errors}");
    String::from_utf8(output.stdout).expect("an example prints text")
}

/// Asserts that an example prints just this.
fn prints(name: &str, expected: &str) {
    assert_eq!(output(name, &[]).trim_end(), expected);
}

/// Asserts that an example prints these lines, in this order, among others.
fn prints_among_others(name: &str, expected: &[&str]) {
    let output = output(name, &[]);
    let mut lines = output.lines();
    for line in expected {
        assert!(
            lines.any(|found| found == *line),
            "there is no `{line}` at its place in:\n{output}"
        );
    }
}

/// The last number before `unit` in the line that contains `label`.
fn figure(output: &str, label: &str, unit: &str) -> u64 {
    let line = output
        .lines()
        .find(|line| line.contains(label))
        .unwrap_or_else(|| panic!("no line with `{label}` in:\n{output}"));
    let number = line.trim_end_matches(unit).trim_end();
    let number = number.rsplit(' ').next().expect("a split has a first part");
    number.parse().expect("a number")
}

/// An example that is a server, which is stopped at the end.
struct Server {
    process: Child,
    address: String,
    /// Kept open: the server would fail to write otherwise.
    _output: BufReader<ChildStdout>,
}

impl Server {
    fn start(name: &str) -> Self {
        let mut process = Command::new(program(name))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("it prints text");
        let (_, rest) = line
            .split_once("listening on ")
            .expect("it tells its address");
        let rest = rest.trim_end().trim_start_matches("http://");
        let address = rest.split(',').next().expect("a split has a first part");
        Self {
            address: address.to_owned(),
            process,
            _output: output,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have failed by itself, which another assertion reports.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A test for each example, with the name of the example.
macro_rules! examples {
    ($($name:ident: $test:block)*) => {
        $(
            #[test]
            fn $name() $test
        )*

        const TESTED: &[&str] = &[$(stringify!($name)),*];
    };
}

#[test]
fn every_example_is_tested_and_has_a_line_in_the_index() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = fs::read_dir(&directory).expect("the examples");
    let examples: BTreeSet<_> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().expect("a name").display().to_string())
        .collect();
    let tested = TESTED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(examples, tested, "the examples, and those that are tested");

    let index = fs::read_to_string(directory.join("README.md")).expect("an index");
    let indexed = index
        .lines()
        .filter_map(|line| line.split_once("](")?.1.split_once(".rs)"))
        .map(|(name, _)| name.to_owned())
        // Those in folders of their own have tests of their own.
        .filter(|name| !name.contains('/'))
        .collect();
    assert_eq!(examples, indexed, "the examples, and those in the index");
}

examples! {
    book: {
        prints_among_others(
            "book",
            &[
                "  HelloWorld3",
                "  HelloAsyncAwait",
                "  HelloLoop",
                "  HelloWorld5",
                "  received 2 responses",
                "  HelloBuffer",
                "  HelloWriter",
            ],
        );
    }

    chat: {
        let server = Server::start("chat");
        let connect = || {
            let stream = TcpStream::connect(&server.address).expect("the server accepts");
            let lines = BufReader::new(stream.try_clone().expect("a socket has copies")).lines();
            (stream, lines)
        };
        let heard = |lines: &mut Lines<BufReader<TcpStream>>| {
            let line = lines.next().expect("the server goes on");
            line.expect("it sends text")
        };
        let (mut first, mut to_first) = connect();
        writeln!(first, "is anybody here?").expect("the server reads");
        assert_eq!(heard(&mut to_first), "is anybody here?");
        let (mut second, mut to_second) = connect();
        writeln!(second, "now there is").expect("the server reads");
        assert_eq!(heard(&mut to_second), "now there is");
        assert_eq!(heard(&mut to_first), "now there is");
    }

    coroutine_by_hand: {
        let output = output("coroutine_by_hand", &[]);
        assert!(
            output.ends_with("poll 1: Pending\npoll 2: Pending\npoll 3: Ready(\"hello, world\")\n"),
            "{output}"
        );
    }

    coroutine_by_macro: {
        // The two are to be compared: the macro's machine is not the larger one.
        let by_macro = output("coroutine_by_macro", &[]);
        let by_hand = output("coroutine_by_hand", &[]);
        let rest = |output: &str| output.lines().skip(1).collect::<Vec<_>>().join("\n");
        assert_eq!(rest(&by_macro), rest(&by_hand));
        let size = |output: &str| figure(output, "a machine", "bytes");
        assert!(size(&by_macro) <= size(&by_hand), "{by_macro}\n{by_hand}");
    }

    cpu_and_io: {
        let output = output("cpu_and_io", &[]);
        // A loaded machine may delay all of it, but a hundred waits one by one take 20 seconds.
        assert!(figure(&output, "100 waits", "ms") < 10_000, "{output}");
        assert!(figure(&output, "on the timer's thread", "") <= 1, "{output}");
        assert!(figure(&output, "in 2,000 pieces", "") > 0, "{output}");
        assert!(figure(&output, "on another thread", "") > 0, "{output}");
    }

    delayserver: {
        // It serves the other tests; here it refuses.
        let outcome = Command::new(program("delayserver"))
            .arg("nowhere")
            .output()
            .expect("the example starts");
        assert_eq!(outcome.status.code(), Some(1));
        let errors = String::from_utf8_lossy(&outcome.stderr);
        assert!(errors.contains("cannot listen on nowhere"), "{errors}");
    }

    edge_and_level: {
        prints(
            "edge_and_level",
            "level:
  six bytes have arrived: an event
  three of them are read: an event
  one more arrives: an event
  all 4 that were left are read: nothing
edge:
  six bytes have arrived: an event
  three of them are read: nothing
  one more arrives: an event
  all 4 that were left are read: nothing",
        );
    }

    event_queue: {
        let output = output("event_queue", &[]);
        // Three independent threads answer; a loaded machine may change their order.
        for line in [
            "stream 0: answer after 300 ms",
            "stream 1: answer after 100 ms",
            "stream 2: answer after 200 ms",
            "stream 0: closed",
            "stream 1: closed",
            "stream 2: closed",
        ] {
            assert!(output.lines().any(|found| found == line), "{output}");
        }
    }

    executor_from_scratch: {
        prints_among_others(
            "executor_from_scratch",
            &[
                "slow: 1",
                "fast: 1",
                "executor: nothing to do, I sleep",
                "executor: all tasks have ended",
            ],
        );
        prints_among_others("executor_from_scratch", &["slow: 2", "slow: 3", "slow: the end"]);
        prints_among_others("executor_from_scratch", &["fast: 2", "fast: 3", "fast: the end"]);
    }

    executors_on_threads: {
        let output = output("executors_on_threads", &[]);
        for number in 1..=6 {
            let line = format!("main: the square of {number} is {}\n", number * number);
            assert!(output.contains(&line), "{output}");
        }
        for name in ["first", "second"] {
            let line = format!("{name}: served 3 requests on one thread\n");
            assert!(output.contains(&line), "{output}");
        }
    }

    fetch: {
        let server = Server::start("delayserver");
        let urls = ["50/hello", "0/now"].map(|path| format!("http://{}/{path}", server.address));
        let output = output("fetch", &[&urls[0], &urls[1]]);
        assert_eq!(output.matches("200 OK").count(), 2, "{output}");
        assert!(output.contains("hello") && output.contains("now"), "{output}");
    }

    fibers_from_scratch: {
        prints_among_others(
            "fibers_from_scratch",
            &["short counts 1", "long counts 1", "short ends", "long counts 4", "long ends"],
        );
    }

    futures_by_hand: {
        // A loaded machine may have an answer before it is asked for.
        prints_among_others(
            "futures_by_hand",
            &[
                "thread: here is an answer",
                "thread: here is an answer",
                "3 squared, and that squared, are 90 together",
            ],
        );
    }

    join_all: {
        let output = output("join_all", &[]);
        assert_eq!(output.matches("[200, 50, 100]").count(), 2, "{output}");
        let times: Vec<_> = output.lines().filter(|line| line.contains("took")).collect();
        // No machine is fast enough to wait for less than the sum of the delays.
        assert!(figure(times[0], "took", "ms") >= 350, "{output}");
    }

    quickstart: {
        let output = output("quickstart", &[]);
        let (sequential, concurrent) = (
            figure(&output, "  one after another ", "ms"),
            figure(&output, "  all at once ", "ms"),
        );
        assert!(2 * concurrent < sequential, "{output}");
    }

    reactor_from_scratch: {
        let output = output("reactor_from_scratch", &[]);
        let has = |line: &dyn Fn(&str) -> bool| output.lines().any(line);
        let has_news = |line: &str| line.starts_with("reactor: socket ") && line.ends_with(" has news");
        assert!(has(&has_news), "{output}");
        // The reactor's thread may have the last word.
        assert!(has(&|line| line == "task: the other side has closed"), "{output}");
        // A loaded machine may hand over several words at once.
        let words: String = output
            .lines()
            .filter_map(|line| line.strip_prefix("task: read "))
            .map(|word| word.trim_matches('"'))
            .collect();
        assert_eq!(words, "onetwothree", "{output}");
    }

    self_reference: {
        prints(
            "self_reference",
            "at first: the cursor points into its own text
after a move: the cursor points to where the text was before
after a swap: the cursor points to where the text was before
in fact it points into the other: true",
        );
    }

    self_reference_pinned: {
        prints(
            "self_reference_pinned",
            "on the stack: hello
on the stack: hello
on the heap: Some('h'), and after moving the box Some('e')",
        );
    }

    stack_dump: {
        if cfg!(target_arch = "x86_64") {
            let output = output("stack_dump", &[]);
            for meaning in [
                "the local of the first call",
                "the local of the second call",
                "the local of the third call",
                "an address in the program",
            ] {
                assert!(output.contains(meaning), "{output}");
            }
        }
    }

    stack_swap: {
        if cfg!(target_arch = "x86_64") {
            prints(
                "stack_swap",
                "the function runs, and can call others
a local of main lies elsewhere
a local of the function lay on our piece of memory",
            );
        }
    }

    system_call_libc: {
        prints(
            "system_call_libc",
            "written by way of the C library
the kernel took 32 bytes
to a file that is not open: Bad file descriptor (os error 9)",
        );
    }

    system_call_raw: {
        if cfg!(target_arch = "x86_64") {
            prints(
                "system_call_raw",
                "written by a raw system call
the kernel took 29 bytes
to a file that is not open: error 9",
            );
        }
    }

    system_call_std: {
        prints(
            "system_call_std",
            "written by way of the standard library
arrived in spite of interruptions: three bytes at a time",
        );
    }
}
