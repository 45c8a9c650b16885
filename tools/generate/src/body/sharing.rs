//! Statements about values that share.
use super::Generator;
use super::scope::{Access, Place};
use super::types::{Call, Family, Item, Type};

impl Generator {
    pub(super) fn sharing(&mut self, depth: usize) -> Option<String> {
        if self.random.chance(20) {
            return Some(self.handed_on(depth));
        }
        let Some(family) = self.family() else {
            return Some(self.let_family());
        };
        match self.random.below(30) {
            0 => Some(self.let_family()),
            1 | 2 => Some(self.let_room()),
            3..6 => self.let_iterator(),
            6 | 7 => Some(self.let_future(family)),
            8 | 9 => self.let_cell_closure(family),
            10..13 => self.swapped(),
            13 | 14 => self.dropped(),
            15..18 => {
                let text = self.read()?;
                Some(format!("log.event(format!(\"read {{}}\", {text}));\n"))
            }
            18..20 if depth > 0 => self.guarded(depth - 1),
            _ => self.written(depth.max(1)),
        }
    }

    /// New locals that may be lent, and a few values that share references to them.
    fn let_family(&mut self) -> String {
        let item = *self.random.pick(&[Item::Word, Item::Mark]);
        let mut text = String::new();
        let mut places: Vec<Place> = self
            .scope
            .places(&item.ty(), Access::Share)
            .into_iter()
            .filter(|place| !place.behind && place.field.is_none())
            .collect();
        places.truncate(1);
        while places.len() < 2 {
            let value = self.end(&item.ty(), 0);
            let name = self.name();
            let index = self.scope.declare(name.clone(), item.ty(), false);
            text.push_str(&format!("let {name}: {} = {value};\n", item.ty()));
            places.push(Place::whole(index, name));
        }
        if self.random.chance(60) {
            text.push_str("log.pend(1, ()).await;\n");
        }
        let family = self.new_family(item, places);
        text + &self.let_ends(family)
    }

    pub(super) fn new_family(&mut self, item: Item, places: Vec<Place>) -> Family {
        self.names += 1;
        let family = Family {
            number: self.names,
            item,
        };
        self.scope.families.push((family, places));
        family
    }

    /// Two values that share.
    fn let_ends(&mut self, family: Family) -> String {
        let element = Box::new(self.element(family));
        if self.random.chance(20) {
            let (sender, receiver) = (self.name(), self.name());
            let text = format!("let ({sender}, {receiver}) = mpsc::channel::<{element}>();\n");
            self.scope
                .declare(sender, Type::Sender(element.clone()), false);
            self.scope.declare(receiver, Type::Receiver(element), false);
            return text;
        }
        let container = self.container(family);
        let made = self.end(&container, 0);
        let counted = Type::counted(container.clone());
        match self.random.below(8) {
            0..3 => {
                let (first, second) = (self.binding(&counted), self.binding(&counted));
                format!("let ({first}, {second}) = ends({made});\n")
            }
            3 => {
                let both = self.binding(&Type::Tuple(vec![counted.clone(), counted]));
                format!("let {both} = ends({made});\n")
            }
            4 | 5 => {
                let first = self.name();
                let second = self.name();
                self.scope.declare(first.clone(), counted.clone(), false);
                self.scope.declare(second.clone(), counted, false);
                format!("let {first} = Rc::new({made});\nlet {second} = {first}.clone();\n")
            }
            _ => {
                let cell = self.name();
                self.scope.declare(cell.clone(), container, false);
                format!("let {cell} = {made};\n")
            }
        }
    }

    /// A local that wants room, and has no drop.
    pub(super) fn let_room(&mut self) -> String {
        let ty = [Type::Word, Type::Mark, Type::Array(Box::new(Type::Word))][self.random.below(3)]
            .clone();
        let value = self.end_or_array(&ty);
        let binding = self.binding(&ty);
        format!("let {binding} = {value};\nlog.pend(1, ()).await;\n")
    }

    fn end_or_array(&mut self, ty: &Type) -> String {
        match ty {
            Type::Array(_) => format!("[{}, {}]", self.word(), self.word()),
            _ => self.end(ty, 0),
        }
    }

    /// One of the values that share is gone, or goes elsewhere.
    fn dropped(&mut self) -> Option<String> {
        let ty = self.sharing_type()?;
        let moved = self.moved(&ty)?;
        Some(match self.random.below(4) {
            0 if !ty.is_copy() => {
                let name = self.name();
                self.scope
                    .declare(name.clone(), Type::Boxed(Box::new(ty.clone())), false);
                format!("let {name} = Box::new({moved});\n")
            }
            1 => {
                let binding = self.binding(&ty);
                format!("let {binding} = pass(log, {moved}).await;\n")
            }
            2 => {
                let binding = self.binding(&Type::option(ty));
                format!("let {binding} = Some({moved});\n")
            }
            _ => format!("drop({moved});\n"),
        })
    }

    /// What shares is written to, or what is kept is used.
    fn written(&mut self, depth: usize) -> Option<String> {
        let ends = self.ends();
        let ends: Vec<Type> = ends
            .into_iter()
            .filter(|ty| !matches!(ty, Type::Word | Type::Mark | Type::Lent(_)))
            .collect();
        if ends.is_empty() {
            return None;
        }
        let ty = self.random.pick(&ends).clone();
        let inner = ty.inner().clone();
        let place = match ty {
            Type::Cell(_)
            | Type::List(_)
            | Type::Locked(_)
            | Type::Sender(_)
            | Type::Receiver(_)
            | Type::Closure(Call::Puts(_)) => self.place(&ty, Access::Share)?,
            _ => {
                let number = self.kept_number(&ty)?;
                return Some(format!("{number};\n"));
            }
        };
        let mark = self.freeze(&place, false);
        let receiver = &place.receiver;
        let text = match &ty {
            Type::Cell(_) => match self.random.below(10) {
                0 => {
                    let binding = self.option_binding(&inner);
                    format!("let {binding} = {receiver}.take();\n")
                }
                1 | 2 => {
                    let value = self.value(&inner, depth);
                    let binding = self.option_binding(&inner);
                    format!("let {binding} = {receiver}.replace(Some({value}));\n")
                }
                3 => {
                    let other = self.place(&ty, Access::Share)?;
                    format!("{receiver}.swap(&{});\n", other.text)
                }
                4 => match self.place(&Type::counted(ty.clone()), Access::Move) {
                    Some(end)
                        if inner == Type::Lent(inner.family()?) && end.local != place.local =>
                    {
                        self.scope.take(&end);
                        let what = self.value(&inner, depth);
                        format!("store(log, {}, {what}).await;\n", end.text)
                    }
                    _ => format!("{receiver}.set(None);\n"),
                },
                _ => format!("{receiver}.set(Some({}));\n", self.value(&inner, depth)),
            },
            Type::List(_) | Type::Locked(_) => {
                let borrow = self.borrow(&ty, receiver, true)?;
                match self.random.below(5) {
                    0 => {
                        let binding = self.option_binding(&inner);
                        format!("let {binding} = {borrow}.pop();\n")
                    }
                    1 => format!("{borrow}.reverse();\n"),
                    _ => format!("{borrow}.push({});\n", self.value(&inner, depth)),
                }
            }
            Type::Sender(_) => format!("_ = {receiver}.send({});\n", self.value(&inner, depth)),
            Type::Receiver(_) => {
                let binding = self.option_binding(&inner);
                format!("let {binding} = {receiver}.try_recv().ok();\n")
            }
            Type::Closure(Call::Puts(family)) => {
                format!("{receiver}({});\n", self.value(&Type::Lent(*family), depth))
            }
            _ => unreachable!("the others were used by `kept_number`"),
        };
        self.scope.frozen.truncate(mark);
        Some(text)
    }

    fn option_binding(&mut self, inner: &Type) -> String {
        self.binding(&Type::option(inner.clone()))
    }

    /// A guard of what is in a container, which is held for a few statements.
    fn guarded(&mut self, depth: usize) -> Option<String> {
        let ends = self.ends();
        let ends: Vec<Type> = ends
            .into_iter()
            .filter(|ty| matches!(ty, Type::List(_) | Type::Locked(_)))
            .collect();
        if ends.is_empty() {
            return None;
        }
        let ty = self.random.pick(&ends).clone();
        let inner = ty.inner().clone();
        let place = self.place(&ty, Access::Share)?;
        let borrow = self.borrow(&ty, &place.receiver, true)?;
        self.freeze(&place, false);
        let name = self.name();
        let locals = self.scope.locals.len();
        // Only in a block of its own the guard ends whatever happens.
        let mut text = format!("{{ let mut {name} = {borrow};\n");
        if self.random.chance(60) {
            text.push_str("log.pend(1, ()).await;\n");
        }
        text.push_str(&self.statements(1, depth));
        if !self.diverged {
            let value = self.value(&inner, depth.max(1));
            text.push_str(&format!("{name}.push({value});\n"));
        }
        if !self.diverged && self.random.chance(50) {
            text.push_str("drop(");
            text.push_str(&name);
            text.push_str("); log.pend(1, ()).await;\n");
        }
        self.scope.end(locals);
        Some(text + "}\n")
    }
}
