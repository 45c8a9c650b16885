//! A reference that goes in by one end, which is gone before the reference comes out of the other.
//!
//! Nothing but the other end keeps what is referred to, and others want its room:
//!
//! ```text
//!   let y = 7;  let (a, b) = ends(…);      what is lent, and what shares it
//!   a.set(Some(&y));  drop(a);             in many ways
//!   let room = [8, 9];  wait
//!   b.get()
//! ```
use super::Generator;
use super::scope::{Borrow, Place};
use super::types::{Family, Item, Type};

impl Generator {
    pub(super) fn handed_on(&mut self, depth: usize) -> String {
        let item = *self.random.pick(&[Item::Word, Item::Mark]);
        let value = self.end(&item.ty(), 0);
        let lent = self.name();
        let local = self.scope.declare(lent.clone(), item.ty(), false);
        let mut text = format!("let {lent}: {} = {value};\n", item.ty());
        text.push_str(&self.maybe_wait(60));
        let family = self.new_family(item, vec![Place::whole(local, lent.clone())]);
        // The other statements know nothing of the ends until all is done.
        self.scope.frozen.push(Borrow {
            local,
            exclusive: false,
        });
        let element = Box::new(Type::Lent(family));
        let (put, ty) = match self.random.below(10) {
            0 | 1 => ("_ = #.send(@)", Type::Receiver(element.clone())),
            2 => ("#.lock().unwrap().push(@)", Type::Locked(element.clone())),
            3 | 4 => ("#.borrow_mut().push(@)", Type::List(element.clone())),
            5 => ("#.replace(Some(@))", Type::Cell(element.clone())),
            _ => ("#.set(Some(@))", Type::Cell(element.clone())),
        };
        let (first, second) = (self.fresh("end"), self.fresh("end"));
        text.push_str(&match &ty {
            Type::Receiver(_) => {
                format!("let ({first}, {second}) = mpsc::channel::<{element}>();\n")
            }
            _ if self.random.chance(40) => {
                let made = self.empty(&ty);
                format!("let {first} = Rc::new({made});\nlet {second} = {first}.clone();\n")
            }
            _ => format!("let ({first}, {second}) = ends({});\n", self.empty(&ty)),
        });
        text.push_str(&self.between(depth));
        let reference = if self.random.chance(70) {
            format!("&{lent}")
        } else {
            let what = self.fresh("what");
            text.push_str(&format!("let {what} = &{lent};\n"));
            what
        };
        text.push_str(&self.maybe_wait(30));
        let given = if matches!(ty, Type::Cell(_)) && self.random.chance(40) {
            self.given_to_cell(&first, &reference, family)
        } else {
            self.given(put, &first, &reference)
        };
        text.push_str(&given);
        text.push_str(&self.between(depth));
        if self.diverged {
            return text;
        }
        text.push_str("log.pend(1, ()).await;\n");
        for _ in 0..self.random.between(1, 2) {
            text.push_str(&self.let_room());
        }
        text.push_str(&self.between(depth));
        if self.diverged {
            return text;
        }
        let ty = match ty {
            Type::Receiver(_) => ty,
            _ => Type::counted(ty),
        };
        let index = self.scope.declare(second.clone(), ty.clone(), false);
        if self.random.chance(80) {
            let inner = match &ty {
                Type::Counted(inner) => inner,
                _ => &ty,
            };
            let place = Place::whole(index, second);
            if let Some(number) = self.read_place(inner, &place) {
                text.push_str(&format!("{number};\n"));
            }
        }
        text
    }

    fn between(&mut self, depth: usize) -> String {
        if self.diverged || !self.random.chance(25) {
            return String::new();
        }
        self.statements(1, depth.min(1))
    }

    fn maybe_wait(&mut self, percent: usize) -> String {
        if self.random.chance(percent) {
            "log.pend(1, ()).await;\n".to_owned()
        } else {
            String::new()
        }
    }

    /// A name that no other local has.
    fn fresh(&mut self, word: &str) -> String {
        self.names += 1;
        format!("{word}{}", self.names)
    }

    /// A container with nothing in it.
    fn empty(&self, ty: &Type) -> String {
        match ty {
            Type::List(inner) => format!("RefCell::new(Vec::<{inner}>::new())"),
            Type::Locked(inner) => format!("Mutex::new(Vec::<{inner}>::new())"),
            _ => format!("Cell::new(None::<{}>)", ty.inner()),
        }
    }

    /// The reference is put in by an end, which is gone afterwards. In `put` stand `#` for the end and
    /// `@` for the reference.
    fn given(&mut self, put: &str, end: &str, reference: &str) -> String {
        let inner = self.fresh("inner");
        let put = |end: &str, reference: &str| put.replace('#', end).replace('@', reference);
        let wait = self.maybe_wait(40);
        match self.random.below(14) {
            0 => format!("{}; drop({end});\n", put(end, reference)),
            1 => format!("{{ let {inner} = {end}; {wait} {}; }}\n", put(&inner, reference)),
            2 => format!(
                "let {inner} = move |it| {{ {}; }}; {wait} {inner}({reference}); drop({inner});\n",
                put(end, "it")
            ),
            3 => format!(
                "let {inner} = {{ let it = {reference}; async move {{ {}; {wait} }} }}; {wait} {inner}.await;\n",
                put(end, "it")
            ),
            4 => format!(
                "if let Some({inner}) = Some({end}) {{ {wait} {}; }}\n",
                put(&inner, reference)
            ),
            5 => format!(
                "let {inner} = pass(log, {end}).await; {}; drop({inner});\n",
                put(&inner, reference)
            ),
            6 => format!(
                "let {inner} = ({end}, 1); {wait} {}; drop({inner});\n",
                put(&format!("{inner}.0"), reference)
            ),
            7 => format!(
                "for {inner} in [{end}] {{ {wait} {}; }}\n",
                put(&inner, reference)
            ),
            8 => format!(
                "let mut {inner} = {{ let it = {reference}; Some(Box::new(move || {{ {}; 1_usize }}) as Call<'_>) }};
                {wait} {inner}.as_mut().map_or(0, |it| it()); drop({inner});\n",
                put(end, "it")
            ),
            9 => format!(
                "match {end} {{ {inner} => {{ {wait} {}; }} }}\n",
                put(&inner, reference)
            ),
            10 => format!(
                "let {inner} = {end}.clone(); drop({end}); {wait} {}; drop({inner});\n",
                put(&inner, reference)
            ),
            11 => format!(
                "let {inner} = &{end}; {wait} {}; drop({end});\n",
                put(&format!("(*{inner})"), reference)
            ),
            12 => format!(
                "let mut {inner} = Some({end}); {wait} if let Some(it) = {inner}.take() {{ {}; }}\n",
                put("it", reference)
            ),
            _ => format!(
                "let {inner}; {{ {wait} {inner} = {end}; }} {}; drop({inner});\n",
                put(&inner, reference)
            ),
        }
    }

    /// Ways that only a cell has.
    fn given_to_cell(&mut self, end: &str, reference: &str, family: Family) -> String {
        let inner = self.fresh("inner");
        let wait = self.maybe_wait(40);
        let item = family.item.ty();
        match self.random.below(6) {
            0 => format!("store(log, {end}, {reference}).await;\n"),
            1 => format!(
                "let {inner} = store(log, {end}, {reference}); {wait} {inner}.await;\n"
            ),
            2 => format!(
                "let {inner} = Cell::new(Some({reference})); {wait} {end}.swap(&{inner}); drop({end});\n"
            ),
            3 => format!(
                "let mut {inner} = Rc::new(Cell::new(None::<&{item}>)); let mut {end} = {end};
                std::mem::swap(&mut {end}, &mut {inner}); {wait} {inner}.set(Some({reference})); drop({inner});\n"
            ),
            4 => format!(
                "let {inner} = {{ let {inner} = {end}; move |it| {inner}.set(Some(it)) }}; {wait} {inner}({reference}); drop({inner});\n"
            ),
            _ => format!(
                "let {inner} = {end}.take(); {wait} {end}.set({inner}.or(Some({reference}))); drop({end});\n"
            ),
        }
    }
}
