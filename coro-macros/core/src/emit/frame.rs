//! The state, the frame, and the pointers to its slots.
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::{Member, Token, token};

use super::constants::constant_operands;
use super::{Emitter, joined};
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
        let place = At::behind(Ident::new("__frame", Span::mixed_site()));
        let root = self.aggregate(&fields, &place, &mut parts);
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
        let (inner, definitions) = (joined(root.fields), joined(parts.definitions));
        let items = output! {
            /// Where the coroutine stands.
            #[repr(u8)]
            enum __State { Start, #(#states,)* Panicked, Returned }
            #definitions
            /// What it keeps while it is suspended.
            struct __Frame<#(#generics),*> {
                state: __State,
                #(#flags: bool,)*
                #(#moved: #note_types,)*
                #inner
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
        let literal = joined(root.literal);
        let literal =
            output!(__Frame { state: __State::Start, #(#flags: false,)* #(#moved: 0,)* #literal });
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
        let pointers = joined(parts.pointers.into_iter().chain(parts.choices).chain(stack));
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
            probes: joined(parts.probes),
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
    fn aggregate(&self, fields: &[Layout], base: &At, parts: &mut Parts) -> Aggregate {
        let mut aggregate = Aggregate::default();
        for field in fields {
            match field {
                Layout::Slot(slot) => {
                    let (name, ty) = (self.field(*slot), self.type_parameter(*slot));
                    aggregate.fields.push(output!(#name: __coro::Slot<#ty>,));
                    aggregate.generics.push(ty);
                    let filled = self.initial(*slot);
                    aggregate.literal.push(output!(#name: #filled,));
                    self.pointer(*slot, Place::Slot, &base.field(name), parts);
                }
                Layout::Union(arms) => {
                    parts.unions += 1;
                    let name = numbered("overlap", parts.unions);
                    let overlap = self.overlap(arms, &base.field(name.clone()), parts);
                    let (ty, literal) = (&overlap.ty, &overlap.literal);
                    aggregate.fields.push(output!(#name: #ty,));
                    aggregate.literal.push(output!(#name: #literal,));
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
    fn overlap(&self, arms: &[Layout], base: &At, parts: &mut Parts) -> Field {
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
                    self.pointer(*slot, Place::Value, &base.field(name.clone()), parts);
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
                    let place = base.field(name.clone());
                    let (mut types, mut literals) = (Vec::new(), Vec::new());
                    let mut generics = Vec::new();
                    for (index, part) in inner.iter().enumerate() {
                        let mut part = self.shared(part, &place.field(index), parts);
                        Token![,](Span::mixed_site()).to_tokens(&mut part.ty);
                        types.push(part.ty);
                        Token![,](Span::mixed_site()).to_tokens(&mut part.literal);
                        literals.push(part.literal);
                        generics.extend(part.generics);
                    }
                    let (types, literals) = (joined(types), joined(literals));
                    let group = Field {
                        ty: output!((#types)),
                        literal: output!((#literals)),
                        generics,
                    };
                    (name, group)
                }
                Layout::Union(_) => unreachable!("components of a set are no unions themselves"),
            };
            let (arm_ty, value) = (arm_fields.ty, arm_fields.literal);
            fields.push(output!(#name: #arm_ty,));
            if self.holds_parameter(arm) {
                literal = output!(#ty { #name: #value });
            }
            generics.extend(arm_fields.generics);
        }
        let fields = joined(fields);
        parts.definitions.push(output! {
            union #ty<#(#generics),*> { none: (), #fields }
        });
        Field {
            ty: output!(#ty<#(#generics),*>),
            generics,
            literal,
        }
    }

    /// A slot or a union as rustc wants it in a union, which drops nothing; `place` is where it is.
    fn shared(&self, layout: &Layout, place: &At, parts: &mut Parts) -> Field {
        let (ty, literal, generics) = match layout {
            Layout::Slot(slot) => {
                let parameter = self.type_parameter(*slot);
                self.pointer(*slot, Place::SharedSlot, place, parts);
                let ty = output!(__coro::ManuallyDrop<__coro::Slot<#parameter>>);
                (ty, self.initial(*slot), vec![parameter])
            }
            Layout::Union(arms) => {
                parts.unions += 1;
                let name = numbered("overlap", parts.unions);
                parts
                    .pointers
                    .push(output!(let #name = __coro::shared(&raw mut #place);));
                let inner = self.overlap(arms, &At::behind(name), parts);
                let ty = inner.ty;
                let ty = output!(__coro::ManuallyDrop<#ty>);
                (ty, inner.literal, inner.generics)
            }
            Layout::Struct(_) => unreachable!("what lies side by side is one list"),
        };
        Field {
            ty,
            literal: output!(__coro::ManuallyDrop::new(#literal)),
            generics,
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
    fn pointer(&self, slot: Slot, kind: Place, at: &At, parts: &mut Parts) {
        let place = |name: &Ident| match kind {
            Place::Slot => output!(let #name = &raw mut #at;),
            Place::SharedSlot => output!(let #name = __coro::shared(&raw mut #at);),
            Place::Value => output!(let #name = __coro::room(&raw mut #at);),
        };
        let id = match slot {
            Slot::Of(id) => id,
            Slot::Apart(id) => {
                parts.pointers.push(place(&self.apart(id)));
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
            parts.pointers.push(match kind {
                Place::Slot => output!(let #name = __coro::slot(&raw mut #at);),
                Place::SharedSlot => output!(let #name = __coro::shared_slot(&raw mut #at);),
                Place::Value => output!(let #name = __coro::shared(&raw mut #at);),
            });
            return;
        }
        let (room, slot_name) = (self.room(id), self.slot(id));
        parts.pointers.push(place(&slot_name));
        if split.is_some() {
            let apart = self.apart(id);
            let choice = output!(let #name = __coro::apart_or_shared(#apart, #slot_name););
            parts.choices.push(choice);
            return;
        }
        parts.pointers.push(output! {
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
        let constant = self.lowered.locals[id].constant.as_ref();
        // Where an item of the function may be meant, it is asked where that is.
        if constant.and_then(constant_operands).is_none() {
            parts.probes.push(self.probed(id, None));
        }
    }

    /// Whether it is asked of a local if it is kept.
    pub(super) fn is_probed(&self, id: LocalId) -> bool {
        let is_decided = self.decided_by(id).is_some() || self.lowered.saved.split(id).is_some();
        let only_for_drop = Class::Saved {
            only_for_drop: true,
        };
        self.lowered.storage[id] == only_for_drop
            && self.lowered.locals[id].branch.is_none()
            && !is_decided
    }

    /// Asks whether a local that is kept for its drop has one. Only for some `operands` is it kept for
    /// nothing else.
    pub(super) fn probed(&self, id: LocalId, operands: Option<&TokenStream>) -> TokenStream {
        let (name, slot) = (self.place(id, Span::mixed_site()), self.slot(id));
        let (traits, storage) = match self.has_only_own_drop(id) {
            true => (
                output!(
                    use __coro::constant::{HasDrop as _, HasNoDrop as _};
                ),
                output!((&__coro::constant::probe(#name)).storage_of()),
            ),
            false => (
                output!(
                    use __coro::{IsCopy as _, IsFuture as _, IsWithoutDrop as _, MayNeedDrop as _};
                ),
                output!((&&&&__coro::probe(__coro::type_of(#name))).storage_of()),
            ),
        };
        let storage = match operands {
            None => storage,
            Some(operands) => output!((&#operands).storage_for(#storage, #name)),
        };
        output! {
            {
                #traits
                let mut __same = __coro::slot_type(#slot);
                __same = #storage;
            }
        }
    }
}

/// Where something lies in the frame: behind a pointer, and by which fields.
struct At {
    pointer: Ident,
    fields: Vec<Member>,
}

impl At {
    fn behind(pointer: Ident) -> Self {
        At {
            pointer,
            fields: Vec::new(),
        }
    }

    fn field(&self, field: impl Into<Member>) -> Self {
        let mut fields = self.fields.clone();
        fields.push(field.into());
        At {
            pointer: self.pointer.clone(),
            fields,
        }
    }
}

impl ToTokens for At {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let span = Span::mixed_site();
        token::Paren(span).surround(tokens, |tokens| {
            Token![*](span).to_tokens(tokens);
            self.pointer.to_tokens(tokens);
        });
        for field in &self.fields {
            Token![.](span).to_tokens(tokens);
            field.to_tokens(tokens);
        }
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
struct Field {
    ty: TokenStream,
    generics: Vec<Ident>,
    literal: TokenStream,
}

fn numbered(name: &str, number: usize) -> Ident {
    Ident::new(&format!("{name}_{number}"), Span::mixed_site())
}
