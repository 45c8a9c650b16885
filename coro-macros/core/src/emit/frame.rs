//! The state, the frame, and the pointers to its slots.
use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;

use super::Emitter;
use crate::layout::{Layout, Slot, layout};
use crate::locals::{Kind, LocalId, MentionId};
use crate::normalise::camel;
use crate::storage::Class;

/// What the machine and the constructor need of the frame.
pub(super) struct Frame {
    /// The state and the types of the frame.
    pub(super) items: TokenStream,
    /// A frame in its start state, in a cell.
    pub(super) literal: TokenStream,
    /// The frame's type, its parameters left to inference.
    pub(super) ty: TokenStream,
    /// The pointers to the locals.
    pub(super) pointers: TokenStream,
    /// Ties the types of slots that only some types need.
    pub(super) probes: TokenStream,
}

impl Emitter<'_> {
    pub(super) fn frame(&self) -> Frame {
        let lowered = self.lowered;
        let slots: Vec<LocalId> = lowered
            .locals
            .ids()
            .filter(|&id| matches!(lowered.storage[id], Class::Saved { .. }))
            .collect();
        let conflict = |a, b| lowered.saved.conflict(a, b);
        let is_small = |slot: Slot| {
            let local = &lowered.locals[slot.local()];
            local.is_small && !local.is_reference
        };
        let fields = match slots.is_empty() {
            true => Vec::new(),
            false => match layout(&lowered.saved.slots(&slots), &conflict, &is_small) {
                Layout::Struct(fields) => fields,
                one => vec![one],
            },
        };
        let mut parts = Parts::default();
        let root = self.aggregate(&fields, &output!((*__frame)), &mut parts);
        let flags: Vec<_> = slots
            .iter()
            .copied()
            .filter(|&id| lowered.saved.is_flagged(id))
            .map(|id| self.flag(id))
            .collect();
        let moved: Vec<_> = slots
            .iter()
            .copied()
            .filter(|&id| !lowered.parts.of_local(id).is_empty())
            .map(|id| (self.moved(id), self.note_type(id)))
            .collect();
        let (moved, note_types): (Vec<_>, Vec<_>) = moved.into_iter().unzip();
        let states = lowered.points.iter().map(|point| &point.name);
        let generics = &root.generics;
        let (inner, definitions) = (&root.fields, &parts.definitions);
        let items = output! {
            /// Where the coroutine stands.
            #[repr(u8)]
            #[allow(dead_code, non_camel_case_types, clippy::all, clippy::pedantic)]
            enum __State { Start, #(#states,)* Panicked, Returned }
            #(#definitions)*
            /// What it keeps while it is suspended.
            #[allow(dead_code, non_camel_case_types, non_snake_case, clippy::all, clippy::pedantic)]
            struct __Frame<#(#generics),*> {
                state: __State,
                #(#flags: bool,)*
                #(#moved: #note_types,)*
                #(#inner,)*
            }
            impl<#(#generics),*> __coro::Frame for __Frame<#(#generics),*> {
                unsafe fn has_ended(frame: *const Self) -> bool {
                    // SAFETY: the caller promises a frame that nothing else uses now.
                    unsafe { __coro::matches!((*frame).state, __State::Panicked | __State::Returned) }
                }
            }
            // SAFETY: a frame is sent as its values are. rustc would find out the same, in more steps.
            unsafe impl<#(#generics: __coro::Send),*> __coro::Send for __Frame<#(#generics),*> {}
        };
        let literal = &root.literal;
        let literal = output!(__Frame { state: __State::Start, #(#flags: false,)* #(#moved: 0,)* #(#literal,)* });
        let holes = generics.iter().map(|_| output!(_));
        let stack = lowered
            .locals
            .ids()
            .filter(|&id| lowered.storage[id] == Class::Stack);
        let stack = stack.map(|id| {
            let (name, room) = (self.place(id, Span::mixed_site()), self.room(id));
            output! {
                let mut #room = __coro::MaybeUninit::uninit();
                let #name = __coro::stack(&mut #room);
            }
        });
        let pointers = &parts.pointers;
        let choices = &parts.choices;
        let pointers = output!(#(#pointers)* #(#choices)* #(#stack)*);
        let probes = &parts.probes;
        let saves_more = slots.iter().any(|&id| !self.is_parameter(id));
        // Whatever is saved lives exactly that long: the cell fixes what inference could still widen.
        let lifetime = super::signature::lifetime(lowered.function).filter(|_| saves_more);
        let literal = match lifetime {
            None => output!(__coro::UnsafeCell::new(#literal)),
            Some(lifetime) => {
                let parameters: Vec<Ident> = slots
                    .iter()
                    .filter(|&&id| self.is_parameter(id))
                    .map(|&id| self.type_parameter(Slot::Of(id)))
                    .collect();
                let bounded = generics.iter().map(|ty| {
                    if parameters.contains(ty) {
                        output!(#ty)
                    } else {
                        output!(#ty: 'coro)
                    }
                });
                let holes = generics.iter().map(|_| output!(_));
                output! {{
                    fn outlive<'coro, #(#bounded),*>(
                        frame: __Frame<#(#generics),*>,
                    ) -> __coro::UnsafeCell<__Frame<#(#generics),*>> {
                        __coro::UnsafeCell::new(frame)
                    }
                    outlive::<#lifetime, #(#holes),*>(#literal)
                }}
            }
        };
        let ty = output!(__Frame<#(#holes),*>);
        Frame {
            items,
            literal,
            ty,
            pointers,
            probes: output!(#(#probes)*),
        }
    }

    /// The method call that decides whether the local needs its slot, if one does.
    pub(super) fn decided_by(&self, id: LocalId) -> Option<MentionId> {
        self.lowered.saved.decided_by(id)
    }

    /// The slot of a local that shares its other one only if a method call takes it.
    pub(super) fn apart(&self, id: LocalId) -> Ident {
        format_ident!("{}_apart", self.text(id), span = Span::mixed_site())
    }

    pub(super) fn slot(&self, id: LocalId) -> Ident {
        format_ident!("{}_slot", self.text(id), span = Span::mixed_site())
    }

    fn room(&self, id: LocalId) -> Ident {
        format_ident!("{}_room", self.text(id), span = Span::mixed_site())
    }

    /// The fields of one struct; `base` is the place of the struct.
    fn aggregate(&self, fields: &[Layout], base: &TokenStream, parts: &mut Parts) -> Aggregate {
        let mut aggregate = Aggregate::default();
        for field in fields {
            match field {
                Layout::Slot(slot) => {
                    let (name, ty) = (self.field(*slot), self.type_parameter(*slot));
                    aggregate.fields.push(output!(#name: __coro::Slot<#ty>));
                    aggregate.generics.push(ty);
                    let filled = self.initial(*slot);
                    aggregate.literal.push(output!(#name: #filled));
                    self.pointer(*slot, Place::Slot, &output!(&raw mut #base.#name), parts);
                }
                Layout::Union(arms) => {
                    parts.unions += 1;
                    let name = numbered("overlap", parts.unions);
                    let place = output!(#base.#name);
                    let overlap = self.overlap(arms, &place, parts);
                    let (ty, literal) = (&overlap.ty, &overlap.literal);
                    aggregate.fields.push(output!(#name: #ty));
                    aggregate.literal.push(output!(#name: #literal));
                    aggregate.generics.extend(overlap.generics);
                }
                Layout::Struct(inner) => {
                    let inner = self.aggregate(inner, base, parts);
                    aggregate.fields.extend(inner.fields);
                    aggregate.literal.extend(inner.literal);
                    aggregate.generics.extend(inner.generics);
                }
            }
        }
        aggregate
    }

    /// The arms of one union; `base` is the place of the union.
    fn overlap(&self, arms: &[Layout], base: &TokenStream, parts: &mut Parts) -> Field {
        let number = parts.unions;
        let ty = Ident::new(&format!("__Overlap{number}"), Span::mixed_site());
        let mut fields = Vec::new();
        let mut generics = Vec::new();
        let mut literal = output!(#ty { none: () });
        for arm in arms {
            let (name, arm_fields) = match arm {
                Layout::Slot(slot) => {
                    // Not a slot in it, but room for the value itself: one step less for rustc.
                    let (name, ty) = (self.field(*slot), self.type_parameter(*slot));
                    let id = slot.local();
                    let value = self
                        .is_parameter(id)
                        .then(|| self.lowered.parameters.name(id));
                    self.pointer(*slot, Place::Value, &output!(&raw mut #base.#name), parts);
                    let field = Field {
                        ty: output!(__coro::ManuallyDrop<#ty>),
                        literal: output!(__coro::ManuallyDrop::new(#value)),
                        generics: vec![ty],
                    };
                    (name, field)
                }
                Layout::Struct(inner) => {
                    parts.groups += 1;
                    let name = numbered("group", parts.groups);
                    let mut group = Field::default();
                    for (index, part) in inner.iter().enumerate() {
                        let index = syn::Index::from(index);
                        let field = self.shared(part, output!(#base.#name.#index), parts);
                        let (ty, literal) = (field.ty, field.literal);
                        group.ty.extend(output!(#ty,));
                        group.literal.extend(output!(#literal,));
                        group.generics.extend(field.generics);
                    }
                    let (ty, literal) = (group.ty, group.literal);
                    let group = Field {
                        ty: output!((#ty)),
                        literal: output!((#literal)),
                        generics: group.generics,
                    };
                    (name, group)
                }
                Layout::Union(_) => unreachable!("components of a set are no unions themselves"),
            };
            let (arm_ty, value) = (arm_fields.ty, arm_fields.literal);
            fields.push(output!(#name: #arm_ty));
            if self.holds_parameter(arm) {
                literal = output!(#ty { #name: #value });
            }
            generics.extend(arm_fields.generics);
        }
        parts.definitions.push(output! {
            #[allow(dead_code, non_camel_case_types, non_snake_case, clippy::all, clippy::pedantic)]
            union #ty<#(#generics),*> { none: (), #(#fields,)* }
        });
        Field {
            ty: output!(#ty<#(#generics),*>),
            generics,
            literal,
        }
    }

    /// A slot or a union as rustc wants it in a union, which drops nothing; `place` is where it is.
    fn shared(&self, layout: &Layout, place: TokenStream, parts: &mut Parts) -> Field {
        let inner = match layout {
            Layout::Slot(slot) => {
                let parameter = self.type_parameter(*slot);
                self.pointer(*slot, Place::SharedSlot, &output!(&raw mut #place), parts);
                Field {
                    ty: output!(__coro::Slot<#parameter>),
                    literal: self.initial(*slot),
                    generics: vec![parameter],
                }
            }
            Layout::Union(arms) => {
                parts.unions += 1;
                let name = numbered("overlap", parts.unions);
                parts
                    .pointers
                    .push(output!(let #name = __coro::shared(&raw mut #place);));
                self.overlap(arms, &output!((*#name)), parts)
            }
            Layout::Struct(_) => unreachable!("what lies side by side is one list"),
        };
        let (ty, literal) = (inner.ty, inner.literal);
        Field {
            ty: output!(__coro::ManuallyDrop<#ty>),
            literal: output!(__coro::ManuallyDrop::new(#literal)),
            generics: inner.generics,
        }
    }

    fn holds_parameter(&self, layout: &Layout) -> bool {
        match layout {
            Layout::Slot(slot) => self.is_parameter(slot.local()),
            Layout::Struct(parts) | Layout::Union(parts) => {
                parts.iter().any(|part| self.holds_parameter(part))
            }
        }
    }

    fn is_parameter(&self, id: LocalId) -> bool {
        self.lowered.locals[id].kind == Kind::Parameter
    }

    /// What a slot holds before the first poll.
    fn initial(&self, slot: Slot) -> TokenStream {
        if self.is_parameter(slot.local()) {
            let name = self.lowered.parameters.name(slot.local());
            output!(__coro::Slot::filled(#name))
        } else {
            output!(__coro::Slot { empty: () })
        }
    }

    fn field(&self, slot: Slot) -> Ident {
        match slot {
            Slot::Of(id) => self.place(id, Span::mixed_site()),
            Slot::Apart(id) => self.apart(id),
        }
    }

    fn type_parameter(&self, slot: Slot) -> Ident {
        let name = camel(self.text(slot.local()));
        let name = match slot {
            Slot::Of(_) => format!("{name}_"),
            Slot::Apart(_) => format!("{name}Apart_"),
        };
        Ident::new(&name, Span::mixed_site())
    }

    /// Names the place of a local.
    fn pointer(&self, slot: Slot, kind: Place, at: &TokenStream, parts: &mut Parts) {
        let place = match kind {
            Place::Slot => at.clone(),
            Place::SharedSlot => output!(__coro::shared(#at)),
            Place::Value => output!(__coro::room(#at)),
        };
        let id = match slot {
            Slot::Of(id) => id,
            Slot::Apart(id) => {
                let apart = self.apart(id);
                parts.pointers.push(output!(let #apart = #place;));
                return;
            }
        };
        let name = self.place(id, Span::mixed_site());
        let split = self.lowered.saved.split(id);
        let is_plain = self.lowered.storage[id]
            != (Class::Saved {
                only_for_drop: true,
            });
        let branch = self.lowered.locals[id].branch;
        if is_plain && self.decided_by(id).is_none() && split.is_none() && branch.is_none() {
            let value = match kind {
                Place::Slot => output!(__coro::slot(#at)),
                Place::SharedSlot => output!(__coro::shared_slot(#at)),
                Place::Value => output!(__coro::shared(#at)),
            };
            parts.pointers.push(output!(let #name = #value;));
            return;
        }
        let (room, slot_name) = (self.room(id), self.slot(id));
        if split.is_some() {
            let apart = self.apart(id);
            parts.pointers.push(output!(let #slot_name = #place;));
            let choice = output!(let #name = __coro::apart_or_shared(#apart, #slot_name););
            parts.choices.push(choice);
            return;
        }
        parts.pointers.push(output! {
            let #slot_name = #place;
            let mut #room = __coro::MaybeUninit::uninit();
            let #name = __coro::place(#slot_name, &mut #room);
        });
        if let Some(branch) = branch {
            let operator = self.place(branch.operator, Span::mixed_site());
            let slot_of = match branch.is_overloaded {
                true => output!(slot_if_overloaded),
                false => output!(slot_if_primitive),
            };
            parts.probes.push(output! {
                {
                    let mut __same = __coro::slot_type(#slot_name);
                    __same = __coro::operator::#slot_of(#operator, #name);
                }
            });
            return;
        }
        if self.decided_by(id).is_some() {
            return;
        }
        if self.has_only_own_drop(id) {
            parts.probes.push(output! {
                {
                    use __coro::constant::{HasDrop as _, HasNoDrop as _};
                    let mut __same = __coro::slot_type(#slot_name);
                    __same = (&__coro::constant::probe(#name)).storage_of();
                }
            });
            return;
        }
        parts.probes.push(output! {
            {
                use __coro::{IsCopy as _, IsFuture as _, IsWithoutDrop as _, MayNeedDrop as _};
                let mut __same = __coro::slot_type(#slot_name);
                __same = (&&&&__coro::probe(__coro::type_of(#name))).storage_of();
            }
        });
    }
}

/// What the frame has in the place of a local.
#[derive(Clone, Copy)]
enum Place {
    /// A slot.
    Slot,
    /// A slot in a union.
    SharedSlot,
    /// An arm of a union, which is the value itself.
    Value,
}

#[derive(Default)]
struct Parts {
    definitions: Vec<TokenStream>,
    pointers: Vec<TokenStream>,
    /// Which of two slots is the place of a local.
    choices: Vec<TokenStream>,
    probes: Vec<TokenStream>,
    unions: usize,
    groups: usize,
}

#[derive(Default)]
struct Aggregate {
    fields: Vec<TokenStream>,
    literal: Vec<TokenStream>,
    generics: Vec<Ident>,
}

/// The type of a field, and what it holds before the first poll.
#[derive(Default)]
struct Field {
    ty: TokenStream,
    generics: Vec<Ident>,
    literal: TokenStream,
}

fn numbered(name: &str, number: usize) -> Ident {
    Ident::new(&format!("{name}_{number}"), Span::mixed_site())
}
